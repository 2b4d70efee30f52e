/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ctl: what the commands of filterctl share. Each command is one function in a file of its own with one table of its
 * options. It gets its name as argv[0] and returns an exit status.
 */
#ifndef FILTERD_CTL_CTL_H
#define FILTERD_CTL_CTL_H

#include "core/options.h"
#include "filter.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
    CTL_OK = 0,
    CTL_FOUND = 1, /* scan: findings; rules: mistakes; reload: not reloaded */
    CTL_ERROR = 2, /* something could not be done */
    CTL_FLAG = 10, /* inspect: the verdict */
    CTL_REDACT = 11,
    CTL_BLOCK = 12,
    CTL_USAGE = OPTIONS_EXIT_USAGE
};

typedef struct ctl_command {
    const char *name, *about;
    const option_command *options;
    int (*run)(int argc, char **argv);
} ctl_command;

extern const ctl_command ctl_commands[]; /* ends with a name that is NULL; "generate" is not listed */

extern const option_command ctl_inspect_options, ctl_scan_options, ctl_rules_options, ctl_reload_options,
    ctl_status_options, ctl_keygen_options;

int ctl_inspect(int argc, char **argv);
int ctl_scan(int argc, char **argv);
int ctl_rules(int argc, char **argv);
int ctl_reload(int argc, char **argv);
int ctl_status(int argc, char **argv);
int ctl_keygen(int argc, char **argv);
int ctl_generate(int argc, char **argv); /* for the build: completions, manual pages, schema */

/* Says what is wrong on standard error, after the program's name. Returns CTL_ERROR. */
int ctl_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What packs, files and replies hold is printed by these three alone, with escapes (core/escape.h): a string, a line, a
 * JSON object on one line, which stays the same JSON. `flags` are jansson's. What a caller typed goes out as it is. */
void ctl_put(FILE *out, const char *text);
void ctl_line(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
void ctl_put_json(const json_t *json, size_t flags);

/* "" where colours are not wanted: NO_COLOR is set, or the stream is no terminal. */
typedef enum ctl_colour {
    CTL_RESET,
    CTL_BOLD,
    CTL_DIM,
    CTL_RED,
    CTL_GREEN,
    CTL_YELLOW,
    CTL_BLUE,
    CTL_REVERSE
} ctl_colour;
extern const char *const ctl_colour_words[]; /* auto, always, never */
void ctl_colour_init(const char *when); /* one of them */
const char *ctl_colour_code(ctl_colour colour);

/* The options that several commands have, for a struct with fields of these names. */
#define CTL_OPTION_ENDPOINT(type)                                                                                      \
    {                                                                                                                  \
        .name = "endpoint", .letter = 'e', .kind = OPTION_TEXT, .argument = "ENDPOINT",                                \
        .offset = offsetof(type, endpoint),                                                                            \
        .about = "Where filterd listens: ipc://PATH or tcp://HOST:PORT. Without it: $FILTERD_ENDPOINT, else "          \
                 "ipc:///run/filterd/filterd.sock."                                                                    \
    }
#define CTL_OPTION_RULES(type)                                                                                         \
    {                                                                                                                  \
        .name = "rules", .letter = 'r', .kind = OPTION_DIRECTORY, .argument = "DIR", .offset = offsetof(type, rules),  \
        .about = "Rule packs. Without it: $FILTERD_RULES_DIR, else where they are installed."                          \
    }
#define CTL_OPTION_JSON(type, text)                                                                                    \
    { .name = "json", .letter = 'j', .kind = OPTION_FLAG, .offset = offsetof(type, json), .about = text }
#define CTL_OPTION_COLOR(type)                                                                                         \
    {                                                                                                                  \
        .name = "color", .kind = OPTION_CHOICE, .argument = "WHEN", .offset = offsetof(type, color),                   \
        .choices = ctl_colour_words, .standard = "auto", .about = "Whether to colour what is printed."                 \
    }
#define CTL_OPTION_MIN_SCORE(type)                                                                                     \
    {                                                                                                                  \
        .name = "min-score", .kind = OPTION_NUMBER, .argument = "SCORE", .offset = offsetof(type, min_score),          \
        .max = 1,                                                                                                      \
        .about = "List findings from this score on, 0 to 1, beside those that are acted upon. Without it: the "        \
                 "thresholds of the policy."                                                                           \
    }
#define CTL_OPTION_TIMEOUT(type, value)                                                                                \
    {                                                                                                                  \
        .name = "timeout", .letter = 't', .kind = OPTION_MILLISECONDS, .argument = "TIME",                             \
        .offset = offsetof(type, timeout_ms), .min = 1, .max = 3600000, .standard = value,                             \
        .about = "How long to wait for the answer: milliseconds, or 10s, 2min."                                        \
    }

/* Directory of rule packs: the option, else FILTERD_RULES_DIR, else where they are installed. */
const char *ctl_rules_directory(const char *option);

/* Loads packs from a directory or a file. Mistakes go to standard error. NULL on failure. */
filter_engine *ctl_load(const char *path, bool quiet);

/* The same for sources; `label` names them all in the message that counts mistakes. */
filter_engine *ctl_load_sources(const filter_source *sources, size_t count, const char *label, bool quiet);

/* Loads the packs of a directory with one pack laid over them: it takes the place of the pack with its name. Mistakes
 * go to standard error. NULL on failure. */
filter_engine *ctl_load_over(const char *directory, const char *pack);

/* Is the path a directory? */
bool ctl_is_directory(const char *path);

/* Reads a whole file, or standard input for "-". NULL, with a message, on failure; release with free(). */
char *ctl_read(const char *path, size_t max, size_t *size);

/* A connection to the daemon. */
typedef struct ctl_connection {
    const char *endpoint;
    const char *server_key; /* file with the server's public key, for CURVE */
    const char *client_key; /* file with this client's secret key; its public key is beside it in .pub */
    size_t timeout_ms;
} ctl_connection;

typedef struct ctl_client {
    void *context, *socket;
    ctl_connection connection;
} ctl_client;

/* For ctl_fail, with an endpoint whose answer has not the form of one. */
#define CTL_NOT_AN_ANSWER "%s: not an answer of filterd; does another program serve there?"

/* Endpoint from the option, else FILTERD_ENDPOINT, else the default one. */
const char *ctl_endpoint(const char *option);

/* False, with a message, when the endpoint is none, or nobody serves its socket: this is known without waiting. */
bool ctl_connect(ctl_client *client, const ctl_connection *connection);

/* Sends a header and texts, waits for the reply. The header comes back as JSON with the text frames as
 * its member "texts". NULL, with a message, on failure. */
json_t *ctl_request(ctl_client *client, const char *header, const filter_text *texts, size_t count);
void ctl_disconnect(ctl_client *client);

/* Prints a reply for people: the text with what was found marked in it, and what came back. */
void ctl_print_reply(FILE *out, const json_t *reply, const char *text, size_t size);

#endif
