/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/obeyed_link.h"

#include "findings/candidate.h"
#include "injection/answer_links.h"

#include <stddef.h>

/* -------------------------------------------------------------------------------- settings ---- */

typedef struct obeyed_link_settings {
    size_t min_words, min_opaque;
    double planted, loads, encoded, foreign, much;
} obeyed_link_settings;

static const yaml_field fields[] = {
    {.key = "min_words",
     .type = YAML_COUNT,
     .offset = offsetof(obeyed_link_settings, min_words),
     .required = true,
     .min = 1,
     .max = 100,
     .about = "Words that a link carries from elsewhere, at least; twice as many to a host that no document names. A "
              "number or a key is as good as that many."},
    {.key = "min_opaque",
     .type = YAML_COUNT,
     .offset = offsetof(obeyed_link_settings, min_opaque),
     .required = true,
     .min = 8,
     .max = 1000,
     .about = "Characters of a piece that nobody can read and that stands nowhere else, at least."},
    {.key = "planted",
     .type = YAML_NUMBER,
     .offset = offsetof(obeyed_link_settings, planted),
     .max = 1,
     .standard = "0",
     .about = "How far a host that a document or a tool names moves the score towards 1."},
    {.key = "loads",
     .type = YAML_NUMBER,
     .offset = offsetof(obeyed_link_settings, loads),
     .max = 1,
     .standard = "0",
     .about = "The same for an image, which loads by itself."},
    {.key = "encoded",
     .type = YAML_NUMBER,
     .offset = offsetof(obeyed_link_settings, encoded),
     .max = 1,
     .standard = "0",
     .about = "The same for text in Base64, Base32 or hexadecimal."},
    {.key = "foreign",
     .type = YAML_NUMBER,
     .offset = offsetof(obeyed_link_settings, foreign),
     .max = 1,
     .standard = "0",
     .about = "The same for words that no user said."},
    {.key = "much",
     .type = YAML_NUMBER,
     .offset = offsetof(obeyed_link_settings, much),
     .max = 1,
     .standard = "0",
     .about = "The same for three times as many words, and for a piece that nobody can read."},
};

const detector_type obeyed_link_type = {
    .keys = {.what = "obeyed_link",
             .fields = fields,
             .count = sizeof fields / sizeof *fields,
             .about = "A link of an answer that carries away what the request holds."},
    .size = sizeof(obeyed_link_settings),
};

/* --------------------------------------------------------------------------------- judging ---- */

/* What a link carries. */
typedef struct cargo {
    size_t words, foreign; /* from elsewhere; of these, what no user said */
    size_t opaque, known; /* of runs that mean nothing: what stands nowhere else, and what does */
} cargo;

/* Where the host of a link, or the nearest above it that stands somewhere, stands; NULL: nowhere. */
static const occurrence *host_of(const answer_links *links, const answer_link *link) {
    for (size_t i = 0; i < link->host_count; i++) {
        const occurrence *host = occurrences_find(&links->seen, link->hosts[i]);
        if (host && host->segments) return host;
    }
    return NULL;
}

/* Counts each word once: its note holds the link that was counted last. */
static cargo weigh(const answer_links *links, size_t number, uint64_t host, size_t min_words) {
    const answer_link *link = &links->items[number];
    cargo c = {0, 0, 0, 0};
    for (size_t i = link->first_word; i < link->first_word + link->word_count; i++) {
        occurrence *word = occurrences_find(&links->seen, links->words[i].hash);
        if (!word || word->note == number + 1) continue;
        word->note = number + 1;
        c.opaque += links->words[i].is_opaque && !word->segments;
        c.known += links->words[i].is_opaque && word->segments;
        if (!word->segments || word->segments & host) continue;
        const size_t weight = links->words[i].is_value ? min_words : 1;
        c.words += weight;
        if (!(word->segments & links->user)) c.foreign += weight;
    }
    return c;
}

/* From 0 to 1; 0: it carries nothing that counts. */
static double judge(const answer_links *links, size_t number, const pack_rule *rule) {
    const obeyed_link_settings *o = rule->settings;
    const answer_link *link = &links->items[number];
    const occurrence *copy = occurrences_find(&links->seen, link->whole), *host = host_of(links, link);
    if (copy && copy->segments) return 0;
    const uint64_t at_home = host ? host->segments : 0;
    /* A host that the application or the user names is theirs. */
    const bool is_own = at_home & (links->user | links->trusted), is_planted = at_home && !is_own;
    const cargo c = weigh(links, number, at_home, o->min_words);
    const bool is_opaque = is_planted && c.opaque > 0 && c.known == 0;
    const bool hides_words = link->is_encoded && (c.words > 0 || is_planted || link->loads);
    if (is_own && !(link->loads && hides_words)) return 0;
    if (!is_opaque && !hides_words && c.words < o->min_words * (is_planted ? 1 : 2)) return 0;
    double score = rule->score;
    if (is_planted) score = boost(score, o->planted);
    if (link->loads) score = boost(score, o->loads);
    if (hides_words) score = boost(score, o->encoded);
    if (c.foreign >= o->min_words) score = boost(score, o->foreign);
    if (is_opaque || c.words >= 3 * o->min_words) score = boost(score, o->much);
    return score;
}

/* --------------------------------------------------------------------------------- finding ---- */

/* Where it was planted, for the reasons; NULL: nobody knows. */
static const char *origin_of(filter_scratch *s, const answer_links *links, const answer_link *link) {
    const occurrence *host = host_of(links, link);
    if (!host || host->first == SIZE_MAX) return NULL;
    const char *origin = arena_printf(&s->memory, "planted:%zu", host->first);
    if (!origin) s->failed = true;
    return origin;
}

void obeyed_link_find(const pass *p, const pack_rule *rule) {
    const obeyed_link_settings *o = rule->settings;
    filter_scratch *s = p->scratch;
    if (!s->request.is_compared) return;
    if (!s->request.links) s->request.links = answer_links_read(s, o->min_opaque);
    const answer_links *links = s->request.links;
    for (size_t i = links ? answer_links_of(links, p->segment) : 0;
         links && i < links->count && links->items[i].segment == p->segment && !s->failed; i++) {
        if (!work_spend(&s->work, 64)) return;
        const double score = judge(links, i, rule);
        if (score > 0)
            candidate_scored(p, engine_rule_index(p->engine, rule), links->items[i].at, score,
                             origin_of(s, links, &links->items[i]));
    }
}
