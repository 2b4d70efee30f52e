/* SPDX-License-Identifier: Apache-2.0 */
#include "base/random.h"

#include <string.h>

void random_seed(random_source *source, const char *name) {
    source->left = 0;
    if (name) crypto_generichash(source->seed, sizeof source->seed, (const unsigned char *)name, strlen(name), NULL, 0);
    else randombytes_buf(source->seed, sizeof source->seed);
}

static uint32_t next(random_source *source) {
    uint32_t value;
    if (source->left < sizeof value) {
        randombytes_buf_deterministic(source->pool, sizeof source->pool, source->seed);
        sodium_increment(source->seed, sizeof source->seed);
        source->left = sizeof source->pool;
    }
    memcpy(&value, source->pool + sizeof source->pool - source->left, sizeof value);
    source->left -= sizeof value;
    return value;
}

uint32_t random_below(random_source *source, uint32_t limit) {
    /* Values below 2^32 mod limit would make the small results likelier. */
    uint32_t least = limit ? (0U - limit) % limit : 0, value;
    if (limit < 2) return 0;
    do {
        value = next(source);
    } while (value < least);
    return value % limit;
}
