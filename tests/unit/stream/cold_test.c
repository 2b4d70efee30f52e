/* SPDX-License-Identifier: Apache-2.0 */
#include "stream/cold.h"

#include "support.h"

static void ordinary_words_are_cold_and_what_may_be_a_value_is_hot(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *cold; /* what goes out at once */
        bool is_hot;
    } cases[] = {
        {"this is a plain sen", "this is ", false},
        {"this is a plain ", "this is ", false},
        {"The plan is good. We lik", "The plan is ", false},
        {"and the number is 4", "and the ", true},
        {"that we met Rao in ", "that ", true},
        {"so write to a.b@x", "so write ", true},
        {"it was so first.last@x", "it was ", true},
        {"please say one two three fo", "please say ", false},
        {"it is <EMAIL_ADDRESS_k7f3q2> and mo", "it is <EMAIL_ADDRESS_k7f3q2>", false},
        {"{\"a\": 1}", "", true},
        {"", "", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const filter_text text = {cases[i].text, strlen(cases[i].text)};
        bool is_hot;
        assert_int_equal(scratch_begin(support_scratch(), support_engine(), NULL), FILTER_OK);
        const size_t end = cold_end(support_scratch(), support_engine(), text, 0, false, &is_hot);
        scratch_end(support_scratch());
        if (end != strlen(cases[i].cold) || is_hot != cases[i].is_hot)
            fail_msg("'%s': %zu, %s", cases[i].text, end, is_hot ? "hot" : "cold");
    }
}

static void a_cue_makes_what_follows_hot(void **state) {
    (void)state;
    static const char text[] = "and my password is tulip";
    bool is_hot;
    assert_int_equal(scratch_begin(support_scratch(), support_engine(), NULL), FILTER_OK);
    const size_t end =
        cold_end(support_scratch(), support_engine(), (filter_text){text, sizeof text - 1}, 19, true, &is_hot);
    scratch_end(support_scratch());
    assert_int_equal(end, 19);
    assert_true(is_hot);
}

static void a_text_may_be_cut_between_words(void **state) {
    (void)state;
    static const filter_text text = {"An end. A line\n1234 5678", 24};
    assert_true(cold_is_prose_at(text, 8));
    assert_false(cold_is_prose_at(text, 15));
    assert_false(cold_is_prose_at(text, 0));
    assert_false(cold_is_prose_at(text, 24));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ordinary_words_are_cold_and_what_may_be_a_value_is_hot),
        cmocka_unit_test(a_cue_makes_what_follows_hot),
        cmocka_unit_test(a_text_may_be_cut_between_words),
    };
    return cmocka_run_group_tests_name("cold", tests, NULL, NULL);
}
