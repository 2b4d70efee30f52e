/* SPDX-License-Identifier: Apache-2.0 */
#include "base/work.h"

#include <time.h>

int64_t work_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

bool work_fits(work_budget *w, int64_t more) {
    w->unchecked = 0;
    if (w->deadline == INT64_MAX || w->is_late) return !w->is_late;
    w->is_late = work_now() + more > w->deadline - w->reserve;
    return !w->is_late;
}
