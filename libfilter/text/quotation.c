/* SPDX-License-Identifier: Apache-2.0 */
#include "text/quotation.h"

#include "base/search.h"

#include <string.h>

/* ------------------------------------------------------------------------------------ marks ---- */

const quotation_mark quotation_marks[QUOTATION_MARKS] = {
    {"\"", "\""},
    {"'", "'"},
    {"`", "`"},
    {"\xE2\x80\x9C", "\xE2\x80\x9D"}, /* “ ” */
    {"\xE2\x80\x9E", "\xE2\x80\x9C"}, /* „ “ */
    {"\xE2\x80\x98", "\xE2\x80\x99"}, /* ‘ ’ */
    {"\xC2\xAB", "\xC2\xBB"}, /* « » */
    {"\xC2\xBB", "\xC2\xAB"}, /* » « */
    {"\xE3\x80\x8C", "\xE3\x80\x8D"}, /* 「 」 */
    {"\xE3\x80\x8E", "\xE3\x80\x8F"}, /* 『 』 */
};

typedef struct reader {
    const char *text;
    size_t size;
    size_t unclosed[QUOTATION_MARKS]; /* no mark of the kind closes before here */
} reader;

static bool stands_at(const reader *r, size_t at, const char *what) {
    size_t size = strlen(what);
    return size <= r->size - at && memcmp(r->text + at, what, size) == 0;
}

static bool is_word(const reader *r, size_t at) {
    return at < r->size && text_is_word_byte(r->text[at]);
}

static bool is_gap(const reader *r, size_t at) {
    return at >= r->size || text_is_space(r->text[at]);
}

static bool opens(const reader *r, size_t at, const quotation_mark *m) {
    if (!stands_at(r, at, m->open)) return false;
    if (m->open[0] == '`') return at == 0 || r->text[at - 1] != '`';
    if (strcmp(m->open, m->close) != 0) return true;
    return (at == 0 || !is_word(r, at - 1)) && !is_gap(r, at + 1);
}

static size_t backticks(const reader *r, size_t at) {
    size_t count = 0;
    while (at + count < r->size && r->text[at + count] == '`') count++;
    return count;
}

static bool closes(const reader *r, size_t at, const quotation_mark *m) {
    if (!stands_at(r, at, m->close)) return false;
    if (strcmp(m->open, m->close) != 0 && m->close[2] != '\x99') return true;
    return !text_is_space(r->text[at - 1]) && !is_word(r, at + strlen(m->close));
}

/* After the mark that closes; 0 when the paragraph ends first. A code span ends with as many backticks as it began
 * with. */
static size_t end_of_quotation(reader *r, size_t at, size_t kind) {
    const quotation_mark *m = &quotation_marks[kind];
    if (at < r->unclosed[kind]) return 0;
    size_t ticks = backticks(r, at), open = ticks ? ticks : strlen(m->open), i = at + open;
    while (i < r->size && !(r->text[i] == '\n' && i + 1 < r->size && r->text[i + 1] == '\n')) {
        if (r->text[i] != m->close[0] && r->text[i] != '`') {
            i++;
            continue;
        }
        size_t run = backticks(r, i);
        if (ticks ? run == ticks : i > at + open && closes(r, i, m)) return i + (ticks ? run : strlen(m->close));
        i += run ? run : 1;
    }
    r->unclosed[kind] = i;
    return 0;
}

/* ----------------------------------------------------------------------------------- values ---- */

/* Does a key end here, as in `"key":`? */
static bool is_after_key(const reader *r, size_t at) {
    while (at > 0 && (r->text[at - 1] == ' ' || r->text[at - 1] == '\t')) at--;
    return at > 1 && r->text[at - 1] == ':' && strchr("\"'", r->text[at - 2]);
}

/* A straight mark that data and code put around any value, and that says nothing about who speaks: in JSON, attributes,
 * lists, cells and calls. */
static bool begins_value(const reader *r, size_t at) {
    if (at == 0 || (r->text[at] != '"' && r->text[at] != '\'')) return false;
    switch (r->text[at - 1]) {
    case '=':
    case '[':
    case '{':
    case ',': return true;
    case '(': return at > 1 && is_word(r, at - 2); /* a call, and no remark in parentheses */
    default: return is_after_key(r, at);
    }
}

/* Where the mark stands that closes the value; 0: nowhere in its paragraph. */
static size_t close_of_value(const reader *r, size_t at) {
    for (size_t i = at + 1; i < r->size; i++) {
        if (r->text[i] == r->text[at] && r->text[i - 1] != '\\') return i;
        if (r->text[i] == '\n' && i + 1 < r->size && r->text[i + 1] == '\n') return 0;
    }
    return 0;
}

