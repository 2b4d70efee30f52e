/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/ctl.h"

#include "core/keys.h"

#include <errno.h>
#include <string.h>

static const option_def options[] = {OPTION_HELP_DEF};

const option_command ctl_keygen_options = {
    .name = "filterctl keygen",
    .operands = "FILE",
    .about = "Makes a CURVE key pair: FILE (secret, readable by its owner only) and FILE.pub. Give filterd its secret "
             "file and a file with the clients' public keys; give each client FILE.pub of filterd.",
    .status = "Exit status: 0; 2 on failure; 64 on wrong usage.",
    .options = options,
    .count = sizeof options / sizeof *options,
    .operands_min = 1,
    .operands_max = 1,
};

int ctl_keygen(int argc, char **argv) {
    char none, failed[KEYS_PATH_MAX];
    option_rest rest;
    int status = options_read(&ctl_keygen_options, argc, argv, &none, &rest);
    if (status) return status == OPTIONS_DONE ? CTL_OK : status;
    if (keys_generate(rest.operands[0], failed)) return CTL_OK;
    if (errno == EEXIST) return ctl_fail("%s: already exists; keygen never replaces a file", failed);
    return ctl_fail("%s: cannot be written: %s", failed, strerror(errno));
}
