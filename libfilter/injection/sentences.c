/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/sentences.h"

#include "base/byte_mask.h"
#include "base/hash.h"
#include "base/utf8.h"

#include <string.h>

/* ------------------------------------------------------------------------------------ bytes ---- */

/* What a byte is for the walk. OTHER ends words and says nothing; LEAD begins a character that must be looked at. */
enum { OTHER, WORD, MARK, STOP, LEAD };

#define ROW(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p) a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p
#define ROW_OF(x) ROW(x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x)
#define O OTHER
#define W WORD
#define M MARK
#define S STOP
#define L LEAD
/* clang-format off */
static const uint8_t kinds[256] = {
    /* 0 */ ROW(O, O, O, O, O, O, O, O, O, O, S, O, O, O, O, O), /* line feed */
    /* 1 */ ROW_OF(O),
    /* 2 */ ROW(O, S, M, M, M, M, M, W, M, M, M, M, O, M, S, M), /* ! … ' is of a word … . */
    /* 3 */ ROW(W, W, W, W, W, W, W, W, W, W, M, S, M, M, M, S), /* digits ; ? */
    /* 4 */ ROW(M, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W),
    /* 5 */ ROW(W, W, W, W, W, W, W, W, W, W, W, M, M, M, M, M),
    /* 6 */ ROW(M, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W),
    /* 7 */ ROW(W, W, W, W, W, W, W, W, W, W, W, M, M, M, M, O),
    /* 8 */ ROW_OF(W), ROW_OF(W), ROW_OF(W), ROW_OF(W), /* of characters that began */
    /* C */ ROW(W, W, L, W, W, W, W, W, W, W, W, W, W, W, W, W), /* C2: signs of Latin-1 */
    /* D */ ROW_OF(W),
    /* E */ ROW(L, L, L, L, L, L, L, L, L, L, L, L, L, L, W, W), /* Thai … Hangul, signs */
    /* F */ ROW_OF(W),
};
/* clang-format on */
#undef O
#undef W
#undef M
#undef S
#undef L

static inline unsigned kind_at(const view *v, size_t at) {
    return kinds[(unsigned char)v->text[at]];
}

/* Size of the sign beyond ASCII at a LEAD byte; 0: it is of a word. */
static size_t sign_size(const char *text) {
    const unsigned char *b = (const unsigned char *)text;
    if (b[0] == 0xC2) return 2;
    if (b[0] == 0xE2) return 3; /* U+2000 … 2FFF: signs */
    if (b[0] == 0xE3 && b[1] == 0x80) return 3; /* U+3000 …: 、。「」 */
    return b[0] == 0xE0 && b[1] == 0xA5 && (b[2] == 0xA4 || b[2] == 0xA5) ? 3 : 0; /* danda */
}

/* Is the character at a LEAD byte of a script without blanks, or one of syllables? */
static bool is_spaceless(const char *text) {
    const unsigned char *b = (const unsigned char *)text;
    switch (b[0]) {
    case 0xE0: return b[1] >= 0xB8 && b[1] <= 0xBB; /* Thai, Lao */
    case 0xE1: return (b[1] >= 0x80 && b[1] <= 0x82) || b[1] == 0x9E || b[1] == 0x9F; /* Myanmar, Khmer */
    case 0xE3: return b[1] >= 0x81; /* Kana */
    default: return b[0] >= 0xE4 && b[0] <= 0xED; /* Han, Hangul */
    }
}

/* 。 । end a sentence, whatever comes after. */
static bool is_full_stop(const char *text) {
    const unsigned char *b = (const unsigned char *)text;
    return b[0] == 0xE0 || (b[0] == 0xE3 && b[2] == 0x82);
}

/* ------------------------------------------------------------------------------------ hashes ---- */

enum { SEED_WORD = 1, SEED_NUMBER, SEED_START, SEED_END, SEED_PAIR, SEED_APART, SEED_MARK, SEED_CLASS, SEED_CLASSES };

static inline uint32_t seeded(uint64_t bits, uint64_t seed) {
    bits = (bits ^ seed * UINT64_C(0xD6E8FEB86659FD93)) * HASH_GOLDEN;
    return (uint32_t)((bits ^ bits >> 29) * UINT64_C(0xBF58476D1CE4E5B9) >> 32);
}

static inline uint32_t seeded_pair(uint32_t a, uint32_t b, uint64_t seed) {
    return seeded((uint64_t)a << 32 | b, seed);
}

/* Up to eight bytes of a word as one number, ASCII letters in lower case. */
static inline uint64_t load(const view *v, size_t at, size_t size) {
    uint64_t bytes = 0;
    if (v->size - at >= sizeof bytes) memcpy(&bytes, v->text + at, sizeof bytes);
    else memcpy(&bytes, v->text + at, v->size - at);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    bytes = __builtin_bswap64(bytes);
#endif
    if (size < sizeof bytes) bytes &= (UINT64_C(1) << 8 * size) - 1;
    return bytes | (~bytes & UINT64_C(0x8080808080808080)) >> 2;
}

