/* SPDX-License-Identifier: Apache-2.0 */
/*
 * child: what a process of its own comes to that gives up rights first. Nothing of it reaches the test.
 */
#ifndef TESTS_CHILD_H
#define TESTS_CHILD_H

#include <stdbool.h>

enum {
    CHILD_KILLED = -1, /* by SIGSYS */
    CHILD_OUTSIDE = 250 /* it could not give the rights up */
};

/* CHILD_KILLED, CHILD_OUTSIDE, or what `attempt` returned: 0, or an errno. Another signal fails the test. */
int child_outcome(bool (*enter)(void), int (*attempt)(void));

/* 0, or errno where it is not fine: what an attempt returns. */
int child_failure(bool fine);

#endif
