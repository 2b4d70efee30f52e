/* SPDX-License-Identifier: Apache-2.0 */
#include "findings/pieces.h"

#include "base/utf8.h"

#include <string.h>

/* The part of a value that lies in one segment. */
static candidate piece_of(const candidate *c, const seam_part *part) {
    candidate piece = *c;
    const size_t start = c->at.start > part->start ? c->at.start : part->start;
    const size_t end = c->at.end < part->end ? c->at.end : part->end;
    piece.segment = part->segment;
    piece.at = (span){part->from + start - part->start, part->from + end - part->start};
    piece.writing = (field_writing){.is_markup = c->writing.is_markup, .start = piece.at.start, .end = piece.at.end};
    piece.is_piece = true;
    piece.goes_on = c->at.end > part->end;
    piece.names = NULL; /* they are places of the joined text */
    piece.view = NULL;
    return piece;
}

/* May a piece take the place of a finding that lies in it? Not of a whole value ("203.0.113.7" | "7 apples"), but of
 * what only looks like one: eight digits of a card, the first half of a key. */
static bool outdoes(const candidate *piece, const candidate *own) {
    if (piece->rule->category == FILTER_SECRET) return true;
    return piece->evidence & FILTER_EVIDENCE_CHECKSUM && strcmp(piece->rule->entity_type, own->rule->entity_type) != 0;
}

/* Is another finding of the segment where a piece is, that must stay? */
static bool is_taken(const candidates *found, const size_t range[2], const candidate *piece) {
    for (size_t i = range[0]; i < range[1]; i++) {
        const candidate *c = &found->items[i];
        const bool touches = c->at.start < piece->at.end && piece->at.start < c->at.end;
        if (!touches || c->rule->category == FILTER_INJECTION || c->action < FILTER_ACTION_REDACT) continue;
        bool inside = piece->at.start <= c->at.start && c->at.end <= piece->at.end;
        if (!inside || !outdoes(piece, c)) return true;
    }
    return false;
}

/* Digits whose check digit holds by more than chance. */
#define DIGITS_MIN 8

/* Is a value more than what two unrelated parts make by chance: "as np" | "@pytest.mark"? A word names it, or its check
 * digit holds; the shape of a secret is enough. */
static bool is_sure(const candidate *c, bool is_cut) {
    size_t digits = 0;
    if (c->rule->category == FILTER_SECRET || c->evidence & FILTER_EVIDENCE_CONTEXT) return true;
    for (size_t i = 0; i < c->found.size; i++) digits += text_is_digit(c->found.text[i]);
    return c->evidence & FILTER_EVIDENCE_CHECKSUM && (digits >= DIGITS_MIN || !is_cut);
}

bool pieces_keep(pieces *kept, filter_scratch *s, const seam_text *joined, const candidate *c, const size_t *first) {
    const size_t before = kept->count;
    const size_t part = seam_part_at(joined, c->at.start);
    if (!seam_has(joined, c->at) || !is_sure(c, c->at.end > joined->parts[part].end)) return true;
    for (size_t i = part; i < joined->count && joined->parts[i].start < c->at.end; i++) {
        const candidate piece = piece_of(c, &joined->parts[i]);
        if (is_taken(&s->found, &first[piece.segment], &piece)) {
            kept->count = before;
            return true;
        }
        if (!arena_grow(&s->memory, &kept->items, &kept->capacity, kept->count + 1, sizeof piece)) return false;
        kept->items[kept->count++] = piece;
    }
    return true;
}

bool pieces_merge(const pieces *kept, filter_scratch *s, size_t *first, size_t segment_count) {
    candidates all = {.capacity = s->found.count + kept->count};
    size_t k = 0, i = 0;
    all.items = arena_alloc(&s->memory, all.capacity + 1, sizeof *all.items);
    if (!all.items) return false;
    for (size_t segment = 0; segment < segment_count; segment++) {
        const size_t end = first[segment + 1];
        first[segment] = all.count;
        while (i < end || (k < kept->count && kept->items[k].segment == segment)) {
            const candidate *piece = k < kept->count && kept->items[k].segment == segment ? &kept->items[k] : NULL;
            const candidate *own = i < end ? &s->found.items[i] : NULL;
            if (piece && (!own || piece->at.start <= own->at.start)) {
                all.items[all.count++] = *piece;
                k++;
                continue;
            }
            /* What a piece is laid over says nothing of its own; only values that it outdoes are. */
            const candidate *last = all.count > first[segment] ? &all.items[all.count - 1] : NULL;
            bool covered =
                last && last->is_piece && own->rule->category != FILTER_INJECTION && own->at.start < last->at.end;
            if (!covered) all.items[all.count++] = *own;
            i++;
        }
    }
    first[segment_count] = all.count;
    s->found = all;
    return true;
}
