/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"
#include "render/render.h"

void render_findings(const decided *d, filter_result *result) {
    filter_scratch *s = d->scratch;
    const filter_request *r = &d->request->asked;
    filter_finding *findings = arena_alloc(&s->memory, s->found.count + 1, sizeof *findings);
    if (!findings) {
        s->failed = true;
        return;
    }
    text_ruler starts = {0}, ends = {0};
    size_t segment = SIZE_MAX;
    for (size_t i = 0; i < s->found.count; i++) {
        const candidate *c = &s->found.items[i];
        if (c->segment != segment) {
            segment = c->segment;
            const filter_segment *text = &r->segments[segment];
            starts = ends = (text_ruler){.text = text->text, .size = text->size, .unit = r->offsets};
        }
        if (c->at.end < ends.byte) ends = starts; /* spans may nest: measure this end from its own start */
        findings[i] = (filter_finding){.segment = c->segment,
                                       .rule = c->rule->id,
                                       .entity_type = c->rule->entity_type,
                                       .category = c->rule->category,
                                       .start = text_ruler_at(&starts, c->at.start),
                                       .end = text_ruler_at(&ends, c->at.end),
                                       .byte_start = c->at.start,
                                       .byte_end = c->at.end,
                                       .score = c->score,
                                       .action = c->action,
                                       .view = c->view_name,
                                       .evidence = c->evidence};
    }
    result->findings = findings;
    result->finding_count = s->found.count;
}
