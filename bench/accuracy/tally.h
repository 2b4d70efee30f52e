/* SPDX-License-Identifier: Apache-2.0 */
/* tally: how many texts of each kind, file and rule were flagged, and the tables made of it. */
#ifndef BENCH_ACCURACY_TALLY_H
#define BENCH_ACCURACY_TALLY_H

#include "filter.h"

#include <stdbool.h>
#include <stdio.h>

/* One text that was inspected. */
typedef struct tally_text {
    const char *file, *kind;
    bool malicious;
} tally_text;

/* Kinds that are told apart: benign texts that quote attacks or are noise, and malicious ones without a word that gives
 * them away. They stay out of the means. */
bool tally_is_apart(const char *kind);

/* Ends the program with a message where there are more kinds, files or rules than it holds. */
void tally_add(const tally_text *text, const filter_result *result);

size_t tally_count(void);

/* Tables for people; the same as Markdown. */
void tally_print(void);
void tally_write_markdown(FILE *out);

#endif
