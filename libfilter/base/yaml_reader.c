/* SPDX-License-Identifier: Apache-2.0 */
#include "base/yaml_reader.h"

#include "base/message.h"
#include "base/quantity.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define DEPTH_MAX 16
#define MESSAGE_MAX 1024
#define KEYS_MAX 1024 /* in one map: looking for a repeated key is quadratic */

void diagnose(diagnostics *d, unsigned line, unsigned column, const char *format, ...) {
    char message[MESSAGE_MAX];
    va_list args;
    if (diagnostics_skip(d)) return;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    text_make_printable(message, strlen(message));
    filter_diagnostic diagnostic = {d->file ? d->file : "", line, column, d->rule ? d->rule : "", message};
    if (d->count++ == 0) {
        snprintf(d->first, sizeof d->first, "%s:%u:%u: %s%s%s", diagnostic.file, line, column, diagnostic.rule,
                 *diagnostic.rule ? ": " : "", message);
    }
    if (d->fn) d->fn(&diagnostic, d->arg);
}

typedef struct reader {
    yaml_parser_t parser;
    yaml_event_t event;
    bool have_event;
    arena *memory;
    diagnostics *d;
} reader;

/* What an author can do about a mistake that libyaml words for those who wrote it. */
static const char *syntax_hint(const char *problem) {
    static const struct {
        const char *problem, *hint;
    } hints[] = {
        {"found character that cannot start any token",
         "; a tab? YAML indents with spaces; a text that begins with @, ` or % needs quotes"},
        {"found a tab character that violates indentation", "; YAML indents with spaces"},
        {"found a tab character where an indentation space is expected", "; YAML indents with spaces"},
        {"did not find expected node content", "; a quote or a bracket is not closed"},
        {"mapping values are not allowed in this context", "; a text that holds ': ' needs quotes"},
        {"did not find expected key", "; a key is indented like its neighbours"},
        {"found unexpected end of stream", "; a quote or a bracket is not closed"},
    };
    for (size_t i = 0; problem && i < sizeof hints / sizeof *hints; i++) {
        if (strcmp(problem, hints[i].problem) == 0) return hints[i].hint;
    }
    return "";
}

static bool next_event(reader *r) {
    if (r->have_event) yaml_event_delete(&r->event);
    r->have_event = yaml_parser_parse(&r->parser, &r->event);
    if (!r->have_event) {
        diagnose(r->d, (unsigned)r->parser.problem_mark.line + 1, (unsigned)r->parser.problem_mark.column + 1,
                 "not YAML: %s%s%s%s", r->parser.problem ? r->parser.problem : "unreadable",
                 r->parser.context ? " " : "", r->parser.context ? r->parser.context : "",
                 syntax_hint(r->parser.problem));
    }
    return r->have_event;
}

static yaml_node *new_node(reader *r, yaml_kind kind) {
    yaml_node *node = arena_alloc(r->memory, 1, sizeof *node);
    if (!node) return NULL;
    node->kind = kind;
    node->line = (unsigned)r->event.start_mark.line + 1;
    node->column = (unsigned)r->event.start_mark.column + 1;
    return node;
}

static yaml_node *read_node(reader *r, unsigned depth);

static yaml_node *read_scalar(reader *r) {
    yaml_node *node = new_node(r, YAML_SCALAR);
    const char *value = (const char *)r->event.data.scalar.value;
    size_t size = r->event.data.scalar.length;
    if (!node) return NULL;
    if (memchr(value, '\0', size)) {
        diagnose(r->d, node->line, node->column, "a string holds a NUL character; remove it");
        return NULL;
    }
    node->text = arena_copy(r->memory, value, size);
    node->size = size;
    node->plain = r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    return node->text ? node : NULL;
}

static bool key_is_repeated(const yaml_node *map, const yaml_node *key) {
    for (size_t i = 0; i + 1 < map->count; i += 2) {
        if (strcmp(map->items[i]->text, key->text) == 0) return true;
    }
    return false;
}

static yaml_node *read_collection(reader *r, yaml_kind kind, unsigned depth) {
    yaml_node *node = new_node(r, kind);
    size_t capacity = 0;
    yaml_event_type_t end = kind == YAML_MAP ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT;
    if (!node) return NULL;
    if (depth == 0) {
        diagnose(r->d, node->line, node->column, "nested deeper than %d levels", DEPTH_MAX);
        return NULL;
    }
    for (;;) {
        if (!next_event(r)) return NULL;
        if (r->event.type == end) return node;
        yaml_node *item = read_node(r, depth - 1);
        if (!item) return NULL;
        bool is_key = kind == YAML_MAP && node->count % 2 == 0;
        if (is_key && item->kind != YAML_SCALAR) {
            diagnose(r->d, item->line, item->column, "a key must be a plain word");
            return NULL;
        }
        if (is_key && node->count >= 2 * KEYS_MAX) {
            diagnose(r->d, item->line, item->column, "a map holds more than %d keys", KEYS_MAX);
            return NULL;
        }
        if (is_key && key_is_repeated(node, item)) {
            diagnose(r->d, item->line, item->column, "key '%.60s' appears twice; remove one", item->text);
        }
        if (!arena_grow(r->memory, &node->items, &capacity, node->count + 1, sizeof *node->items)) return NULL;
        node->items[node->count++] = item;
    }
}

