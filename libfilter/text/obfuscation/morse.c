/* SPDX-License-Identifier: Apache-2.0 */
#include "text/obfuscation/traits.h"
#include "text/word_joiner.h"

#include <string.h>

#define MORSE_MIN 8

/* ITU-R M.1677-1, as a tree: from the place of a sign a dot leads to twice that place, a dash to the one after; it
 * begins at 1. */
static char morse_letter(const char *text, size_t size) {
    static const char tree[64] = "  etianmsurwdkgohvf l pjbxcyzq  54 3   2       16       7   8 90";
    size_t at = 1;
    for (size_t i = 0; i < size && at < 32; i++) at = 2 * at + (text[i] == '-');
    return size > 0 && size <= 5 && tree[at] != ' ' ? tree[at] : 0;
}

static bool is_morse(char c) {
    return c == '.' || c == '-';
}

/* From the sign at `at` on. Returns where Morse ends. */
static size_t rewrite_morse(rewriter *w, size_t at, bool write) {
    const char *text = w->text;
    size_t i = at, count = 0, end = at;
    if (write) rewrite_begin(w, at);
    while (i < w->size && i - at < REGION_MAX) {
        size_t sign = i;
        while (i < w->size && i - sign <= 6 && is_morse(text[i])) i++;
        char letter = i - sign <= 5 ? morse_letter(text + sign, i - sign) : 0;
        if (!letter) break;
        count++;
        if (write) put(w, letter, sign, i - sign);
        end = i;
        size_t gap = i;
        bool slash = false;
        while (i < w->size && i - gap < 4 && (text[i] == ' ' || text[i] == '/' || text[i] == '\n'))
            slash |= text[i++] == '/';
        if (i == gap || i == w->size || !is_morse(text[i])) break;
        if (write && (slash || i - gap >= 2)) put(w, ' ', gap, i - gap);
    }
    if (write) rewrite_end(w, end);
    return count >= MORSE_MIN ? end : at;
}

bool undo_morse(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    const char *text = s->text;
    const size_t size = s->size;
    rewriter w = {text, size, out, map, 0, 0};
    for (size_t i = 0; i < size && out->size <= budget && work_spend(out->work, 256);) {
        const char *hit = memchr(text + i, '-', size - i); /* hyphens are rarer than full stops */
        if (!hit) break;
        size_t at = (size_t)(hit - text), start = at;
        while (start > i &&
               (is_morse(text[start - 1]) || (text[start - 1] == ' ' && start - 1 > i && is_morse(text[start - 2]))))
            start--;
        size_t end = rewrite_morse(&w, start, false);
        if (end > start) rewrite_morse(&w, start, true);
        i = end > at ? end : at + 1;
    }
    return rewrite_finish(&w);
}
