/* SPDX-License-Identifier: Apache-2.0 */
/*
 * address: the web addresses of a text, as browsers and Markdown read them.
 *
 *     "See ![x](https://a.example/p?q=1)." has one: all "https://a.example/p?q=1", host "a.example", and it loads by
 *     itself
 *
 * Linear in the size of the text.
 */
#ifndef FILTER_TEXT_ADDRESS_H
#define FILTER_TEXT_ADDRESS_H

#include "base/utf8.h"
#include "text/span_map.h"

/* Where the authority of the next address begins, from `at` on; size for none. Addresses without a scheme count where
 * markup has them. */
size_t address_authority(const char *text, size_t size, size_t at);

/* The host of an authority that begins at `at` (WHATWG URL, "host state"): after what stands before an @, without port
 * and final dot. What is escaped in it stays so, and equals no name. */
span address_host(const char *text, size_t size, size_t at);

/* Bytes of one address, at most: what follows is left out. */
#define ADDRESS_MAX ((size_t)8192)

typedef struct address {
    span all; /* with its scheme, where it has one */
    span host;
    size_t authority_end; /* what follows is path, query and fragment */
    bool loads; /* an image, or another thing that is fetched when the text is shown: nobody has to click */
} address;

typedef struct address_walk {
    const char *text;
    size_t size;
    size_t at; /* the next one is looked for from here on */
    int has_image_reference; /* does the text have an image as ![x][1]? 0: not yet looked for */
} address_walk;

/* Goes to the next address; false when there is none. */
bool address_next(address_walk *w, address *a);

#endif
