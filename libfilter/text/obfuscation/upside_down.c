/* SPDX-License-Identifier: Apache-2.0 */
#include "text/obfuscation/traits.h"

#include <string.h>
#include <unicode/utf8.h>

#define UPSIDE_DOWN_MIN 4 /* characters that only a turned letter is */
#define UPSIDE_DOWN_MAX 1024 /* bytes of a line that is read from its end */

/* The letter that a character is when it is turned upside down; 0 for what has no such form. The last ones come first:
 * most scripts are behind nearly all of them. */
static char upside_down_letter(uint32_t c) {
    static const struct {
        uint16_t c;
        char letter;
    } forms[] = {{0xA781, 'l'}, {0x1D77, 'g'}, {0x1D09, 'i'}, {0x05DF, 'l'}, {0x02D9, '.'}, {0x029E, 'k'},
                 {0x028E, 'y'}, {0x028D, 'w'}, {0x028C, 'v'}, {0x0287, 't'}, {0x027E, 'j'}, {0x0279, 'r'},
                 {0x026F, 'm'}, {0x0265, 'h'}, {0x025F, 'f'}, {0x0259, 'e'}, {0x0254, 'c'}, {0x0253, 'g'},
                 {0x0250, 'a'}, {0x01DD, 'e'}, {0x0183, 'g'}, {0x0131, 'i'}, {0x00BF, '?'}, {0x00A1, '!'}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms && forms[i].c >= c; i++) {
        if (forms[i].c == c) return forms[i].letter;
    }
    switch (c) {
    case 'n': return 'u';
    case 'u': return 'n';
    case 'b': return 'q';
    case 'q': return 'b';
    case 'd': return 'p';
    case 'p': return 'd';
    case 'm': return 'w';
    case 'w': return 'm';
    default: return c < 0x80 ? (char)c : 0;
    }
}

/* One line, from its end to its start. */
static void rewrite_upside_down(rewriter *w, span line) {
    const char *text = w->text;
    size_t turned = 0;
    for (size_t i = line.start; i < line.end;) {
        uint32_t c;
        i += text_ascii_prefix(text + i, line.end - i);
        if (i == line.end) break;
        U8_NEXT_UNSAFE(text, i, c);
        turned += c != 0x131 && upside_down_letter(c) != 0;
    }
    if (turned < UPSIDE_DOWN_MIN) return;
    rewrite_begin(w, line.start);
    for (size_t end = line.end; end > line.start;) {
        size_t start = text_align_back(text, end - 1), i = start;
        uint32_t c;
        U8_NEXT_UNSAFE(text, i, c);
        char letter = upside_down_letter(c);
        if (letter) put(w, letter, start, end - start);
        else rewrite_put(w, text + start, end - start, start, end - start);
        end = start;
    }
    rewrite_end(w, line.end);
}

bool undo_upside_down(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    rewriter w = {s->text, s->size, out, map, 0, 0};
    for (size_t at = 0; at < s->size && out->size <= budget && work_spend(out->work, 256);) {
        size_t limit = s->size - at > UPSIDE_DOWN_MAX ? text_align_back(s->text, at + UPSIDE_DOWN_MAX) : s->size;
        const char *feed = memchr(s->text + at, '\n', limit - at);
        size_t end = feed ? (size_t)(feed - s->text) : limit;
        rewrite_upside_down(&w, (span){at, end});
        at = feed ? end + 1 : end;
    }
    return rewrite_finish(&w);
}
