/* SPDX-License-Identifier: Apache-2.0 */
#include "text/fold.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#define BMP 0x10000
#define SHARP_S 0xDF
#define CAPITAL_SHARP_S 0x1E9E
#define CLUSTER_MAX 32 /* code points that are normalised together; longer heaps of marks are cut */

static pthread_once_t once = PTHREAD_ONCE_INIT;

static const UNormalizer2 *nfkc;

static uint8_t plain[BMP]; /* 1: this character folds to itself, whatever stands beside it */

static char confusables[BMP]; /* the ASCII character that it looks like, or NUL               */

static char letters[BMP]; /* the ASCII letter that a reader takes it for, or NUL */

/* Combining marks for any script. */
static bool is_mark(UChar32 c) {
    return (c >= 0x0300 && c <= 0x036F) || (c >= 0x1AB0 && c <= 0x1AFF) || (c >= 0x1DC0 && c <= 0x1DFF) ||
           (c >= 0x20D0 && c <= 0x20FF);
}

static bool folds_to_itself(UChar32 c) {
    return unorm2_isInert(nfkc, c) && u_foldCase(c, U_FOLD_CASE_DEFAULT) == c && u_charDigitValue(c) < 0 &&
           !u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) && !is_mark(c);
}

/* What a ascii_punctuation has for typographic quotation marks, apostrophes and hyphens; 0 for anything else. */
static char ascii_punctuation(UChar32 c) {
    switch (c) {
    case 0x2018:
    case 0x2019:
    case 0x201B:
    case 0x02BC:
    case 0x2032: return '\'';
    case 0x201C:
    case 0x201D:
    case 0x201F:
    case 0x2033: return '"';
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2212: return '-';
    default: return 0;
    }
}

/* The letter that a character shows in another form, where Unicode has no mapping for it; 0: none. */
static char letter_form(UChar32 c) {
    /* U+2801 … U+283F, the letters of Braille by their dots (ISO/TR 11548-1); '.' for what is none. */
    static const char braille[64] = ".a.b.k.l.cif.msp.e.h.o.r.djg.ntq.....u.v.....x.......z....w..y..";
    static const struct {
        uint16_t c;
        char letter;
    } small_capitals[] = {{0x1D00, 'a'}, {0x0299, 'b'}, {0x1D04, 'c'}, {0x1D05, 'd'}, {0x1D07, 'e'}, {0xA730, 'f'},
                          {0x0262, 'g'}, {0x029C, 'h'}, {0x026A, 'i'}, {0x1D0A, 'j'}, {0x1D0B, 'k'}, {0x029F, 'l'},
                          {0x1D0D, 'm'}, {0x0274, 'n'}, {0x1D0F, 'o'}, {0x1D18, 'p'}, {0x0280, 'r'}, {0xA731, 's'},
                          {0x1D1B, 't'}, {0x1D1C, 'u'}, {0x1D20, 'v'}, {0x1D21, 'w'}, {0x028F, 'y'}, {0x1D22, 'z'}};
    if (c >= 0x1F150 && c <= 0x1F169) return (char)('a' + c - 0x1F150); /* negative circled */
    if (c >= 0x1F170 && c <= 0x1F189) return (char)('a' + c - 0x1F170); /* negative squared */
    if (c >= 0x1F1E6 && c <= 0x1F1FF) return (char)('a' + c - 0x1F1E6); /* regional indicators */
    if (c > 0x2800 && c < 0x2840) return braille[c - 0x2800] == '.' ? 0 : braille[c - 0x2800];
    for (size_t i = 0; c < BMP && i < sizeof small_capitals / sizeof *small_capitals; i++) {
        if (small_capitals[i].c == c) return small_capitals[i].letter;
    }
    return 0;
}

/* Currency signs that are drawn as letters; 0: none. */
static char currency_letter(UChar32 c) {
    switch (c) {
    case 0x20AC: return 'e';
    case 0xA3: return 'l';
    case 0xA5: return 'y';
    case 0xA2: return 'c';
    default: return 0;
    }
}

