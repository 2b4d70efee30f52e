/* SPDX-License-Identifier: Apache-2.0 */
#include "decoding.h"
#include "text/fold.h"
#include "text/obfuscation/obfuscation.h"

static void words_are_read_as_a_page_shows_them(void **state) {
    (void)state;
    static const struct {
        const char *text, *expected, *why;
    } cases[] = {
        {"so Ig<b></b>nore it", "so ignore it", "an empty element"},
        {"<p>pre<i class=\"x\">vi</i>ous</p>", "<p>previous</p>", "an element inside a word"},
        {"sys<WBR>tem", "system", "where a line may end"},
        {"sec<!-- a > b -->ret", "secret", "a comment"},
        {"**Ig**nore", "**ignore", "emphasis that begins with the word"},
        {"in_struct_ions", "instructions", "emphasis inside of it"},
        {"prev{}ious", "previous", "an empty group"},
        {"ig\x01nore", "ignore", "a control character"},
        {"ig\x7Fnore", "ignore", "DEL"},
        {"ig\033[2Knore", "ignore", "a sequence that moves the cursor"},
        {"ig\xC2\x85nore", "ignore", "a control character beyond ASCII"},
        {"ig\uE234nore", "ignore", "a private character"},
        {"ig\uFFFDnore ig\uFFFCnore", "ignore ignore", "what stands for what cannot be shown"},
        {"ig\uFDD1nore", "ignore", "no character at all"},
        {"ig\u2800nore", "ignore", "a letter of Braille without dots"},
        {"ig\U0001F600nore", "ignore", "a picture"},
        {"prómpt", "prompt", "an accent"},
        {"Ígnore", "ignore", "at the start of a word"},
        {"sẹcrẹt", "secret", "dots below"},
        {"prømpŧ", "prompt", "strokes"},
        {"ιgnοrε", "ignore", "Greek letters"},
        {"ꓲgnꓳre", "ignore", "letters of Lisu"},
        {"ɪɡnore", "ignore", "letters of phonetics"},
        {"syꞅꞇem", "system", "insular letters"},
        {"pre-vious pre.vious pre/vious", "previous previous previous", "one sign"},
        {"pr|ev|ious", "previous", "one sign several times"},
        {"iignooree", "ignore", "vowels twice"},
        {"pr*v**us", "previous", "masked vowels"},
        {"*gn*r* ign*r*", "*gn*r* ignore", "the last vowel, too, and not the first"},
        {"<b>ignore</b>", NULL, "an element around a word"},
        {"ignore previous", NULL, "nothing hidden"},
        {"ignore. previous, system: prompt", NULL, "punctuation after words"},
        {"[ignore] 'system' (secret)", NULL, "brackets and quotation marks around words"},
        {"ig<p>nore", NULL, "an element that parts words"},
        {"ig <b>nore</b>", NULL, "a blank"},
        {"ig\nnore", NULL, "the end of a line"},
        {"ig\u4E2Dnore", NULL, "a letter that looks like none"},
        {"pas-ture", NULL, "no word that is looked for"},
        {"s*cr* it", NULL, "a word that is too long"},
        {"th.e m/e al-l", NULL, "three letters"},
        {"ig<b<b<b<!--nore", NULL, "markup without an end"},
        {"été déjà prévu", NULL, "words of another language"},
        {"", NULL, "nothing"},
    };
    assert_true(fold_init());
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        decoding_expect(undo_rendering, cases[i].text, cases[i].expected, cases[i].why);
    }
}

static void a_rendered_word_comes_from_all_that_writes_it(void **state) {
    (void)state;
    static const char text[] = "so, <i>pre</i>vious one";
    decoding_expect_source(decoding_run(undo_rendering, text, sizeof text - 1), text, "previous", "pre</i>vious");
}

static void only_indicator_words_make_a_view(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool is_rendered;
    } cases[] = {{"pro-mpt", true},
                 {"                                                             pro-mpt", true},
                 {"a b c d, e f; see pr\xC3\xB3mpt", true},
                 {"yo-ur te-ll", false},
                 {"prompt system", false},
                 {"see good-bye, off the well-known", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned traits = obfuscation_traits(cases[i].text, strlen(cases[i].text), decoding_words(), NULL);
        if (!(traits & TRAIT_RENDERED) == cases[i].is_rendered) fail_msg("'%s'", cases[i].text);
    }
}

static void random_texts_keep_the_promises_of_a_decoder(void **state) {
    (void)state;
    static const char *const pieces[] = {"ig",   "nore", "<b>", "</b>", "<!--", "-->",  "*", "|",  "é",     "\u2800",
                                         "prom", "pt",   "<",   "\033", "[2K",  "\x01", " ", "\n", "ignoo", "ιa"};
    decoding_check_random(undo_rendering, pieces, sizeof pieces / sizeof *pieces);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_read_as_a_page_shows_them),
        cmocka_unit_test(a_rendered_word_comes_from_all_that_writes_it),
        cmocka_unit_test(only_indicator_words_make_a_view),
        cmocka_unit_test(random_texts_keep_the_promises_of_a_decoder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
