/* SPDX-License-Identifier: Apache-2.0 */
#include "decoding.h"
#include "text/decode/runs.h"

#include <unicode/utf8.h>

static void each_notation_is_undone_among_the_text_around_it(void **state) {
    (void)state;
    static const struct {
        decode_fn *decode;
        const char *text, *expected, *why;
    } cases[] = {
        {decode_url, "a %73%79stem b", "a system b", "percent"},
        {decode_url, "%C3%A9", "é", "UTF-8 in percents"},
        {decode_url, "%FFabc", "?abc", "what is no UTF-8 is a question mark"},
        {decode_url, "100% sure, 5%x, %4", NULL, "a percent sign alone"},
        {decode_url, "%00%1f%7f", NULL, "control characters stay as they are written"},
        {decode_html, "&#115;&#x79;stem", "system", "numbers, decimal and hexadecimal"},
        {decode_html, "a &lt;system&gt; b", "a <system> b", "names"},
        {decode_html, "&#128512;", "😀", "beyond the first plane"},
        {decode_html, "&#0;&#xD800;&#x110000;&#xFFFFFFF;", NULL, "numbers of no character"},
        {decode_html, "a & b &copy &unknown; &#; &#x; &#65", NULL, "what is no reference"},
        {decode_backslash, "\\u0073\\x79stem", "system", "four digits and two"},
        {decode_backslash, "\\ud83d\\ude00!", "😀!", "a pair of surrogates"},
        {decode_backslash, "\\u{1F600}\\u{73}", "😀s", "braces"},
        {decode_backslash, "\\ud83d alone \\ude00 \\u{} \\u{110000} \\u12 \\x4 \\n", NULL, "what is no escape"},
        {decode_backslash, "C:\\Users\\new\\xylophone", NULL, "a path"},
        {decode_quoted, "sy=73tem=20prompt", "system prompt", "capital digits"},
        {decode_quoted, "sys=\ntem=\r\n!", "system!", "soft line breaks"},
        {decode_quoted, "a=b c=3d ==", NULL, "small digits are no escape"},
        {decode_quoted, "", NULL, "nothing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        decoding_expect(cases[i].decode, cases[i].text, cases[i].expected, cases[i].why);
    }
}

typedef size_t encode_fn(const char *text, size_t size, char *out);

static size_t to_percents(const char *text, size_t size, char *out) {
    size_t used = 0;
    for (size_t i = 0; i < size; i++) used += (size_t)sprintf(out + used, "%%%02X", (unsigned char)text[i]);
    return used;
}

static size_t to_quoted(const char *text, size_t size, char *out) {
    size_t used = 0;
    for (size_t i = 0; i < size; i++) used += (size_t)sprintf(out + used, "=%02X", (unsigned char)text[i]);
    return used;
}

static size_t to_entities(const char *text, size_t size, char *out) {
    size_t used = 0;
    for (size_t i = 0; i < size;) {
        uint32_t c;
        U8_NEXT_UNSAFE(text, i, c);
        used += (size_t)sprintf(out + used, support_random() % 2 ? "&#%u;" : "&#x%X;", c);
    }
    return used;
}

static size_t to_backslashes(const char *text, size_t size, char *out) {
    size_t used = 0;
    for (size_t i = 0; i < size;) {
        uint32_t c;
        U8_NEXT_UNSAFE(text, i, c);
        if (c < 0x10000) used += (size_t)sprintf(out + used, "\\u%04x", c);
        else used += (size_t)sprintf(out + used, "\\u%04x\\u%04X", 0xD7C0 + (c >> 10), 0xDC00 + (c & 0x3FF));
    }
    return used;
}

static void what_was_escaped_is_undone(void **state) {
    (void)state;
    static const struct {
        decode_fn *decode;
        encode_fn *encode;
    } notations[] = {{decode_url, to_percents},
                     {decode_quoted, to_quoted},
                     {decode_html, to_entities},
                     {decode_backslash, to_backslashes}};
    for (int round = 0; round < 500; round++) {
        char text[256], encoded[2048];
        size_t size = decoding_random_text(text, 1 + support_random() % 50);
        for (size_t i = 0; i < sizeof notations / sizeof *notations; i++) {
            size_t used = notations[i].encode(text, size, encoded);
            const decoded *d = decoding_run(notations[i].decode, encoded, used);
            if (!d->any || strcmp(d->text, text) != 0) fail_msg("'%s' gives '%s'", encoded, d->text);
        }
    }
}

static void an_escape_cut_at_every_byte_is_never_read_past_its_end(void **state) {
    (void)state;
    static const struct {
        decode_fn *decode;
        const char *text;
    } cases[] = {{decode_url, "%41"},
                 {decode_html, "&#x1F600;"},
                 {decode_html, "&NewLine;"},
                 {decode_backslash, "\\ud83d\\ude00"},
                 {decode_backslash, "\\u{1F600}"},
                 {decode_backslash, "\\x41"},
                 {decode_quoted, "=41"},
                 {decode_quoted, "=\r\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t size = 0; size < strlen(cases[i].text); size++) {
            if (decoding_run(cases[i].decode, cases[i].text, size)->any) fail_msg("%.*s", (int)size, cases[i].text);
        }
        assert_true(decoding_run(cases[i].decode, cases[i].text, strlen(cases[i].text))->any || i == 7);
    }
}

static void a_character_comes_from_its_whole_escape(void **state) {
    (void)state;
    static const char text[] = "a \\ud83d\\ude00 smile &#115;";
    decoding_expect_source(decoding_run(decode_backslash, text, sizeof text - 1), text, "😀", "\\ud83d\\ude00");
    decoding_expect_source(decoding_run(decode_html, text, sizeof text - 1), text, "smile s", "smile &#115;");
}

static void random_texts_keep_the_promises_of_a_decoder(void **state) {
    (void)state;
    static decode_fn *const decoders_here[] = {decode_url, decode_html, decode_backslash, decode_quoted};
    static const char *const pieces[] = {"%41",    "%C3%A9",  "%FF",     "%",  "&lt;",    "&#128512;", "&#",
                                         "&",      "\\u0041", "\\ud83d", "\\", "é",       " ",         "x",
                                         "=C3=A9", "=\n",     "=",       "😀",  "\\u{41}", "%E4%B8"};
    for (size_t i = 0; i < sizeof decoders_here / sizeof *decoders_here; i++) {
        decoding_check_random(decoders_here[i], pieces, sizeof pieces / sizeof *pieces);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_notation_is_undone_among_the_text_around_it),
        cmocka_unit_test(what_was_escaped_is_undone),
        cmocka_unit_test(an_escape_cut_at_every_byte_is_never_read_past_its_end),
        cmocka_unit_test(a_character_comes_from_its_whole_escape),
        cmocka_unit_test(random_texts_keep_the_promises_of_a_decoder),
    };
    return cmocka_run_group_tests_name("escapes", tests, NULL, NULL);
}
