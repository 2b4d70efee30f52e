/* SPDX-License-Identifier: Apache-2.0 */
#include "check_values.h"

#define SIZE_TRIED_MAX 200

void check_values(const check_value *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const checksum *c = checksum_find(values[i].name);
        assert_non_null(c);
        if (c->verify(values[i].value, strlen(values[i].value)) == values[i].right) continue;
        fail_msg("%s '%s' should be %s: %s", values[i].name, values[i].value, values[i].right ? "right" : "wrong",
                 values[i].why);
    }
}

static void check_digit_at(const checksum *c, const char *right, size_t at) {
    char value[96];
    size_t size = strlen(right);
    memcpy(value, right, size + 1);
    for (char d = '0'; d <= '9'; d++) {
        value[at] = d;
        if (d != right[at] && c->verify(value, size)) fail_msg("%s '%s' should be wrong", c->name, value);
    }
}

void check_every_digit(const check_number *numbers, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const checksum *c = checksum_find(numbers[i].name);
        const char *value = numbers[i].value;
        assert_non_null(c);
        if (!c->verify(value, strlen(value))) fail_msg("%s '%s' should be right", c->name, value);
        for (size_t at = 0; value[at]; at++) {
            if (text_is_digit(value[at])) check_digit_at(c, value, at);
        }
    }
}

static void check_any_bytes(const checksum *c) {
    for (size_t size = 0; size < SIZE_TRIED_MAX; size++) {
        char *value = malloc(size + !size); /* so that a sanitizer sees the end */
        for (size_t i = 0; i < size; i++) {
            value[i] = (char)(size % 3 ? support_random() : '0' + support_random() % 10);
        }
        c->verify(value, size);
        if (c->complete) c->complete(value, size);
        free(value);
    }
}

void check_table(const checksum *table) {
    assert_non_null(table[0].name);
    for (const checksum *c = table; c->name; c++) {
        assert_non_null(c->verify);
        assert_ptr_equal(checksum_find(c->name), c);
        if (c > table && strcmp(c[-1].name, c->name) >= 0) fail_msg("'%s' stands before '%s'", c[-1].name, c->name);
        check_any_bytes(c);
    }
}
