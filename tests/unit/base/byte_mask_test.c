/* SPDX-License-Identifier: Apache-2.0 */
#include "base/byte_mask.h"
#include "base/utf8.h"
#include "support.h"

#ifdef BYTE_MASK
static uint64_t bit(bool is, unsigned place) {
    return (uint64_t)is << place;
}

/* Every byte at every place, against the definition for one byte. */
static void a_mask_has_a_bit_for_each_byte_of_its_kind(void **state) {
    (void)state;
    char text[BYTE_MASK];
    for (unsigned first = 0; first < 256; first++) {
        uint64_t letters = 0, digits = 0, range = 0, same = 0;
        for (unsigned i = 0; i < BYTE_MASK; i++) {
            char c = text[i] = (char)(first + 37 * i);
            letters |= bit(text_is_alpha(c), i);
            digits |= bit(text_is_digit(c), i);
            range |= bit((unsigned char)c >= '/' && (unsigned char)c <= '9', i);
            same |= bit(c == '-', i);
        }
        __m128i bytes = byte_mask_load(text);
        assert_true(byte_mask_bits(byte_mask_letters(bytes)) == letters);
        assert_true(byte_mask_bits(byte_mask_digits(bytes)) == digits);
        assert_true(byte_mask_bits(byte_mask_range(bytes, '/', 11)) == range);
        assert_true(byte_mask_bits(byte_mask_is(bytes, '-')) == same);
        assert_true(byte_mask_bits(byte_mask_or(byte_mask_letters(bytes), byte_mask_digits(bytes))) ==
                    (letters | digits));
        assert_true(byte_mask_bits(byte_mask_and(byte_mask_range(bytes, '/', 11), byte_mask_digits(bytes))) == digits);
    }
}

static void capitals_and_small_letters_are_one_in_lower_case(void **state) {
    (void)state;
    static const char upper[] = "ABCXYZabcxyz09[`";
    char lower[BYTE_MASK];
    _mm_storeu_si128((__m128i *)(void *)lower, byte_mask_lower(byte_mask_load(upper)));
    assert_memory_equal(lower, "abcxyzabcxyz09", 14);
}
#endif

int main(void) {
#ifdef BYTE_MASK
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mask_has_a_bit_for_each_byte_of_its_kind),
        cmocka_unit_test(capitals_and_small_letters_are_one_in_lower_case),
    };
    return cmocka_run_group_tests_name("byte_mask", tests, NULL, NULL);
#else
    print_message("[  PASSED  ] 0 test(s): there is no SSE2 here.\n");
    return 0;
#endif
}
