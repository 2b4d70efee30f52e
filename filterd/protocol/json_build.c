/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/json_build.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_FIRST ((size_t)1024) /* bytes; most headers are shorter */
#define SCORE_DIGITS 6

void json_build_set(json_t **object, const char *name, json_t *value) {
    if (json_object_set_new(*object, name, value) == 0) return;
    json_decref(*object);
    *object = NULL;
}

void json_build_add(json_t **array, json_t *item) {
    if (json_array_append_new(*array, item) == 0) return;
    json_decref(*array);
    *array = NULL;
}

/* ------------------------------------------------------------------------------------- text ---- */

typedef struct text {
    char *bytes;
    size_t size, capacity;
    bool failed; /* for ever: jansson goes on where one of its calls failed */
} text;

static bool make_room(text *t, size_t size) {
    size_t capacity = t->capacity ? t->capacity : TEXT_FIRST;
    if (size <= t->capacity) return true;
    while (capacity < size) capacity *= 2;
    char *grown = realloc(t->bytes, capacity);
    if (!grown) return false;
    t->bytes = grown;
    t->capacity = capacity;
    return true;
}

static int put(const char *bytes, size_t size, void *arg) {
    text *t = arg;
    t->failed = t->failed || !make_room(t, t->size + size + 1);
    if (t->failed) return -1;
    memcpy(t->bytes + t->size, bytes, size);
    t->size += size;
    return 0;
}

char *json_build_text(const json_t *object, size_t *size) {
    text t = {.bytes = NULL};
    bool ok = object && json_dump_callback(object, put, &t, JSON_COMPACT | JSON_REAL_PRECISION(SCORE_DIGITS)) == 0;
    *size = 0;
    if (!ok || t.failed) {
        free(t.bytes);
        return NULL;
    }
    t.bytes[t.size] = '\0';
    *size = t.size;
    return t.bytes;
}
