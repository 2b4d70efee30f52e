/* SPDX-License-Identifier: Apache-2.0 */
#include "text/decode/runs.h"
#include "text/obfuscation/obfuscation.h"

const decoder decoders[] = {
    {FILTER_VIEW_BASE64, decode_base64, 0, false, false},
    {FILTER_VIEW_BASE32, decode_base32, 0, false, false},
    {FILTER_VIEW_HEX, decode_hex, 0, false, false},
    {FILTER_VIEW_URL, decode_url, 0, false, false},
    {FILTER_VIEW_HTML, decode_html, 0, false, false},
    {FILTER_VIEW_ESCAPE, decode_backslash, 0, false, false},
    {FILTER_VIEW_QUOTED_PRINTABLE, decode_quoted, 0, true, false},
    {FILTER_VIEW_CHARACTER_CODES, undo_character_codes, TRAIT_CODES, true, true},
    {FILTER_VIEW_MORSE, undo_morse, TRAIT_ANY, true, true},
    {FILTER_VIEW_LETTER_SPACED, undo_letter_spacing, TRAIT_LETTER_SPACING, true, true},
    {FILTER_VIEW_LEET, undo_leet, TRAIT_LEET, true, false},
    {FILTER_VIEW_UNSPACED, undo_run_together, TRAIT_ANY, true, false},
    {FILTER_VIEW_SCRAMBLED, undo_scrambling, TRAIT_SCRAMBLED, true, false},
    {FILTER_VIEW_PIG_LATIN, undo_pig_latin, TRAIT_PIG_LATIN, true, true},
    {FILTER_VIEW_CONCATENATED, undo_concatenation, TRAIT_ANY, true, false},
};

const size_t decoder_count = sizeof decoders / sizeof *decoders;
