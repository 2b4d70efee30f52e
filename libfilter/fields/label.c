/* SPDX-License-Identifier: Apache-2.0 */
/* Parts that name other parts: {"name": "ssn", "value": "…"}, set("ssn", "…"), <dt>SSN</dt><dd>…</dd>. */
#include "fields/reader.h"

#include <string.h>

typedef struct label_word {
    const char *word;
    unsigned kinds;
} label_word;

/* In order of size. */
static const label_word label_words[] = {
    {"dd", LABELLED_ELEMENT},
    {"dt", LABEL_ELEMENT},
    {"id", LABELLED_KEY | LABEL_ATTRIBUTE},
    {"no", LABELLED_KEY},
    {"td", LABEL_ELEMENT | LABELLED_ELEMENT},
    {"th", LABEL_ELEMENT},
    {"key", LABEL_KEY | LABEL_ELEMENT | LABEL_ATTRIBUTE},
    {"val", LABELLED_KEY | LABELLED_BEFORE},
    {"code", LABELLED_KEY},
    {"data", LABELLED_KEY},
    {"kind", LABEL_KEY},
    {"name", LABEL_KEY | LABEL_ELEMENT | LABEL_ATTRIBUTE},
    {"text", LABELLED_KEY},
    {"type", LABEL_KEY | LABEL_ATTRIBUTE},
    {"field", LABEL_KEY},
    {"label", LABEL_KEY},
    {"value", LABELLED_KEY | LABELLED_BEFORE | LABELLED_ELEMENT | LABELLED_ATTRIBUTE},
    {"answer", LABELLED_KEY | LABELLED_BEFORE},
    {"header", LABEL_KEY},
    {"number", LABELLED_KEY},
    {"string", LABELLED_KEY | LABELLED_ELEMENT},
    {"content", LABELLED_KEY | LABELLED_ATTRIBUTE},
    {"property", LABEL_ATTRIBUTE},
};

/* Where the words of a size begin: most names have only few that are as long. */
static const unsigned char label_sizes[] = {0, 0, 0, 6, 8, 14, 17, 21, 22, 23};

unsigned label_kinds(field_name name) {
    if (name.size == 0 || name.size + 1 >= sizeof label_sizes) return 0;
    const char first = text_lower(*name.text);
    for (size_t i = label_sizes[name.size]; i < label_sizes[name.size + 1]; i++) {
        if (*label_words[i].word == first && has_word(name.text, 0, name.size, label_words[i].word))
            return label_words[i].kinds;
    }
    return 0;
}

static bool is_identifier(const char *text, span s) {
    if (s.end - s.start < 2 || s.end - s.start > KEY_MAX) return false;
    bool letter = false;
    for (size_t i = s.start; i < s.end; i++) {
        if (!is_name_byte(text[i])) return false;
        letter |= !text_is_digit(text[i]) && text_is_word_byte(text[i]);
    }
    return letter;
}

/* Names the "value" that stood before its "name". */
static void name_before(reader *r, frame *top, field_name label) {
    if (top->labelled && top->labelled <= r->list->count) r->list->items[top->labelled - 1].name = label;
    top->labelled = 0;
}

field_name label_name(reader *r, scope *s, field_name name, span value) {
    frame *top = r->frame_count > s->frames ? &r->frames[r->frame_count - 1] : NULL;
    field_name *label = top ? &top->label : &s->label;
    const unsigned kinds = label_kinds(name);
    if (kinds & LABEL_KEY) {
        if (!is_identifier(r->text, value)) return name;
        *label = name_at(r, value);
        if (top) name_before(r, top, *label);
    } else if (label->size && kinds & LABELLED_KEY) {
        name = *label;
    } else if (top && kinds & LABELLED_BEFORE) {
        top->labelled = (uint32_t)r->list->count + 1; /* it is added next */
    } else if (!name.size && top && top->close == ')') {
        if (top->items++ == 0 && is_identifier(r->text, value)) top->label = name_at(r, value);
        else if (top->items == 2) name = top->label;
    } else if (!name.size && top && top->close == ']') {
        name = top->name;
    }
    return name;
}
