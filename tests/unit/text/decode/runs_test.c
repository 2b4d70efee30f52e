/* SPDX-License-Identifier: Apache-2.0 */
#include "text/decode/runs.h"
#include "support.h"

static arena memory;
static text_buffer out;
static span_map map;

static void begin(void) {
    arena_reset(&memory, 1 << 20);
    out = (text_buffer){.memory = &memory};
    map = (span_map){.memory = &memory};
}

static void write(const char *text, size_t from, size_t from_size) {
    text_append_string(&out, text);
    span_map_add(&map, strlen(text), from, from_size);
}

/* Against a search that looks at every byte, with runs around the lengths and borders that matter. */
static void every_run_of_sixteen_digits_is_found_and_no_other(void **state) {
    (void)state;
    static const char digits[] = "aZ09+/-_";
    for (int round = 0; round < 20000; round++) {
        char text[400];
        size_t size = support_random() % sizeof text, expected = 0, length = 0;
        for (size_t i = 0; i < size; i++)
            text[i] = support_random() % 18 ? digits[support_random() % 8] : " .=@[`{,*"[support_random() % 9];
        begin();
        decode_runs runs = {.memory = &memory};
        decode_find_runs(text, size, &runs);
        for (size_t i = 0; i <= size; i++) {
            if (i < size && memchr(digits, text[i], 8)) {
                length++;
                continue;
            }
            if (length >= 16) {
                span run = expected < runs.count ? runs.items[expected] : (span){0, 0};
                if (run.start != i - length || run.end != i) fail_msg("run %zu of '%.*s'", expected, (int)size, text);
                expected++;
            }
            length = 0;
        }
        assert_int_equal(expected, runs.count);
    }
}

/* Vector code looks at 64 bytes at a time: the alphabet must be the same at every place of them. */
static void the_alphabet_is_that_of_the_table_at_every_place(void **state) {
    (void)state;
    char text[160];
    for (unsigned c = 0; c < 256; c++) {
        for (size_t at = 56; at < 72; at++) {
            begin();
            decode_runs runs = {.memory = &memory};
            memset(text, 'a', sizeof text);
            memset(text, ' ', at - 15);
            text[at] = (char)c;
            memset(text + at + 1, ' ', sizeof text - at - 1); /* fifteen letters and the character */
            decode_find_runs(text, sizeof text, &runs);
            if ((runs.count == 1) != (base64_digits[c] != 0)) fail_msg("character %u at %zu", c, at);
        }
    }
}

static void both_alphabets_have_the_values_of_the_standard(void **state) {
    (void)state;
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"; /* RFC 4648 */
    for (unsigned i = 0; i < 64; i++) assert_int_equal(base64_digits[(unsigned char)digits[i]], i + 1);
    assert_int_equal(base64_digits['-'], 63);
    assert_int_equal(base64_digits['_'], 64);
}

static void runs_without_memory_say_so(void **state) {
    (void)state;
    char text[100];
    arena none = support_exhausted_arena();
    decode_runs runs = {.memory = &none};
    memset(text, 'a', sizeof text);
    decode_find_runs(text, sizeof text, &runs);
    assert_true(runs.failed);
    assert_int_equal(runs.count, 0);
}

static void only_printable_bytes_and_those_beyond_ascii_are_text(void **state) {
    (void)state;
    for (unsigned c = 0; c < 256; c++) {
        bool text = c >= 0x80 || (c >= ' ' && c <= '~') || c == '\t' || c == '\n' || c == '\r';
        assert_int_equal(is_text_byte((unsigned char)c), text);
    }
}

static void what_is_decoded_later_begins_on_a_new_line(void **state) {
    (void)state;
    begin();
    join(&out, &map, 0);
    assert_int_equal(out.size, 0); /* nothing stands before it */
    write("abc", 0, 6);
    join(&out, &map, 20);
    assert_int_equal(out.size, 4);
    assert_int_equal(out.data[3], '\n');
    assert_int_equal(map.size, 4);
}

