/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/wire.h"

#include "base/message.h"
#include "base/names.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


#define CHOICE_MAX 64 /* bytes of a word of a list */
#define CHOICES_MAX 16 /* words in one array */
#define PLACE_MAX 64 /* bytes of "segments[16383].role" */

void wire_fail(wire_error *error, const char *code, const char *format, ...) {
    va_list args;
    if (error->code) return; /* the first reason is kept */
    va_start(args, format);
    error->code = code;
    error->has_place = false;
    vsnprintf(error->message, sizeof error->message, format, args);
    va_end(args);
    /* Names from outside may hold anything, and a cut may fall into a character: JSON would refuse it. */
    text_make_printable(error->message, strlen(error->message));
}

void wire_fail_from_filter(wire_error *error, const filter_error *from) {
    const char *code = "internal";
    switch (from->status) {
    case FILTER_ERROR_ARGUMENT: code = "bad_request"; break;
    case FILTER_ERROR_TEXT: code = "bad_text"; break;
    case FILTER_ERROR_TOO_LARGE: code = "too_large"; break;
    case FILTER_ERROR_UNKNOWN_POLICY: code = "unknown_policy"; break;
    case FILTER_ERROR_DEADLINE: code = "deadline"; break;
    default: break;
    }
    if (from->status == FILTER_ERROR_TEXT) {
        wire_fail(error, code, "text frame %zu is not UTF-8 at byte %zu", from->segment, from->offset);
        error->has_place = true;
        error->frame = from->segment;
        error->offset = from->offset;
    } else {
        wire_fail(error, code, "%s", from->message);
    }
}

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

static const char *read_string(const json_t *value, const char *field, size_t max, wire_error *error) {
    if (!json_is_string(value)) {
        wire_fail(error, "bad_request", "'%s' must be a string", field);
        return "";
    }
    if (json_string_length(value) > max) {
        wire_fail(error, "bad_request", "'%s' is longer than %zu bytes", field, max);
        return "";
    }
    return json_string_value(value);
}

/* Index in `names`, which ends with NULL; -1 for anything else. */
static int find_choice(const json_t *value, const char *const *names) {
    const char *text = json_string_value(value);
    return text ? names_index(names, text, json_string_length(value)) : -1;
}

static void fail_choice(const json_t *value, const char *field, const char *const *names, wire_error *error) {
    char message[WIRE_MESSAGE_MAX];
    const char *text = read_string(value, field, CHOICE_MAX, error);
    if (error->code) return;
    message_unknown(message, sizeof message, "value", show(text).text, names);
    wire_fail(error, "bad_request", "'%s': %s", field, message);
}

static int read_choice(const json_t *value, const char *field, const char *const *names, wire_error *error) {
    int index = find_choice(value, names);
    if (index < 0) fail_choice(value, field, names, error);
    return index < 0 ? 0 : index;
}

static bool read_array(const json_t *value, const char *field, size_t max, wire_error *error) {
    if (!json_is_array(value)) {
        wire_fail(error, "bad_request", "'%s' must be an array", field);
    } else if (json_array_size(value) > max) {
        wire_fail(error, "bad_request", "'%s' has more than %zu items", field, max);
    } else {
        return true;
    }
    return false;
}

static unsigned read_bits(const json_t *value, const char *field, const char *const *names, wire_error *error) {
    char place[PLACE_MAX];
    unsigned bits = 0;
    if (!read_array(value, field, CHOICES_MAX, error)) return 0;
    for (size_t i = 0; i < json_array_size(value); i++) {
        int index = find_choice(json_array_get(value, i), names);
        if (index >= 0) {
            bits |= 1U << index;
        } else {
            snprintf(place, sizeof place, "%s[%zu]", field, i);
            fail_choice(json_array_get(value, i), place, names, error);
        }
    }
    return bits;
}

