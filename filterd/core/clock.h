/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock: the time that never jumps, for durations and deadlines. The shared memory has its own in ring.h, which
 * clients compile, too; both read CLOCK_MONOTONIC.
 */
#ifndef FILTERD_CORE_CLOCK_H
#define FILTERD_CORE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Microseconds, monotonic. */
static inline int64_t clock_now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Milliseconds, monotonic. */
static inline int64_t clock_now_ms(void) {
    return clock_now_us() / 1000;
}

#endif
