/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/lexicon.h"
#include "base/utf8.h"
#include "support.h"

#define OPEN_MAX 24 /* bytes of a word after an entry that may go on */
#define FOUND_MAX 4000

typedef struct word {
    const char *text;
    bool open, is_trigger;
} word;

static const word words[] = {
    {"ab", false, false},         {"abc", false, true},          {"abcd", true, false}, {"ab cd", false, true},
    {"abc abc abc", false, true}, {"abcdabcdabcd", false, true}, {"a", false, false},   {"ab-cd", false, true},
    {"cd abcd", true, true},      {"dab", false, true},          {"7ab", false, false}, {"ab", false, true},
    {"cd ab cd", false, false},   {"bcda", true, true},
};
#define WORD_COUNT (sizeof words / sizeof *words)

typedef struct found {
    uint32_t id;
    size_t start, end;
} found;

typedef struct hits {
    found items[FOUND_MAX];
    size_t count, limit;
} hits;

static arena memory;
static lexicon *made;

static bool take_hit(uint32_t id, size_t start, size_t end, void *arg) {
    hits *h = arg;
    assert_true(h->count < FOUND_MAX);
    h->items[h->count++] = (found){id, start, end};
    return h->count < h->limit;
}

static bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t';
}

/* Where a word that begins here ends, by the definition; 0 when it does not stand here. */
static size_t end_of(const word *w, const char *text, size_t size, size_t at) {
    if (text_is_word_before(text, at)) return 0;
    for (const char *s = w->text; *s; s++) {
        size_t spaces = 0;
        while (*s == ' ' && at < size && spaces < 4 && is_space(text[at])) at++, spaces++;
        if (*s == ' ' && spaces == 0) return 0;
        if (*s == ' ') continue;
        if (at == size || text_lower(text[at]) != *s) return 0;
        at++;
    }
    if (!w->open) return at < size && text_is_word_at(text, size, at) ? 0 : at;
    for (size_t limit = at + OPEN_MAX; at < size && at < limit && text_is_word_at(text, size, at);) {
        at = text_align_forward(text, size, at + 1);
    }
    return at;
}

static bool has_hit(const hits *h, uint32_t id, size_t start, size_t end) {
    for (size_t i = 0; i < h->count; i++) {
        if (h->items[i].id == id && h->items[i].start == start && h->items[i].end == end) return true;
    }
    return false;
}

static void search(const lexicon *l, const char *text, span part, bool triggers_only, hits *h) {
    lexicon_find(
        l, &(lexicon_search){.text = text, .part = part, .triggers_only = triggers_only, .fn = take_hit, .arg = h});
}

static void assert_same_as_definition(const char *text, span part, bool triggers_only) {
    static hits h;
    h.count = 0;
    h.limit = SIZE_MAX;
    search(made, text, part, triggers_only, &h);
    size_t expected = 0;
    for (size_t at = part.start; at < part.end; at++) {
        for (uint32_t id = 0; id < WORD_COUNT; id++) {
            size_t end = triggers_only && !words[id].is_trigger ? 0 : end_of(&words[id], text, part.end, at);
            if (!end) continue;
            expected++;
            if (!has_hit(&h, id, at, end)) fail_msg("'%s' at %zu of '%.*s'", words[id].text, at, (int)part.end, text);
        }
    }
    for (size_t i = 0; i < h.count; i++) {
        const found *f = &h.items[i];
        bool right =
            end_of(&words[f->id], text, part.end, f->start) == f->end && (!triggers_only || words[f->id].is_trigger);
        if (!right) fail_msg("'%s' at %zu of '%.*s'", words[f->id].text, f->start, (int)part.end, text);
    }
    assert_true(h.count >= expected); /* a word before one that is not ASCII may be told twice */
    for (size_t i = 1; i < h.count; i++) assert_true(h.items[i - 1].start <= h.items[i].start);
}

static size_t random_text(char *text, size_t capacity) {
    static const char *const pieces[] = {"ab", "abc",          "ABCD",  "cd",          "d", "7",    " ", " ",
                                         "  ", "\n",           "\t ",   "-",           ".", "é",    "“", "”",
                                         "中", "abcdabcdabcd", "ab cd", "abc abc abc", "_", "     "};
    size_t size = 0;
    for (uint32_t i = 0, n = support_random() % 120; i < n; i++) {
        const char *piece = pieces[support_random() % (sizeof pieces / sizeof *pieces)];
        if (size + strlen(piece) >= capacity) break;
        memcpy(text + size, piece, strlen(piece) + 1);
        size += strlen(piece);
    }
    return size;
}

