/* SPDX-License-Identifier: Apache-2.0 */
#include "body/file.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

static bool begins_with(filter_text text, const char *head) {
    const size_t size = strlen(head);
    return text.size >= size && strncasecmp(text.text, head, size) == 0;
}

/* Types of text, also with parameters: "text/plain; charset=utf-8". */
static bool is_text_type(filter_text type) {
    static const char *const types[] = {
        "text/",           "application/json",      "application/xml", "application/x-yaml", "application/yaml",
        "application/csv", "application/javascript"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (begins_with(type, types[i])) return true;
    }
    return false;
}

#define DATA "data:"
#define BASE64 ";base64,"
#define HEAD_MAX ((size_t)256) /* bytes of a data: URL before its Base64 */

/* Where the Base64 of a data: URL of text begins (RFC 2397). 0: it is none. */
static size_t base64_start(filter_text string) {
    if (!begins_with(string, DATA)) return 0;
    const size_t left = string.size < HEAD_MAX ? string.size : HEAD_MAX;
    const char *at = text_find(string.text, left, BASE64, strlen(BASE64));
    const filter_text type = {string.text + strlen(DATA), string.size - strlen(DATA)};
    return at && is_text_type(type) ? (size_t)(at - string.text) + strlen(BASE64) : 0;
}

bool file_decode(arena *memory, filter_text string, filter_text type, filter_text *head, filter_text *text) {
    const size_t start = type.text ? 0 : base64_start(string);
    size_t size = 0;
    if (type.text ? !is_text_type(type) : start == 0) return false;
    const size_t room = (string.size - start) / 4 * 3 + 3;
    unsigned char *out = arena_alloc(memory, room + 1, 1);
    if (!out) return false;
    const char *from = string.text + start, *end = NULL;
    /* Padding may be left out, where an API takes that. */
    int failed =
        sodium_base642bin(out, room, from, string.size - start, " \r\n", &size, &end, sodium_base64_VARIANT_ORIGINAL);
    if (failed || end != from + string.size - start)
        failed = sodium_base642bin(out, room, from, string.size - start, " \r\n", &size, &end,
                                   sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    if (failed || end != from + string.size - start) return false;
    *head = (filter_text){string.text, start};
    *text = (filter_text){(const char *)out, size};
    return text_valid_prefix(text->text, size) == size;
}

filter_text file_encode(arena *memory, filter_text head, filter_text text) {
    const size_t room = sodium_base64_encoded_len(text.size, sodium_base64_VARIANT_ORIGINAL);
    char *out = arena_alloc(memory, head.size + room, 1);
    if (!out) return (filter_text){NULL, 0};
    if (head.size) memcpy(out, head.text, head.size);
    sodium_bin2base64(out + head.size, room, (const unsigned char *)text.text, text.size,
                      sodium_base64_VARIANT_ORIGINAL);
    return (filter_text){out, head.size + room - 1};
}
