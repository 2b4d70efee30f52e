/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/answer_links.h"

#include "base/hash.h"
#include "base/search.h"
#include "text/address.h"
#include "text/decode/runs.h"
#include "text/word_walk.h"

#include <string.h>

/* Hashes of hosts and of whole addresses are none of words. */
#define HOST_BASIS (HASH64_BASIS ^ 1)
#define WHOLE_BASIS (HASH64_BASIS ^ 2)

#define WORD_MIN 3 /* characters: shorter ones stand everywhere */
/* Links with data of one request, and their words: together they take 4 MiB. Answers have some ten. */
#define LINKS_MAX 2048
#define WORDS_MAX 32768

#define HOST_MAX 253 /* bytes of a host (RFC 1035) */

#define VALUE_MIN 6 /* characters of a word with a digit that is nobody's by chance */

static uint64_t hash_lower(uint64_t basis, const char *text, size_t size) {
    uint64_t hash = basis;
    for (size_t i = 0; i < size; i++) hash = hash64_step(hash, (unsigned char)text_lower(text[i]));
    return hash ? hash : 1;
}

/* ------------------------------------------------------------------------------------- pieces ---- */

typedef struct reader {
    filter_scratch *scratch;
    answer_links *links;
    answer_link *link; /* that is being read */
    size_t min_opaque;
    bool is_full; /* there are more than are kept */
} reader;

static void add_word(reader *r, const word_walk *w, bool is_opaque) {
    answer_links *links = r->links;
    const size_t size = w->at.end - w->at.start;
    if (size < WORD_MIN) return;
    if (links->word_count == WORDS_MAX) {
        r->is_full = true;
        return;
    }
    if (!arena_grow(&r->scratch->memory, &links->words, &links->word_capacity, links->word_count + 1,
                    sizeof *links->words)) {
        r->scratch->failed = true;
        return;
    }
    links->words[links->word_count++] = (link_word){w->hash, w->has_digit && size >= VALUE_MIN, is_opaque};
    r->link->word_count++;
}

static void add_words(reader *r, const char *text, size_t size, bool is_opaque) {
    word_walk w = {.text = text, .size = size};
    while (work_spend(&r->scratch->work, 32) && word_walk_next(&w)) add_word(r, &w, is_opaque);
}

/* Percent escapes undone; never grows. */
static size_t unescape(const char *text, size_t size, char *out) {
    size_t count = 0;
    for (size_t i = 0; i < size; i++) {
        int high = text[i] == '%' && size - i > 2 ? text_hex_value(text[i + 1]) : -1;
        int low = high >= 0 ? text_hex_value(text[i + 2]) : -1;
        out[count++] = low >= 0 ? (char)(high * 16 + low) : text[i];
        if (low >= 0) i += 2;
    }
    return count;
}

/* Adds the words of what a piece encodes. False: it encodes no text. */
static bool add_encoded(reader *r, const char *text, size_t size) {
    static bool (*const decode[])(const decode_source *, size_t, text_buffer *,
                                  span_map *) = {decode_base64, decode_base32, decode_hex};
    filter_scratch *s = r->scratch;
    decode_source source = {.text = text, .size = size, .runs = {.memory = &s->memory, .work = &s->work}};
    decode_find_runs(text, size, &source.runs);
    s->failed = s->failed || source.runs.failed;
    for (size_t i = 0; i < sizeof decode / sizeof *decode && source.runs.count && !s->failed; i++) {
        text_buffer out = {.memory = &s->memory, .work = &s->work};
        span_map map = {.memory = &s->memory};
        bool any = decode[i](&source, size, &out, &map);
        s->failed = s->failed || out.failed || map.failed;
        if (!any || s->failed) continue;
        add_words(r, out.data, out.size, false);
        return true;
    }
    return false;
}

