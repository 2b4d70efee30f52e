/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filterctl: the operator's and the rule writer's tool. Picks the command; each is in a ctl_*.c.
 */
#include "ctl/ctl.h"

#include <string.h>

static const char usage[] = "usage: filterctl COMMAND [OPTION]...\n"
                            "\n"
                            "  inspect   show what the filter says of a text\n"
                            "  scan      look through files and trees\n"
                            "  rules     check, test, list and explain rule packs\n"
                            "  reload    make filterd load its rules again\n"
                            "  status    what filterd serves, and how busy it is\n"
                            "  keygen    make a CURVE key pair\n"
                            "\n"
                            "'filterctl COMMAND --help' tells more, filterctl(1) all. --version shows the version.\n";

int main(int argc, char **argv) {
    const char *command = argc > 1 ? argv[1] : "";
    ctl_colour_init("auto");
    if (strcmp(command, "--help") == 0 || strcmp(command, "-h") == 0 || strcmp(command, "help") == 0)
        return ctl_usage(usage, true);
    if (strcmp(command, "--version") == 0 || strcmp(command, "-V") == 0) {
        printf("filterctl %s\n", filter_version());
        return CTL_OK;
    }
    argc--;
    argv++;
    if (strcmp(command, "inspect") == 0) return ctl_inspect(argc, argv);
    if (strcmp(command, "scan") == 0) return ctl_scan(argc, argv);
    if (strcmp(command, "rules") == 0) return ctl_rules(argc, argv);
    if (strcmp(command, "reload") == 0 || strcmp(command, "status") == 0) return ctl_daemon(command, argc, argv);
    if (strcmp(command, "keygen") == 0) return ctl_keygen(argc, argv);
    if (*command) ctl_fail("'%s' is no command", command);
    return ctl_usage(usage, false);
}
