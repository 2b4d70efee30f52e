/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that have a form of their own: HL7 version 2, vCard and iCalendar (RFC 6350, RFC 5545), ENV of a container, a
 * value below its key. */
#include "fields/reader.h"

#include <string.h>

#define NEXT_LINE_MAX 96 /* bytes: a longer line is a text, and no value of the key above it */

/* HL7 2.5.1, chapters 3 and 6: what the fields of a segment hold, where it is about a person. */
typedef struct hl7_field {
    char segment[4];
    unsigned number;
    const char *name;
} hl7_field;

static const hl7_field hl7_fields[] = {
    {"PID", 3, "patient id"},      {"PID", 7, "date of birth"},  {"PID", 11, "address"},
    {"PID", 13, "phone number"},   {"PID", 14, "phone number"},  {"PID", 19, "ssn"},
    {"PID", 20, "driver license"}, {"NK1", 4, "address"},        {"NK1", 5, "phone number"},
    {"NK1", 16, "date of birth"},  {"NK1", 37, "ssn"},           {"GT1", 5, "address"},
    {"GT1", 6, "phone number"},    {"GT1", 8, "date of birth"},  {"GT1", 12, "ssn"},
    {"IN1", 18, "date of birth"},  {"IN1", 36, "policy number"}, {"IN1", 49, "member id"},
};

static field_name hl7_name(const char *segment, unsigned number) {
    for (size_t i = 0; i < sizeof hl7_fields / sizeof *hl7_fields; i++) {
        if (hl7_fields[i].number == number && memcmp(hl7_fields[i].segment, segment, 3) == 0)
            return (field_name){hl7_fields[i].name, strlen(hl7_fields[i].name)};
    }
    return (field_name){"segment", 7};
}

static bool is_capital(char c) {
    return (c >= 'A' && c <= 'Z') || text_is_digit(c);
}

static bool is_segment(const reader *r, const scope *s, size_t at) {
    const char *text = r->text + at;
    return at + 4 < s->to && text[3] == '|' && is_capital(text[0]) && is_capital(text[1]) && is_capital(text[2]);
}

static size_t read_segment(reader *r, const scope *s, size_t at) {
    const char *segment = r->text + at;
    unsigned number = 1;
    size_t start = at + 4, end = start;
    for (; end <= s->to; end++) {
        bool is_end = end == s->to || r->text[end] == '\n' || r->text[end] == '\r';
        if (!is_end && r->text[end] != '|') continue;
        if (end > start)
            reader_add(r, (field){.start = start,
                                  .end = end,
                                  .name = hl7_name(segment, number),
                                  .parent = s->parent,
                                  .syntax = FIELD_CELL});
        if (is_end) break;
        number++;
        start = end + 1;
    }
    return end < s->to ? end : s->to;
}

/* Segments end with CR, and no more, in HL7 itself; line feeds come with mail and files. */
static size_t read_hl7(reader *r, const scope *s, size_t at) {
    size_t end = read_segment(r, s, at);
    while (end < s->to && r->text[end] == '\r' && is_segment(r, s, end + 1)) end = read_segment(r, s, end + 1);
    return end;
}

/* NAME;PARAM=x:value */
static size_t read_vcard(reader *r, scope *s, size_t at) {
    size_t name = at, i;
    while (name < s->to && (is_capital(r->text[name]) || r->text[name] == '-')) name++;
    if (name - at < 2 || name == s->to || r->text[name] != ';') return at;
    for (i = name; i < s->to && i - at < 200 && r->text[i] != ':' && r->text[i] != '\n'; i++) continue;
    if (i >= s->to || r->text[i] != ':') return at;
    reader_open_line(r, s, (field_name){r->text + at, name - at}, i + 1);
    return i + 1;
}

/* ENV NAME value */
static size_t read_setting(reader *r, scope *s, size_t at, size_t word) {
    size_t name = skip_blanks(r->text, at + word, s->to), end = name;
    while (end < s->to && is_name_byte(r->text[end])) end++;
    size_t value = skip_blanks(r->text, end, s->to);
    if (end == name || value == end || value == s->to || is_one_of(r->text[value], "=\n\"'")) return at;
    reader_open_line(r, s, (field_name){r->text + name, end - name}, value);
    return value;
}

size_t read_line_form(reader *r, scope *s, size_t at) {
    const char *text = r->text;
    if (at + 8 >= s->to || !is_capital(text[at])) {
        return text[at] == 's' && has_word(text, at, s->to, "setenv") ? read_setting(r, s, at, 6) : at;
    }
    if (is_segment(r, s, at)) return read_hl7(r, s, at);
    if (text[at + 3] == ' ' && (has_word(text, at, s->to, "env") || has_word(text, at, s->to, "arg")))
        return read_setting(r, s, at, 3);
    return read_vcard(r, s, at);
}

static size_t line_end(const reader *r, const scope *s, size_t at) {
    const char *end = at < s->to ? memchr(r->text + at, '\n', s->to - at) : NULL;
    return end ? (size_t)(end - r->text) : s->to;
}

static bool is_fence(const char *text, span line) {
    return line.end - line.start >= 3 && line.end - line.start < 16 &&
           (memcmp(text + line.start, "```", 3) == 0 || memcmp(text + line.start, "~~~", 3) == 0);
}

/* Is a line a value with digits, and neither a key with its own nor an item? */
static bool is_lone_value(const char *text, span line) {
    bool has_digit = false;
    if (line.end == line.start || line.end - line.start > NEXT_LINE_MAX || is_one_of(text[line.start], "-#|<{[\"'>*"))
        return false;
    for (size_t i = line.start; i < line.end; i++) {
        has_digit = has_digit || text_is_digit(text[i]);
        if (text[i] == '=' || (text[i] == ':' && (i + 1 == line.end || text_is_space(text[i + 1])))) return false;
    }
    return has_digit;
}

size_t read_next_line(reader *r, scope *s, field_name name, size_t at) {
    size_t start = at + 1;
    for (unsigned skipped = 0; start < s->to && skipped < 3; skipped++) {
        const size_t end = line_end(r, s, start);
        const span line = trim(r->text, (span){start, end});
        if (line.end > line.start && !is_fence(r->text, line)) {
            if (!is_lone_value(r->text, line)) return at;
            reader_add(r, (field){.start = line.start,
                                  .end = line.end,
                                  .name = name,
                                  .parent = reader_parent(r, s),
                                  .syntax = FIELD_LINE});
            return line.end;
        }
        start = end + 1;
    }
    return at;
}
