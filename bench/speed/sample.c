/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first moment of logs and mails: 2 September 2024, 06:00 UTC. */
#define CLOCK_BEGIN 1725256800U
#define FILE_BYTES_MAX ((size_t)1 << 20)

const sample_kind sample_kinds[] = {
    {"chat", "chat", sample_chat, NULL, SAMPLE_FREE, false},
    {"docs", "documentation", sample_docs, NULL, SAMPLE_FREE, false},
    {"mail", "mail", sample_mail, NULL, SAMPLE_FREE, false},
    {"code", "code", sample_code, NULL, SAMPLE_FREE, false},
    {"json", "JSON bodies with tool calls", sample_json, NULL, SAMPLE_JSON_LINES, false},
    {"access-log", "access logs", sample_access_log, NULL, SAMPLE_LINES, false},
    {"app-log", "application logs", sample_app_log, NULL, SAMPLE_LINES, false},
    {"csv", "CSV", sample_csv, "order_id,date,customer,city,product,quantity,price,status,note\n", SAMPLE_CSV, false},
    {"html", "HTML", sample_html, NULL, SAMPLE_FREE, false},
    {"hindi", "Hindi", sample_hindi, NULL, SAMPLE_FREE, false},
    {"chinese", "Chinese", sample_chinese, NULL, SAMPLE_FREE, false},
    {"russian", "Russian", sample_russian, NULL, SAMPLE_FREE, false},
    {"arabic", "Arabic", sample_arabic, NULL, SAMPLE_FREE, false},
    {"personal", "prose, 2% personal data", sample_personal, NULL, SAMPLE_FREE, false},
    {"digits", "groups of digits", sample_digits, NULL, SAMPLE_LINES, false},
    {"words", "random words", sample_words, NULL, SAMPLE_FREE, false},
    {"words-personal", "random words, 2% personal data", sample_words_personal, NULL, SAMPLE_FREE, false},
    {"machine-docs", "docs (this machine)", sample_machine_docs, NULL, SAMPLE_FREE, true},
    {"machine-code", "code (this machine)", sample_machine_code, NULL, SAMPLE_FREE, true},
};
const size_t sample_kind_count = sizeof sample_kinds / sizeof *sample_kinds;

const sample_kind *sample_kind_named(const char *id) {
    for (size_t i = 0; i < sample_kind_count; i++) {
        if (strcmp(sample_kinds[i].id, id) == 0) return &sample_kinds[i];
    }
    return NULL;
}

/* ------------------------------------------------------------------------------------ writing ---- */

void sample_fail(sample_writer *w, const char *format, ...) {
    va_list args;
    if (w->failed[0]) return;
    va_start(args, format);
    vsnprintf(w->failed, sizeof w->failed, format, args);
    va_end(args);
}

void sample_add_bytes(sample_writer *w, const char *bytes, size_t size) {
    if (w->failed[0]) return;
    if (w->capacity - w->used <= size) {
        size_t capacity = 2 * w->capacity + size + 1;
        char *grown = realloc(w->bytes, capacity);
        if (!grown) {
            sample_fail(w, "memory is out");
            return;
        }
        w->bytes = grown;
        w->capacity = capacity;
    }
    memcpy(w->bytes + w->used, bytes, size);
    w->used += size;
    w->bytes[w->used] = '\0';
}

void sample_add(sample_writer *w, const char *text) {
    sample_add_bytes(w, text, strlen(text));
}

void sample_print(sample_writer *w, const char *format, ...) {
    char line[2048];
    va_list args;
    va_start(args, format);
    int size = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (size < 0 || (size_t)size >= sizeof line) sample_fail(w, "a line is longer than %zu bytes", sizeof line);
    else sample_add_bytes(w, line, (size_t)size);
}

/* xorshift64*: Marsaglia, "Xorshift RNGs", 2003. */
uint32_t sample_random(sample_writer *w, uint32_t below) {
    w->state ^= w->state >> 12;
    w->state ^= w->state << 25;
    w->state ^= w->state >> 27;
    return (uint32_t)(((w->state * 2685821657736338717U) >> 32) * below >> 32);
}

bool sample_chance(sample_writer *w, uint32_t percent) {
    return sample_random(w, 100) < percent;
}

const char *sample_hex(sample_writer *w, char *out, size_t count) {
    for (size_t i = 0; i < count; i++) out[i] = "0123456789abcdef"[sample_random(w, 16)];
    out[count] = '\0';
    return out;
}

/* -------------------------------------------------------------------------- files with texts ---- */

