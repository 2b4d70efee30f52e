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
    {"numbers", disguise_numbers, SHAPE_NUMBERS, true, true},
    {"morse", disguise_morse, SHAPE_ANY, true, true},
    {"letters", disguise_letters, SHAPE_LETTERS, true, true},
    {"leet", disguise_leet, SHAPE_LEET, true, false},
    {"joined", disguise_joined, SHAPE_ANY, true, false},
    {"shuffled", disguise_shuffled, SHAPE_SHUFFLED, true, false},
    {"pig-latin", disguise_pig_latin, SHAPE_PIG_LATIN, true, true},
    {"sum", disguise_sum, SHAPE_ANY, true, false},
};
