/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sandbox: after start-up the daemon gives up what it does not need, so that a mistake in a parser of hostile bytes is
 * not the way in to the host.
 *
 *     sandbox_confine   before the first thread: no_new_privs, and Landlock: rules, cache, sockets, nothing else
 *     sandbox_seal      when all is bound: seccomp for all threads
 *
 * The key `sandbox` says what happens when the kernel lacks a part.
 */
#ifndef FILTERD_CORE_SANDBOX_H
#define FILTERD_CORE_SANDBOX_H

#include "core/config.h"

/* 0, or an exit status after logging which part is missing. */
int sandbox_confine(const config *c);
int sandbox_seal(const config *c);

#endif
