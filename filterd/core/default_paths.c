/* SPDX-License-Identifier: Apache-2.0 */
#include "core/default_paths.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *default_rules_path(void) {
    static const char *const places[] = {"share/filterd/rules", "rules"};
    static char path[4200];
    char program[4096];
    ssize_t size = readlink("/proc/self/exe", program, sizeof program - 1);
    if (size > 0) {
        program[size] = '\0';
        for (int up = 0; up < 2; up++) { /* the program's name, and the directory that it is in */
            char *slash = strrchr(program, '/');
            if (slash) *slash = '\0';
        }
        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
            snprintf(path, sizeof path, "%s/%s", program, places[i]);
            if (access(path, R_OK) == 0) return path;
        }
    }
    return "/usr/share/filterd/rules";
}

const char *default_cache_path(void) {
    static char path[4200];
    const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (xdg && *xdg) {
        snprintf(path, sizeof path, "%s/filterd", xdg);
    } else if (home && *home) {
        snprintf(path, sizeof path, "%s/.cache", home);
        mkdir(path, 0700);
        snprintf(path, sizeof path, "%s/.cache/filterd", home);
    } else {
        return NULL;
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST ? path : NULL;
}
