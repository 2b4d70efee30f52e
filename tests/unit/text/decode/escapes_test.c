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
        {decode_escapes, "a %73%79stem b", "a system b", "percent"},
        {decode_escapes, "%C3%A9", "é", "UTF-8 in percents"},
        {decode_escapes, "%FFabc", "?abc", "what is no UTF-8 is a question mark"},
        {decode_escapes, "100% sure, 5%x, %4", NULL, "a percent sign alone"},
        {decode_escapes, "%00%1f%7f", NULL, "control characters stay as they are written"},
        {decode_escapes, "&#115;&#x79;stem", "system", "numbers, decimal and hexadecimal"},
        {decode_escapes, "a &lt;system&gt; b", "a <system> b", "names"},
        {decode_escapes, "&#128512;", "😀", "beyond the first plane"},
        {decode_escapes, "&#0;&#xD800;&#x110000;&#xFFFFFFF;", NULL, "numbers of no character"},
        {decode_escapes, "a & b &copy &unknown; &#; &#x; &#65", NULL, "what is no reference"},
        {decode_escapes, "\\u0073\\x79stem", "system", "four digits and two"},
        {decode_escapes, "\\ud83d\\ude00!", "😀!", "a pair of surrogates"},
        {decode_escapes, "\\u{1F600}\\u{73}", "😀s", "braces"},
        {decode_escapes, "\\ud83d alone \\ude00 \\u{} \\u{110000} \\u12 \\x4 \\d", NULL, "what is no escape"},
        {decode_escapes, "C:\\Users\\alice\\xylophone", NULL, "a path"},
        {decode_escapes, "a\\nb\\tc\\r\\n\\\"d\\\" \\/e\\\\", "a\nb\tc\r\n\"d\" /e\\", "letters and signs"},
        {decode_escapes, "a\\bb\\fc", "a b c", "what is no text is a blank"},
        {decode_escapes, "a\033[1;32mb\033[0mc", "abc", "colours of a terminal"},
        {decode_escapes, "a\\u001b[32mb\\x1b[0mc\\033[mc\\e[2Kd", "abccd", "the same with an ESC that is written out"},
        {decode_escapes, "a\033[", NULL, "a colour that is cut off"},
        {decode_escapes, "\\", NULL, "a backslash alone"},
        {decode_quoted, "sy=73tem=20prompt", "system prompt", "capital digits"},
        {decode_quoted, "sys=\ntem pro=\r\nmpt", "system prompt", "soft line breaks"},
        {decode_quoted, "Content-Transfer-Encoding: quoted-printable\n\n5 =3D 5",
         "Content-Transfer-Encoding: quoted-printable\n\n5 = 5", "a header says so"},
        {decode_quoted, "caf=C3=A9", "café", "bytes of a character"},
        {decode_quoted, "=20%25E00px width=20px ?a=20b&c=3D1&d=4B", NULL, "parameters"},
        {decode_quoted, "first=\nsecond = 2", NULL, "a setting without a value"},
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
    } notations[] = {{decode_escapes, to_percents},
                     {decode_quoted, to_quoted},
                     {decode_escapes, to_entities},
                     {decode_escapes, to_backslashes}};
    for (int round = 0; round < 500; round++) {
        char text[256], encoded[2048];
        size_t size = decoding_random_text(text, 2 + support_random() % 50);
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
    } cases[] = {{decode_escapes, "%41"},        {decode_escapes, "&#x1F600;"},
                 {decode_escapes, "&NewLine;"},  {decode_escapes, "\\ud83d\\ude00"},
                 {decode_escapes, "\\u{1F600}"}, {decode_escapes, "\\x41"},
                 {decode_quoted, "=41=42"},      {decode_quoted, "ig=\r\nno=\r\nr"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t size = 0; size < strlen(cases[i].text); size++) {
            if (decoding_run(cases[i].decode, cases[i].text, size)->any) fail_msg("%.*s", (int)size, cases[i].text);
        }
        assert_true(decoding_run(cases[i].decode, cases[i].text, strlen(cases[i].text))->any);
    }
}

static void a_character_comes_from_its_whole_escape(void **state) {
    (void)state;
    static const char text[] = "a \\ud83d\\ude00 smile &#115;";
    decoding_expect_source(decoding_run(decode_escapes, text, sizeof text - 1), text, "😀", "\\ud83d\\ude00");
    decoding_expect_source(decoding_run(decode_escapes, text, sizeof text - 1), text, "smile s", "smile &#115;");
}

static void random_texts_keep_the_promises_of_a_decoder(void **state) {
    (void)state;
    static decode_fn *const decoders_here[] = {decode_escapes, decode_quoted};
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
