/* SPDX-License-Identifier: Apache-2.0 */
#include "values/scan.h"

#include "base/byte_mask.h"
#include "base/utf8.h"

#include <string.h>

/* More hits than this in one view are an attack or a rule that matches everything. */
#define HITS_MAX ((size_t)1 << 20)

/* Digits of one value lie at most so many bytes apart: letters of an IBAN's bank and account. */
#define DIGIT_GAP 16
/* Letters and digits that touch a digit belong to its word, up to this size. */
#define WORD_MAX 128

/* A window of digits is cut after so many bytes, so that the time can be looked at between two. The next one overlaps
 * it by a value and the characters beside it, and what the cut itself makes is not confirmed. */
#define WINDOW_MAX ((size_t)32 << 10)

typedef struct scan_context {
    filter_scratch *scratch;
    uint32_t database;
    size_t offset;
} scan_context;

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *arg) {
    (void)from;
    (void)flags;
    scan_context *c = arg;
    filter_scratch *s = c->scratch;
    if (s->hits.count == HITS_MAX || !work_spend(&s->work, 16)) return 1;
    if (!arena_grow(&s->memory, &s->hits.items, &s->hits.capacity, s->hits.count + 1, sizeof *s->hits.items)) {
        s->failed = true;
        return 1;
    }
    s->hits.items[s->hits.count++] = (scan_hit){c->database, id, c->offset + (size_t)to};
    return 0;
}

static bool scan_part(const pass *p, engine_database database, span part) {
    scan_context context = {p->scratch, database, part.start};
    const filter_text text = {p->view->text + part.start, part.end - part.start};
    return scratch_scan(p->scratch, p->engine, database, text, on_match, &context);
}

static size_t next_digit(const char *text, size_t size, size_t from) {
    size_t i = from;
#ifdef BYTE_MASK
    for (; i + BYTE_MASK <= size; i += BYTE_MASK) {
        uint64_t digits = byte_mask_bits(byte_mask_digits(byte_mask_load(text + i)));
        if (digits) return i + (size_t)__builtin_ctzll(digits);
    }
#endif
    while (i < size && !text_is_digit(text[i])) i++;
    return i;
}

static bool inside_word(const char *text, size_t size, size_t at) {
    return at > 0 && at < size && text_is_alnum(text[at - 1]) && text_is_alnum(text[at]);
}

bool scan_next_window(const char *text, size_t size, size_t from, const engine_window *wanted, span *window) {
    const size_t lead = wanted->lead, trail = wanted->trail;
    for (size_t first = next_digit(text, size, from); first < size;) {
        size_t last = first, digits = 1;
        size_t next = next_digit(text, size, first + 1);
        while (next < size && next - last <= DIGIT_GAP && next - first < WINDOW_MAX) {
            digits++;
            last = next;
            next = next_digit(text, size, next + 1);
        }
        if (digits >= wanted->digits_min) {
            /* Digits in what trails belong to it: a value is never cut between two windows. */
            for (; next < size && next - last <= trail && next - first < WINDOW_MAX;
                 next = next_digit(text, size, next + 1))
                last = next;
            size_t start = first > lead ? first - lead : 0;
            size_t end = size - last - 1 > trail ? last + 1 + trail : size;
            /* A boundary character is part of the shapes, and a word is never cut. The start may lie
             * in the window before: what was confirmed there is not confirmed again. */
            for (size_t k = 0; k < WORD_MAX && inside_word(text, size, start); k++) start--;
            if (start > 0) start--;
            for (size_t k = 0; k < WORD_MAX && inside_word(text, size, end); k++) end++;
            if (end < size) end++;
            *window = (span){start, end};
            return true;
        }
        first = next;
    }
    return false;
}

static bool is_token_character(char c) {
    return text_is_alnum(c) || c == '_' || c == '-' || c == '+' || c == '/';
}

bool scan_next_run(const char *text, size_t size, size_t from, span *run) {
    for (size_t digit = next_digit(text, size, from); digit < size; digit = next_digit(text, size, run->end)) {
        bool letter = false;
        *run = (span){digit, digit};
        while (run->start > from && is_token_character(text[run->start - 1])) run->start--;
        while (run->end < size && is_token_character(text[run->end])) run->end++;
        if (run->end - run->start < KEYWORD_WIDTH_MIN) continue;
        for (size_t i = run->start; i < run->end && !letter; i++) letter = text_is_alpha(text[i]);
        if (letter) return true;
    }
    return false;
}

/* Looks for shapes from each place of a window on where one may begin. */
static bool scan_shapes(const pass *p, span window) {
    const filter_engine *e = p->engine;
    const char *text = p->view->text;
    const size_t width = e->window.width + 1; /* with the character after it */
    size_t digit = window.start;
    for (size_t at = window.start; at < window.end; at++) {
        if (!shape_may_begin(&e->starts, text, at)) continue;
        if (digit < at || digit == window.start) digit = next_digit(text, window.end, at);
        if (digit == window.end) return true;
        if (digit - at > e->starts.digit_within[(unsigned char)text[at]]) continue;
        const size_t end = window.end - at > width ? at + width : window.end;
        if (!scan_part(p, DATABASE_DIGITS, (span){at, end})) return false;
    }
    return true;
}

static bool scan_near(const pass *p, span window) {
    return scan_part(p, DATABASE_NEAR_DIGITS, window);
}

/* Scans the text around digits. */
static bool scan_windows(const pass *p, const engine_window *wanted, bool (*scan)(const pass *p, span window)) {
    const view *v = p->view;
    span window;
    for (size_t from = 0; scan_next_window(v->text, v->size, from, wanted, &window);) {
        if (!scan(p, window)) return false;
        bool was_cut = window.end - window.start >= WINDOW_MAX && window.end < v->size;
        from = was_cut ? window.end - wanted->width - 2 : window.end;
    }
    return true;
}

bool scan_view(const pass *p) {
    const span all = {0, p->view->size};
    p->scratch->hits.count = 0;
    if (!scan_part(p, DATABASE_DATA, all)) return false;
    return !(p->categories & (FILTER_PII | FILTER_SECRET)) ||
           (scan_windows(p, &p->engine->window, scan_shapes) && scan_windows(p, &p->engine->near_window, scan_near));
}
