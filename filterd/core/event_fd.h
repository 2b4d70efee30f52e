/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event_fd: wakes the thread that polls an eventfd. A wake-up that is lost leaves it asleep for ever, so that a write
 * that fails is tried again.
 */
#ifndef FILTERD_CORE_EVENT_FD_H
#define FILTERD_CORE_EVENT_FD_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

#define EVENT_FD_TRIES 3

/* False with errno when it did not succeed. A counter that is full wakes, too. */
static inline bool event_fd_wake(int fd) {
    const uint64_t one = 1;
    for (int i = 0; i < EVENT_FD_TRIES; i++) {
        if (write(fd, &one, sizeof one) == (ssize_t)sizeof one || errno == EAGAIN) return true;
    }
    return false;
}

#endif
