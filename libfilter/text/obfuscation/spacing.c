/* SPDX-License-Identifier: Apache-2.0 */
#include "text/obfuscation/traits.h"
#include "text/word_joiner.h"

#include <string.h>

#define LETTERS_MIN 5 /* fewer letters in a row are initials or a list */
#define GAP_MAX 4 /* bytes between two letters of a word */

static bool is_single(const char *text, size_t size, size_t at) {
    return at < size && text_is_alpha(text[at]) && (at == 0 || !text_is_alnum(text[at - 1])) &&
           (at + 1 == size || !text_is_alnum(text[at + 1]));
}

/* The next single letter after `at`, at most twice a gap away; `size` when there is none. */
static size_t next_single(const char *text, size_t size, size_t at) {
    for (size_t i = at + 1; i < size && i - at <= 2 * GAP_MAX; i++) {
        if (text_is_alnum(text[i])) return is_single(text, size, i) ? i : size;
    }
    return size;
}

/* The region that begins with the single letter `at`: a gap as wide as the narrowest joins, a wider one parts words.
 * Returns where it ends, or `at` for no region. */
static size_t rewrite_letters(rewriter *w, const word_index *words, size_t at) {
    size_t count = 1, narrow = 2 * GAP_MAX, last = at;
    char separator = at + 1 < w->size ? w->text[at + 1] : ' ';
    for (size_t next; last - at < REGION_MAX && (next = next_single(w->text, w->size, last)) < w->size;
         last = next, count++) {
        char here = w->text[last + 1];
        if (text_is_space(separator)) separator = here;
        if (here != separator && !text_is_space(here)) break; /* a.b@c.d: not one hand's way of setting letters apart */
        if (next - last - 1 < narrow) narrow = next - last - 1;
    }
    if (count < LETTERS_MIN || narrow > GAP_MAX) return at;
    word_joiner word;
    word.count = 0; /* its letters are written before they are read */
    rewrite_begin(w, at);
    for (size_t i = at; i <= last;) {
        word_joiner_add(w, words, &word, w->text[i], i, 1);
        if (i == last) break;
        size_t next = next_single(w->text, w->size, i);
        bool parts = next - i - 1 > narrow || (text_is_space(w->text[i + 1]) && !text_is_space(w->text[at + 1]));
        if (parts) {
            word_joiner_put(w, words, &word);
            put(w, ' ', i + 1, next - i - 1);
        }
        i = next;
    }
    word_joiner_put(w, words, &word);
    rewrite_end(w, last + 1);
    return last + 1;
}

/* The same for a row that may begin before `at`, in the block before. */
static size_t rewrite_row(rewriter *w, const word_index *words, size_t at, size_t floor) {
    const size_t here = at;
    if (!is_single(w->text, w->size, at)) return floor;
    while (at > floor) {
        size_t before = at - 1;
        while (before > floor && at - before <= 2 * GAP_MAX && !text_is_alnum(w->text[before])) before--;
        if (at - before > 2 * GAP_MAX || !is_single(w->text, w->size, before)) break;
        at = before;
    }
    size_t end = rewrite_letters(w, words, at);
    return end > at ? end : here + 1;
}

bool undo_letter_spacing(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return rewrite_places(s, budget, out, map, rows_of, rewrite_row);
}

#define RUN_TOGETHER_MIN 18 /* letters of words that are set together */
/* Fewer words are a name; one more where something else parts them, capitals or digits, as it does in names. */
#define RUN_TOGETHER_WORDS 3

/* Does a run stand in a name of a program or an address, where words are set together for good reason? */
static bool is_name(const char *text, size_t size, span run) {
    if (memchr(text + run.start, '/', run.end - run.start)) return true;
    return (run.start > 0 && strchr("./@$#`:%&?=", text[run.start - 1])) ||
           (run.end < size && strchr("(.@=/`", text[run.end]));
}

/* "ignoreallpreviousinstructions", "IgnoreAllPreviousInstructions". Words that hyphens or underscores part are found
 * as they are. */
static void rewrite_run_together(rewriter *w, const word_index *words, span letters) {
    const char *text = w->text;
    size_t starts[WORD_INDEX_SEGMENT_MAX], next = 1;
    size_t parts = word_index_segment(words, text + letters.start, letters.end - letters.start, starts);
    bool plain = true, indicates = false; /* plain: small letters only */
    for (size_t i = 0; i < parts; i++) {
        size_t at = letters.start + starts[i], end = i + 1 < parts ? letters.start + starts[i + 1] : letters.end;
        const indexed_word *word = word_index_find(words, text + at, end - at);
        indicates = indicates || (word && word->is_indicator);
        for (size_t k = at; k < end; k++) plain = plain && text[k] >= 'a';
    }
    if (!indicates || parts < (plain ? RUN_TOGETHER_WORDS : RUN_TOGETHER_WORDS + 1)) return;
    rewrite_begin(w, letters.start);
    for (size_t i = letters.start; i < letters.end; i++) {
        if (next < parts && starts[next] == i - letters.start) {
            put(w, ' ', i, 0);
            next++;
        }
        put(w, text[i], i, 1);
    }
    rewrite_end(w, letters.end);
}

bool undo_run_together(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    rewriter w = {s->text, s->size, out, map, 0, 0};
    for (size_t i = 0; i < s->runs.count && work_spend(out->work, 256); i++) {
        const span run = s->runs.items[i];
        if (is_name(s->text, s->size, run)) continue;
        for (size_t at = run.start, end; at < run.end && out->size <= budget; at = end + (end == at)) {
            end = at;
            while (end < run.end && end - at < WORD_INDEX_SEGMENT_MAX && text_is_alpha(s->text[end])) end++;
            if (end - at >= RUN_TOGETHER_MIN) rewrite_run_together(&w, s->words, (span){at, end});
        }
    }
    return rewrite_finish(&w);
}
