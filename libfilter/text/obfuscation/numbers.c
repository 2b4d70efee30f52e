/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers that were set apart, broken or misread: "4-1-1-1", "219-09-" and "4471" on the next line, "4539 397O". */
#include "text/obfuscation/traits.h"

#include "base/byte_mask.h"

#include <string.h>

static bool has_digit(const char *text, size_t size, size_t block) {
    const size_t end = size - block > 64 ? block + 64 : size;
    size_t i = block;
#ifdef BYTE_MASK
    for (; i + BYTE_MASK <= end; i += BYTE_MASK) {
        if (byte_mask_bits(byte_mask_digits(byte_mask_load(text + i)))) return true;
    }
#endif
    while (i < end && !text_is_digit(text[i])) i++;
    return i < end;
}

/* Rewrites at each place of `places`, as rewrite_places does; text without digits costs next to nothing. */
static bool rewrite_numbers(const decode_source *s, size_t budget, text_buffer *out, span_map *map,
                            uint64_t (*places)(const masks *m),
                            size_t (*rewrite)(rewriter *w, size_t at, size_t floor)) {
    rewriter w = {s->text, s->size, out, map, 0, 0};
    size_t floor = 0;
    for (size_t block = 0; block < s->size && out->size <= budget && work_spend(out->work, 64); block += 64) {
        if (!has_digit(s->text, s->size, block)) continue;
        const masks m = masks_at(s->text, s->size, block);
        for (uint64_t left = places(&m); left && out->size <= budget; left &= left - 1) {
            size_t at = block + (size_t)__builtin_ctzll(left);
            if (at >= floor) floor = rewrite(&w, at, floor);
        }
    }
    return rewrite_finish(&w);
}

/* ------------------------------------------------------------------------ one digit at a time ---- */

#define ROW_MIN 9 /* digits: fewer are a version or a list */
#define ROW_MAX 19 /* as many as a card has */
#define GAP_MAX 2

static bool is_gap(char c) {
    return c == ' ' || c == '-' || c == '.' || c == ',' || c == '_' || c == '/' || c == '*';
}

/* Is there a digit that stands alone? */
static bool is_lone_digit(const char *text, size_t size, size_t at) {
    return at < size && text_is_digit(text[at]) && (at == 0 || !text_is_word_byte(text[at - 1])) &&
           (at + 1 == size || !text_is_word_byte(text[at + 1]));
}

/* Do digits stand for more than bits, a count, or ones and zeros of a table? */
static bool is_varied(const char *text, const size_t *places, size_t count) {
    size_t steps = 0;
    char most = '0';
    for (size_t i = 0; i < count; i++) {
        char c = text[places[i]];
        if (c > most) most = c;
        steps += i > 0 && c == text[places[i - 1]] + 1;
    }
    return most > '1' && steps + 2 < count;
}

/* Does a word, or what sets it apart, stand before a row; and nothing after it that goes on with the list? */
static bool stands_as_number(const char *text, size_t size, size_t start, size_t end) {
    size_t before = start, after = end;
    while (before > 0 && start - before < 4 && strchr(" \"'(#:", text[before - 1])) before--;
    while (after < size && after - end < GAP_MAX && is_gap(text[after])) after++;
    bool is_set_apart = before < start && (text[before] == ':' || text[before] == '#');
    bool is_named = before > 0 && (is_set_apart || text_is_word_byte(text[before - 1]));
    return is_named && !text_is_digit(text[before - 1]) &&
           (after == end || after == size || !text_is_digit(text[after]));
}

/* Writes the row of lone digits around `at`, which all have the same between them. Returns where to go on. */
static size_t rewrite_digits(rewriter *w, size_t at, size_t floor) {
    const char *text = w->text;
    size_t places[ROW_MAX], count = 0, gap = 1;
    if (!is_lone_digit(text, w->size, at)) return at + 1;
    while (gap <= GAP_MAX && at + gap < w->size && is_gap(text[at + gap])) gap++;
    if (gap > GAP_MAX + 1 || at + gap >= w->size) return at + 1;
    while (at >= floor + gap && is_lone_digit(text, w->size, at - gap) &&
           memcmp(text + at - gap + 1, text + at + 1, gap - 1) == 0)
        at -= gap;
    size_t i = at;
    for (; is_lone_digit(text, w->size, i); i += gap) {
        if (count < ROW_MAX) places[count] = i;
        count++;
        if (i + gap >= w->size || memcmp(text + i + 1, text + at + 1, gap - 1) != 0) break;
    }
    if (count < ROW_MIN || count > ROW_MAX) return at + count * gap;
    const size_t end = places[count - 1] + 1;
    if (!is_varied(text, places, count) || !stands_as_number(text, w->size, at, end)) return end;
    rewrite_begin(w, at);
    for (size_t k = 0; k < count; k++) put(w, text[places[k]], places[k], k + 1 < count ? gap : 1);
    rewrite_end(w, end);
    return end;
}

