/* SPDX-License-Identifier: Apache-2.0 */
/*
 * support: what the unit tests share. Each test program is one file and prints what cmocka prints.
 */
#ifndef TESTS_SUPPORT_SUPPORT_H
#define TESTS_SUPPORT_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "filter.h"

/* The rules of the repository, loaded once for a test program. */
const filter_engine *support_engine(void);
filter_scratch *support_scratch(void);

/* An engine from one pack in memory, with a default policy added; examples are not run. NULL when it
 * does not load. */
filter_engine *support_engine_from(const char *rules);

/* Inspects one segment; the result lives until the next call. Fails the test on an error. */
const filter_result *support_inspect(const filter_engine *engine, const char *text, size_t size, filter_role role,
                                     unsigned returns);

/* The finding of a rule in an answer to what a user said, who showed `page`; NULL: there is none. */
const filter_finding *support_answer(const char *rule, filter_segment page, const char *said, const char *answer,
                                     const filter_result **result);

/* Fills placeholders with random values; the memory is static and lasts for eight calls. */
const char *support_expand(const char *text);

/* Is there a finding of this entity type at this span? */
bool support_has(const filter_result *result, const char *entity_type, size_t start, size_t end);

/* An arena that is out of memory: what it holds is so much that the next block cannot be had. */
arena support_exhausted_arena(void);

/* xorshift, seeded; SEED in the environment repeats a failed run. */
uint32_t support_random(void);

#endif
