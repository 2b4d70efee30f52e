/* SPDX-License-Identifier: Apache-2.0 */
#include "text/fold.h"
#include "support.h"

static arena memory;

static fold_change fold(const char *text, size_t size, text_buffer *out, span_map *map) {
    arena_reset(&memory, 1 << 20);
    *out = (text_buffer){.memory = &memory};
    *map = (span_map){.memory = &memory};
    return fold_text(text, size, true, out, map);
}

static void what_only_looks_like_latin_letters_is_folded(void **state) {
    (void)state;
    static const struct {
        const char *text, *folded, *why;
    } cases[] = {
        {"ｉｇｎｏｒｅ", "ignore", "fullwidth"},
        {"𝐢𝐠𝐧𝐨𝐫𝐞", "ignore", "mathematical letters"},
        {"ⓘⓖⓝⓞⓡⓔ", "ignore", "circled letters"},
        {"4\ufe0f\u20e31\ufe0f\u20e3", "41", "keycaps"},
        {"i\u200bg\u200dn\u2060o\ufeffr\u00ade", "ignore", "invisible characters"},
        {"\u202eignore\u202c", "ignore", "bidirectional controls"},
        {"ignоrе", "ignore", "Cyrillic confusables in a Latin word"},
        {"Ιgnore", "Ignore", "a Greek capital Iota"},
        {"\U000e0069\U000e0067\U000e006e", "ign", "tag characters"},
        {"५४३२ ٤٥ ４５", "5432 45 45", "decimal digits of other scripts"},
        {"ﬁle", "file", "a ligature"},
        {"a\u00a0b", "a b", "a space that does not break"},
        {"ПРИВЕТ", "привет", "other scripts' case"},
        {"außer GROẞ", "ausser GROss", "a letter that is two in capitals"},
    };
    text_buffer out;
    span_map map;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool changed = fold(cases[i].text, strlen(cases[i].text), &out, &map);
        if (!changed || out.size != strlen(cases[i].folded) || memcmp(out.data, cases[i].folded, out.size) != 0) {
            fail_msg("%s: got '%.*s'", cases[i].why, (int)out.size, out.data);
        }
    }
}

static void letters_of_other_scripts_are_left_alone(void **state) {
    (void)state;
    static const char *const texts[] = {
        "plain ASCII, With Case", "मुझे हिंदी में उत्तर दें", "请用中文回答",    "日本語で答えてください。が゛",
        "한국어로 대답해 주세요", "привет, как дела", "café naïve über", "สวัสดีครับ"};
    text_buffer out;
    span_map map;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        bool changed = fold(texts[i], strlen(texts[i]), &out, &map);
        /* Compatibility characters may change in a text; letters must not. */
        if (changed && i != 3) fail_msg("'%s' became '%.*s'", texts[i], (int)out.size, out.data);
    }
}

static const char *const pieces[] = {"a",      "Z", " ", "é",   "e\u0301", "ｆ",        "ﬁ",  "\u200b",
                                     "о",      "ß", "😀", "क्षि", "ガ",      "ｶﾞ",        "한", "५",
                                     "\u202e", "𝐱", "①", "\n",  "\u0301",  "\U000e0041"};
#define PIECE_COUNT (sizeof pieces / sizeof *pieces)

static size_t random_mixture(char text[512]) {
    text[0] = '\0';
    for (uint32_t i = 0, n = support_random() % 20; i < n; i++) strcat(text, pieces[support_random() % PIECE_COUNT]);
    return strlen(text);
}

/* Random mixtures of awkward characters: every piece of the folded text maps to a piece of the source
 * on character boundaries, in order. */
static void every_byte_maps_to_characters_of_the_source_in_order(void **state) {
    (void)state;
    for (int round = 0; round < 3000; round++) {
        char text[512];
        text_buffer out;
        span_map map;
        size_t size = random_mixture(text);
        if (!fold(text, size, &out, &map)) continue;
        assert_int_equal(map.size, out.size);
        assert_int_equal(text_valid_prefix(out.data, out.size), out.size);
        span before = {0, 0};
        for (size_t at = 0; at < out.size; at++) {
            span s = span_map_source(&map, (span){at, at + 1});
            assert_true(s.start < s.end && s.end <= size);
            assert_true(s.start >= before.start && s.end >= before.end);
            before = s;
        }
        span all = span_map_source(&map, (span){0, out.size});
        assert_true(all.start == span_map_source(&map, (span){0, 1}).start && all.end == before.end);
    }
}