static char find_look_alike(USpoofChecker *checker, UChar32 c) {
    UErrorCode status = U_ZERO_ERROR;
    UScriptCode script = uscript_getScript(c, &status);
    if (script != USCRIPT_CYRILLIC && script != USCRIPT_GREEK && script != USCRIPT_ARMENIAN &&
        script != USCRIPT_CHEROKEE && script != USCRIPT_COPTIC && script != USCRIPT_LATIN) {
        return 0;
    }
    UChar skeleton[8];
    UChar source = (UChar)c;
    int32_t size = uspoof_getSkeleton(checker, 0, &source, 1, skeleton, 8, &status);
    if (U_FAILURE(status) || size != 1 || skeleton[0] >= 0x80 || !text_is_alnum((char)skeleton[0])) return 0;
    /* The skeleton of a capital I is a small l: a capital confusables was meant as I. */
    if (skeleton[0] == 'l' && u_isupper(c)) return 'I';
    return (char)skeleton[0];
}

/* Letters that are drawn like those of ASCII, and that Unicode does not list as confusable with them. */
static char drawn_like(UChar32 c) {
    static const struct {
        uint16_t c;
        char letter;
    } list[] = {{0x00E6, 'a'}, {0x0153, 'o'}, {0x0186, 'c'}, {0x018E, 'e'}, {0x0251, 'a'}, {0x0258, 'e'}, {0x0259, 'e'},
                {0x025B, 'e'}, {0x025C, 'e'}, {0x0269, 'i'}, {0x026A, 'i'}, {0x026F, 'w'}, {0x0274, 'n'}, {0x0277, 'w'},
                {0x0280, 'r'}, {0x0281, 'r'}, {0x0283, 's'}, {0x028A, 'u'}, {0x028B, 'v'}, {0x028C, 'v'}, {0x028F, 'y'},
                {0x0292, 'z'}, {0x03B1, 'a'}, {0x03B2, 'b'}, {0x03B3, 'y'}, {0x03B5, 'e'}, {0x03B7, 'n'}, {0x03B9, 'i'},
                {0x03BA, 'k'}, {0x03BD, 'v'}, {0x03BF, 'o'}, {0x03C1, 'p'}, {0x03C3, 'o'}, {0x03C4, 't'}, {0x03C5, 'u'},
                {0x03C7, 'x'}, {0x03C9, 'w'}, {0x0442, 't'}, {0x0438, 'n'}, {0x044F, 'r'}, {0x043A, 'k'}, {0x043C, 'm'},
                {0x043D, 'h'}, {0x0432, 'b'}, {0x13C6, 'g'}, {0x1D79, 'g'}, {0xA77A, 'd'}, {0xA77C, 'f'}, {0xA77F, 'g'},
                {0xA781, 'l'}, {0xA783, 'r'}, {0xA785, 's'}, {0xA787, 't'}, {0x1E9D, 's'}, {0x017F, 's'}};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        if (list[i].c == c) return list[i].letter;
    }
    return 0;
}

/* The ASCII letter below the marks of some characters, or that the first of them is drawn like; NUL: none. */
static char below_marks(const UChar *s, int32_t size) {
    if (size < 1) return 0;
    for (int32_t i = 1; i < size; i++) {
        if (!is_mark(s[i])) return 0;
    }
    if (s[0] >= 0x80) return drawn_like(s[0]);
    return text_is_alpha((char)s[0]) ? text_lower((char)s[0]) : 0;
}

static char find_letter(const UNormalizer2 *nfd, USpoofChecker *checker, UChar32 c) {
    UErrorCode status = U_ZERO_ERROR;
    UChar out[8], source = (UChar)c;
    int32_t size = unorm2_normalize(nfd, &source, 1, out, 8, &status);
    char letter = U_SUCCESS(status) ? below_marks(out, size) : 0;
    if (letter) return letter;
    UScriptCode script = uscript_getScript(c, &status);
    if (script != USCRIPT_LATIN && script != USCRIPT_GREEK && script != USCRIPT_CYRILLIC &&
        script != USCRIPT_ARMENIAN && script != USCRIPT_CHEROKEE && script != USCRIPT_COPTIC && script != USCRIPT_LISU)
        return 0;
    size = uspoof_getSkeleton(checker, 0, &source, 1, out, 8, &status);
    return U_SUCCESS(status) ? below_marks(out, size) : 0;
}

static void make_tables(void) {
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *normalizer = unorm2_getNFKCInstance(&status), *nfd = unorm2_getNFDInstance(&status);
    USpoofChecker *checker = uspoof_open(&status);
    if (U_FAILURE(status)) return;
    nfkc = normalizer;
    for (uint32_t c = 0x80; c < BMP; c++) {
        if (U_IS_SURROGATE(c)) continue;
        confusables[c] = u_isalpha((UChar32)c) ? find_look_alike(checker, (UChar32)c) : 0;
        letters[c] = u_isalpha((UChar32)c) ? find_letter(nfd, checker, (UChar32)c) : 0;
        plain[c] = folds_to_itself((UChar32)c) && !confusables[c] && !ascii_punctuation((UChar32)c) &&
                   !letter_form((UChar32)c) && !currency_letter((UChar32)c) && c != SHARP_S;
    }
    uspoof_close(checker);
}

