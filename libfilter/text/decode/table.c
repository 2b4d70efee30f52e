/* SPDX-License-Identifier: Apache-2.0 */
#include "text/decode/runs.h"

#include "text/obfuscation/obfuscation.h"

const decoder decoders[DECODER_COUNT] = {
    {"base64", decode_base64, 0, false, false},
    {"base32", decode_base32, 0, false, false},
    {"hex", decode_hex, 0, false, false},
    {"url", decode_url, 0, false, false},
    {"html", decode_html, 0, false, false},
    {"escape", decode_backslash, 0, false, false},
    {"quoted-printable", decode_quoted, 0, true, false},
    {"numbers", undo_character_codes, TRAIT_CODES, true, true},
    {"morse", undo_morse, TRAIT_ANY, true, true},
    {"letters", undo_letter_spacing, TRAIT_LETTER_SPACING, true, true},
    {"leet", undo_leet, TRAIT_LEET, true, false},
    {"joined", undo_run_together, TRAIT_ANY, true, false},
    {"shuffled", undo_scrambling, TRAIT_SCRAMBLED, true, false},
    {"pig-latin", undo_pig_latin, TRAIT_PIG_LATIN, true, true},
    {"sum", undo_concatenation, TRAIT_ANY, true, false},
};
