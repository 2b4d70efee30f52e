/* SPDX-License-Identifier: Apache-2.0 */
/* What holds for every decoder of the table, so that a new one is held to it without a word here. */
#include "decoding.h"
#include "text/obfuscation/obfuscation.h"

static void each_decoder_has_a_name_of_its_own(void **state) {
    (void)state;
    assert_null(decoder_find(FILTER_VIEW_RAW));
    for (size_t i = 0; i < decoder_count; i++) {
        assert_ptr_equal(decoder_find(decoders[i].name), &decoders[i]);
        assert_non_null(decoders[i].decode);
        assert_true(decoders[i].name && *decoders[i].name);
        assert_int_equal(strspn(decoders[i].name, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(decoders[i].name));
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(decoders[i].name, decoders[k].name);
            assert_ptr_not_equal((void *)(uintptr_t)decoders[i].decode, (void *)(uintptr_t)decoders[k].decode);
        }
    }
}

static void a_notation_has_no_trait_and_an_obfuscation_has_one(void **state) {
    (void)state;
    for (size_t i = 0; i < decoder_count; i++) {
        unsigned trait = decoders[i].trait;
        if (trait & (trait - 1)) fail_msg("%s has several traits", decoders[i].name);
        if (trait && !decoders[i].once) fail_msg("%s, an obfuscation, is undone again and again", decoders[i].name);
        if (!trait && decoders[i].reveals_obfuscation) fail_msg("%s is a notation", decoders[i].name);
    }
}

static void no_decoder_finds_anything_in_ordinary_text(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",
        "a",
        "An ordinary sentence with internationalization and a 100% rate & more.",
        "He said he would come at ten, and he did; the others came later.",
        "path/to/some/deeply/nested/directory/file",
        "C:\\Users\\alice\\xylophone\\user",
        "привет, как дела; 请用中文回答",
        "d41d8cd98f00b204e9800998ecf8427e",
    };
    for (size_t i = 0; i < decoder_count; i++) {
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
            const decoded *d = decoding_run(decoders[i].decode, texts[k], strlen(texts[k]));
            if (d->any) fail_msg("%s makes '%s' of '%s'", decoders[i].name, d->text, texts[k]);
        }
    }
}

static void every_decoder_keeps_its_promises_on_random_mixtures(void **state) {
    (void)state;
    static const char *const pieces[] = {"aGVsbG8gd29ybGQhIQ==",
                                         "ONUG65ZAORUGKIDT",
                                         "68656c6c6f20776f726c64",
                                         "%41",
                                         "&lt;",
                                         "\\u0041",
                                         "=3D",
                                         "9-7-14-15-18-5",
                                         "01101001",
                                         ".- -",
                                         " / -...",
                                         "i g n o r e ",
                                         "1gn0r3",
                                         "ignoreallprevious",
                                         "peivorus",
                                         "ethay",
                                         "emay ",
                                         "\" + \"",
                                         "'a' + ",
                                         "é",
                                         "\u200b",
                                         " ",
                                         "\n",
                                         "x",
                                         "1",
                                         "ɯǝʇsʎs",
                                         "aaaa",
                                         "$",
                                         "-",
                                         "73 79 73 74 65 6d"};
    for (size_t i = 0; i < decoder_count; i++) {
        decoding_check_random(decoders[i].decode, pieces, sizeof pieces / sizeof *pieces);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_decoder_has_a_name_of_its_own),
        cmocka_unit_test(a_notation_has_no_trait_and_an_obfuscation_has_one),
        cmocka_unit_test(no_decoder_finds_anything_in_ordinary_text),
        cmocka_unit_test(every_decoder_keeps_its_promises_on_random_mixtures),
    };
    return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
