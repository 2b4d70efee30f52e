/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/answer_links.h"

#include "base/error.h"
#include "support.h"

/* Reads a document and an answer. */
static answer_links *read_two(const char *document, const char *answer) {
    static filter_segment segments[2];
    filter_scratch *s = support_scratch();
    assert_int_equal(scratch_begin(s, support_engine(), NULL), FILTER_OK);
    segments[0] = (filter_segment){document, strlen(document), FILTER_ROLE_DOCUMENT};
    segments[1] = (filter_segment){answer, strlen(answer), FILTER_ROLE_ASSISTANT};
    s->request = (compared_request){.segments = segments, .segment_count = 2, .is_compared = true};
    answer_links *links = answer_links_read(s, 24);
    scratch_end(s);
    assert_non_null(links);
    return links;
}

static void links_are_read_with_the_words_they_hold(void **state) {
    (void)state;
    static const struct {
        const char *answer;
        size_t links, words, values;
        bool encoded, opaque;
    } cases[] = {
        {"nothing", 0, 0, 0, false, false},
        {"https://a.example/", 0, 0, 0, false, false},
        {"https://a.example/one-two%20three", 1, 3, 0, false, false},
        {"https://a.example/?k=123456", 1, 1, 1, false, false},
        {"https://one-two.b.a.example", 1, 2, 0, false, false},
        {"https://a.example/?d=bXkgd2lmZSBpcyBpbGw", 1, 2, 0, true, false}, /* my wife is ill */
        {"https://a.example/6d792077696665206973206263", 1, 1, 0, true, false}, /* my wife is bc */
        {"https://a.example/q8Zk3LmX0pT7vR2sWb9YdN4hJ6uE", 1, 1, 1, false, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const answer_links *links = read_two("a text", cases[i].answer);
        size_t values = 0, opaque = 0;
        for (size_t k = 0; k < links->word_count; k++) values += links->words[k].is_value;
        for (size_t k = 0; k < links->word_count; k++) opaque += links->words[k].is_opaque;
        if (links->count != cases[i].links || links->word_count != cases[i].words || values != cases[i].values)
            fail_msg("%s: %zu links, %zu words, %zu values", cases[i].answer, links->count, links->word_count, values);
        if (!links->count) continue;
        assert_int_equal(links->items[0].segment, 1);
        assert_true(links->items[0].is_encoded == cases[i].encoded && (opaque > 0) == cases[i].opaque);
    }
}

static void hosts_and_wholes_are_seen_in_the_other_texts(void **state) {
    (void)state;
    const answer_links *links =
        read_two("Go to {x}.b.a.example, or https://c.example/p!", "https://my.b.a.example/q https://c.example/p");
    assert_int_equal(links->count, 2);
    const answer_link *first = &links->items[0], *second = &links->items[1];
    assert_int_equal(first->host_count, 3);
    assert_false(occurrences_find(&links->seen, first->hosts[0])->segments);
    assert_true(occurrences_find(&links->seen, first->hosts[1])->segments == occurrence_bit(0, WRITTEN_BY_OTHERS));
    assert_int_equal(occurrences_find(&links->seen, first->hosts[1])->first, 0);
    assert_false(occurrences_find(&links->seen, first->whole)->segments);
    assert_true(occurrences_find(&links->seen, second->whole)->segments == occurrence_bit(0, WRITTEN_BY_OTHERS));
    assert_int_equal(answer_links_of(links, 0), 0);
    assert_int_equal(answer_links_of(links, 1), 0);
    assert_int_equal(answer_links_of(links, 2), 2);
}

static void links_and_words_are_bounded_and_it_is_told(void **state) {
    (void)state;
    static char text[1 << 20];
    size_t size = 0;
    for (int i = 0; i < 3000; i++)
        size += (size_t)snprintf(text + size, sizeof text - size, "https://a.example/one-%d ", i);
    assert_int_equal(read_two("a text", text)->count, 2048);
    assert_int_equal(support_scratch()->gaps.count, 1);
    size = 0;
    for (int i = 0; i < 60; i++) {
        size += (size_t)snprintf(text + size, sizeof text - size, "https://a.example/");
        for (int k = 0; k < 1000; k++) size += (size_t)snprintf(text + size, sizeof text - size, "one-");
        text[size++] = ' ';
    }
    text[size] = '\0';
    assert_int_equal(read_two("a text", text)->word_count, 32768);
    assert_int_equal(support_scratch()->gaps.count, 1);
    memset(text, 'a', 100000);
    memcpy(text, "https://", 8);
    for (size_t i = 12; i < 100000; i += 4) text[i] = '.';
    text[100000] = '\0';
    assert_true(read_two("a text", text)->word_count < 100); /* no host is so long */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links_are_read_with_the_words_they_hold),
        cmocka_unit_test(hosts_and_wholes_are_seen_in_the_other_texts),
        cmocka_unit_test(links_and_words_are_bounded_and_it_is_told),
    };
    return cmocka_run_group_tests_name("answer_links", tests, NULL, NULL);
}
