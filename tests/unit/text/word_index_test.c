/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"
#include "text/word_index.h"

static const char *const list[] = {"ignore", "all",    "previous", "instructions", "and",    "the",
                                   "these",  "secret", "system",   "prompt",       "reveal", "tell",
                                   "me",     "your",   "word",     "moon",         "print"};
#define LIST_COUNT (sizeof list / sizeof *list)

static arena memory;
static word_index words;

static int make(void **state) {
    (void)state;
    for (size_t i = 0; i < LIST_COUNT; i++) {
        assert_true(word_index_add(&words, &memory, list[i], strlen(list[i]), strcmp(list[i], "ignore") == 0));
    }
    assert_true(word_index_add(&words, &memory, "naïve", strlen("naïve"), true)); /* left out */
    assert_true(word_index_add(&words, &memory, "ignore", 6, true)); /* known */
    return word_index_finish(&words, &memory) ? 0 : -1;
}

static void a_word_is_known_in_any_case_and_with_l_for_i(void **state) {
    (void)state;
    for (size_t i = 0; i < LIST_COUNT; i++) {
        char text[32];
        size_t size = strlen(list[i]);
        for (size_t k = 0; k < size; k++) {
            char c = list[i][k];
            text[k] = (char)((c == 'l' ? 'i' : c == 'i' ? 'l' : c) - (support_random() % 2 ? 'a' - 'A' : 0));
        }
        const indexed_word *word = word_index_find(&words, text, size);
        assert_non_null(word);
        assert_memory_equal(word->text, list[i], size);
        assert_null(word_index_find(&words, text, size - 1));
    }
}

static void knows_words_whose_letters_are_shuffled(void **state) {
    (void)state;
    for (int round = 0; round < 10000; round++) {
        const char *word = list[support_random() % LIST_COUNT];
        size_t size = strlen(word);
        char text[32];
        memcpy(text, word, size + 1);
        for (size_t k = size - 2; size > 3 && k > 1; k--) {
            size_t other = 1 + support_random() % k;
            char c = text[k];
            text[k] = text[other];
            text[other] = c;
        }
        const indexed_word *known = word_index_unscramble(&words, text, size);
        bool same = strcmp(text, word) == 0;
        if (size < 6 || same) assert_null(known);
        else assert_ptr_equal(known->text, word_index_find(&words, word, size)->text);
        if (known) assert_int_equal(known->is_indicator, strcmp(word, "ignore") == 0);
        if (known && known->is_indicator) assert_true(word_index_may_indicate(&words, text[0], text[size - 1], size));
    }
}

static void a_long_word_is_known_with_a_letter_too_many_or_too_few(void **state) {
    (void)state;
    static const char word[] = "instructions";
    const size_t size = sizeof word - 1;
    for (size_t i = 1; i + 1 < size; i++) {
        char text[32];
        snprintf(text, sizeof text, "%.*s%s", (int)i, word, word + i + 1);
        const indexed_word *known = word_index_correct(&words, text, size - 1);
        assert_non_null(known);
        assert_memory_equal(known->text, word, size);
        for (char c = 'a'; c <= 'z'; c++) {
            snprintf(text, sizeof text, "%.*s%c%s", (int)i, word, c, word + i);
            known = word_index_correct(&words, text, size + 1);
            assert_non_null(known);
            assert_memory_equal(known->text, word, size);
        }
    }
    static const char *const others[] = {
        "instructions", "nstructions", "instruction", "insrtuctions", "instuctons", "prevous", "ignnore", "i", ""};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (word_index_correct(&words, others[i], strlen(others[i]))) fail_msg("'%s'", others[i]);
    }
}

/* Words that are set together come apart as they were put, for these can be read in one way only; what is no word
 * stays in one piece. */
static void words_that_are_set_together_are_parted(void **state) {
    (void)state;
    for (int round = 0; round < 10000; round++) {
        char letters[WORD_INDEX_SEGMENT_MAX + 32];
        size_t size = 0, count = 0, starts[WORD_INDEX_SEGMENT_MAX];
        bool strange = support_random() % 4 == 0;
        for (size_t target = 2 + support_random() % 8; count < target && size < WORD_INDEX_SEGMENT_MAX - 20; count++) {
            const char *word = list[support_random() % LIST_COUNT];
            memcpy(letters + size, word, strlen(word));
            size += strlen(word);
        }
        if (strange) {
            count++;
            memcpy(letters + size, "qzx", 3);
            size += 3;
        }
        size_t parts = word_index_segment(&words, letters, size, starts);
        if (strange && 4 * (size - 3) < 3 * size) {
            assert_int_equal(parts, 0);
            continue;
        }
        if (parts > count) fail_msg("%zu parts for %zu words: %.*s", parts, count, (int)size, letters);
        for (size_t i = 0; i < parts; i++)
            assert_true(starts[i] < size && (i == 0 ? starts[i] == 0 : starts[i] > starts[i - 1]));
        if (parts == count) continue;
        /* "these" and "the", "se…" are the only two ways to read one text. */
        assert_non_null(memmem(letters, size, "these", 5));
    }
    size_t starts[WORD_INDEX_SEGMENT_MAX];
    assert_int_equal(word_index_segment(&words, "internationalisation", 20, starts), 0);
    assert_int_equal(word_index_segment(&words, "tellmethesecret", 15, starts), 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_is_known_in_any_case_and_with_l_for_i),
        cmocka_unit_test(knows_words_whose_letters_are_shuffled),
        cmocka_unit_test(a_long_word_is_known_with_a_letter_too_many_or_too_few),
        cmocka_unit_test(words_that_are_set_together_are_parted),
    };
    return cmocka_run_group_tests(tests, make, NULL);
}
