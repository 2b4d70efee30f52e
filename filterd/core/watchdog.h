/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watchdog: tells systemd (WatchdogSec=) that the daemon still answers. Who is silent is restarted. Without a watchdog
 * around us it does nothing. One thread.
 */
#ifndef FILTERD_CORE_WATCHDOG_H
#define FILTERD_CORE_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>

typedef struct watchdog {
    int64_t period_us; /* half of what is asked for; 0: nobody asks */
    int64_t next_us;
    bool was_well;
} watchdog;

/* Reads $WATCHDOG_USEC and $WATCHDOG_PID. */
void watchdog_init(watchdog *w);

/* How long a loop may wait that would wait for `ms` (-1: for ever). */
int watchdog_wait_ms(const watchdog *w, int ms);

/* Once in each turn of the loop; tells no more often than is asked for, and nothing while `is_well` is false, which is
 * logged once. `now_us` is of clock_now_us. */
void watchdog_turn(watchdog *w, int64_t now_us, bool is_well);

#endif
