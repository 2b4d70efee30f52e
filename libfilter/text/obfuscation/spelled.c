/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers in words: "four one one, double five". */
#include "text/obfuscation/obfuscation.h"
#include "text/rewrite.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#define DIGITS_MIN 7 /* fewer are no number that anybody has */
#define DIGITS_MAX 40 /* a longer row is read as several */
#define WORDS_MIN 4 /* of them: the others may be digits */
#define GAP_MAX 3 /* bytes between two words */
#define WORD_MAX 20 /* bytes of a word, at most */
/* A row of nine words is longer, its last one left out, and so are most of seven: one place of each is looked at. */
#define STEP 24

typedef struct digit_word {
    const char *word;
    unsigned digit;
} digit_word;

/* Zero to nine in 35 languages, as ICU spells them, and without accents; sorted by bytes. */
/* clang-format off */
static const digit_word digit_words[] = {
    {"aath", 8}, {"acht", 8}, {"alti", 6}, {"altı", 6}, {"anim", 6}, {"apat", 4}, {"atta", 8}, {"atte", 8}, {"ba", 3},
    {"bay", 7}, {"bes", 5}, {"beş", 5}, {"bir", 1}, {"bon", 4}, {"bảy", 7}, {"bốn", 4}, {"cero", 0}, {"cetiri", 4},
    {"char", 4}, {"chhe", 6}, {"chin", 9}, {"chín", 9}, {"cinc", 5}, {"cinci", 5}, {"cinco", 5}, {"cinq", 5},
    {"cinque", 5}, {"ctyri", 4}, {"cuatro", 4}, {"cztery", 4}, {"dalawa", 2}, {"delapan", 8}, {"deux", 2},
    {"devat", 9}, {"devet", 9}, {"deväť", 9}, {"devět", 9}, {"do", 2}, {"doi", 2}, {"dois", 2}, {"dokuz", 9},
    {"dort", 4}, {"dos", 2}, {"drei", 3}, {"drie", 3}, {"dua", 2}, {"duas", 2}, {"due", 2}, {"dva", 2}, {"dve", 2},
    {"dvě", 2}, {"dwa", 2}, {"dziewiec", 9}, {"dziewięć", 9}, {"dört", 4}, {"een", 1}, {"egy", 1}, {"eight", 8},
    {"ein", 1}, {"eins", 1}, {"ek", 1}, {"empat", 4}, {"en", 1}, {"enam", 6}, {"ett", 1}, {"fem", 5}, {"fire", 4},
    {"five", 5}, {"four", 4}, {"fuenf", 5}, {"funf", 5}, {"fyra", 4}, {"fünf", 5}, {"hai", 2}, {"harom", 3},
    {"hat", 6}, {"het", 7}, {"huit", 8}, {"három", 3}, {"hét", 7}, {"iki", 2}, {"isa", 1}, {"jedan", 1}, {"jeden", 1},
    {"jedna", 1}, {"kahdeksan", 8}, {"kaksi", 2}, {"ketto", 2}, {"kettő", 2}, {"khong", 0}, {"không", 0},
    {"kilenc", 9}, {"kolme", 3}, {"kosong", 0}, {"kuusi", 6}, {"lapan", 8}, {"lima", 5}, {"mbili", 2}, {"meia", 6},
    {"moja", 1}, {"mot", 1}, {"một", 1}, {"nam", 5}, {"nane", 8}, {"nau", 9}, {"negen", 9}, {"negy", 4}, {"nelja", 4},
    {"neljä", 4}, {"neuf", 9}, {"neun", 9}, {"ni", 9}, {"nine", 9}, {"nio", 9}, {"nne", 4}, {"nol", 0}, {"noll", 0},
    {"nolla", 0}, {"nou", 9}, {"noua", 9}, {"nouă", 9}, {"nove", 9}, {"nueve", 9}, {"nul", 0}, {"nula", 0},
    {"null", 0}, {"nulla", 0}, {"nyolc", 8}, {"négy", 4}, {"năm", 5}, {"ocho", 8}, {"oh", 0}, {"oito", 8}, {"one", 1},
    {"opt", 8}, {"osam", 8}, {"osem", 8}, {"osiem", 8}, {"osm", 8}, {"ot", 5}, {"otte", 8}, {"otto", 8},
    {"paanch", 5}, {"pat", 5}, {"patru", 4}, {"pet", 5}, {"piec", 5}, {"pito", 7}, {"pięć", 5}, {"päť", 5},
    {"pět", 5}, {"quatre", 4}, {"quatro", 4}, {"quattro", 4}, {"saat", 7}, {"saba", 7}, {"sapte", 7}, {"sase", 6},
    {"satu", 1}, {"sau", 6}, {"sechs", 6}, {"sedam", 7}, {"sedem", 7}, {"sedm", 7}, {"sei", 6}, {"seis", 6},
    {"seitseman", 7}, {"seitsemän", 7}, {"sekiz", 8}, {"seks", 6}, {"sembilan", 9}, {"sept", 7}, {"sero", 0},
    {"sest", 6}, {"set", 7}, {"sete", 7}, {"sette", 7}, {"seven", 7}, {"sex", 6}, {"shunya", 0}, {"sieben", 7},
    {"siedem", 7}, {"siete", 7}, {"sifir", 0}, {"sifuri", 0}, {"sis", 6}, {"sita", 6}, {"six", 6}, {"siyam", 9},
    {"sju", 7}, {"styri", 4}, {"syv", 7}, {"szesc", 6}, {"sześć", 6}, {"sáu", 6}, {"sıfır", 0}, {"tam", 8},
    {"tano", 5}, {"tatlo", 3}, {"tatu", 3}, {"teen", 3}, {"three", 3}, {"tiga", 3}, {"tisa", 9}, {"to", 2},
    {"tre", 3}, {"trei", 3}, {"tres", 3}, {"tri", 3}, {"trois", 3}, {"trzy", 3}, {"três", 3}, {"tujuh", 7},
    {"tva", 2}, {"två", 2}, {"twee", 2}, {"two", 2}, {"tám", 8}, {"tři", 3}, {"uc", 3}, {"um", 1}, {"uma", 1},
    {"un", 1}, {"une", 1}, {"uno", 1}, {"unu", 1}, {"vier", 4}, {"viisi", 5}, {"vijf", 5}, {"vuit", 8}, {"walo", 8},
    {"yedi", 7}, {"yhdeksan", 9}, {"yhdeksän", 9}, {"yksi", 1}, {"zero", 0}, {"zes", 6}, {"zeven", 7}, {"zwei", 2},
    {"zwo", 2}, {"zéro", 0}, {"åtta", 8}, {"åtte", 8}, {"öt", 5}, {"üç", 3}, {"četiri", 4}, {"čtyři", 4}, {"šest", 6},
    {"šesť", 6}, {"štyri", 4}, {"șapte", 7}, {"șase", 6}, {"ένα", 1}, {"έξι", 6}, {"δύο", 2}, {"εννέα", 9},
    {"επτά", 7}, {"μηδέν", 0}, {"οκτώ", 8}, {"πέντε", 5}, {"τέσσερα", 4}, {"τρία", 3}, {"восемь", 8}, {"вісім", 8},
    {"два", 2}, {"две", 2}, {"девет", 9}, {"девять", 9}, {"едно", 1}, {"ноль", 0}, {"нула", 0}, {"нуль", 0},
    {"один", 1}, {"осем", 8}, {"пет", 5}, {"пять", 5}, {"седем", 7}, {"семь", 7}, {"сім", 7}, {"три", 3},
    {"четири", 4}, {"четыре", 4}, {"чотири", 4}, {"шест", 6}, {"шесть", 6}, {"шість", 6}, {"אחת", 1}, {"אפס", 0},
    {"ארבע", 4}, {"חמש", 5}, {"שבע", 7}, {"שלוש", 3}, {"שמונה", 8}, {"שש", 6}, {"שתיים", 2}, {"תשע", 9}, {"أربعة", 4},
    {"اثنان", 2}, {"تسعة", 9}, {"ثلاثة", 3}, {"ثمانية", 8}, {"خمسة", 5}, {"دو", 2}, {"سبعة", 7}, {"ستة", 6},
    {"سه", 3}, {"شش", 6}, {"صفر", 0}, {"نه", 9}, {"هشت", 8}, {"هفت", 7}, {"واحد", 1}, {"پنج", 5}, {"چهار", 4},
    {"یک", 1}, {"आठ", 8}, {"एक", 1}, {"चार", 4}, {"छह", 6}, {"तीन", 3}, {"दो", 2}, {"नौ", 9}, {"पाँच", 5},
    {"शून्य", 0}, {"सात", 7}, {"ศูนย์", 0}, {"สอง", 2}, {"สาม", 3}, {"สี่", 4}, {"หก", 6}, {"หนึ่ง", 1}, {"ห้า", 5},
    {"เก้า", 9}, {"เจ็ด", 7}, {"แปด", 8},
};
/* clang-format on */

