/* SPDX-License-Identifier: Apache-2.0 */
#include "names/name_token.h"

#include "base/hash.h"
#include "names/character.h"

#include <stddef.h>
#include <string.h>
#include <unicode/uchar.h>

/* Characters of a word; a longer one is no word of a language. */
#define WORD_MAX 64
/* Words of an entry of the lexicon; characters, where scripts have no blanks. */
#define PHRASE_MAX 4
#define SINGLES_MAX 8
/* Tokens that a key names after itself. */
#define KEY_REACH 11
/* Characters of an abbreviation. */
#define STOPPED_MAX 5

#define RIGHT_QUOTE 0x2019
#define FULL_WIDTH_COLON 0xFF1A

static uint32_t hash_more(uint32_t hash, const char *bytes, size_t size) {
    for (size_t i = 0; i < size; i++) hash = hash32_step(hash, (unsigned char)bytes[i]);
    return hash;
}

/* ----------------------------------------------------------------------------- folded words ---- */

/* A word in small letters. */
typedef struct folded_word {
    char bytes[4 * WORD_MAX];
    uint16_t ends[WORD_MAX]; /* of each character, in bytes */
    size_t count; /* of characters */
} folded_word;

static size_t end_of(const folded_word *w, size_t count) {
    return count ? w->ends[count - 1] : 0;
}

static uint32_t hash_part(const folded_word *w, size_t from, size_t to) {
    const size_t start = end_of(w, from);
    return hash_more(HASH32_BASIS, w->bytes + start, end_of(w, to) - start);
}

static void fold_word(const char *text, size_t start, size_t end, folded_word *out) {
    size_t size = 0;
    out->count = 0;
    for (size_t at = start; at < end && out->count < WORD_MAX;) {
        const uint32_t low = character_lower(character_next(text, end, &at));
        size += character_write(low == RIGHT_QUOTE ? '\'' : low, out->bytes + size);
        out->ends[out->count++] = (uint16_t)size;
    }
}

/* Characters without the full stops at the end. */
static size_t bare_count(const folded_word *w) {
    size_t count = w->count;
    if (count == 1) return 1;
    while (count > 0 && w->bytes[end_of(w, count) - 1] == '.') count--;
    return count;
}

/* ------------------------------------------------------------------------------------ words ---- */

/* What the characters of a word tell of it. */
typedef struct word_look {
    size_t characters, digits, capitals, letters; /* letters: all but full stops */
    bool has_underscore, begins_with_capital, ends_with_stop;
    uint8_t script;
} word_look;

static void look_at(word_look *look, uint32_t code) {
    const bool is_capital = character_lower(code) != code;
    if (look->characters == 0) {
        look->script = character_script(code);
        look->begins_with_capital = is_capital;
    }
    look->characters++;
    look->digits += character_kind_of(code) == CHARACTER_DIGIT;
    look->capitals += is_capital;
    look->letters += code != '.';
    look->has_underscore = look->has_underscore || code == '_';
    look->ends_with_stop = code == '.';
}

static name_shape shape_of(const word_look *look) {
    if (look->characters > WORD_MAX || look->has_underscore) return NAME_CODE;
    if (look->digits) return look->digits == look->characters ? NAME_NUMBER : NAME_CODE;
    if (look->capitals == 0) return look->script <= SCRIPT_CYRILLIC ? NAME_SMALL : NAME_CASELESS;
    if (!look->begins_with_capital) return NAME_CODE;
    if ((look->ends_with_stop && look->capitals == look->letters) || look->letters == 1) return NAME_INITIAL;
    if (look->capitals == look->letters) return NAME_UPPER;
    return look->capitals == 1 ? NAME_CAPITAL : NAME_MIXED;
}

static bool is_upper(uint32_t code) {
    return character_lower(code) != code;
}

/* The character at a place, U+0000 at the end of the text; *next is behind it. */
static uint32_t code_at(const name_reader *r, size_t at, size_t *next) {
    *next = at;
    return at < r->size ? character_next(r->text, r->size, next) : 0;
}

