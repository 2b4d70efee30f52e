/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold: text as a reader sees it, not as it was typed.
 *
 * Compatibility forms become plain (NFKC: fullwidth, circled, mathematical letters, ligatures), decimal digits of
 * every script become ASCII, typographic quotation marks and hyphens those of a ascii_punctuation, invisible and
 * bidirectional control characters go, tag characters (U+E0020 to U+E007E) become the ASCII that they smuggle, other
 * scripts' letters are case-folded, and a letter that merely looks Latin becomes Latin where its word also has Latin
 * letters. ASCII stays as it is, case included: most text is ASCII and is not copied at all, and rules for
 * identifiers and secrets need the case.
 *
 * Sources: Unicode Standard Annex 15 (normalization), Technical Standard 39 (confusables), both through ICU. Patterns
 * and context words go through the same function, without the confusables, so that text and rule meet.
 */
#ifndef FILTER_TEXT_FOLD_H
#define FILTER_TEXT_FOLD_H

#include "base/utf8.h"
#include "text/span_map.h"

#include <stdbool.h>
#include <stddef.h>

/* Makes ICU's tables ready; call once before any fold_text. False when ICU has no data. Safe from
 * any thread, and cheap after the first call. */
bool fold_init(void);

/* What folding did to a text. */
typedef enum fold_change {
    FOLD_NONE,
    FOLD_SPELLING, /* what folding does to rules, too: what they look for is in the folded text */
    /* A rule may ask for what is gone: capitals beyond ASCII, characters that nobody sees, or that look like others. */
    FOLD_LOSS
} fold_change;

/* Appends the folded form of valid UTF-8 to `out` and, when it is not NULL, its way back to `map`; what comes after the
 * work of `out` is used up is left out.
 * Says what changed; `out` is then complete. When nothing changed, `out` may be ignored. */
fold_change fold_text(const char *text, size_t size, bool with_confusables, text_buffer *out, span_map *map);

/* The ASCII letter, in small, that a reader takes a letter beyond ASCII for: marks and strokes aside, look-alikes of
 * other scripts, too. 0: none. For a word whose letters make one that is looked for: alone it proves nothing. */
char fold_letter(uint32_t c);

/* A copy of a string after folding, or the string itself where folding changes nothing. NULL: memory is out. */
const char *fold_string(arena *memory, const char *text, bool with_confusables);

#endif
