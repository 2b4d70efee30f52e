/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decode: what is written in another notation, as text.
 *
 * Base64 and hexadecimal are found as long runs of their alphabets, and only taken when text comes
 * out; escapes (percent, HTML, backslash) are undone together with the text around them. What a
 * decoder finds in different places is joined by line feeds into one text, and so scanned once.
 */
#ifndef FILTER_TEXT_DECODE_DECODE_H
#define FILTER_TEXT_DECODE_DECODE_H

#include "base/utf8.h"
#include "base/work.h"
#include "text/span_map.h"
#include "text/word_index.h"

#include <stdbool.h>
#include <stddef.h>

/* Runs of at least 16 characters of the Base64 alphabets (RFC 4648 sections 4 and 5). */
typedef struct decode_runs {
    arena *memory;
    work_budget *work; /* what finding them may cost; NULL: nobody counts */
    span *items;
    size_t count, capacity;
    bool failed;
} decode_runs;

void decode_find_runs(const char *text, size_t size, decode_runs *runs);

/* A text that something may be encoded in, and what is known of it. */
typedef struct decode_source {
    const char *text;
    size_t size;
    decode_runs runs;
    const word_index *words; /* for what is told by its words */
} decode_source;

typedef struct decoder {
    const char *name;
    /* Appends what it decoded and the way back. True when anything was decoded. Stops once `out`
     * exceeds `budget`, or the work is used up. */
    bool (*decode)(const decode_source *s, size_t budget, text_buffer *out, span_map *map);
    /* The name of what it made of a text, for one that undoes several notations; NULL: its own. */
    const char *(*name_of)(const char *text, const span_map *map);
    /* A bit of obfuscation.h: undone only where a text has the trait, and looked at for injection alone, because nobody
     * writes personal data so; 0: a notation. */
    unsigned trait;
    bool is_run; /* of digits that mean nothing to a reader: what attacks in one is removed whole */
    bool needs_word; /* check digits that pass prove nothing in it without a word: one list in ten passes */
    bool needs_proof; /* what is found in it counts with right check digits alone */
    bool once; /* undone once on the way from the text as sent */
    bool reveals_obfuscation; /* benign text is not written so */
} decoder;

/* Notations, then obfuscations, in the order in which they are tried. */
extern const decoder decoders[];
extern const size_t decoder_count;

/* Its place among them; decoder_count for one that is not in the table. */
size_t decoder_index(const decoder *d);

/* The one whose views have this name; NULL: none, as for the text as sent. */
const decoder *decoder_find(const char *name);

/* Bytes of a sequence that colours a terminal, at most, without its ESC and its last letter. */
#define COLOUR_MAX 24

/* The size of a control sequence that colours a terminal (ECMA-48 section 5.4), after its ESC; 0: it is none. */
size_t decode_colour_size(const char *at, size_t left);

#endif