/* Is the apostrophe at `at` part of O'Brien, D'Souza or N'Golo? `first` is the only character before it. */
static bool joins(const name_reader *r, uint32_t first, size_t at) {
    size_t next;
    if (first > 0x7F || !strchr("ODNodn", (int)first)) return false;
    const uint32_t mark = code_at(r, at, &next);
    if (mark != '\'' && mark != RIGHT_QUOTE) return false;
    const uint32_t second = code_at(r, next, &next), third = code_at(r, next, &next);
    if (!second || !third || character_kind_of(second) != CHARACTER_LETTER ||
        character_kind_of(third) != CHARACTER_LETTER) {
        return false;
    }
    return first != 'd' && first != 'n' ? true : is_upper(second);
}

/* Where the initials end that begin with the capital before `at`, where a full stop stands: J., U.S.A. */
static size_t end_of_initials(const name_reader *r, size_t at) {
    size_t next, behind;
    for (;;) {
        if (!is_upper(code_at(r, at + 1, &next)) || code_at(r, next, &behind) != '.') return at + 1;
        at = next;
    }
}

static bool is_abbreviation(const name_reader *r, size_t start, size_t end) {
    folded_word word;
    fold_word(r->text, start, end, &word);
    const bool is = (name_data_find(r->data, hash_part(&word, 0, word.count)) & NAME_STOPPED) != 0;
    explicit_bzero(&word, sizeof word);
    return is;
}

/* What is known of a word: classes of all of it, or of what is before the full stops at its end. */
static void look_up(const name_reader *r, name_token *token) {
    token->is_ordinary = !token->has_stop && !name_filter_has(r->data->telling, token->hash) &&
                         (token->shape == NAME_SMALL || token->shape == NAME_MARK);
    if (token->is_ordinary) return;
    const uint32_t known = name_data_find(r->data, token->hash);
    token->classes = known & NAME_CLASSES;
    token->cluster = known >> 20;
    if (!token->has_stop) return;
    folded_word word;
    fold_word(r->text, token->start, token->end, &word);
    const uint32_t bare = name_data_find(r->data, hash_part(&word, 0, bare_count(&word)));
    if (!token->classes) token->classes = bare & NAME_CLASSES;
    token->cluster = bare >> 20;
    explicit_bzero(&word, sizeof word);
}

static uint32_t hash_code(uint32_t hash, uint32_t code) {
    char bytes[4];
    const uint32_t low = character_lower(code);
    if (low < 0x80) return hash32_step(hash, (unsigned char)low);
    return hash_more(hash, bytes, character_write(low == RIGHT_QUOTE ? '\'' : low, bytes));
}

/* Reads a word of ASCII, as most are: its end, or its start when it is not of ASCII alone. */
static size_t read_ascii_word(const name_reader *r, name_token *token, word_look *look) {
    size_t at = token->start;
    uint32_t hash = HASH32_BASIS;
    for (; at < r->size; at++) {
        unsigned char c = (unsigned char)r->text[at];
        const bool is_capital = c >= 'A' && c <= 'Z';
        if (text_is_digit((char)c)) look->digits++;
        else if (c == '_') look->has_underscore = true;
        else if (!is_capital && !(c >= 'a' && c <= 'z')) break;
        look->capitals += is_capital;
        hash = hash32_step(hash, is_capital ? (unsigned char)(c + 32) : c);
    }
    const size_t size = at - token->start;
    if (at < r->size && ((unsigned char)r->text[at] >= 0x80 || (size == 1 && r->text[at] == '\''))) return token->start;
    look->characters = look->letters = size;
    look->script = SCRIPT_LATIN;
    look->begins_with_capital = is_upper((unsigned char)r->text[token->start]);
    token->hash = hash;
    return at;
}

