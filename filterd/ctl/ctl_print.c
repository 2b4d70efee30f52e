/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/ctl.h"

#include <string.h>

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
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '\n') fputs("\n            ", out);
        else if (c == '\t') fputc('\t', out);
        else if (c < 0x20 || c == 0x7F)
            fprintf(out, "%s<%02x>%s", ctl_colour_code(CTL_DIM), c, ctl_colour_code(CTL_RESET));
        else fputc(c, out);
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

static void print_findings(FILE *out, const json_t *findings) {
    for (size_t i = 0; i < json_array_size(findings); i++) {
        const json_t *f = json_array_get(findings, i), *evidence = json_object_get(f, "evidence");
        const char *action = string_of(f, "action");
        print_label(out, i == 0 ? "findings" : "");
        fprintf(out, "%s%s%s  %s  bytes %zu-%zu  score %.2f  %s  seen %s", ctl_colour_code(verdict_colour(action)),
                string_of(f, "entity_type"), ctl_colour_code(CTL_RESET), string_of(f, "rule"), count_of(f, "start"),
                count_of(f, "end"), json_number_value(json_object_get(f, "score")), action, string_of(f, "view"));
        for (size_t k = 0; k < json_array_size(evidence); k++) {
            fprintf(out, "%s%s", k ? ", " : "  by ", json_string_value(json_array_get(evidence, k)));
        }
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
    fprintf(out, "%s%s%s%s  injection score %.2f", ctl_colour_code(CTL_BOLD), ctl_colour_code(verdict_colour(verdict)),
            verdict, ctl_colour_code(CTL_RESET), json_number_value(json_object_get(reply, "score")));
    for (size_t i = 0; i < json_array_size(reasons); i++) {
        fprintf(out, "%s%s", i ? ", " : "  because of ", json_string_value(json_array_get(reasons, i)));
    }
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
        fprintf(out, "%s\n", string_of(json_array_get(skipped, i), "reason"));
    }
}
