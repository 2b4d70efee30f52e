/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unix_socket: socket files on this host. All that the daemon listens at is made here, and removed here: nothing but a
 * socket that nobody serves is ever replaced, and what a successor has put in its place is never removed.
 */
#ifndef FILTERD_CORE_UNIX_SOCKET_H
#define FILTERD_CORE_UNIX_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

/* Does a process listen at `path` for sockets of this type? False for a path that is too long to be one. */
bool unix_socket_is_served(const char *path, int type);

/* The user at the other end of a connection. False when the kernel does not say. */
bool unix_socket_user(int connection, uid_t *user);

/* A socket file that was made: which one, whatever stands at its path later. */
typedef struct unix_socket {
    const char *path; /* borrowed; NULL: none */
    dev_t device;
    ino_t file;
    struct timespec changed; /* numbers of files are used again */
} unix_socket;

/* Listens at a path for sockets of a type, with permissions written in decimal digits as they are read: 600, 660. The
 * descriptor, or -1 after logging why not: `what` says what it is for. Called while no other thread makes files. */
int unix_socket_listen(unix_socket *made, const char *what, const char *path, int type, size_t mode);

/* Removes the file, if it is still the one that was made. */
void unix_socket_remove(unix_socket *made);

#endif
