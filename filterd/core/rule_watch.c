/* SPDX-License-Identifier: Apache-2.0 */
#include "core/rule_watch.h"

#include "core/clock.h"
#include "core/log.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

/* A new file counts when it was written and closed, a new folder at once. */
#define FILE_CHANGES (IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE)
#define FOLDER_CHANGES (IN_CREATE | IN_ONLYDIR | IN_DELETE_SELF | IN_MOVE_SELF)

#define RETRY_FIRST_MS 500 /* how often to look whether a directory that was moved away is back */
#define RETRY_MAX_MS 60000 /* and whether the system has watches again */

void rule_watch_open(rule_watch *w, const char *directory) {
    *w = RULE_WATCH_NONE;
    w->directory = directory;
    w->retry_ms = RETRY_FIRST_MS / 2;
    w->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (w->fd < 0) log_warning("rules: inotify is not available: %s; reload with SIGHUP", strerror(errno));
    rule_watch_renew(w);
}

void rule_watch_close(rule_watch *w) {
    if (w->fd >= 0) close(w->fd);
    *w = RULE_WATCH_NONE;
}

static bool has_number(const int *numbers, size_t count, int number) {
    for (size_t i = 0; i < count; i++) {
        if (numbers[i] == number) return true;
    }
    return false;
}

/* The first one of a walk stands for all: they have one cause, most often that the user has no watches left. */
static void note_failure(rule_watch *w, const char *path, int error) {
    bool is_gone = error == ENOENT || error == ENOTDIR;
    if (is_gone || w->failed) return; /* of a directory that is not there, loading says so */
    w->failed = error;
    if (error == w->warned) return;
    w->warned = error;
    log_warning("rules: %s cannot be watched: %s; it is tried again once a minute at least; reload with SIGHUP", path,
                strerror(error));
}

/* When to look again, if something is not watched. A walk over all folders that fails is not worth two a second. */
static void plan_retry(rule_watch *w) {
    if (!w->failed) w->retry_ms = RETRY_FIRST_MS;
    else w->retry_ms = w->retry_ms * 2 < RETRY_MAX_MS ? w->retry_ms * 2 : RETRY_MAX_MS;
    w->retry_at = clock_now_ms() + w->retry_ms;
    if (!w->warned || rule_watch_is_lost(w)) return;
    log_info("rules: %s is watched again", w->directory);
    w->warned = 0;
}

static void add_folder(const char *path, void *arg) {
    rule_watch *w = arg;
    int number = inotify_add_watch(w->fd, path, FILE_CHANGES | FOLDER_CHANGES);
    if (number < 0) note_failure(w, path, errno);
    if (w->count == 0) w->root = number;
    if (w->count < RULE_FOLDERS_MAX) w->numbers[w->count++] = number;
}

void rule_watch_renew(rule_watch *w) {
    int before[RULE_FOLDERS_MAX];
    size_t before_count = w->count;
    if (w->fd < 0) return;
    memcpy(before, w->numbers, before_count * sizeof *before);
    w->count = 0;
    w->root = -1;
    w->failed = 0;
    rule_files files = {.on_folder = add_folder, .arg = w};
    (void)rule_files_list(&files, w->directory); /* loading says what is wrong with it */
    rule_files_fini(&files);
    for (size_t i = 0; i < before_count; i++) {
        /* A folder that was removed has lost its watch already. */
        if (!has_number(w->numbers, w->count, before[i])) (void)inotify_rm_watch(w->fd, before[i]);
    }
    plan_retry(w);
}

long rule_watch_wait_ms(const rule_watch *w) {
    if (!rule_watch_is_lost(w)) return -1;
    int64_t left = w->retry_at - clock_now_ms();
    return left < 0 ? 0 : (long)left;
}

static bool is_change(const struct inotify_event *event) {
    if (event->mask & IN_Q_OVERFLOW) return true;
    if (!event->len) return false;
    if (strncmp(event->name, "..", 2) == 0) return true; /* Kubernetes mounts swap a link named ..data. */
    if (event->mask & IN_ISDIR) return event->name[0] != '.';
    if (event->mask & IN_CREATE) return false; /* it is still being written */
    return rule_files_is_pack(event->name) || rule_files_is_data(event->name);
}

bool rule_watch_changed(rule_watch *w) {
    _Alignas(struct inotify_event) char buffer[8192];
    bool changed = false;
    ssize_t size;
    while ((size = read(w->fd, buffer, sizeof buffer)) > 0) {
        for (char *at = buffer; at < buffer + size;) {
            const struct inotify_event *event = (const struct inotify_event *)(const void *)at;
            bool is_gone = event->mask & (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF);
            if (is_gone && event->wd == w->root) w->root = -1;
            changed = is_change(event) || changed;
            at += sizeof *event + event->len;
        }
    }
    return changed || w->root < 0;
}
