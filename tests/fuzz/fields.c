/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a text whose fields are read: spans lie in the text and in their parents, in order of start, and what
 * is asked of them lies in the text, too. The first byte says how much work it may cost. */
#include "fuzz.h"

#include "fields/field.h"
#include "fields/operand.h"

#include <string.h>

static void check_fields(const field_list *list, size_t size) {
    for (size_t i = 0; i < list->count; i++) {
        const field *f = &list->items[i], *parent = field_parent(list, f);
        fuzz_check(f->start <= f->end && f->end <= size);
        fuzz_check(i == 0 || list->items[i - 1].start <= f->start);
        fuzz_check(f->parent <= i);
        fuzz_check(!parent || (parent->start <= f->start && f->end <= parent->end));
    }
}

/* A name is text of the document, or a constant. */
static void check_name(field_name name) {
    char words[FIELD_WORDS_MAX];
    fuzz_check(field_words(name, words) <= sizeof words);
    field_is_generic(name);
}

/* Does a value end at `end`: with its field, or before a remark? */
static bool is_end(const field *f, const char *text, size_t end) {
    const char *at = text + end, *last = text + f->end;
    while (at < last && (*at == ' ' || *at == '\t')) at++;
    return at == last || (at > text + end && *at == '#');
}

/* What is asked about a span is answered within the text, and around the span. */
static void check_span(const field_list *list, const char *text, size_t size, size_t start, size_t end) {
    const field *f = fields_around(list, start, end);
    fuzz_check(!f || (f->start <= start && end <= f->end));
    field_writing how = fields_writing(list, text, size, (span){start, end});
    fuzz_check(how.start <= start && end <= how.end && how.end <= size);
    const bool is_operand = operand_quote(text, size, (span){start, end}) != 0;
    fuzz_check(!how.quote || is_operand || (f && !f->quote && how.start == f->start && is_end(f, text, how.end)));
    fields_name_has(list, text, start, end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    arena memory;
    if (size == 0) return 0;
    work_budget work = WORK_UNBOUNDED;
    if (data[0] & 1) work.deadline = work_now(); /* it is late once the clock is read */
    work.unchecked = data[0] & 2 ? WORK_STEP - 128 : 0;
    size--;
    char *text = malloc(size ? size : 1);
    if (size) memcpy(text, data + 1, size); /* of its own size: no end is read past */
    arena_init(&memory);
    field_list list = {.memory = &memory, .work = &work};
    fuzz_check(fields_read(&list, text, size) && list.count <= FIELDS_MAX);
    check_fields(&list, size);
    for (size_t i = 0; i < list.count; i++) {
        const field *f = &list.items[i];
        check_name(f->name);
        check_span(&list, text, size, f->start, f->end);
        if (f->end - f->start > 2) check_span(&list, text, size, f->start + 1, f->end - 1);
    }
    for (size_t at = 0; at < size && at < 64; at++) check_span(&list, text, size, at, at + 1);
    arena_fini(&memory);
    free(text);
    return 0;
}
