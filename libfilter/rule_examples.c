/* SPDX-License-Identifier: Apache-2.0 */
#include "rule_examples.h"

#include "base/error.h"
#include "base/utf8.h"
#include "pass/scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Random values tried until all checksums hold: the rarest, an IBAN's country with its length, needs
 * some hundreds. */
#define TRIES_MAX 200000
#define SET_SIZE_MAX 4096

/* ------------------------------------------------------------------------------ placeholders ---- */

static bool make_value(const pack_rule *rule, random_source *source, bool valid, text_buffer *out, char *why,
                       size_t why_size) {
    char value[VALUE_FORMAT_WIDTH_MAX];
    const value_format *templates[64];
    uint32_t count = 0;
    for (size_t i = 0; i < rule->pattern_count && count < 64; i++) {
        if (rule->patterns[i].value) templates[count++] = rule->patterns[i].value;
    }
    if (count == 0) {
        snprintf(why, why_size, "rule '%.96s' has no 'format' to make examples from; write the text out", rule->id);
        return false;
    }
    if (!valid && rule->checksum_count == 0) {
        snprintf(why, why_size, "rule '%.96s' has no checksum that could be wrong", rule->id);
        return false;
    }
    for (size_t tries = 0; tries < TRIES_MAX; tries++) {
        size_t size = value_format_random(templates[random_below(source, count)], source, value);
        for (size_t i = 0; valid && i < rule->checksum_count; i++) {
            if (rule->checksums[i]->complete) rule->checksums[i]->complete(value, size);
        }
        if (!pack_has_digits(rule, value, size) || pack_checksums_hold(rule, value, size) != valid) continue;
        text_append(out, value, size);
        return true;
    }
    snprintf(why, why_size, "no value of rule '%.96s' was found that passes its checksum; do both fit together?",
             rule->id);
    return false;
}

