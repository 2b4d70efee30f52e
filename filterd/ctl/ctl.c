/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/ctl.h"

#include "base/yaml_reader.h"
#include "core/default_paths.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FAIL_MAX 8192 /* bytes of a message, with a path in it */

int ctl_fail(const char *format, ...) {
    char message[FAIL_MAX];
    va_list args;
    fflush(stdout);
    va_start(args, format);
    if (vsnprintf(message, sizeof message, format, args) < 0) *message = '\0';
    va_end(args);
    ctl_line(stderr, "filterctl: %s", message);
    return CTL_ERROR;
}

/* ---------------------------------------------------------------------------------- colours ---- */

const char *const ctl_colour_words[] = {"auto", "always", "never", NULL};

static bool colours;

void ctl_colour_init(const char *when) {
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    colours = strcmp(when, "always") == 0 || (strcmp(when, "auto") == 0 && !(no_color && *no_color) &&
                                              isatty(STDOUT_FILENO) && !(term && strcmp(term, "dumb") == 0));
}

const char *ctl_colour_code(ctl_colour colour) {
    static const char *const codes[] = {"\033[0m",  "\033[1m",  "\033[2m",  "\033[31m",
                                        "\033[32m", "\033[33m", "\033[34m", "\033[7m"};
    return colours ? codes[colour] : "";
}

/* --------------------------------------------------------------------------------- commands ---- */

const ctl_command ctl_commands[] = {
    {"inspect", "show what the filter says of a text", &ctl_inspect_options, ctl_inspect},
    {"scan", "look through files and trees", &ctl_scan_options, ctl_scan},
    {"rules", "check, test, list and explain rule packs", &ctl_rules_options, ctl_rules},
    {"reload", "make filterd load its rules again", &ctl_reload_options, ctl_reload},
    {"status", "what filterd serves, and how busy it is", &ctl_status_options, ctl_status},
    {"keygen", "make a CURVE key pair", &ctl_keygen_options, ctl_keygen},
    {NULL, NULL, NULL, NULL},
};

/* ------------------------------------------------------------------------------------ files ---- */

char *ctl_read(const char *path, size_t max, size_t *size) {
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    size_t capacity = 65536;
    char *data = malloc(capacity);
    *size = 0;
    if (!file || !data) {
        ctl_fail("%s: cannot be read: %s", path, strerror(errno));
        free(data);
        return NULL;
    }
    bool room = true;
    while (room && !ferror(file) && !feof(file) && *size <= max) {
        char *grown = *size < capacity ? data : realloc(data, capacity *= 2);
        room = grown != NULL;
        if (room) *size += fread((data = grown) + *size, 1, capacity - *size, file);
    }
    bool ok = room && feof(file) && *size <= max;
    if (!ok) ctl_fail("%s: %s", path, !room || ferror(file) ? strerror(errno) : "is too large");
    if (file != stdin) fclose(file);
    if (ok) return data;
    free(data);
    return NULL;
}

const char *ctl_rules_directory(const char *option) {
    const char *set = getenv("FILTERD_RULES_DIR");
    return option ? option : set && *set ? set : default_rules_path();
}

static void print_mistake(const filter_diagnostic *d, void *arg) {
    size_t *count = arg;
    (*count)++;
    ctl_line(stderr, "%s:%u:%u: %s%s%s", d->file, d->line, d->column, d->rule, *d->rule ? ": " : "", d->message);
}

typedef struct load {
    filter_engine_options options;
    filter_error error;
    size_t mistakes;
} load;

static load load_begin(bool quiet) {
    load l = {.options = FILTER_ENGINE_OPTIONS_INIT, .error = {.status = FILTER_OK}};
    l.options.cache_dir = default_cache_path(); /* the daemon's serves here too */
    l.options.on_diagnostic = quiet ? NULL : print_mistake;
    return l;
}

static void load_end(const load *l, filter_status status, const char *label) {
    if (status == FILTER_OK) return;
    if (l->mistakes == 0) ctl_fail("%s", l->error.message);
    else if (l->mistakes >= DIAGNOSTICS_MAX) ctl_fail("%s: %d mistakes or more", label, DIAGNOSTICS_MAX);
    else ctl_fail("%s: %zu mistake%s", label, l->mistakes, l->mistakes == 1 ? "" : "s");
}

filter_engine *ctl_load_sources(const filter_source *sources, size_t count, const char *label, bool quiet) {
    filter_engine *engine = NULL;
    load l = load_begin(quiet);
    l.options.diagnostic_arg = &l.mistakes;
    load_end(&l, filter_engine_new(&engine, sources, count, &l.options, &l.error), label);
    return engine;
}

bool ctl_is_directory(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

filter_engine *ctl_load(const char *path, bool quiet) {
    filter_engine *engine = NULL;
    load l = load_begin(quiet);
    l.options.diagnostic_arg = &l.mistakes;
    if (!ctl_is_directory(path)) return ctl_load_sources(&(filter_source){.name = path}, 1, path, quiet);
    load_end(&l, filter_engine_new_from_directory(&engine, path, &l.options, &l.error), path);
    return engine;
}