/* Is it long, of letters and digits, with both among them, as words seldom are? */
static bool is_opaque(const char *text, size_t size, size_t min) {
    size_t digits = 0, letters = 0;
    for (size_t i = 0; i < size; i++) {
        digits += text_is_digit(text[i]);
        letters += text_is_alpha(text[i]);
    }
    return size >= min && digits >= 3 && letters >= 3 && digits + letters + 4 >= size;
}

static bool is_piece_byte(char c) {
    return text_is_word_byte(c) || (c && strchr("%-_+", c));
}

static void add_pieces(reader *r, const char *text, span part) {
    char *plain = arena_alloc(&r->scratch->memory, part.end - part.start + 1, 1);
    if (!plain) r->scratch->failed = true;
    for (size_t at = part.start; at < part.end && !r->scratch->failed && work_spend(&r->scratch->work, 64);) {
        size_t start = at;
        while (at < part.end && is_piece_byte(text[at])) at++;
        const size_t size = unescape(text + start, at - start, plain);
        if (add_encoded(r, plain, size)) r->link->is_encoded = true;
        else add_words(r, plain, size, is_opaque(plain, size, r->min_opaque));
        while (at < part.end && !is_piece_byte(text[at])) at++;
    }
}

/* -------------------------------------------------------------------------------------- links ---- */

/* The host and what it is below of, down to two names. */
static void add_hosts(answer_link *link, const char *text, span host) {
    for (size_t at = host.start; link->host_count < LINK_HOSTS_MAX;) {
        const char *dot = memchr(text + at, '.', host.end - at);
        if (!dot) return;
        link->hosts[link->host_count++] = hash_lower(HOST_BASIS, text + at, host.end - at);
        at = (size_t)(dot - text) + 1;
    }
}

/* Names before the last two may carry something. */
static span subdomain(const char *text, span host) {
    size_t end = host.end, dots = 0;
    if (host.end - host.start > HOST_MAX) host.start = host.end - HOST_MAX;
    while (end > host.start && dots < 2) dots += text[--end] == '.';
    return dots == 2 ? (span){host.start, end} : (span){host.start, host.start};
}

static void add_link(reader *r, size_t segment, const char *text, const address *a) {
    answer_links *links = r->links;
    const span name = subdomain(text, a->host), rest = {a->authority_end, a->all.end};
    if (rest.end - rest.start <= 1 && name.start == name.end) return;
    r->is_full = r->is_full || links->count == LINKS_MAX;
    if (r->is_full) return;
    if (!arena_grow(&r->scratch->memory, &links->items, &links->capacity, links->count + 1, sizeof *links->items)) {
        r->scratch->failed = true;
        return;
    }
    r->link = &links->items[links->count++];
    *r->link = (answer_link){.segment = segment,
                             .at = a->all,
                             .loads = a->loads,
                             .whole = hash_lower(WHOLE_BASIS, text + a->all.start, a->all.end - a->all.start),
                             .first_word = links->word_count};
    add_hosts(r->link, text, a->host);
    add_pieces(r, text, name);
    add_pieces(r, text, rest);
}

static void read_answers(reader *r) {
    filter_scratch *s = r->scratch;
    for (size_t i = 0; i < s->request.segment_count; i++) {
        const filter_segment *segment = &s->request.segments[i];
        if (segment->role != FILTER_ROLE_ASSISTANT || !work_spend(&s->work, segment->size)) continue;
        address_walk walk = {.text = segment->text, .size = segment->size};
        for (address a; !s->failed && work_spend(&s->work, 64) && address_next(&walk, &a);)
            add_link(r, i, segment->text, &a);
        if (r->is_full) {
            scratch_gap(s, i, FILTER_SKIP_HITS);
            return;
        }
    }
}

/* -------------------------------------------------------------------------------- occurrences ---- */

