/* SPDX-License-Identifier: Apache-2.0 */
#include "text/obfuscation/traits.h"

#include <string.h>

#define PIECE_MAX 512 /* bytes between two quotation marks */

static bool is_mark(char c) {
    return c == '"' || c == '\'' || c == '`';
}

/* The string that begins with the quotation mark at `at`, without its marks; an empty span for none. */
static span string_at(const char *text, size_t size, size_t at) {
    size_t limit = size - at > PIECE_MAX ? at + PIECE_MAX : size;
    const char *end = at + 1 < limit ? memchr(text + at + 1, text[at], limit - at - 1) : NULL;
    return end ? (span){at + 1, (size_t)(end - text)} : (span){at, at};
}

/* The mark that opens the string which a plus sign at `plus` goes on with; `size` for none. */
static size_t mark_after(const char *text, size_t size, size_t plus) {
    size_t at = plus + 1;
    while (at < size && at - plus <= 3 && text_is_space(text[at])) at++;
    return at < size && is_mark(text[at]) ? at : size;
}

/* "ig" + "nore": from the string before the plus sign at `plus` on. Returns where the last string ends. */
static size_t rewrite_concatenation(rewriter *w, size_t plus, size_t floor) {
    const char *text = w->text;
    size_t close = plus, open = mark_after(text, w->size, plus);
    while (close > floor && plus - close < 3 && text_is_space(text[close - 1])) close--;
    if (open == w->size || close == floor || !is_mark(text[close - 1])) return plus + 1;
    close--;
    size_t begin = close;
    while (begin > floor && close - begin < PIECE_MAX && text[begin - 1] != text[close]) begin--;
    if (begin == floor || text[begin - 1] != text[close]) return plus + 1;
    rewrite_begin(w, close);
    size_t end = close + 1;
    while (open < w->size && open - plus < REGION_MAX) {
        span string = string_at(text, w->size, open);
        if (string.start == open) break;
        rewrite_put(w, text + string.start, string.end - string.start, string.start, string.end - string.start);
        end = string.end + 1;
        size_t next = end;
        while (next < w->size && next - end < 3 && text_is_space(text[next])) next++;
        open = next < w->size && text[next] == '+' ? mark_after(text, w->size, next) : w->size;
    }
    rewrite_end(w, end);
    return end;
}

bool undo_concatenation(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    rewriter w = {s->text, s->size, out, map, 0, 0};
    for (size_t at = 0; at < s->size && out->size <= budget && work_spend(out->work, 256);) {
        const char *plus = memchr(s->text + at, '+', s->size - at);
        if (!plus) break;
        at = rewrite_concatenation(&w, (size_t)(plus - s->text), at);
    }
    return rewrite_finish(&w);
}
