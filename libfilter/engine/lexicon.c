/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/lexicon.h"

#include "base/byte_mask.h"
#include "base/hash.h"
#include "base/utf8.h"

#include <string.h>

#define KEY_SIZE 4
#define SPACES_MAX 4 /* white space between two words of an entry */
#define OPEN_MAX 24 /* bytes of a word after an entry that may go on */

/* --------------------------------------------------------------------------------- keys ---- */

static size_t key_size(const char *text, size_t size, size_t max) {
    size_t n = 0;
    while (n < size && n < max && text_is_alnum(text[n])) n++;
    return n;
}

/* The first four ASCII letters and digits of a word, or all until another character, in lower case. What is beyond
 * ASCII is no part of a key: it may be a letter or a quotation mark. */
static uint32_t key_of(const char *word, size_t size) {
    unsigned char bytes[KEY_SIZE] = {0};
    for (size_t i = 0; i < size; i++) bytes[i] = (unsigned char)text_lower(word[i]);
    uint32_t key;
    memcpy(&key, bytes, sizeof key);
    return key;
}

/* Of a word, and of two in a row. */
static inline uint64_t hash_of(uint32_t key) {
    return key * HASH_GOLDEN;
}

static inline uint64_t hash_both(uint64_t first, uint32_t second) {
    return first + second * UINT64_C(0xC2B2AE3D27D4EB4F);
}

#define KNOWN_ENTRY 1 /* an entry begins with this word, or with these two */
#define KNOWN_TRIGGER 2 /* … and it is a trigger */
#define KNOWN_BEGIN 4 /* an entry of several words begins with this one */

static inline uint32_t slot_of(uint64_t hash) {
    return (uint32_t)(hash >> 48); /* 16 bits */
}

static inline uint32_t bucket_of(uint64_t hash) {
    return (uint32_t)(hash >> 36) & (LEXICON_BUCKETS - 1);
}

/* Does a word begin here? */
static bool starts_word(const char *text, size_t at) {
    if (!text_is_word_byte(text[at])) return false;
    if (at == 0 || !text_is_word_byte(text[at - 1])) return true;
    return text_is_alnum(text[at]) && !text_is_word_before(text, at);
}

static size_t next_word(const char *text, size_t size, size_t from) {
    while (from < size && !starts_word(text, from)) from++;
    return from;
}

/* Eight bytes in lower case: what is below 128 gets the bit, so that some other characters change, too, and both
 * sides with them. */
static inline uint64_t fold_begin(uint64_t bytes) {
    return bytes | (~bytes & UINT64_C(0x8080808080808080)) >> 2;
}

bool lexicon_takes(const char *word, size_t size, bool open) {
    return text_is_alnum(word[0]) && (!open || key_size(word, size, KEY_SIZE) == KEY_SIZE || memchr(word, ' ', size));
}

bool lexicon_add(lexicon *l, arena *memory, const char *word, size_t size, bool open, bool is_trigger, uint32_t id) {
    if (!arena_grow(memory, &l->entries, &l->capacity, l->count + 1, sizeof *l->entries)) return false;
    uint64_t hash = hash_of(key_of(word, key_size(word, size, KEY_SIZE)));
    size_t next = next_word(word, size, 1);
    if (next < size) {
        l->known[slot_of(hash)] |= KNOWN_BEGIN;
        hash = hash_both(hash, key_of(word + next, key_size(word + next, size - next, KEY_SIZE)));
    }
    l->known[slot_of(hash)] |= is_trigger ? KNOWN_ENTRY | KNOWN_TRIGGER : KNOWN_ENTRY;
    uint32_t bucket = bucket_of(hash);
    lexicon_entry entry = {word, (uint16_t)size, open, is_trigger, id, l->buckets[bucket], 0, 0};
    const char *space = memchr(word, ' ', size);
    size_t begin = space ? (size_t)(space - word) : size;
    memset(&entry.mask, 0xFF, begin < 8 ? begin : 8);
    memcpy(&entry.begin, word, begin < 8 ? begin : 8);
    entry.begin = fold_begin(entry.begin) & entry.mask;
    l->entries[l->count] = entry;
    l->buckets[bucket] = (uint32_t)++l->count;
    return true;
}

/* -------------------------------------------------------------------------------- words ---- */

/* Where an entry that begins here ends; 0 when it does not stand here. */
static size_t match(const lexicon_entry *e, const char *text, size_t size, size_t at) {
    for (size_t i = 0; i < e->size; i++) {
        char c = e->text[i];
        if (c == ' ') {
            size_t spaces = 0;
            while (at < size && spaces < SPACES_MAX && text_is_space(text[at])) at++, spaces++;
            if (spaces == 0) return 0;
            continue;
        }
        if (at >= size) return 0;
        if (text_lower(text[at]) != c) return 0;
        at++;
    }
    if (!e->open) return !text_is_word_at(text, size, at) || !text_is_word_byte(text[at - 1]) ? at : 0;
    size_t limit = size - at > OPEN_MAX ? at + OPEN_MAX : size;
    while (at < limit && text_is_word_at(text, size, at)) at = text_align_forward(text, size, at + 1);
    return at;
}

