/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/hidden_text.h"

#include "findings/candidate.h"

#include <stddef.h>
#include <unicode/utf8.h>

#define RUNS_MAX 4096 /* of one text; more are a gap in what was read */

typedef struct hidden_text_settings {
    size_t min_run; /* invisible characters in a row, at least */
} hidden_text_settings;

static const yaml_field fields[] = {
    {.key = "min_run",
     .type = YAML_COUNT,
     .offset = offsetof(hidden_text_settings, min_run),
     .required = true,
     .min = 2,
     .max = 1000,
     .about = "Invisible characters in a row, at least."},
};

const detector_type hidden_text_type = {
    .keys = {.what = "hidden_text",
             .fields = fields,
             .count = sizeof fields / sizeof *fields,
             .about = "A run of characters that nobody sees and a model reads."},
    .size = sizeof(hidden_text_settings),
};

/* Characters that are not shown: the default ignorable ones (UAX 44), the marks of annotation and all tags. */
static bool is_invisible(UChar32 c) {
    static const struct {
        UChar32 first, last;
    } ranges[] = {{0x00AD, 0x00AD},   {0x034F, 0x034F},  {0x061C, 0x061C}, {0x115F, 0x1160}, {0x17B4, 0x17B5},
                  {0x180B, 0x180F},   {0x200B, 0x200F},  {0x202A, 0x202E}, {0x2060, 0x206F}, {0x3164, 0x3164},
                  {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},  {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3},
                  {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}};
    if (c > 0x3164 && c < 0xFE00) return false; /* Han, Hangul */
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        if (c < ranges[i].first) return false;
        if (c <= ranges[i].last) return true;
    }
    return false;
}

/* Bytes that are looked at before the time is. */
#define STRIDE 64

/* The next place from `at` on where an invisible character may begin, or where to go on, at most. */
static size_t next_place(const view *v, size_t at) {
    /* First bytes of these characters in UTF-8. */
    static const bool begins[256] = {[0xC2] = true, [0xCD] = true, [0xD8] = true, [0xE1] = true, [0xE2] = true,
                                     [0xE3] = true, [0xEF] = true, [0xF0] = true, [0xF3] = true};
    at += text_ascii_prefix(v->text + at, v->size - at);
    const size_t end = v->size - at > STRIDE ? at + STRIDE : v->size;
    while (at < end && !begins[(unsigned char)v->text[at]]) at++;
    return at;
}

/* The run of invisible characters that begins at `at`, and how many they are. */
static span run_at(const view *v, size_t at, size_t *count) {
    span run = {at, at};
    for (*count = 0; run.end < v->size; (*count)++) {
        size_t next = run.end;
        UChar32 c;
        U8_NEXT_UNSAFE((const uint8_t *)v->text, next, c);
        if (!is_invisible(c)) break;
        run.end = next;
    }
    return run;
}

void hidden_text_find(const pass *p, const pack_rule *rule) {
    const hidden_text_settings *limits = rule->settings;
    const view *v = p->view;
    size_t found = 0;
    if (!v->non_ascii) return;
    for (size_t at = 0; (at = next_place(v, at)) < v->size && work_spend(&p->scratch->work, STRIDE);) {
        size_t count;
        span run = run_at(v, at, &count);
        at = run.end > at ? run.end : at + 1;
        if (count < limits->min_run) continue;
        if (found++ == RUNS_MAX) {
            scratch_gap(p->scratch, p->segment, FILTER_SKIP_HIDDEN);
            return;
        }
        candidate_found(p, engine_rule_index(p->engine, rule), run);
    }
}
