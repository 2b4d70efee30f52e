/* SPDX-License-Identifier: Apache-2.0 */
/* The binary form of requests and replies: protocol/message.h. */
#include "protocol/wire.h"

#include "protocol/writer.h"
#include "base/names.h"
#include "base/utf8.h"

#include <stdalign.h>
#include <string.h>

/* ------------------------------------------------------------------------------- requests ---- */

typedef struct reading {
    const char *message;
    size_t size;
    arena *memory;
    wire_error *error;
} reading;

/* Bytes of the message. */
static filter_text read_ref(reading *r, filter_message_ref ref, const char *field) {
    if (ref.offset <= r->size && ref.size <= r->size - ref.offset)
        return (filter_text){r->message + ref.offset, ref.size};
    wire_fail(r->error, "bad_request", "'%s' lies outside the message", field);
    return (filter_text){"", 0};
}

/* A string that ends in NUL; "" for none. */
static const char *read_name(reading *r, filter_message_ref ref, size_t max, const char *field) {
    filter_text bytes = read_ref(r, ref, field);
    if (bytes.size == 0) return "";
    if (bytes.size > max) wire_fail(r->error, "bad_request", "'%s' is longer than %zu bytes", field, max);
    else if (memchr(bytes.text, 0, bytes.size) || text_valid_prefix(bytes.text, bytes.size) < bytes.size) {
        wire_fail(r->error, "bad_request", "'%s' must be UTF-8 without NUL", field);
    }
    if (r->error->code) return "";
    char *copy = arena_alloc(r->memory, bytes.size + 1, 1);
    if (!copy) {
        wire_fail(r->error, "internal", "out of memory");
        return "";
    }
    memcpy(copy, bytes.text, bytes.size);
    return copy;
}

/* Structs in a row; NULL when there are none, or after an error. */
static const void *read_list(reading *r, filter_message_list list, size_t item, size_t max, const char *field) {
    if (list.count == 0) return NULL;
    if (list.count > max) {
        wire_fail(r->error, "bad_request", "'%s' has more than %zu items", field, max);
        return NULL;
    }
    if (list.offset % 8 || list.offset > r->size || list.count > (r->size - list.offset) / item) {
        wire_fail(r->error, "bad_request", "'%s' lies outside the message, or not at a multiple of eight", field);
        return NULL;
    }
    return r->message + list.offset;
}

/* A number that stands for a name of a list; `first` is that of its first name. */
static void check_choice(reading *r, uint64_t value, const char *const *names, uint32_t first, const char *field) {
    char list[WIRE_MESSAGE_MAX] = "";
    size_t used = 0, count = 0;
    while (names[count]) count++;
    if (value < first + count && (first == 0 || value >= first)) return;
    for (size_t i = 0; i < count && used < sizeof list; i++) {
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%zu %s", i ? ", " : "", first + i, names[i]);
    }
    wire_fail(r->error, "bad_request", "'%s': unknown value %llu; one of: %s", field, (unsigned long long)value, list);
}

/* Bits that stand for names of a list. */
static void check_bits(reading *r, uint64_t value, const char *const *names, const char *field) {
    char list[WIRE_MESSAGE_MAX] = "";
    size_t used = 0, count = 0;
    while (names[count]) count++;
    if (value >> count == 0) return;
    for (size_t i = 0; i < count && used < sizeof list; i++) {
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%u %s", i ? ", " : "", 1U << i, names[i]);
    }
    wire_fail(r->error, "bad_request", "'%s': unknown bits in %llu; any of: %s", field, (unsigned long long)value,
              list);
}

static void check_zero(reading *r, uint64_t value, const char *field) {
    if (value) wire_fail(r->error, "bad_request", "'%s' must be 0", field);
}

static void read_segments(reading *r, const filter_message_request *m, wire_request *request) {
    const filter_message_segment *items = read_list(r, m->segments, sizeof *items, FILTER_SEGMENTS_MAX, "segments");
    size_t count = items ? m->segments.count : 0;
    request->segments = arena_alloc(r->memory, count + 1, sizeof *request->segments);
    if (!request->segments) wire_fail(r->error, "internal", "out of memory");
    for (size_t i = 0; i < count && !r->error->code; i++) {
        filter_text text = read_ref(r, items[i].text, "segments[].text");
        read_name(r, items[i].name, WIRE_NAME_MAX, "segments[].name");
        check_choice(r, items[i].role, names_roles, 0, "segments[].role");
        check_zero(r, items[i].reserved, "segments[].reserved");
        request->segments[i] = (filter_segment){text.text, text.size, (filter_role)items[i].role};
    }
    request->filter.segments = request->segments;
    request->filter.segment_count = count;
}

