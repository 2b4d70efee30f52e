/* SPDX-License-Identifier: Apache-2.0 */
#include "body/body_write.h"

#include <stdio.h>
#include <string.h>

void body_write_string(text_buffer *out, filter_text text) {
    static const char plain[] = "\b\f\n\r\t\"\\", letters[] = "bfnrt\"\\";
    size_t done = 0;
    text_append(out, "\"", 1);
    for (size_t i = 0; i < text.size; i++) {
        const unsigned char c = (unsigned char)text.text[i];
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        char escape[8];
        const char *letter = c ? strchr(plain, c) : NULL;
        if (letter) snprintf(escape, sizeof escape, "\\%c", letters[letter - plain]);
        else snprintf(escape, sizeof escape, "\\u%04x", c);
        text_append(out, text.text + done, i - done);
        text_append_string(out, escape);
        done = i + 1;
    }
    text_append(out, text.text + done, text.size - done);
    text_append(out, "\"", 1);
}

void body_write(text_buffer *out, filter_text body, const body_edit *edits, size_t count) {
    size_t done = 0;
    for (size_t i = 0; i < count; i++) {
        text_append(out, body.text + done, edits[i].start - done);
        if (edits[i].is_string) body_write_string(out, edits[i].with);
        else text_append(out, edits[i].with.text, edits[i].with.size);
        done = edits[i].end;
    }
    text_append(out, body.text + done, body.size - done);
}
