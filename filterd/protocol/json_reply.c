/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/wire.h"

#include "base/names.h"
#include "base/utf8.h"
#include "protocol/json_build.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Four digits say all that a score knows, and keep replies short. */
static json_t *score_json(double score) {
    return json_real(round(score * 10000) / 10000);
}

static json_t *count_json(size_t count) {
    return json_integer((json_int_t)count);
}

static json_t *reply_start(const char *id, const char *status) {
    return json_pack("{s:i, s:s, s:s}", "v", WIRE_VERSION, "id", id, "status", status);
}

static json_t *error_json(const char *id, const wire_error *error) {
    json_t *reply = reply_start(id, "error");
    json_t *body = json_pack("{s:s, s:s}", "code", error->code, "message", error->message);
    if (error->has_place) {
        json_build_set(&body, "frame", count_json(error->frame));
        json_build_set(&body, "offset", count_json(error->offset));
    }
    json_build_set(&reply, "error", body);
    return reply;
}

json_t *wire_reply_error(const char *id, const wire_error *error) {
    static const wire_error internal = {.code = "internal", .message = WIRE_INTERNAL_MESSAGE};
    json_t *reply = error_json(id, error);
    return reply ? reply : error_json(id, &internal);
}

/* Before and after the id. */
#define TEXT_OF(number) #number
#define VERSION_TEXT(number) TEXT_OF(number)
#define INTERNAL_BEGIN "{\"v\":" VERSION_TEXT(WIRE_VERSION) ",\"id\":\""
#define INTERNAL_END                                                                                                   \
    "\",\"status\":\"error\",\"error\":{\"code\":\"internal\",\"message\":\"" WIRE_INTERNAL_MESSAGE "\"}}"

const char wire_internal_constant[] = INTERNAL_BEGIN INTERNAL_END;

size_t wire_internal_error(const char *id, char out[WIRE_INTERNAL_MAX]) {
    char quoted[WIRE_NAME_MAX * 6 + 1];
    size_t size = strnlen(id, WIRE_NAME_MAX), used = 0;
    if (text_valid_prefix(id, size) < size) size = 0;
    for (size_t i = 0; i < size; i++) {
        bool plain = (unsigned char)id[i] >= 0x20 && id[i] != '"' && id[i] != '\\';
        if (plain) quoted[used++] = id[i];
        else used += (size_t)snprintf(quoted + used, sizeof quoted - used, "\\u%04x", (unsigned)id[i]);
    }
    quoted[used] = '\0';
    return (size_t)snprintf(out, WIRE_INTERNAL_MAX, INTERNAL_BEGIN "%s" INTERNAL_END, quoted);
}

json_t *wire_reply_ping(const char *id) {
    return reply_start(id, "ok");
}

static json_t *pack_json(const char *version, const char *digest) {
    return json_pack("{s:s, s:s}", "version", version, "digest", digest);
}

/* LiteLLM's and Bedrock's words for the verdict. */
static const char *action_word(filter_verdict verdict) {
    return verdict == FILTER_BLOCK ? "BLOCKED" : verdict == FILTER_REDACT ? "GUARDRAIL_INTERVENED" : "NONE";
}

static void set_text(json_t **segment, const char *name, filter_text text, filter_text *texts, size_t *count) {
    if (!text.text) return;
    json_build_set(segment, name, count_json(*count));
    texts[(*count)++] = text;
}

static json_t *segments_json(const filter_result *result, unsigned returns, filter_text *texts, size_t *count) {
    json_t *array = json_array();
    for (size_t i = 0; i < result->segment_count; i++) {
        const filter_segment_result *s = &result->segments[i];
        json_t *segment = json_object();
        json_build_set(&segment, "verdict", json_string(filter_verdict_name(s->verdict)));
        json_build_set(&segment, "score", score_json(s->score));
        set_text(&segment, "redacted", s->redacted, texts, count);
        set_text(&segment, "sanitized", s->sanitized, texts, count);
        set_text(&segment, "isolated", s->isolated, texts, count);
        if (returns & FILTER_RETURN_SANITIZED) json_build_set(&segment, "stripped", count_json(s->stripped));
        if (returns & FILTER_RETURN_ISOLATED) json_build_set(&segment, "neutralised", count_json(s->neutralised));
        json_build_add(&array, segment);
    }
    return array;
}

