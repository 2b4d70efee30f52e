/* SPDX-License-Identifier: Apache-2.0 */
#include "core/stop_timer.h"

#include "core/log.h"

#include <pthread.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#define MOMENT_MS 250 /* for what is about to end by itself */

static void *end_process(void *arg) {
    const size_t ms = (size_t)(uintptr_t)arg, all = ms + MOMENT_MS;
    const struct timespec time = {(time_t)(all / 1000), (long)(all % 1000) * 1000000};
    nanosleep(&time, NULL);
    log_warning("stopped after %zu ms with work unfinished", ms);
    _exit(0);
}

void stop_timer_start(size_t ms) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, end_process, (void *)(uintptr_t)ms) != 0) {
        log_warning("stopping without a time limit: a thread cannot be started");
        return;
    }
    pthread_detach(thread);
}
