/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filterctl: the operator's and the rule writer's tool. Picks the command; each is in a ctl_*.c.
 */
#include "ctl/ctl.h"

#include "base/message.h"

#include <string.h>

static void print_usage(FILE *out) {
    fputs("usage: filterctl COMMAND [OPTION]...\n\n", out);
    for (const ctl_command *c = ctl_commands; c->name; c++) fprintf(out, "  %-9s %s\n", c->name, c->about);
    fputs("\n'filterctl COMMAND --help' says more, filterctl(1) all. --version shows the version.\n", out);
}

static int fail(const char *command) {
    char message[400];
    const char *names[32];
    size_t count = 0;
    for (; ctl_commands[count].name; count++) names[count] = ctl_commands[count].name;
    names[count] = NULL;
    if (*command) ctl_fail("%s", message_unknown(message, sizeof message, "command", command, names));
    else ctl_fail("a command is missing");
    fputs("usage: filterctl COMMAND [OPTION]... (see filterctl --help)\n", stderr);
    return CTL_USAGE;
}

static bool is_one_of(const char *word, const char *a, const char *b, const char *c) {
    return strcmp(word, a) == 0 || strcmp(word, b) == 0 || strcmp(word, c) == 0;
}

int main(int argc, char **argv) {
    const char *command = argc > 1 ? argv[1] : "";
    ctl_colour_init("auto");
    if (is_one_of(command, "--help", "-h", "help")) {
        print_usage(stdout);
        return CTL_OK;
    }
    if (is_one_of(command, "--version", "-V", "version")) {
        printf("filterctl %s\n", filter_version());
        return CTL_OK;
    }
    for (const ctl_command *c = ctl_commands; c->name; c++) {
        if (strcmp(command, c->name) == 0) return c->run(argc - 1, argv + 1);
    }
    if (strcmp(command, "generate") == 0) return ctl_generate(argc - 1, argv + 1);
    return fail(command);
}
