/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file: files of text in bodies, which are in Base64, and not to be passed by as pictures are.
 *
 *     {"type": "base64", "media_type": "text/plain", "data": "aGk="}    hi
 *     "data:text/csv;base64,YSxi"                                         a,b
 */
#ifndef FILTER_BODY_FILE_H
#define FILTER_BODY_FILE_H

#include "base/utf8.h"

/* The text of a string: that of a data: URL, or all of it when it is of the `type` that is told beside it; NULL text:
 * nobody told one. *head is what stands before the Base64. False: it is no file of text that can be read, or memory is
 * out, which memory->failed says. */
bool file_decode(arena *memory, filter_text string, filter_text type, filter_text *head, filter_text *text);

/* The string again, for another text. NULL: memory is out. */
filter_text file_encode(arena *memory, filter_text head, filter_text text);

#endif
