/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unix_socket: socket files on this host: whether someone serves at one, and who may open one that is made.
 */
#ifndef FILTERD_CORE_UNIX_SOCKET_H
#define FILTERD_CORE_UNIX_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Does a process listen at `path` for sockets of this type? False for a path that is too long to be one. */
bool unix_socket_is_served(const char *path, int type);

/* The umask under which a socket file gets the permissions `mode`, written in decimal digits as they are read: 600,
 * 660. */
mode_t unix_socket_umask(size_t mode);

#endif