bool fold_init(void) {
    pthread_once(&once, make_tables);
    return nfkc != NULL;
}

typedef struct folder {
    const uint8_t *text;
    size_t size;
    bool with_confusables;
    size_t word_end; /* the word that was looked at last, and whether it has ASCII letters */
    bool word_is_mixed;
    fold_change change;
    unsigned marked; /* letters with marks, one after the other, up to here */
    text_buffer *out;
    span_map *map;
} folder;

static UChar32 next_character(const folder *f, size_t *at) {
    UChar32 c;
    int32_t step = 0;
    size_t left = f->size - *at;
    U8_NEXT(f->text + *at, step, (int32_t)(left < 4 ? left : 4), c);
    *at += (size_t)step;
    return c;
}

/* Letters, digits, and what leetspeak has for letters. */
static bool is_word_character(UChar32 c) {
    return u_isalnum(c) || c == '@' || c == '$' || c == '!' || c == '|' || c == '+' || currency_letter(c) ||
           u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

/* Is an ASCII letter next to the character at `at`, which has `size` bytes? */
static bool touches_letter(const uint8_t *text, size_t text_size, size_t at, size_t size) {
    return (at > 0 && text_is_alpha((char)text[at - 1])) ||
           (at + size < text_size && text_is_alpha((char)text[at + size]));
}

/* Does the word around `at` hold an ASCII letter? Looks at most 128 bytes to each side, and once for
 * each word. */
static bool word_is_mixed(folder *f, size_t at) {
    if (at < f->word_end) return f->word_is_mixed;
    bool mixed = false;
    size_t end = at, limit = f->size - at > 128 ? at + 128 : f->size;
    while (end < limit) {
        size_t next = end;
        UChar32 c = next_character(f, &next);
        if (!is_word_character(c)) break;
        mixed = mixed || (c < 0x80 && text_is_alpha((char)c));
        end = next;
    }
    int32_t start = at > 128 ? 128 : (int32_t)at;
    const uint8_t *before = f->text + at - start;
    while (start > 0 && !mixed) {
        UChar32 c;
        U8_PREV(before, 0, start, c);
        if (c < 0 || !is_word_character(c)) break;
        mixed = c < 0x80 && text_is_alpha((char)c);
    }
    f->word_end = end;
    f->word_is_mixed = mixed;
    return mixed;
}

static void emit_same(folder *f, size_t from, size_t size) {
    text_append(f->out, (const char *)f->text + from, size);
    if (f->map) span_map_add(f->map, size, from, size);
}

static void append_folded(folder *f, UChar32 c, size_t at, uint8_t *out, size_t *size) {
    if (ascii_punctuation(c)) {
        c = ascii_punctuation(c);
    } else if (c == SHARP_S || c == CAPITAL_SHARP_S) { /* what case folding makes of it in full */
        out[(*size)++] = 's';
        c = 's';
    } else if (c >= 0x80 && letter_form(c)) {
        f->change = FOLD_LOSS;
        c = letter_form(c);
    } else if (currency_letter(c) && f->with_confusables && touches_letter(f->text, f->size, at, U8_LENGTH(c))) {
        f->change = FOLD_LOSS;
        c = currency_letter(c);
    } else if (c >= 0xE0020 && c <= 0xE007E) {
        f->change = FOLD_LOSS;
        c -= 0xE0000;
    } else if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) || is_mark(c)) {
        f->change = FOLD_LOSS;
        return; /* a mark that no letter took up: struck through, underlined */
    } else if (u_charDigitValue(c) >= 0) {
        c = '0' + u_charDigitValue(c);
    } else if (c >= 0x80 && c < BMP && confusables[c] && f->with_confusables && word_is_mixed(f, at)) {
        f->change = FOLD_LOSS;
        c = confusables[c];
    } else if (c >= 0x80) {
        const UChar32 small = u_foldCase(c, U_FOLD_CASE_DEFAULT);
        if (small != c) f->change = FOLD_LOSS;
        c = small;
    }
    uint32_t u = (uint32_t)c;
    U8_APPEND_UNSAFE(out, *size, u);
}

