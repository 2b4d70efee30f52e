/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options: the command line of a program or of one command of it, from one table. The table is the one place where an
 * option is defined: the parser, --help, the completions of shells and the manual pages are made from it.
 *
 *     filterctl inspect --role asistant
 *     -> filterctl inspect: --role: unknown value 'asistant'; did you mean 'assistant'? One of: user, …      exit 64
 *
 * Understood are --name VALUE, --name=VALUE, -n VALUE, -nVALUE, -abc, -- and prefixes of long names that are not
 * ambiguous. Options and operands may mix.
 */
#ifndef FILTERD_CORE_OPTIONS_H
#define FILTERD_CORE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define OPTIONS_EXIT_USAGE 64
#define OPTIONS_DONE (-1) /* --help or --version was answered */
#define OPTIONS_LIST_MAX 64

typedef enum option_kind {
    OPTION_FLAG, /* bool: true when it is given                      */
    OPTION_TEXT, /* const char *                                     */
    OPTION_FILE, /* const char *, completed as a file                */
    OPTION_DIRECTORY, /* const char *, completed as a directory           */
    OPTION_TEXTS, /* option_list: may be given more than once         */
    OPTION_CHOICE, /* const char *: one of `choices`                   */
    OPTION_CHOICES, /* const char *: some of `choices`, between commas  */
    OPTION_NUMBER, /* double, from min to max                          */
    OPTION_COUNT, /* size_t, from min to max                          */
    OPTION_MILLISECONDS, /* size_t, from min to max: 250, 250ms, 10s, 2min   */
    OPTION_BYTES, /* size_t, from min to max: 4096, 64KiB, 32MiB      */
    OPTION_HELP,
    OPTION_VERSION
} option_kind;

typedef struct option_list {
    const char *items[OPTIONS_LIST_MAX];
    size_t count;
} option_list;

typedef struct option_def {
    const char *name; /* long, without its dashes */
    char letter; /* 0: none */
    option_kind kind;
    const char *argument; /* in usage: "FILE"; NULL for flags */
    size_t offset; /* in the struct that is filled */
    double min, max;
    const char *const *choices; /* ends with NULL */
    const char *standard; /* the default, as a user would write it; NULL: what the struct holds before */
    const char *about; /* a sentence */
} option_def;

/* The two that every command has. */
#define OPTION_HELP_DEF                                                                                                \
    { .name = "help", .letter = 'h', .kind = OPTION_HELP, .about = "Show this text." }
#define OPTION_VERSION_DEF                                                                                             \
    { .name = "version", .letter = 'V', .kind = OPTION_VERSION, .about = "Show the version." }

typedef struct option_command {
    const char *name; /* "filterctl inspect" */
    const char *operands; /* in usage: "[FILE]..."; "" for none */
    const char *about; /* paragraphs between line feeds */
    const char *status; /* about exit statuses */
    const option_def *options;
    size_t count;
    size_t operands_min, operands_max;
    const char *const *words; /* what the first operand may be; NULL: files */
} option_command;

typedef struct option_rest {
    char **operands;
    size_t count;
} option_rest;

/* Fills `out` with the defaults, then from argv[1] on. The operands end up in rest, in their order. Returns 0,
 * OPTIONS_DONE, or
 * OPTIONS_EXIT_USAGE after saying what is wrong. */
int options_read(const option_command *command, int argc, char **argv, void *out, option_rest *rest);

/* Says on standard error what is wrong, and how to see the usage. Returns OPTIONS_EXIT_USAGE. */
int options_fail(const option_command *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What --help prints. */
void options_help(const option_command *command, FILE *out);

#endif
