/* SPDX-License-Identifier: Apache-2.0 */
#include "base/message.h"
#include "engine/builder.h"
#include "text/cipher.h"

#include <stdio.h>
#include <string.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

static UScriptCode script_at(const char *word, size_t at) {
    UErrorCode status = U_ZERO_ERROR;
    UChar32 c;
    U8_NEXT_UNSAFE((const uint8_t *)word, at, c);
    return uscript_getScript(c, &status);
}

/* Are words of the script set apart by spaces? */
static bool script_parts_words(const char *word, size_t at) {
    switch (script_at(word, at)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_THAI:
    case USCRIPT_COMMON:
    case USCRIPT_INHERITED: return text_is_alnum(word[at]);
    default: return true;
    }
}

/* Do endings and particles grow on its words, so that each stands for all its forms? */
static bool script_adds_endings(const char *word) {
    switch (script_at(word, 0)) {
    case USCRIPT_LATIN:
    case USCRIPT_CYRILLIC:
    case USCRIPT_GREEK: return false;
    default: return !text_is_alnum(word[0]);
    }
}

static void add_signal(builder *b, size_t class, const char *word) {
    size_t size = strlen(word);
    bool open = word[size - 1] == '*';
    if (open) size--;
    filter_engine *e = b->engine;
    if (lexicon_takes(word, size, open)) {
        /* An entry of its own for each class: words of several classes are few. */
        size_t id = e->lexicon_classes.count;
        list_add(b, &e->lexicon_classes, class);
        if (!lexicon_add(&e->lexicon, b->memory, word, size, open, e->set.classes[class].is_trigger, (uint32_t)id))
            b->failed = true;
        return;
    }
    const char *expression = expression_words(b->memory, word, size);
    size_t known = e->sources[DATABASE_CLASS_WORDS].count;
    size_t id = add_expression(b, DATABASE_CLASS_WORDS, expression, HS_FLAG_CASELESS, NULL, NULL);
    if (b->failed) return;
    bool before = script_parts_words(word, 0),
         after = !open && script_parts_words(word, text_align_back(word, size - 1)) && !script_adds_endings(word);
    if (id == known) {
        if (!arena_grow(b->memory, &e->class_words, &b->list_capacity[DATABASE_CLASS_WORDS], id + 1,
                        sizeof(engine_class_word))) {
            b->failed = true;
            return;
        }
        e->class_words[id] = (engine_class_word){.size = size, .whole_before = before, .whole_after = after};
    }
    e->class_words[id].whole_after = e->class_words[id].whole_after && after;
    list_add(b, &e->class_words[id].classes, class);
}

#define CLUE_LETTERS_MIN 6 /* letters of a word that gives a cipher away */

/* What a word is when a cipher is applied to it. */
static void add_cipher_clue(builder *b, cipher c, const char *word, size_t size) {
    text_buffer out = {.memory = b->memory};
    span_map map = {.memory = b->memory};
    cipher_apply(cipher_inverse(c), word, (span){0, size}, NULL, &out, &map);
    char *text = out.failed ? NULL : arena_copy(b->memory, out.data, out.size);
    list_add(b, &b->engine->lexicon_classes, LEXICON_CIPHER + (size_t)c);
    if (!text || !lexicon_add(&b->engine->lexicon, b->memory, text, size, false, true,
                              (uint32_t)b->engine->lexicon_classes.count - 1))
        b->failed = true;
}

static bool is_indicator_word(const ruleset *set, const char *word, size_t size) {
    for (size_t i = 0; i < set->indicator_word_count; i++) {
        if (strlen(set->indicator_words[i]) == size && memcmp(set->indicator_words[i], word, size) == 0) return true;
    }
    return false;
}

/* The words of an entry: for the word index and, of a trigger, read from their ends. */
static void add_parts(builder *b, const char *words, bool is_trigger) {
    for (const char *s = words; *s;) {
        size_t size = 0;
        while (text_is_alpha(s[size])) size++;
        bool whole = (s == words || s[-1] == ' ') && (!s[size] || s[size] == ' ');
        if (whole &&
            !word_index_add(&b->engine->word_index, b->memory, s, size, is_indicator_word(&b->engine->set, s, size)))
            b->failed = true;
        if (is_trigger && size >= CLUE_LETTERS_MIN) add_cipher_clue(b, CIPHER_REVERSED, s, size);
        s += size + (s[size] != '\0');
    }
}