static inline uint32_t hash_of(const view *v, size_t start, size_t size, uint64_t seed) {
    uint64_t hash = size;
    for (; size > 8; start += 8, size -= 8) hash = (hash ^ load(v, start, 8)) * HASH_GOLDEN;
    return seeded(hash ^ load(v, start, size), seed);
}

/* ------------------------------------------------------------------------------------- walk ---- */

typedef struct sentence {
    size_t start, end;
    size_t first; /* features before it */
    uint32_t count;
    int32_t sum;
} sentence;

/* A window has fewer sentences than this: each has a word and what ends it. */
#define RING 256
_Static_assert(WINDOW_MAX / 2 < RING, "the ring is too small");

typedef struct walk {
    const pass *pass;
    const sentence_reading *reading;
    const int8_t *weights; /* NULL: features are told */
    unsigned bits;
    sentence now;
    size_t words; /* of the sentence */
    uint32_t before, before_that; /* hashes of the words just read; 0: none */
    size_t class_at; /* the first match of a class that may lie in what comes */
    uint32_t class_before;
    sentence ring[RING]; /* sentences that windows yet to be told begin with, … */
    size_t told, read; /* … by number */
    uint32_t count; /* of the features of these */
    int32_t sum;
} walk;

static inline void add(walk *w, uint32_t hash) {
    w->now.count++;
    if (w->weights) w->now.sum += w->weights[sentence_place(hash, w->bits)];
    else w->reading->on_feature(w->reading->arg, hash);
}

static inline void add_word(walk *w, uint32_t hash) {
    add(w, hash);
    add(w, seeded_pair(w->before, hash, SEED_PAIR));
    add(w, seeded_pair(w->before_that, hash, SEED_APART));
    w->before_that = w->before;
    w->before = hash;
    w->words++;
}

static inline void add_mark(walk *w, uint32_t hash) {
    if (hash == w->before) return; /* a row of them says no more */
    add(w, hash);
    add(w, seeded_pair(w->before, hash, SEED_PAIR));
    w->before_that = w->before;
    w->before = hash;
}

#define START_CHARACTERS 5
#define END_CHARACTERS 3

static inline bool is_ascii(const view *v, size_t at, size_t size) {
    unsigned all = 0;
    for (size_t i = 0; i < size; i++) all |= (unsigned char)v->text[at + i];
    return all < 0x80;
}

/* Where the first characters of a word end; its end when it has no more of them. */
static inline size_t start_of_word(const view *v, size_t at, size_t end) {
    if (end - at <= START_CHARACTERS) return end;
    if (is_ascii(v, at, START_CHARACTERS)) return at + START_CHARACTERS;
    for (size_t characters = 0; at < end; at++) {
        if (((unsigned char)v->text[at] & 0xC0) != 0x80 && characters++ == START_CHARACTERS) break;
    }
    return at;
}

static inline size_t end_of_word(const view *v, size_t end) {
    if (is_ascii(v, end - END_CHARACTERS, END_CHARACTERS)) return end - END_CHARACTERS;
    for (size_t characters = 0; characters < END_CHARACTERS; characters++) {
        do end--;
        while (((unsigned char)v->text[end] & 0xC0) == 0x80);
    }
    return end;
}

#ifdef BYTE_MASK
/* A bit for each of 16 bytes whose kind is WORD. */
static inline uint64_t plain_of(const char *text) {
    const __m128i bytes = byte_mask_load(text);
    const __m128i ascii =
        byte_mask_or(byte_mask_or(byte_mask_letters(bytes), byte_mask_digits(bytes)), byte_mask_is(bytes, '\''));
    const uint64_t high = byte_mask_bits(bytes); /* the bit of a byte is its highest */
    if (!high) return byte_mask_bits(ascii);
    const __m128i lead = byte_mask_or(byte_mask_range(bytes, (char)0xE0, 14), byte_mask_is(bytes, (char)0xC2));
    return byte_mask_bits(ascii) | (high & ~byte_mask_bits(lead));
}
#endif

/* Where the bytes end that need no look at their character. */
static inline size_t end_of_plain(const view *v, size_t at) {
#ifdef BYTE_MASK
    for (; v->size - at >= BYTE_MASK; at += BYTE_MASK) {
        const uint64_t others = ~plain_of(v->text + at) & ((UINT64_C(1) << BYTE_MASK) - 1);
        if (others) return at + (size_t)__builtin_ctzll(others);
    }
#endif
    while (at < v->size && kind_at(v, at) == WORD) at++;
    return at;
}

static size_t word_end(const view *v, size_t at) {
    size_t end = end_of_plain(v, at);
    while (end < v->size && kind_at(v, end) == LEAD && !sign_size(v->text + end) && !is_spaceless(v->text + end))
        end = end_of_plain(v, end + 1);
    return end;
}

static bool is_number(const view *v, size_t at, size_t end) {
    while (at < end && text_is_digit(v->text[at])) at++;
    return at == end;
}

