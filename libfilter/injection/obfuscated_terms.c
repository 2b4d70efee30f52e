/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/obfuscated_terms.h"

#include "values/confirm.h"
#include "base/utf8.h"

#include <string.h>

/* Did the word stand in the text that the view was made from? What surrounds a disguise is in the view, too. */
static bool stood_there(const view *v, span word) {
    span from = map_source(&v->map, word);
    size_t size = word.end - word.start;
    return from.end - from.start == size && memcmp(v->source->text + from.start, v->text + word.start, size) == 0;
}

void veil_find(const filter_engine *engine, filter_scratch *s, const view *v, size_t segment, filter_role role) {
    const pack_rule *rule = engine_sole(engine, SOLE_VEIL, role);
    if (!rule || !v->veiled) return;
    size_t count = 0;
    span at = {v->size, 0};
    for (size_t i = 0; i < v->size;) {
        size_t start = i;
        while (i < v->size && text_is_alpha(v->text[i])) i++;
        if (i == start) {
            i++;
            continue;
        }
        const vocabulary_word *word = vocabulary_find(&engine->vocabulary, v->text + start, i - start);
        if (!word || !word->telling || stood_there(v, (span){start, i})) continue;
        count++;
        if (start < at.start) at.start = start;
        at.end = i;
    }
    if (count >= rule->veil->words) confirm_found(engine, s, v, segment, engine_rule_index(engine, rule), at);
}
