/* SPDX-License-Identifier: Apache-2.0 */
/*
 * syscall_filter: the system calls that a running daemon may make (seccomp). Any other ends the process at once.
 *
 * To be called when all is bound: bind() is not in the list, and connect() only where there is someone to connect to.
 * It binds all threads.
 */
#ifndef FILTERD_CORE_SYSCALL_FILTER_H
#define FILTERD_CORE_SYSCALL_FILTER_H

/* To whom the daemon connects: it must be able to come back to a peer that was gone. */
typedef enum syscall_filter_peer {
    SYSCALL_FILTER_NO_PEER,
    SYSCALL_FILTER_UNIX_PEER, /* over sockets of this host */
    SYSCALL_FILTER_TCP_PEER /* over the internet protocols, too */
} syscall_filter_peer;

/* 0, or an errno: the kernel or a sandbox around us does not allow filters. */
int syscall_filter_enforce(syscall_filter_peer peer);

#endif
