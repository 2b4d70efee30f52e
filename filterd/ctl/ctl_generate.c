/* SPDX-License-Identifier: Apache-2.0 */
/* What `make generate` writes into the tree: completions, options of manual pages, keys and schema of the
 * configuration. */
#include "ctl/ctl.h"

#include "base/schema.h"
#include "core/config.h"
#include "core/daemon_options.h"

#include <string.h>

#define SCHEMA_ID "filterd.schema.json"

/* ------------------------------------------------------------------------------------- bash ---- */

static void put_words(const char *const *words) {
    for (size_t i = 0; words[i]; i++) printf("%s%s", i ? " " : "", words[i]);
}

/* Where the word before says what comes. */
static void bash_values(const option_command *c) {
    puts("        case $previous in");
    for (size_t i = 0; i < c->count; i++) {
        const option_def *o = &c->options[i];
        const char *letter = o->letter ? (char[]){' ', '|', ' ', '-', o->letter, '\0'} : "";
        if (!o->argument) continue;
        printf("        --%s%s) ", o->name, letter);
        if (o->choices) {
            printf("words=\"");
            put_words(o->choices);
            puts("\" ;;");
        } else if (o->kind == OPTION_FILE || o->kind == OPTION_DIRECTORY) {
            printf("COMPREPLY=($(compgen -%c -- \"$word\")); return ;;\n", o->kind == OPTION_FILE ? 'f' : 'd');
        } else {
            puts("return ;;");
        }
    }
    puts("        *)");
    printf("            words=\"");
    if (c->words) put_words(c->words);
    for (size_t i = 0; i < c->count; i++) printf("%s--%s", i || c->words ? " " : "", c->options[i].name);
    puts("\"");
    puts("            ;;\n        esac");
}

static void bash_function(const char *program) {
    printf("_%s() {\n    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} words=\n",
           program);
}

static void bash_end(const char *program, const char *from) {
    printf("    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
           "    [[ $word != -* && $COMP_CWORD -gt %s ]] && COMPREPLY+=($(compgen -f -- \"$word\"))\n}\n"
           "complete -F _%s %s\n",
           from, program, program);
}

static void bash(void) {
    puts("# bash completion for filterctl and filterd, made by 'make generate'           -*- shell-script -*-");
    bash_function("filterctl");
    puts("    case $COMP_CWORD:${COMP_WORDS[1]} in");
    printf("    1:*) words=\"");
    for (const ctl_command *c = ctl_commands; c->name; c++) printf("%s ", c->name);
    puts("--help --version\" ;;");
    for (const ctl_command *c = ctl_commands; c->name; c++) {
        printf("    *:%s)\n", c->name);
        bash_values(c->options);
        puts("        ;;");
    }
    puts("    esac");
    bash_end("filterctl", "1");
    bash_function("filterd");
    bash_values(&daemon_command);
    bash_end("filterd", "0");
}

/* -------------------------------------------------------------------------------------- zsh ---- */

/* Inside '…' and [ ]. */
static void zsh_text(const char *text) {
    for (; *text; text++) {
        if (*text == '\'') fputs("'\\''", stdout);
        else if (strchr("[]:", *text)) printf("\\%c", *text);
        else putchar(*text);
    }
}

static void zsh_value(const option_def *o) {
    printf(":%s:", o->argument);
    if (o->choices) {
        printf(o->kind == OPTION_CHOICES ? "_sequence compadd - " : "(");
        put_words(o->choices);
        printf(o->kind == OPTION_CHOICES ? "" : ")");
    } else if (o->kind == OPTION_FILE) {
        printf("_files");
    } else if (o->kind == OPTION_DIRECTORY) {
        printf("_files -/");
    }
}

static void zsh_arguments(const option_command *c) {
    for (size_t i = 0; i < c->count; i++) {
        const option_def *o = &c->options[i];
        if (o->letter) printf(" \\\n        '(-%c --%s)'{-%c,--%s}'[", o->letter, o->name, o->letter, o->name);
        else printf(" \\\n        '--%s[", o->name);
        zsh_text(o->about);
        printf("]");
        if (o->argument) zsh_value(o);
        printf("'");
    }
    if (c->words) {
        printf(" \\\n        '1:command:(");
        put_words(c->words);
        printf(")'");
    }
    if (c->operands_max) printf(" \\\n        '*:file:_files'");
    putchar('\n');
}

static void zsh(void) {
    puts("#compdef filterctl filterd\n# zsh completion for filterctl and filterd, made by 'make generate'\n");
    puts("if [[ $service == filterd ]]; then\n    _arguments -s \\");
    printf("        -S");
    zsh_arguments(&daemon_command);
    puts("    return\nfi\nif (( CURRENT == 2 )); then\n    local -a commands=(");
    for (const ctl_command *c = ctl_commands; c->name; c++) printf("        '%s:%s'\n", c->name, c->about);
    puts(
        "    )\n    _describe command commands\n    return\nfi\nlocal command=$words[2]\nshift words\n(( CURRENT-- ))\n"
        "case $command in");
    for (const ctl_command *c = ctl_commands; c->name; c++) {
        printf("%s)\n    _arguments -s -S", c->name);
        zsh_arguments(c->options);
        puts("    ;;");
    }
    puts("esac");
}

