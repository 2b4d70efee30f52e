/* SPDX-License-Identifier: Apache-2.0 */
#include "base/schema.h"

#include <ctype.h>
#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define BYTES_PATTERN "^[0-9]+(\\.[0-9]+)? ?(KiB|MiB|GiB|kB|KB|MB|GB)?$"
#define TIME_PATTERN "^[0-9]+(\\.[0-9]+)? ?(ms|s|min|h)?$"

/* --------------------------------------------------------------------------------- schema ---- */

static json_t *number_json(double number) {
    return number == floor(number) ? json_integer((json_int_t)number) : json_real(number);
}

static json_t *number_schema(const yaml_field *f) {
    json_t *schema = json_pack("{s:s}", "type", f->type == YAML_NUMBER ? "number" : "integer");
    json_object_set_new(schema, "minimum", number_json(f->min));
    json_object_set_new(schema, "maximum", number_json(f->max));
    return schema;
}

/* A number, or one with a unit. */
static json_t *quantity_schema(const yaml_field *f, const char *pattern) {
    return json_pack("{s:[o, {s:s, s:s}]}", "anyOf", number_schema(f), "type", "string", "pattern", pattern);
}

static json_t *text_schema(void) {
    return json_pack("{s:s, s:i}", "type", "string", "minLength", 1);
}

static json_t *list_schema(json_t *item) {
    return json_pack("{s:s, s:o}", "type", "array", "items", item);
}

static json_t *map_schema(json_t *value) {
    return json_pack("{s:s, s:o}", "type", "object", "additionalProperties", value);
}

static json_t *choice_schema(const char *const *choices) {
    json_t *names = json_array();
    for (; choices && *choices; choices++) json_array_append_new(names, json_string(*choices));
    return json_pack("{s:o}", "enum", names);
}

/* A text or a list of texts; with choices, of these alone. */
static json_t *strings_schema(const char *const *choices) {
    json_t *one = choices ? choice_schema(choices) : text_schema();
    return json_pack("{s:[O, o]}", "anyOf", one, list_schema(one));
}

/* What a value read by code of its own may be. */
static json_t *node_schema(const yaml_field *f) {
    json_t *all = json_array();
    if (f->holds & YAML_HOLDS_TEXT) json_array_append_new(all, text_schema());
    if (f->holds & YAML_HOLDS_NUMBER) json_array_append_new(all, json_pack("{s:s}", "type", "number"));
    if (f->holds & YAML_HOLDS_CHOICE) json_array_append_new(all, choice_schema(f->choices));
    if (f->holds & YAML_HOLDS_TEXTS) json_array_append_new(all, list_schema(text_schema()));
    if (f->holds & YAML_HOLDS_TABLE) json_array_append_new(all, schema_of_table(f->table));
    if (f->holds & YAML_HOLDS_TABLES) json_array_append_new(all, list_schema(schema_of_table(f->table)));
    if (f->holds & YAML_HOLDS_NAMED) json_array_append_new(all, map_schema(schema_of_table(f->table)));
    if (f->holds & YAML_HOLDS_NAMED_TEXT) json_array_append_new(all, map_schema(text_schema()));
    json_t *schema = NULL;
    if (json_array_size(all) == 1) schema = json_incref(json_array_get(all, 0));
    else if (json_array_size(all) > 1) schema = json_pack("{s:O}", "anyOf", all);
    json_decref(all);
    return schema ? schema : json_object();
}

static json_t *value_schema(const yaml_field *f) {
    switch (f->type) {
    case YAML_TEXT: return text_schema();
    case YAML_NUMBER:
    case YAML_COUNT: return number_schema(f);
    case YAML_BYTES: return quantity_schema(f, BYTES_PATTERN);
    case YAML_MILLISECONDS: return quantity_schema(f, TIME_PATTERN);
    case YAML_BOOL: return json_pack("{s:s}", "type", "boolean");
    case YAML_CHOICE: return choice_schema(f->choices);
    case YAML_STRINGS: return strings_schema(f->choices);
    case YAML_SECTION: return schema_of_table(f->table);
    case YAML_NODE: return node_schema(f);
    }
    return NULL;
}

/* A default as its own type: 4, true, ["a"], or the text as written. */
static json_t *default_json(const yaml_field *f) {
    char *end;
    json_error_t error;
    double number = strtod(f->standard, &end);
    if (f->type == YAML_BOOL) return json_boolean(strcmp(f->standard, "true") == 0);
    if (f->type == YAML_TEXT || f->type == YAML_CHOICE) return json_string(f->standard);
    if (end != f->standard && !*end) return number_json(number);
    json_t *value = json_loads(f->standard, JSON_DECODE_ANY, &error);
    return value ? value : json_string(f->standard);
}

static json_t *field_schema(const yaml_field *f) {
    json_t *schema = value_schema(f);
    if (f->about) json_object_set_new(schema, "description", json_string(f->about));
    if (f->standard) json_object_set_new(schema, "default", default_json(f));
    return schema;
}

json_t *schema_of_table(const yaml_table *table) {
    if (!table) return json_pack("{s:s}", "type", "object"); /* a map whose keys are made elsewhere */
    json_t *properties = json_object(), *required = json_array();
    json_t *schema = json_pack("{s:s, s:b}", "type", "object", "additionalProperties", 0);
    if (table->about) json_object_set_new(schema, "description", json_string(table->about));
    for (size_t i = 0; i < table->count; i++) {
        const yaml_field *f = &table->fields[i];
        if (f->renamed) continue;
        json_object_set_new(properties, f->key, field_schema(f));
        if (f->required) json_array_append_new(required, json_string(f->key));
    }
    json_object_set_new(schema, "properties", properties);
    if (json_array_size(required)) json_object_set(schema, "required", required);
    json_decref(required);
    return schema;
}