static bool event_has_anchor(const yaml_event_t *event) {
    switch (event->type) {
    case YAML_SCALAR_EVENT: return event->data.scalar.anchor != NULL;
    case YAML_SEQUENCE_START_EVENT: return event->data.sequence_start.anchor != NULL;
    case YAML_MAPPING_START_EVENT: return event->data.mapping_start.anchor != NULL;
    default: return event->type == YAML_ALIAS_EVENT;
    }
}

static yaml_node *read_node(reader *r, unsigned depth) {
    if (event_has_anchor(&r->event)) {
        diagnose(r->d, (unsigned)r->event.start_mark.line + 1, (unsigned)r->event.start_mark.column + 1,
                 "anchors and aliases are not supported; write the value out, or quote a text that begins with & or *");
        return NULL;
    }
    switch (r->event.type) {
    case YAML_SCALAR_EVENT: return read_scalar(r);
    case YAML_SEQUENCE_START_EVENT: return read_collection(r, YAML_LIST, depth);
    case YAML_MAPPING_START_EVENT: return read_collection(r, YAML_MAP, depth);
    default: return NULL;
    }
}

yaml_node *yaml_parse(arena *memory, const char *data, size_t size, diagnostics *d) {
    reader r = {.memory = memory, .d = d};
    yaml_node *root = NULL;
    size_t before = d->count;
    size_t valid = text_valid_prefix(data, size);
    if (valid < size) {
        unsigned line = 1;
        for (size_t i = 0; i < valid; i++) line += data[i] == '\n';
        diagnose(d, line, 0, "not UTF-8 from byte %zu on", valid);
        return NULL;
    }
    if (!yaml_parser_initialize(&r.parser)) {
        memory->failed = true;
        return NULL;
    }
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)data, size);
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    if (!next_event(&r) || !next_event(&r)) goto out; /* stream start, document start */
    if (r.event.type == YAML_STREAM_END_EVENT) {
        diagnose(d, 1, 1, "the file is empty");
        goto out;
    }
    if (!next_event(&r)) goto out;
    root = read_node(&r, DEPTH_MAX);
    if (!root) goto out;
    if (!next_event(&r) || !next_event(&r)) goto out; /* document end, stream end */
    if (r.event.type != YAML_STREAM_END_EVENT) {
        diagnose(d, (unsigned)r.event.start_mark.line + 1, 1, "a file holds one document; split it at '---'");
    }
out:
    if (r.have_event) yaml_event_delete(&r.event);
    yaml_parser_delete(&r.parser);
    if (!root && d->count == before) memory->failed = true; /* there was no mistake, so there was no room */
    return d->count == before ? root : NULL;
}

const yaml_node *yaml_get(const yaml_node *map, const char *key) {
    for (size_t i = 0; map->kind == YAML_MAP && i + 1 < map->count; i += 2) {
        if (strcmp(map->items[i]->text, key) == 0) return map->items[i + 1];
    }
    return NULL;
}

static const char *const type_names[] = {
    [YAML_TEXT] = "a text",
    [YAML_BOOL] = "true or false",
    [YAML_STRINGS] = "a list of texts",
};

static bool is_numeric(yaml_type type) {
    return type == YAML_NUMBER || type == YAML_COUNT || type == YAML_BYTES || type == YAML_MILLISECONDS;
}

static quantity_kind kind_of(yaml_type type) {
    return type == YAML_BYTES          ? QUANTITY_BYTES
           : type == YAML_MILLISECONDS ? QUANTITY_MILLISECONDS
           : type == YAML_COUNT        ? QUANTITY_COUNT
                                       : QUANTITY_NUMBER;
}

static bool read_number(const yaml_node *node, const yaml_field *field, double *number) {
    return node->kind == YAML_SCALAR && node->plain && node->size &&
           quantity_read(node->text, kind_of(field->type), number) && *number >= field->min && *number <= field->max;
}

static bool read_strings(arena *memory, const yaml_node *node, yaml_strings *out) {
    size_t count = node->kind == YAML_LIST ? node->count : 1;
    const char **items = arena_alloc(memory, count + 1, sizeof *items);
    if (!items || node->kind == YAML_MAP) return false;
    for (size_t i = 0; i < count; i++) {
        const yaml_node *item = node->kind == YAML_LIST ? node->items[i] : node;
        if (item->kind != YAML_SCALAR || !item->size) return false;
        items[i] = item->text;
    }
    *out = (yaml_strings){items, count, node};
    return true;
}

