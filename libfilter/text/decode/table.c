/* SPDX-License-Identifier: Apache-2.0 */
#include "text/decode/runs.h"
#include "text/obfuscation/obfuscation.h"

#include <string.h>

const decoder decoders[] = {
    {.name = FILTER_VIEW_BASE64, .decode = decode_base64, .is_run = true},
    {.name = FILTER_VIEW_BASE32, .decode = decode_base32, .is_run = true},
    {.name = FILTER_VIEW_BASE58, .decode = decode_base58, .is_run = true},
    {.name = FILTER_VIEW_HEX, .decode = decode_hex, .is_run = true},
    {.name = FILTER_VIEW_ESCAPE, .decode = decode_escapes, .name_of = escapes_name},
    {.name = FILTER_VIEW_QUOTED_PRINTABLE, .decode = decode_quoted, .once = true},
    {.name = FILTER_VIEW_SPELLED_NUMBER, .decode = undo_spelling, .once = true},
    {.name = FILTER_VIEW_SPACED_DIGITS, .decode = undo_digit_spacing, .once = true, .needs_word = true},
    {.name = FILTER_VIEW_BROKEN_NUMBER, .decode = undo_broken_numbers, .once = true},
    {.name = FILTER_VIEW_MISREAD_NUMBER,
     .decode = undo_misreading,
     .once = true,
     .needs_word = true,
     .needs_proof = true},
    {.name = FILTER_VIEW_CHARACTER_CODES,
     .decode = undo_character_codes,
     .trait = TRAIT_CODES,
     .once = true,
     .reveals_obfuscation = true},
    {.name = FILTER_VIEW_BASE64_PIECES,
     .decode = undo_base64_pieces,
     .trait = TRAIT_LEET,
     .once = true,
     .reveals_obfuscation = true},
    {.name = FILTER_VIEW_ROT47, .decode = undo_rot47, .trait = TRAIT_LEET, .once = true, .reveals_obfuscation = true},
    {.name = FILTER_VIEW_MORSE, .decode = undo_morse, .trait = TRAIT_ANY, .once = true, .reveals_obfuscation = true},
    {.name = FILTER_VIEW_LETTER_SPACED,
     .decode = undo_letter_spacing,
     .trait = TRAIT_LETTER_SPACING,
     .once = true,
     .reveals_obfuscation = true},
    {.name = FILTER_VIEW_RENDERED, .decode = undo_rendering, .trait = TRAIT_RENDERED, .once = true},
    {.name = FILTER_VIEW_LEET, .decode = undo_leet, .trait = TRAIT_LEET, .once = true},
    {.name = FILTER_VIEW_UNSPACED, .decode = undo_run_together, .trait = TRAIT_ANY, .once = true},
    {.name = FILTER_VIEW_SCRAMBLED, .decode = undo_scrambling, .trait = TRAIT_SCRAMBLED, .once = true},
    {.name = FILTER_VIEW_PIG_LATIN,
     .decode = undo_pig_latin,
     .trait = TRAIT_PIG_LATIN,
     .once = true,
     .reveals_obfuscation = true},
    {.name = FILTER_VIEW_CONCATENATED, .decode = undo_concatenation, .trait = TRAIT_ANY, .once = true},
};

const size_t decoder_count = sizeof decoders / sizeof *decoders;

size_t decoder_index(const decoder *d) {
    for (size_t i = 0; i < decoder_count; i++) {
        if (d == &decoders[i]) return i;
    }
    return decoder_count;
}

const decoder *decoder_find(const char *name) {
    for (size_t i = 0; i < decoder_count; i++) {
        if (strcmp(decoders[i].name, name) == 0) return &decoders[i];
    }
    return NULL;
}