/* Reads the word that begins at token->start. */
/* Reads a word of small letters of ASCII alone, as most are. False: it is none. */
static bool read_plain_word(const name_reader *r, name_token *token) {
    size_t at = token->start;
    uint32_t hash = HASH32_BASIS;
    for (; at < r->size && r->text[at] >= 'a' && r->text[at] <= 'z'; at++) {
        hash = hash32_step(hash, (unsigned char)r->text[at]);
    }
    const char next = at < r->size ? r->text[at] : ' ';
    const size_t size = at - token->start;
    if (size == 0 || size > WORD_MAX || (unsigned char)next >= 0x80 || text_is_alnum(next) || next == '_' ||
        next == '.' || (size == 1 && next == '\''))
        return false;
    token->end = at;
    token->hash = hash;
    token->shape = NAME_SMALL;
    look_up(r, token);
    return true;
}

static void read_word(const name_reader *r, name_token *token) {
    if (read_plain_word(r, token)) return;
    word_look look = {.characters = 0};
    size_t at = read_ascii_word(r, token, &look), next;
    uint32_t code = at < r->size ? (unsigned char)r->text[at] : 0;
    if (at == token->start) {
        look = (word_look){.characters = 0};
        token->hash = HASH32_BASIS;
        code = character_next(r->text, r->size, &at);
        const uint32_t first = code;
        for (;;) {
            look_at(&look, code);
            token->hash = hash_code(token->hash, code);
            code = code_at(r, at, &next);
            const character_kind kind = next > at ? character_kind_of(code) : CHARACTER_SPACE;
            const bool goes_on = kind == CHARACTER_LETTER || kind == CHARACTER_DIGIT || kind == CHARACTER_JOINT ||
                                 (look.characters == 1 && kind == CHARACTER_MARK && joins(r, first, at));
            if (!goes_on) break;
            at = next;
        }
    }
    token->end = at;
    if (code == '.' && at < r->size) {
        if (look.characters == 1 && look.begins_with_capital) token->end = end_of_initials(r, at);
        else if (look.characters <= STOPPED_MAX && is_abbreviation(r, token->start, at + 1)) token->end = at + 1;
    }
    while (at < token->end) {
        code = character_next(r->text, r->size, &at);
        look_at(&look, code);
        token->hash = hash_code(token->hash, code);
    }
    token->shape = (uint8_t)shape_of(&look);
    token->script = look.script;
    token->has_stop = look.ends_with_stop && look.characters > 1;
    look_up(r, token);
}

/* A character of a script without blanks, with the vowels and tones that follow. */
static void read_single(const name_reader *r, uint32_t code, size_t at, name_token *token) {
    size_t next;
    token->hash = hash_code(HASH32_BASIS, code);
    token->script = character_script(code);
    for (token->end = at; token->end < r->size; token->end = next) {
        code = code_at(r, token->end, &next);
        if (character_kind_of(code) != CHARACTER_JOINT) break;
        token->hash = hash_code(token->hash, code);
    }
    token->shape = NAME_SINGLE;
    look_up(r, token);
}

/* By character: bits of name_mark. */
#define CODE NAME_MARK_OF_CODE
#define BEGINS NAME_MARK_BEGINS
#define HANDLES NAME_MARK_HANDLES
static const uint8_t marks_of[128] = {
    ['{'] = CODE,
    ['}'] = CODE,
    ['('] = CODE,
    [')'] = CODE,
    [';'] = CODE,
    ['='] = CODE | NAME_MARK_NAMES,
    ['<'] = CODE,
    ['>'] = CODE | BEGINS,
    ['/'] = CODE,
    ['\\'] = CODE | HANDLES,
    ['#'] = CODE | HANDLES,
    ['$'] = CODE | HANDLES,
    ['|'] = CODE | BEGINS,
    ['*'] = CODE | BEGINS,
    ['['] = CODE,
    [']'] = CODE,
    ['"'] = NAME_MARK_QUOTES,
    ['\''] = NAME_MARK_QUOTES,
    [':'] = NAME_MARK_NAMES | BEGINS,
    ['.'] = BEGINS,
    ['!'] = BEGINS,
    ['?'] = BEGINS,
    ['-'] = BEGINS,
    ['@'] = HANDLES,
    ['~'] = HANDLES,
};