/* Of the words above that begin in ASCII, and of "double" and "triple": by five bits of the first byte, a bit for each
 * second one. */
static const uint32_t begins[32] = {0x00000000, 0x0011500a, 0x00008222, 0x04300320, 0x04e4802a, 0x00106aa0, 0x02208228,
                                    0x00000000, 0x0020002a, 0x00080800, 0x00000020, 0x00208322, 0x00000202, 0x00008026,
                                    0x0220c23a, 0x00194308, 0x0000023a, 0x00200000, 0x00000000, 0x0610073a, 0x00e4832a,
                                    0x00006008, 0x00200200, 0x00000002, 0x00000000, 0x00000920, 0x00800028, 0x00000000,
                                    0x00000000, 0x00000000, 0x00000000, 0x00000000};

/* The same by the second byte, a bit for each third one. */
static const uint32_t thirds[32] = {0x00000000, 0x0e3d7b06, 0x00000200, 0x10400312, 0x08020008, 0x037d7ab8, 0x00000000,
                                    0x02000000, 0x0024831a, 0x035cf6f0, 0x00200000, 0x00080200, 0x00100000, 0x00010002,
                                    0x00208222, 0x007c5e00, 0x00100002, 0x00000000, 0x04008228, 0x00002222, 0x02100000,
                                    0x00205622, 0x0000003a, 0x00008022, 0x00000000, 0x00448000, 0x00100220, 0x00000000,
                                    0x00000000, 0x00000000, 0x00000000, 0x00000000};

