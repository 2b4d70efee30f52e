/* SPDX-License-Identifier: Apache-2.0 */
/*
 * named: values that only the name of their field gives away: a password, the cells of a column of telephone numbers.
 *
 * A rule with `fields` asks for the names; its pattern must be all of the value. Only of a line of prose, whose end
 * nobody marks ("DOB: March 3, 1981 in Leeds"), it may be the beginning.
 */
#ifndef FILTER_VALUES_NAMED_H
#define FILTER_VALUES_NAMED_H

#include "pass/pass.h"

/* Finds the values of the view's fields whose names rules ask for. */
void named_find(const pass *p);

#endif