/* Nothing is known of a token yet but where it begins; the rest of it is written when it is complete. */
static void begin_token(name_token *token, size_t start, size_t end) {
    memset(token, 0, offsetof(name_token, suffix));
    token->start = start;
    token->end = end;
    token->script = SCRIPT_LATIN;
}

static void read_mark(const name_reader *r, uint32_t code, name_token *token) {
    token->mark = code;
    token->hash = hash_code(HASH32_BASIS, code);
    if (code < 0x80) token->marks = marks_of[code];
    else token->script = character_script(code);
    look_up(r, token);
}

/* Is it a line end or a tab as strings of JSON and of programs have it, and no command of TeX? */
static bool is_escape(const name_reader *r, size_t at) {
    if (r->text[at] != '\\' || at + 1 >= r->size || !strchr("nrt", r->text[at + 1]) || !r->text[at + 1]) return false;
    return at + 2 == r->size || r->text[at + 2] < 'a' || r->text[at + 2] > 'z';
}

/* Reads the token at or after *at. False: there is none. *ends_line: a line ended before it. */
static bool read_token(const name_reader *r, size_t *at, name_token *token, bool *ends_line) {
    bool is_apart = false;
    *ends_line = false;
    while (*at < r->size) {
        const size_t start = *at;
        if (r->text[start] == ' ') {
            ++*at;
            continue;
        }
        if (text_is_alnum(r->text[start]) || r->text[start] == '_') {
            begin_token(token, start, start + 1);
            token->is_apart = is_apart;
            read_word(r, token);
            *at = token->end;
            return true;
        }
        if (is_escape(r, start)) {
            *ends_line = *ends_line || r->text[start + 1] == 'n';
            is_apart = is_apart || r->text[start + 1] == 't';
            *at += 2;
            continue;
        }
        const uint32_t code = character_next(r->text, r->size, at);
        const character_kind kind = character_kind_of(code);
        if (kind == CHARACTER_SPACE) {
            *ends_line = *ends_line || code == '\n';
            is_apart = is_apart || code == '\t';
            continue;
        }
        begin_token(token, start, *at);
        token->is_apart = is_apart;
        if (kind == CHARACTER_MARK) read_mark(r, code, token);
        else if (kind == CHARACTER_SINGLE) read_single(r, code, *at, token);
        else read_word(r, token);
        *at = token->end;
        return true;
    }
    return false;
}

/* The same of ASCII, from `from` on to `to`. */
static uint32_t hash_ascii(const char *text, size_t from, size_t to) {
    uint32_t hash = HASH32_BASIS;
    for (size_t i = from; i < to; i++) hash = hash32_step(hash, (unsigned char)text_lower(text[i]));
    return hash;
}

/* Learns the ends of a word of ASCII. False: it is none. */
static bool complete_ascii(const name_reader *r, name_token *token) {
    const char *text = r->text + token->start;
    size_t size = token->end - token->start;
    if (size > WORD_MAX || text_ascii_prefix(text, size) < size) return false;
    while (size > 1 && text[size - 1] == '.') size--;
    if (text[size - 1] == '.' && token->end - token->start > 1) size = 0;
    for (size_t i = 0; i < 4; i++) token->suffix[i] = hash_ascii(text, size > i + 1 ? size - i - 1 : 0, size);
    for (size_t i = 0; i < 2; i++) token->prefix[i] = hash_ascii(text, 0, size < i + 2 ? size : i + 2);
    return true;
}

/* The same of one character: it is its beginning and its end. */
static bool complete_character(const name_reader *r, name_token *token) {
    size_t at = token->start;
    (void)character_next(r->text, token->end, &at);
    if (at != token->end) return false;
    for (size_t i = 0; i < 4; i++) token->suffix[i] = token->hash;
    for (size_t i = 0; i < 2; i++) token->prefix[i] = token->hash;
    return true;
}

