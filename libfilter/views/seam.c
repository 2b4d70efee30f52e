/* SPDX-License-Identifier: Apache-2.0 */
#include "views/seam.h"

#include "base/search.h"

#include <string.h>

#define NEAR ((size_t)32) /* bytes beside a cut: a value that is cut shows itself there */

static span trimmed(const filter_segment *segment, size_t from, size_t to) {
    while (from < to && text_is_space(segment->text[from])) from++;
    while (to > from && text_is_space(segment->text[to - 1])) to--;
    return (span){from, to};
}

static bool has_value_byte(const char *text, span at) {
    for (size_t i = at.start; i < at.end; i++) {
        if (text_is_digit(text[i]) || text[i] == '@') return true;
    }
    return false;
}

/* May a value lie across the cut between two texts? Both have no white space at their ends. */
static bool may_join(const char *left, size_t left_size, const char *right, size_t right_size) {
    const span tail = {left_size > NEAR ? left_size - NEAR : 0, left_size};
    const span head = {0, right_size > NEAR ? NEAR : right_size};
    const char last = left_size ? left[left_size - 1] : '\0';
    return last == ':' || last == '=' || has_value_byte(left, tail) || has_value_byte(right, head);
}

/* Letters and digits before and after a place; how many there are beyond NEAR says nothing more. */
static size_t word_before(const char *text, size_t end) {
    size_t size = 0;
    while (size < end && size < NEAR && text_is_alnum(text[end - size - 1])) size++;
    return size;
}

static size_t word_after(const char *text, size_t size, size_t at) {
    size_t count = 0;
    while (at + count < size && count < NEAR && text_is_alnum(text[at + count])) count++;
    return count;
}

/* Does a character part the groups of a number, of which `group` is one? */
static bool is_separator(char c, const char *text, span group) {
    return group.end - group.start > 1 && (c == ' ' || c == '-' || c == '.') && has_value_byte(text, group);
}

/* Is a word cut in two? The sides of a key have digits, or its beginning has an underscore; that of an address has its
 * @. "tulip-Rain7" and "Thanks" are two words. */
static bool is_cut_word(const char *left, size_t left_size, const char *right, size_t first) {
    const size_t near = left_size > NEAR ? left_size - NEAR : 0;
    size_t start = left_size;
    while (start > near && !text_is_space(left[start - 1])) start--;
    const span word = {start, left_size};
    if (memchr(left + start, '@', left_size - start)) return true;
    bool is_token = has_value_byte(left, word) || memchr(left + start, '_', left_size - start);
    return is_token && has_value_byte(right, (span){0, first});
}

/* What stood where a text was cut, and no white space is left: "4111 1111" and "1111 1111" are whole groups, "4111 11"
 * and "11 1111 1111" are not, nor are "asha@exam" and "ple.org". NUL: nothing stood there. */
static char separator_of(const char *left, size_t left_size, const char *right, size_t right_size) {
    const size_t last = word_before(left, left_size), first = word_after(right, right_size, 0);
    if (!last || !first) return '\0';
    const size_t before = left_size - last; /* what stands here parts the last group from the one before */
    if (before > 0 && is_separator(left[before - 1], left, (span){before, left_size}) &&
        word_before(left, before - 1) == last)
        return left[before - 1];
    if (first < right_size && last == first && is_separator(right[first], right, (span){0, first}) &&
        word_after(right, right_size, first + 1) == first)
        return right[first];
    return is_cut_word(left, left_size, right, first) ? '\0' : ' ';
}

static void add_part(seam_text *s, const filter_segment *segments, size_t index, span at) {
    const char *text = segments[index].text + at.start;
    const size_t size = at.end - at.start;
    if (size == 0) return;
    if (!arena_grow(s->text.memory, &s->parts, &s->capacity, s->count + 1, sizeof *s->parts)) {
        s->text.failed = true;
        return;
    }
    s->parts[s->count++] = (seam_part){index, at.start, s->text.size, s->text.size + size};
    text_append(&s->text, text, size);
}

/* The end of a segment that counts for the cut after it. */
static span tail_of(const filter_segment *segment) {
    size_t from = segment->size > 2 * SEAM_REACH ? segment->size - SEAM_REACH : 0;
    return trimmed(segment, from ? text_align_back(segment->text, from) : 0, segment->size);
}

static span head_of(const filter_segment *segment, bool is_long) {
    size_t to = is_long ? text_align_back(segment->text, SEAM_REACH) : segment->size;
    return trimmed(segment, 0, to);
}

/* Does a segment touch the cut with white space, so that the cut is at a blank? */
static bool is_blank_at(const filter_segment *segment, bool at_end) {
    return segment->size == 0 || text_is_space(segment->text[at_end ? segment->size - 1 : 0]);
}

/* Does a segment go on from the one before? */
static bool goes_on(const filter_request *r, size_t index) {
    if (index >= r->segment_count || r->segments[index].role != r->segments[index - 1].role) return false;
    return !r->flags || !(r->flags[index] & FILTER_SEGMENT_BEGINS);
}

size_t seam_join(seam_text *s, const filter_request *r, size_t from) {
    const filter_segment *segments = r->segments;
    s->text.size = 0;
    s->count = 0;
    if (!goes_on(r, from + 1)) return from + 1;
    add_part(s, segments, from, tail_of(&segments[from]));
    bool blank = is_blank_at(&segments[from], true);
    size_t next = from + 1;
    for (; goes_on(r, next) && !s->text.failed; next++) {
        const filter_segment *right = &segments[next];
        const bool is_long = right->size > 2 * SEAM_REACH;
        const span head = head_of(right, is_long);
        const char *text = right->size ? right->text + head.start : "";
        const size_t size = head.end - head.start;
        if (size == 0) continue; /* nothing is between its neighbours */
        if (s->text.size && !may_join(s->text.data, s->text.size, text, size)) return next;
        blank = blank || is_blank_at(right, false);
        char separator = blank ? ' ' : separator_of(s->text.data, s->text.size, text, size);
        if (s->text.size && separator) text_append(&s->text, &separator, 1);
        add_part(s, segments, next, head);
        if (is_long) return next;
        blank = is_blank_at(right, true);
    }
    return next;
}

static bool ends_before(const void *parts, size_t i, size_t at) {
    return ((const seam_part *)parts)[i].end <= at;
}

size_t seam_part_at(const seam_text *s, size_t at) {
    return search_first(s->parts, s->count, ends_before, at);
}

bool seam_has(const seam_text *s, span at) {
    size_t i = seam_part_at(s, at.start);
    if (i == s->count) return false;
    if (at.end > s->parts[i].end) return true;
    const char last = i > 0 ? s->text.data[s->parts[i - 1].end - 1] : '\0';
    if (i == 0 || strchr(".!?;,)]}>", last)) return false;
    size_t at_start = s->parts[i].start;
    while (at_start < at.start && strchr(" \"'`=:", s->text.data[at_start])) at_start++;
    return at_start == at.start;
}