bool undo_digit_spacing(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return rewrite_numbers(s, budget, out, map, lone_digits_of, rewrite_digits);
}

/* ------------------------------------------------------------------------ over the end of a line ---- */

#define PART_MAX 24 /* bytes of a number on one side of the break */
#define BROKEN_MIN 8 /* digits of both sides together */

static bool is_inside(char c) {
    return text_is_digit(c) || c == ' ' || c == '-' || c == '.';
}

/* What of a number stands before the break at `end`: where it begins, and how many digits it has. */
static size_t part_before(const char *text, size_t end, size_t *digits) {
    size_t start = end;
    *digits = 0;
    while (start > 0 && end - start < PART_MAX && is_inside(text[start - 1])) *digits += text_is_digit(text[--start]);
    while (start < end && !text_is_digit(text[start])) start++;
    return start;
}

static size_t part_after(const char *text, size_t size, size_t start, size_t *digits) {
    size_t end = start;
    *digits = 0;
    while (end < size && end - start < PART_MAX && is_inside(text[end])) *digits += text_is_digit(text[end++]);
    while (end > start && !text_is_digit(text[end - 1])) end--;
    return end;
}

/* Is the line before a number prose, that a word begins and nothing of a table stands in? */
static bool is_prose_before(const char *text, size_t start) {
    size_t line = start;
    bool has_word = false;
    while (line > 0 && start - line < 200 && text[line - 1] != '\n') {
        has_word = has_word || text_is_alpha(text[line - 1]);
        if (text[line - 1] == '\t' || text[line - 1] == '|' || text[line - 1] == ';') return false;
        line--;
    }
    while (line < start && text_is_space(text[line])) line++;
    return has_word && !text_is_digit(text[line]) && start > 0 && text[start - 1] != ',' && text[start - 1] != '.' &&
           text[start - 1] != '/' && text[start - 1] != '_';
}

/* A date, a time, an item of a list and a longer word are no second half. */
static bool is_second_half(const char *text, size_t size, size_t start, size_t end, size_t digits) {
    if (digits < 2 || (end < size && (text_is_word_byte(text[end]) || text[end] == '_' || text[end] == '%')))
        return false;
    if (end + 1 < size && strchr(":/)]=,|\t", text[end]) && text[end] != ',' && text[end] != ')') return false;
    if (end + 1 < size && text[end] == ',' && text_is_digit(text[end + 1])) return false;
    size_t first = start;
    while (first < end && text_is_digit(text[first])) first++;
    bool is_date = first - start == 4 && first + 1 < end && text[first] == '-' && end - start >= 10;
    bool is_item = first - start <= 2 && first < size && (text[first] == '.' || text[first] == ')');
    return !is_date && !is_item;
}

/* Writes the two parts of the number that the line feed at `at` breaks as one. Returns where to go on. */
static size_t rewrite_break(rewriter *w, size_t at, size_t floor) {
    const char *text = w->text;
    size_t end = at, start, before, after;
    if (end > 0 && text[end - 1] == '\r') end--;
    bool is_soft = end > 0 && (text[end - 1] == '=' || text[end - 1] == '\\');
    if (is_soft) end--;
    while (end > 0 && text[end - 1] == ' ') end--;
    bool is_hyphen = end > 1 && text[end - 1] == '-' && text_is_digit(text[end - 2]);
    if (end == 0 || (!is_hyphen && !text_is_digit(text[end - 1]))) return at + 1;
    size_t next = at + 1;
    while (next < w->size && next - at < 12 && (text[next] == ' ' || text[next] == '>')) next++;
    if (next == w->size || !text_is_digit(text[next])) return at + 1;
    start = part_before(text, end, &before);
    size_t last = part_after(text, w->size, next, &after);
    if (start < floor || before < 2 || before + after < BROKEN_MIN) return at + 1;
    if (!is_prose_before(text, start) || !is_second_half(text, w->size, next, last, after)) return at + 1;
    const char *own = memchr(text + start, ' ', end - start);
    bool has_hyphen = memchr(text + start, '-', end - start) != NULL;
    rewrite_begin(w, end);
    if (!is_hyphen && !is_soft && has_hyphen) put(w, '-', end, next - end);
    else if (!is_hyphen && !is_soft && own) put(w, ' ', end, next - end);
    else rewrite_put(w, "", 0, end, next - end);
    rewrite_end(w, next);
    return last;
}