static json_t *evidence_json(unsigned evidence) {
    json_t *array = json_array();
    for (size_t i = 0; names_evidence[i]; i++) {
        if (evidence >> i & 1) json_build_add(&array, json_string(names_evidence[i]));
    }
    return array;
}

static json_t *names_json(const filter_finding *f) {
    json_t *array = json_array();
    for (size_t i = 0; i < f->name_count; i++) json_build_add(&array, json_stringn(f->names[i].text, f->names[i].size));
    return array;
}

/* `segment`: the text that it is in; looked at only when texts are asked for. */
static json_t *finding_json(const wire_request *request, const filter_finding *f, filter_text segment) {
    json_t *finding = json_object();
    json_build_set(&finding, "segment", count_json(f->segment));
    json_build_set(&finding, "rule", json_string(f->rule));
    json_build_set(&finding, "entity_type", json_string(f->entity_type));
    json_build_set(&finding, "category", json_string(filter_category_name(f->category)));
    json_build_set(&finding, "start", count_json(f->start));
    json_build_set(&finding, "end", count_json(f->end));
    json_build_set(&finding, "score", score_json(f->score));
    json_build_set(&finding, "action", json_string(filter_action_name(f->action)));
    json_build_set(&finding, "view", json_string(f->view));
    if (f->evidence) json_build_set(&finding, "evidence", evidence_json(f->evidence));
    if (f->path.text) json_build_set(&finding, "path", json_stringn(f->path.text, f->path.size));
    if (f->name_count) json_build_set(&finding, "names", names_json(f));
    if (request->return_text) {
        json_build_set(&finding, "text", json_stringn(segment.text + f->byte_start, f->byte_end - f->byte_start));
    }
    return finding;
}

static json_t *findings_json(const wire_request *request, const filter_result *result, size_t *listed) {
    json_t *array = json_array();
    *listed = result->finding_count < WIRE_FINDINGS_MAX ? result->finding_count : WIRE_FINDINGS_MAX;
    for (size_t i = 0; i < *listed; i++) {
        const filter_finding *f = &result->findings[i];
        filter_text segment = {NULL, 0};
        if (request->return_text)
            segment = (filter_text){request->segments[f->segment].text, request->segments[f->segment].size};
        json_build_add(&array, finding_json(request, f, segment));
    }
    return array;
}

static json_t *coverage_json(const filter_result *result, size_t findings_listed) {
    json_t *skipped = json_array();
    for (size_t i = 0; i < result->skip_count; i++) {
        json_build_add(&skipped, json_pack("{s:I, s:s}", "segment", (json_int_t)result->skipped[i].segment, "reason",
                                           result->skipped[i].reason));
    }
    if (findings_listed < result->finding_count) {
        json_build_add(&skipped,
                       json_pack("{s:I, s:s}", "segment", (json_int_t)result->findings[findings_listed].segment,
                                 "reason", WIRE_FINDINGS_SKIPPED));
    }
    return json_pack("{s:I, s:I, s:o}", "segments", (json_int_t)result->segment_count, "bytes",
                     (json_int_t)result->bytes, "skipped", skipped);
}

/* What every reply with a verdict begins with. */
static json_t *verdict_json(const wire_request *request, const filter_result *result) {
    json_t *reply = reply_start(request->id, "ok"), *reasons = json_array();
    json_build_set(&reply, "verdict", json_string(filter_verdict_name(result->verdict)));
    json_build_set(&reply, "action", json_string(action_word(result->verdict)));
    json_build_set(&reply, "score", score_json(result->score));
    for (size_t i = 0; i < result->reason_count; i++) json_build_add(&reasons, json_string(result->reasons[i]));
    json_build_set(&reply, "reasons", reasons);
    return reply;
}

static json_t *timing_json(const wire_timing *timing) {
    return json_pack("{s:I, s:I, s:I}", "queue", (json_int_t)timing->queue_us, "scan", (json_int_t)timing->scan_us,
                     "total", (json_int_t)timing->total_us);
}

