/* SPDX-License-Identifier: Apache-2.0 */
#include "core/options.h"

#include "base/message.h"
#include "base/names.h"
#include "base/quantity.h"
#include "core/escape.h"
#include "filter.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define MESSAGE_MAX 1024
#define FAIL_MAX 8192 /* of what is wrong, with a path in it */
#define NAMES_MAX 32 /* options of one command */
#define HELP_WIDTH 96
#define HELP_COLUMN 26 /* where the meaning of an option begins */

/* ---------------------------------------------------------------------------------- messages ---- */

int options_fail(const option_command *command, const char *format, ...) {
    char message[FAIL_MAX];
    va_list args;
    fflush(stdout);
    fprintf(stderr, "%s: ", command->name);
    va_start(args, format);
    if (vsnprintf(message, sizeof message, format, args) < 0) *message = '\0';
    va_end(args);
    escape_print(stderr, message, strlen(message));
    fprintf(stderr, "\nusage: %s [OPTION]...%s%s (see %s --help)\n", command->name, *command->operands ? " " : "",
            command->operands, command->name);
    return OPTIONS_EXIT_USAGE;
}

/* Adds the options whose names begin like `prefix`, or, without it, the letters: "--role, --rules", "-e, -r". Returns
 * their number. */
static size_t list_options(const option_command *command, const char *prefix, char *out, size_t size) {
    size_t count = 0, used = 0;
    *out = '\0';
    for (size_t i = 0; i < command->count && used < size; i++) {
        const option_def *o = &command->options[i];
        const char letter[2] = {o->letter, '\0'}, *name = prefix ? o->name : letter;
        if (!*name || (prefix && strncmp(name, prefix, strlen(prefix)) != 0)) continue;
        used += (size_t)snprintf(out + used, size - used, "%s%s%s", count ? ", " : "", prefix ? "--" : "-", name);
        count++;
    }
    return count;
}

static int fail_unknown(const option_command *command, const char *given) {
    char list[MESSAGE_MAX], named[64];
    const char *names[NAMES_MAX + 1];
    size_t count = 0, size = strcspn(given, "=");
    for (; count < command->count && count < NAMES_MAX; count++) names[count] = command->options[count].name;
    names[count] = NULL;
    snprintf(named, sizeof named, "%.*s", (int)(size < sizeof named ? size : sizeof named - 1), given);
    bool is_long = strncmp(named, "--", 2) == 0;
    if (is_long && named[2] && list_options(command, named + 2, list, sizeof list) > 1)
        return options_fail(command, "option '%s' is ambiguous: it may be %s", named, list);
    const char *nearest = is_long ? message_nearest(named + 2, names) : NULL;
    if (nearest) return options_fail(command, "unknown option '%s'; did you mean '--%s'?", named, nearest);
    list_options(command, is_long ? "" : NULL, list, sizeof list);
    return options_fail(command, "unknown option '%s'; one of: %s", named, list);
}

/* ------------------------------------------------------------------------------------ values ---- */

/* One option as it was typed. */
typedef struct given {
    const option_def *def;
    const char *typed; /* "--role", "-e" */
    const char *value; /* NULL: none */
} given;

static int check_choice(const option_command *command, const given *g, const char *value, size_t size) {
    char message[MESSAGE_MAX], word[64];
    if (names_index(g->def->choices, value, size) >= 0) return 0;
    snprintf(word, sizeof word, "%.*s", (int)(size < sizeof word ? size : sizeof word - 1), value);
    message_unknown(message, sizeof message, "value", word, g->def->choices);
    return options_fail(command, "%s: %s", g->typed, message);
}

static int check_choices(const option_command *command, const given *g) {
    for (const char *at = g->value; *at;) {
        size_t size = strcspn(at, ",");
        int status = check_choice(command, g, at, size);
        if (status) return status;
        at += size + (at[size] == ',');
    }
    return *g->value ? 0 : check_choice(command, g, "", 0);
}

