/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/engine.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

uint64_t engine_family(const filter_engine *engine, const char *id) {
    if (strcmp(id, "generic") == 0) return UINT64_MAX;
    for (size_t i = 0; i < engine->set.family_count; i++) {
        if (strcmp(engine->set.families[i].id, id) == 0) return UINT64_C(1) << i;
    }
    return 0;
}

filter_engine *filter_engine_ref(const filter_engine *engine) {
    filter_engine *e = (filter_engine *)(uintptr_t)engine;
    if (e) atomic_fetch_add_explicit(&e->references, 1, memory_order_relaxed);
    return e;
}

void filter_engine_unref(const filter_engine *engine) {
    filter_engine *e = (filter_engine *)(uintptr_t)engine;
    if (!e || atomic_fetch_sub_explicit(&e->references, 1, memory_order_acq_rel) != 1) return;
    for (int i = 0; i < DATABASE_COUNT; i++) hs_free_database(e->databases[i]);
    for (size_t i = 0; i < e->pattern_count; i++) {
        if (!e->patterns[i].shares_code) pcre2_code_free(e->patterns[i].code);
    }
    for (size_t i = 0; e->rules && i < e->set.rule_count; i++) {
        for (size_t k = 0; k < UNLESS_COUNT; k++) pcre2_code_free(e->rules[i].unless[k]);
    }
    sodium_memzero(e->hash_key, sizeof e->hash_key);
    arena_fini(&e->memory);
    free(e);
}
