/* SPDX-License-Identifier: Apache-2.0 */
/* What is loaded: the public calls that ask an engine. */
#include "engine/engine.h"

#include <string.h>

typedef struct finder_words {
    const char *name, *about;
} finder_words;

static finder_words finder_of(const pack_rule *rule) {
    static const finder_words finders[] = {
        [FIND_BY_PREFIX] = {"prefix", "The fixed characters it begins with, anywhere."},
        [FIND_BY_DIGITS] = {"digits", "Its shape, near digits."},
        [FIND_BY_KEYWORD] = {"keyword", "A keyword before a run of letters and digits."},
        [FIND_BY_FIELD] = {"field", "All of a value whose own name ends with one of the rule's fields."},
        [FIND_BY_REGEX] = {"regex", "Its pattern, anywhere."},
    };
    static const finder_words phrase = {"phrase", "Classes of words in one sentence, in any language."};
    if (rule->detector) return (finder_words){rule->detector->keys.what, rule->detector->keys.about};
    return rule->pattern_count ? finders[rule->patterns[0].finder] : phrase;
}

size_t filter_engine_rule_count(const filter_engine *engine) {
    return engine->set.rule_count;
}

bool filter_engine_rule(const filter_engine *engine, size_t index, filter_rule_info *info) {
    if (index >= engine->set.rule_count) return false;
    const pack_rule *rule = &engine->set.rules[index];
    const finder_words found = finder_of(rule);
    *info = (filter_rule_info){.id = rule->id,
                               .title = rule->title,
                               .pack = rule->pack,
                               .file = rule->file,
                               .line = rule->line,
                               .entity_type = rule->entity_type,
                               .category = rule->category,
                               .severity = rule->severity,
                               .score = rule->score,
                               .finder = found.name,
                               .found_by = found.about,
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
    return pack_has_entity(&engine->set, entity_type);
}

bool filter_engine_has_family(const filter_engine *engine, const char *model_family) {
    return engine_family(engine, model_family) != 0;
}

const char *filter_engine_pack_version(const filter_engine *engine) {
    return engine->version;
}

const char *filter_engine_pack_digest(const filter_engine *engine) {
    return engine->set.digest;
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
