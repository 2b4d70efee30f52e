/* SPDX-License-Identifier: Apache-2.0 */
#include "text/obfuscation/traits.h"

void put(rewriter *w, char c, size_t from, size_t from_size) {
    rewrite_put(w, &c, 1, from, from_size);
}

bool rewrite_places(const decode_source *s, size_t budget, text_buffer *out, span_map *map,
                    uint64_t (*places)(const masks *m),
                    size_t (*rewrite)(rewriter *w, const word_index *words, size_t at, size_t floor)) {
    rewriter w = {s->text, s->size, out, map, 0, 0};
    size_t floor = 0;
    for (size_t block = 0; block < s->size && out->size <= budget && work_spend(out->work, 256); block += 64) {
        masks m = masks_at(s->text, s->size, block);
        for (uint64_t left = places(&m); left && out->size <= budget; left &= left - 1) {
            size_t at = block + (size_t)__builtin_ctzll(left);
            if (at >= floor) floor = rewrite(&w, s->words, at, floor);
        }
    }
    return rewrite_finish(&w);
}
