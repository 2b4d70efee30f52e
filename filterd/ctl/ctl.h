/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ctl: what the commands of filterctl share. Each command is one function in a file of its own, gets
 * the arguments after its name, and returns an exit status.
 */
#ifndef FILTERD_CTL_H
#define FILTERD_CTL_H

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
    CTL_USAGE = 64
};

int ctl_inspect(int argc, char **argv);
int ctl_scan(int argc, char **argv);
int ctl_rules(int argc, char **argv);
int ctl_daemon(const char *op, int argc, char **argv); /* reload, status */
int ctl_keygen(int argc, char **argv);

/* Says what is wrong on standard error, prefixed by the program's name. Returns CTL_ERROR. */
int ctl_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Says how a command is called: on standard output for --help, else on standard error. */
int ctl_usage(const char *text, bool asked);

/* Reads an option's number. False, with a message that names the option, when it is none in min…max. */
bool ctl_number(const char *option, const char *text, double min, double max, double *number);

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
void ctl_colour_init(const char *when); /* "auto", "always", "never" */
const char *ctl_colour_code(ctl_colour colour);

/* Directory of rule packs: the option, else FILTERD_RULES_DIR, else where they are installed. */
const char *ctl_rules_directory(const char *option);

/* Loads packs from a directory or a file. Mistakes go to standard error. NULL on failure. */
filter_engine *ctl_load(const char *path, bool quiet);

/* The same for sources; `label` names them all in the message that counts mistakes. */
filter_engine *ctl_load_sources(const filter_source *sources, size_t count, const char *label, bool quiet);

/* Loads the packs of a directory with one pack laid over them: it takes the place of the pack with its name. Mistakes go
 * to standard error. NULL on failure. */
filter_engine *ctl_load_over(const char *directory, const char *pack);

/* Is the path a directory? */
bool ctl_is_directory(const char *path);

/* Reads a whole file, or standard input for "-". NULL, with a message, on failure; release with free(). */
char *ctl_read(const char *path, size_t max, size_t *size);

/* A connection to the daemon. */
typedef struct ctl_client {
    void *context, *socket;
} ctl_client;

typedef struct ctl_connection {
    const char *endpoint;
    const char *server_key; /* file with the server's public key, for CURVE */
    const char *client_key; /* file with this client's secret key; its public key is beside it in .pub */
    int timeout_ms;
} ctl_connection;

/* Endpoint from the option, else FILTERD_ENDPOINT, else the default one. */
const char *ctl_endpoint(const char *option);

bool ctl_connect(ctl_client *client, const ctl_connection *connection);

/* Sends a header and texts, waits for the reply. The header comes back as JSON with the text frames as
 * its member "texts". NULL, with a message, on failure. */
json_t *ctl_request(ctl_client *client, const char *header, const filter_text *texts, size_t count);
void ctl_disconnect(ctl_client *client);

/* Prints a reply for people: the text with what was found marked in it, and what came back. */
void ctl_print_reply(FILE *out, const json_t *reply, const char *text, size_t size);

#endif
