/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decoding: what the tests of decoders and obfuscations share: one decoder run over one text, and what every decoder
 * promises.
 */
#ifndef TESTS_DECODING_H
#define TESTS_DECODING_H

#include "support.h"
#include "text/decode/decode.h"

typedef bool decode_fn(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

typedef struct decoded {
    bool any;
    const char *text; /* ends in NUL */
    size_t size;
    span_map map;
} decoded;

/* Words of a few classes: ignore, all, the, previous, instructions, and, show, system, prompt, your, tell, me, secret.
 * Words of six letters and more are indicators. */
const word_index *decoding_words(void);

/* What a decoder makes of a text, without a budget. Lasts until the next call. */
const decoded *decoding_run(decode_fn *decode, const char *text, size_t size);

/* Runs a decoder over a text. Fails the test unless it gives `expected` (NULL: nothing at all); `why` goes into the
 * message. */
void decoding_expect(decode_fn *decode, const char *text, const char *expected, const char *why);

/* Fails the test unless `needle`, in what was decoded of `text`, comes from `source`. */
void decoding_expect_source(const decoded *d, const char *text, const char *needle, const char *source);

/* Fails the test unless what every decoder promises holds for one text: valid UTF-8 comes out, each byte of it comes
 * from somewhere inside the text, a budget of nothing makes nothing longer, and no memory is an error that shows. */
void decoding_check_promises(decode_fn *decode, const char *text, size_t size);

/* The same for random texts of these pieces. */
void decoding_check_random(decode_fn *decode, const char *const *pieces, size_t count);

/* Random printable text of `letters` characters, also beyond ASCII. Returns its size; `out` has four bytes for each
 * character and one more. */
size_t decoding_random_text(char *out, size_t letters);

/* Random ones of decoding_words, a space between them. Returns the size. */
size_t decoding_random_words(char *out, size_t capacity, size_t words);

#endif