json_t *schema_document(const yaml_table *table, const char *id, const char *title) {
    json_t *document = json_pack("{s:s, s:s, s:s}", "$schema", "https://json-schema.org/draft/2020-12/schema", "$id",
                                 id, "title", title);
    json_t *schema = schema_of_table(table);
    if (document && schema) json_object_update(document, schema);
    json_decref(schema);
    return document;
}

/* ----------------------------------------------------------------------------------- mdoc ---- */

#define MDOC_WIDTH 118

/* A sentence a line, and a line within its width; what begins with a dot or a quote would be a request of roff. */
static void put_text(const char *text, FILE *out) {
    size_t column = 0;
    for (; *text; text++) {
        bool ends_sentence = column && text[-1] == '.' && isupper((unsigned char)text[1]);
        if (*text == ' ' && (ends_sentence || column + 1 + strcspn(text + 1, " ") > MDOC_WIDTH)) {
            fputc('\n', out);
            column = 0;
            continue;
        }
        if (column++ == 0 && (*text == '.' || *text == '\'')) fputs("\\&", out);
        if (*text == '\\') fputs("\\e", out);
        else fputc(*text, out);
    }
    fputc('\n', out);
}

static const char *plain(double number, char out[32]) {
    snprintf(out, 32, number == floor(number) ? "%.0f" : "%g", number);
    return out;
}

static void put_range(const char *what, const yaml_field *f, FILE *out) {
    char least[32], most[32];
    fprintf(out, "%s from %s to %s", what, plain(f->min, least), plain(f->max, most));
}

#define CHOICES_SHORT 10 /* more are a paragraph of their own */

static bool has_many_choices(const char *const *choices) {
    size_t count = 0;
    while (choices && choices[count]) count++;
    return count > CHOICES_SHORT;
}

/* A long list, wrapped. */
static void put_all_choices(const char *const *choices, FILE *out) {
    char line[MDOC_WIDTH + 1] = "One of";
    for (; *choices; choices++) {
        const char *mark = choices[1] ? "," : ".";
        if (strlen(line) + strlen(*choices) + 3 > sizeof line) {
            fprintf(out, "%s\n", line);
            snprintf(line, sizeof line, "%s%s", *choices, mark);
        } else {
            snprintf(line + strlen(line), sizeof line - strlen(line), " %s%s", *choices, mark);
        }
    }
    fprintf(out, "%s\n", line);
}

static void put_choices(const char *const *choices, FILE *out) {
    if (has_many_choices(choices)) {
        fputs("one of a list", out);
        return;
    }
    for (size_t i = 0; choices && choices[i]; i++) fprintf(out, "%s%s", i ? ", " : "one of ", choices[i]);
}

static void put_holds(const yaml_field *f, FILE *out) {
    static const struct {
        unsigned bit;
        const char *what;
    } kinds[] = {{YAML_HOLDS_TEXT, "a text"},
                 {YAML_HOLDS_NUMBER, "a number"},
                 {YAML_HOLDS_TEXTS, "a list of texts"},
                 {YAML_HOLDS_TABLE, "a map"},
                 {YAML_HOLDS_TABLES, "a list of maps"},
                 {YAML_HOLDS_NAMED, "a map from a name to a map"},
                 {YAML_HOLDS_NAMED_TEXT, "a map from a name to a text"}};
    const char *before = "";
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!(f->holds & kinds[i].bit)) continue;
        fprintf(out, "%s%s", before, kinds[i].what);
        before = " or ";
    }
    if (!(f->holds & YAML_HOLDS_CHOICE)) return;
    fputs(before, out);
    put_choices(f->choices, out);
}

static void put_strings(const char *const *choices, FILE *out) {
    if (!choices) {
        fputs("a text or a list of texts", out);
        return;
    }
    put_choices(choices, out);
    fputs("; or a list of them", out);
}

static void put_type(const yaml_field *f, FILE *out) {
    switch (f->type) {
    case YAML_TEXT: fputs("a text", out); return;
    case YAML_NUMBER: put_range("a number", f, out); return;
    case YAML_COUNT: put_range("a whole number", f, out); return;
    case YAML_BYTES: put_range("bytes", f, out); return;
    case YAML_MILLISECONDS: put_range("milliseconds", f, out); return;
    case YAML_BOOL: fputs("true or false", out); return;
    case YAML_CHOICE: put_choices(f->choices, out); return;
    case YAML_STRINGS: put_strings(f->choices, out); return;
    case YAML_SECTION: fputs("a map", out); return;
    case YAML_NODE: put_holds(f, out); return;
    }
}

void schema_mdoc(const yaml_table *table, FILE *out) {
    fputs(".Bl -tag -width Ds\n", out);
    for (size_t i = 0; i < table->count; i++) {
        const yaml_field *f = &table->fields[i];
        if (f->renamed) continue;
        fprintf(out, ".It Ic %s : ", f->key);
        put_type(f, out);
        fputs(f->required ? "; required\n" : "\n", out);
        if (f->about) put_text(f->about, out);
        if (has_many_choices(f->choices)) put_all_choices(f->choices, out);
        if (f->standard) {
            fputs("The default is\n.Li ", out);
            fprintf(out, "\"%s\" .\n", f->standard);
        }
        if (f->table) schema_mdoc(f->table, out);
    }
    fputs(".El\n", out);
}