static bool make_set(const char *name, size_t name_size, random_source *source, text_buffer *out, char *why,
                     size_t why_size) {
    static const struct {
        const char *name, *characters;
    } sets[] = {
        {"digit", "0123456789"},
        {"hex", "0123456789abcdef"},
        {"lower", "abcdefghijklmnopqrstuvwxyz"},
        {"upper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
        {"alnum", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"},
        {"base64", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/"},
    };
    const char *colon = memchr(name, ':', name_size);
    char *end = NULL;
    unsigned long count = colon ? strtoul(colon + 1, &end, 10) : 0;
    for (size_t i = 0; colon && i < sizeof sets / sizeof *sets; i++) {
        size_t size = strlen(sets[i].name);
        if ((size_t)(colon - name) != size || memcmp(name, sets[i].name, size) != 0) continue;
        if (count == 0 || count > SET_SIZE_MAX || end != name + name_size) break;
        for (unsigned long k = 0; k < count; k++) {
            text_append(out, &sets[i].characters[random_below(source, (uint32_t)strlen(sets[i].characters))], 1);
        }
        return true;
    }
    snprintf(why, why_size,
             "placeholder '{{%.*s}}' names no rule; it is {{RULE}}, {{RULE!}}, {{self}}, {{keyword}}, or digit, hex, "
             "lower, upper, alnum or base64 with a number of characters, as {{hex:32}}",
             (int)(name_size < 80 ? name_size : 80), name);
    return false;
}

char *example_expand(const filter_engine *engine, arena *memory, const char *text, const pack_rule *rule,
                     random_source *source, span *value, char *why, size_t why_size) {
    text_buffer out = {.memory = memory};
    size_t own = 0;
    *value = (span){0, 0};
    while (*text) {
        const char *open = strstr(text, "{{"), *close = open ? strstr(open, "}}") : NULL;
        if (!close) {
            text_append_string(&out, text);
            break;
        }
        text_append(&out, text, (size_t)(open - text));
        const char *name = open + 2;
        size_t size = (size_t)(close - name);
        bool valid = !(size && name[size - 1] == '!');
        char *id = arena_copy(memory, name, valid ? size : size - 1);
        if (rule && id && strcmp(id, "keyword") == 0 && rule->keywords.count) {
            text_append_string(&out, rule->keywords.items[0]);
            text = close + 2;
            continue;
        }
        const pack_rule *named = rule && id && strcmp(id, "self") == 0 ? rule
                                 : id                                  ? pack_find_rule(&engine->set, id)
                                                                       : NULL;
        size_t start = out.size;
        if (named ? !make_value(named, source, valid, &out, why, why_size)
                  : !make_set(name, size, source, &out, why, why_size)) {
            return NULL;
        }
        if (named && named == rule && ++own == 1) *value = (span){start, out.size};
        text = close + 2;
    }
    if (own != 1) *value = (span){0, 0};
    return out.failed ? NULL : arena_copy(memory, out.data, out.size);
}

filter_status filter_example_expand(const filter_engine *engine, const char *example, char *out, size_t capacity,
                                    filter_error *error) {
    random_source source;
    arena memory;
    span value;
    char why[300] = "out of memory";
    filter_status status = FILTER_OK;
    arena_init(&memory);
    random_seed(&source, NULL);
    const char *text = example_expand(engine, &memory, example, NULL, &source, &value, why, sizeof why);
    if (!text) {
        status = FILTER_ERROR_ARGUMENT;
        error_set(error, status, "%s", why);
    } else if (strlen(text) >= capacity) {
        status = FILTER_ERROR_TOO_LARGE;
        error_set(error, status, "the expanded example needs %zu bytes", strlen(text) + 1);
    } else {
        memcpy(out, text, strlen(text) + 1);
    }
    arena_fini(&memory);
    return status;
}

/* ------------------------------------------------------------------------------------- running ---- */

typedef struct runner {
    const filter_engine *engine;
    filter_scratch *scratch;
    arena memory;
    diagnostics *d;
    random_source random;
} runner;

typedef struct example {
    const char *text;
    const char *value; /* what is to be found, or NULL */
    double min_score; /* list candidates from this score on; below 0: as the default policy does */
} example;

static bool read_example(runner *r, const yaml_node *node, example *out) {
    static const yaml_field fields[] = {
        {.key = "text", .type = YAML_TEXT, .offset = offsetof(example, text), .required = true},
        {.key = "value", .type = YAML_TEXT, .offset = offsetof(example, value)},
        {.key = "min_score", .type = YAML_NUMBER, .offset = offsetof(example, min_score), .max = 1},
    };
    *out = (example){.min_score = -1};
    if (node->kind == YAML_MAP)
        return yaml_read(&r->memory, node, &(yaml_table)YAML_TABLE("an example", fields), out, r->d);
    if (node->kind == YAML_SCALAR) out->text = node->text;
    else diagnose(r->d, node->line, node->column, "an example is a text, or a map with 'text' and 'value'");
    return out->text != NULL;
}

static const filter_result *inspect(runner *r, const pack_rule *rule, const char *text, double min_score) {
    filter_segment segment = {text, strlen(text), FILTER_ROLE_USER};
    while (segment.role < ROLE_COUNT - 1 && !(rule->roles >> segment.role & 1)) segment.role++;
    filter_request request = FILTER_REQUEST_INIT;
    const filter_result *result = NULL;
    request.segments = &segment;
    request.segment_count = 1;
    request.returns = FILTER_RETURN_FINDINGS;
    request.min_score = min_score;
    r->scratch->favoured = rule;
    return filter_inspect(r->engine, r->scratch, &request, &result, NULL) == FILTER_OK ? result : NULL;
}

static const filter_finding *find(const filter_result *result, const pack_rule *rule) {
    for (size_t i = 0; result && i < result->finding_count; i++) {
        if (result->findings[i].rule == rule->id) return &result->findings[i];
    }
    return NULL;
}

/* The finding that was acted upon where `loser` lies, or NULL. */
static const filter_finding *find_winner(const filter_result *result, const filter_finding *loser) {
    for (size_t i = 0; i < result->finding_count; i++) {
        const filter_finding *f = &result->findings[i];
        if (f != loser && f->action > FILTER_ACTION_NONE && f->byte_start < loser->byte_end &&
            loser->byte_start < f->byte_end) {
            return f;
        }
    }
    return NULL;
}

/* Candidates that lose to their own entity are not listed; this is what they may have lost to. */
static const filter_finding *find_same_entity(const filter_result *result, const pack_rule *rule) {
    for (size_t i = 0; result && i < result->finding_count; i++) {
        if (strcmp(result->findings[i].entity_type, rule->entity_type) == 0) return &result->findings[i];
    }
    return NULL;
}

static void explain_miss(runner *r, const pack_rule *rule, const yaml_node *node, const char *text) {
    const filter_result *result = inspect(r, rule, text, 0.0);
    const filter_finding *finding = find(result, rule), *winner = finding ? find_winner(result, finding) : NULL;
    if (winner) {
        diagnose(r->d, node->line, node->column,
                 "example must match, but rule '%s' is stronger there: score %.2f against %.2f", winner->rule,
                 winner->score, finding->score);
    } else if (finding) {
        diagnose(r->d, node->line, node->column,
                 "example must match, but its score %.2f is below the default policy's threshold", finding->score);
    } else if ((winner = find_same_entity(result, rule)) != NULL) {
        diagnose(r->d, node->line, node->column,
                 "example must match, but rule '%s' of the same entity is stronger there", winner->rule);
    } else {
        diagnose(r->d, node->line, node->column, "example must match, and nothing is found in '%.80s'", text);
    }
}

static void run_example(runner *r, const pack_rule *rule, const yaml_node *node, bool must_match) {
    example e;
    span value;
    char why[300] = "out of memory";
    if (!read_example(r, node, &e)) return;
    const char *text = example_expand(r->engine, &r->memory, e.text, rule, &r->random, &value, why, sizeof why);
    if (!text) {
        diagnose(r->d, node->line, node->column, "%s", why);
        return;
    }
    const filter_finding *finding = find(inspect(r, rule, text, e.min_score), rule);
    if (!must_match) {
        if (finding) {
            diagnose(r->d, node->line, node->column, "example must not match, but bytes %zu to %zu do, with score %.2f",
                     finding->byte_start, finding->byte_end, finding->score);
        }
        return;
    }
    if (!finding) {
        explain_miss(r, rule, node, text);
        return;
    }
    if (e.value) {
        const char *at = strstr(text, e.value);
        value = at ? (span){(size_t)(at - text), (size_t)(at - text) + strlen(e.value)} : (span){0, 1};
    }
    if (value.end && (finding->byte_start != value.start || finding->byte_end != value.end)) {
        diagnose(r->d, node->line, node->column, "example's value is bytes %zu to %zu, but %zu to %zu are found",
                 value.start, value.end, finding->byte_start, finding->byte_end);
    }
}

static void run_list(runner *r, const pack_rule *rule, const yaml_node *list, bool must_match) {
    for (size_t i = 0; list && i < list->count; i++) run_example(r, rule, list->items[i], must_match);
}

filter_status example_run_all(const filter_engine *engine, diagnostics *d, const char *seed, filter_error *error) {
    runner r = {.engine = engine, .d = d};
    filter_status status = filter_scratch_new(&r.scratch, error);
    if (status != FILTER_OK) return status;
    arena_init(&r.memory);
    random_seed(&r.random, seed);
    for (size_t i = 0; i < engine->set.rule_count; i++) {
        const pack_rule *rule = &engine->set.rules[i];
        /* A rule's examples hold or fail whatever other rules there are. */
        if (seed) random_seed(&r.random, rule->id);
        d->file = rule->file;
        d->rule = rule->id;
        run_list(&r, rule, rule->match, true);
        run_list(&r, rule, rule->no_match, false);
        arena_reset(&r.memory, 1 << 16);
    }
    d->rule = "";
    arena_fini(&r.memory);
    filter_scratch_free(r.scratch);
    return FILTER_OK;
}
