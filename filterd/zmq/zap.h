/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zap: decides which CURVE clients may connect, by their public keys (ZeroMQ RFC 27). A thread of its
 * own; a key that is not on the list is refused in the handshake, before any request is read.
 */
#ifndef FILTERD_ZMQ_ZAP_H
#define FILTERD_ZMQ_ZAP_H

#include "core/keys.h"

#include <pthread.h>
#include <stdint.h>

#define ZAP_DOMAIN "filterd"

typedef struct zap {
    void *socket;
    const keys_list *clients;
    pthread_t thread;
    int64_t quiet_until; /* of its thread: no warning before, of clock_now_ms */
} zap;

/* Starts the handler; must be called before the first CURVE endpoint is bound. It ends with the
 * context. */
bool zap_start(zap *z, void *context, const keys_list *clients);
void zap_join(zap *z);

#endif
