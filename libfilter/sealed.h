/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sealed: the sealed mapping that a caller carries, opened with what the caller may be told when it does not open.
 */
#ifndef FILTER_SEALED_H
#define FILTER_SEALED_H

#include "restore/mapping.h"

/* Adds what a seal holds; an empty one holds nothing. */
filter_status sealed_open(mapping *m, filter_text sealed, const filter_scope *scope, filter_error *error);

/* Adds the tokens of a result, and seals all for so many seconds. */
filter_status sealed_make(filter_text *sealed, mapping *m, const filter_result *result, const filter_scope *scope,
                          uint64_t seconds, filter_error *error);

#endif