/* And what it ends with, before its coverage. */
static void add_end(json_t **reply, const filter_result *result, const wire_timing *timing) {
    json_build_set(reply, "policy", json_string(result->policy));
    json_build_set(reply, "pack", pack_json(result->pack_version, result->pack_digest));
    json_build_set(
        reply, "usage",
        json_pack("{s:I, s:I}", "bytes", (json_int_t)result->bytes, "tokens", (json_int_t)wire_tokens(result->bytes)));
    json_build_set(reply, "timing_us", timing_json(timing));
}

json_t *wire_reply_inspect(const wire_request *request, const filter_result *result, const wire_timing *timing,
                           filter_text *texts, size_t *text_count) {
    json_t *reply = verdict_json(request, result);
    unsigned returns = request->filter.returns;
    size_t listed = result->finding_count;
    *text_count = 0;
    json_build_set(&reply, "segments", segments_json(result, returns, texts, text_count));
    if (returns & FILTER_RETURN_FINDINGS) json_build_set(&reply, "findings", findings_json(request, result, &listed));
    if (returns & FILTER_RETURN_ISOLATED) {
        json_build_set(&reply, "isolation",
                       json_pack("{s:s, s:s, s:s}", "mode", filter_isolate_mode_name(result->isolate_mode), "boundary",
                                 result->isolate_boundary, "instruction", result->isolate_instruction));
    }
    json_build_set(&reply, "coverage", coverage_json(result, listed));
    add_end(&reply, result, timing);
    return reply;
}

/* ------------------------------------------------------------------------------------ chats ---- */

static json_t *path_json(filter_text path) {
    return json_stringn(path.text, path.size);
}

/* Parts that something was found in. A conversation has many, and most of them are clean. */
static json_t *parts_json(const filter_chat_result *chat) {
    json_t *array = json_array();
    for (size_t i = 0; i < chat->part_count; i++) {
        const filter_segment_result *result = &chat->result->segments[i];
        const filter_chat_part *part = &chat->parts[i];
        if (result->verdict == FILTER_ALLOW) continue;
        json_t *item = json_object();
        json_build_set(&item, "part", count_json(i));
        json_build_set(&item, "path", path_json(part->path));
        json_build_set(&item, "role", json_string(filter_role_name(part->role)));
        json_build_set(&item, "verdict", json_string(filter_verdict_name(result->verdict)));
        json_build_set(&item, "score", score_json(result->score));
        json_build_set(&item, "earlier", json_boolean(part->flags & FILTER_SEGMENT_EARLIER));
        json_build_add(&array, item);
    }
    return array;
}

static json_t *chat_findings_json(const wire_request *request, const filter_chat_result *chat, size_t *listed) {
    const filter_result *result = chat->result;
    json_t *array = json_array();
    *listed = result->finding_count < WIRE_FINDINGS_MAX ? result->finding_count : WIRE_FINDINGS_MAX;
    for (size_t i = 0; i < *listed; i++) {
        const filter_finding *f = &result->findings[i];
        json_t *finding = finding_json(request, f, chat->parts[f->segment].text);
        json_build_set(&finding, "path", path_json(chat->parts[f->segment].path));
        json_build_add(&array, finding);
    }
    return array;
}

static size_t count_remembered(const filter_chat_result *chat) {
    size_t count = 0;
    for (size_t i = 0; i < chat->part_count; i++) count += (chat->parts[i].flags & FILTER_SEGMENT_CLEAN) != 0;
    return count;
}

static json_t *unread_json(const filter_chat_result *chat) {
    json_t *array = json_array();
    for (size_t i = 0; i < chat->unread_count; i++) {
        const filter_chat_unread *unread = &chat->unread[i];
        json_t *item = json_pack("{s:s, s:I}", "reason", unread->reason, "bytes", (json_int_t)unread->bytes);
        json_build_set(&item, "path", path_json(unread->path));
        json_build_add(&array, item);
    }
    return array;
}

static void set_counts(json_t **reply, size_t restored, size_t withheld, size_t unknown) {
    json_build_set(reply, "restored", count_json(restored));
    json_build_set(reply, "withheld", count_json(withheld));
    json_build_set(reply, "unknown", count_json(unknown));
}

