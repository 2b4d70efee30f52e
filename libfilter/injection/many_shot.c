/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/many_shot.h"

#include "base/utf8.h"
#include "findings/candidate.h"

#include <stddef.h>
#include <string.h>

/* Who answers; in lower case. */
static const char *const speakers[] = {"assistant", "ai",  "bot",     "chatbot", "model",  "answer",
                                       "a",         "gpt", "chatgpt", "claude",  "gemini", "llama"};
#define SPEAKER_MAX 9

/* Where the name begins that the colon at `colon` ends, when it is one who answers, at the start of a line or a
 * sentence; `colon`: it is not. */
static size_t answer_at(const char *text, size_t colon) {
    size_t start = colon;
    while (start > 0 && colon - start <= SPEAKER_MAX && text_is_alpha(text[start - 1])) start--;
    size_t size = colon - start, before = start;
    if (size == 0 || size > SPEAKER_MAX) return colon;
    while (before > 0 && (text_is_space(text[before - 1]) || strchr("*_#<[", text[before - 1]))) before--;
    if (before > 0 && start == before) return colon;
    if (before > 0 && !memchr(text + before, '\n', start - before) && !strchr(".!?\"')]", text[before - 1]))
        return colon;
    for (size_t i = 0; i < sizeof speakers / sizeof *speakers; i++) {
        size_t k = 0;
        while (k < size && text_lower(text[start + k]) == speakers[i][k]) k++;
        if (k == size && !speakers[i][k]) return start;
    }
    return colon;
}

/* -------------------------------------------------------------------------------- settings ---- */

typedef struct many_shot_settings {
    size_t min_turns; /* answers of an assistant, at least */
} many_shot_settings;

static const yaml_field fields[] = {
    {.key = "min_turns",
     .type = YAML_COUNT,
     .offset = offsetof(many_shot_settings, min_turns),
     .required = true,
     .min = 1,
     .max = 1000,
     .about = "Answers of an assistant inside the text, at least."},
    {.key = "answers", .renamed = "min_turns"},
};

const detector_type many_shot_type = {
    .keys = {.what = "many_shot",
             .fields = fields,
             .count = sizeof fields / sizeof *fields,
             .about = "A conversation of many turns inside one text."},
    .size = sizeof(many_shot_settings),
};

/* --------------------------------------------------------------------------------- finding ---- */

void many_shot_find(const pass *p, const pack_rule *rule) {
    const many_shot_settings *limits = rule->settings;
    const view *v = p->view;
    size_t count = 0;
    span last = {0, 0};
    for (size_t at = 0; at < v->size && work_spend(&p->scratch->work, 64);) {
        const char *colon = memchr(v->text + at, ':', v->size - at);
        if (!colon) break;
        size_t here = (size_t)(colon - v->text);
        size_t name = answer_at(v->text, here);
        at = here + 1;
        if (name == here) continue;
        count++;
        last = (span){name, at};
    }
    if (count >= limits->min_turns) candidate_found(p, engine_rule_index(p->engine, rule), last);
}