bool undo_broken_numbers(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    rewriter w = {s->text, s->size, out, map, 0, 0};
    size_t floor = 0;
    for (size_t at = 0; at < s->size && out->size <= budget && work_spend(out->work, 64);) {
        const char *hit = memchr(s->text + at, '\n', s->size - at);
        if (!hit) break;
        const size_t place = (size_t)(hit - s->text);
        at = place + 1;
        if (place < floor) continue;
        size_t end = rewrite_break(&w, place, floor);
        if (end > place + 1) floor = place + 1;
    }
    return rewrite_finish(&w);
}

/* ------------------------------------------------------------------------ letters for digits ---- */

#define MISREAD_MIN 9 /* digits and letters for them */
#define MISREAD_MAX 40 /* bytes of a number */

/* The digit that a letter is misread from; NUL: none. */
static char misread_digit(char c) {
    switch (c) {
    case 'O':
    case 'o':
    case 'Q':
    case 'D': return '0';
    case 'l':
    case 'I':
    case 'i': return '1';
    case 'Z': return '2';
    case 'S': return '5';
    case 'B': return '8';
    default: return 0;
    }
}

static bool is_misread_byte(char c) {
    return text_is_digit(c) || misread_digit(c);
}

/* Does a character belong to the number: a digit, a letter for one, one separator between two? */
static bool is_number_byte(const char *text, size_t size, size_t at) {
    if (is_misread_byte(text[at])) return true;
    return (text[at] == ' ' || text[at] == '-') && at > 0 && at + 1 < size && is_misread_byte(text[at - 1]) &&
           is_misread_byte(text[at + 1]);
}

/* Where a number ends in start..end: a group of letters alone after a separator is a word. */
static size_t number_end(const char *text, size_t size, size_t start, size_t end) {
    bool in_word = end < size && text_is_word_byte(text[end]);
    for (;;) {
        size_t group = end, digits = 0;
        while (group > start && text[group - 1] != ' ' && text[group - 1] != '-')
            digits += text_is_digit(text[--group]);
        if (group == start || (digits > 0 && !in_word)) return end;
        end = group - 1;
        in_word = false;
    }
}

static size_t rewrite_misread(rewriter *w, size_t at, size_t floor) {
    const char *text = w->text;
    size_t start = at, end = at, digits = 0, letters = 0;
    while (start > floor && at - start < MISREAD_MAX && is_number_byte(text, w->size, start - 1)) start--;
    while (end < w->size && end - at < MISREAD_MAX && is_number_byte(text, w->size, end)) end++;
    end = number_end(text, w->size, start, end);
    while (start < end && !text_is_digit(text[start])) start++;
    for (size_t i = start; i < end; i++) {
        digits += text_is_digit(text[i]);
        letters += text_is_alpha(text[i]);
    }
    bool is_in_word =
        (start > 0 && text_is_word_byte(text[start - 1])) || (end < w->size && text_is_word_byte(text[end]));
    bool is_joined = end + 1 < w->size && strchr("-_/.=+", text[end]) && text_is_word_byte(text[end + 1]);
    if (letters == 0 || end <= at || letters * 2 > digits || digits + letters < MISREAD_MIN || is_in_word || is_joined)
        return end > at ? end : at + 1;
    rewrite_begin(w, start);
    for (size_t i = start; i < end; i++) put(w, text_is_alpha(text[i]) ? misread_digit(text[i]) : text[i], i, 1);
    rewrite_end(w, end);
    return end;
}

bool undo_misreading(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return rewrite_numbers(s, budget, out, map, misreads_of, rewrite_misread);
}
