/* SPDX-License-Identifier: Apache-2.0 */
/*
 * operand: a number without quotes in an expression of a program or of SQL.
 *
 *     if (ssn == 219094471) {                   pay(card, 4111111111111111);
 *     SELECT * FROM t WHERE ssn = 219094471
 *
 * What replaces it must be a literal, or the program is none any more.
 */
#ifndef FILTER_FIELDS_OPERAND_H
#define FILTER_FIELDS_OPERAND_H

#include "text/span_map.h"

#include <stddef.h>

/* The quotes of a literal in place of the number at `at` of a text: of SQL or of a program; NUL: it is no operand. */
char operand_quote(const char *text, size_t size, span at);

#endif
