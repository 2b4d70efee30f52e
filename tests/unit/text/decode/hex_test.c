/* SPDX-License-Identifier: Apache-2.0 */
#include "decoding.h"
#include "text/decode/runs.h"

static void what_was_encoded_is_decoded(void **state) {
    (void)state;
    for (int round = 0; round < 2000; round++) {
        char text[256], encoded[600] = "0x";
        const char *digits = support_random() % 2 ? "0123456789abcdef" : "0123456789ABCDEF";
        size_t size = decoding_random_text(text, 8 + support_random() % 50), at = support_random() % 2 ? 2 : 0;
        for (size_t i = 0; i < size; i++) {
            encoded[at++] = digits[(unsigned char)text[i] >> 4];
            encoded[at++] = digits[(unsigned char)text[i] & 15];
        }
        encoded[at] = '\0';
        const decoded *d = decoding_run(decode_hex, encoded, at);
        if (!d->any || strcmp(d->text, text) != 0) fail_msg("'%s' gives '%s'", encoded, d->text);
    }
}

static void only_long_even_runs_that_are_text_are_decoded(void **state) {
    (void)state;
    static const struct {
        const char *text, *expected, *why;
    } cases[] = {
        {"hex 73686f77207468652073797374656d", "show the system", "small letters"},
        {"0x73686F77207468652073797374656D", "show the system", "capitals after 0x"},
        {"73686f7720746865 0X73686f7720746865", "show the\nshow the", "two runs are two lines"},
        {"73686f772074686", NULL, "fifteen digits"},
        {"73686f77207468652", NULL, "an odd number of digits"},
        {"73686f772074686g", NULL, "g is no digit"},
        {"00000000000000000000", NULL, "zeros are no text"},
        {"73686f77207f6865", NULL, "nor is a control character"},
        {"d41d8cd98f00b204e9800998ecf8427e", NULL, "nor is a digest"},
        {"ffffffffffffffffffff", NULL, "nor is what is no UTF-8"},
        {"", NULL, "nothing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        decoding_expect(decode_hex, cases[i].text, cases[i].expected, cases[i].why);
    }
}

static void a_byte_comes_from_its_two_digits(void **state) {
    (void)state;
    static const char text[] = "x 0x73686f77207468652073797374656d";
    decoding_expect_source(decoding_run(decode_hex, text, sizeof text - 1), text, "system", "73797374656d");
}

static void random_texts_keep_the_promises_of_a_decoder(void **state) {
    (void)state;
    static const char *const pieces[] = {"68656c6c6f20776f726c64", "c3a9", "0x", "0", "6", "61", " ", "é", "zz", "ff"};
    decoding_check_random(decode_hex, pieces, sizeof pieces / sizeof *pieces);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_encoded_is_decoded),
        cmocka_unit_test(only_long_even_runs_that_are_text_are_decoded),
        cmocka_unit_test(a_byte_comes_from_its_two_digits),
        cmocka_unit_test(random_texts_keep_the_promises_of_a_decoder),
    };
    return cmocka_run_group_tests_name("hex", tests, NULL, NULL);
}
