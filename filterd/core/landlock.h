/* SPDX-License-Identifier: Apache-2.0 */
/*
 * landlock: which files and ports this process, and all threads that it starts later, may still reach. The kernel
 * enforces it; nothing takes it back.
 *
 *     landlock l;
 *     if (landlock_begin(&l)) {
 *         landlock_allow(&l, "/usr/share/filterd/rules", LANDLOCK_READ);
 *         landlock_enforce(&l);
 *     }
 *
 * Raw system calls: the headers of Debian 12 are older than many kernels that it runs on.
 */
#ifndef FILTERD_CORE_LANDLOCK_H
#define FILTERD_CORE_LANDLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* What may be done below a directory, or to a file. */
typedef enum landlock_right {
    LANDLOCK_READ, /* read files and list folders                                    */
    LANDLOCK_KEEP_FILES, /* also make, write and remove files                              */
    LANDLOCK_KEEP_SOCKETS /* make sockets and remove files; reading and writing are not in it */
} landlock_right;

typedef struct landlock {
    int abi; /* of the kernel, from 1; 0: it has no Landlock, and `error` says why */
    int error;
    int ruleset;
} landlock;

/* False when the kernel has no Landlock. */
bool landlock_begin(landlock *l);

/* False, with errno, when the path cannot be opened or the rule is refused. */
bool landlock_allow(landlock *l, const char *path, landlock_right right);

/* Lets TCP connect to this port of any host. True also where the kernel does not bound connections. */
bool landlock_allow_port(landlock *l, uint16_t port);

/* Binds the calling thread, and those that it starts from now on. Needs no_new_privs. Ends `l` in any case. */
bool landlock_enforce(landlock *l);

#endif
