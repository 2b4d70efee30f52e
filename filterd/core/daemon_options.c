/* SPDX-License-Identifier: Apache-2.0 */
#include "core/daemon_options.h"

#include "core/config.h"

#define AT(field) offsetof(daemon_options, field)

static const option_def options[] = {
    {.name = "endpoint",
     .letter = 'e',
     .kind = OPTION_TEXTS,
     .argument = "ENDPOINT",
     .offset = AT(endpoints),
     .standard = "ipc:///run/filterd/filterd.sock",
     .about =
         "Where clients connect: ipc://PATH or tcp://HOST:PORT. May be given more than once. An address that other "
         "hosts can reach needs CURVE keys in the configuration."},
    {.name = "rules",
     .letter = 'r',
     .kind = OPTION_DIRECTORY,
     .argument = "DIR",
     .offset = AT(rules),
     .about = "Directory of rule packs. Without it: where they are installed."},
    {.name = "config",
     .letter = 'c',
     .kind = OPTION_FILE,
     .argument = "FILE",
     .offset = AT(config),
     .about = "Configuration, see filterd.yaml(5). Options win over it."},
    {.name = "control",
     .kind = OPTION_TEXT,
     .argument = "ENDPOINT",
     .offset = AT(control),
     .about =
         "ipc://PATH for filterctl. Without it: the first ipc:// endpoint and '.ctl'. Only its owner can open it."},
    {.name = "cache",
     .kind = OPTION_DIRECTORY,
     .argument = "DIR",
     .offset = AT(cache),
     .about = "Where compiled rules are kept; 'none' for nowhere. A directory that others can write to is not used. "
              "Without it: $CACHE_DIRECTORY, else $XDG_CACHE_HOME/filterd, else ~/.cache/filterd."},
    {.name = "user",
     .kind = OPTION_TEXT,
     .argument = "NAME",
     .offset = AT(user),
     .about = "Who the daemon becomes when root starts it. Without it: 'filterd' where there is such a user."},
    {.name = "sandbox",
     .kind = OPTION_CHOICE,
     .argument = "MODE",
     .offset = AT(sandbox),
     .choices = config_sandbox_names,
     .about = "What to do when the kernel lacks a part of the sandbox: warn, do not start, or use none at all. Without "
              "it: auto."},
    {.name = "workers",
     .letter = 'w',
     .kind = OPTION_COUNT,
     .argument = "N",
     .offset = AT(workers),
     .min = 1,
     .max = CONFIG_WORKERS_MAX,
     .about = "Threads that inspect. Without it: one for each core."},
    {.name = "check",
     .letter = 'n',
     .kind = OPTION_FLAG,
     .offset = AT(check),
     .about = "Check configuration, keys and rules, and exit."},
    {.name = "verbose",
     .letter = 'v',
     .kind = OPTION_FLAG,
     .offset = AT(verbose),
     .about = "Log more: the configuration in force, each step of a reload, sessions that open and close."},
    {.name = "quiet",
     .letter = 'q',
     .kind = OPTION_FLAG,
     .offset = AT(quiet),
     .about = "Log warnings and errors only."},
    OPTION_HELP_DEF,
    OPTION_VERSION_DEF,
};

const option_command daemon_command = {
    .name = "filterd",
    .operands = "",
    .about = "Finds personal data, secrets and prompt injection in the texts that gateways send over ZeroMQ or shared "
             "memory, and answers with verdicts and redacted, sanitised, isolated text.",
    .status = "Signals: SIGHUP reloads the rules; SIGTERM and SIGINT answer what was accepted and stop.\n"
              "Exit status: 0 stopped, 64 usage, 65 rules, 66 unreadable file, 69 endpoint, 71 system, 77 keys, 78 "
              "configuration. See filterd(8).",
    .options = options,
    .count = sizeof options / sizeof *options,
};
