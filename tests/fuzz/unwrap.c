/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a wrapped text, with any boundary; and any bytes between the two lines of a real one. */
#include "fuzz.h"

#include <string.h>

#define BOUNDARY_MAX 40

/* Room for the result is as large as the text, so that a byte more is seen. */
static void unwrap(const char *text, size_t size, filter_isolate_mode mode, const char *boundary) {
    char *copy = malloc(size + !size), *out = malloc(size + !size);
    size_t out_size;
    filter_error error;
    memcpy(copy, text, size);
    if (filter_unwrap(copy, size, mode, boundary, out, &out_size, &error) == FILTER_OK) fuzz_check(out_size <= size);
    else fuzz_check(error.message[0] != '\0');
    free(copy);
    free(out);
}

/* What stands between the lines comes back, but for the marks that break tokens. */
static void wrap_and_unwrap(const char *text, size_t size, const char *boundary) {
    char *wrapped = malloc(size + 2 * BOUNDARY_MAX + 64), *out = malloc(size + 2 * BOUNDARY_MAX + 64);
    size_t used = (size_t)sprintf(wrapped, "[BEGIN tool DATA %s]\n", boundary), out_size;
    memcpy(wrapped + used, text, size);
    used += size;
    used += (size_t)sprintf(wrapped + used, "\n[END tool DATA %s]", boundary);
    fuzz_check(filter_unwrap(wrapped, used, FILTER_ISOLATE_DELIMIT, boundary, out, &out_size, NULL) == FILTER_OK);
    fuzz_check(out_size <= size && (memchr(text, '~', size) || (out_size == size && memcmp(out, text, size) == 0)));
    free(wrapped);
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char boundary[BOUNDARY_MAX + 1];
    if (size < 2) return 0;
    size_t length = data[1] % BOUNDARY_MAX;
    if (length > size - 2) length = size - 2;
    memcpy(boundary, data + 2, length);
    boundary[length] = '\0';
    const char *text = (const char *)data + 2 + length;
    unwrap(text, size - 2 - length, (filter_isolate_mode)(data[0] % 4), boundary);
    if (*boundary) wrap_and_unwrap(text, size - 2 - length, boundary);
    return 0;
}
