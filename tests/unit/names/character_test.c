/* SPDX-License-Identifier: Apache-2.0 */
#include "names/character.h"

#include "support.h"

static void each_character_has_a_kind_and_a_script(void **state) {
    (void)state;
    static const struct {
        uint32_t code;
        character_kind kind;
        uint8_t script;
    } cases[] = {
        {'a', CHARACTER_LETTER, 1},     {'_', CHARACTER_LETTER, 1},    {'7', CHARACTER_DIGIT, 1},
        {'-', CHARACTER_MARK, 1},       {'\n', CHARACTER_SPACE, 1},    {0x7F, CHARACTER_MARK, 1},
        {0xA0, CHARACTER_SPACE, 1},     {0xE9, CHARACTER_LETTER, 1},   {0xD7, CHARACTER_MARK, 1},
        {0x3B1, CHARACTER_LETTER, 2},   {0x416, CHARACTER_LETTER, 3},  {0x5D0, CHARACTER_LETTER, 4},
        {0x627, CHARACTER_LETTER, 5},   {0x661, CHARACTER_DIGIT, 5},   {0x930, CHARACTER_LETTER, 6},
        {0x967, CHARACTER_DIGIT, 6},    {0x964, CHARACTER_MARK, 6},    {0xE01, CHARACTER_SINGLE, 15},
        {0xE34, CHARACTER_JOINT, 15},   {0x2019, CHARACTER_MARK, 1},   {0x200D, CHARACTER_LETTER, 1},
        {0x3042, CHARACTER_SINGLE, 17}, {0x30FB, CHARACTER_MARK, 17},  {0x5F20, CHARACTER_SINGLE, 18},
        {0xAE40, CHARACTER_LETTER, 16}, {0xFFFD, CHARACTER_MARK, 1},   {0x1F600, CHARACTER_MARK, 1},
        {0x20000, CHARACTER_SINGLE, 1}, {0x10FFFF, CHARACTER_MARK, 1}, {0x387, CHARACTER_MARK, 2},
        {0x388, CHARACTER_LETTER, 2},   {0x559, CHARACTER_LETTER, 1},  {0x55A, CHARACTER_MARK, 1},
        {0x6D4, CHARACTER_MARK, 5},     {0x6D5, CHARACTER_LETTER, 5},  {0x963, CHARACTER_LETTER, 6},
        {0x965, CHARACTER_MARK, 6},     {0x33FF, CHARACTER_LETTER, 1}, {0x3400, CHARACTER_SINGLE, 18},
        {0x9FFF, CHARACTER_SINGLE, 18}, {0xA000, CHARACTER_LETTER, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (character_kind_of(cases[i].code) != cases[i].kind || character_script(cases[i].code) != cases[i].script)
            fail_msg("U+%04X is %d, %d", cases[i].code, character_kind_of(cases[i].code),
                     character_script(cases[i].code));
    }
}

static void capitals_have_small_letters_of_one_character(void **state) {
    (void)state;
    static const uint32_t pairs[][2] = {{'A', 'a'}, {'z', 'z'}, {'1', '1'}, {0xC9, 0xE9}, {0x416, 0x436}, {0x130, 'i'}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_int_equal(character_lower(pairs[i][0]), pairs[i][1]);
}

static void characters_are_read_and_written_and_bytes_that_are_none_pass_one_by_one(void **state) {
    (void)state;
    static const char text[] = "a\xC3\xA9\xE2\x80\x99\xF0\x9F\x98\x80\xFF\xC3";
    static const uint32_t codes[] = {'a', 0xE9, 0x2019, 0x1F600, 0xFFFD, 0xFFFD};
    size_t at = 0;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        char out[4];
        const size_t start = at;
        assert_int_equal(character_next(text, sizeof text - 1, &at), codes[i]);
        if (codes[i] == 0xFFFD) assert_int_equal(at, start + 1);
        else assert_int_equal(character_write(codes[i], out), at - start);
    }
    assert_int_equal(at, sizeof text - 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_character_has_a_kind_and_a_script),
        cmocka_unit_test(capitals_have_small_letters_of_one_character),
        cmocka_unit_test(characters_are_read_and_written_and_bytes_that_are_none_pass_one_by_one),
    };
    return cmocka_run_group_tests_name("character", tests, NULL, NULL);
}
