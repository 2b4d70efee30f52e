/* SPDX-License-Identifier: Apache-2.0 */
#include "text/decode/runs.h"
#include "text/obfuscation/traits.h"

#include <string.h>

#define PIECE_MIN 2
#define PIECE_MAX 15 /* longer runs of digits are decoded as they are */
#define GAP_MAX 8 /* blanks between two pieces */
#define LABEL_MAX 3 /* digits of the number of a line */
#define TEXT_MIN 12 /* bytes of text that are no chance: of one random row of digits in 100,000 they come out */

static bool is_digit(const rewriter *w, size_t at) {
    return at < w->size && base64_digits[(unsigned char)w->text[at]];
}

static size_t end_of_piece(const rewriter *w, size_t at) {
    size_t end = at;
    while (end - at <= PIECE_MAX && is_digit(w, end)) end++;
    return end;
}

/* Where the piece after one begins; 0: nothing but blanks and the number of a line may stand between. */
static size_t next_piece(const rewriter *w, size_t end) {
    size_t at = end, label;
    while (at < w->size && at - end < GAP_MAX && text_is_space(w->text[at])) at++;
    if (at == end) return 0;
    for (label = at; label < w->size && label - at < LABEL_MAX && text_is_digit(w->text[label]);) label++;
    if (label > at && label + 1 < w->size && strchr(".):", w->text[label]) && w->text[label + 1] == ' ') at = label + 2;
    return is_digit(w, at) ? at : 0;
}

/* Where the piece before one begins that has the same size; `start` when there is none after `floor`. */
static size_t piece_before(const rewriter *w, size_t start, size_t size, size_t floor) {
    size_t at = start, end;
    while (at > floor && start - at < GAP_MAX && text_is_space(w->text[at - 1])) at--;
    if (at == start) return start;
    if (at > floor + 1 && strchr(".):", w->text[at - 1]) && text_is_digit(w->text[at - 2])) {
        at--;
        for (size_t label = at; at > floor && label - at < LABEL_MAX && text_is_digit(w->text[at - 1]);) at--;
        for (size_t label = at; at > floor && label - at < GAP_MAX && text_is_space(w->text[at - 1]);) at--;
    }
    end = at;
    while (at > floor && end - at <= size && is_digit(w, at - 1)) at--;
    return end - at == size ? at : start;
}

typedef struct piece_walk {
    const rewriter *w;
    size_t size; /* of each piece but the last, which may be shorter */
    size_t at, end; /* of the piece that is read */
    bool is_last;
} piece_walk;

static bool next_digit(piece_walk *p, size_t *at) {
    if (p->at == p->end) {
        const size_t next = p->is_last ? 0 : next_piece(p->w, p->end), end = next ? end_of_piece(p->w, next) : 0;
        if (!next || end - next > p->size) return false;
        p->is_last = end - next < p->size;
        p->at = next;
        p->end = end;
    }
    *at = p->at++;
    return true;
}

static bool is_plain_text(const char *bytes, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)bytes[i] >= 0x80 || !is_text_byte((unsigned char)bytes[i])) return false;
    }
    return size > 0;
}

/* Decodes the pieces from `first` on, for as long as text comes out. Returns where it ends; `first` when it is too
 * little. */
static size_t decode_pieces(rewriter *w, size_t first, bool write) {
    const size_t first_end = end_of_piece(w, first);
    piece_walk p = {.w = w, .size = first_end - first, .at = first, .end = first_end};
    size_t count = 0, end = first, held = 4;
    while (held == 4 && end - first < REGION_MAX) {
        size_t places[4];
        uint32_t bits = 0;
        for (held = 0; held < 4 && next_digit(&p, &places[held]); held++)
            bits |= (base64_digits[(unsigned char)w->text[places[held]]] - 1U) << (18 - 6 * held);
        const char bytes[3] = {(char)(bits >> 16), (char)(bits >> 8 & 0xFF), (char)(bits & 0xFF)};
        if (!is_plain_text(bytes, held * 6 / 8)) break;
        if (write) rewrite_put(w, bytes, held * 6 / 8, places[0], places[held - 1] + 1 - places[0]);
        count += held * 6 / 8;
        end = places[held - 1] + 1;
    }
    return count >= TEXT_MIN ? end : first;
}

/* From the digit or letter at `at`: the pieces around it that have its size. Words before them may have it by chance,
 * so each is tried as the first. Returns where the text ends. */
static size_t rewrite_pieces(rewriter *w, const word_index *words, size_t at, size_t floor) {
    (void)words;
    size_t start = at;
    while (start > floor && at - start <= PIECE_MAX && is_digit(w, start - 1)) start--;
    const size_t piece_end = end_of_piece(w, start), size = piece_end - start;
    if (size < PIECE_MIN || size > PIECE_MAX) return at + 1;
    size_t first = start;
    for (size_t before; (before = piece_before(w, first, size, floor)) != first && at - before < REGION_MAX;)
        first = before;
    while (first < start && decode_pieces(w, first, false) == first) {
        const size_t next = next_piece(w, first + size);
        first = next > first ? next : start; /* what was taken for a gap on the way back may be none */
    }
    if (decode_pieces(w, first, false) == first) return piece_end;
    rewrite_begin(w, first);
    const size_t end = decode_pieces(w, first, true);
    rewrite_end(w, end);
    return end > at ? end : piece_end;
}

bool undo_base64_pieces(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return rewrite_places(s, budget, out, map, misreads_of, rewrite_pieces);
}