/* Words that show by themselves Atbash and any of Caesar's ciphers, and those of the spelling alphabet. */
static void add_indicator_words(builder *b) {
    const ruleset *set = &b->engine->set;
    for (size_t i = 0; i < set->indicator_word_count && !b->failed; i++) {
        add_cipher_clue(b, CIPHER_ATBASH, set->indicator_words[i], strlen(set->indicator_words[i]));
        for (int n = 1; n < 26; n++)
            add_cipher_clue(b, (cipher)(CIPHER_CAESAR + n), set->indicator_words[i], strlen(set->indicator_words[i]));
    }
    for (size_t i = 0; i < SPELLING_COUNT && !b->failed; i++) {
        list_add(b, &b->engine->lexicon_classes, LEXICON_CIPHER + (size_t)CIPHER_SPELLING);
        if (!lexicon_add(&b->engine->lexicon, b->memory, cipher_spelling[i], strlen(cipher_spelling[i]), false, true,
                         (uint32_t)b->engine->lexicon_classes.count - 1))
            b->failed = true;
    }
}

void add_classes(builder *b) {
    filter_engine *e = b->engine;
    e->uses = arena_alloc(b->memory, e->set.class_count + 1, sizeof *e->uses);
    if (!e->uses) b->failed = true;
    for (size_t i = 0; i < e->set.class_count && !b->failed; i++) {
        for (size_t k = 0; k < e->set.classes[i].count && !b->failed; k++) {
            add_signal(b, i, e->set.classes[i].words[k]);
            add_parts(b, e->set.classes[i].words[k], e->set.classes[i].is_trigger);
        }
    }
    if (e->set.class_count) add_indicator_words(b);
    if (!word_index_finish(&e->word_index, b->memory)) b->failed = true;
}

static void name_missing_class(const ruleset *set, const char *name, size_t size, char *message, size_t room) {
    char word[64], suggestion[MESSAGE_SUGGESTION_MAX];
    snprintf(word, sizeof word, "%.*s", size < sizeof word ? (int)size : (int)sizeof word - 1, name);
    snprintf(message, room, "no loaded pack has words for the class '%s'%s", word,
             message_suggestion(suggestion, pack_nearest(set, PACK_CLASSES, word)));
}

/* "override prior|every instruction": an element for each word, classes between bars. */
static void add_phrase(builder *b, size_t rule_index, const char *text, const yaml_node *node) {
    filter_engine *e = b->engine;
    const pack_rule *rule = &e->set.rules[rule_index];
    char message[300];
    uint32_t count = 0;
    for (const char *s = text; *s && !b->failed; count += *s == ' ', s += *s == ' ' || *s == '|') {
        size_t size = strcspn(s, " |");
        const word_class *class = pack_find_class(&e->set, s, size);
        if (!class || count >= PHRASE_MAX) {
            if (class) snprintf(message, sizeof message, "a phrase has at most %d classes", PHRASE_MAX);
            else if (diagnostics_skip(b->d)) return;
            else name_missing_class(&e->set, s, size, message, sizeof message);
            diagnose_node(b, rule, node, message);
            return;
        }
        list_add(b, &e->uses[class - e->set.classes], e->phrase_count * PHRASE_MAX + count);
        s += size;
    }
    if (!arena_grow(b->memory, &e->phrases, &e->phrase_capacity, e->phrase_count + 1, sizeof *e->phrases)) {
        b->failed = true;
        return;
    }
    e->phrases[e->phrase_count++] = (engine_phrase){(uint32_t)rule_index, count + 1, rule->max_span, rule->unordered};
}

/* What stands before ends where the phrase begins. */
static void add_unless(builder *b, const pack_rule *rule, pcre2_code **places) {
    static const char *const forms[UNLESS_COUNT] = {"(?:%s)\\z", "%s", "%s"};
    for (size_t i = 0; i < UNLESS_COUNT && !b->failed; i++) {
        if (!rule->unless.places[i]) continue;
        const char *expression = arena_printf(b->memory, forms[i], rule->unless.places[i]);
        places[i] = compile_regex(b, rule, rule->unless.node, expression, PCRE2_CASELESS);
    }
}

void add_phrases(builder *b, size_t rule_index) {
    add_unless(b, &b->engine->set.rules[rule_index], b->engine->rules[rule_index].unless);
    const yaml_strings *phrases = &b->engine->set.rules[rule_index].phrases;
    for (size_t i = 0; i < phrases->count && !b->failed; i++) {
        add_phrase(b, rule_index, phrases->items[i], yaml_strings_node(phrases, i));
    }
}
