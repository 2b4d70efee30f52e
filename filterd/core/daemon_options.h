/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon_options: the command line of filterd. It is here, and not in filterd.c, so that filterctl can make completions
 * and manual pages from it.
 */
#ifndef FILTERD_CORE_DAEMON_OPTIONS_H
#define FILTERD_CORE_DAEMON_OPTIONS_H

#include "core/options.h"

typedef struct daemon_options {
    option_list endpoints;
    const char *rules, *config, *control, *cache, *user, *sandbox; /* NULL: not given */
    size_t workers; /* 0: not given */
    bool check, verbose, quiet;
} daemon_options;

extern const option_command daemon_command;

#endif
