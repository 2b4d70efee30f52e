/* SPDX-License-Identifier: Apache-2.0 */
#include "text/word_index.h"

#include "base/hash.h"
#include "base/utf8.h"

#include <string.h>

#define SCRAMBLED_MIN 6 /* letters: of fewer, too many words are made of the same */

/* i and l are one. */
static inline char letter_of(char c) {
    c = text_lower(c);
    return c == 'l' ? 'i' : c;
}

static inline uint32_t hash_on(uint32_t hash, char c) {
    return hash32_step(hash, (unsigned char)letter_of(c));
}

static uint32_t hash_spelled(const char *text, size_t size) {
    uint32_t hash = HASH32_BASIS;
    for (size_t i = 0; i < size; i++) hash = hash_on(hash, text[i]);
    return hash;
}

static uint32_t letter_weight(char c) {
    uint32_t weight = (unsigned char)letter_of(c) * UINT32_C(0x9E3779B1);
    return weight ^ weight >> 15;
}

/* The same for every order of the inner letters. */
static uint32_t inner_weight(const char *text, size_t size) {
    uint32_t inner = 0;
    for (size_t i = 1; i + 1 < size; i++) inner += letter_weight(text[i]);
    return inner;
}

static uint32_t hash_ends(uint32_t inner, char first, char last, size_t size) {
    return hash_on(hash_on(HASH32_BASIS ^ inner, first), last) + (uint32_t)size;
}

static uint32_t hash_scrambled(const char *text, size_t size) {
    return hash_ends(inner_weight(text, size), text[0], text[size - 1], size);
}

static bool same_letters(const char *a, const char *b, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (letter_of(a[i]) != letter_of(b[i])) return false;
    }
    return true;
}

static bool all_letters(const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (!text_is_alpha(text[i])) return false;
    }
    return true;
}

bool word_index_add(word_index *v, arena *memory, const char *word, size_t size, bool is_indicator) {
    if (size < 2 || size > WORD_INDEX_WORD_MAX || !all_letters(word, size)) return true;
    if (!arena_grow(memory, &v->words, &v->capacity, v->count + 1, sizeof *v->words)) return false;
    v->begins[letter_of(word[0]) & 31] |= 1U << (letter_of(word[1]) & 31);
    v->words[v->count++] = (indexed_word){word, (uint8_t)size, is_indicator && size >= SCRAMBLED_MIN};
    if (is_indicator && size >= SCRAMBLED_MIN) v->ends[word[0] & 31][size & 15] |= 1U << (word[size - 1] & 31);
    return true;
}

static void put_slot(word_index_slot *slots, size_t count, uint32_t hash, size_t word) {
    size_t at = hash & (count - 1);
    while (slots[at].word) at = (at + 1) & (count - 1);
    slots[at] = (word_index_slot){hash, (uint32_t)word + 1};
}

bool word_index_finish(word_index *v, arena *memory) {
    v->slot_count = 64;
    while (v->slot_count < 4 * v->count) v->slot_count *= 2;
    v->spelled = arena_alloc(memory, v->slot_count, sizeof *v->spelled);
    v->scrambled = arena_alloc(memory, v->slot_count, sizeof *v->scrambled);
    if (!v->spelled || !v->scrambled) return false;
    size_t kept = 0;
    for (size_t i = 0; i < v->count; i++) {
        indexed_word word = v->words[i];
        const indexed_word *known = word_index_find(v, word.text, word.size);
        if (known && memcmp(known->text, word.text, word.size) == 0) continue;
        v->words[kept] = word;
        put_slot(v->spelled, v->slot_count, hash_spelled(word.text, word.size), kept);
        if (word.size >= SCRAMBLED_MIN)
            put_slot(v->scrambled, v->slot_count, hash_scrambled(word.text, word.size), kept);
        kept++;
    }
    v->count = kept;
    return true;
}

static const indexed_word *find_hashed(const word_index *v, uint32_t hash, const char *text, size_t size) {
    for (size_t at = hash & (v->slot_count - 1); v->spelled[at].word; at = (at + 1) & (v->slot_count - 1)) {
        const indexed_word *word = &v->words[v->spelled[at].word - 1];
        if (v->spelled[at].hash == hash && word->size == size && same_letters(word->text, text, size)) return word;
    }
    return NULL;
}

const indexed_word *word_index_find(const word_index *v, const char *text, size_t size) {
    return v->slot_count ? find_hashed(v, hash_spelled(text, size), text, size) : NULL;
}

