/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule_watch: says when something in the rule directory or its sub-folders changed.
 *
 * inotify watches folders one by one. So the set of watches is renewed before each load: what appeared gets
 * one, what vanished loses its own. A folder is watched before it is read, so that no change falls between.
 * One thread uses a rule_watch.
 */
#ifndef FILTERD_CORE_RULE_WATCH_H
#define FILTERD_CORE_RULE_WATCH_H

#include "base/rule_files.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct rule_watch {
    const char *directory;
    int fd; /* inotify, to poll; -1: nothing is watched */
    int root; /* inotify's number of the directory; -1: it is gone */
    int numbers[RULE_FOLDERS_MAX]; /* of the directory and its sub-folders */
    size_t count;
    int failed; /* errno of the first folder that could not be watched when it was tried last; 0: none */
    int warned; /* errno that was logged; 0: none since all were watched */
    long retry_ms; /* how long to wait before the next try */
    int64_t retry_at; /* clock_now_ms() */
} rule_watch;

/* A watch of nothing, which may be closed. */
#define RULE_WATCH_NONE ((rule_watch){.fd = -1, .root = -1})

/* Begins to watch. Logs a warning when the system has no watches to give. */
void rule_watch_open(rule_watch *w, const char *directory);
void rule_watch_close(rule_watch *w);

/* Watches the folders that are there now. A cause why it cannot is logged once, and when it is gone. */
void rule_watch_renew(rule_watch *w);

/* Reads what inotify has. True when packs, their data or folders may have changed. */
bool rule_watch_changed(rule_watch *w);

/* The directory itself was removed or renamed, or a folder cannot be watched: call rule_watch_renew after
 * rule_watch_wait_ms. */
static inline bool rule_watch_is_lost(const rule_watch *w) {
    return w->fd >= 0 && (w->root < 0 || w->failed);
}

/* How long to wait before the next try: half a second for a directory that is gone, twice as long after each failure
 * of the system, up to a minute. -1: all is watched. */
long rule_watch_wait_ms(const rule_watch *w);

#endif
