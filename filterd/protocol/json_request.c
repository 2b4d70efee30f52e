/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/wire.h"

#include "base/message.h"
#include "base/names.h"
#include "base/utf8.h"
#include "protocol/json_value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>


#define CHOICE_MAX 64 /* bytes of a word of a list */
#define CHOICES_MAX 16 /* words in one array */
#define ESCAPED_MAX 6 /* bytes that one byte of a string may take: \\u0061 */
#define PLACE_MAX 64 /* bytes of "segments[16383].role" */

/* A name from outside in an error message: short, and printable in any log or terminal. */
typedef struct shown {
    char text[48];
} shown;

static shown show(const char *name) {
    shown s;
    size_t i = 0;
    for (; name[i] && i < sizeof s.text - 1; i++) s.text[i] = name[i] > 0x20 && name[i] < 0x7F ? name[i] : '?';
    s.text[i] = '\0';
    return s;
}

/* --------------------------------------------------------------------------------- fields ---- */

/* A string of at most `max` bytes, at most NAME_MAX, without its escapes. False after setting the error. */
static bool copy_string(const json_value *value, const char *field, size_t max, char out[WIRE_NAME_MAX + 1],
                        wire_error *error) {
    char raw[ESCAPED_MAX * WIRE_NAME_MAX + 1];
    size_t size = 0;
    out[0] = '\0';
    if (!json_value_is_string(value)) {
        wire_fail(error, "bad_request", "'%s' must be a string", field);
        return false;
    }
    bool fits = json_value_raw_size(value) < sizeof raw && (size = json_value_copy(value, raw)) <= max;
    if (fits) memcpy(out, raw, size + 1);
    else wire_fail(error, "bad_request", "'%s' is longer than %zu bytes", field, max);
    return fits;
}

/* Likewise, in the request's memory, of which the whole header takes no more than there is. */
static const char *read_string(wire_request *request, const json_value *value, const char *field, size_t max,
                               wire_error *error) {
    char text[WIRE_NAME_MAX + 1], *kept = request->strings + request->strings_used;
    if (!copy_string(value, field, max, text, error)) return "";
    size_t size = strlen(text) + 1;
    memcpy(kept, text, size);
    request->strings_used += size;
    return kept;
}

static void check_string(const json_value *value, const char *field, size_t max, wire_error *error) {
    char text[WIRE_NAME_MAX + 1];
    copy_string(value, field, max, text, error);
}

/* Index in `names`, which ends with NULL; -1 for anything else. */
static int find_choice(const json_value *value, const char *const *names) {
    char text[ESCAPED_MAX * CHOICE_MAX + 1];
    if (!json_value_is_string(value) || json_value_raw_size(value) >= sizeof text) return -1;
    return names_index(names, text, json_value_copy(value, text));
}

static void fail_choice(const json_value *value, const char *field, const char *const *names, wire_error *error) {
    char message[WIRE_MESSAGE_MAX], text[WIRE_NAME_MAX + 1];
    if (!copy_string(value, field, CHOICE_MAX, text, error)) return;
    message_unknown(message, sizeof message, "value", show(text).text, names);
    wire_fail(error, "bad_request", "'%s': %s", field, message);
}

static int read_choice(const json_value *value, const char *field, const char *const *names, wire_error *error) {
    int index = find_choice(value, names);
    if (index < 0) fail_choice(value, field, names, error);
    return index < 0 ? 0 : index;
}

static bool read_array(const json_value *value, const char *field, size_t max, wire_error *error) {
    if (!json_value_is_array(value)) {
        wire_fail(error, "bad_request", "'%s' must be an array", field);
    } else if (json_value_count(value) > max) {
        wire_fail(error, "bad_request", "'%s' has more than %zu items", field, max);
    } else {
        return true;
    }
    return false;
}

static unsigned read_bits(const json_value *value, const char *field, const char *const *names, wire_error *error) {
    char place[PLACE_MAX];
    unsigned bits = 0;
    if (!read_array(value, field, CHOICES_MAX, error)) return 0;
    json_items items = json_value_items(value);
    json_item item;
    for (size_t i = 0; json_value_next(&items, &item); i++) {
        int index = find_choice(&item.value, names);
        if (index >= 0) {
            bits |= 1U << index;
        } else {
            snprintf(place, sizeof place, "%s[%zu]", field, i);
            fail_choice(&item.value, place, names, error);
        }
    }
    return bits;
}