static void read_entities(reading *r, const filter_message_request *m, wire_request *request) {
    const filter_message_ref *items = read_list(r, m->entities, sizeof *items, 1024, "detect.entities");
    if (!items) return;
    request->entities = arena_alloc(r->memory, m->entities.count, sizeof *request->entities);
    if (!request->entities) wire_fail(r->error, "internal", "out of memory");
    for (size_t i = 0; i < m->entities.count && !r->error->code; i++) {
        request->entities[i] = read_name(r, items[i], 64, "detect.entities");
    }
    request->filter.entities = request->entities;
    request->filter.entity_count = m->entities.count;
}

static void read_fields(reading *r, const filter_message_request *m, wire_request *request) {
    filter_request *f = &request->filter;
    const char *id = read_name(r, m->id, WIRE_NAME_MAX, "id");
    memcpy(request->id, id, strlen(id) + 1);
    check_choice(r, m->op, wire_op_names, 0, "op");
    request->op = (wire_op)m->op;
    const char *policy = read_name(r, m->policy, 96, "policy"),
               *family = read_name(r, m->model_family, 64, "isolate.model_family");
    request->has_policy = *policy != 0;
    if (*policy) f->policy = policy;
    if (*family) f->model_family = family;
    request->tenant = read_name(r, m->tenant, WIRE_NAME_MAX, "tenant");
    request->user = read_name(r, m->user, WIRE_NAME_MAX, "user");
    read_name(r, m->traceparent, 128, "traceparent");
    check_bits(r, m->returns, names_returns, "return");
    if (m->returns) f->returns = m->returns & ~(unsigned)FILTER_MESSAGE_RETURN_TEXT;
    request->return_text = m->returns & FILTER_MESSAGE_RETURN_TEXT;
    if (request->return_text || f->returns & FILTER_RETURN_NAMES) f->returns |= FILTER_RETURN_FINDINGS;
    check_bits(r, m->categories, names_categories, "detect.categories");
    f->categories = m->categories;
    if (!(m->min_score <= 1)) wire_fail(r->error, "bad_request", "'detect.min_score' must be a number from 0 to 1");
    f->min_score = m->min_score;
    check_choice(r, m->offsets, names_offsets, 0, "offsets");
    f->offsets = (filter_offsets)m->offsets;
    if (m->isolate_mode) check_choice(r, m->isolate_mode, names_isolate_modes, 1, "isolate.mode");
    f->isolate_mode = (filter_isolate_mode)m->isolate_mode;
    if (m->deadline_ms > 86400000)
        wire_fail(r->error, "bad_request", "'deadline_ms' must be a whole number from 0 to 86400000");
    request->deadline_ms = m->deadline_ms < 0 ? -1 : m->deadline_ms;
    read_entities(r, m, request);
    if (wire_check_operation(request, m->segments.count, r->error) && request->op == WIRE_INSPECT) {
        read_segments(r, m, request);
    }
}

static bool read_json(reading *r, const filter_message_request *m, size_t header_max, wire_request *request) {
    filter_text header = read_ref(r, m->json, "json");
    if (header.size > header_max) wire_fail(r->error, "too_large", "the header is larger than the limit");
    const filter_message_segment *items = read_list(r, m->segments, sizeof *items, FILTER_SEGMENTS_MAX, "segments");
    size_t count = items ? m->segments.count : 0;
    filter_text *texts = arena_alloc(r->memory, count + 1, sizeof *texts);
    if (!texts) wire_fail(r->error, "internal", "out of memory");
    for (size_t i = 0; i < count && !r->error->code; i++) texts[i] = read_ref(r, items[i].text, "segments[].text");
    return !r->error->code && wire_request_parse(request, header, texts, count, r->error);
}