/* ------------------------------------------------------------------------------------- fish ---- */

static void fish_text(const char *text) {
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\') putchar('\\');
        putchar(*text);
    }
}

static void fish_options(const char *program, const char *condition, const option_command *c) {
    for (size_t i = 0; i < c->count; i++) {
        const option_def *o = &c->options[i];
        printf("complete -c %s%s -l %s", program, condition, o->name);
        if (o->letter) printf(" -s %c", o->letter);
        if (o->choices) {
            printf(" -x -a '");
            put_words(o->choices);
            printf("'");
        } else if (o->argument) {
            printf(o->kind == OPTION_FILE || o->kind == OPTION_DIRECTORY ? " -r" : " -x");
        }
        printf(" -d '");
        fish_text(o->about);
        puts("'");
    }
    if (!c->words) return;
    printf("complete -c %s%s -a '", program, condition);
    put_words(c->words);
    puts("'");
}

static void fish(void) {
    char condition[100];
    puts("# fish completion for filterctl and filterd, made by 'make generate'");
    for (const ctl_command *c = ctl_commands; c->name; c++)
        printf("complete -c filterctl -n __fish_use_subcommand -f -a %s -d '%s'\n", c->name, c->about);
    for (const ctl_command *c = ctl_commands; c->name; c++) {
        snprintf(condition, sizeof condition, " -n '__fish_seen_subcommand_from %s'", c->name);
        fish_options("filterctl", condition, c->options);
    }
    fish_options("filterd", "", &daemon_command);
}

/* ------------------------------------------------------------------------------------- mdoc ---- */

static void mdoc_text(const char *text) {
    for (; *text; text++) {
        if (*text == '\\') fputs("\\e", stdout);
        else putchar(*text);
        if (*text != '.' || text[1] != ' ') continue;
        putchar('\n'); /* a sentence a line */
        text++;
    }
    putchar('\n');
}

static void mdoc_options(const option_command *c) {
    puts(".Bl -tag -width Ds");
    for (size_t i = 0; i < c->count; i++) {
        const option_def *o = &c->options[i];
        printf(".It");
        if (o->letter) printf(" Fl %c ,", o->letter);
        printf(" Fl -%s", o->name);
        if (o->argument) printf(" Ar %s", o->argument);
        putchar('\n');
        mdoc_text(o->about);
        for (size_t k = 0; o->choices && o->choices[k]; k++)
            printf("%s%s%s", k ? ", " : "One of ", o->choices[k], o->choices[k + 1] ? "" : ".\n");
        if (o->standard) printf("The default is\n.Li %s .\n", o->standard);
    }
    puts(".El");
}

static void mdoc(const char *program) {
    if (strcmp(program, "filterd") == 0) {
        mdoc_options(&daemon_command);
        return;
    }
    for (const ctl_command *c = ctl_commands; c->name; c++) {
        printf(".Ss %s\n", c->name);
        mdoc_options(c->options);
    }
}

/* ---------------------------------------------------------------------------------- command ---- */

static const char *const kinds[] = {"completion", "options", "config-schema", "config-keys", NULL};
static const option_def options[] = {OPTION_HELP_DEF};
static const option_command generate_options = {
    .name = "filterctl generate",
    .operands = "completion bash|zsh|fish | options filterctl|filterd | config-schema | config-keys",
    .about = "Writes what 'make generate' puts into the source tree.",
    .options = options,
    .count = sizeof options / sizeof *options,
    .operands_min = 1,
    .operands_max = 2,
    .words = kinds,
};

static void config_schema(void) {
    json_t *schema = schema_document(&config_table, SCHEMA_ID, "Configuration of filterd");
    json_dumpf(schema, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(schema);
}

int ctl_generate(int argc, char **argv) {
    char none;
    option_rest rest;
    int status = options_read(&generate_options, argc, argv, &none, &rest);
    if (status) return status == OPTIONS_DONE ? CTL_OK : status;
    const char *what = rest.operands[0], *which = rest.count > 1 ? rest.operands[1] : "";
    if (strcmp(what, "config-schema") == 0 && !*which) config_schema();
    else if (strcmp(what, "config-keys") == 0 && !*which) schema_mdoc(&config_table, stdout);
    else if (strcmp(what, "completion") == 0 && strcmp(which, "bash") == 0) bash();
    else if (strcmp(what, "completion") == 0 && strcmp(which, "zsh") == 0) zsh();
    else if (strcmp(what, "completion") == 0 && strcmp(which, "fish") == 0) fish();
    else if (strcmp(what, "options") == 0 && strcmp(which, "filterctl") == 0) mdoc(which);
    else if (strcmp(what, "options") == 0 && strcmp(which, "filterd") == 0) mdoc(which);
    else return options_fail(&generate_options, "cannot generate '%s %s'", what, which);
    return CTL_OK;
}
