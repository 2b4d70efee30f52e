/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/check_digits/check_digits.h"
#include "packs/check_digits/digits.h"

#include <string.h>

static const checksum *const tables[] = {
    check_digits_general,
    check_digits_formats,
    check_digits_tokens,
    check_digits_in,
    check_digits_europe,
    check_digits_americas,
    check_digits_asia_pacific_africa,
};

const checksum *checksum_at(size_t index) {
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        for (const checksum *c = tables[i]; c->name; c++) {
            if (index-- == 0) return c;
        }
    }
    return NULL;
}

const checksum *checksum_find(const char *name) {
    const checksum *c = NULL;
    for (size_t i = 0; (c = checksum_at(i)) != NULL && strcmp(c->name, name) != 0; i++) {}
    return c;
}
