/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prompt_leak: does what a model wrote repeat its instructions? (System prompt leakage, OWASP LLM07.)
 *
 * The trusted segments of a request become a set of hashes of shingles, five words in a row, in lower case, without
 * what stands between them. An answer leaks when enough of the set, or a long enough run, occurs in it (after
 * Schleimer, Wilkerson, Aiken, "Winnowing: Local Algorithms for Document Fingerprinting", SIGMOD 2003; all hashes are
 * kept here, because instructions are short). A canary, a long word of letters and digits such as the boundary that
 * isolation writes into the instructions, leaks by itself. A paraphrase or a translation has other words, and is not
 * seen.
 */
#ifndef FILTER_INJECTION_PROMPT_LEAK_H
#define FILTER_INJECTION_PROMPT_LEAK_H

#include "pass/pass.h"

typedef struct prompt_shingles {
    uint64_t *slots; /* open addressing; 0 is empty */
    size_t capacity; /* a power of two; 0: no instructions */
    size_t count; /* different hashes */
} prompt_shingles;

/* Reads the system and developer segments of a request. False when memory is out. */
bool prompt_leak_learn(prompt_shingles *set, filter_scratch *s, const filter_segment *segments, size_t count);

extern const detector_type prompt_leak_type;

/* Makes the rule's candidate when an answer repeats what the set was made from. */
void prompt_leak_find(const pass *p, const pack_rule *rule);

#endif
