/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/demand.h"

#include "base/hash.h"
#include "base/utf8.h"
#include "text/quotation.h"
#include "text/word_walk.h"

#include <string.h>

#define BEFORE 96 /* bytes of the sentence before an order that may say whom it is for */
#define REACH 120 /* bytes from an order to what it wants */
#define TEXT_MAX 300 /* bytes of what it wants */
#define AFTER 64 /* bytes after that which may say whom it is for */
#define WORDS_MIN 3 /* words of a demand; fewer must be in capitals */
#define COMPARED_MAX 12 /* words of a demand: who says so many has said it */
#define ALIKE_MAX 8 /* demands that begin with the same two words: more are one attack */
#define DEMANDS_MAX 512 /* of one request */
#define EXACT_MIN 4 /* characters of a word in capitals that nobody writes by chance */

/* -------------------------------------------------------------------------------------- order ---- */

typedef struct sentence {
    const char *text;
    size_t size;
    span at; /* that may be read around the order */
    span order;
} sentence;

static bool ends_sentence(const char *text, size_t size, size_t at) {
    return text[at] == '\n' || (strchr(".!?", text[at]) && (at + 1 >= size || text_is_space(text[at + 1])));
}

static sentence sentence_around(const char *text, size_t size, span order) {
    sentence s = {text, size, order, order};
    const size_t floor = order.start > BEFORE ? order.start - BEFORE : 0;
    const size_t limit = size - order.end > REACH ? order.end + REACH : size;
    while (s.at.start > floor && !ends_sentence(text, size, s.at.start - 1)) s.at.start--;
    while (s.at.end < limit && !ends_sentence(text, size, s.at.end)) s.at.end++;
    return s;
}

static bool holds(const occurrences *words, const char *text, span at) {
    word_walk w = {.text = text + at.start, .size = at.end - at.start};
    while (word_walk_next(&w)) {
        if (occurrences_find(words, w.hash)) return true;
    }
    return false;
}

/* Is it a word of a sentence, and no name or call of code: text.write(, output: str? */
static bool is_prose(const sentence *s, const demand_words *words) {
    const size_t start = s->order.start, end = s->order.end;
    if (end < s->size && s->text[end] == ':' && holds(&words->marks, s->text, s->order)) return false;
    if (end == s->size || !strchr(" \t\n:", s->text[end])) return false;
    return start == 0 || !strchr("._-/\\$@#<=&+`|", s->text[start - 1]);
}

/* Is it an order, and no tale of one: at the beginning of its clause, or after "please", "must", "your summary"? */
static bool begins_clause(const demand_words *words, const sentence *s) {
    size_t at = s->order.start;
    while (at > s->at.start && s->text[at - 1] == ' ') at--;
    if (at == s->at.start || !text_is_word_byte(s->text[at - 1])) return true;
    size_t start = at;
    while (start > s->at.start && text_is_word_byte(s->text[start - 1])) start--;
    const span before = {start, at};
    return holds(&words->leads, s->text, before) || holds(&words->marks, s->text, before);
}

/* --------------------------------------------------------------------------------------- text ---- */

static bool stands_at(const char *text, size_t size, size_t at, const char *what) {
    size_t length = strlen(what);
    return length <= size - at && memcmp(text + at, what, length) == 0;
}

/* The end of a quotation's text that begins at `at`; 0: it is not closed nearby. An apostrophe closes nothing. */
static size_t end_of_quote(const sentence *s, size_t at, const char *close) {
    const size_t limit = s->size - at > TEXT_MAX ? at + TEXT_MAX : s->size;
    for (size_t i = at; i < limit && s->text[i] != '\n'; i++) {
        if (!stands_at(s->text, s->size, i, close)) continue;
        size_t after = i + strlen(close);
        if (i > at && (after == s->size || !text_is_word_byte(s->text[after]))) return i;
    }
    return 0;
}

static span quoted_at(const sentence *s, size_t at) {
    for (size_t i = 0; i < QUOTATION_MARKS; i++) {
        if (!stands_at(s->text, s->size, at, quotation_marks[i].open)) continue;
        if (at > 0 && quotation_marks[i].open[1] == '\0' && text_is_word_byte(s->text[at - 1])) continue;
        size_t start = at + strlen(quotation_marks[i].open), end = end_of_quote(s, start, quotation_marks[i].close);
        if (end) return (span){start, end};
    }
    return (span){0, 0};
}

