/* SPDX-License-Identifier: Apache-2.0 */
/* Are the texts what they promise to be? */
#include "bench.h"
#include "sample.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WHOLE_BYTES ((size_t)256 << 10)
#define PIECE 4096
#define CSV_COLUMNS 9

static size_t passed, failed;

static void claim(bool holds, const char *kind, const char *what) {
    if (holds) {
        passed++;
        return;
    }
    failed++;
    printf("bench: %s: failed: %s\n", kind, what);
}

static bool lines_parse_as_json(char *text) {
    json_error_t error;
    char *kept;
    for (char *line = strtok_r(text, "\n", &kept); line; line = strtok_r(NULL, "\n", &kept)) {
        json_t *value = json_loads(line, JSON_REJECT_DUPLICATES, &error);
        bool ok = json_is_object(value) && json_array_size(json_object_get(value, "messages")) > 1;
        json_decref(value);
        if (!ok) return false;
    }
    return true;
}

/* RFC 4180: do all records have the same number of cells? */
static bool columns_are_constant(const char *text) {
    bool quoted = false;
    size_t cells = 1;
    for (const char *at = text; *at; at++) {
        if (*at == '"') quoted = !quoted;
        if (quoted) continue;
        if (*at == ',') cells++;
        if (*at != '\n') continue;
        if (cells != CSV_COLUMNS) return false;
        cells = 1;
    }
    return !quoted && cells == 1;
}

static bool lines_are_short(const char *text) {
    for (const char *at = text; *at;) {
        size_t length = strcspn(at, "\n");
        if (length > 2000) return false;
        at += length + (at[length] == '\n');
    }
    return true;
}

/* Pieces are whole characters, at most three bytes short, and together all of the text. */
static bool pieces_are_whole(const char *text, size_t size) {
    size_t at = 0;
    while (at < size) {
        size_t piece = sample_cut(text + at, size - at, PIECE);
        if (piece + 3 < PIECE && at + piece < size) return false;
        if (sample_valid_prefix(text + at, piece) != piece) return false;
        at += piece;
    }
    return true;
}

static void check_kind(const sample_kind *kind, const char *folder) {
    char why[200] = "";
    size_t size, again_size, cut_size;
    char *text = sample_make_whole(kind, folder, WHOLE_BYTES, &size, why);
    char *again = text ? sample_make_whole(kind, folder, WHOLE_BYTES, &again_size, why) : NULL;
    char *cut = again ? sample_make(kind, folder, WHOLE_BYTES / 2 + 1, &cut_size, why) : NULL;
    claim(cut != NULL, kind->title, *why ? why : "it is made");
    if (cut) {
        claim(size == again_size && memcmp(text, again, size) == 0, kind->title, "it is the same when made again");
        claim(size >= WHOLE_BYTES && strlen(text) == size, kind->title,
              "it is as long as was asked for, without a NUL");
        claim(cut_size <= WHOLE_BYTES / 2 + 1 && memcmp(text, cut, cut_size) == 0, kind->title,
              "a short one begins a long one");
        claim(sample_valid_prefix(cut, cut_size) == cut_size, kind->title, "it is cut between characters");
        claim(pieces_are_whole(text, size), kind->title, "its pieces are whole characters");
    }
    if (cut && kind->form == SAMPLE_LINES) claim(lines_are_short(text), kind->title, "it is made of lines");
    if (cut && kind->form == SAMPLE_CSV) claim(columns_are_constant(text), kind->title, "all records have nine cells");
    if (cut && kind->form == SAMPLE_JSON_LINES)
        claim(lines_parse_as_json(again), kind->title, "every line parses as JSON");
    free(text);
    free(again);
    free(cut);
}

bool bench_check(const char *samples) {
    for (size_t i = 0; i < sample_kind_count; i++) {
        if (!sample_kinds[i].of_machine) check_kind(&sample_kinds[i], samples);
    }
    printf("bench: texts: %zu passed, %zu failed\n", passed, failed);
    return failed == 0;
}
