/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/detector.h"

#include "injection/adversarial_suffix.h"
#include "injection/hidden_text.h"
#include "injection/many_shot.h"
#include "injection/obfuscated_terms.h"
#include "injection/obeyed_link.h"
#include "injection/obeyed_order.h"
#include "injection/obeyed_text.h"
#include "injection/prompt_leak.h"
#include "injection/sentence_model.h"
#include "names/names.h"

typedef enum detector_views {
    VIEWS_ALL,
    VIEWS_AS_SENT,
    VIEWS_OF_OBFUSCATION, /* those that undo what only an obfuscation makes */
} detector_views;

typedef struct detector {
    const detector_type *type;
    detector_views views;
    unsigned roles; /* bits 1 << filter_role; the rule may ask for fewer */
    void (*find)(const pass *p, const pack_rule *rule);
} detector;

#define ANY_ROLE (~0U)

/* One line for each detector, in the order in which they look: the model weighs what those before it found, and has
 * nothing to say of what was found by comparing. */
/* clang-format off */
#define DETECTORS(line)                                                                             \
    line(adversarial_suffix, VIEWS_AS_SENT, ANY_ROLE)                                               \
    line(obfuscated_terms, VIEWS_OF_OBFUSCATION, ANY_ROLE)                                          \
    line(hidden_text, VIEWS_AS_SENT, ANY_ROLE)                                                      \
    line(many_shot, VIEWS_AS_SENT, ANY_ROLE)                                                        \
    line(prompt_leak, VIEWS_AS_SENT, 1U << FILTER_ROLE_ASSISTANT)                                   \
    line(sentence_model, VIEWS_ALL, ANY_ROLE)                                                       \
    line(obeyed_link, VIEWS_AS_SENT, 1U << FILTER_ROLE_ASSISTANT)                                   \
    line(obeyed_text, VIEWS_AS_SENT, 1U << FILTER_ROLE_ASSISTANT)                                   \
    line(obeyed_order, VIEWS_AS_SENT, 1U << FILTER_ROLE_ASSISTANT)
/* clang-format on */

#define DETECTOR_LINE(name, views, roles) {&name##_type, views, roles, name##_find},
#define TYPE_LINE(name, views, roles) &name##_type,

static const detector detectors[] = {DETECTORS(DETECTOR_LINE)};
const detector_type *const detector_types[] = {DETECTORS(TYPE_LINE) & person_type, &location_type, &organization_type,
                                               NULL};

_Static_assert(sizeof detectors / sizeof *detectors < DETECTORS_MAX, "DETECTORS_MAX is too small");

static bool looks_at(const detector *d, const view *v) {
    switch (d->views) {
    case VIEWS_AS_SENT: return !v->source;
    case VIEWS_OF_OBFUSCATION: return v->reveals_obfuscation;
    default: return !v->is_superseded;
    }
}

void detectors_run(const pass *p) {
    for (size_t i = 0; i < sizeof detectors / sizeof *detectors; i++) {
        const detector *d = &detectors[i];
        const pack_rule *rule = p->engine->detectors[i];
        if (rule && pass_has_role(p, rule) && (d->roles >> p->role & 1) && looks_at(d, p->view)) d->find(p, rule);
    }
}
