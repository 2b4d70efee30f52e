/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stop_timer: a stop ends the process in time, whatever is still running: a long scan, a reload, a client that does not
 * let go. Nothing is on disk that could be half written, and whoever waits for an answer sees the connection end.
 */
#ifndef FILTERD_CORE_STOP_TIMER_H
#define FILTERD_CORE_STOP_TIMER_H

#include <stddef.h>

/* Ends the process with status 0 in so many milliseconds and a moment more, unless it has ended before. */
void stop_timer_start(size_t ms);

#endif
