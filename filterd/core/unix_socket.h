/* SPDX-License-Identifier: Apache-2.0 */
/*
 * local: socket files on this host: whether someone serves at one, and who may open one that is made.
 */
#ifndef FILTERD_LOCAL_H
#define FILTERD_LOCAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Does a process listen at `path` for sockets of this type? False for a path that is too long to be one. */
bool local_is_served(const char *path, int type);

/* The umask under which a socket file gets the permissions `mode`, written in decimal digits as they are read: 600, 660. */
mode_t local_umask(size_t mode);

#endif
