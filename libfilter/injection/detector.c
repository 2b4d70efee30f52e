/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/detector.h"

#include "injection/adversarial_suffix.h"
#include "injection/many_shot.h"
#include "injection/obfuscated_terms.h"
#include "injection/prompt_leak.h"
#include "injection/sentence_model.h"

typedef enum detector_views {
    VIEWS_ALL,
    VIEWS_AS_SENT,
    VIEWS_OF_OBFUSCATION, /* those that undo what only an obfuscation makes */
} detector_views;

typedef struct detector {
    detector_kind kind;
    detector_views views;
    unsigned roles; /* bits 1 << filter_role; the rule may ask for fewer */
    void (*find)(const pass *p, const pack_rule *rule);
} detector;

#define ANY_ROLE (~0U)

static const detector detectors[] = {
    {DETECTOR_SENTENCE_MODEL, VIEWS_ALL, ANY_ROLE, sentence_model_find},
    {DETECTOR_ADVERSARIAL_SUFFIX, VIEWS_AS_SENT, ANY_ROLE, adversarial_suffix_find},
    {DETECTOR_OBFUSCATED_TERMS, VIEWS_OF_OBFUSCATION, ANY_ROLE, obfuscated_terms_find},
    {DETECTOR_MANY_SHOT, VIEWS_AS_SENT, ANY_ROLE, many_shot_find},
    {DETECTOR_PROMPT_LEAK, VIEWS_AS_SENT, 1U << FILTER_ROLE_ASSISTANT, prompt_leak_find},
};

static bool looks_at(const detector *d, const view *v) {
    switch (d->views) {
    case VIEWS_AS_SENT: return !v->source;
    case VIEWS_OF_OBFUSCATION: return v->reveals_obfuscation;
    default: return true;
    }
}

void detectors_run(const pass *p) {
    for (size_t i = 0; i < sizeof detectors / sizeof *detectors; i++) {
        const detector *d = &detectors[i];
        const pack_rule *rule = p->engine->detectors[d->kind];
        if (rule && pass_has_role(p, rule) && (d->roles >> p->role & 1) && looks_at(d, p->view)) d->find(p, rule);
    }
}
