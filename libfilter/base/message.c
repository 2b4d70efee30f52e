/* SPDX-License-Identifier: Apache-2.0 */
#include "base/message.h"

#include "base/utf8.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define NEAR_MAX 48 /* bytes of a word that is compared; longer ones are no misspelling of a name */

static bool same_letter(char a, char b) {
    return text_lower(a) == text_lower(b);
}

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Optimal string alignment: Levenshtein's distance where a swap of neighbours counts as one mistake. */
static size_t edit_distance(const char *a, size_t a_size, const char *b, size_t b_size) {
    size_t rows[3][NEAR_MAX + 1];
    size_t *older = rows[0], *old = rows[1], *now = rows[2];
    for (size_t k = 0; k <= b_size; k++) old[k] = k;
    for (size_t i = 1; i <= a_size; i++) {
        now[0] = i;
        for (size_t k = 1; k <= b_size; k++) {
            size_t replaced = old[k - 1] + (same_letter(a[i - 1], b[k - 1]) ? 0 : 1);
            now[k] = smaller(replaced, smaller(old[k], now[k - 1]) + 1);
            bool swapped = i > 1 && k > 1 && same_letter(a[i - 1], b[k - 2]) && same_letter(a[i - 2], b[k - 1]);
            if (swapped) now[k] = smaller(now[k], older[k - 2] + 1);
        }
        size_t *spare = older;
        older = old;
        old = now;
        now = spare;
    }
    return old[b_size];
}

const char *message_nearest(const char *value, const char *const *names) {
    size_t size = strlen(value), best = 1 + size / 3;
    const char *nearest = NULL;
    if (size == 0 || size > NEAR_MAX) return NULL;
    for (; *names; names++) {
        size_t name_size = strlen(*names), apart = name_size > size ? name_size - size : size - name_size;
        if (name_size > NEAR_MAX || apart > best) continue; /* the distance is at least the difference of the sizes */
        size_t distance = edit_distance(value, size, *names, name_size);
        if (distance > best || (distance == best && nearest) || distance >= size) continue;
        best = distance;
        nearest = *names;
    }
    return nearest;
}

const char *message_suggestion(char out[MESSAGE_SUGGESTION_MAX], const char *nearest) {
    *out = '\0';
    if (nearest) snprintf(out, MESSAGE_SUGGESTION_MAX, "; did you mean '%.96s'?", nearest);
    return out;
}

const char *message_unknown(char *out, size_t size, const char *what, const char *value, const char *const *names) {
    char suggestion[MESSAGE_SUGGESTION_MAX];
    const char *nearest = message_nearest(value, names);
    size_t used =
        (size_t)snprintf(out, size, "unknown %s '%.60s'%s", what, value, message_suggestion(suggestion, nearest));
    for (size_t i = 0; names[i] && used < size; i++) {
        const char *before = i ? ", " : nearest ? " One of: " : "; one of: ";
        used += (size_t)snprintf(out + used, size - used, "%s%s", before, names[i]);
    }
    return out;
}
