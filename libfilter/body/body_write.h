/* SPDX-License-Identifier: Apache-2.0 */
/*
 * body_write: a body with some of its values written anew. All other bytes stay as they are.
 */
#ifndef FILTER_BODY_BODY_WRITE_H
#define FILTER_BODY_BODY_WRITE_H

#include "base/utf8.h"
#include "body/parts.h"

typedef struct body_edit {
    uint32_t start, end; /* in the body; edits come in order, and none touches another */
    filter_text with;
    bool is_string; /* it is put in quotes, with escapes where JSON asks for them */
} body_edit;

/* Writes a JSON string (RFC 8259, 7). */
void body_write_string(text_buffer *out, filter_text text);

/* The body with its edits made. out->failed: memory is out. */
void body_write(text_buffer *out, filter_text body, const body_edit *edits, size_t count);

#endif
