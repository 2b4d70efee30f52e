/* SPDX-License-Identifier: Apache-2.0 */
#include "names/name_token.h"

#include "base/hash.h"
#include "names.h"

static const names_word words[] = {{"asha", NAME_GIVEN},
                                   {"new", NAME_LEVEL | NAME_PHRASE},
                                   {"new delhi", NAME_PLACE | NAME_SEVERAL},
                                   {"dr.", NAME_TITLE | NAME_STOPPED},
                                   {"the", NAME_LEVEL}};
static arena memory;
static const name_data *data;

static int set_up(void **state) {
    (void)state;
    arena_init(&memory);
    data = names_data(&memory, words, sizeof words / sizeof *words, 3);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    arena_fini(&memory);
    return 0;
}

static name_reader read_all(const char *text) {
    name_reader r = {.data = data, .memory = &memory, .text = text, .size = strlen(text)};
    assert_true(name_reader_next(&r));
    return r;
}

static void a_text_becomes_words_and_marks(void **state) {
    (void)state;
    static const struct {
        const char *text, *tokens;
    } cases[] = {
        {"Hi, it's me.", "Hi|,|it|'|s|me|."},
        {"O'Brien and D’Souza, don't", "O'Brien|and|D’Souza|,|don|'|t"},
        {"d'Arc N'Golo n'est", "d'Arc|N'Golo|n|'|est"},
        {"J. R. Smith of the U.S.A. here", "J.|R.|Smith|of|the|U.S.A.|here"},
        {"Dr. Rao. End.", "Dr.|Rao|.|End|."},
        {"room_4B x9", "room_4B|x9"},
        {"張偉 met", "張|偉|met"},
        {"José", "José"},
        {"\xFFok", "\xFF|ok"},
        {"Hi,\\nAsha\\tand \\name", "Hi|,|Asha|\\|tand|\\|name"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[200] = "";
        const name_reader r = read_all(cases[i].text);
        for (size_t k = r.first; k < r.last; k++) {
            strncat(out, cases[i].text + r.items[k].start, r.items[k].end - r.items[k].start);
            if (k + 1 < r.last) strcat(out, "|");
        }
        if (strcmp(out, cases[i].tokens) != 0) fail_msg("%s: %s", cases[i].text, out);
    }
}

static void words_have_shapes(void **state) {
    (void)state;
    static const struct {
        const char *word;
        name_shape shape;
    } cases[] = {{"asha", NAME_SMALL},  {"Asha", NAME_CAPITAL}, {"ASHA", NAME_UPPER},    {"J.", NAME_INITIAL},
                 {"I", NAME_INITIAL},   {"McKay", NAME_MIXED},  {"2024", NAME_NUMBER},   {"x9", NAME_CODE},
                 {"iPhone", NAME_CODE}, {"a_b", NAME_CODE},     {"राहुल", NAME_CASELESS}, {"張", NAME_SINGLE},
                 {"!", NAME_MARK},      {"Émile", NAME_CAPITAL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const name_reader r = read_all(cases[i].word);
        if (r.items[0].shape != cases[i].shape) fail_msg("%s: %d", cases[i].word, r.items[0].shape);
    }
}

static void classes_entries_and_keys_are_known(void **state) {
    (void)state;
    name_reader r = read_all("customer_name: \"Asha\" in New Delhi");
    assert_int_equal(r.items[0].key[0], hash32_string("name"));
    assert_int_equal(r.items[3].key[0], hash32_string("name"));
    assert_int_equal(r.items[3].key[1], hash32_string("customer"));
    assert_int_equal(r.items[3].classes, NAME_GIVEN);
    assert_int_equal(r.items[6].found & 15, 1 + 2 * 2);
    assert_int_equal(r.items[7].found & 15, 2 + 2 * 2);
    assert_int_equal(r.items[7].found >> 4, NAME_PLACE);
    name_reader_complete(&r, &r.items[3]);
    assert_int_equal(r.items[3].suffix[1], hash32_string("ha"));
    assert_int_equal(r.items[3].prefix[0], hash32_string("as"));
    r = read_all("the customerName = 4");
    assert_int_equal(r.items[1].key[1], hash32_string("customer"));
    assert_true(r.items[0].is_first && !r.items[1].is_first);
    assert_int_equal(r.items[0].mode, NAME_LINE_SMALL);
}

/* However many lines are read at once, the tokens are those of the lines alone. */
static void long_texts_are_read_a_few_lines_at_a_time(void **state) {
    (void)state;
    static const char line[] = "Dear Asha, the new room is Ready\n";
    char *text = malloc(400 * sizeof line + 1);
    size_t size = 0, tokens = 0, rounds = 0;
    for (int i = 0; i < 400; i++) size += (size_t)sprintf(text + size, "%s", line);
    const name_reader one = read_all(line);
    name_reader r = {.data = data, .memory = &memory, .text = text, .size = size};
    for (; name_reader_next(&r); rounds++) {
        assert_true(r.last <= r.count && r.count <= r.last + NAME_BESIDE);
        assert_true(r.first <= NAME_BESIDE);
        for (size_t i = r.first; i < r.last; i++, tokens++) {
            const name_token *t = &r.items[i], *same = &one.items[tokens % one.last];
            assert_int_equal(t->hash, same->hash);
            assert_int_equal(t->start % (sizeof line - 1), same->start);
            assert_int_equal(t->mode, same->mode);
            assert_int_equal(t->length, same->length);
        }
    }
    assert_int_equal(tokens, 400 * one.last);
    assert_true(rounds > 5);
    free(text);
}

static void cells_and_elements_have_the_names_of_their_fields(void **state) {
    (void)state;
    static const char text[] = "id,owner_name,plan\n2,Ravi,gold\n1,Asha,gold\n";
    field_list fields = {.memory = &memory};
    assert_true(fields_read(&fields, text, sizeof text - 1));
    name_reader r = {.data = data, .memory = &memory, .text = text, .size = sizeof text - 1, .fields = &fields};
    assert_true(name_reader_next(&r));
    const name_token *asha = &r.items[r.last - 3];
    assert_int_equal(asha->classes, NAME_GIVEN);
    assert_int_equal(asha->key[0], hash32_string("name"));
    assert_int_equal(asha->key[1], hash32_string("owner"));
    assert_int_equal(r.items[0].key[0], 0); /* a header is named by nothing */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_becomes_words_and_marks),
        cmocka_unit_test(words_have_shapes),
        cmocka_unit_test(classes_entries_and_keys_are_known),
        cmocka_unit_test(long_texts_are_read_a_few_lines_at_a_time),
        cmocka_unit_test(cells_and_elements_have_the_names_of_their_fields),
    };
    return cmocka_run_group_tests_name("name_token", tests, set_up, tear_down);
}
