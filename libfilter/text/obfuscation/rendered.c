/* SPDX-License-Identifier: Apache-2.0 */
#include "text/fold.h"
#include "text/obfuscation/traits.h"
#include "text/word_joiner.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#define WORD_MIN 4 /* letters: shorter ones stand in abbreviations and in words of other languages */
#define TAG_MAX 128 /* bytes of a tag inside a word */
#define COMMENT_MAX 256 /* bytes of a comment inside a word */
#define NOISE_MAX 4 /* tags, signs or characters between two letters */
#define MASKED_MIN 5 /* characters of a word with vowels masked, … */
#define MASKED_VOWELS_MAX 3 /* … and how many of them are: each makes five words */

static const char vowels[] = "aeiou";

/* Elements that change how a part of a word looks, and do not part words. */
static bool is_inline_element(const char *name, size_t size) {
    static const char *const names[] = {"a",      "abbr", "acronym", "b",    "bdi",  "bdo",   "big",  "cite",
                                        "code",   "del",  "em",      "font", "i",    "ins",   "kbd",  "label",
                                        "mark",   "nobr", "q",       "s",    "samp", "small", "span", "strike",
                                        "strong", "sub",  "sup",     "tt",   "u",    "var",   "wbr"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i]) != size) continue;
        size_t same = 0;
        while (same < size && text_lower(name[same]) == names[i][same]) same++;
        if (same == size) return true;
    }
    return false;
}

/* The size of an inline tag or a comment that begins with `<`; 0: it is neither. */
static size_t tag_size(const char *at, size_t left) {
    if (left > 4 && memcmp(at, "<!--", 4) == 0) {
        const char *end = text_find(at + 4, (left < COMMENT_MAX ? left : COMMENT_MAX) - 4, "-->", 3);
        return end ? (size_t)(end - at) + 3 : 0;
    }
    size_t name = left > 1 && at[1] == '/' ? 2 : 1, end = name, limit = left < TAG_MAX ? left : TAG_MAX;
    while (end < limit && text_is_alpha(at[end])) end++;
    if (!is_inline_element(at + name, end - name)) return 0;
    while (end < limit && at[end] != '>' && at[end] != '<') end++;
    return end < limit && at[end] == '>' ? end + 1 : 0;
}

/* Characters beyond ASCII that are no letters: pictures, controls, private ones, signs. */
static bool is_sign(UChar32 c) {
    return c < 0xA0 || (!u_isalnum(c) && !u_isUWhiteSpace(c));
}

/* Controls that are no blanks, and signs that are set among letters: # * + , - . / : ; [ ] ^ _ ` { | } ~ DEL. */
static inline bool is_noise_byte(unsigned char c) {
    static const uint64_t low = UINT64_C(0x0C00FC08FFFFC1FF), high = UINT64_C(0xF8000001E8000000);
    return c < 0x80 && (c < 0x40 ? low >> c : high >> (c - 0x40)) & 1;
}

static inline bool is_vowel(char c) {
    return text_is_alpha(c) && (UINT32_C(0x208222) >> (c & 31) & 1);
}

/* Can what stands at a joint be among the letters of a word? */
static inline bool may_be_joint(const char *text, size_t at) {
    const unsigned char c = (unsigned char)text[at];
    if (c >= 0x80) return true;
    if (text_is_alpha((char)c)) return is_vowel((char)c);
    return at > 0 && (text_is_alpha(text[at - 1]) || (unsigned char)text[at - 1] >= 0x80) &&
           (c == '<' || is_noise_byte(c));
}

/* The size of what a reader does not see, or sees past, at `at`; 0: nothing. */
static size_t noise_size(const char *at, size_t left) {
    const unsigned char c = (unsigned char)*at;
    if (c == '<') return tag_size(at, left);
    if (c == '\033') return 1 + decode_colour_size(at + 1, left - 1);
    if (c < 0x80) return is_noise_byte(c);
    size_t size = 0;
    UChar32 character;
    U8_NEXT_UNSAFE((const uint8_t *)at, size, character);
    return is_sign(character) ? size : 0;
}

/* The letter at `at`, in small, and its size; 0: there is none. */
static char letter_at(const char *at, size_t *size) {
    *size = 1;
    if ((unsigned char)*at < 0x80) return text_is_alpha(*at) ? text_lower(*at) : 0;
    UChar32 c;
    *size = 0;
    U8_NEXT_UNSAFE((const uint8_t *)at, *size, c);
    return fold_letter((uint32_t)c);
}

/* A word as it is rendered. */
typedef struct rendered_token {
    span at;
    size_t count; /* of its letters; more than TOKEN_MAX: too many for a word */
    size_t stars; /* … and of the asterisks among them, which may stand for vowels */
    char letters[TOKEN_MAX];
} rendered_token;

static void add_letter(rendered_token *t, char c) {
    if (t->count < TOKEN_MAX) t->letters[t->count] = c;
    t->count++;
    t->stars += c == '*';
}

