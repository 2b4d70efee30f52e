/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"
#include "views/seam.h"

#define SEGMENTS_MAX 8

static size_t join(seam_text *s, const filter_segment *segments, size_t count, size_t from) {
    return seam_join(s, &(filter_request){.segments = segments, .segment_count = count}, from);
}

/* Cuts a text at bars into segments of one role; two bars make the next one another role's. */
static size_t cut(char *text, filter_segment segments[SEGMENTS_MAX]) {
    size_t count = 0;
    filter_role role = FILTER_ROLE_USER;
    for (char *at = text;; at++) {
        size_t size = strcspn(at, "|");
        segments[count++] = (filter_segment){at, size, role};
        at += size;
        if (!*at) return count;
        if (at[1] == '|') role = FILTER_ROLE_TOOL, at++;
    }
}

/* All joined texts of the segments, with a bar after each. */
static void check_joins(const char *said, const char *joined, const char *why) {
    char *text = strdup(said), out[400] = "";
    filter_segment segments[SEGMENTS_MAX];
    size_t count = cut(text, segments), from = 0;
    arena memory;
    arena_init(&memory);
    while (from < count) {
        seam_text s = {.text = {.memory = &memory}};
        size_t next = join(&s, segments, count, from);
        assert_true(next > from);
        from = next;
        if (s.count < 2) continue;
        snprintf(out + strlen(out), sizeof out - strlen(out), "%.*s|", (int)s.text.size, s.text.data);
        for (size_t i = 0; i < s.count; i++) {
            const seam_part *part = &s.parts[i];
            assert_memory_equal(s.text.data + part->start, segments[part->segment].text + part->from,
                                part->end - part->start);
        }
    }
    if (strcmp(out, joined) != 0) fail_msg("%s: '%s'", why, out);
    arena_fini(&memory);
    free(text);
}

static void a_cut_is_undone_as_it_was_made(void **state) {
    (void)state;
    static const struct {
        const char *text, *joined, *why;
    } cases[] = {
        {"alone 12", "", "one segment"},
        {"my no 6011 0009|9013 9424 ok", "my no 6011 0009 9013 9424 ok|", "between groups"},
        {"my no 6011-0009|9013-9424", "my no 6011-0009-9013-9424|", "between groups of hyphens"},
        {"my no 6011 00|09 9013 9424", "my no 6011 0009 9013 9424|", "in a group"},
        {"no 60110009901|39424", "no 6011000990139424|", "in a run"},
        {"6011|0009|9013|9424", "6011000990139424|", "in many parts"},
        {"6011 |0009| \n 9013", "6011 0009 9013|", "white space at a cut is one blank"},
        {"6011||0009", "", "another role"},
        {"a 6011|0009||7|8", "a 60110009|78|", "each role by itself"},
        {"mail kim@sam|ple.org", "mail kim@sample.org|", "an address"},
        {"the word is|tulip7", "the word is tulip7|", "words"},
        {"use tulip7|Thanks a lot", "use tulip7 Thanks a lot|", "a word that is whole"},
        {"use key_abc|def8ghi", "use key_abcdef8ghi|", "a key"},
        {"one|two", "", "nothing that could be a value"},
        {"word:|tulip", "word:tulip|", "a name at the end"},
        {"5 1||5|", "", "an empty one of the same role adds nothing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) check_joins(cases[i].text, cases[i].joined, cases[i].why);
}

static void an_empty_segment_is_no_gap(void **state) {
    (void)state;
    const filter_segment segments[] = {
        {"60", 2, FILTER_ROLE_USER}, {NULL, 0, FILTER_ROLE_USER}, {"11", 2, FILTER_ROLE_USER}};
    arena memory;
    arena_init(&memory);
    seam_text s = {.text = {.memory = &memory}};
    assert_int_equal(join(&s, segments, 3, 0), 3);
    assert_int_equal(s.count, 2);
    assert_int_equal(s.parts[1].segment, 2);
    arena_fini(&memory);
}

/* Of long segments only what is near a cut is joined, in whole characters. */
static void what_is_joined_is_bounded(void **state) {
    (void)state;
    enum { LONG = 5000 };
    static char text[LONG];
    for (size_t i = 0; i + 2 <= sizeof text; i += 2) memcpy(text + i, "\xC3\xA9", 2);
    text[LONG - 1] = text[0] = '7';
    text[1] = '7';
    text[LONG - 2] = '7';
    const filter_segment segments[] = {
        {text, LONG, FILTER_ROLE_USER}, {text, LONG, FILTER_ROLE_USER}, {text, LONG, FILTER_ROLE_USER}};
    arena memory;
    arena_init(&memory);
    size_t from = 0, texts = 0;
    while (from < 3) {
        seam_text s = {.text = {.memory = &memory}};
        from = join(&s, segments, 3, from);
        if (s.count < 2) continue;
        texts++;
        assert_int_equal(s.count, 2);
        assert_true(s.text.size <= 2 * SEAM_REACH + 1 && s.text.size >= 2 * SEAM_REACH - 4);
        assert_int_equal(text_valid_prefix(s.text.data, s.text.size), s.text.size);
    }
    assert_int_equal(texts, 2);
    arena_fini(&memory);
}

static void a_value_needs_both_sides_or_a_name_before_it(void **state) {
    (void)state;
    static const struct {
        const char *text, *value;
        bool has;
    } cases[] = {
        {"no 6011 0009|9013 9424", "6011 0009 9013 9424", true},
        {"the word is|tulip7", "tulip7", true},
        {"the word is|my tulip7", "tulip7", false},
        {"the word is:|'tulip7'", "tulip7", true},
        {"it is a word.|tulip7", "tulip7", false},
        {"tulip7 is|the word 8", "tulip7", false},
    };
    arena memory;
    arena_init(&memory);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = strdup(cases[i].text);
        filter_segment segments[SEGMENTS_MAX];
        seam_text s = {.text = {.memory = &memory}};
        join(&s, segments, cut(text, segments), 0);
        const char *joined = arena_copy(&memory, s.text.data, s.text.size), *at = strstr(joined, cases[i].value);
        if (!at) {
            assert_false(cases[i].has);
            free(text);
            continue;
        }
        const span value = {(size_t)(at - joined), (size_t)(at - joined) + strlen(cases[i].value)};
        if (seam_has(&s, value) != cases[i].has) fail_msg("%s", cases[i].text);
        free(text);
    }
    arena_fini(&memory);
}

static void a_seam_without_memory_says_so(void **state) {
    (void)state;
    const filter_segment segments[] = {{"60", 2, FILTER_ROLE_USER}, {"11", 2, FILTER_ROLE_USER}};
    arena memory = support_exhausted_arena();
    seam_text s = {.text = {.memory = &memory}};
    join(&s, segments, 2, 0);
    assert_true(s.text.failed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_is_undone_as_it_was_made),
        cmocka_unit_test(an_empty_segment_is_no_gap),
        cmocka_unit_test(what_is_joined_is_bounded),
        cmocka_unit_test(a_value_needs_both_sides_or_a_name_before_it),
        cmocka_unit_test(a_seam_without_memory_says_so),
    };
    return cmocka_run_group_tests_name("seam", tests, NULL, NULL);
}