/* The entries of a bucket that stand at `at`. False ends the search. */
static bool try_bucket(const lexicon *l, const lexicon_search *s, uint32_t bucket, size_t at) {
    const char *text = s->text;
    const size_t size = s->part.end;
    uint64_t begin = 0;
    memcpy(&begin, text + at, size - at < 8 ? size - at : 8);
    begin = fold_begin(begin);
    for (uint32_t e = l->buckets[bucket]; e; e = l->entries[e - 1].next) {
        const lexicon_entry *entry = &l->entries[e - 1];
        if ((begin & entry->mask) != entry->begin || (s->triggers_only && !entry->is_trigger)) continue;
        size_t end = match(entry, text, size, at);
        if (!end) continue;
        if (text_is_word_before(text, at)) return true; /* é is a letter, and “ is none */
        if (!s->fn(entry->id, at, end, s->arg)) return false;
    }
    return true;
}

/* A place where an entry may begin. */
typedef struct maybe {
    size_t at;
    uint32_t bucket;
} maybe;

/* A walk from word to word. It knows the word before, because an entry of several words is looked up by two. Nearly all
 * words lead nowhere, and which ones do cannot be foreseen: what might be an entry is noted without a branch. */
typedef struct word_walk {
    size_t before;
    uint64_t hash; /* of the word before */
    uint8_t known;
} word_walk;

/* Notes up to two places; returns how many are noted now. */
static inline size_t take_word(word_walk *w, const uint8_t *known, uint8_t wanted, size_t at, uint32_t key,
                               maybe *noted, size_t count) {
    uint64_t hash = hash_of(key), both = hash_both(w->hash, key);
    noted[count] = (maybe){w->before, bucket_of(both)};
    count += ((w->known & KNOWN_BEGIN) != 0) & ((known[slot_of(both)] & wanted) != 0);
    noted[count] = (maybe){at, bucket_of(hash)};
    w->known = known[slot_of(hash)];
    count += (w->known & wanted) != 0;
    w->before = at;
    w->hash = hash;
    return count;
}

/* Tells of the entries among what was noted. False ends the search. */
static bool settle(const lexicon *l, const lexicon_search *s, const maybe *noted, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!try_bucket(l, s, noted[i].bucket, noted[i].at)) return false;
    }
    return true;
}

#ifdef BYTE_MASK
/* Of 64 bytes, a bit for each: ASCII letters and digits in *letters, bytes beyond ASCII in *wide. */
static inline void word_masks(const char *text, uint64_t *letters, uint64_t *wide) {
    *letters = *wide = 0;
    for (int k = 0; k < 4; k++) {
        const __m128i c = byte_mask_load(text + BYTE_MASK * k);
        *letters |= byte_mask_bits(byte_mask_or(byte_mask_letters(c), byte_mask_digits(c))) << BYTE_MASK * k;
        *wide |= byte_mask_bits(c) << BYTE_MASK * k; /* the highest bit of each byte */
    }
}

/* Starts after a character beyond ASCII: “Ignore has one, and the inside of “négligez” has none. */
static uint64_t starts_after(const char *text, size_t at, uint64_t candidates) {
    uint64_t starts = 0;
    for (; candidates; candidates &= candidates - 1) {
        unsigned bit = (unsigned)__builtin_ctzll(candidates);
        if (!text_is_word_before(text, at + bit)) starts |= UINT64_C(1) << bit;
    }
    return starts;
}
#endif

void lexicon_find(const lexicon *l, const lexicon_search *s) {
    const char *text = s->text;
    const size_t size = s->part.end;
    const uint8_t wanted = s->triggers_only ? KNOWN_TRIGGER : KNOWN_ENTRY;
    word_walk w = {0, 0, 0};
    maybe noted[2 * 64 + 2];
    size_t i = s->part.start;
    if (!l->count) return;
#ifdef BYTE_MASK
    static const uint32_t kept[KEY_SIZE + 1] = {0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF};
    uint64_t letters, wide, next_letters = 0, next_wide = 0, before = 0, wide_before = 0;
    if (size - i >= 64) word_masks(text + i, &next_letters, &next_wide);
    for (; i + 128 <= size && work_spend(s->work, 64);
         i += 64) { /* the next 64 bytes are needed for the ends of words */
        letters = next_letters;
        wide = next_wide;
        word_masks(text + i + 64, &next_letters, &next_wide);
        uint64_t word = letters | wide, starts = word & ~(word << 1 | before);
        if (wide | wide_before) starts |= starts_after(text, i, letters & (wide << 1 | wide_before));
        before = word >> 63;
        wide_before = wide >> 63;
        size_t count = 0;
        for (; starts; starts &= starts - 1) {
            unsigned bit = (unsigned)__builtin_ctzll(starts);
            /* Four bits from `bit` on, the last three maybe of the next 64. */
            unsigned gaps = ~(unsigned)(letters >> bit | next_letters << 1 << (63 - bit)),
                     length = (unsigned)__builtin_ctz(gaps | 1U << KEY_SIZE);
            uint32_t key;
            memcpy(&key, text + i + bit, sizeof key);
            key = (key | (~key & 0x80808080U) >> 2) &
                  kept[length]; /* what is below 128 in lower case; digits have the bit */
            count = take_word(&w, l->known, wanted, i + bit, key, noted, count);
        }
        if (count && !settle(l, s, noted, count)) return;
    }
#endif
    for (i = next_word(text, size, i); i < size && work_spend(s->work, 16); i = next_word(text, size, i + 1)) {
        uint32_t key = key_of(text + i, key_size(text + i, size - i, KEY_SIZE));
        size_t count = take_word(&w, l->known, wanted, i, key, noted, 0);
        if (!settle(l, s, noted, count)) return;
    }
}
