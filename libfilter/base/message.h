/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message: the words of a mistake, the same everywhere: what is wrong, the nearest word that is right, what is allowed.
 *
 *     unknown role 'asistant'; did you mean 'assistant'? One of: user, system, developer, tool, document, assistant
 *
 * For messages alone: compares a value with each name by edit distance, which no request path pays for.
 */
#ifndef FILTER_BASE_MESSAGE_H
#define FILTER_BASE_MESSAGE_H

#include <stddef.h>

/* The name that is nearest to `value` by edit distance (insert, delete, replace, swap of neighbours; case does not
 * count), or NULL when none is near: one mistake, and one more for each three letters of `value`, but never as many as
 * it has letters. A value or name of more than 48 bytes is near to none. `names` ends with NULL. */
const char *message_nearest(const char *value, const char *const *names);

#define MESSAGE_SUGGESTION_MAX 128

/* "; did you mean 'NEAREST'?" for a nearest name, "" for NULL. */
const char *message_suggestion(char out[MESSAGE_SUGGESTION_MAX], const char *nearest);

/* Writes "unknown WHAT 'VALUE'; did you mean 'NEAREST'? One of: …" to `out`, cut to `size` bytes. Returns `out`. */
const char *message_unknown(char *out, size_t size, const char *what, const char *value, const char *const *names);

#endif