static int read_number(const option_command *command, const given *g, void *at) {
    static const quantity_kind kinds[] = {[OPTION_NUMBER] = QUANTITY_NUMBER,
                                          [OPTION_COUNT] = QUANTITY_COUNT,
                                          [OPTION_MILLISECONDS] = QUANTITY_MILLISECONDS,
                                          [OPTION_BYTES] = QUANTITY_BYTES};
    const option_def *o = g->def;
    char range[QUANTITY_RANGE_MAX];
    double number;
    if (!quantity_read(g->value, kinds[o->kind], &number) || number < o->min || number > o->max) {
        quantity_range(range, kinds[o->kind], o->min, o->max);
        return options_fail(command, "%s: must be %s, not '%s'", g->typed, range, g->value);
    }
    if (o->kind == OPTION_NUMBER) *(double *)at = number;
    else *(size_t *)at = (size_t)number;
    return 0;
}

static int add_text(const option_command *command, const given *g, option_list *list) {
    if (list->count == OPTIONS_LIST_MAX)
        return options_fail(command, "%s: given more than %d times", g->typed, OPTIONS_LIST_MAX);
    list->items[list->count++] = g->value;
    return 0;
}

static int apply(const option_command *command, const given *g, void *out) {
    void *at = (char *)out + g->def->offset;
    int status = 0;
    switch (g->def->kind) {
    case OPTION_FLAG: *(bool *)at = true; return 0;
    case OPTION_HELP: options_help(command, stdout); return OPTIONS_DONE;
    case OPTION_VERSION: printf("%s %s\n", command->name, filter_version()); return OPTIONS_DONE;
    case OPTION_TEXTS: return add_text(command, g, at);
    case OPTION_CHOICE: status = check_choice(command, g, g->value, strlen(g->value)); break;
    case OPTION_CHOICES: status = check_choices(command, g); break;
    case OPTION_NUMBER:
    case OPTION_COUNT:
    case OPTION_BYTES:
    case OPTION_MILLISECONDS: return read_number(command, g, at);
    default: break;
    }
    if (!status) *(const char **)at = g->value;
    return status;
}

/* ----------------------------------------------------------------------------------- parsing ---- */

/* Exact, or the only one that begins with these bytes. */
static const option_def *find_long(const option_command *command, const char *name, size_t size) {
    const option_def *found = NULL;
    for (size_t i = 0; i < command->count; i++) {
        const option_def *o = &command->options[i];
        if (strncmp(o->name, name, size) != 0) continue;
        if (!o->name[size]) return o;
        if (found) return NULL;
        found = o;
    }
    return size ? found : NULL;
}

static const option_def *find_letter(const option_command *command, char letter) {
    for (size_t i = 0; i < command->count; i++) {
        if (letter && command->options[i].letter == letter) return &command->options[i];
    }
    return NULL;
}

typedef struct parser {
    const option_command *command;
    int argc, at; /* the next argument */
    char **argv;
    void *out;
} parser;

/* Takes the next argument for an option whose value was not joined to it. */
static int finish(parser *p, given *g) {
    if (g->def->argument && !g->value) {
        if (p->at >= p->argc)
            return options_fail(p->command, "%s: needs a value: %s %s", g->typed, g->typed, g->def->argument);
        g->value = p->argv[p->at++];
    }
    if (!g->def->argument && g->value) return options_fail(p->command, "%s: takes no value", g->typed);
    return apply(p->command, g, p->out);
}

static int read_long(parser *p, const char *argument) {
    char typed[64];
    size_t size = strcspn(argument + 2, "=");
    given g = {.def = find_long(p->command, argument + 2, size), .typed = typed};
    if (!g.def) return fail_unknown(p->command, argument);
    snprintf(typed, sizeof typed, "%.*s", (int)(size + 2 < sizeof typed ? size + 2 : sizeof typed - 1), argument);
    if (argument[2 + size] == '=') g.value = argument + size + 3;
    return finish(p, &g);
}

static int read_letters(parser *p, const char *argument) {
    int status = 0;
    for (const char *at = argument + 1; *at && !status; at++) {
        char typed[3] = {'-', *at, '\0'};
        given g = {.def = find_letter(p->command, *at), .typed = typed};
        if (!g.def) return fail_unknown(p->command, typed);
        if (g.def->argument && at[1]) g.value = at + 1;
        status = finish(p, &g);
        if (g.def->argument) break;
    }
    return status;
}

