/* SPDX-License-Identifier: Apache-2.0 */
#include "core/watchdog.h"

#include "core/log.h"

#include <systemd/sd-daemon.h>

void watchdog_init(watchdog *w) {
    uint64_t asked_us = 0;
    *w = (watchdog){.was_well = true};
    if (sd_watchdog_enabled(0, &asked_us) > 0) w->period_us = asked_us < 2 ? 1 : (int64_t)(asked_us / 2);
}

int watchdog_wait_ms(const watchdog *w, int ms) {
    int64_t period_ms = (w->period_us + 999) / 1000;
    return period_ms && (ms < 0 || period_ms < ms) ? (int)period_ms : ms;
}

void watchdog_turn(watchdog *w, int64_t now_us, bool is_well) {
    if (w->was_well && !is_well) log_error("watchdog: a request holds a worker long after its deadline");
    w->was_well = is_well;
    if (!w->period_us || !is_well || now_us < w->next_us) return;
    sd_notify(0, "WATCHDOG=1");
    w->next_us = now_us + w->period_us;
}