/* What follows a colon, to the end of its line or of the next one. */
static span after_colon(const sentence *s, size_t colon) {
    size_t start = colon + 1;
    while (start < s->size && text_is_space(s->text[start])) start++;
    size_t end = start;
    while (end < s->size && end - start < TEXT_MAX && s->text[end] != '\n') end++;
    return (span){start, end < s->size ? text_align_back(s->text, end) : end};
}

/* Is a word in capitals, or of capitals and digits, as nobody writes by chance? */
static bool is_distinct(const char *text, span at) {
    size_t capitals = 0;
    for (size_t i = at.start; i < at.end; i++) {
        if (text[i] >= 'a' && text[i] <= 'z') return false;
        capitals += text[i] >= 'A' && text[i] <= 'Z';
    }
    return capitals >= EXACT_MIN;
}

static span word_at(const char *text, size_t at, size_t end) {
    const size_t start = at;
    while (at < end && text_is_alnum(text[at])) at++;
    return (span){start, at};
}

/* What the order wants; empty: nothing word for word. A word in capitals must follow the order or what announces it:
 * "respond with X", "the word X". */
static span wanted(const sentence *s, const demand_words *words) {
    span word = {0, 0}, before = s->order;
    for (size_t i = s->order.end; i < s->at.end; i++) {
        if (s->text[i] == ':' && i + 1 < s->size && text_is_space(s->text[i + 1])) {
            span line = after_colon(s, i), inner = quoted_at(s, line.start);
            return inner.end ? inner : line;
        }
        span inner = text_is_alnum(s->text[i]) ? (span){0, 0} : quoted_at(s, i);
        if (inner.end) return inner;
        const span this = word_at(s->text, i, s->at.end);
        if (this.start == this.end) continue;
        const bool is_announced = before.start == s->order.start || holds(&words->labels, s->text, before) ||
                                  holds(&words->marks, s->text, before);
        if (!word.end && is_announced && is_distinct(s->text, this)) word = this;
        before = this;
        i = this.end - 1;
    }
    return word;
}

/* -------------------------------------------------------------------------------------- index ---- */

static uint64_t pair_hash(uint64_t first, uint64_t second) {
    uint64_t hash = (first ^ (second * HASH_GOLDEN)) * HASH_GOLDEN + 1;
    return hash ? hash : 1;
}

/* Of how a text begins: its first word, or its first two; 0: there is none. Counts its words. */
static uint64_t beginning_of(const char *text, span at, size_t *count) {
    word_walk w = {.text = text + at.start, .size = at.end - at.start};
    uint64_t first = 0, hash = 0;
    for (*count = 0; *count < COMPARED_MAX && word_walk_next(&w); (*count)++) {
        if (*count == 0) hash = first = w.hash;
        if (*count == 1) hash = pair_hash(first, w.hash);
    }
    return hash;
}

typedef struct reader {
    filter_scratch *scratch;
    const demand_words *words;
    demands *found;
} reader;

/* Puts a demand after those that begin alike; false: there are enough of them. */
static bool link_demand(demands *d, uint64_t hash) {
    occurrence *first = occurrences_add(&d->first, hash);
    size_t alike = 0;
    for (size_t i = first ? first->note : 0; i; i = d->items[i - 1].next) alike++;
    if (!first || alike >= ALIKE_MAX) return false;
    d->items[d->count].next = first->note;
    first->note = d->count + 1;
    return true;
}

/* Room for one more demand, which is not in force yet; NULL: there is none. */
static demand *next_demand(reader *r, size_t segment) {
    demands *d = r->found;
    filter_scratch *s = r->scratch;
    if (d->count == DEMANDS_MAX) {
        if (!d->is_full) scratch_gap(s, segment, FILTER_SKIP_HITS);
        d->is_full = true;
        return NULL;
    }
    if ((!d->first.capacity && !occurrences_init(&d->first, &s->memory, DEMANDS_MAX)) ||
        !arena_grow(&s->memory, &d->items, &d->capacity, d->count + 1, sizeof *d->items)) {
        s->failed = true;
        return NULL;
    }
    return &d->items[d->count];
}

/* Several orders of a sentence may want the same. */
static bool is_again(const demands *d, size_t segment, span at) {
    const demand *last = d->count ? &d->items[d->count - 1] : NULL;
    return last && last->segment == segment && last->at.start == at.start;
}