#define HEAP_MIN 3 /* so many marks on one letter are no orthography of Latin, Greek or Cyrillic */

/* Are marks heaped on an ASCII character? */
static bool is_heap(const UChar *source, int32_t size) {
    if (size <= HEAP_MIN || source[0] >= 0x80) return false;
    for (int32_t i = 1; i < size; i++) {
        if (!is_mark(source[i])) return false;
    }
    return true;
}

/* How many letters with marks of their own stand in a row from `at` on; no more than make a heap. */
static unsigned marked_from(const folder *f, size_t at) {
    unsigned count = 0;
    while (count < HEAP_MIN && at + 1 < f->size && text_is_alpha((char)f->text[at])) {
        size_t next = at + 1, before = next;
        while (next < f->size && is_mark(next_character(f, &next))) before = next;
        if (before == at + 1) break;
        at = before;
        count++;
    }
    return count;
}

/* Folds the characters from..end, which normalisation must see together. */
static void fold_cluster(folder *f, size_t from, size_t end) {
    UChar source[2 * CLUSTER_MAX], normal[CLUSTER_MAX * 20];
    uint8_t folded[4 * CLUSTER_MAX * 20];
    int32_t source_size = 0;
    size_t folded_size = 0;
    for (size_t at = from; at < end;) {
        UChar32 c = next_character(f, &at);
        U16_APPEND_UNSAFE(source, source_size, c);
    }
    bool marked = source_size > 1 && source[0] < 0x80 && is_mark(source[1]);
    f->marked = marked ? f->marked + 1 : 0;
    if (is_heap(source, source_size) || (marked && f->marked + marked_from(f, end) >= HEAP_MIN)) {
        f->change = FOLD_LOSS;
        source_size = 1;
    }
    UErrorCode status = U_ZERO_ERROR;
    int32_t normal_size =
        unorm2_normalize(nfkc, source, source_size, normal, (int32_t)(sizeof normal / sizeof *normal), &status);
    if (U_FAILURE(status)) { /* a heap of marks beyond all reason: leave it as it is */
        emit_same(f, from, end - from);
        return;
    }
    for (int32_t i = 0; i < normal_size;) {
        uint32_t c = normal[i++];
        if (U16_IS_LEAD(c) && i < normal_size) c = (uint32_t)U16_GET_SUPPLEMENTARY(c, normal[i++]);
        append_folded(f, (UChar32)c, from, folded, &folded_size);
    }
    if (folded_size == end - from && memcmp(folded, f->text + from, folded_size) == 0) {
        emit_same(f, from, folded_size);
        return;
    }
    if (f->change == FOLD_NONE) f->change = FOLD_SPELLING;
    text_append(f->out, (const char *)folded, folded_size);
    if (f->map) span_map_add(f->map, folded_size, from, end - from);
}

static bool starts_cluster(const folder *f, size_t at) {
    return at >= f->size || f->text[at] < 0x80 || unorm2_hasBoundaryBefore(nfkc, next_character(f, &(size_t){at}));
}

fold_change fold_text(const char *text, size_t size, bool with_confusables, text_buffer *out, span_map *map) {
    folder f = {
        .text = (const uint8_t *)text, .size = size, .with_confusables = with_confusables, .out = out, .map = map};
    size_t at = 0;
    while (at < size && work_spend(out->work, 32)) {
        size_t ascii = text_ascii_prefix(text + at, size - at);
        /* The last ASCII letter belongs to the combining mark after it. */
        if (ascii && !starts_cluster(&f, at + ascii)) ascii--;
        if (ascii) {
            f.marked = 0;
            emit_same(&f, at, ascii);
            at += ascii;
            continue;
        }
        size_t end = at;
        UChar32 c = next_character(&f, &end);
        if (c >= 0x80 && c < BMP && plain[c]) {
            emit_same(&f, at, end - at);
        } else {
            for (int count = 1; count < CLUSTER_MAX && !starts_cluster(&f, end); count++) next_character(&f, &end);
            fold_cluster(&f, at, end);
        }
        at = end;
    }
    return f.change;
}

char fold_letter(uint32_t c) {
    return c < BMP ? letters[c] : 0;
}

const char *fold_string(arena *memory, const char *text, bool with_confusables) {
    text_buffer out = {.memory = memory};
    size_t size = strlen(text);
    if (!fold_text(text, size, with_confusables, &out, NULL)) return text;
    return out.failed ? NULL : arena_copy(memory, out.data, out.size);
}