/* Reads the word at `at`; returns where it ends. */
static size_t read_word(walk *w, size_t at) {
    const view *v = w->pass->view;
    const size_t end = word_end(v, at);
    if (text_is_digit(v->text[at]) && is_number(v, at, end)) {
        add_word(w, seeded(end - at < 4 ? end - at : 4, SEED_NUMBER));
        return end;
    }
    const size_t start_end = start_of_word(v, at, end);
    if (start_end < end) {
        add(w, hash_of(v, at, start_end - at, SEED_START));
        const size_t last = end_of_word(v, end);
        add(w, hash_of(v, last, end - last, SEED_END));
    }
    add_word(w, hash_of(v, at, end - at, SEED_WORD));
    return end;
}

/* --------------------------------------------------------------------------------- classes ---- */

/* Matches are in order of their ends but for some of several words, which are told a word late: none is out of its
 * place by more bytes than this. */
#define DISORDER 128

/* Names, not numbers: the table outlives the order of packs. */
static void add_classes(walk *w) {
    const class_matches *found = &w->pass->scratch->classes;
    const word_class *classes = w->pass->engine->set.classes;
    while (w->class_at < found->count && found->items[w->class_at].end + DISORDER <= w->now.start) w->class_at++;
    for (size_t i = w->class_at; i < found->count && found->items[i].end <= w->now.end + DISORDER; i++) {
        if (found->items[i].start < w->now.start || found->items[i].start >= w->now.end) continue;
        const uint32_t class = classes[found->items[i].class].hash;
        add(w, seeded(class, SEED_CLASS));
        add(w, seeded_pair(w->class_before, class, SEED_CLASSES));
        w->class_before = class;
    }
}

/* --------------------------------------------------------------------------------- windows ---- */

static inline sentence *ring_at(walk *w, size_t number) {
    return &w->ring[number % RING];
}

static void tell(const walk *w, const sentence *first, size_t end, uint32_t count, int32_t sum) {
    const sentence_window window = {
        .start = first->start, .end = end, .first = first->first, .count = count, .sum = sum};
    w->reading->on_window(w->reading->arg, &window);
}

/* Tells the windows that begin with the oldest sentence, and lets go of it. */
static void tell_windows(walk *w) {
    const sentence *first = ring_at(w, w->told), *last = ring_at(w, w->read - 1);
    if (first != last) tell(w, first, first->end, first->count, first->sum);
    tell(w, first, last->end, w->count, w->sum);
    w->count -= first->count;
    w->sum -= first->sum;
    w->told++;
}

static void end_sentence(walk *w, size_t at) {
    w->now.end = at;
    add_classes(w);
    while (w->told < w->read && at - ring_at(w, w->told)->start > WINDOW_MAX) tell_windows(w);
    *ring_at(w, w->read++) = w->now;
    w->count += w->now.count;
    w->sum += w->now.sum;
    work_spend(&w->pass->scratch->work, at - w->now.start);
    w->now = (sentence){.start = at, .first = w->now.first + w->now.count};
    w->words = 0;
}

/* --------------------------------------------------------------------------------- reading ---- */

/* Does the stop at `at` end a sentence? Within a number or a name it does not. */
static bool is_end(const view *v, size_t at) {
    if (v->text[at] == '\n') return true;
    const char next = at + 1 < v->size ? v->text[at + 1] : ' ';
    return text_is_space(next) || next == '"' || next == '\'';
}

/* Reads what is no word at `at`, a sign of `size` bytes. */
static void read_mark(walk *w, size_t at, size_t size) {
    const view *v = w->pass->view;
    bool ends = false;
    if (size == 1 && v->text[at] == '.') {
        ends = is_end(v, at);
    } else {
        add_mark(w, hash_of(v, at, size, SEED_MARK));
        ends = size == 1 ? kind_at(v, at) == STOP && is_end(v, at) : is_full_stop(v->text + at);
    }
    if (!ends || !w->words) return;
    end_sentence(w, at + size);
    w->before = w->before_that = 0;
}

/* Reads what is at `at`; returns where it ends. */
static size_t read_one(walk *w, size_t at, unsigned kind) {
    const view *v = w->pass->view;
    const size_t sign = kind == LEAD ? sign_size(v->text + at) : kind != WORD;
    if (sign) {
        read_mark(w, at, sign);
        return at + sign;
    }
    if (kind == LEAD && is_spaceless(v->text + at)) {
        add_word(w, hash_of(v, at, 3, SEED_WORD));
        return at + 3;
    }
    return read_word(w, at);
}

size_t sentences_read(const pass *p, const sentence_reading *reading) {
    const view *v = p->view;
    walk w;
    w.pass = p;
    w.reading = reading;
    w.weights = reading->on_feature ? NULL : reading->weights;
    w.bits = reading->bits;
    w.now = (sentence){.start = 0};
    w.words = w.class_at = w.told = w.read = 0;
    w.before = w.before_that = w.class_before = w.count = 0;
    w.sum = 0;
    for (size_t at = 0; at < v->size && !p->scratch->work.is_late;) {
        const unsigned kind = kind_at(v, at);
        if (kind == OTHER) {
            at++;
            continue;
        }
        if (at - w.now.start > SENTENCE_MAX && w.words) end_sentence(&w, at);
        at = read_one(&w, at, kind);
    }
    if (w.now.count) end_sentence(&w, v->size);
    while (w.told < w.read) tell_windows(&w);
    return w.read;
}