/* Scripts that set no blanks between words: a digit a character, each of three bytes. */
static const char *const digit_signs[] = {"〇零공영", "一일壹", "二이", "三삼", "四사",
                                          "五오",     "六육",   "七칠", "八팔", "九구"};

#define SIGN_SIZE 3

static bool is_word_byte(char c) {
    return text_is_alpha(c) || (unsigned char)c >= 0x80;
}

/* What a word of letters says; -1: no digit. */
static int digit_of_word(const char *text, size_t size) {
    char word[WORD_MAX + 1];
    if (size < 2 || size > WORD_MAX) return -1;
    for (size_t i = 0; i < size; i++) word[i] = text_lower(text[i]);
    word[size] = '\0';
    size_t low = 0, high = sizeof digit_words / sizeof *digit_words;
    int digit = -1;
    while (low < high && digit < 0) {
        size_t middle = (low + high) / 2;
        int order = strcmp(word, digit_words[middle].word);
        if (order == 0) digit = (int)digit_words[middle].digit;
        else if (order < 0) high = middle;
        else low = middle + 1;
    }
    explicit_bzero(word, sizeof word); /* no text of a request stays on a stack */
    return digit;
}

bool spelled_is_digit(const char *word, size_t size) {
    return digit_of_word(word, size) >= 0;
}

static int digit_of_sign(const char *text, size_t left) {
    if (left < SIGN_SIZE || (unsigned char)*text < 0xE3) return -1;
    for (int d = 0; d < 10; d++) {
        for (const char *sign = digit_signs[d]; *sign; sign += SIGN_SIZE) {
            if (memcmp(sign, text, SIGN_SIZE) == 0) return d;
        }
    }
    return -1;
}

typedef struct spelled_digit {
    size_t end;
    int digit; /* -1: none */
    unsigned count; /* "double five" */
    bool is_word;
} spelled_digit;

static size_t word_end(const char *text, size_t size, size_t at) {
    size_t end = at;
    while (end < size && end - at <= WORD_MAX && is_word_byte(text[end])) end++;
    return end;
}

static spelled_digit read_one(const char *text, size_t size, size_t at) {
    spelled_digit one = {.end = at + 1, .digit = -1, .count = 1};
    if (at >= size) return one;
    if (text_is_digit(text[at])) {
        bool alone = at + 1 == size || !text_is_alnum(text[at + 1]);
        if (alone) one.digit = text[at] - '0';
        return one;
    }
    one.is_word = true;
    one.digit = digit_of_sign(text + at, size - at);
    one.end = at + SIGN_SIZE;
    if (one.digit >= 0) return one;
    one.end = word_end(text, size, at);
    if (one.end == at + 1 && (text[at] == 'o' || text[at] == 'O')) one.digit = 0; /* "four oh one" */
    else one.digit = digit_of_word(text + at, one.end - at);
    return one;
}

/* The digit that begins at `at`, with the word before it that doubles it. */
static spelled_digit read_digit(const char *text, size_t size, size_t at) {
    static const char *const times[] = {"double ", "triple "};
    for (unsigned i = 0; i < 2; i++) {
        const size_t length = 7;
        if (size - at <= length || text_lower(text[at]) != *times[i] || strncasecmp(text + at, times[i], length) != 0)
            continue;
        spelled_digit one = read_one(text, size, at + length);
        one.count = i + 2;
        return one;
    }
    return read_one(text, size, at);
}

static bool is_gap(char c) {
    return c == ' ' || c == '-' || c == ',' || c == '.' || c == '/' || c == '\n' || c == '\r' || c == '\t';
}

