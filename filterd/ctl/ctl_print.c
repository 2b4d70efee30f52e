/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/ctl.h"

#include "core/escape.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void ctl_put(FILE *out, const char *text) {
    escape_print(out, text, strlen(text));
}

void ctl_line(FILE *out, const char *format, ...) {
    char *line = NULL;
    va_list args;
    va_start(args, format);
    if (vasprintf(&line, format, args) < 0) line = NULL;
    va_end(args);
    ctl_put(out, line ? line : "out of memory");
    fputc('\n', out);
    free(line);
}

/* JSON has escapes of its own, and jansson writes them for the C0 characters alone. */
void ctl_put_json(const json_t *json, size_t flags) {
    char *text = json_dumps(json, JSON_COMPACT | flags);
    size_t size = text ? strlen(text) : 0;
    for (size_t i = 0; i < size;) {
        uint32_t code;
        size_t length = escape_next(text + i, size - i, &code);
        if (code == ESCAPE_NONE) fwrite(text + i, 1, length, stdout);
        else printf("\\u%04x", (unsigned)code);
        i += length;
    }
    if (!text) fputs("{\"status\":\"error\",\"error\":{\"code\":\"internal\",\"message\":\"out of memory\"}}", stdout);
    putchar('\n');
    free(text);
}

static const char *string_of(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static size_t count_of(const json_t *object, const char *key) {
    return (size_t)json_integer_value(json_object_get(object, key));
}

/* A terminal must not obey what a text says: control characters are shown, not sent. */
static void print_text(FILE *out, const char *text, size_t size) {
    if (size && text[size - 1] == '\n') size--; /* the last line's end would only show as an empty line */
    for (size_t i = 0, length; i < size; i += length) {
        uint32_t code;
        length = escape_next(text + i, size - i, &code);
        bool dim = code != ESCAPE_NONE && code != '\n' && code != '\t';
        if (dim) fputs(ctl_colour_code(CTL_DIM), out);
        if (code == '\n') fputs("\n            ", out);
        else if (code == '\t') fputc('\t', out);
        else escape_print(out, text + i, length);
        if (dim) fputs(ctl_colour_code(CTL_RESET), out);
    }
}

static ctl_colour verdict_colour(const char *verdict) {
    if (strcmp(verdict, "block") == 0) return CTL_RED;
    if (strcmp(verdict, "allow") == 0) return CTL_GREEN;
    return strcmp(verdict, "none") == 0 ? CTL_DIM : CTL_YELLOW;
}

static void print_marked(FILE *out, const json_t *findings, const char *text, size_t size) {
    size_t done = 0;
    for (size_t i = 0; i < json_array_size(findings); i++) {
        const json_t *f = json_array_get(findings, i);
        size_t start = count_of(f, "start"), end = count_of(f, "end");
        if (start < done) start = done; /* findings may lie inside each other */
        if (end > size || end <= start) continue;
        print_text(out, text + done, start - done);
        fputs(ctl_colour_code(CTL_BOLD), out);
        fputs(ctl_colour_code(verdict_colour(string_of(f, "action"))), out);
        print_text(out, text + start, end - start);
        fputs(ctl_colour_code(CTL_RESET), out);
        done = end;
    }
    print_text(out, text + done, size - done);
}

static void print_label(FILE *out, const char *label) {
    fprintf(out, "%s%-10s%s  ", ctl_colour_code(CTL_DIM), label, ctl_colour_code(CTL_RESET));
}

/* Words after what comes before the first. */
static void put_list(FILE *out, const char *before, const json_t *words) {
    for (size_t i = 0; i < json_array_size(words); i++) {
        const char *word = json_string_value(json_array_get(words, i));
        fputs(i ? ", " : before, out);
        ctl_put(out, word ? word : "");
    }
}

static void print_findings(FILE *out, const json_t *findings) {
    for (size_t i = 0; i < json_array_size(findings); i++) {
        const json_t *f = json_array_get(findings, i), *evidence = json_object_get(f, "evidence");
        const char *action = string_of(f, "action");
        print_label(out, i == 0 ? "findings" : "");
        fputs(ctl_colour_code(verdict_colour(action)), out);
        ctl_put(out, string_of(f, "entity_type"));
        fprintf(out, "%s  ", ctl_colour_code(CTL_RESET));
        ctl_put(out, string_of(f, "rule"));
        fprintf(out, "  bytes %zu-%zu  score %.2f  ", count_of(f, "start"), count_of(f, "end"),
                json_number_value(json_object_get(f, "score")));
        ctl_put(out, action);
        fputs("  seen ", out);
        ctl_put(out, string_of(f, "view"));
        put_list(out, "  by ", evidence);
        if (json_object_get(f, "path")) fputs("  at ", out);
        ctl_put(out, string_of(f, "path"));
        put_list(out, "  named ", json_object_get(f, "names"));
        fputc('\n', out);
    }
}

static void print_frame(FILE *out, const json_t *reply, const json_t *segment, const char *name) {
    const json_t *frame = json_object_get(segment, name);
    const json_t *text =
        frame ? json_array_get(json_object_get(reply, "texts"), (size_t)json_integer_value(frame)) : NULL;
    if (!text) return;
    print_label(out, name);
    print_text(out, json_string_value(text), json_string_length(text));
    fputc('\n', out);
}

void ctl_print_reply(FILE *out, const json_t *reply, const char *text, size_t size) {
    const json_t *findings = json_object_get(reply, "findings"), *reasons = json_object_get(reply, "reasons");
    const json_t *segment = json_array_get(json_object_get(reply, "segments"), 0);
    const char *verdict = string_of(reply, "verdict");
    print_label(out, "input");
    print_marked(out, findings, text, size);
    fputc('\n', out);
    print_label(out, "verdict");
    fprintf(out, "%s%s", ctl_colour_code(CTL_BOLD), ctl_colour_code(verdict_colour(verdict)));
    ctl_put(out, verdict);
    fprintf(out, "%s  injection score %.2f", ctl_colour_code(CTL_RESET),
            json_number_value(json_object_get(reply, "score")));
    put_list(out, "  because of ", reasons);
    fputc('\n', out);
    print_findings(out, findings);
    print_frame(out, reply, segment, "redacted");
    print_frame(out, reply, segment, "sanitized");
    print_frame(out, reply, segment, "isolated");
    const json_t *isolation = json_object_get(reply, "isolation");
    if (isolation && *string_of(isolation, "instruction")) {
        print_label(out, "to system");
        const char *instruction = string_of(isolation, "instruction");
        print_text(out, instruction, strlen(instruction));
        fputc('\n', out);
    }
    const json_t *skipped = json_object_get(json_object_get(reply, "coverage"), "skipped");
    for (size_t i = 0; i < json_array_size(skipped); i++) {
        print_label(out, "not read");
        ctl_line(out, "%s", string_of(json_array_get(skipped, i), "reason"));
    }
}