/* Reads letters and what stands among them, from the start of a word. */
static void read_token(const char *text, size_t size, rendered_token *t) {
    size_t noise = 0;
    for (size_t at = t->at.start; at < size && noise <= NOISE_MAX;) {
        size_t step;
        char c = letter_at(text + at, &step);
        if (c) {
            add_letter(t, c);
            noise = 0;
            t->at.end = at + step;
        } else {
            step = t->count ? noise_size(text + at, size - at) : 0;
            if (!step) break;
            if (text[at] == '*') add_letter(t, '*');
            noise++;
        }
        at += step;
    }
    if (t->count > TOKEN_MAX) return;
    size_t trailing = 0;
    while (t->count && t->letters[t->count - 1] == '*') {
        t->count--;
        trailing++;
    }
    t->stars -= trailing;
    if (trailing == 1 && t->stars && text[t->at.end] == '*') { /* "*gn*r*" */
        add_letter(t, '*');
        t->at.end++;
    }
}

/* The token around the joint at `at`: what stands before the first joint of a word is plain letters. */
static rendered_token token_at(const char *text, size_t size, size_t at, size_t floor) {
    rendered_token t = {.count = 0};
    while (at > floor && ((unsigned char)text[at] & 0xC0) == 0x80) at--;
    while (at > floor && text_is_alpha(text[at - 1])) at--;
    t.at = (span){at, at};
    read_token(text, size, &t);
    return t;
}

/* The letters of a token without asterisks; twin vowels are one where it is asked for. Returns how many. */
static size_t plain_letters(const rendered_token *t, bool without_twins, char letters[TOKEN_MAX]) {
    size_t count = 0;
    for (size_t i = 0; i < t->count; i++) {
        const char c = t->letters[i];
        const bool is_twin = count && letters[count - 1] == c && is_vowel(c);
        if (c != '*' && !(without_twins && is_twin)) letters[count++] = c;
    }
    return count;
}

/* The word whose vowels the asterisks of a token hide. */
static const indexed_word *find_masked(const word_index *words, const rendered_token *t) {
    char letters[TOKEN_MAX];
    size_t ways = 1;
    if (!t->stars || t->stars > MASKED_VOWELS_MAX || t->count < MASKED_MIN || t->count > WORD_INDEX_WORD_MAX)
        return NULL;
    for (size_t i = 0; i < t->stars; i++) ways *= sizeof vowels - 1;
    for (size_t way = 0; way < ways; way++) {
        size_t left = way;
        for (size_t i = 0; i < t->count; i++) {
            letters[i] = t->letters[i];
            if (letters[i] != '*') continue;
            letters[i] = vowels[left % (sizeof vowels - 1)];
            left /= sizeof vowels - 1;
        }
        const indexed_word *word = word_index_find(words, letters, t->count);
        if (word) return word;
    }
    return NULL;
}

/* The word that a reader sees in a token; NULL: none of the index. */
static const indexed_word *find_word(const word_index *words, const rendered_token *t, bool indicators_only) {
    char letters[TOKEN_MAX];
    if (t->count < WORD_MIN || t->count > TOKEN_MAX) return NULL;
    for (int without_twins = 0; without_twins < 2; without_twins++) {
        size_t count = plain_letters(t, without_twins, letters);
        if (count < WORD_MIN || count > WORD_INDEX_WORD_MAX) continue;
        if (indicators_only && !word_index_may_indicate(words, letters[0], letters[count - 1], count)) continue;
        const indexed_word *word = word_index_find(words, letters, count);
        if (word) return word;
    }
    return find_masked(words, t);
}

bool is_rendered_indicator(const char *text, size_t size, const word_index *words, size_t at, size_t *floor) {
    if (!may_be_joint(text, at)) return false;
    const rendered_token t = token_at(text, size, at, *floor);
    *floor = t.at.end > at ? t.at.end : at + 1;
    const indexed_word *word = find_word(words, &t, true);
    return word && word->is_indicator && word->size < t.at.end - t.at.start + t.stars;
}

static size_t rewrite_token(rewriter *w, const word_index *words, size_t at, size_t floor) {
    if (!may_be_joint(w->text, at)) return floor;
    const rendered_token t = token_at(w->text, w->size, at, floor);
    const size_t size = t.at.end - t.at.start;
    const indexed_word *word = find_word(words, &t, false);
    if (word && word->size < size + t.stars) {
        rewrite_begin(w, t.at.start);
        rewrite_put(w, word->text, word->size, t.at.start, size);
        rewrite_end(w, t.at.end);
    }
    return t.at.end > at ? t.at.end : at + 1;
}

bool undo_rendering(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    rewriter w = {s->text, s->size, out, map, 0, 0};
    size_t floor = 0;
    for (size_t block = 0; block < s->size && out->size <= budget && work_spend(out->work, 256); block += 64) {
        for (uint64_t left = joints_at(s->text, s->size, block); left; left &= left - 1) {
            size_t at = block + (size_t)__builtin_ctzll(left);
            if (at >= floor) floor = rewrite_token(&w, s->words, at, floor);
        }
    }
    return rewrite_finish(&w);
}
