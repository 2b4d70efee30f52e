/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mapping: which value a token stands for, as it is sealed, carried by the caller, and opened again.
 *
 *     seal    FSM1 | key id, 8 | expiry, 8 | nonce, 24 | XChaCha20-Poly1305 of the entries
 *
 * The seal is bound to tenant and session, and to its own head, by associated data: what was changed, is foreign, or is
 * too old, does not open. Numbers are little-endian.
 */
#ifndef FILTER_RESTORE_MAPPING_H
#define FILTER_RESTORE_MAPPING_H

#include "base/arena.h"
#include "filter.h"

typedef struct mapping_entry {
    filter_text token; /* without brackets: IN_PAN_k7f3q2 */
    filter_text value;
    filter_category category;
    unsigned roles; /* a bit for each filter_role that wrote it */
} mapping_entry;

/* What a mapping holds at most: older entries are left out. */
#define MAPPING_ENTRIES_MAX ((size_t)16384)

typedef struct mapping {
    arena *memory;
    mapping_entry *items;
    size_t count, capacity;
    uint32_t *table; /* places of items, from 1; a power of two */
    size_t table_size;
} mapping;

/* Adds an entry, unless the mapping has its token. Token and value are borrowed. False when memory is out. */
bool mapping_add(mapping *m, const mapping_entry *entry);

/* The entry of a token, without brackets; NULL: there is none. */
const mapping_entry *mapping_find(const mapping *m, filter_text token);

/* Seals a mapping until `expires`, in seconds since 1970. NULL when memory is out. */
filter_text mapping_seal(const mapping *m, const filter_scope *scope, uint64_t expires);

typedef enum mapping_status {
    MAPPING_OK,
    MAPPING_MALFORMED, /* no seal of this form */
    MAPPING_UNKNOWN_KEY, /* sealed under a key that the scope does not have */
    MAPPING_EXPIRED,
    MAPPING_FOREIGN, /* changed, or of another tenant or session */
    MAPPING_MEMORY
} mapping_status;

/* Opens a seal at the time `now`, and adds its entries. */
mapping_status mapping_open(mapping *m, filter_text seal, const filter_scope *scope, uint64_t now);

#endif
