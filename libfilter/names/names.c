/* SPDX-License-Identifier: Apache-2.0 */
#include "names/names.h"

#include "base/hash.h"
#include "base/utf8.h"
#include "findings/candidate.h"
#include "names/tagger.h"
#include "packs/name_data.h"
#include "pass/structure.h"

#include <stddef.h>
#include <string.h>

/* -------------------------------------------------------------------------------- settings ---- */

typedef struct person_settings {
    name_data data;
    const char *file, *digest;
} person_settings;

static const yaml_field person_fields[] = {
    {.key = "data",
     .type = YAML_TEXT,
     .offset = offsetof(person_settings, file),
     .required = true,
     .about = "A file of the pack's folder that ends in .bin: words and weights, also for places and organisations."},
    {.key = "digest",
     .type = YAML_TEXT,
     .offset = offsetof(person_settings, digest),
     .required = true,
     .about = "BLAKE2b-256 of the data, hexadecimal."},
};

static bool read_data(ruleset *set, const yaml_node *node, void *settings, diagnostics *d) {
    person_settings *s = settings;
    const name_source source = {s->file, s->digest, yaml_get(node, "data")};
    return name_data_read(set, &source, &s->data, d);
}

const detector_type person_type = {
    .keys = {.what = "person",
             .fields = person_fields,
             .count = sizeof person_fields / sizeof *person_fields,
             .about = "Names of persons."},
    .size = sizeof(person_settings),
    .finish = read_data,
};

const detector_type location_type = {
    .keys = {.what = "location", .about = "Names of places; the rule for persons has the data."},
    .size = 1,
};

const detector_type organization_type = {
    .keys = {.what = "organization", .about = "Names of organisations; the rule for persons has the data."},
    .size = 1,
};

/* In the order of name_type. */
static const detector_type *const types[NAME_TYPES] = {&person_type, &location_type, &organization_type};

/* --------------------------------------------------------------------------------- finding ---- */

static const pack_rule *rule_of(const filter_engine *engine, const detector_type *type) {
    for (size_t i = 0; engine->set.detectors[i]; i++) {
        if (engine->set.detectors[i] == type) return engine->detectors[i];
    }
    return NULL;
}

typedef struct naming {
    const pass *pass;
    const pack_rule *rules[NAME_TYPES]; /* NULL: nobody asks for such names */
} naming;

static void on_name(const name_span *name, void *context) {
    const naming *n = context;
    const pack_rule *rule = n->rules[name->type];
    if (!rule) return;
    candidate_scored(n->pass, engine_rule_index(n->pass->engine, rule), (span){name->start, name->end}, name->score,
                     name->why);
}

#define NAME_CALENDAR 0x100U
#define NAME_NEAR 0x800U
#define SHORT_WORD 3 /* letters: so short, a very ordinary word is a name to nobody */

name_hint names_hint(const filter_engine *engine, const char *word, size_t size) {
    const pack_rule *person = rule_of(engine, &person_type);
    if (!person || size == 1) return NAME_HINT_ORDINARY; /* "a", "I"; an initial stands by a name */
    const name_data *data = &((const person_settings *)person->settings)->data;
    const bool is_capital = word[0] >= 'A' && word[0] <= 'Z';
    uint32_t hash = HASH32_BASIS;
    for (size_t i = 0; i < size; i++) hash = hash32_step(hash, (unsigned char)text_lower(word[i]));
    const uint32_t known = name_data_find(data, hash) & NAME_CLASSES;
    if (!known) return is_capital ? NAME_HINT_NAME : NAME_HINT_ORDINARY;
    const bool is_cue = known & NAME_CUE && !(known & (NAME_NEAR | NAME_PHRASE));
    if (is_cue || known & NAME_TITLE || (known & NAME_KIN && !(known & NAME_PHRASE))) return NAME_HINT_CUE;
    if ((known & NAME_LEVEL) != NAME_LEVEL)
        return known & ~NAME_LEVEL || is_capital ? NAME_HINT_NAME : NAME_HINT_ORDINARY;
    const bool may_be_name = known & (NAME_GIVEN | NAME_FAMILY | NAME_CALENDAR);
    if (is_capital && may_be_name && (size > SHORT_WORD || known & NAME_CALENDAR)) return NAME_HINT_NAME;
    return NAME_HINT_ORDINARY;
}

/* Names stand in a text as it was sent; in one that was unescaped only where letters were escaped: ends of lines are
 * seen through as they are. */
static bool has_names(const view *v) {
    if (!v->source) return true;
    return strcmp(v->name, FILTER_VIEW_ESCAPE) == 0 && text_find(v->source->text, v->source->size, "\\u", 2);
}

void names_find(const pass *p) {
    naming n = {.pass = p};
    const pack_rule *person = rule_of(p->engine, &person_type);
    bool is_any = false;
    if (!person || !has_names(p->view)) return;
    for (size_t i = 0; i < NAME_TYPES; i++) {
        const pack_rule *rule = rule_of(p->engine, types[i]);
        if (rule && pass_has_role(p, rule) && (rule->category & p->categories)) n.rules[i] = rule;
        is_any = is_any || n.rules[i];
    }
    if (!is_any) return;
    const person_settings *settings = person->settings;
    const filter_text text = {p->view->text, p->view->size};
    const field_list *fields = structure_of(p, p->view);
    step_memory *kept = &p->scratch->name_tokens;
    name_memory memory = {&p->scratch->memory, kept->items, kept->capacity};
    if (!names_tag(&settings->data, &memory, &p->scratch->work, text, fields, on_name, &n)) p->scratch->failed = true;
    *kept = (step_memory){memory.tokens, memory.capacity};
}
