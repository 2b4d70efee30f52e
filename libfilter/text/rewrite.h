/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rewrite: regions of a text written anew, with some of the text around each as it is, and the way back. Regions that
 * lie far apart are joined by line feeds. Decoders of escapes and obfuscations write with it.
 */
#ifndef FILTER_TEXT_REWRITE_H
#define FILTER_TEXT_REWRITE_H

#include "base/utf8.h"
#include "text/span_map.h"

typedef struct rewriter {
    const char *text;
    size_t size;
    text_buffer *out;
    span_map *map;
    size_t copied, wanted; /* written up to here; plain text is wanted up to there */
} rewriter;

/* A region begins at `at`: regions are given in their order. */
void rewrite_begin(rewriter *w, size_t at);

/* Writes what stands for `from_size` bytes at `from`. */
void rewrite_put(rewriter *w, const char *bytes, size_t size, size_t from, size_t from_size);

/* The region ends before `at`. */
void rewrite_end(rewriter *w, size_t at);

/* Writes the text after the last region. False when there was nothing to write. */
bool rewrite_finish(rewriter *w);

#endif
