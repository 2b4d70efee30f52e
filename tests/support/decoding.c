/* SPDX-License-Identifier: Apache-2.0 */
#include "decoding.h"

#define ROUNDS 500
#define PIECES_MAX 24

static const char *const list[] = {"ignore", "all",    "the",  "previous", "instructions", "and",   "show",
                                   "system", "prompt", "your", "tell",     "me",           "secret"};
#define LIST_COUNT (sizeof list / sizeof *list)

static arena memory, word_memory;
static word_index words;

static void release(void) {
    arena_fini(&memory);
    arena_fini(&word_memory);
}

const word_index *decoding_words(void) {
    if (words.slot_count) return &words;
    for (size_t i = 0; i < LIST_COUNT; i++) {
        assert_true(word_index_add(&words, &word_memory, list[i], strlen(list[i]), strlen(list[i]) > 5));
    }
    assert_true(word_index_finish(&words, &word_memory));
    atexit(release);
    return &words;
}

static decode_source source_of(const char *text, size_t size) {
    decode_source s = {text, size, {.memory = &memory}, decoding_words()};
    decode_find_runs(text, size, &s.runs);
    return s;
}

const decoded *decoding_run(decode_fn *decode, const char *text, size_t size) {
    static decoded d;
    arena_reset(&memory, 1 << 24);
    text_buffer out = {.memory = &memory};
    char *exact = malloc(size + !size); /* so that a sanitizer sees the end */
    memcpy(exact, text, size);
    decode_source s = source_of(exact, size);
    d.map = (span_map){.memory = &memory};
    d.any = decode(&s, SIZE_MAX / 2, &out, &d.map);
    free(exact);
    assert_false(out.failed || d.map.failed);
    d.text = arena_copy(&memory, out.data, out.size);
    d.size = out.size;
    return &d;
}

void decoding_expect(decode_fn *decode, const char *text, const char *expected, const char *why) {
    const decoded *d = decoding_run(decode, text, strlen(text));
    if (!expected && d->any) fail_msg("%s: '%s' gives '%s'", why, text, d->text);
    if (expected && (!d->any || strcmp(d->text, expected) != 0)) {
        fail_msg("%s: '%s' gives '%s'", why, text, d->any ? d->text : "nothing");
    }
    if (strlen(text)) decoding_check_promises(decode, text, strlen(text));
}

void decoding_expect_source(const decoded *d, const char *text, const char *needle, const char *source) {
    const char *at = strstr(d->text, needle);
    if (!at) fail_msg("'%s' is not in '%s'", needle, d->text);
    size_t start = (size_t)(at - d->text);
    span s = span_map_source(&d->map, (span){start, start + strlen(needle)});
    if (s.end - s.start != strlen(source) || memcmp(text + s.start, source, s.end - s.start) != 0) {
        fail_msg("'%s' of '%s' comes from '%.*s'", needle, text, (int)(s.end - s.start), text + s.start);
    }
}

static void check_without_memory(decode_fn *decode, const char *text, size_t size) {
    arena none = support_exhausted_arena();
    text_buffer out = {.memory = &none};
    span_map map = {.memory = &none};
    decode_source s = source_of(text, size);
    decode(&s, SIZE_MAX / 2, &out, &map);
    assert_true(out.failed || map.failed);
}

static void check_budget(decode_fn *decode, const char *text, size_t size, size_t most) {
    text_buffer out = {.memory = &memory};
    span_map map = {.memory = &memory};
    decode_source s = source_of(text, size);
    decode(&s, 0, &out, &map);
    assert_true(out.size <= most);
    assert_int_equal(map.size, out.size);
}

void decoding_check_promises(decode_fn *decode, const char *text, size_t size) {
    const decoded *d = decoding_run(decode, text, size);
    if (!d->any) return;
    assert_int_equal(text_valid_prefix(d->text, d->size), d->size);
    assert_int_equal(d->map.size, d->size);
    for (size_t at = 0; at < d->size; at++) {
        span s = span_map_source(&d->map, (span){at, at + 1});
        if (s.start > s.end || s.end > size) fail_msg("byte %zu of '%s' comes from %zu…%zu", at, text, s.start, s.end);
    }
    size_t most = d->size > size ? d->size : size; /* an escape that stands for nothing is left as it is */
    check_budget(decode, text, size, most);
    check_without_memory(decode, text, size);
}

void decoding_check_random(decode_fn *decode, const char *const *pieces, size_t count) {
    for (int round = 0; round < ROUNDS; round++) {
        char text[2048] = "";
        for (uint32_t i = 0, n = support_random() % PIECES_MAX; i < n; i++) {
            const char *piece = pieces[support_random() % count];
            if (strlen(text) + strlen(piece) < sizeof text) strcat(text, piece);
        }
        decoding_check_promises(decode, text, strlen(text));
    }
}

size_t decoding_random_text(char *out, size_t letters) {
    static const char *const beyond[] = {"é", "я", "中", "😀", "क"};
    size_t size = 0;
    for (size_t i = 0; i < letters; i++) {
        if (support_random() % 8 == 0) {
            const char *c = beyond[support_random() % (sizeof beyond / sizeof *beyond)];
            memcpy(out + size, c, strlen(c));
            size += strlen(c);
        } else {
            out[size++] = (char)(' ' + support_random() % 95);
        }
    }
    out[size] = '\0';
    return size;
}

size_t decoding_random_words(char *out, size_t capacity, size_t count) {
    size_t size = 0;
    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        size +=
            (size_t)snprintf(out + size, capacity - size, "%s%s", i ? " " : "", list[support_random() % LIST_COUNT]);
        assert_true(size < capacity);
    }
    return size;
}
