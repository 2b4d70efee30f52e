/* SPDX-License-Identifier: Apache-2.0 */
/*
 * work: what a request may still cost, in derived text and in time.
 *
 *     for (size_t i = 0; i < count && work_spend(w, 64); i++) look_at(items[i]);
 *     if (w->is_late) …say what was left unread…
 *
 * Whoever walks over text spends what it looks at; the clock is read once for every few thousand bytes. One thread at
 * a time.
 */
#ifndef FILTER_BASE_WORK_H
#define FILTER_BASE_WORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes between two looks at the clock: where a byte costs most, on texts made to be slow, these take a millisecond. */
#define WORK_STEP 4096

typedef struct work_budget {
    size_t derived; /* bytes that derived texts may still hold together */
    int64_t deadline; /* of work_now; INT64_MAX: none */
    int64_t reserve; /* nanoseconds before the deadline that what comes after needs */
    size_t unchecked; /* bytes spent since the clock was read */
    bool is_late; /* the time was up: sticks */
} work_budget;

/* Nanoseconds of a clock that never goes back. */
int64_t work_now(void);

/* As much as anyone wants: for work that no caller waits for. */
#define WORK_UNBOUNDED                                                                                                 \
    (work_budget) {                                                                                                    \
        .derived = SIZE_MAX, .deadline = INT64_MAX                                                                     \
    }

/* Reads the clock. False, then and ever after, when `more` nanoseconds of work would end too late. */
bool work_fits(work_budget *w, int64_t more);

/* Counts `bytes` that are looked at now. False when it is time to stop. NULL: never. */
static inline bool work_spend(work_budget *w, size_t bytes) {
    if (!w) return true;
    w->unchecked += bytes;
    return w->unchecked < WORK_STEP ? !w->is_late : work_fits(w, 0);
}

#endif