/* Where the row of digits begins whose word begins at `at`, not before `floor`. */
static size_t row_start(const char *text, size_t size, size_t at, size_t floor) {
    for (unsigned count = 0; count < DIGITS_MAX && at > floor; count++) {
        size_t end = at, start;
        while (end > floor && at - end < GAP_MAX && is_gap(text[end - 1])) end--;
        if (end == floor) break;
        if (end - floor >= SIGN_SIZE && digit_of_sign(text + end - SIGN_SIZE, SIGN_SIZE) >= 0) start = end - SIGN_SIZE;
        else {
            start = end - 1;
            while (start > floor && end - start <= WORD_MAX && is_word_byte(text[start]) &&
                   is_word_byte(text[start - 1]))
                start--;
            bool is_double = end - start == 6 && (strncasecmp(text + start, "double", 6) == 0 ||
                                                  strncasecmp(text + start, "triple", 6) == 0);
            if (start > floor && text_is_digit(text[start]) && text_is_alnum(text[start - 1])) break;
            if (!is_double) {
                spelled_digit one = read_one(text, size, start);
                if (one.digit < 0 || one.end != end) break;
            }
        }
        at = start;
    }
    return at;
}

/* Writes the row that begins at `start` as digits. Returns its end, `start` when it is none. */
static size_t rewrite_row(rewriter *w, size_t start) {
    spelled_digit digits[DIGITS_MAX];
    size_t starts[DIGITS_MAX + 1], count = 0, words = 0, total = 0, at = start;
    while (count < DIGITS_MAX) {
        digits[count] = read_digit(w->text, w->size, at);
        if (digits[count].digit < 0) break;
        starts[count] = at;
        words += digits[count].is_word;
        total += digits[count].count;
        at = digits[count++].end;
        for (size_t gap = 0; gap < GAP_MAX && at < w->size && is_gap(w->text[at]); gap++) at++;
    }
    if (total < DIGITS_MIN || words < WORDS_MIN) return start;
    rewrite_begin(w, start);
    for (size_t i = 0; i < count; i++) {
        size_t end = i + 1 < count ? starts[i + 1] : digits[i].end;
        const char digit = (char)('0' + digits[i].digit);
        for (unsigned k = 0; k < digits[i].count; k++) {
            const bool is_last = k + 1 == digits[i].count;
            rewrite_put(w, &digit, 1, starts[i], is_last ? end - starts[i] : 0);
        }
    }
    rewrite_end(w, digits[count - 1].end);
    return digits[count - 1].end;
}

/* Could a digit, or a word for one, begin at `at`? Quick, and wrong at times. */
static bool may_begin(const char *text, size_t size, size_t at) {
    if (at + 1 >= size) return at < size && text_is_digit(text[at]);
    if (text_is_digit(text[at]) || (text[at] & 0x80)) return true;
    if (!text_is_alpha(text[at]) || !(begins[text[at] & 31] >> (text[at + 1] & 31) & 1)) return false;
    return at + 2 >= size || !is_word_byte(text[at + 2]) || thirds[text[at + 1] & 31] >> (text[at + 2] & 31) & 1;
}

/* Where the digit begins that a place lies in, and after which another may come; SIZE_MAX: in none. */
static size_t digit_at(const char *text, size_t size, size_t at) {
    size_t start = at;
    if (at > 0 && !is_word_byte(text[at])) { /* what comes next */
        for (size_t k = 0; k < GAP_MAX && start < size && !is_word_byte(text[start]); k++) start++;
        at = start;
        if (at >= size) return SIZE_MAX;
    }
    if (text[at] & 0x80) {
        const size_t sign = text_align_back(text, at);
        if (digit_of_sign(text + sign, size - sign) >= 0) return sign;
    }
    while (start > 0 && at - start <= WORD_MAX && is_word_byte(text[start - 1])) start--;
    if (!may_begin(text, size, start)) return SIZE_MAX;
    const size_t end = word_end(text, size, start);
    size_t next = end;
    while (next < size && next - end < GAP_MAX && is_gap(text[next])) next++;
    if (!may_begin(text, size, next)) return SIZE_MAX;
    return digit_of_word(text + start, end - start) >= 0 ? start : SIZE_MAX;
}

bool undo_spelling(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    rewriter w = {s->text, s->size, out, map, 0, 0};
    size_t floor = 0;
    for (size_t at = 0; at < s->size && out->size <= budget && work_spend(out->work, STEP); at += STEP) {
        size_t word = at < floor ? SIZE_MAX : digit_at(s->text, s->size, at);
        if (word == SIZE_MAX || word < floor) continue;
        size_t start = row_start(s->text, s->size, word, floor), end = rewrite_row(&w, start);
        if (end > start) floor = end;
    }
    return rewrite_finish(&w);
}
