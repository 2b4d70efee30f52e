/* SPDX-License-Identifier: Apache-2.0 */
#include "structures.h"

#include <sys/mman.h>

static void add(char *out, size_t size, const char *format, int length, const char *text) {
    size_t used = strlen(out);
    snprintf(out + used, size - used, format, length, text);
}

/* Spans lie in the text and in their parents, names too, in order of start. */
static void check(const field_list *list, const char *text, size_t size) {
    for (size_t i = 0; i < list->count; i++) {
        const field *f = &list->items[i], *parent = field_parent(list, f);
        assert_true(f->start <= f->end && f->end <= size);
        assert_true(i == 0 || list->items[i - 1].start <= f->start);
        assert_true(f->parent <= i);
        if (parent && parent->end < f->end) fail_msg("a field is longer than what it is in: %.*s", (int)size, text);
    }
}

const char *structures_of(const char *text, size_t size) {
    static char out[4096];
    arena memory;
    arena_init(&memory);
    field_list list = {.memory = &memory};
    assert_true(fields_read(&list, text, size));
    check(&list, text, size);
    out[0] = '\0';
    for (size_t i = 0; i < list.count; i++) {
        const field *f = &list.items[i];
        char words[FIELD_WORDS_MAX];
        if (!f->name.size || f->syntax == FIELD_CONTAINER || f->syntax == FIELD_HEADER || f->end == f->start) continue;
        if (*out) add(out, sizeof out, "%.*s", 2, "; ");
        add(out, sizeof out, "%.*s=", (int)field_words(f->name, words), words);
        add(out, sizeof out, "%.*s", (int)(f->end - f->start), text + f->start);
    }
    arena_fini(&memory);
    return out;
}

void structures_expect(const structure_case *cases, size_t count) {
    const size_t page = 4096;
    char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(pages != MAP_FAILED && mprotect(pages + page, page, PROT_NONE) == 0);
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(cases[i].text);
        char *at = pages + page - size;
        memcpy(at, cases[i].text, size);
        const char *found = structures_of(at, size);
        if (strcmp(found, cases[i].expected) != 0)
            fail_msg("%s: '%s' has the fields '%s', not '%s'", cases[i].why, cases[i].text, found, cases[i].expected);
        for (size_t cut = 0; cut < size; cut++) { /* no end of a text is read past */
            memcpy(pages + page - cut, cases[i].text, cut);
            structures_of(pages + page - cut, cut);
        }
    }
    munmap(pages, 2 * page);
}
