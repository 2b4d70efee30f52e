/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names: the words of the wire, of packs and of messages for the numbers of filter.h. The one place for these lists.
 *
 * Each list ends with NULL. A name stands at the place of its number; where the numbers are bits, at the place of the
 * bit: names_categories[1] is "secret", 1 << 1 is FILTER_SECRET.
 */
#ifndef FILTER_BASE_NAMES_H
#define FILTER_BASE_NAMES_H

#include <stddef.h>

#define NAMES_RETURN_TEXT (1U << 4) /* "text" in names_returns: for the wire alone; the library has no such bit */

extern const char *const names_verdicts[];
extern const char *const names_actions[];
extern const char *const names_roles[];
extern const char *const names_offsets[];
extern const char *const names_isolate_modes[]; /* from FILTER_ISOLATE_DELIMIT on: what may be asked for */
extern const char *const names_categories[]; /* bits */
extern const char *const names_returns[]; /* bits */
extern const char *const names_evidence[]; /* bits */
extern const char *const names_apis[];
extern const char *const names_directions[];
extern const char *const names_stream_kinds[]; /* of the wire alone, as the next */
extern const char *const names_restores[]; /* what becomes of a mapping; of the wire alone */

/* The place of the first `size` bytes of `text` in a list; -1 when they are no name of it. */
int names_index(const char *const *names, const char *text, size_t size);

#endif
