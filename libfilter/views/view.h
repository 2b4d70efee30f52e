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
#include "base/work.h"
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
    size_t decoder; /* what was undone last, by its place in the table */
    unsigned depth; /* how much was undone on the way, … */
    unsigned obfuscations; /* … and how much of it was an obfuscation */
    bool non_ascii; /* has characters beyond ASCII */
    bool injection_only; /* not looked at for personal data and secrets */
    bool reveals_obfuscation; /* what only an obfuscation makes was undone */
    bool needs_word, needs_proof; /* what values count with alone: see `decoder` */
    bool is_superseded; /* what rules look for in it is looked for in its folded form */
};

#define VIEWS_MAX 64

/* Why something that a text hides was left alone: a bit for each. */
enum {
    VIEW_LIMIT_VIEWS = 1, /* more than VIEWS_MAX texts were made of one */
    VIEW_LIMIT_WORK = 2, /* the request's work is used up */
    VIEW_LIMIT_CIPHERS = 4 /* words of one cipher stand in too many views */
};

typedef struct view_list {
    work_budget *work; /* of the request: pays for all views but the first; NULL: nobody counts */
    view items[VIEWS_MAX + 1]; /* the last one is where what finds no room is made */
    size_t count;
    unsigned limits; /* VIEW_LIMIT_… that were reached */
} view_list;

/* Makes all views of a valid UTF-8 text; with the words that attacks are made of, those that only injection is looked
 * for in, too: without them (NULL), obfuscations are left alone. What is encoded in what is encoded is read on to its
 * end. Stops when the time is up. False when memory is out. */
bool view_make(view_list *views, arena *memory, const char *text, size_t size, const word_index *words);

/* A cipher is undone so far around the words that gave it away. */
#define CIPHER_AROUND 2048

/* Adds the text around some words of a view with a cipher undone. False when memory is out. */
bool view_add_cipher(view_list *views, arena *memory, const view *source, cipher c, span words_at,
                     const word_index *words);

/* Is a view the text as sent, or read in its place? */
static inline bool view_stands_for_sent(const view *v) {
    return !v->source || (v->depth == 0 && v->source->is_superseded);
}

/* Where a span of a view lies in the text as sent, whole characters. */
span view_source(const view *v, span s);

#endif
