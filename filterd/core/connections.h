/* SPDX-License-Identifier: Apache-2.0 */
/*
 * connections: bounds what libzmq bounds not: how many peers are connected, and how large the message is that one of
 * them has begun.
 *
 * libzmq has no hook for either, and ends the process when a connection finds no descriptor. But it calls accept4, recv
 * and close through the symbol table, where definitions of the program come first; so connections.c defines them. Only
 * stream sockets are watched, as libzmq's are; those of shared memory are SOCK_SEQPACKET.
 */
#ifndef FILTERD_CORE_CONNECTIONS_H
#define FILTERD_CORE_CONNECTIONS_H

#include "core/zmtp.h"

#include <jansson.h>

/* Before the first thread. `most` connections at a time, fewer when descriptors are short, which is logged; `reserve`
 * descriptors are left to others. Before this call all are let pass. */
void connections_limit(size_t most, size_t reserve, const zmtp_limits *message);

/* Who connects to this listener is always let in: the operator. */
void connections_prefer(int listener);

/* A message of this connection was taken out of libzmq; any thread. */
void connections_taken(int fd);

/* {"open": now, "rejected": over the limit so far, "cut_off": for their message}, a new object. */
json_t *connections_status(void);

#endif
