/* SPDX-License-Identifier: Apache-2.0 */
#include "child.h"

#include "support.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int child_failure(bool fine) {
    return fine ? 0 : errno;
}

int child_outcome(bool (*enter)(void), int (*attempt)(void)) {
    int status = 0;
    pid_t child = fork();
    if (child == 0) _exit(enter() ? attempt() : CHILD_OUTSIDE);
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFSIGNALED(status)) return WEXITSTATUS(status);
    assert_int_equal(WTERMSIG(status), SIGSYS);
    return CHILD_KILLED;
}
