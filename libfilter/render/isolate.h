/* SPDX-License-Identifier: Apache-2.0 */
/*
 * isolate: untrusted text set apart, so that a model can tell data from instructions.
 *
 * After Hines et al., "Defending Against Indirect Prompt Injection Attacks With Spotlighting"
 * (arXiv 2403.14720). One boundary for each request, from the system's random numbers, that occurs
 * in none of its texts:
 *
 *   delimit    [BEGIN user DATA boundary]          128 random bits
 *              text
 *              [END user DATA boundary]
 *   datamark   the mark, then the text with the mark at every white space, then the mark; the mark
 *              is made of private-use characters, as few as the texts leave room for
 *   encode     as delimit, with the text in Base64
 *
 * Tool definitions are JSON that an API takes: nothing is put around them, and only special tokens are broken, which
 * JSON has in strings alone.
 *
 * A special token of the model family is broken after its first character, in delimit by ~xxxxxxxx~
 * with the first eight digits of the boundary, in datamark by the mark twice. Nothing else changes,
 * so filter_unwrap can give back every byte: a mark before white space was added to it, a mark
 * before anything else stands for one space, two marks were put into a token.
 */
#ifndef FILTER_RENDER_ISOLATE_H
#define FILTER_RENDER_ISOLATE_H

#include "pass/request.h"
#include "pass/scratch.h"

typedef struct isolation {
    const filter_engine *engine;
    filter_scratch *scratch;
    filter_isolate_mode mode;
    uint64_t families;
    const char *boundary;
    const char *token_break;
    const char *instruction;
} isolation;

/* Draws the boundary. False when memory is out. */
bool isolate_begin(isolation *i, const filter_engine *engine, filter_scratch *s, const checked_request *r);

/* Wraps one text. *neutralised counts the special tokens that were broken. */
filter_text isolate_text(const isolation *i, filter_role role, filter_text text, size_t *neutralised);

#endif