typedef struct field {
    const char *name;
    void (*read)(wire_request *request, const json_value *value, wire_error *error);
} field;

#define FIELDS_MAX 16

static void fail_unknown_field(const char *what, const char *key, const field *fields, wire_error *error) {
    char message[WIRE_MESSAGE_MAX];
    const char *names[FIELDS_MAX + 1];
    size_t count = 0;
    for (; fields[count].name && count < FIELDS_MAX; count++) names[count] = fields[count].name;
    names[count] = NULL;
    message_unknown(message, sizeof message, "field", show(key).text, names);
    wire_fail(error, "bad_request", "%s: %s", what, message);
}

/* Notes that an object has the field; a key must not come twice. */
static void note_field(unsigned *seen, size_t index, const char *what, const char *key, wire_error *error) {
    if (*seen >> index & 1) wire_fail(error, "bad_request", "%s: a key appears twice: '%s'", what, key);
    *seen |= 1U << index;
}

/* `fields` ends with a name that is NULL. */
static void read_object(wire_request *request, const json_value *object, const char *what, const field *fields,
                        wire_error *error) {
    unsigned seen = 0;
    if (!json_value_is_object(object)) {
        wire_fail(error, "bad_request", "'%s' must be an object", what);
        return;
    }
    json_items items = json_value_items(object);
    for (json_item item; !error->code && json_value_next(&items, &item);) {
        size_t i = 0;
        while (fields[i].name && strcmp(fields[i].name, item.key) != 0) i++;
        if (!fields[i].name) {
            fail_unknown_field(what, item.key, fields, error);
            return;
        }
        note_field(&seen, i, what, item.key, error);
        fields[i].read(request, &item.value, error);
    }
}

static void read_version(wire_request *request, const json_value *value, wire_error *error) {
    int64_t version;
    (void)request;
    if (!json_value_integer(value, &version) || version != WIRE_VERSION) {
        wire_fail(error, "bad_request", "'v' must be %d", WIRE_VERSION);
    }
}

static void read_op(wire_request *request, const json_value *value, wire_error *error) {
    request->op = (wire_op)read_choice(value, "op", wire_op_names, error);
}

static void read_id(wire_request *request, const json_value *value, wire_error *error) {
    copy_string(value, "id", WIRE_NAME_MAX, request->id, error);
}

static void read_policy(wire_request *request, const json_value *value, wire_error *error) {
    request->filter.policy = read_string(request, value, "policy", 96, error);
    request->has_policy = true;
}

static void read_tenant(wire_request *request, const json_value *value, wire_error *error) {
    request->tenant = read_string(request, value, "tenant", WIRE_NAME_MAX, error);
}

static void read_user(wire_request *request, const json_value *value, wire_error *error) {
    request->user = read_string(request, value, "user", WIRE_NAME_MAX, error);
}

static void read_session(wire_request *request, const json_value *value, wire_error *error) {
    request->session = read_string(request, value, "session", WIRE_NAME_MAX, error);
}

static void read_stream(wire_request *request, const json_value *value, wire_error *error) {
    request->stream.name = read_string(request, value, "stream", WIRE_NAME_MAX, error);
}

static void read_part(wire_request *request, const json_value *value, wire_error *error) {
    request->stream.part = read_string(request, value, "part", WIRE_NAME_MAX, error);
}

static void read_end(wire_request *request, const json_value *value, wire_error *error) {
    if (!json_value_bool(value, &request->stream.is_end))
        wire_fail(error, "bad_request", "'end' must be true or false");
}

static void read_kind(wire_request *request, const json_value *value, wire_error *error) {
    request->stream.is_arguments = read_choice(value, "kind", names_stream_kinds, error) == 1;
}

static void read_restore(wire_request *request, const json_value *value, wire_error *error) {
    request->restore = (wire_restore)read_choice(value, "restore", names_restores, error);
}

static void read_direction(wire_request *request, const json_value *value, wire_error *error) {
    request->chat.direction = (filter_direction)read_choice(value, "direction", names_directions, error);
}

