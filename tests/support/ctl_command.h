/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ctl_command: a command of filterctl run inside the test, in a folder of its own with the rules of daemon_parts.h,
 * and a daemon that the test plays.
 */
#ifndef TESTS_CTL_COMMAND_H
#define TESTS_CTL_COMMAND_H

#include "ctl/ctl.h"
#include "output.h"

#include <pthread.h>

/* For cmocka_unit_test_setup_teardown: folder, rules, environment. */
int ctl_command_set_up(void **state);
int ctl_command_tear_down(void **state);

/* Runs a command with these words, of which NULL is the end. Returns its exit status. */
int ctl_command_run(int (*command)(int argc, char **argv), const char *const *words, const output **said);

/* A daemon for one request. */
typedef struct ctl_daemon {
    char endpoint[300];
    const char *const *frames; /* of its answer; NULL is the end */
    char request[400]; /* the first frame that it got */
    size_t request_frames;
    void *context, *socket;
    pthread_t thread;
} ctl_daemon;

/* It listens at this name in the folder. */
void ctl_daemon_start(ctl_daemon *d, const char *name, const char *const *frames);
void ctl_daemon_end(ctl_daemon *d);

#endif
