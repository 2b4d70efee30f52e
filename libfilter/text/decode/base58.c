/* SPDX-License-Identifier: Apache-2.0 */
#include "text/decode/runs.h"

/* Digits of a run: its number is divided digit by digit, so that twice the size takes four times the work. */
#define BASE58_MAX 512

#define DIGITS_AT_ONCE 5 /* 58 to the fifth still fits into 32 bits */
#define LIMBS_MAX (BASE58_MAX * 6 / 32 + 1) /* a digit is fewer than six bits */

/* The value of a digit of Bitcoin's alphabet (draft-msporny-base58): 1 to 9, A to Z without I and O, a to z without l;
 * -1 for none. */
static int digit_value(char c) {
    if (c >= '1' && c <= '9') return c - '1';
    if (c >= 'A' && c <= 'Z' && c != 'I' && c != 'O') return 9 + (c - 'A') - (c > 'I') - (c > 'O');
    if (c >= 'a' && c <= 'z' && c != 'l') return 33 + (c - 'a') - (c > 'l');
    return -1;
}

typedef struct number {
    uint32_t limbs[LIMBS_MAX]; /* the lowest first */
    size_t count;
} number;

static void multiply_add(number *n, uint32_t factor, uint64_t carry) {
    for (size_t i = 0; i < n->count; i++) {
        carry += (uint64_t)n->limbs[i] * factor;
        n->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry) n->limbs[n->count++] = (uint32_t)carry;
}

/* False: something else than a digit is there. */
static bool read_number(const char *text, span run, number *n) {
    for (size_t i = run.start; i < run.end;) {
        uint32_t factor = 1, digits = 0;
        for (size_t k = 0; k < DIGITS_AT_ONCE && i < run.end; k++, i++) {
            const int digit = digit_value(text[i]);
            if (digit < 0) return false;
            digits = digits * 58 + (uint32_t)digit;
            factor *= 58;
        }
        multiply_add(n, factor, digits);
    }
    return true;
}

static bool decode_base58_run(const char *text, span run, text_buffer *out, span_map *map) {
    number n = {.count = 0};
    const size_t size = run.end - run.start, before = out->size;
    if (size > BASE58_MAX || !work_spend(out->work, size + size * size / 64) || !read_number(text, run, &n))
        return false;
    char bytes[LIMBS_MAX * 4];
    size_t count = 0;
    for (size_t i = 4 * n.count; i-- > 0;) {
        char byte = (char)(n.limbs[i / 4] >> i % 4 * 8 & 0xFF);
        if (byte == 0 && count == 0) continue;
        if (!is_text_byte((unsigned char)byte)) return false;
        bytes[count++] = byte;
    }
    join(out, map, run.start);
    const size_t joined = out->size;
    text_append(out, bytes, count);
    span_map_add(map, count, run.start, size); /* every byte stands on all digits */
    return keep_if_text(out, map, before, joined);
}

bool decode_base58(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return each_run(s, budget, out, map, decode_base58_run);
}
