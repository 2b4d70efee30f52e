/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/telling.h"

#include "text/word_walk.h"

#include <string.h>

/* Letters and digits, in bytes, of an answer that says more than what it quotes. */
#define REMARK_MIN 12

/* Bytes of a sentence before a span that may say whose words they are. */
#define REPORT_WITHIN 160

bool words_index(occurrences *index, arena *memory, const yaml_strings *words) {
    if (!occurrences_init(index, memory, words->count)) return false;
    for (size_t i = 0; i < words->count; i++) {
        word_walk w = {.text = words->items[i], .size = strlen(words->items[i])};
        while (word_walk_next(&w)) occurrences_add(index, w.hash);
    }
    return true;
}

static bool is_quoted(telling *t, span at) {
    filter_scratch *s = t->scratch;
    if (!t->is_read && !quotations_find(&t->quoted, &s->memory, &s->work, t->text)) s->failed = true;
    t->is_read = true;
    return t->quoted.outside >= REMARK_MIN && quotations_hold(&t->quoted, at);
}

static bool is_reported(const telling *t, const occurrences *reports, span at) {
    size_t start = at.start;
    const size_t floor = at.start > REPORT_WITHIN ? at.start - REPORT_WITHIN : 0;
    while (start > floor && !(strchr(".!?\n", t->text.text[start - 1]) &&
                              (t->text.text[start - 1] == '\n' || text_is_space(t->text.text[start]))))
        start--;
    word_walk w = {.text = t->text.text + start, .size = at.start - start};
    while (word_walk_next(&w)) {
        if (occurrences_find(reports, w.hash)) return true;
    }
    return false;
}

bool is_told(telling *t, const occurrences *reports, span at) {
    return is_reported(t, reports, at) || is_quoted(t, at);
}
