/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule_watch: tells when something in the rule directory or its sub-folders changed.
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

typedef struct rule_watch {
    const char *directory;
    int fd; /* inotify, to poll; -1: nothing is watched */
    int root; /* inotify's number of the directory; -1: it is gone */
    int numbers[RULE_FOLDERS_MAX]; /* of the directory and its sub-folders */
    size_t count;
} rule_watch;

/* A watch of nothing, which may be closed. */
#define RULE_WATCH_NONE ((rule_watch){.fd = -1, .root = -1})

/* Begins to watch. Logs a warning when the system has no watches to give. */
void rule_watch_open(rule_watch *w, const char *directory);
void rule_watch_close(rule_watch *w);

/* Watches the folders that are there now. */
void rule_watch_renew(rule_watch *w);

/* Reads what inotify has. True when packs, their data or folders may have changed. */
bool rule_watch_changed(rule_watch *w);

/* The directory itself was removed or renamed: ask rule_watch_renew from time to time. */
static inline bool rule_watch_is_lost(const rule_watch *w) {
    return w->fd >= 0 && w->root < 0;
}

#endif
