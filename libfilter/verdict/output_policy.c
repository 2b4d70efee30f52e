/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/output_policy.h"

#include "base/utf8.h"
#include "text/address.h"
#include "verdict/json_answer.h"

#include <string.h>
#include <strings.h>

/* ------------------------------------------------------------------------------------ hosts ---- */

static bool is_listed(const yaml_strings *hosts, const char *host, size_t size) {
    for (size_t i = 0; i < hosts->count; i++) {
        const char *name = hosts->items[i];
        size_t length = strlen(name);
        bool below = length > 2 && name[0] == '*' && name[1] == '.';
        if (below && size >= length && strncasecmp(host + size - (length - 1), name + 1, length - 1) == 0) return true;
        if (!below && size == length && strncasecmp(host, name, size) == 0) return true;
    }
    return false;
}

bool output_host_is_listed(const output_policy *output, const char *host, size_t size) {
    return is_listed(&output->hosts, host, size);
}

static bool links_elsewhere(const yaml_strings *hosts, const char *text, size_t size) {
    for (size_t at = address_authority(text, size, 0); at < size; at = address_authority(text, size, at)) {
        span host = address_host(text, size, at);
        if (host.end > host.start && !is_listed(hosts, text + host.start, host.end - host.start)) return true;
    }
    return false;
}

/* ------------------------------------------------------------------------------------- data ---- */

/* Bytes that are searched for values of one answer, at most: beyond, a value counts as new. */
#define SEARCH_MAX ((size_t)64 << 20)

/* Notes what an answer does not meet, once; the string lives as long as the request. NULL: memory is out. */
static void add_violation(filter_scratch *s, const char *what) {
    verdict_notes *notes = &s->notes;
    if (!what) s->failed = true;
    for (size_t i = 0; what && i < notes->violation_count; i++) {
        if (strcmp(notes->violations[i], what) == 0) return;
    }
    if (what && notes->violation_count < VIOLATIONS_MAX) notes->violations[notes->violation_count++] = what;
}

/* Did the model get this value in the request? */
static bool is_known(const filter_request *request, filter_scratch *s, const char *value, size_t size) {
    for (size_t i = 0; i < request->segment_count; i++) {
        const filter_segment *segment = &request->segments[i];
        if (segment->role == FILTER_ROLE_ASSISTANT || segment->size < size) continue;
        if (s->notes.searched > SEARCH_MAX) return false;
        s->notes.searched += segment->size;
        if (text_find(segment->text, segment->size, value, size)) return true;
    }
    return false;
}

static filter_action more(filter_action a, int b) {
    return b > (int)a ? (filter_action)b : a;
}

filter_action output_data_action(const checked_request *r, filter_scratch *s, const candidate *c, filter_action usual) {
    const pack_policy *policy = r->policy;
    const output_policy *o = &policy->output;
    const filter_segment *answer = &r->asked.segments[c->segment];
    const char *value = answer->text + c->at.start;
    size_t size = c->at.end - c->at.start;
    if (strcmp(c->rule->entity_type, "URL") == 0) {
        if (!o->hosts.node) return usual;
        size_t authority = address_authority(value, size, 0);
        span host = address_host(value, size, authority < size ? authority : 0);
        return is_listed(&o->hosts, value + host.start, host.end - host.start) ? usual : more(usual, o->unlisted_hosts);
    }
    if (o->unseen_data < 0 || o->unseen_data <= (int)usual ||
        c->score < policy->threshold[category_index(c->rule->category)])
        return usual;
    if (is_known(&r->asked, s, value, size)) return usual;
    add_violation(s, "output:unseen_data");
    return (filter_action)o->unseen_data;
}

/* ------------------------------------------------------------------------------------ checks ---- */

#define CHECK_NS_PER_BYTE 10 /* of JSON, the dearest check */

static bool is_found(const pack_policy *policy, const filter_scratch *s, size_t first, const char *rule) {
    for (size_t i = first; i < s->found.count; i++) {
        const candidate *c = &s->found.items[i];
        if (c->dropped || c->score < policy->threshold[category_index(c->rule->category)]) continue;
        if (strcmp(c->rule->id, rule) == 0) return true;
    }
    return false;
}

static bool is_json(filter_scratch *s, const filter_segment *answer) {
    bool valid = json_answer_is_valid(&s->memory, answer->text, answer->size);
    s->failed = s->failed || s->memory.failed;
    return valid;
}

filter_verdict output_check(const pack_policy *policy, filter_scratch *s, const filter_segment *answer, size_t first) {
    const output_policy *o = &policy->output;
    filter_verdict verdict = FILTER_ALLOW;
    bool violated = false;
    /* Late, the answer counts as not read in full. */
    if (!work_fits(&s->work, (int64_t)answer->size * CHECK_NS_PER_BYTE)) return verdict;
    if (o->hosts.node && links_elsewhere(&o->hosts, answer->text, answer->size)) {
        add_violation(s, "output:hosts");
        verdict = (filter_verdict)o->unlisted_hosts;
    }
    if (o->max_bytes && answer->size > o->max_bytes) {
        add_violation(s, "output:max_bytes");
        violated = true;
    }
    if (o->json && !is_json(s, answer)) {
        add_violation(s, "output:json");
        violated = true;
    }
    for (size_t i = 0; i < o->match.count; i++) {
        if (is_found(policy, s, first, o->match.items[i])) continue;
        add_violation(s, arena_printf(&s->memory, "output:match:%s", o->match.items[i]));
        violated = true;
    }
    for (size_t i = 0; i < o->no_match.count; i++) {
        if (!is_found(policy, s, first, o->no_match.items[i])) continue;
        add_violation(s, arena_printf(&s->memory, "output:no_match:%s", o->no_match.items[i]));
        violated = true;
    }
    return violated && o->violation > verdict ? o->violation : verdict;
}