void name_reader_complete(const name_reader *r, name_token *token) {
    if (token->is_complete) return;
    token->is_complete = true;
    if (!complete_ascii(r, token) && !complete_character(r, token)) {
        folded_word word;
        fold_word(r->text, token->start, token->end, &word);
        const size_t count = bare_count(&word);
        for (size_t i = 0; i < 4; i++) token->suffix[i] = hash_part(&word, count > i + 1 ? count - i - 1 : 0, count);
        for (size_t i = 0; i < 2; i++) token->prefix[i] = hash_part(&word, 0, count < i + 2 ? count : i + 2);
        explicit_bzero(&word, sizeof word);
    }
    if (token->is_ordinary) {
        const uint32_t known = name_data_find(r->data, token->hash);
        token->classes = known & NAME_LEVEL;
        token->cluster = known >> 20;
    }
}

/* ------------------------------------------------------------------------------------ lines ---- */

static bool is_cased(const name_token *t) {
    return t->shape >= NAME_SMALL && t->shape <= NAME_MIXED;
}

static bool has_capital(const name_token *t) {
    return t->shape >= NAME_CAPITAL && t->shape <= NAME_MIXED;
}

/* What the tokens of a line are, together. */
typedef struct line_look {
    size_t cased, small, upper, noise;
    bool has_capitals, has_phrases, has_keys;
} line_look;

static line_look look_at_line(const name_token *line, size_t count) {
    line_look look = {.cased = 0};
    uint32_t classes = 0;
    for (size_t i = 0; i < count; i++) {
        const name_token *t = &line[i];
        look.cased += is_cased(t);
        look.small += t->shape == NAME_SMALL;
        look.upper += t->shape == NAME_UPPER;
        look.noise += (t->marks & NAME_MARK_OF_CODE) + 2U * (t->shape == NAME_CODE);
        look.has_keys = look.has_keys || (t->marks & NAME_MARK_NAMES) || t->mark == FULL_WIDTH_COLON;
        classes |= t->classes;
    }
    look.has_capitals = look.cased > look.small;
    look.has_phrases = classes & NAME_PHRASE;
    return look;
}

static name_mode mode_of(const line_look *look) {
    if (look->small == look->cased) return NAME_LINE_SMALL;
    if (look->cased > 2 && look->upper * 5 >= look->cased * 4) return NAME_LINE_UPPER;
    return look->cased > 3 && look->small * 5 <= look->cased ? NAME_LINE_TITLE : NAME_LINE_MIXED;
}

/* Does a colon or an equals sign follow, perhaps after a quotation mark? */
static bool names_value(const name_token *line, size_t at, size_t count) {
    if (line[at].shape == NAME_MARK || line[at].shape == NAME_NUMBER) return false;
    size_t after = at + 1;
    if (after < count && (line[after].marks & NAME_MARK_QUOTES)) after++;
    return after < count && ((line[after].marks & NAME_MARK_NAMES) || line[after].mark == FULL_WIDTH_COLON);
}

/* Hashes of the last and the first part of a name like customer_name or customerName; key[1] is 0 when it has one. */
static void read_key(const name_reader *r, const name_token *token, uint32_t key[2]) {
    uint32_t hash = HASH32_BASIS;
    size_t parts = 0, characters = 0;
    bool was_small = false;
    key[0] = key[1] = 0;
    for (size_t at = token->start; at <= token->end;) {
        const bool is_end = at == token->end;
        const uint32_t code = is_end ? '_' : character_next(r->text, token->end, &at);
        if (characters && (code == '_' || (was_small && is_upper(code)))) {
            key[0] = hash;
            if (parts++ == 0) key[1] = hash;
            hash = HASH32_BASIS;
            characters = 0;
        }
        if (is_end) break;
        was_small = character_lower(code) == code && u_islower((UChar32)code);
        if (code == '_') continue;
        hash = hash_code(hash, code);
        characters++;
    }
    if (parts < 2) key[1] = 0;
}