static void read_api(wire_request *request, const json_value *value, wire_error *error) {
    request->chat.api = (filter_api)read_choice(value, "api", names_apis, error);
}

static void read_return(wire_request *request, const json_value *value, wire_error *error) {
    unsigned bits = read_bits(value, "return", names_returns, error);
    request->return_text = bits & NAMES_RETURN_TEXT;
    request->filter.returns =
        (bits & ~NAMES_RETURN_TEXT) | (bits & (NAMES_RETURN_TEXT | FILTER_RETURN_NAMES) ? FILTER_RETURN_FINDINGS : 0U);
}

static void read_categories(wire_request *request, const json_value *value, wire_error *error) {
    request->filter.categories = read_bits(value, "detect.categories", names_categories, error);
    if (!request->filter.categories)
        wire_fail(error, "bad_request", "'detect.categories' is empty; leave it out for all");
}

static void read_entities(wire_request *request, const json_value *value, wire_error *error) {
    if (!read_array(value, "detect.entities", 1024, error)) return;
    size_t count = json_value_count(value);
    json_items items = json_value_items(value);
    json_item item;
    request->entities = calloc(count + 1, sizeof *request->entities);
    if (!request->entities) wire_fail(error, "internal", "out of memory");
    else if (count == 0) wire_fail(error, "bad_request", "'detect.entities' is empty; leave it out for all");
    for (size_t i = 0; !error->code && json_value_next(&items, &item); i++) {
        char place[PLACE_MAX];
        snprintf(place, sizeof place, "detect.entities[%zu]", i);
        request->entities[i] = read_string(request, &item.value, place, 64, error);
    }
    request->filter.entities = request->entities;
    request->filter.entity_count = count;
}

static void read_min_score(wire_request *request, const json_value *value, wire_error *error) {
    double score = 0;
    if (!json_value_number(value, &score) || !(score >= 0 && score <= 1)) {
        wire_fail(error, "bad_request", "'detect.min_score' must be a number from 0 to 1");
    }
    request->filter.min_score = score;
}

static void read_detect(wire_request *request, const json_value *value, wire_error *error) {
    static const field fields[] = {
        {"categories", read_categories}, {"entities", read_entities}, {"min_score", read_min_score}, {NULL, NULL}};
    read_object(request, value, "detect", fields, error);
}

static void read_mode(wire_request *request, const json_value *value, wire_error *error) {
    int mode = read_choice(value, "isolate.mode", names_isolate_modes, error);
    request->filter.isolate_mode = (filter_isolate_mode)(FILTER_ISOLATE_DELIMIT + mode);
}

static void read_family(wire_request *request, const json_value *value, wire_error *error) {
    request->filter.model_family = read_string(request, value, "isolate.model_family", 64, error);
}

static void read_isolate(wire_request *request, const json_value *value, wire_error *error) {
    static const field fields[] = {{"mode", read_mode}, {"model_family", read_family}, {NULL, NULL}};
    read_object(request, value, "isolate", fields, error);
}

static void read_offsets(wire_request *request, const json_value *value, wire_error *error) {
    request->filter.offsets = (filter_offsets)read_choice(value, "offsets", names_offsets, error);
}

static void read_deadline(wire_request *request, const json_value *value, wire_error *error) {
    if (!json_value_integer(value, &request->deadline_ms) || request->deadline_ms < 0 ||
        request->deadline_ms > 86400000) {
        wire_fail(error, "bad_request", "'deadline_ms' must be a whole number from 0 to 86400000");
    }
}

static void read_traceparent(wire_request *request, const json_value *value, wire_error *error) {
    (void)request;
    check_string(value, "traceparent", 128, error);
}

/* Segments need the number of texts: they are read after all other fields. */
static void skip_segments(wire_request *request, const json_value *value, wire_error *error) {
    (void)request;
    (void)value;
    (void)error;
}

static const field request_fields[] = {{"v", read_version},
                                       {"op", read_op},
                                       {"id", read_id},
                                       {"policy", read_policy},
                                       {"tenant", read_tenant},
                                       {"user", read_user},
                                       {"session", read_session},
                                       {"restore", read_restore},
                                       {"stream", read_stream},
                                       {"part", read_part},
                                       {"end", read_end},
                                       {"kind", read_kind},
                                       {"segments", skip_segments},
                                       {"return", read_return},
                                       {"detect", read_detect},
                                       {"isolate", read_isolate},
                                       {"offsets", read_offsets},
                                       {"deadline_ms", read_deadline},
                                       {"direction", read_direction},
                                       {"api", read_api},
                                       {"traceparent", read_traceparent},
                                       {NULL, NULL}};