bool wire_message_parse(wire_request *request, filter_text message, size_t header_max, arena *memory,
                        wire_error *error) {
    reading r = {message.text, message.size, memory, error};
    filter_message_request m;
    error->code = NULL;
    error->has_place = false;
    error->frame = error->offset = 0;
    *request = (wire_request){.op = WIRE_INSPECT,
                              .tenant = "",
                              .user = "",
                              .session = "",
                              .deadline_ms = -1,
                              .borrowed = true,
                              .filter = FILTER_REQUEST_INIT};
    if (message.size < sizeof m) {
        wire_fail(error, "bad_request", "a message of %zu bytes is shorter than its header", message.size);
        return false;
    }
    memcpy(&m, message.text, sizeof m);
    if (m.version != FILTER_MESSAGE_VERSION)
        wire_fail(error, "bad_request", "'version' must be %u", FILTER_MESSAGE_VERSION);
    else if (m.size < sizeof m || m.size > message.size)
        wire_fail(error, "bad_request", "'size' of the header is %u; it must be %zu at least", m.size, sizeof m);
    for (size_t i = sizeof m; i < m.size && !error->code; i++) {
        if (message.text[i])
            wire_fail(error, "bad_request", "the header has fields that this version does not know, at byte %zu", i);
    }
    if (m.form > FILTER_MESSAGE_JSON)
        wire_fail(error, "bad_request", "'form': unknown value %u; one of: 0 binary, 1 json", m.form);
    if (error->code) return false;
    request->has_json = m.form == FILTER_MESSAGE_JSON;
    if (request->has_json) return read_json(&r, &m, header_max, request);
    read_fields(&r, &m, request);
    return !error->code;
}

/* -------------------------------------------------------------------------------- replies ---- */

static void put_segments(writer *w, const wire_request *request, const filter_result *result, filter_message_reply *m) {
    m->segments = writer_list(w, result->segment_count, sizeof(filter_message_segment_result));
    for (size_t i = 0; i < result->segment_count; i++) {
        const filter_segment_result *s = &result->segments[i];
        filter_message_segment_result item = {.verdict = (uint32_t)s->verdict,
                                              .score = s->score,
                                              .stripped = s->stripped,
                                              .neutralised = s->neutralised,
                                              .has = request->filter.returns & ~(unsigned)FILTER_RETURN_FINDINGS,
                                              .redacted = writer_bytes(w, s->redacted.text, s->redacted.size),
                                              .sanitized = writer_bytes(w, s->sanitized.text, s->sanitized.size),
                                              .isolated = writer_bytes(w, s->isolated.text, s->isolated.size)};
        writer_item(w, m->segments, i, &item, sizeof item);
    }
}

static size_t put_findings(writer *w, const wire_request *request, const filter_result *result,
                           filter_message_reply *m) {
    if (!(request->filter.returns & FILTER_RETURN_FINDINGS)) return result->finding_count;
    size_t listed = result->finding_count < WIRE_FINDINGS_MAX ? result->finding_count : WIRE_FINDINGS_MAX;
    m->findings = writer_list(w, listed, sizeof(filter_message_finding));
    for (size_t i = 0; i < listed; i++) {
        const filter_finding *f = &result->findings[i];
        filter_message_finding item = {.segment = (uint32_t)f->segment,
                                       .category = (uint32_t)f->category,
                                       .action = (uint32_t)f->action,
                                       .evidence = f->evidence,
                                       .start = f->start,
                                       .end = f->end,
                                       .byte_start = f->byte_start,
                                       .byte_end = f->byte_end,
                                       .score = f->score,
                                       .rule = writer_string(w, f->rule),
                                       .entity_type = writer_string(w, f->entity_type),
                                       .view = writer_string(w, f->view)};
        if (request->return_text) {
            item.text =
                writer_bytes(w, request->segments[f->segment].text + f->byte_start, f->byte_end - f->byte_start);
        }
        writer_item(w, m->findings, i, &item, sizeof item);
    }
    return listed;
}