static int check_operands(const option_command *command, const option_rest *rest) {
    if (rest->count > command->operands_max)
        return options_fail(command, "unexpected operand '%s'", rest->operands[command->operands_max]);
    if (rest->count < command->operands_min)
        return options_fail(command, "an operand is missing: %s", command->operands);
    return 0;
}

/* What holds when an option is not given. Lists have no such value: who reads them knows whether one was given. */
static int apply_standards(const option_command *command, void *out) {
    int status = 0;
    for (size_t i = 0; i < command->count && !status; i++) {
        const option_def *o = &command->options[i];
        given g = {.def = o, .typed = o->name, .value = o->standard};
        if (o->standard && o->kind != OPTION_TEXTS) status = apply(command, &g, out);
    }
    return status;
}

int options_read(const option_command *command, int argc, char **argv, void *out, option_rest *rest) {
    parser p = {command, argc, 1, argv, out};
    bool only_operands = false;
    int wrong_table = apply_standards(command, out);
    if (wrong_table) return wrong_table;
    *rest = (option_rest){argv + 1, 0};
    while (p.at < argc) {
        char *argument = argv[p.at++];
        int status = 0;
        if (only_operands || argument[0] != '-' || !argument[1]) rest->operands[rest->count++] = argument;
        else if (strcmp(argument, "--") == 0) only_operands = true;
        else if (argument[1] == '-') status = read_long(&p, argument);
        else status = read_letters(&p, argument);
        if (status) return status;
    }
    return check_operands(command, rest);
}

/* -------------------------------------------------------------------------------------- help ---- */

/* Words from `column` on; later lines begin at `indent`. */
static void wrap(FILE *out, const char *text, size_t column, size_t indent) {
    bool first = true;
    while (*text) {
        size_t size = strcspn(text, " ");
        if (!first && column + 1 + size > HELP_WIDTH) {
            fprintf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (!first) {
            fputc(' ', out);
            column++;
        }
        fwrite(text, 1, size, out);
        column += size;
        text += size;
        text += strspn(text, " ");
        first = false;
    }
    fputc('\n', out);
}

static void help_option(const option_def *o, FILE *out) {
    char head[80], text[MESSAGE_MAX];
    int used = snprintf(head, sizeof head, "  %c%c%c --%s%s%s", o->letter ? '-' : ' ', o->letter ? o->letter : ' ',
                        o->letter ? ',' : ' ', o->name, o->argument ? " " : "", o->argument ? o->argument : "");
    size_t size = (size_t)snprintf(text, sizeof text, "%s", o->about);
    for (size_t i = 0; o->choices && o->choices[i] && size < sizeof text; i++) {
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%s", i ? ", " : " One of: ", o->choices[i]);
    }
    if (o->choices && size < sizeof text) size += (size_t)snprintf(text + size, sizeof text - size, ".");
    if (o->standard && size < sizeof text) snprintf(text + size, sizeof text - size, " Default: %s", o->standard);
    fputs(head, out);
    if (used >= HELP_COLUMN - 1) fprintf(out, "\n%*s", HELP_COLUMN, "");
    else fprintf(out, "%*s", HELP_COLUMN - used, "");
    wrap(out, text, HELP_COLUMN, HELP_COLUMN);
}

static void help_paragraphs(const char *text, FILE *out) {
    while (text && *text) {
        char line[MESSAGE_MAX];
        size_t size = strcspn(text, "\n");
        snprintf(line, sizeof line, "%.*s", (int)size, text);
        if (line[0] == ' ') fprintf(out, "%s\n", line); /* laid out by hand */
        else wrap(out, line, 0, 0);
        text += size + (text[size] == '\n');
    }
}

void options_help(const option_command *command, FILE *out) {
    fprintf(out, "usage: %s [OPTION]...%s%s\n\n", command->name, *command->operands ? " " : "", command->operands);
    help_paragraphs(command->about, out);
    fputc('\n', out);
    for (size_t i = 0; i < command->count; i++) help_option(&command->options[i], out);
    if (!command->status) return;
    fputc('\n', out);
    help_paragraphs(command->status, out);
}