/* ----------------------------------------------------------------------------------- fences ---- */

/* How many of ``` or ~~~ a line begins with; 0: it is no fence. */
static size_t fence_at(const reader *r, size_t at) {
    size_t count = 0;
    if (at > 0 && r->text[at - 1] != '\n') return 0;
    while (at < r->size && r->text[at] == ' ') at++;
    if (at == r->size || (r->text[at] != '`' && r->text[at] != '~')) return 0;
    for (size_t i = at; i < r->size && r->text[i] == r->text[at]; i++) count++;
    return count >= 3 ? count : 0;
}

static size_t next_line(const reader *r, size_t at) {
    const char *end = at < r->size ? memchr(r->text + at, '\n', r->size - at) : NULL;
    return end ? (size_t)(end - r->text) + 1 : r->size;
}

static size_t end_of_fence(const reader *r, size_t at) {
    size_t least = fence_at(r, at);
    for (size_t line = next_line(r, at); line < r->size; line = next_line(r, line)) {
        if (fence_at(r, line) >= least) return next_line(r, line);
    }
    return 0;
}

/* ------------------------------------------------------------------------------ block quotes ---- */

/* A line of a block quote of Markdown, or of a mail that is answered. */
static bool is_quoted_line(const reader *r, size_t at) {
    return (at == 0 || r->text[at - 1] == '\n') && stands_at(r, at, "> ");
}

static size_t end_of_block_quote(const reader *r, size_t at) {
    while (at < r->size && is_quoted_line(r, at)) at = next_line(r, at);
    return at;
}

/* -------------------------------------------------------------------------------------- find ---- */

/* May a mark of quotation begin with the byte? */
static bool may_be_mark(char c) {
    return c == '"' || c == '\'' || c == '`' || (unsigned char)c >= 0xC2;
}

/* After the quotation that begins here; 0 when none does. */
static size_t quotation_at(reader *r, size_t at, bool *fences) {
    const bool is_line = at == 0 || r->text[at - 1] == '\n';
    if (!is_line && !may_be_mark(r->text[at])) return 0;
    if (*fences && fence_at(r, at)) {
        size_t end = end_of_fence(r, at);
        if (end) return end;
        *fences = false; /* nothing closes any later one, either, or it would have closed this */
    }
    if (is_quoted_line(r, at)) return end_of_block_quote(r, at);
    for (size_t kind = 0; kind < QUOTATION_MARKS; kind++) {
        size_t end = opens(r, at, &quotation_marks[kind]) ? end_of_quotation(r, at, kind) : 0;
        if (end) return end;
    }
    return 0;
}

bool quotations_find(quotations *q, arena *memory, work_budget *left, filter_text whole) {
    const char *text = whole.text;
    const size_t size = whole.size;
    reader r = {.text = text, .size = size};
    bool fences = true;
    size_t value_close[2] = {SIZE_MAX, SIZE_MAX}; /* of the value begun last, by its mark */
    *q = (quotations){0};
    for (size_t at = 0; at < size && work_spend(left, 8);) {
        size_t *close = &value_close[text[at] == '"'], end = 0;
        /* What a value holds may quote in its turn. */
        if (at != *close && begins_value(&r, at)) *close = close_of_value(&r, at);
        else if (at != *close && !text_is_alnum(text[at])) end = quotation_at(&r, at, &fences);
        if (!end) {
            q->outside += text_is_word_byte(text[at++]);
            continue;
        }
        if (!arena_grow(memory, &q->items, &q->capacity, q->count + 1, sizeof *q->items)) return false;
        q->items[q->count++] = (span){at, end};
        at = end;
    }
    return true;
}

static bool ends_before(const void *spans, size_t i, size_t at) {
    return ((const span *)spans)[i].end <= at;
}

/* The first quotation that ends after `at`. */
static const span *quotation_after(const quotations *q, size_t at) {
    size_t i = search_first(q->items, q->count, ends_before, at);
    return i < q->count ? &q->items[i] : NULL;
}

bool quotations_hold(const quotations *q, span at) {
    const span *found = quotation_after(q, at.start);
    return found && found->start <= at.start && at.end <= found->end;
}

bool quotations_touch(const quotations *q, span at) {
    const span *found = quotation_after(q, at.start);
    return found && found->start < at.end;
}
