/* SPDX-License-Identifier: Apache-2.0 */
/*
 * paths: where the rules are when nobody says so: share/filterd/rules beside the program's bin or sbin, so
 * that an installed tree can be moved; for a build in its source tree, rules/; else /usr/share.
 */
#ifndef FILTERD_PATHS_H
#define FILTERD_PATHS_H

/* Static memory. */
const char *paths_rules(void);

#endif