static void shuffle(sample_writer *w, sample_file *f) {
    for (size_t i = f->count; i > 1; i--) {
        size_t k = sample_random(w, (uint32_t)i);
        const char *kept = f->texts[i - 1];
        f->texts[i - 1] = f->texts[k];
        f->texts[k] = kept;
    }
    f->next = 0;
}

/* Takes a file apart at its lines of '%', which become the ends of its texts. */
static bool split(sample_file *f) {
    size_t count = 1;
    for (const char *at = f->bytes; (at = strstr(at, "\n%\n")); at += 3) count++;
    f->texts = calloc(count, sizeof *f->texts);
    if (!f->texts) return false;
    char *at = f->bytes;
    for (f->count = 0; at; f->count++) {
        f->texts[f->count] = at;
        at = strstr(at, "\n%\n");
        if (!at) break;
        *at = '\0';
        at += 3;
    }
    f->count++;
    return true;
}

static sample_file *open_file(sample_writer *w, const char *name) {
    char path[512];
    for (size_t i = 0; i < w->file_count; i++) {
        if (strcmp(w->files[i].name, name) == 0) return &w->files[i];
    }
    snprintf(path, sizeof path, "%s/%s.txt", w->folder, name);
    FILE *stream = fopen(path, "re");
    sample_file *f = &w->files[w->file_count];
    *f = (sample_file){.bytes = calloc(1, FILE_BYTES_MAX)};
    size_t size = stream && f->bytes ? fread(f->bytes, 1, FILE_BYTES_MAX - 1, stream) : 0;
    if (stream) fclose(stream);
    if (size == 0 || w->file_count == SAMPLE_FILES_MAX || !split(f)) {
        sample_fail(w, "%.120s cannot be read; name its folder with --texts", path);
        free(f->bytes);
        return NULL;
    }
    size_t last = strlen(f->texts[f->count - 1]);
    if (last && f->texts[f->count - 1][last - 1] == '\n') f->bytes[size - 1] = '\0';
    snprintf(f->name, sizeof f->name, "%s", name);
    w->file_count++;
    shuffle(w, f);
    return f;
}

const char *sample_next(sample_writer *w, const char *name) {
    sample_file *f = open_file(w, name);
    if (!f) return "";
    if (f->next == f->count) shuffle(w, f);
    return f->texts[f->next++];
}

/* ------------------------------------------------------------------------------------- making ---- */

size_t sample_cut(const char *text, size_t length, size_t size) {
    if (size >= length) return length;
    while (size > 0 && ((unsigned char)text[size] & 0xC0) == 0x80) size--;
    return size;
}

/* Size of the character that `text` begins with; 0: it is not valid. */
static size_t character(const unsigned char *text, size_t size) {
    static const struct {
        unsigned char first, last;
        unsigned char low, high; /* of the second byte */
        size_t size;
    } forms[] = {{0x01, 0x7F, 0, 0, 1},       {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
                 {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
                 {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (text[0] < forms[i].first || text[0] > forms[i].last) continue;
        if (forms[i].size == 1) return 1;
        if (size < forms[i].size || text[1] < forms[i].low || text[1] > forms[i].high) return 0;
        for (size_t k = 2; k < forms[i].size; k++) {
            if ((text[k] & 0xC0) != 0x80) return 0;
        }
        return forms[i].size;
    }
    return 0;
}

size_t sample_valid_prefix(const char *text, size_t size) {
    size_t at = 0, step = 1;
    while (at < size && step > 0) {
        step = character((const unsigned char *)text + at, size - at);
        at += step;
    }
    return at;
}

char *sample_make_whole(const sample_kind *kind, const char *folder, size_t size, size_t *made, char why[200]) {
    sample_writer w = {.state = 88172645463325252U, .clock = CLOCK_BEGIN, .folder = folder};
    if (kind->head) sample_add(&w, kind->head);
    while (w.used < size && !w.failed[0]) kind->make(&w);
    for (size_t i = 0; i < w.file_count; i++) {
        free(w.files[i].texts);
        free(w.files[i].bytes);
    }
    if (w.failed[0]) {
        snprintf(why, 200, "%s", w.failed);
        free(w.bytes);
        return NULL;
    }
    *made = w.used;
    return w.bytes;
}

char *sample_make(const sample_kind *kind, const char *folder, size_t size, size_t *made, char why[200]) {
    char *text = sample_make_whole(kind, folder, size, made, why);
    if (!text) return NULL;
    *made = sample_cut(text, *made, size);
    text[*made] = '\0';
    return text;
}
