/* SPDX-License-Identifier: Apache-2.0 */
#include "allocations.h"

#include <errno.h>
#include <stdlib.h>

/* The real ones. A sanitizer brings its own; without one these names are not there, and weak. */
#define REAL(result, name, ...)                                                                                        \
    extern result __libc_##name(__VA_ARGS__);                                                                          \
    extern result __interceptor_##name(__VA_ARGS__) __attribute__((weak))

REAL(void *, malloc, size_t);
REAL(void *, calloc, size_t, size_t);
REAL(void *, realloc, void *, size_t);
REAL(void *, memalign, size_t, size_t);

/* A thread's. 0: nothing fails. */
static _Thread_local size_t fails_at, count;
static _Thread_local bool fails_from_there;

void allocations_fail(size_t at, bool from_there) {
    count = 0;
    fails_from_there = from_there;
    fails_at = at;
}

size_t allocations_end(void) {
    fails_at = 0;
    return count;
}

static bool fails(void) {
    if (!fails_at) return false;
    count++;
    if (count != fails_at && !(fails_from_there && count > fails_at)) return false;
    errno = ENOMEM;
    return true;
}

#define CALL(name, ...)                                                                                                \
    (fails() ? NULL : __interceptor_##name ? __interceptor_##name(__VA_ARGS__) : __libc_##name(__VA_ARGS__))
#define EXPORTED __attribute__((visibility("default")))

EXPORTED void *malloc(size_t size) {
    return CALL(malloc, size);
}

EXPORTED void *calloc(size_t items, size_t size) {
    return CALL(calloc, items, size);
}

EXPORTED void *realloc(void *memory, size_t size) {
    return CALL(realloc, memory, size);
}

EXPORTED void *aligned_alloc(size_t alignment, size_t size) {
    return CALL(memalign, alignment, size);
}

EXPORTED int posix_memalign(void **out, size_t alignment, size_t size) {
    void *memory = CALL(memalign, alignment, size);
    if (memory) *out = memory;
    return memory ? 0 : ENOMEM;
}