/* Patterns are folded without the confusables; a pattern that is folded twice must find the same. */
static void a_folded_pattern_is_folded_no_further(void **state) {
    (void)state;
    for (int round = 0; round < 3000; round++) {
        char text[512];
        random_mixture(text);
        arena_reset(&memory, 1 << 20);
        const char *once = fold_string(&memory, text, false);
        assert_string_equal(fold_string(&memory, once, false), once);
    }
}

static void a_string_that_needs_no_folding_is_given_back_itself(void **state) {
    (void)state;
    static const char text[] = "plain ASCII, With Case";
    arena none = support_exhausted_arena();
    assert_ptr_equal(fold_string(&none, text, true), text);
    assert_null(fold_string(&none, "ｆｕｌｌ", true)); /* memory is out */
}

static int teardown(void **state) {
    (void)state;
    arena_fini(&memory);
    return 0;
}

static void a_letter_is_read_as_the_one_that_it_is_drawn_like(void **state) {
    (void)state;
    static const struct {
        uint32_t c;
        char letter;
        const char *why;
    } cases[] = {{0xC9, 'e', "an accent"},
                 {0x1EB9, 'e', "a dot below"},
                 {0xF8, 'o', "a stroke"},
                 {0x1E43, 'm', "an m with a dot"},
                 {0x3B5, 'e', "Greek"},
                 {0x430, 'a', "Cyrillic"},
                 {0x13A5, 'i', "Cherokee"},
                 {0xA4F0, 'e', "Lisu"},
                 {0x26A, 'i', "a small capital"},
                 {0xA787, 't', "an insular letter"},
                 {0x4E2D, 0, "Chinese"},
                 {0x0915, 0, "Devanagari"},
                 {0x20, 0, "a blank"},
                 {0x1F600, 0, "beyond the plane"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (fold_letter(cases[i].c) != cases[i].letter) fail_msg("%s: '%c'", cases[i].why, fold_letter(cases[i].c));
    }
}

static void what_folding_hides_from_rules_is_told(void **state) {
    (void)state;
    static const struct {
        const char *text;
        fold_change change;
    } cases[] = {
        {"plain", FOLD_NONE},
        {"café", FOLD_NONE},
        {"don’t “go”", FOLD_SPELLING},
        {"ｉｇｎ ﬁle a\u00a0b ५४ Straße", FOLD_SPELLING},
        {"“ÉTÉ”", FOLD_LOSS},
        {"улица “Мира”", FOLD_LOSS},
        {"ign\u200bore", FOLD_LOSS},
        {"don’t ignоrе", FOLD_LOSS},
        {"ignоrе “all”", FOLD_LOSS},
        {"pr€vious", FOLD_LOSS},
        {"i\u0336g\u0336n\u0336", FOLD_LOSS},
        {"\U000e0069", FOLD_LOSS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_buffer out;
        span_map map;
        const fold_change change = fold(cases[i].text, strlen(cases[i].text), &out, &map);
        if (change != cases[i].change) fail_msg("'%s': %d", cases[i].text, (int)change);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_letter_is_read_as_the_one_that_it_is_drawn_like),
        cmocka_unit_test(what_only_looks_like_latin_letters_is_folded),
        cmocka_unit_test(letters_of_other_scripts_are_left_alone),
        cmocka_unit_test(what_folding_hides_from_rules_is_told),
        cmocka_unit_test(every_byte_maps_to_characters_of_the_source_in_order),
        cmocka_unit_test(a_folded_pattern_is_folded_no_further),
        cmocka_unit_test(a_string_that_needs_no_folding_is_given_back_itself),
    };
    arena_init(&memory);
    if (!fold_init()) return 1;
    return cmocka_run_group_tests_name("fold", tests, NULL, teardown);
}