static void find_keys(const name_reader *r, name_token *line, size_t count) {
    uint32_t key[2] = {0, 0};
    size_t reach = 0;
    for (size_t i = 0; i < count; i++) {
        if (names_value(line, i, count)) {
            read_key(r, &line[i], key);
            if (!key[1] && i > 0 && line[i - 1].shape != NAME_MARK) key[1] = line[i - 1].hash;
            reach = KEY_REACH;
        }
        if (reach == 0) continue;
        reach--;
        line[i].key[0] = key[0];
        line[i].key[1] = key[1];
    }
}

/* A value of more bytes is no name. */
#define FIELD_SIZE_MAX 128

/* Is a field named elsewhere than directly before it: in the header of its column, or in its tag? */
static bool is_named_elsewhere(const field *f) {
    return f->name.size && f->end - f->start <= FIELD_SIZE_MAX &&
           (f->syntax == FIELD_CELL || f->syntax == FIELD_SQL || f->syntax == FIELD_ELEMENT);
}

/* Hashes of the last and the first word of the name of a field. */
static void read_field_key(field_name name, uint32_t key[2]) {
    char words[FIELD_WORDS_MAX];
    const size_t size = field_words(name, words);
    const char *last = memrchr(words, ' ', size), *first = memchr(words, ' ', size);
    const size_t at = last ? (size_t)(last - words) + 1 : 0;
    key[0] = hash_more(HASH32_BASIS, words + at, size - at);
    key[1] = first ? hash_more(HASH32_BASIS, words, (size_t)(first - words)) : 0;
    explicit_bzero(words, sizeof words);
}

/* Tokens of cells and elements have the key that the structure of the text gives them. */
static void take_keys_of_fields(name_reader *r, name_token *line, size_t count) {
    const field_list *list = r->fields;
    uint32_t key[2] = {0, 0};
    size_t known = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        while (r->field < list->count &&
               (list->items[r->field].end <= line[i].start || !is_named_elsewhere(&list->items[r->field]))) {
            r->field++;
        }
        if (r->field == list->count || list->items[r->field].start >= line[count - 1].end) return;
        const field *f = &list->items[r->field];
        if (line[i].key[0] || line[i].start < f->start || line[i].end > f->end) continue;
        if (known != r->field) read_field_key(f->name, key);
        known = r->field;
        line[i].key[0] = key[0];
        line[i].key[1] = key[1];
    }
}

/* The longest entry of several words that begins with a token: how many tokens it has, 1 when there is none. */
static size_t longest_entry(const name_reader *r, const name_token *line, size_t count, uint32_t *found) {
    const bool alone = line[0].shape == NAME_SINGLE;
    const size_t reach = alone ? SINGLES_MAX : PHRASE_MAX;
    uint32_t hash = line[0].hash;
    size_t length = 1, taken = 1;
    for (size_t i = 1; i < count && taken < reach; i++) {
        if (line[i].shape == NAME_MARK) {
            if (line[i].mark != '-') break;
            continue;
        }
        if (!alone) hash = hash32_step(hash, ' ');
        for (size_t at = line[i].start; at < line[i].end;) {
            const char c = r->text[at];
            if ((unsigned char)c >= 0x80) hash = hash_code(hash, character_next(r->text, line[i].end, &at));
            else hash = hash32_step(hash, (unsigned char)text_lower(c)), at++;
        }
        taken++;
        if (!name_filter_has(r->data->entries, hash)) break;
        const uint32_t classes = name_data_find(r->data, hash) & NAME_CLASSES & ~NAME_PHRASE;
        if (!classes) continue;
        length = i + 1;
        *found = classes;
    }
    return length;
}

