/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/obfuscated_terms.h"

#include "base/utf8.h"
#include "findings/candidate.h"

#include <stddef.h>
#include <string.h>

/* Did the word stand in the text that the view was made from? What surrounds an obfuscation is in the view, too. */
static bool stood_there(const view *v, span word) {
    span from = span_map_source(&v->map, word);
    size_t size = word.end - word.start;
    return from.end - from.start == size && memcmp(v->source->text + from.start, v->text + word.start, size) == 0;
}

/* -------------------------------------------------------------------------------- settings ---- */

typedef struct obfuscated_terms_settings {
    size_t min_words; /* indicator words that only an obfuscation has, at least */
} obfuscated_terms_settings;

static const yaml_field fields[] = {
    {.key = "min_words",
     .type = YAML_COUNT,
     .offset = offsetof(obfuscated_terms_settings, min_words),
     .required = true,
     .min = 1,
     .max = 100,
     .about = "Indicator words that only an obfuscation has, at least."},
    {.key = "words", .renamed = "min_words"},
};

const detector_type obfuscated_terms_type = {
    .keys = {.what = "obfuscated_terms",
             .fields = fields,
             .count = sizeof fields / sizeof *fields,
             .about = "Indicator words that somebody obfuscated."},
    .size = sizeof(obfuscated_terms_settings),
};

/* --------------------------------------------------------------------------------- finding ---- */

void obfuscated_terms_find(const pass *p, const pack_rule *rule) {
    const obfuscated_terms_settings *limits = rule->settings;
    const view *v = p->view;
    size_t count = 0;
    span at = {v->size, 0};
    for (size_t i = 0; i < v->size && work_spend(&p->scratch->work, 16);) {
        size_t start = i;
        while (i < v->size && text_is_alpha(v->text[i])) i++;
        if (i == start) {
            i++;
            continue;
        }
        const indexed_word *word = word_index_find(&p->engine->word_index, v->text + start, i - start);
        if (!word || !word->is_indicator || stood_there(v, (span){start, i})) continue;
        count++;
        if (start < at.start) at.start = start;
        at.end = i;
    }
    if (count >= limits->min_words) candidate_found(p, engine_rule_index(p->engine, rule), at);
}