static void put_names(writer *w, const wire_request *request, const filter_result *result, size_t listed,
                      filter_message_reply *m) {
    if (!(request->filter.returns & FILTER_RETURN_NAMES)) return;
    m->finding_names = writer_list(w, listed, sizeof(filter_message_finding_names));
    for (size_t i = 0; i < listed; i++) {
        const filter_finding *f = &result->findings[i];
        filter_message_finding_names item = {.path = writer_bytes(w, f->path.text, f->path.size),
                                             .names = writer_list(w, f->name_count, sizeof(filter_message_ref))};
        for (size_t k = 0; k < f->name_count; k++) {
            filter_message_ref name = writer_bytes(w, f->names[k].text, f->names[k].size);
            writer_item(w, item.names, k, &name, sizeof name);
        }
        writer_item(w, m->finding_names, i, &item, sizeof item);
    }
}

static void put_skips(writer *w, const filter_result *result, size_t listed, filter_message_reply *m) {
    bool short_list = listed < result->finding_count;
    m->skipped = writer_list(w, result->skip_count + short_list, sizeof(filter_message_skip));
    for (size_t i = 0; i < result->skip_count + short_list; i++) {
        bool last = i == result->skip_count;
        size_t segment = last ? result->findings[listed].segment : result->skipped[i].segment;
        filter_message_skip item = {(uint32_t)segment, 0,
                                    writer_string(w, last ? WIRE_FINDINGS_SKIPPED : result->skipped[i].reason)};
        writer_item(w, m->skipped, i, &item, sizeof item);
    }
}

static void put_result(writer *w, const wire_request *request, const filter_result *result, const wire_timing *timing,
                       filter_message_reply *m) {
    m->verdict = (uint32_t)result->verdict;
    m->score = result->score;
    put_segments(w, request, result, m);
    m->reasons = writer_list(w, result->reason_count, sizeof(filter_message_ref));
    for (size_t i = 0; i < result->reason_count; i++) {
        filter_message_ref reason = writer_string(w, result->reasons[i]);
        writer_item(w, m->reasons, i, &reason, sizeof reason);
    }
    const size_t listed = put_findings(w, request, result, m);
    put_names(w, request, result, listed, m);
    put_skips(w, result, listed, m);
    m->isolate_mode = (uint32_t)result->isolate_mode;
    m->isolate_boundary = writer_string(w, result->isolate_boundary);
    m->isolate_instruction = writer_string(w, result->isolate_instruction);
    m->policy = writer_string(w, result->policy);
    m->pack_version = writer_string(w, result->pack_version);
    m->pack_digest = writer_string(w, result->pack_digest);
    m->bytes = result->bytes;
    m->tokens = wire_tokens(result->bytes);
    m->queue_us = timing->queue_us;
    m->scan_us = timing->scan_us;
    m->total_us = timing->total_us;
}

size_t wire_message_reply(const wire_request *request, const wire_outcome *outcome, char *out, size_t capacity) {
    const wire_error *error = &outcome->error;
    writer w = {out, capacity, sizeof(filter_message_reply)};
    filter_message_reply m = {.version = FILTER_MESSAGE_VERSION,
                              .form = FILTER_MESSAGE_BINARY,
                              .size = sizeof m,
                              .verdict = FILTER_MESSAGE_BLOCK, /* until there is another: an error is no allow */
                              .id = writer_string(&w, request->id)};
    if (error->code) {
        m.status = 1;
        m.error_code = writer_string(&w, error->code);
        m.error_message = writer_string(&w, error->message);
        m.error_frame = error->frame;
        m.error_offset = error->offset;
    } else if (outcome->result) {
        put_result(&w, request, outcome->result, &outcome->timing, &m);
    }
    writer_put_at(&w, 0, &m, sizeof m);
    return w.used;
}

size_t wire_message_json(const wire_json_reply *reply, char *out, size_t capacity) {
    writer w = {out, capacity, sizeof(filter_message_reply)};
    filter_message_reply m = {.version = FILTER_MESSAGE_VERSION,
                              .form = FILTER_MESSAGE_JSON,
                              .size = sizeof m,
                              .status = reply->failed,
                              .verdict = reply->verdict,
                              .json = writer_bytes(&w, reply->header, reply->size)};
    m.texts = writer_list(&w, reply->text_count, sizeof(filter_message_ref));
    for (size_t i = 0; i < reply->text_count; i++) {
        filter_message_ref text = writer_bytes(&w, reply->texts[i].text, reply->texts[i].size);
        writer_item(&w, m.texts, i, &text, sizeof text);
    }
    writer_put_at(&w, 0, &m, sizeof m);
    return w.used;
}
