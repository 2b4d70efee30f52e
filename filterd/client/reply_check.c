/* SPDX-License-Identifier: Apache-2.0 */
#include "reply_check.h"

#include "base/json_scan.h"

#include <string.h>

#define LEVELS 64 /* deeper than any header */
#define WORD_MAX 8 /* bytes of the words that are looked for, and a NUL */
#define ESCAPED_MAX (6 * WORD_MAX) /* bytes of such a word when all of it is escaped */

enum { STATUS, VERDICT, OP, FIELD_COUNT };
static const char *const field_names[] = {"status", "verdict", "op"};

/* The words of a header that decide. */
typedef struct words {
    char of[FIELD_COUNT][WORD_MAX]; /* "": none, or another one than those that are looked for */
    bool has[FIELD_COUNT];
} words;

/* The string that the scan is at; "" when it is too long to be one of the words. */
static void copy_word(const json_scan *s, char out[WORD_MAX]) {
    char raw[ESCAPED_MAX];
    size_t size = s->end - s->start;
    out[0] = '\0';
    if (size > sizeof raw) return;
    size = json_scan_decode(s->text + s->start, size, raw);
    if (size >= WORD_MAX || memchr(raw, 0, size)) return;
    memcpy(out, raw, size);
    out[size] = '\0';
}

/* The field of a key of the top level; -1: another one. */
static int field_of(const json_scan *s) {
    char key[WORD_MAX];
    copy_word(s, key);
    for (int i = 0; i < FIELD_COUNT; i++) {
        if (strcmp(key, field_names[i]) == 0) return i;
    }
    return -1;
}

static bool read_words(const char *header, size_t size, words *w) {
    unsigned char objects[LEVELS / 8] = {0};
    json_scan s = {.text = header, .size = size, .objects = objects, .levels = LEVELS};
    json_scan_token token = json_scan_next(&s);
    int field = -1; /* whose value comes next */
    *w = (words){.has = {false}};
    if (token != JSON_SCAN_OPEN || !json_scan_in_object(&s)) return false;
    while ((token = json_scan_next(&s)) > JSON_SCAN_END) {
        if (field >= 0 && token == JSON_SCAN_STRING) copy_word(&s, w->of[field]);
        field = token == JSON_SCAN_KEY && s.depth == 1 ? field_of(&s) : -1;
        if (field >= 0 && w->has[field]) return false;
        if (field >= 0) w->has[field] = true;
    }
    return token == JSON_SCAN_END;
}

bool reply_check_is_inspect(const filter_client_request *request) {
    words w;
    if (!request->json) return request->op != FILTER_MESSAGE_PING && request->op != FILTER_MESSAGE_INFO;
    if (!read_words(request->json, strlen(request->json), &w)) return true;
    return strcmp(w.of[OP], "ping") != 0 && strcmp(w.of[OP], "info") != 0;
}

bool reply_check_read(const char *header, size_t size, reply_check_header *out) {
    static const char *const verdicts[] = {"allow", "flag", "redact", "block"};
    words w;
    if (!read_words(header, size, &w)) return false;
    *out = (reply_check_header){.failed = strcmp(w.of[STATUS], "error") == 0, .verdict = -1};
    for (int i = 0; i < 4; i++) {
        if (strcmp(w.of[VERDICT], verdicts[i]) == 0) out->verdict = i;
    }
    return out->failed || strcmp(w.of[STATUS], "ok") == 0;
}

static bool is_json_answer(const filter_client_reply *reply, bool inspects) {
    reply_check_header said;
    size_t size;
    const char *header = filter_client_bytes(reply, reply->message->json, &size);
    if (!header || !reply_check_read(header, size, &said)) return false;
    return said.failed == (reply->message->status == 1) && (said.failed || said.verdict >= 0 || !inspects);
}

bool reply_check_is_answer(const filter_client_reply *reply, bool inspects) {
    const filter_message_reply *m = reply->message;
    if (reply->size < sizeof *m || m->version != FILTER_MESSAGE_VERSION || m->status > 1) return false;
    if (m->form == FILTER_MESSAGE_JSON) return is_json_answer(reply, inspects);
    return m->form == FILTER_MESSAGE_BINARY && (m->status == 1 || !inspects || m->verdict <= FILTER_MESSAGE_BLOCK);
}