const indexed_word *word_index_unscramble(const word_index *v, const char *text, size_t size) {
    if (size < SCRAMBLED_MIN || size > WORD_INDEX_WORD_MAX || !v->slot_count) return NULL;
    uint32_t hash = hash_scrambled(text, size);
    const indexed_word *known = NULL;
    for (size_t at = hash & (v->slot_count - 1); v->scrambled[at].word; at = (at + 1) & (v->slot_count - 1)) {
        const indexed_word *word = &v->words[v->scrambled[at].word - 1];
        if (v->scrambled[at].hash != hash || word->size != size) continue;
        if (same_letters(word->text, text, size)) return NULL;
        known = word;
    }
    return known;
}

/* Are the letters of `longer` but one those of the other, in their order? */
static bool has_one_more(const char *longer, const char *shorter, size_t size) {
    size_t same = 0;
    while (same < size && letter_of(longer[same]) == letter_of(shorter[same])) same++;
    return same_letters(longer + same + 1, shorter + same, size - same);
}

/* The word of `size` letters among those with a hash that the text has one letter more or fewer than. */
static const indexed_word *find_misspelled(const word_index *v, uint32_t hash, size_t size, const char *text,
                                           size_t text_size) {
    for (size_t at = hash & (v->slot_count - 1); v->scrambled[at].word; at = (at + 1) & (v->slot_count - 1)) {
        const indexed_word *word = &v->words[v->scrambled[at].word - 1];
        if (v->scrambled[at].hash != hash || word->size != size) continue;
        if (size < text_size ? has_one_more(text, word->text, size) : has_one_more(word->text, text, text_size))
            return word;
    }
    return NULL;
}

const indexed_word *word_index_correct(const word_index *v, const char *text, size_t size) {
    const indexed_word *word = NULL;
    if (size + 1 < WORD_INDEX_CORRECTED_MIN || size > WORD_INDEX_WORD_MAX + 1 || !v->slot_count) return NULL;
    if (word_index_find(v, text, size)) return NULL;
    const uint32_t inner = inner_weight(text, size);
    const char first = text[0], last = text[size - 1];
    for (size_t i = 1; i + 1 < size && size > WORD_INDEX_CORRECTED_MIN && !word; i++) {
        uint32_t hash = hash_ends(inner - letter_weight(text[i]), first, last, size - 1);
        word = find_misspelled(v, hash, size - 1, text, size);
    }
    for (char c = 'a'; c <= 'z' && size < WORD_INDEX_WORD_MAX && !word; c++) {
        word = find_misspelled(v, hash_ends(inner + letter_weight(c), first, last, size + 1), size + 1, text, size);
    }
    return word;
}

/* The cheapest way through the letters, by dynamic programming: a word costs one, a letter of none more than a word. */
size_t word_index_segment(const word_index *v, const char *letters, size_t size,
                          size_t starts[WORD_INDEX_SEGMENT_MAX]) {
    enum { WORD_COST = 1, LETTER_COST = 3 };
    uint16_t cost[WORD_INDEX_SEGMENT_MAX + 1];
    uint8_t step[WORD_INDEX_SEGMENT_MAX + 1]; /* of the last piece; 0: a letter of no word */
    if (size > WORD_INDEX_SEGMENT_MAX || !v->slot_count) return 0;
    memset(cost, 0xFF, sizeof cost);
    cost[0] = 0;
    for (size_t at = 0; at < size; at++) {
        if (cost[at] + LETTER_COST < cost[at + 1]) {
            cost[at + 1] = (uint16_t)(cost[at] + LETTER_COST);
            step[at + 1] = 0;
        }
        if (at + 1 == size || !(v->begins[letter_of(letters[at]) & 31] >> (letter_of(letters[at + 1]) & 31) & 1))
            continue;
        uint32_t hash = HASH32_BASIS;
        for (size_t end = at + 1; end <= size && end - at <= WORD_INDEX_WORD_MAX; end++) {
            hash = hash_on(hash, letters[end - 1]);
            if (end - at < 2 || cost[at] + WORD_COST >= cost[end] || !find_hashed(v, hash, letters + at, end - at))
                continue;
            cost[end] = (uint16_t)(cost[at] + WORD_COST);
            step[end] = (uint8_t)(end - at);
        }
    }
    size_t count = 0, words = 0, known = 0;
    bool between = false;
    for (size_t end = size; end > 0;) {
        size_t start = end - (step[end] ? step[end] : 1U);
        if (step[end]) {
            words++;
            known += step[end];
        }
        if (step[end] || !between) count++;
        between = !step[end];
        end = start;
    }
    if (words < 2 || known * 4 < size * 3) return 0;
    between = false;
    size_t at = count;
    for (size_t end = size; end > 0;) {
        size_t start = end - (step[end] ? step[end] : 1U);
        if (step[end] || !between) at--;
        starts[at] = start;
        between = !step[end];
        end = start;
    }
    return count;
}