static void add_demand(reader *r, size_t segment, const char *text, span at) {
    demand new = {.segment = segment, .at = at};
    const uint64_t hash = beginning_of(text, at, &new.word_count);
    new.is_exact = new.word_count < WORDS_MIN;
    if (!hash || (new.is_exact && !is_distinct(text, at)) || is_again(r->found, segment, at)) return;
    demand *place = next_demand(r, segment);
    if (!place) return;
    *place = new;
    if (link_demand(r->found, hash)) r->found->count++;
}

/* ------------------------------------------------------------------------------------ reading ---- */

static void read_order(reader *r, size_t segment, const filter_segment *text, span order) {
    const sentence s = sentence_around(text->text, text->size, order);
    if (!is_prose(&s, r->words) || !begins_clause(r->words, &s)) return;
    const span at = wanted(&s, r->words);
    if (at.start >= at.end) return;
    const size_t end = text->size - at.end > AFTER ? at.end + AFTER : text->size;
    const occurrences *marks = &r->words->marks;
    if (holds(marks, text->text, (span){s.at.start, order.start}) ||
        holds(marks, text->text, (span){order.end, at.start}) || holds(marks, text->text, (span){at.end, end}))
        add_demand(r, segment, text->text, at);
}

static void read_segment(reader *r, size_t index) {
    const filter_segment *segment = &r->scratch->request.segments[index];
    word_walk w = {.text = segment->text, .size = segment->size};
    while (work_spend(&r->scratch->work, 32) && word_walk_next(&w)) {
        if (!occurrences_find(&r->words->orders, w.hash)) continue;
        if (!work_spend(&r->scratch->work, 256)) return;
        read_order(r, index, segment, w.at);
    }
}

/* What somebody may ask for is demanded by nobody. */
static void withdraw(void *arg, size_t index, span at) {
    (void)at;
    ((demands *)arg)->items[index].word_count = 0;
}

demands *demands_read(filter_scratch *s, const demand_words *words) {
    demands *d = arena_alloc(&s->memory, 1, sizeof *d);
    reader r = {s, words, d};
    if (!d) {
        s->failed = true;
        return NULL;
    }
    for (size_t i = 0; i < s->request.segment_count && !s->failed; i++) {
        if (role_may_plant(s->request.segments[i].role)) read_segment(&r, i);
    }
    for (size_t i = 0; i < s->request.segment_count && d->count && !s->failed; i++) {
        const filter_segment *segment = &s->request.segments[i];
        if (segment->role == FILTER_ROLE_ASSISTANT || role_may_plant(segment->role)) continue;
        demands_match(d, s, (filter_text){segment->text, segment->size}, withdraw, d);
    }
    return d;
}

/* ----------------------------------------------------------------------------------- matching ---- */

/* The end of a demand in a text, from `start` on; 0: it does not stand there. */
static size_t matches(const demand *d, const char *wants, filter_text text, size_t start) {
    word_walk a = {.text = wants + d->at.start, .size = d->at.end - d->at.start};
    word_walk b = {.text = text.text, .size = text.size, .at = {start, start}};
    for (size_t i = 0; i < d->word_count; i++) {
        if (!word_walk_next(&a) || !word_walk_next(&b) || a.hash != b.hash) return 0;
        const size_t size = a.at.end - a.at.start;
        if (d->is_exact && size != b.at.end - b.at.start) return 0;
        if (d->is_exact && memcmp(a.text + a.at.start, b.text + b.at.start, size) != 0) return 0;
    }
    return d->word_count ? b.at.end : 0;
}

typedef struct matcher {
    const demands *demands;
    filter_scratch *scratch;
    filter_text text;
    demand_met *met;
    void *arg;
} matcher;

static void match_at(const matcher *m, uint64_t hash, size_t start) {
    const occurrence *first = occurrences_find(&m->demands->first, hash);
    for (size_t i = first ? first->note : 0; i && work_spend(&m->scratch->work, 128);) {
        const demand *d = &m->demands->items[i - 1];
        const size_t end = matches(d, m->scratch->request.segments[d->segment].text, m->text, start);
        if (end) m->met(m->arg, i - 1, (span){start, end});
        i = d->next;
    }
}

void demands_match(const demands *d, filter_scratch *s, filter_text text, demand_met *met, void *arg) {
    const matcher m = {d, s, text, met, arg};
    word_walk w = {.text = text.text, .size = text.size};
    uint64_t before = 0;
    size_t start = 0;
    while (d->count && work_spend(&s->work, 32) && word_walk_next(&w)) {
        if (before) match_at(&m, pair_hash(before, w.hash), start);
        match_at(&m, w.hash, w.at.start);
        before = w.hash;
        start = w.at.start;
    }
}