/* Vector code looks at 64 bytes at a time: against the definition, on texts of up to 600 bytes. */
static void the_words_found_are_those_of_the_definition(void **state) {
    (void)state;
    for (int round = 0; round < 4000; round++) {
        char text[600] = "";
        size_t size = random_text(text, sizeof text);
        assert_same_as_definition(text, (span){0, size}, round % 2);
    }
}

static void only_the_part_asked_for_is_looked_at(void **state) {
    (void)state;
    for (int round = 0; round < 1000; round++) {
        char text[600] = "";
        size_t size = random_text(text, sizeof text);
        size_t start = text_align_back(text, support_random() % (size + 1));
        size_t end = start + support_random() % (size - start + 1);
        assert_same_as_definition(text, (span){start, text_align_forward(text, size, end)}, false);
    }
}

static void a_word_is_found_at_every_place_of_a_long_text(void **state) {
    (void)state;
    static hits h;
    char text[300];
    for (size_t at = 0; at + 5 <= sizeof text; at++) {
        memset(text, '.', sizeof text);
        memcpy(text + at, "aB cD", 5);
        h = (hits){.limit = SIZE_MAX};
        search(made, text, (span){0, sizeof text}, true, &h);
        assert_true(has_hit(&h, 3, at, at + 5));
        if (at < 3) continue;
        memcpy(text + at - 3, "“", 3); /* no letter: the word begins after it */
        h.count = 0;
        search(made, text, (span){0, sizeof text}, true, &h);
        assert_true(has_hit(&h, 3, at, at + 5));
    }
}

static void a_search_ends_when_it_is_told_to(void **state) {
    (void)state;
    static hits h;
    char text[600];
    for (size_t i = 0; i < sizeof text; i++) text[i] = "abc "[i % 4];
    for (size_t limit = 1; limit < 5; limit++) {
        h = (hits){.limit = limit};
        search(made, text, (span){0, sizeof text}, false, &h);
        assert_int_equal(h.count, limit);
    }
}

static void a_lexicon_takes_what_it_can_find(void **state) {
    (void)state;
    static const struct {
        const char *word;
        bool open, taken;
        const char *why;
    } cases[] = {
        {"abc", false, true, "a word"},
        {"7up", false, true, "a digit at its start"},
        {"abcd", true, true, "four letters, and it may go on"},
        {"abc", true, false, "three letters that may go on: no key of four"},
        {"abc def", true, true, "two words, the second may go on"},
        {"émeute", false, false, "no ASCII letter at its start"},
        {"привет", false, false, "another script"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (lexicon_takes(cases[i].word, strlen(cases[i].word), cases[i].open) != cases[i].taken) {
            fail_msg("%s", cases[i].why);
        }
    }
}

static void a_lexicon_without_memory_says_so(void **state) {
    (void)state;
    arena none = support_exhausted_arena();
    lexicon *l = calloc(1, sizeof *l);
    assert_false(lexicon_add(l, &none, "abc", 3, false, false, 0));
    assert_int_equal(l->count, 0);
    free(l);
}

static void an_empty_lexicon_finds_nothing(void **state) {
    (void)state;
    static hits h = {.limit = SIZE_MAX};
    lexicon *l = calloc(1, sizeof *l);
    search(l, "abc", (span){0, 3}, false, &h);
    assert_int_equal(h.count, 0);
    free(l);
}

static int set_up(void **state) {
    (void)state;
    arena_init(&memory);
    made = calloc(1, sizeof *made);
    for (uint32_t i = 0; i < WORD_COUNT; i++) {
        const word *w = &words[i];
        assert_true(lexicon_takes(w->text, strlen(w->text), w->open));
        assert_true(lexicon_add(made, &memory, w->text, strlen(w->text), w->open, w->is_trigger, i));
    }
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    free(made);
    arena_fini(&memory);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_words_found_are_those_of_the_definition),
        cmocka_unit_test(only_the_part_asked_for_is_looked_at),
        cmocka_unit_test(a_word_is_found_at_every_place_of_a_long_text),
        cmocka_unit_test(a_search_ends_when_it_is_told_to),
        cmocka_unit_test(a_lexicon_takes_what_it_can_find),
        cmocka_unit_test(a_lexicon_without_memory_says_so),
        cmocka_unit_test(an_empty_lexicon_finds_nothing),
    };
    return cmocka_run_group_tests_name("lexicon", tests, set_up, tear_down);
}
