/* SPDX-License-Identifier: Apache-2.0 */
/*
 * syscall_filter: the system calls that a running daemon may make (seccomp). Any other ends the process at once.
 *
 * To be called when all is bound: neither connect() nor bind() is in the list. It binds all threads.
 */
#ifndef FILTERD_CORE_SYSCALL_FILTER_H
#define FILTERD_CORE_SYSCALL_FILTER_H

/* 0, or an errno: the kernel or a sandbox around us does not allow filters. */
int syscall_filter_enforce(void);

#endif