typedef struct field {
    const char *name;
    void (*read)(wire_request *request, const json_t *value, wire_error *error);
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

/* `fields` ends with a name that is NULL. */
static void read_object(wire_request *request, const json_t *object, const char *what, const field *fields,
                        wire_error *error) {
    const char *key;
    json_t *value;
    if (!json_is_object(object)) {
        wire_fail(error, "bad_request", "'%s' must be an object", what);
        return;
    }
    json_object_foreach((json_t *)(uintptr_t)object, key, value) {
        size_t i = 0;
        while (fields[i].name && strcmp(fields[i].name, key) != 0) i++;
        if (!fields[i].name) fail_unknown_field(what, key, fields, error);
        else fields[i].read(request, value, error);
        if (error->code) return;
    }
}

static void read_version(wire_request *request, const json_t *value, wire_error *error) {
    (void)request;
    if (!json_is_integer(value) || json_integer_value(value) != WIRE_VERSION) {
        wire_fail(error, "bad_request", "'v' must be %d", WIRE_VERSION);
    }
}

static void read_op(wire_request *request, const json_t *value, wire_error *error) {
    request->op = (wire_op)read_choice(value, "op", wire_op_names, error);
}

static void read_id(wire_request *request, const json_t *value, wire_error *error) {
    const char *id = read_string(value, "id", WIRE_NAME_MAX, error);
    snprintf(request->id, sizeof request->id, "%s", id);
}

static void read_policy(wire_request *request, const json_t *value, wire_error *error) {
    request->filter.policy = read_string(value, "policy", 96, error);
    request->has_policy = true;
}

static void read_tenant(wire_request *request, const json_t *value, wire_error *error) {
    request->tenant = read_string(value, "tenant", WIRE_NAME_MAX, error);
}

static void read_user(wire_request *request, const json_t *value, wire_error *error) {
    (void)request;
    read_string(value, "user", WIRE_NAME_MAX, error);
}

static void read_return(wire_request *request, const json_t *value, wire_error *error) {
    unsigned bits = read_bits(value, "return", names_returns, error);
    request->return_text = bits & NAMES_RETURN_TEXT;
    request->filter.returns = (bits & ~NAMES_RETURN_TEXT) | (request->return_text ? FILTER_RETURN_FINDINGS : 0U);
}

static void read_categories(wire_request *request, const json_t *value, wire_error *error) {
    request->filter.categories = read_bits(value, "detect.categories", names_categories, error);
    if (!request->filter.categories)
        wire_fail(error, "bad_request", "'detect.categories' is empty; leave it out for all");
}

static void read_entities(wire_request *request, const json_t *value, wire_error *error) {
    if (!read_array(value, "detect.entities", 1024, error)) return;
    size_t count = json_array_size(value);
    request->entities = calloc(count + 1, sizeof *request->entities);
    if (!request->entities) wire_fail(error, "internal", "out of memory");
    else if (count == 0) wire_fail(error, "bad_request", "'detect.entities' is empty; leave it out for all");
    for (size_t i = 0; i < count && !error->code; i++) {
        char place[PLACE_MAX];
        snprintf(place, sizeof place, "detect.entities[%zu]", i);
        request->entities[i] = read_string(json_array_get(value, i), place, 64, error);
    }
    request->filter.entities = request->entities;
    request->filter.entity_count = count;
}

static void read_min_score(wire_request *request, const json_t *value, wire_error *error) {
    double score = json_number_value(value);
    if (!json_is_number(value) || !(score >= 0 && score <= 1)) {
        wire_fail(error, "bad_request", "'detect.min_score' must be a number from 0 to 1");
    }
    request->filter.min_score = score;
}

static void read_detect(wire_request *request, const json_t *value, wire_error *error) {
    static const field fields[] = {
        {"categories", read_categories}, {"entities", read_entities}, {"min_score", read_min_score}, {NULL, NULL}};
    read_object(request, value, "detect", fields, error);
}

static void read_mode(wire_request *request, const json_t *value, wire_error *error) {
    int mode = read_choice(value, "isolate.mode", names_isolate_modes, error);
    request->filter.isolate_mode = (filter_isolate_mode)(FILTER_ISOLATE_DELIMIT + mode);
}

static void read_family(wire_request *request, const json_t *value, wire_error *error) {
    request->filter.model_family = read_string(value, "isolate.model_family", 64, error);
}

static void read_isolate(wire_request *request, const json_t *value, wire_error *error) {
    static const field fields[] = {{"mode", read_mode}, {"model_family", read_family}, {NULL, NULL}};
    read_object(request, value, "isolate", fields, error);
}

static void read_offsets(wire_request *request, const json_t *value, wire_error *error) {
    request->filter.offsets = (filter_offsets)read_choice(value, "offsets", names_offsets, error);
}

static void read_deadline(wire_request *request, const json_t *value, wire_error *error) {
    request->deadline_ms = json_integer_value(value);
    if (!json_is_integer(value) || request->deadline_ms < 0 || request->deadline_ms > 86400000) {
        wire_fail(error, "bad_request", "'deadline_ms' must be a whole number from 0 to 86400000");
    }
}

static void read_traceparent(wire_request *request, const json_t *value, wire_error *error) {
    (void)request;
    read_string(value, "traceparent", 128, error);
}

/* Segments need the number of texts: they are read after all other fields. */
static void skip_segments(wire_request *request, const json_t *value, wire_error *error) {
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
                                       {"segments", skip_segments},
                                       {"return", read_return},
                                       {"detect", read_detect},
                                       {"isolate", read_isolate},
                                       {"offsets", read_offsets},
                                       {"deadline_ms", read_deadline},
                                       {"traceparent", read_traceparent},
                                       {NULL, NULL}};

/* -------------------------------------------------------------------------------- segments ---- */

static void read_segment(const json_t *value, size_t number, filter_segment *segment, wire_error *error) {
    static const char *const fields[] = {"role", "name", NULL};
    char place[PLACE_MAX], message[WIRE_MESSAGE_MAX];
    const char *key;
    json_t *item;
    if (!json_is_object(value)) wire_fail(error, "bad_request", "'segments[%zu]' must be an object", number);
    json_object_foreach((json_t *)(uintptr_t)value, key, item) {
        int index = names_index(fields, key, strlen(key));
        int role = index == 0 ? find_choice(item, names_roles) : -1;
        if (role >= 0) {
            segment->role = (filter_role)role;
            continue;
        }
        snprintf(place, sizeof place, index < 0 ? "segments[%zu]" : "segments[%zu].%s", number, index < 0 ? "" : key);
        if (index == 0) fail_choice(item, place, names_roles, error);
        else if (index == 1) read_string(item, place, WIRE_NAME_MAX, error);
        else {
            message_unknown(message, sizeof message, "field", show(key).text, fields);
            wire_fail(error, "bad_request", "'%s': %s", place, message);
        }
    }
}

static void read_segments(wire_request *request, const filter_text *texts, size_t count, wire_error *error) {
    const json_t *array = json_object_get(request->json, "segments");
    request->segments = calloc(count + 1, sizeof *request->segments);
    if (!request->segments) {
        wire_fail(error, "internal", "out of memory");
        return;
    }
    if (array && !json_is_array(array)) {
        wire_fail(error, "bad_request", "'segments' must be an array");
    } else if (array && json_array_size(array) != count) {
        wire_fail(error, "bad_request", "'segments' has %zu items, but %zu text frames came with it",
                  json_array_size(array), count);
    }
    for (size_t i = 0; i < count && !error->code; i++) {
        request->segments[i] = (filter_segment){texts[i].text, texts[i].size, FILTER_ROLE_USER};
        if (array) read_segment(json_array_get(array, i), i, &request->segments[i], error);
    }
    request->filter.segments = request->segments;
    request->filter.segment_count = count;
}

/* ---------------------------------------------------------------------------------- header ---- */

/* The header as an object; NULL after setting the error. */
static json_t *load_header(filter_text header, wire_error *error) {
    json_error_t where;
    json_t *json = json_loadb(header.text, header.size, JSON_REJECT_DUPLICATES, &where);
    if (json_is_object(json)) return json;
    bool repeated = !json && json_error_code(&where) == json_error_duplicate_key;
    if (json) wire_fail(error, "bad_request", "the header is not a JSON object");
    else
        wire_fail(error, "bad_request", "the header is not JSON at byte %d: %s", where.position,
                  repeated ? "a key appears twice" : "syntax, encoding or depth");
    json_decref(json);
    return NULL;
}

bool wire_request_parse(wire_request *request, filter_text header, const filter_text *texts, size_t text_count,
                        wire_error *error) {
    *request = (wire_request){
        .op = WIRE_INSPECT, .tenant = "", .deadline_ms = -1, .has_json = true, .filter = FILTER_REQUEST_INIT};
    *error = (wire_error){0};
    request->json = load_header(header, error);
    if (!request->json) return false;
    /* The id first, so that every later error carries it. */
    const json_t *id = json_object_get(request->json, "id");
    if (id) read_id(request, id, error);
    if (!json_object_get(request->json, "v"))
        wire_fail(error, "bad_request", "'v' is missing; it must be %d", WIRE_VERSION);
    if (!error->code) read_object(request, request->json, "the header", request_fields, error);
    if (wire_check_operation(request->op, text_count, error) && request->op == WIRE_INSPECT) {
        read_segments(request, texts, text_count, error);
    }
    return !error->code;
}

void wire_request_fini(wire_request *request) {
    if (!request->borrowed) {
        free(request->segments);
        free(request->entities);
    }
    json_decref(request->json);
}

void wire_read_id(filter_text header, char id[WIRE_NAME_MAX + 1]) {
    json_t *json = json_loadb(header.text, header.size, 0, NULL);
    const char *text = json_string_value(json_object_get(json, "id"));
    snprintf(id, WIRE_NAME_MAX + 1, "%s", text && strlen(text) <= WIRE_NAME_MAX ? text : "");
    json_decref(json);
}
