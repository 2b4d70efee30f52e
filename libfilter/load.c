/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filter: the public calls that are not a step of an inspection: loading, and what is loaded.
 */
#include "base/rule_files.h"
#include "engine/engine.h"
#include "rule_examples.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ----------------------------------------------------------------------------------- loading ---- */

filter_status filter_engine_new(filter_engine **engine, const filter_source *sources, size_t source_count,
                                const filter_engine_options *options, filter_error *error) {
    filter_engine_options o = FILTER_ENGINE_OPTIONS_INIT;
    *engine = NULL;
    if (options) memcpy(&o, options, options->struct_size < sizeof o ? options->struct_size : sizeof o);
    diagnostics d = {.fn = o.on_diagnostic, .arg = o.diagnostic_arg, .file = "", .rule = ""};
    filter_status status = engine_build(engine, sources, source_count, &o, &d, error);
    if (status != FILTER_OK || o.skip_examples) return status;
    status = example_run_all(*engine, &d, "load", error);
    if (status == FILTER_OK && d.count) {
        status = FILTER_ERROR_RULES;
        engine_fail(error, status, "%.500s", d.first);
    }
    if (status != FILTER_OK) {
        filter_engine_unref(*engine);
        *engine = NULL;
    }
    return status;
}

filter_status filter_engine_new_from_directory(filter_engine **engine, const char *directory,
                                               const filter_engine_options *options, filter_error *error) {
    rule_files files = {.on_folder = NULL};
    *engine = NULL;
    filter_status status = rule_files_list(&files, directory);
    if (status != FILTER_OK) engine_fail(error, status, "%s", files.why);
    filter_source *sources = calloc(files.count + 1, sizeof *sources);
    if (status == FILTER_OK && !sources) {
        status = FILTER_ERROR_MEMORY;
        engine_fail(error, status, "out of memory while loading rules");
    }
    if (status == FILTER_OK) {
        for (size_t i = 0; i < files.count; i++) sources[i].name = files.paths[i];
        status = filter_engine_new(engine, sources, files.count, options, error);
    }
    free(sources);
    rule_files_fini(&files);
    return status;
}

/* ------------------------------------------------------------------------------ what is loaded ---- */

size_t filter_engine_rule_count(const filter_engine *engine) {
    return engine->set.rule_count;
}

bool filter_engine_rule(const filter_engine *engine, size_t index, filter_rule_info *info) {
    static const char *const finders[] = {"head", "digits", "name", "regex"};
    if (index >= engine->set.rule_count) return false;
    const pack_rule *rule = &engine->set.rules[index];
    *info = (filter_rule_info){.id = rule->id,
                               .title = rule->title,
                               .pack = rule->pack,
                               .file = rule->file,
                               .line = rule->line,
                               .entity_type = rule->entity_type,
                               .category = rule->category,
                               .severity = rule->severity,
                               .score = rule->score,
                               .finder = rule->model           ? "model"
                                         : rule->leak          ? "leak"
                                         : rule->tail          ? "tail"
                                         : rule->veil          ? "veil"
                                         : rule->turns         ? "turns"
                                         : rule->pattern_count ? finders[rule->patterns[0].finder]
                                                               : "phrase",
                               .checksum = rule->checksum_count ? rule->checksums[0]->name : "",
                               .patterns = engine->rules[index].sources,
                               .pattern_count = rule->pattern_count + rule->phrases.count,
                               .references = rule->references.items,
                               .reference_count = rule->references.count,
                               .example_count = (rule->match ? rule->match->count : 0) +
                                                (rule->no_match ? rule->no_match->count : 0),
                               .context_count = rule->context.words.count};
    return true;
}

const char *filter_engine_policy(const filter_engine *engine, size_t index) {
    return index < engine->set.policy_count ? engine->set.policies[index].id : NULL;
}

bool filter_engine_has_entity(const filter_engine *engine, const char *entity_type) {
    for (size_t i = 0; i < engine->set.rule_count; i++) {
        if (strcmp(engine->set.rules[i].entity_type, entity_type) == 0) return true;
    }
    return false;
}

bool filter_engine_has_family(const filter_engine *engine, const char *model_family) {
    return engine_family(engine, model_family) != 0;
}

const char *filter_engine_pack_version(const filter_engine *engine) {
    return engine->version;
}

const char *filter_engine_pack_digest(const filter_engine *engine) {
    return engine->digest;
}

size_t filter_engine_size(const filter_engine *engine) {
    size_t size = sizeof *engine + engine->memory.held;
    for (int i = 0; i < DATABASE_COUNT; i++) size += database_size(engine->databases[i]);
    for (size_t i = 0; i < engine->pattern_count; i++) {
        size_t code = 0;
        if (pcre2_pattern_info(engine->patterns[i].code, PCRE2_INFO_SIZE, &code) == 0) size += code;
        if (pcre2_pattern_info(engine->patterns[i].code, PCRE2_INFO_JITSIZE, &code) == 0) size += code;
    }
    return size;
}
