/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"
#include "support.h"

/* draft-eastlake-fnv, appendix C. */
static void strings_have_the_published_hashes(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint32_t of_32;
        uint64_t of_64;
    } cases[] = {
        {"", 0x811c9dc5, 0xcbf29ce484222325},
        {"a", 0xe40c292c, 0xaf63dc4c8601ec8c},
        {"foobar", 0xbf9cf968, 0x85944171f73967e8},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t wide = HASH64_BASIS;
        for (const char *s = cases[i].text; *s; s++) wide = hash64_step(wide, (unsigned char)*s);
        assert_int_equal(hash32_string(cases[i].text), cases[i].of_32);
        assert_true(wide == cases[i].of_64);
    }
}

static void a_byte_beyond_ascii_is_hashed_without_its_sign(void **state) {
    (void)state;
    assert_int_equal(hash32_string("\xFF"), hash32_step(HASH32_BASIS, 0xFF));
}

static void a_mix_tells_the_order_of_two_hashes(void **state) {
    (void)state;
    unsigned same = 0;
    for (int i = 0; i < 1000; i++) {
        uint32_t a = support_random(), b = support_random();
        same += hash32_mix(a, b) == hash32_mix(b, a);
        assert_int_equal(hash32_mix(a, b), hash32_mix(a, b));
    }
    assert_true(same < 3);
}

/* The weights of the sentence model are found by mixes: another result would need other weights. */
static void a_mix_is_the_one_that_weights_were_trained_with(void **state) {
    (void)state;
    assert_int_equal(hash32_mix(0, 0), 0x397e0e97);
    assert_int_equal(hash32_mix(1, 2), 0x4174bf91);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_have_the_published_hashes),
        cmocka_unit_test(a_byte_beyond_ascii_is_hashed_without_its_sign),
        cmocka_unit_test(a_mix_tells_the_order_of_two_hashes),
        cmocka_unit_test(a_mix_is_the_one_that_weights_were_trained_with),
    };
    return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
