/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/output_policy.h"

#include "base/utf8.h"
#include "verdict/json_answer.h"

#include <string.h>
#include <strings.h>

/* ------------------------------------------------------------------------------------ hosts ---- */

static bool is_slash(char c) {
    return c == '/' || c == '\\';
}

/* The host of an authority that begins at `at`, as browsers read it (WHATWG URL, "host state"): after what stands
 * before an @, without port and final dot. What is escaped in it stays so, and equals no name. */
static span host_at(const char *text, size_t size, size_t at) {
    size_t end = at;
    while (end < size && !text_is_space(text[end]) && !is_slash(text[end]) && !strchr("?#\"'<>`()", text[end])) end++;
    for (size_t i = at; i < end; i++) {
        if (text[i] == '@') at = i + 1;
    }
    if (at < end && text[at] != '[') {
        const char *port = memchr(text + at, ':', end - at);
        if (port) end = (size_t)(port - text);
        while (end > at && strchr(".]", text[end - 1])) end--;
    }
    return (span){at, end};
}

static bool is_allowed(const yaml_strings *hosts, const char *host, size_t size) {
    for (size_t i = 0; i < hosts->count; i++) {
        const char *name = hosts->items[i];
        size_t length = strlen(name);
        bool below = length > 2 && name[0] == '*' && name[1] == '.';
        if (below && size >= length && strncasecmp(host + size - (length - 1), name + 1, length - 1) == 0) return true;
        if (!below && size == length && strncasecmp(host, name, size) == 0) return true;
    }
    return false;
}

/* Schemes whose addresses are fetched; browsers take any number of slashes, of either kind, after them. */
static bool ends_with_scheme(const char *text, size_t colon) {
    static const char *const schemes[] = {"https", "http", "ftp", "wss", "ws"};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        size_t length = strlen(schemes[i]);
        if (length > colon || strncasecmp(text + colon - length, schemes[i], length) != 0) continue;
        if (length == colon || !text_is_alnum(text[colon - length - 1])) return true;
    }
    return false;
}

/* Where the authority of the next address begins, from `at` on; size for none. Addresses without a scheme count where
 * markup has them. */
static size_t next_authority(const char *text, size_t size, size_t at) {
    for (size_t i = at; i + 1 < size; i++) {
        if (!is_slash(text[i])) continue;
        bool scheme = i > 0 && text[i - 1] == ':' && ends_with_scheme(text, i - 1);
        bool markup = i > 0 && strchr("(\"'=<", text[i - 1]) && is_slash(text[i + 1]);
        while (i < size && is_slash(text[i])) i++;
        if (scheme || markup) return i;
    }
    return size;
}

static bool links_elsewhere(const yaml_strings *hosts, const char *text, size_t size) {
    for (size_t at = next_authority(text, size, 0); at < size; at = next_authority(text, size, at)) {
        span host = host_at(text, size, at);
        if (host.end > host.start && !is_allowed(hosts, text + host.start, host.end - host.start)) return true;
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
        size_t authority = next_authority(value, size, 0);
        span host = host_at(value, size, authority < size ? authority : 0);
        return is_allowed(&o->hosts, value + host.start, host.end - host.start) ? usual
                                                                                : more(usual, o->unlisted_hosts);
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