static bool read_scalar_field(const yaml_node *node, const yaml_field *field, void *at) {
    double number;
    if (is_numeric(field->type)) {
        if (!read_number(node, field, &number)) return false;
        if (field->type == YAML_NUMBER) *(double *)at = number;
        else *(size_t *)at = (size_t)number;
        return true;
    }
    if (node->kind != YAML_SCALAR || !node->size) return false;
    if (field->type == YAML_TEXT) {
        *(const char **)at = node->text;
        return true;
    }
    *(bool *)at = strcmp(node->text, "true") == 0;
    return node->plain && (*(bool *)at || strcmp(node->text, "false") == 0);
}

static void diagnose_value(const yaml_node *value, const yaml_field *field, diagnostics *d) {
    char range[QUANTITY_RANGE_MAX], given[80] = "";
    if (value->kind == YAML_SCALAR && value->size) snprintf(given, sizeof given, ", not '%.60s'", value->text);
    if (is_numeric(field->type)) {
        diagnose(d, value->line, value->column, "'%s' must be %s%s%s", field->key,
                 quantity_range(range, kind_of(field->type), field->min, field->max), given,
                 value->kind == YAML_SCALAR && !value->plain ? "; write it without quotes" : "");
    } else {
        diagnose(d, value->line, value->column, "'%s' must be %s, and not empty", field->key, type_names[field->type]);
    }
}

static void read_field(arena *memory, const yaml_node *node, const yaml_field *field, void *out, diagnostics *d) {
    void *at = (char *)out + field->offset;
    int choice;
    switch (field->type) {
    case YAML_NODE: *(const yaml_node **)at = node; return;
    case YAML_SECTION: yaml_read(memory, node, field->table, out, d); return;
    case YAML_CHOICE:
        choice = yaml_choice(node, field->choices, field->key, d);
        if (choice >= 0) *(int *)at = choice;
        return;
    case YAML_STRINGS:
        if (!read_strings(memory, node, at)) diagnose_value(node, field, d);
        return;
    default:
        if (!read_scalar_field(node, field, at)) diagnose_value(node, field, d);
    }
}

#define NAMES_MAX 64

static void diagnose_unknown_key(const yaml_node *key, const yaml_table *table, diagnostics *d) {
    char message[MESSAGE_MAX];
    const char *names[NAMES_MAX + 1];
    size_t count = 0;
    if (diagnostics_skip(d)) return;
    for (size_t i = 0; i < table->count && count < NAMES_MAX; i++) {
        if (!table->fields[i].renamed) names[count++] = table->fields[i].key;
    }
    names[count] = NULL;
    diagnose(d, key->line, key->column, "%s: %s", table->what,
             message_unknown(message, sizeof message, "key", key->text, names));
}

static const yaml_field *find_field(const yaml_table *table, const char *key) {
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->fields[i].key, key) == 0) return &table->fields[i];
    }
    return NULL;
}

bool yaml_read(arena *memory, const yaml_node *map, const yaml_table *table, void *out, diagnostics *d) {
    size_t before = d->count;
    if (map->kind != YAML_MAP) {
        diagnose(d, map->line, map->column, "%s must be a map of keys and values", table->what);
        return false;
    }
    for (size_t i = 0; i + 1 < map->count; i += 2) {
        const yaml_node *key = map->items[i];
        const yaml_field *field = find_field(table, key->text);
        if (!field) {
            diagnose_unknown_key(key, table, d);
        } else if (field->renamed) {
            diagnose(d, key->line, key->column, "the key '%s' of %s is now called '%s'", key->text, table->what,
                     field->renamed);
        } else {
            read_field(memory, map->items[i + 1], field, out, d);
        }
    }
    for (size_t k = 0; k < table->count; k++) {
        if (table->fields[k].required && !yaml_get(map, table->fields[k].key)) {
            diagnose(d, map->line, map->column, "%s needs '%s'", table->what, table->fields[k].key);
        }
    }
    return d->count == before;
}

int yaml_choice(const yaml_node *node, const char *const *names, const char *key, diagnostics *d) {
    char message[MESSAGE_MAX];
    const char *text = node->kind == YAML_SCALAR ? node->text : "";
    for (int i = 0; names[i]; i++) {
        if (strcmp(text, names[i]) == 0) return i;
    }
    if (!diagnostics_skip(d)) {
        diagnose(d, node->line, node->column, "'%s': %s", key,
                 message_unknown(message, sizeof message, "value", text, names));
    }
    return -1;
}
