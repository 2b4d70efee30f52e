/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sample: kinds of text that gateways see, made by programs with a fixed seed.
 *
 *     size_t size;
 *     char *logs = sample_make(sample_kind_named("access-log"), "bench/speed/texts", 4 << 20, &size);
 *
 * The same kind and size give the same bytes in every run and on every machine, except for the two kinds that read
 * files of this machine. Making 4 MiB takes some tens of milliseconds. One thread at a time may call.
 */
#ifndef BENCH_SPEED_SAMPLE_H
#define BENCH_SPEED_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SAMPLE_FILES_MAX 4

/* Texts of one file, separated by lines of a single '%', given in random order, each once before any comes again. */
typedef struct sample_file {
    char name[32];
    char *bytes;
    const char **texts;
    size_t count, next;
} sample_file;

/* What a maker writes to. `failed` says why, once something failed; what follows is then ignored. */
typedef struct sample_writer {
    char *bytes;
    size_t used, capacity;
    size_t personal; /* bytes of personal data so far */
    uint64_t state; /* of the random numbers */
    uint64_t clock; /* seconds since 1970: time goes on from record to record */
    const char *folder; /* where the files with texts are */
    sample_file files[SAMPLE_FILES_MAX];
    size_t file_count;
    char failed[200];
} sample_writer;

/* Appends one record: a prompt, a line, a page. */
typedef void sample_maker(sample_writer *w);

typedef enum sample_form { SAMPLE_FREE, SAMPLE_JSON_LINES, SAMPLE_CSV, SAMPLE_LINES } sample_form;

typedef struct sample_kind {
    const char *id, *title;
    sample_maker *make;
    const char *head; /* what the text begins with; NULL: nothing */
    sample_form form; /* what --check holds it to */
    bool of_machine; /* reads files of this machine, and may be absent */
} sample_kind;

extern const sample_kind sample_kinds[];
extern const size_t sample_kind_count;

/* NULL when there is none of that name. */
const sample_kind *sample_kind_named(const char *id);

/* About `size` bytes, ended by a NUL: cut where the last character that fits ends, or with `whole` after the record
 * that exceeds it. Release with free(). NULL when the files with texts are missing; `why` then says which. */
char *sample_make(const sample_kind *kind, const char *folder, size_t size, size_t *made, char why[200]);
char *sample_make_whole(const sample_kind *kind, const char *folder, size_t size, size_t *made, char why[200]);

/* Largest size, not above `size`, at which `text` of `length` bytes may be cut between two characters. */
size_t sample_cut(const char *text, size_t length, size_t size);

/* Size of the longest prefix that is valid UTF-8 without NULs: no surrogates, no overlong forms. */
size_t sample_valid_prefix(const char *text, size_t size);

/* For makers. */
void sample_fail(sample_writer *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
void sample_add(sample_writer *w, const char *text);
void sample_add_bytes(sample_writer *w, const char *bytes, size_t size);
void sample_print(sample_writer *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
uint32_t sample_random(sample_writer *w, uint32_t below);
bool sample_chance(sample_writer *w, uint32_t percent);
/* Hexadecimal digits of an id; `out` holds `count` + 1 bytes. */
const char *sample_hex(sample_writer *w, char *out, size_t count);
/* The next text of FOLDER/NAME.txt. */
const char *sample_next(sample_writer *w, const char *name);
/* The same with curly quotes and dashes, as telephones and word processors write them. */
void sample_add_typeset(sample_writer *w, const char *text);

#define SAMPLE_PICK(w, list) ((list)[sample_random((w), (uint32_t)(sizeof(list) / sizeof *(list)))])

/* Fills a template. `{u:900}` is a number below 900, `{d:4}` four digits, `{x:8}` eight hexadecimal ones, `{uuid}`,
 * `{ip}`, `{iso}` the time, and `{person}`, `{city}`, `{product}`, `{noun}`, `{verb}` a word of that list; `{1}` to
 * `{4}` are nouns that stay the same within one template. All else, braces too, is copied. */
void sample_template(sample_writer *w, const char *template);
const char *sample_person(sample_writer *w); /* a first and a last name */

/* A value of personal data that is valid and belongs to nobody: a kind of them at random. */
void sample_personal_value(sample_writer *w, char *out, size_t capacity);

sample_maker sample_chat, sample_docs, sample_mail, sample_hindi, sample_chinese, sample_russian, sample_arabic,
    sample_personal;
sample_maker sample_code, sample_json, sample_access_log, sample_app_log, sample_csv, sample_html, sample_digits,
    sample_words;
sample_maker sample_words_personal;
sample_maker sample_machine_docs, sample_machine_code;

#endif
