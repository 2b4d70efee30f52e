/* SPDX-License-Identifier: Apache-2.0 */
#include "text/decode/runs.h"
#include "text/obfuscation/traits.h"

#include <unicode/utf8.h>

#define MESSAGE_MIN 6 /* bytes that a message in invisible characters has at least */
#define KINDS_MAX 3 /* of characters in a message of bits: nought, one, and what parts the bytes */

/* The byte that a variation selector stands for by its number; -1: it is none. */
static int selector_byte(UChar32 c) {
    if (c >= 0xFE00 && c <= 0xFE0F) return c - 0xFE00;
    return c >= 0xE0100 && c <= 0xE01EF ? c - 0xE0100 + 16 : -1;
}

/* Characters without a width, as bits are hidden in them. */
static bool is_bit(UChar32 c) {
    return (c >= 0x200B && c <= 0x200F) || (c >= 0x2060 && c <= 0x2064) || c == 0xFEFF;
}

static UChar32 next_character(const char *text, size_t *at) {
    UChar32 c;
    U8_NEXT_UNSAFE((const uint8_t *)text, *at, c);
    return c;
}

/* A message that is being written; bytes that are no text end it. */
typedef struct message {
    text_buffer *out;
    span_map *map;
    size_t before; /* the size of `out` before it */
    size_t joined; /* … and after what parts it from the message before */
} message;

static message begin_message(text_buffer *out, span_map *map, size_t at) {
    message m = {.out = out, .map = map, .before = out->size};
    join(out, map, at);
    m.joined = out->size;
    return m;
}

static void put_byte(const message *m, int byte, size_t from, size_t from_size) {
    const char c = (char)byte;
    text_append(m->out, &c, 1);
    span_map_add(m->map, 1, from, from_size);
}

/* Keeps a message that is text. */
static bool end_message(const message *m) {
    const size_t size = m->out->size - m->joined;
    if (!m->out->failed && size >= MESSAGE_MIN && text_valid_prefix(m->out->data + m->joined, size) == size)
        return true;
    take_back(m->out, m->map, m->before);
    return false;
}

/* One selector a byte. Returns where they end. */
static size_t read_selectors(const char *text, size_t size, size_t at, text_buffer *out, span_map *map) {
    const message m = begin_message(out, map, at);
    size_t end = at;
    bool is_text = true;
    while (end < size) {
        size_t next = end;
        int byte = selector_byte(next_character(text, &next));
        if (byte < 0) break;
        is_text = is_text && is_text_byte((unsigned char)byte);
        if (is_text) put_byte(&m, byte, end, next - end);
        end = next;
    }
    if (!is_text) take_back(out, map, m.before);
    else end_message(&m);
    return end;
}

/* A run of characters without a width, and which they are, in the order in which they come first. */
typedef struct bit_run {
    span at;
    UChar32 kinds[KINDS_MAX];
    size_t kind_count; /* more than KINDS_MAX: it is no message of bits */
} bit_run;

static bit_run bit_run_at(const char *text, size_t size, size_t at) {
    bit_run run = {.at = {at, at}};
    while (run.at.end < size) {
        size_t next = run.at.end, kind = 0;
        const UChar32 c = next_character(text, &next);
        if (!is_bit(c)) break;
        while (kind < run.kind_count && kind < KINDS_MAX && run.kinds[kind] != c) kind++;
        if (kind == run.kind_count) {
            if (kind < KINDS_MAX) run.kinds[kind] = c;
            run.kind_count++;
        }
        run.at.end = next;
    }
    return run;
}

/* Reads a run with one of its characters for nought and another for one; any third ends a byte, as eight bits do. */
static bool read_bits(const char *text, const bit_run *run, UChar32 nought, UChar32 one, text_buffer *out,
                      span_map *map) {
    const message m = begin_message(out, map, run->at.start);
    size_t from = run->at.start, bits = 0;
    int byte = 0;
    for (size_t at = from; at < run->at.end;) {
        const UChar32 c = next_character(text, &at);
        const bool is_bit_here = c == nought || c == one;
        if (is_bit_here) {
            byte = 2 * byte + (c == one);
            bits++;
        }
        if (bits < 8 && (is_bit_here || !bits)) continue;
        if (!is_text_byte((unsigned char)byte)) break;
        put_byte(&m, byte, from, at - from);
        from = at;
        bits = 0;
        byte = 0;
    }
    if (bits >= 7 && is_text_byte((unsigned char)byte)) put_byte(&m, byte, from, run->at.end - from);
    else if (bits > 0) { /* a byte that is no text, or half of one */ take_back(out, map, m.before);
        return false;
    }
    return end_message(&m);
}

/* Either of two characters may be the nought, and either of three what parts bytes. */
static void read_bit_run(const char *text, const bit_run *run, text_buffer *out, span_map *map) {
    if (run->kind_count < 2 || run->kind_count > KINDS_MAX) return;
    for (size_t i = 0; i < run->kind_count; i++) {
        for (size_t k = 0; k < run->kind_count; k++) {
            if (i != k && read_bits(text, run, run->kinds[i], run->kinds[k], out, map)) return;
        }
    }
}

/* Where a character may begin that bytes or bits are hidden in. */
static size_t next_lead(const char *text, size_t size, size_t at) {
    for (; at < size; at++) {
        at += text_ascii_prefix(text + at, size - at);
        if (at == size || text[at] == '\xE2' || text[at] == '\xEF' || text[at] == '\xF3') break;
    }
    return at;
}

bool undo_invisible(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    for (size_t from = 0, at; out->size <= budget && (at = next_lead(s->text, s->size, from)) < s->size;) {
        size_t next = at;
        const UChar32 c = next_character(s->text, &next);
        if (selector_byte(c) >= 0) {
            next = read_selectors(s->text, s->size, at, out, map);
        } else if (is_bit(c)) {
            const bit_run run = bit_run_at(s->text, s->size, at);
            next = run.at.end;
            read_bit_run(s->text, &run, out, map);
        }
        if (!work_spend(out->work, next - from)) break;
        from = next;
    }
    return out->size > 0;
}