static void a_run_that_goes_on_after_a_line_break_is_one(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t next;
        bool is_one;
        const char *why;
    } cases[] = {
        {"aaaa\nbbbb", 5, true, "a line feed"},
        {"aaaa\r\nbbbb", 6, true, "as Windows writes it"},
        {"aaaa bbbb", 5, false, "a space"},
        {"aaaa\n\n\nbbbb", 7, false, "an empty line"},
        {"aaaabbbb", 4, false, "nothing between them"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        begin();
        write("abc", 0, 4);
        join_lines(cases[i].text, &out, &map, cases[i].next);
        if ((out.size == 3) != cases[i].is_one) fail_msg("%s", cases[i].why);
    }
}

static void what_is_no_text_is_taken_back_with_its_runs(void **state) {
    (void)state;
    begin();
    write("kept text", 0, 18);
    write("more", 20, 8);
    write("again", 30, 10);
    take_back(&out, &map, 9);
    assert_int_equal(out.size, 9);
    assert_int_equal(map.size, 9);
    assert_int_equal(map.count, 1);
    assert_int_equal(span_map_source(&map, (span){0, 9}).end, 18);
}

static void eight_bytes_of_utf8_are_kept_and_less_is_not(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool kept;
        const char *why;
    } cases[] = {
        {"12345678", true, "eight bytes"},
        {"1234567", false, "seven"},
        {"1234567\xC3\xA9", true, "a character of two"},
        {"12345678\xC3", false, "half of it"},
        {"", false, "nothing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        begin();
        write("before", 0, 12);
        write("\n", 12, 0);
        write(cases[i].text, 13, 99);
        bool kept = keep_if_text(&out, &map, 6, 7);
        if (kept != cases[i].kept) fail_msg("%s", cases[i].why);
        assert_int_equal(out.size, kept ? 7 + strlen(cases[i].text) : 6);
        assert_int_equal(map.size, out.size);
    }
}

static bool take_run(const char *text, span run, text_buffer *to, span_map *way) {
    text_append(to, text + run.start, run.end - run.start);
    span_map_add(way, run.end - run.start, run.start, run.end - run.start);
    return text[run.start] == 'a';
}

static void runs_are_decoded_until_the_budget_is_used_up(void **state) {
    (void)state;
    span items[] = {{0, 4}, {4, 8}, {8, 12}};
    decode_source s = {.text = "bbbbaaaabbbb", .size = 12, .runs = {.items = items, .count = 3}};
    begin();
    assert_true(each_run(&s, 100, &out, &map, take_run)); /* one of three was text */
    assert_int_equal(out.size, 12);
    begin();
    assert_false(each_run(&s, 3, &out, &map, take_run));
    assert_int_equal(out.size, 4);
    begin();
    assert_true(each_run(&s, 4, &out, &map, take_run));
    assert_int_equal(out.size, 8);
}

static int teardown(void **state) {
    (void)state;
    arena_fini(&memory);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_run_of_sixteen_digits_is_found_and_no_other),
        cmocka_unit_test(the_alphabet_is_that_of_the_table_at_every_place),
        cmocka_unit_test(both_alphabets_have_the_values_of_the_standard),
        cmocka_unit_test(runs_without_memory_say_so),
        cmocka_unit_test(only_printable_bytes_and_those_beyond_ascii_are_text),
        cmocka_unit_test(what_is_decoded_later_begins_on_a_new_line),
        cmocka_unit_test(a_run_that_goes_on_after_a_line_break_is_one),
        cmocka_unit_test(what_is_no_text_is_taken_back_with_its_runs),
        cmocka_unit_test(eight_bytes_of_utf8_are_kept_and_less_is_not),
        cmocka_unit_test(runs_are_decoded_until_the_budget_is_used_up),
    };
    arena_init(&memory);
    return cmocka_run_group_tests_name("runs", tests, NULL, teardown);
}
