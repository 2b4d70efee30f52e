/* SPDX-License-Identifier: Apache-2.0 */
#include "render/sanitise.h"

#include "base/utf8.h"
#include "text/decode/decode.h"

#include <string.h>

#define AROUND 1024 /* bytes: longer comments are cut where the attack is */
#define GAP_MAX 4 /* bytes between two attacks that are no word */

static bool is_encoded(char c) {
    return text_is_alnum(c) || (c && strchr("+/=_-", c));
}

static bool is_of_address(char c) {
    return c && !text_is_space(c) && !strchr("<>\"'`|\\^{}", c);
}

static span widen(const char *text, size_t size, span at, bool (*belongs)(char c)) {
    while (at.start > 0 && belongs(text[at.start - 1])) at.start--;
    while (at.end < size && belongs(text[at.end])) at.end++;
    return at;
}

/* The rest of an address that begins in the attack, without the mark that ends its sentence. */
static span with_address(const char *text, size_t size, span at) {
    const char *scheme = text_find(text + at.start, at.end - at.start, "://", 3);
    if (!scheme || (size_t)(scheme - text) + 3 > at.end) return at;
    for (const char *s = scheme; s < text + at.end; s++) {
        if (!is_of_address(*s)) return at; /* the address ends inside */
    }
    size_t end = at.end;
    while (end < size && is_of_address(text[end])) end++;
    while (end > at.end && strchr(".,;:!?)]", text[end - 1])) end--;
    at.end = end;
    return at;
}

/* All of the HTML comment that the attack is in. */
static span with_comment(const char *text, size_t size, span at) {
    size_t floor = at.start > AROUND ? at.start - AROUND : 0, limit = size - at.end > AROUND ? at.end + AROUND : size;
    size_t start = at.start + 4 < at.end ? at.start + 4 : at.end;
    while (start >= floor + 4 && memcmp(text + start - 4, "<!--", 4) != 0) {
        if (start <= at.start && memcmp(text + start - 3, "-->", 3) == 0) return at; /* a comment that ended before */
        start--;
    }
    if (start < floor + 4) return at;
    const char *end = text_find(text + at.end, limit - at.end, "-->", 3);
    if (!end) return at;
    if (start - 4 < at.start) at.start = start - 4;
    at.end = (size_t)(end - text) + 3;
    return at;
}

span sanitise_span(const filter_segment *segment, const candidate *c) {
    const decoder *from = decoder_find(c->view_name);
    if (from && from->is_run) return widen(segment->text, segment->size, c->at, is_encoded);
    return with_comment(segment->text, segment->size, with_address(segment->text, segment->size, c->at));
}

bool sanitise_joins(const filter_segment *segment, size_t from, size_t to) {
    if (to - from > GAP_MAX) return false;
    for (size_t i = from; i < to; i++) {
        if (text_is_word_byte(segment->text[i])) return false;
    }
    return true;
}
