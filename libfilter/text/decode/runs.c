/* SPDX-License-Identifier: Apache-2.0 */
#include "text/decode/runs.h"

#include "base/byte_mask.h"

#define RUN_MIN 16

/* Values of the Base64 digits of both alphabets, plus one; 0 is none. */
const uint8_t base64_digits[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,  ['I'] = 9,
    ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18,
    ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['a'] = 27,
    ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36,
    ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45,
    ['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54,
    ['2'] = 55, ['3'] = 56, ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63,
    ['-'] = 63, ['/'] = 64, ['_'] = 64};

static bool is_base64(char c) {
    return base64_digits[(unsigned char)c] != 0;
}

/* Finds the runs that touch from…end. A run of 16 covers one of every 16 places: only those are looked at. */
static void find_runs_in(const char *text, size_t size, size_t from, size_t end, decode_runs *runs) {
    for (size_t i = from + RUN_MIN - 1; i < end; i += RUN_MIN) {
        size_t floor = runs->count ? runs->items[runs->count - 1].end : 0;
        if (i < floor || !is_base64(text[i])) continue;
        size_t first = i, last = i + 1;
        while (first > floor && is_base64(text[first - 1])) first--;
        while (last < size && is_base64(text[last])) last++;
        if (last - first < RUN_MIN) continue;
        if (!arena_grow(runs->memory, &runs->items, &runs->capacity, runs->count + 1, sizeof *runs->items)) {
            runs->failed = true;
            return;
        }
        runs->items[runs->count++] = (span){first, last};
    }
}

#ifdef BYTE_MASK
/* Which of 64 bytes are Base64 digits, a bit for each. */
static uint64_t base64_mask(const char *text) {
    uint64_t mask = 0;
    for (int k = 0; k < 4; k++) {
        const __m128i c = byte_mask_load(text + BYTE_MASK * k);
        __m128i is = byte_mask_or(byte_mask_letters(c), byte_mask_range(c, '/', 11)); /* '/' is just before '0' */
        is = byte_mask_or(is,
                          byte_mask_or(byte_mask_is(c, '+'), byte_mask_or(byte_mask_is(c, '-'), byte_mask_is(c, '_'))));
        mask |= byte_mask_bits(is) << BYTE_MASK * k;
    }
    return mask;
}

/* Do 16 ones stand in a row? */
static bool has_run(unsigned __int128 bits) {
    bits &= bits >> 1;
    bits &= bits >> 2;
    bits &= bits >> 4;
    bits &= bits >> 8;
    return bits != 0;
}
#endif

void decode_find_runs(const char *text, size_t size, decode_runs *runs) {
    size_t i = 0;
#ifdef BYTE_MASK
    uint64_t before = 0;
    for (; i + 64 <= size && !runs->failed && work_spend(runs->work, 64); i += 64) {
        uint64_t mask = base64_mask(text + i);
        if (has_run((unsigned __int128)mask << 64 | before)) find_runs_in(text, size, i ? i - 64 : 0, i + 64, runs);
        before = mask;
    }
#endif
    if (work_spend(runs->work, size - i)) find_runs_in(text, size, i > RUN_MIN ? i - RUN_MIN : 0, size, runs);
}

void join(text_buffer *out, span_map *map, size_t at) {
    if (out->size == 0) return;
    text_append(out, "\n", 1);
    span_map_add(map, 1, at, 0);
}

/* The same, unless the run only goes on after a line break, as encoders write long ones. */
void join_lines(const char *text, text_buffer *out, span_map *map, size_t at) {
    const span_run *last = map->count ? &map->runs[map->count - 1] : NULL;
    size_t end = last ? last->from + last->from_size : 0;
    bool goes_on = last && at > end && at - end <= 2 && text[at - 1] == '\n';
    if (!goes_on) join(out, map, at);
}

/* Takes back what was appended since `size`: it was no text after all. (None of the runs here are
 * byte by byte, so none reaches across `size`.) */
void take_back(text_buffer *out, span_map *map, size_t size) {
    out->size = size;
    while (map->count && map->runs[map->count - 1].at >= size) map->count--;
    map->size = size;
}

bool keep_if_text(text_buffer *out, span_map *map, size_t before, size_t joined) {
    size_t size = out->size - joined;
    if (!out->failed && size >= 8 && text_valid_prefix(out->data + joined, size) == size) return true;
    take_back(out, map, before);
    return false;
}

bool each_run(const decode_source *s, size_t budget, text_buffer *out, span_map *map,
              bool (*decode)(const char *, span, text_buffer *, span_map *)) {
    bool any = false;
    for (size_t i = 0; i < s->runs.count && out->size <= budget && work_spend(out->work, WORK_STEP / 16); i++)
        any |= decode(s->text, s->runs.items[i], out, map);
    return any;
}
