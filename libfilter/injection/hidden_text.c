/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/hidden_text.h"

#include "findings/candidate.h"

#include <stddef.h>
#include <unicode/utf8.h>

#define RUNS_MAX 64 /* of one text: more of the same says nothing new */

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

/* Characters that are not shown, and have so many forms that a run of them can carry a text. */
static bool is_invisible(UChar32 c) {
    return (c >= 0xE0020 && c <= 0xE007F) || (c >= 0xE0100 && c <= 0xE01EF) || (c >= 0xFE00 && c <= 0xFE0F) ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x2060 && c <= 0x2064) || c == 0xFEFF || c == 0x00AD || c == 0x180E;
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
    for (size_t at = 0; at < v->size && found < RUNS_MAX;) {
        if ((unsigned char)v->text[at] < 0xC2) { /* ASCII, or the inside of a character */
            at++;
            continue;
        }
        size_t count;
        span run = run_at(v, at, &count);
        if (count >= limits->min_run) {
            candidate_found(p, engine_rule_index(p->engine, rule), run);
            found++;
        }
        at = run.end > at ? run.end : at + 1;
    }
}
