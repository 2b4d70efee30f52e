/* SPDX-License-Identifier: Apache-2.0 */
/*
 * default_paths: where things are when nobody says so. The rules: share/filterd/rules beside the program's bin or
 * sbin, so that an installed tree can be moved; for a build in its source tree, rules/; else /usr/share.
 */
#ifndef FILTERD_CORE_DEFAULT_PATHS_H
#define FILTERD_CORE_DEFAULT_PATHS_H

/* Static memory. */
const char *default_rules_path(void);

/* The user's cache of compiled rules, made when it is not there; NULL when there can be none. Static memory. */
const char *default_cache_path(void);

#endif
