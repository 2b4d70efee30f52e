/* SPDX-License-Identifier: Apache-2.0 */
#include "text/rewrite.h"

#define AROUND 256 /* bytes of text that are kept to both sides of a region */

static void copy_plain(rewriter *w, size_t end) {
    if (end <= w->copied) return;
    rewrite_put(w, w->text + w->copied, end - w->copied, w->copied, end - w->copied);
    w->copied = end;
}

void rewrite_begin(rewriter *w, size_t at) {
    size_t from = text_align_back(w->text, at > AROUND ? at - AROUND : 0);
    if (from > w->wanted) {
        copy_plain(w, w->wanted);
        if (w->out->size) rewrite_put(w, "\n", 1, from, 0);
        w->copied = from;
    }
    copy_plain(w, at);
}

void rewrite_put(rewriter *w, const char *bytes, size_t size, size_t from, size_t from_size) {
    text_append(w->out, bytes, size);
    span_map_add(w->map, size, from, from_size);
}

void rewrite_end(rewriter *w, size_t at) {
    w->copied = at;
    w->wanted = text_align_forward(w->text, w->size, w->size - at > AROUND ? at + AROUND : w->size);
}

bool rewrite_finish(rewriter *w) {
    if (!w->out->size) return false;
    copy_plain(w, w->wanted);
    return true;
}
