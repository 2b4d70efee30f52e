/* SPDX-License-Identifier: Apache-2.0 */
/* Random words: no text, but the bench's only one for long, and kept so that figures can be compared with old ones. */
#include "sample.h"

#include <string.h>

static const char *const words[] = {
    "the",       "model",   "answers", "a",       "question", "about",    "our",       "product", "and",
    "then",      "writes",  "short",   "summary", "for",      "people",   "who",       "asked",   "last",
    "week",      "please",  "explain", "how",     "this",     "function", "works",     "when",    "input",
    "is",        "large",   "list",    "of",      "orders",   "from",     "customers", "in",      "several",
    "countries", "we",      "need",    "to",      "compare",  "prices",   "before",    "next",    "meeting",
    "thank",     "you",     "very",    "much",    "it",       "should",   "be",        "clear",   "enough",
    "even",      "if",      "someone", "reads",   "only",     "first",    "paragraph", "table",   "with",
    "three",     "columns", "would",   "help",    "garden",   "river",    "music",     "history", "travel",
    "recipe",    "weather", "school",  "letter",  "because",  "between",  "under",     "without", "translate"};

/* The random numbers are those of the bench's first version, so that the text is the same to the byte. */
#define FIRST_STATE 12345U
/* Sentences and numbers fall alike again after so many words. */
#define WORDS_PERIOD 280

static void add_words(sample_writer *w, uint32_t personal_percent) {
    char value[64];
    if (w->used == 0) w->state = FIRST_STATE;
    for (int i = 1; i <= WORDS_PERIOD; i++) {
        uint32_t state = (uint32_t)w->state * 1664525U + 1013904223U;
        const char *piece = words[state / 65536 % (sizeof words / sizeof *words)];
        w->state = state;
        if (100 * w->personal < personal_percent * w->used) {
            sample_personal_value(w, value, sizeof value);
            piece = value;
            w->personal += strlen(value);
        }
        sample_add(w, piece);
        sample_add(w, i % 14 == 0 ? ". " : i % 7 == 0 ? ", " : " ");
        if (i % 40 == 0) sample_add(w, "12 ");
    }
}

void sample_words(sample_writer *w) {
    add_words(w, 0);
}

void sample_words_personal(sample_writer *w) {
    add_words(w, 2);
}