json_t *wire_reply_restored(const wire_request *request, const filter_restored *restored, filter_text *texts,
                            size_t *text_count) {
    json_t *reply = reply_start(request->id, "ok");
    set_counts(&reply, restored->restored, restored->withheld, restored->unknown);
    for (size_t i = 0; i < restored->text_count; i++) texts[i] = restored->texts[i];
    *text_count = restored->text_count;
    return reply;
}

json_t *wire_reply_chat(const wire_request *request, const filter_chat_result *chat, const wire_timing *timing,
                        filter_text *texts, size_t *text_count) {
    const filter_result *result = chat->result;
    json_t *reply = verdict_json(request, result);
    size_t listed = result->finding_count;
    *text_count = 0;
    json_build_set(&reply, "api", json_string(filter_api_name(chat->api)));
    json_build_set(&reply, "changed", json_boolean(chat->changed));
    if (chat->changed) set_text(&reply, "body", chat->body, texts, text_count);
    set_text(&reply, "ending", chat->ending, texts, text_count);
    if (chat->ending.text) json_build_set(&reply, "http_status", count_json(chat->http_status));
    set_text(&reply, "sealed", request->restore == WIRE_RESTORE_SEAL ? chat->sealed : (filter_text){NULL, 0}, texts,
             text_count);
    if (*chat->cache_key) json_build_set(&reply, "cache_key", json_string(chat->cache_key));
    if (request->restore && request->chat.direction == FILTER_FROM_MODEL)
        set_counts(&reply, chat->restored, chat->withheld, chat->unknown);
    json_build_set(&reply, "parts", parts_json(chat));
    if (request->filter.returns & FILTER_RETURN_FINDINGS)
        json_build_set(&reply, "findings", chat_findings_json(request, chat, &listed));
    json_t *coverage = coverage_json(result, listed);
    json_build_set(&coverage, "unread", unread_json(chat));
    json_build_set(&coverage, "remembered", count_json(count_remembered(chat)));
    json_build_set(&reply, "coverage", coverage);
    add_end(&reply, result, timing);
    return reply;
}

json_t *wire_reply_settled(const wire_request *request, const filter_settled *settled, const wire_timing *timing,
                           filter_text *texts, size_t *text_count) {
    json_t *reply = reply_start(request->id, "ok"), *reasons = json_array();
    *text_count = 0;
    json_build_set(&reply, "verdict", json_string(filter_verdict_name(settled->verdict)));
    for (size_t i = 0; i < settled->reason_count; i++) json_build_add(&reasons, json_string(settled->reasons[i]));
    json_build_set(&reply, "reasons", reasons);
    set_text(&reply, "settled", settled->text, texts, text_count);
    json_build_set(&reply, "held", count_json(settled->held));
    if (request->restore) set_counts(&reply, settled->restored, settled->withheld, settled->unknown);
    json_build_set(&reply, "timing_us", timing_json(timing));
    return reply;
}

/* ------------------------------------------------------------------------------------- info ---- */

static void add_once(json_t **array, const char *text) {
    for (size_t i = 0; i < json_array_size(*array); i++) {
        if (strcmp(json_string_value(json_array_get(*array, i)), text) == 0) return;
    }
    json_build_add(array, json_string(text));
}

json_t *wire_reply_info(const char *id, const filter_engine *engine) {
    json_t *reply = reply_start(id, "ok"), *entities = json_array(), *policies = json_array();
    size_t counts[3] = {0, 0, 0};
    filter_rule_info rule;
    for (size_t i = 0; filter_engine_rule(engine, i, &rule); i++) {
        counts[rule.category == FILTER_PII ? 0 : rule.category == FILTER_SECRET ? 1 : 2]++;
        add_once(&entities, rule.entity_type);
    }
    for (size_t i = 0; filter_engine_policy(engine, i); i++) {
        json_build_add(&policies, json_string(filter_engine_policy(engine, i)));
    }
    json_build_set(&reply, "version", json_string(filter_version()));
    json_build_set(&reply, "pack", pack_json(filter_engine_pack_version(engine), filter_engine_pack_digest(engine)));
    json_build_set(&reply, "rules",
                   json_pack("{s:I, s:I, s:I}", "pii", (json_int_t)counts[0], "secret", (json_int_t)counts[1],
                             "injection", (json_int_t)counts[2]));
    json_build_set(&reply, "entity_types", entities);
    json_build_set(&reply, "policies", policies);
    return reply;
}