/* -------------------------------------------------------------------------------- segments ---- */

static const char *const segment_fields[] = {"role", "name", NULL};

static void read_segment_field(const json_item *item, size_t number, filter_segment *segment, wire_error *error) {
    char place[PLACE_MAX], message[WIRE_MESSAGE_MAX];
    int index = names_index(segment_fields, item->key, strlen(item->key));
    int role = index == 0 ? find_choice(&item->value, names_roles) : -1;
    if (role >= 0) {
        segment->role = (filter_role)role;
        return;
    }
    snprintf(place, sizeof place, index < 0 ? "segments[%zu]" : "segments[%zu].%s", number,
             index < 0 ? "" : segment_fields[index]);
    if (index == 0) fail_choice(&item->value, place, names_roles, error);
    else if (index == 1) check_string(&item->value, place, WIRE_NAME_MAX, error);
    else {
        message_unknown(message, sizeof message, "field", show(item->key).text, segment_fields);
        wire_fail(error, "bad_request", "'%s': %s", place, message);
    }
}

static void read_segment(const json_value *value, size_t number, filter_segment *segment, wire_error *error) {
    unsigned seen = 0;
    if (!json_value_is_object(value)) {
        wire_fail(error, "bad_request", "'segments[%zu]' must be an object", number);
        return;
    }
    json_items items = json_value_items(value);
    for (json_item item; !error->code && json_value_next(&items, &item);) {
        read_segment_field(&item, number, segment, error);
        if (!error->code) note_field(&seen, item.key[0] == 'n', "segments", item.key, error);
    }
}

/* `list`: what the header says of them; NULL: nothing. */
static void read_segment_list(wire_request *request, const json_value *list, size_t count, wire_error *error) {
    json_items items = json_value_items(list);
    json_item item;
    size_t said = json_value_is_array(list) ? json_value_count(list) : 0;
    if (!json_value_is_array(list)) wire_fail(error, "bad_request", "'segments' must be an array");
    else if (said != count)
        wire_fail(error, "bad_request", "'segments' has %zu items, but %zu text frames came with it", said, count);
    for (size_t i = 0; !error->code && json_value_next(&items, &item); i++)
        read_segment(&item.value, i, &request->segments[i], error);
}

static void read_segments(wire_request *request, const json_value *root, const filter_text *texts, size_t count,
                          wire_error *error) {
    json_value list;
    request->segments = calloc(count + 1, sizeof *request->segments);
    if (!request->segments) {
        wire_fail(error, "internal", "out of memory");
        return;
    }
    for (size_t i = 0; i < count; i++)
        request->segments[i] = (filter_segment){texts[i].text, texts[i].size, FILTER_ROLE_USER};
    if (json_value_find(root, "segments", &list)) read_segment_list(request, &list, count, error);
    request->filter.segments = request->segments;
    request->filter.segment_count = count;
}

/* The sealed mapping that came after the texts; it comes where the caller carries it. */
static void read_sealed(wire_request *request, const filter_text *texts, size_t count, wire_error *error) {
    const bool is_answer = request->op == WIRE_RESTORE || request->chat.direction == FILTER_FROM_MODEL;
    const bool has_sealed = request->op == WIRE_RESTORE ? request->restore == WIRE_RESTORE_SEAL : count > 1;
    if (request->restore == WIRE_RESTORE_NONE && (has_sealed || request->op == WIRE_RESTORE))
        wire_fail(error, "bad_request", "'restore' must say seal or store, when a mapping is to be used");
    if (request->restore == WIRE_RESTORE_STORE && has_sealed)
        wire_fail(error, "bad_request", "with 'restore' store no sealed mapping comes, and one came");
    if (request->restore == WIRE_RESTORE_STORE && !*request->session)
        wire_fail(error, "bad_request", "'session' is missing; 'restore' store keeps a mapping for each");
    if (request->restore == WIRE_RESTORE_SEAL && is_answer && !has_sealed)
        wire_fail(error, "bad_request", "with 'restore' seal the sealed mapping comes as the last text, and none came");
    if (has_sealed) request->chat.sealed = request->restoring.sealed = texts[count - 1];
    request->restoring.texts = texts;
    request->restoring.text_count = has_sealed ? count - 1 : count;
}