static void find_entries(const name_reader *r, name_token *line, size_t count) {
    for (size_t i = 0; i < count;) {
        uint32_t found = 0;
        const size_t length = line[i].classes & NAME_PHRASE ? longest_entry(r, line + i, count - i, &found) : 1;
        const bool alone = line[i].shape == NAME_SINGLE;
        for (size_t k = i; length > 1 && k < i + length; k++) {
            line[k].found = (uint32_t)((k == i ? 1 : 2) + 2 * (length < 4 ? length : 4)) + 16 * (found & 0x10FFF);
            if (alone) line[k].classes = found;
        }
        i += length;
    }
}

/* Where in a row of words with capitals a word stands. */
static void find_runs(name_token *line, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!has_capital(&line[i])) continue;
        size_t before = 0, after = 0;
        while (before < 3 && before < i && has_capital(&line[i - before - 1])) before++;
        while (after < 3 && i + after + 1 < count && has_capital(&line[i + after + 1])) after++;
        line[i].run = (uint8_t)(1 + before * 4 + after);
    }
}

static bool begins_sentence(const name_token *mark) {
    return (mark->marks & NAME_MARK_BEGINS) || mark->mark == 0xB7 || mark->mark == 0x2022;
}

static void finish_line(name_reader *r, name_token *line, size_t count) {
    const line_look look = look_at_line(line, count);
    const name_mode mode = mode_of(&look);
    const uint8_t noise = look.noise < NAME_NOISE_MAX ? (uint8_t)look.noise : NAME_NOISE_MAX;
    const uint8_t size = (uint8_t)(4 * (count < 4 ? count : 4));
    bool starts = true;
    for (size_t i = 0; i < count; i++) {
        name_token *t = &line[i];
        t->mode = (uint8_t)mode;
        t->noise = noise;
        r->line += t->is_apart; /* names end at the cells of a table */
        t->line = r->line;
        t->is_first = starts;
        t->is_glued = i > 0 && line[i - 1].end == t->start;
        t->length = (uint8_t)(size + 2 * (i > 0) + (i + 1 == count));
        starts = t->shape == NAME_MARK && (starts || begins_sentence(t));
    }
    if (look.has_keys) find_keys(r, line, count);
    if (r->fields) take_keys_of_fields(r, line, count);
    if (look.has_phrases) find_entries(r, line, count);
    if (look.has_capitals) find_runs(line, count);
}

/* ----------------------------------------------------------------------------------- reader ---- */

/* Room for one more token behind r->count; NULL: memory is out. */
static name_token *room(name_reader *r) {
    if (!arena_grow(r->memory, &r->items, &r->capacity, r->count + 1, sizeof *r->items)) {
        r->failed = true;
        return NULL;
    }
    return &r->items[r->count];
}

/* The tokens that the next lines look back at come to the front. */
static void keep_before(name_reader *r) {
    const size_t kept = r->last - (r->last > NAME_BESIDE ? r->last - NAME_BESIDE : 0);
    if (kept) memmove(r->items, r->items + r->last - kept, kept * sizeof *r->items);
    r->first = r->last = r->count = kept;
}

/* Reads the tokens behind the lines, which the last ones look at. One is at r->count already. */
static void look_ahead(name_reader *r, size_t at) {
    bool ends_line;
    for (r->count++; r->count < r->last + NAME_BESIDE; r->count++) {
        name_token *token = room(r);
        if (!token || !read_token(r, &at, token, &ends_line)) return;
    }
}

bool name_reader_next(name_reader *r) {
    size_t at = r->at;
    keep_before(r);
    for (size_t line = r->count;;) {
        bool ends_line;
        name_token *token = room(r);
        if (!token) return false;
        const bool is_there = read_token(r, &at, token, &ends_line);
        const size_t size = r->count - line;
        if (size && (!is_there || ends_line || size == NAME_LINE_MAX)) {
            finish_line(r, r->items + line, size);
            r->line += ends_line;
            line = r->last = r->count;
            if (is_there && line - r->first >= NAME_LINES_MIN) {
                look_ahead(r, at);
                break;
            }
        }
        if (!is_there) break;
        r->count++;
        r->at = at;
    }
    return !r->failed && r->last > r->first;
}
