/* SPDX-License-Identifier: Apache-2.0 */
#include "core/log.h"

#include "core/escape.h"

#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static atomic_int threshold = LOG_LEVEL_INFO;

void log_set_level(log_level level) {
    atomic_store(&threshold, (int)level);
}

void log_write(log_level level, const char *format, ...) {
    static const char *const names[] = {"error", "warning", "info", "debug"};
    static const char *const journal[] = {"<3>", "<4>", "<6>", "<7>"}; /* sd-daemon(3) */
    char message[2048], line[2048], id[40] = "";
    struct timespec now;
    struct tm utc;
    va_list args;
    if ((int)level > atomic_load(&threshold)) return;
    if (getenv("JOURNAL_STREAM")) {
        snprintf(id, sizeof id, "%s", journal[level]);
    } else {
        clock_gettime(CLOCK_REALTIME, &now);
        gmtime_r(&now.tv_sec, &utc);
        strftime(id, sizeof id, "%Y-%m-%dT%H:%M:%SZ ", &utc);
    }
    int used = snprintf(line, sizeof line, "%s%s: ", id, names[level]);
    va_start(args, format);
    if (vsnprintf(message, sizeof message, format, args) < 0) *message = '\0';
    va_end(args);
    /* A name in a message may hold a line feed: it must not begin a line of its own. */
    size_t size = (size_t)used + escape_string(line + used, sizeof line - (size_t)used - 1, message);
    line[size++] = '\n';
    /* One write, so that lines of several threads do not mix. A log that is gone, or that nobody reads, stops nothing:
     * what is ready takes a line of this size without waiting. */
    struct pollfd out = {STDERR_FILENO, POLLOUT, 0};
    if (poll(&out, 1, 0) != 1 || write(STDERR_FILENO, line, size) < 0) return;
}
