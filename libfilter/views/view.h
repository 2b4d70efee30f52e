/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view: the texts that are scanned for one text: as sent, folded, decoded.
 *
 * Each view knows the one it was made from and the way back, so that a finding in Base64 inside
 * percent-encoding still points into the text as sent. Pure ASCII without anything encoded has one
 * view, the text itself, and costs no copy.
 */
#ifndef FILTER_VIEWS_VIEW_H
#define FILTER_VIEWS_VIEW_H

#include "base/arena.h"
#include "text/cipher.h"
#include "text/span_map.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct view view;
struct view {
    const char *name; /* "raw", "folded", or the decoding */
    const char *text;
    size_t size;
    const view *source; /* NULL: this is the text as sent */
    span_map map; /* into source */
    unsigned depth; /* decodings it took, … */
    unsigned obfuscations; /* … and how many of them undid an obfuscation */
    bool non_ascii; /* has characters beyond ASCII */
    bool injection_only; /* not looked at for personal data and secrets */
    bool reveals_obfuscation; /* what only an obfuscation makes was undone */
};

#define VIEWS_MAX 64
#define VIEW_DEPTH_MAX 3

typedef struct view_list {
    view items[VIEWS_MAX];
    size_t count;
    bool incomplete; /* something encoded was left alone: too deep, or too much of it */
} view_list;

/* Makes all views of a valid UTF-8 text; with the words that attacks are made of, those that only injection is looked
 * for in, too: without them (NULL), obfuscations are left alone. Derived views together hold at most three times the
 * text and 64 KiB. False when memory is out. */
bool view_make(view_list *views, arena *memory, const char *text, size_t size, const word_index *words);

/* A cipher is undone so far around the word that gave it away. */
#define CIPHER_AROUND 2048

/* Adds the text around `at` of a view with a cipher undone. False when memory is out. */
bool view_add_cipher(view_list *views, arena *memory, const view *source, cipher c, size_t at, const word_index *words);

/* Where a span of a view lies in the text as sent, whole characters. */
span view_source(const view *v, span s);

#endif
