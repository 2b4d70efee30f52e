/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer_links: the links of the answers of a request that have room for data, and where their words stand in the
 * other segments. obeyed_link judges them.
 */
#ifndef FILTER_INJECTION_ANSWER_LINKS_H
#define FILTER_INJECTION_ANSWER_LINKS_H

#include "injection/occurrence.h"
#include "pass/pass.h"

/* Names in a host that are looked up: a.b.example, b.example. */
#define LINK_HOSTS_MAX 6

/* A word that a link holds beyond its host. */
typedef struct link_word {
    uint64_t hash;
    bool is_value; /* a number, a key, a mark of somebody: it says something by itself */
    bool is_opaque; /* of a long run of letters and digits that mean nothing */
} link_word;

typedef struct answer_link {
    size_t segment;
    span at;
    bool loads; /* by itself: see text/address.h */
    bool is_encoded; /* some of it was text in Base64, Base32 or hexadecimal */
    uint64_t whole;
    uint64_t hosts[LINK_HOSTS_MAX];
    size_t host_count;
    size_t first_word, word_count; /* in answer_links.words */
} answer_link;

typedef struct answer_links {
    answer_link *items; /* by segment, then place */
    size_t count, capacity;
    link_word *words;
    size_t word_count, word_capacity;
    occurrences seen; /* of wholes, hosts and words, in all segments but answers */
    uint64_t user, trusted; /* bits of such segments */
} answer_links;

/* Reads the answers of the request, and, when a link has data, the other segments. NULL when memory is out, or the work
 * is used up. A piece of `min_opaque` characters may be opaque. */
answer_links *answer_links_read(filter_scratch *s, size_t min_opaque);

/* The first link of a segment, or of one after it. */
size_t answer_links_of(const answer_links *links, size_t segment);

#endif
