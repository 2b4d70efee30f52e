/* SPDX-License-Identifier: Apache-2.0 */
#include "text/span_map.h"

#include "base/search.h"

void span_map_add(span_map *map, size_t size, size_t from, size_t from_size) {
    if (size == 0 || map->failed) return;
    if (map->count) {
        const span_run *last = &map->runs[map->count - 1];
        size_t last_size = map->size - last->at;
        bool both_linear = last_size == last->from_size && size == from_size;
        if (both_linear && last->from + last->from_size == from) {
            map->runs[map->count - 1].from_size += (uint32_t)from_size;
            map->size += size;
            return;
        }
    }
    if (!arena_grow(map->memory, &map->runs, &map->capacity, map->count + 1, sizeof *map->runs)) {
        map->failed = true;
        return;
    }
    map->runs[map->count++] = (span_run){(uint32_t)map->size, (uint32_t)from, (uint32_t)from_size};
    map->size += size;
}

static bool begins_before(const void *runs, size_t i, size_t at) {
    return ((const span_run *)runs)[i].at <= at;
}

/* The run that holds an offset: the last that begins there or before. */
static size_t run_at(const span_map *map, size_t offset) {
    size_t next = search_first(map->runs, map->count, begins_before, offset);
    return next ? next - 1 : 0;
}

span span_map_source(const span_map *map, span s) {
    if (map->count == 0 || s.end <= s.start) return (span){0, 0};
    size_t a = run_at(map, s.start), b = run_at(map, s.end - 1);
    const span_run *first = &map->runs[a], *last = &map->runs[b];
    size_t first_size = (a + 1 < map->count ? map->runs[a + 1].at : map->size) - first->at;
    size_t last_size = (b + 1 < map->count ? map->runs[b + 1].at : map->size) - last->at;
    span out = {first->from, last->from + last->from_size};
    if (last->from < first->from)
        return (span){last->from, first->from + first->from_size}; /* reversed, character by character */
    if (first_size == first->from_size) out.start += s.start - first->at;
    if (last_size == last->from_size) out.end = last->from + (s.end - last->at);
    return out;
}
