/* SPDX-License-Identifier: Apache-2.0 */
/* Documentation and code that this machine happens to hold: real text, which differs from machine to machine. */
#include "sample.h"

#include <stdio.h>

#define MACHINE_BYTES ((size_t)4 << 20)

/* Names in an order that is random and the same in every run; zcat takes what is not compressed as it is. */
#define IN_RANDOM_ORDER                                                                                                \
    " 2>/dev/null | LC_ALL=C sort | LC_ALL=C sort -R --random-source=/bin/sh 2>/dev/null | head -n 2000 | "

static const char docs[] =
    "find /usr/share/doc /usr/share/man/man1 -type f -size -400k \\( -name '*.txt' -o -name 'README*' "
    "-o -name 'NEWS*' -o -name '*.md' -o -name '*.1.gz' -o -name '*.html' \\)" IN_RANDOM_ORDER
    "xargs -d '\\n' zcat -f 2>/dev/null";
static const char code[] = "find /usr/include /usr/lib/python3 /usr/lib/python3.* -type f -size -400k \\( -name '*.h' "
                           "-o -name '*.py' \\)" IN_RANDOM_ORDER "xargs -d '\\n' cat 2>/dev/null";

/* Reads a command's output once, leaving out what is not valid UTF-8 and control characters. */
static void add_output(sample_writer *w, const char *command) {
    static char block[1 << 16];
    size_t kept = 0, got, from = w->used;
    FILE *stream = popen(command, "re");
    while (stream && w->used - from < MACHINE_BYTES &&
           (got = fread(block + kept, 1, sizeof block - kept, stream)) > 0) {
        size_t end = kept + got, at = 0;
        while (end - at >= 4) {
            size_t valid = sample_valid_prefix(block + at, end - at);
            sample_add_bytes(w, block + at, valid);
            at += valid;
            if (end - at >= 4) at++;
        }
        kept = end - at;
        for (size_t i = 0; i < kept; i++) block[i] = block[at + i];
    }
    if (stream) pclose(stream);
    if (w->used - from < MACHINE_BYTES / 16) sample_fail(w, "this machine holds less than 256 KiB of it");
}

void sample_machine_docs(sample_writer *w) {
    add_output(w, docs);
}

void sample_machine_code(sample_writer *w) {
    add_output(w, code);
}