/* A piece; the first one comes with the mapping, where the caller carries it. */
static void read_stream_texts(wire_request *request, const filter_text *texts, size_t count, wire_error *error) {
    if (!*request->stream.name) wire_fail(error, "bad_request", "'stream' is missing: the name of the stream");
    if (count > 1 && request->restore != WIRE_RESTORE_SEAL)
        wire_fail(error, "bad_request", "'restore' must say seal, when a sealed mapping comes");
    if (request->restore == WIRE_RESTORE_STORE && !*request->session)
        wire_fail(error, "bad_request", "'session' is missing; 'restore' store keeps a mapping for each");
    request->chat.direction = FILTER_FROM_MODEL;
    request->chat.body = texts[0];
    if (count > 1) request->chat.sealed = texts[1];
}

/* The texts of an operation that takes some. */
static void read_texts(wire_request *request, const json_value *root, const filter_text *texts, size_t count,
                       wire_error *error) {
    const unsigned of_segments = FILTER_RETURN_SANITIZED | FILTER_RETURN_ISOLATED;
    if (request->op == WIRE_INSPECT) read_segments(request, root, texts, count, error);
    if (request->op == WIRE_STREAM) read_stream_texts(request, texts, count, error);
    if (request->op != WIRE_CHAT && request->op != WIRE_RESTORE) return;
    request->chat.body = texts[0];
    read_sealed(request, texts, count, error);
    if (request->op == WIRE_CHAT && request->filter.returns & of_segments)
        wire_fail(error, "bad_request",
                  "'return' of op 'chat' can be findings, text and names; the body comes redacted");
}

/* ---------------------------------------------------------------------------------- header ---- */

/* The header as an object. False after setting the error. */
static bool open_header(json_text *text, json_value *root, wire_error *error) {
    if (!json_value_open(text, root))
        wire_fail(error, "bad_request", "the header is not JSON at byte %zu: syntax, encoding or depth", text->bad_at);
    else if (!json_value_is_object(root)) wire_fail(error, "bad_request", "the header is not a JSON object");
    return !error->code;
}

bool wire_request_parse(wire_request *request, filter_text header, const filter_text *texts, size_t text_count,
                        wire_error *error) {
    json_text text = {.text = header.text, .size = header.size};
    json_value root, value;
    *request = (wire_request){.op = WIRE_INSPECT,
                              .tenant = "",
                              .user = "",
                              .session = "",
                              .stream = {.name = "", .part = ""},
                              .deadline_ms = -1,
                              .has_json = true,
                              .filter = FILTER_REQUEST_INIT,
                              .chat = FILTER_CHAT_INIT,
                              .restoring = FILTER_RESTORE_INIT};
    *error = (wire_error){0};
    if (!open_header(&text, &root, error)) return false;
    /* The id first, so that every later error carries it. */
    if (json_value_find(&root, "id", &value)) read_id(request, &value, error);
    if (!json_value_find(&root, "v", &value))
        wire_fail(error, "bad_request", "'v' is missing; it must be %d", WIRE_VERSION);
    request->strings = malloc(header.size);
    if (!request->strings) wire_fail(error, "internal", "out of memory");
    if (!error->code) read_object(request, &root, "the header", request_fields, error);
    if (wire_check_operation(request, text_count, error)) read_texts(request, &root, texts, text_count, error);
    return !error->code;
}

void wire_request_fini(wire_request *request) {
    free(request->strings);
    if (request->borrowed) return;
    free(request->segments);
    free(request->entities);
}

void wire_read_id(filter_text header, char id[WIRE_NAME_MAX + 1]) {
    json_text text = {.text = header.text, .size = header.size};
    json_value root, value;
    wire_error error = {0};
    id[0] = '\0';
    if (open_header(&text, &root, &error) && json_value_find(&root, "id", &value))
        copy_string(&value, "id", WIRE_NAME_MAX, id, &error);
}