static void index_links(filter_scratch *s, answer_links *links) {
    if (!occurrences_init(&links->seen, &s->memory, links->word_count + links->count * (LINK_HOSTS_MAX + 1))) {
        s->failed = true;
        return;
    }
    for (size_t i = 0; i < links->word_count; i++) occurrences_add(&links->seen, links->words[i].hash);
    for (size_t i = 0; i < links->count; i++) {
        const answer_link *link = &links->items[i];
        occurrences_add(&links->seen, link->whole);
        for (size_t k = 0; k < link->host_count; k++) occurrences_add(&links->seen, link->hosts[k]);
    }
}

static bool is_host_byte(char c) {
    return text_is_word_byte(c) || c == '.' || c == '-';
}

static uint64_t bit_of(const filter_segment *segment, size_t index) {
    if (segment->role == FILTER_ROLE_USER) return occurrence_bit(index, WRITTEN_BY_USER);
    return occurrence_bit(index, role_is_trusted(segment->role) ? WRITTEN_BY_TRUSTED : WRITTEN_BY_OTHERS);
}

/* Names of hosts, with or without a scheme, and what they are below of: "{data}.evil.example" names evil.example. */
static void see_hosts(work_budget *work, const occurrences *seen, const filter_segment *segment, size_t index) {
    const char *text = segment->text;
    const uint64_t bit = bit_of(segment, index);
    const bool may_plant = role_may_plant(segment->role);
    for (size_t at = 0; at < segment->size && work_spend(work, 32);) {
        size_t start = at;
        while (at < segment->size && is_host_byte(text[at])) at++;
        size_t end = at;
        while (start < end && strchr(".-", text[start])) start++;
        while (start < end && strchr(".-", text[end - 1])) end--;
        const char *dot = start < end ? memchr(text + start, '.', end - start) : NULL;
        if (dot) {
            size_t above = (size_t)(dot - text) + 1;
            occurrences_see(seen, hash_lower(HOST_BASIS, text + start, end - start), index, bit, may_plant);
            occurrences_see(seen, hash_lower(HOST_BASIS, text + above, end - above), index, bit, may_plant);
        }
        while (at < segment->size && !is_host_byte(text[at])) at++;
    }
}

static void see_segment(filter_scratch *s, answer_links *links, const filter_segment *segment, size_t index) {
    word_walk word = {.text = segment->text, .size = segment->size};
    const uint64_t bit = bit_of(segment, index);
    while (work_spend(&s->work, 32) && word_walk_next(&word))
        occurrences_see(&links->seen, word.hash, index, bit, false);
    see_hosts(&s->work, &links->seen, segment, index);
    address_walk walk = {.text = segment->text, .size = segment->size};
    for (address a; work_spend(&s->work, 64) && address_next(&walk, &a);) {
        const size_t size = a.all.end - a.all.start;
        occurrences_see(&links->seen, hash_lower(WHOLE_BASIS, segment->text + a.all.start, size), index, bit, false);
    }
    if (segment->role == FILTER_ROLE_USER) links->user |= bit;
    if (role_is_trusted(segment->role)) links->trusted |= bit;
}

answer_links *answer_links_read(filter_scratch *s, size_t min_opaque) {
    answer_links *links = arena_alloc(&s->memory, 1, sizeof *links);
    if (!links) {
        s->failed = true;
        return NULL;
    }
    reader r = {.scratch = s, .links = links, .min_opaque = min_opaque};
    read_answers(&r);
    if (links->count == 0 || s->failed) return links;
    index_links(s, links);
    for (size_t i = 0; i < s->request.segment_count && !s->failed; i++) {
        const filter_segment *segment = &s->request.segments[i];
        if (segment->role != FILTER_ROLE_ASSISTANT) see_segment(s, links, segment, i);
    }
    return links;
}

static bool is_of_earlier(const void *items, size_t i, size_t segment) {
    return ((const answer_link *)items)[i].segment < segment;
}

size_t answer_links_of(const answer_links *links, size_t segment) {
    return search_first(links->items, links->count, is_of_earlier, segment);
}
