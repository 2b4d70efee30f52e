/* SPDX-License-Identifier: Apache-2.0 */
/* Also the call that restores texts outside of a chat. */
#include "sealed.h"

#include "base/error.h"
#include "base/struct_size.h"
#include "inspect.h"
#include "restore/restore.h"

#include <string.h>
#include <time.h>

static filter_status fail(filter_error *error, filter_status status, const char *why) {
    error_set(error, status, "%s", why);
    return status;
}

static uint64_t now_s(void) {
    return (uint64_t)time(NULL);
}

static bool has_key(const filter_scope *scope) {
    return scope && scope->key_count;
}

#define NO_KEY "there is no key for sealed mappings: the scope has none"

filter_status sealed_open(mapping *m, filter_text sealed, const filter_scope *scope, filter_error *error) {
    if (!sealed.text) return FILTER_OK;
    if (!has_key(scope)) return fail(error, FILTER_ERROR_SEALED, NO_KEY);
    switch (mapping_open(m, sealed, scope, now_s())) {
    case MAPPING_OK: return FILTER_OK;
    case MAPPING_UNKNOWN_KEY:
        return fail(error, FILTER_ERROR_SEALED, "the sealed mapping is of a key that is not there any more");
    case MAPPING_EXPIRED: return fail(error, FILTER_ERROR_SEALED, "the sealed mapping is too old");
    case MAPPING_FOREIGN:
        return fail(error, FILTER_ERROR_SEALED,
                    "the sealed mapping was changed, or is of another tenant or another session");
    case MAPPING_MEMORY: return fail(error, FILTER_ERROR_MEMORY, "out of memory while restoring");
    case MAPPING_MALFORMED: break;
    }
    return fail(error, FILTER_ERROR_SEALED, "what came is no sealed mapping");
}

filter_status sealed_make(filter_text *sealed, mapping *m, const filter_result *result, const filter_scope *scope,
                          uint64_t seconds, filter_error *error) {
    if (!has_key(scope)) return fail(error, FILTER_ERROR_SEALED, NO_KEY);
    mapping all = {.memory = m->memory};
    bool ok = true;
    for (size_t i = 0; i < result->token_count && ok; i++) { /* those of this turn first: there may be too many */
        const filter_token *t = &result->tokens[i];
        const filter_text name = {t->token + 1, strlen(t->token) - 2};
        ok = mapping_add(&all, &(mapping_entry){name, t->value, t->category, t->roles});
    }
    for (size_t i = 0; i < m->count && ok; i++) ok = mapping_add(&all, &m->items[i]);
    if (ok) *sealed = mapping_seal(&all, scope, now_s() + seconds);
    return ok && sealed->text ? FILTER_OK : fail(error, FILTER_ERROR_MEMORY, "out of memory while sealing");
}

/* -------------------------------------------------------------------------------- the call ---- */

static filter_status restore_all(const filter_engine *engine, filter_scratch *s, const filter_restore *asked,
                                 filter_restored *out, filter_error *error) {
    mapping values = {.memory = &s->memory};
    restorer r = {.engine = engine,
                  .policy = pack_find_policy(&engine->set, asked->policy ? asked->policy : "default"),
                  .values = &values,
                  .memory = &s->memory};
    filter_text *texts = arena_alloc(&s->memory, asked->text_count + 1, sizeof *texts);
    if (!r.policy) return fail(error, FILTER_ERROR_UNKNOWN_POLICY, "no loaded pack has the policy");
    if (!asked->sealed.text) return fail(error, FILTER_ERROR_SEALED, "there is no sealed mapping");
    const filter_status status = sealed_open(&values, asked->sealed, asked->scope, error);
    if (status != FILTER_OK) return status;
    for (size_t i = 0; texts && i < asked->text_count; i++) {
        texts[i] = restore_text(&r, asked->texts[i], RESTORE_CONTENT, false);
        if (!texts[i].text && asked->texts[i].text) s->failed = true;
    }
    if (!texts || s->failed) return fail(error, FILTER_ERROR_MEMORY, "out of memory while restoring");
    *out = (filter_restored){texts, asked->text_count, r.restored, r.withheld, r.unknown};
    return FILTER_OK;
}

static filter_status check_texts(const filter_restore *asked, filter_error *error) {
    size_t left = FILTER_TEXT_MAX;
    for (size_t i = 0; i < asked->text_count; i++) {
        const filter_text text = asked->texts[i];
        if (text.size > left) return fail(error, FILTER_ERROR_TOO_LARGE, "the texts are too large");
        left -= text.size;
        const size_t valid = text_valid_prefix(text.text, text.size);
        if (valid == text.size) continue;
        error_set(error, FILTER_ERROR_TEXT, "text %zu is not UTF-8 at byte %zu", i, valid);
        if (error) error->segment = i, error->offset = valid;
        return FILTER_ERROR_TEXT;
    }
    return FILTER_OK;
}

filter_status filter_restore_texts(const filter_engine *engine, filter_scratch *scratch, const filter_restore *restore,
                                   const filter_restored **result, filter_error *error) {
    filter_restore asked = FILTER_RESTORE_INIT;
    *result = NULL;
    if (!engine || !scratch || !restore)
        return fail(error, FILTER_ERROR_ARGUMENT, "engine, scratch and restore must not be NULL");
    if (!struct_size_take(&asked, sizeof asked, restore, STRUCT_SIZE_WITH(filter_restore, sealed)))
        return fail(error, FILTER_ERROR_ARGUMENT,
                    "struct_size is not set, or of a newer library; begin with "
                    "FILTER_RESTORE_INIT");
    if (asked.text_count && !asked.texts) return fail(error, FILTER_ERROR_ARGUMENT, "texts is NULL");
    filter_status status = check_texts(&asked, error);
    if (status == FILTER_OK) status = scratch_begin(scratch, engine, error);
    if (status != FILTER_OK) return status;
    filter_restored *out = arena_alloc(&scratch->memory, 1, sizeof *out);
    status = out ? restore_all(engine, scratch, &asked, out, error)
                 : fail(error, FILTER_ERROR_MEMORY, "out of memory while restoring");
    if (status == FILTER_OK) *result = out;
    inspect_end(scratch);
    return status;
}
