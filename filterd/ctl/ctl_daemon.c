/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/ctl.h"

#include <stdlib.h>
#include <string.h>

typedef struct daemon_command_options {
    const char *endpoint, *control;
    size_t timeout_ms;
    bool json;
} daemon_command_options;

#define OPTIONS(timeout)                                                                                               \
    {                                                                                                                  \
        CTL_OPTION_ENDPOINT(daemon_command_options),                                                                   \
            {.name = "control",                                                                                        \
             .letter = 'c',                                                                                            \
             .kind = OPTION_TEXT,                                                                                      \
             .argument = "ENDPOINT",                                                                                   \
             .offset = offsetof(daemon_command_options, control),                                                      \
             .about = "The control socket. Without it: the endpoint and '.ctl'."},                                     \
            CTL_OPTION_TIMEOUT(daemon_command_options, timeout),                                                       \
            CTL_OPTION_JSON(daemon_command_options, "Print the answer as one JSON line."), OPTION_HELP_DEF             \
    }

static const option_def status_defs[] = OPTIONS("2s");
static const option_def reload_defs[] = OPTIONS("1min"); /* rules may have to be compiled anew */

const option_command ctl_status_options = {
    .name = "filterctl status",
    .operands = "",
    .about =
        "Shows which rules filterd serves, its counters, and why the last reload failed. Asks at the control socket, "
        "which only the user who runs filterd can open.",
    .status = "Exit status: 0; 2 on failure; 64 on wrong usage.",
    .options = status_defs,
    .count = sizeof status_defs / sizeof *status_defs,
};

const option_command ctl_reload_options = {
    .name = "filterctl reload",
    .operands = "",
    .about =
        "Makes filterd load its rules again, waits, and prints the reasons if it did not. Asks at the control socket, "
        "which only the user who runs filterd can open.",
    .status = "Exit status: 0; 1 when the rules were not reloaded; 2 on failure; 64 on wrong usage.",
    .options = reload_defs,
    .count = sizeof reload_defs / sizeof *reload_defs,
};

static void print_value(const char *key, const json_t *value, unsigned depth) {
    const char *name;
    json_t *item;
    if (json_is_object(value)) {
        ctl_line(stdout, "%*s%s", (int)depth * 2, "", key);
        json_object_foreach((json_t *)(uintptr_t)value, name, item) print_value(name, item, depth + 1);
    } else if (json_is_string(value) && *json_string_value(value)) {
        ctl_line(stdout, "%*s%-16s %s", (int)depth * 2, "", key, json_string_value(value));
    } else if (json_is_integer(value)) {
        ctl_line(stdout, "%*s%-16s %lld", (int)depth * 2, "", key, (long long)json_integer_value(value));
    }
}

static void put_lines(FILE *out, const char *text) {
    while (*text) {
        size_t size = strcspn(text, "\n");
        ctl_line(out, "%.*s", (int)size, text);
        text += size + (text[size] == '\n');
    }
}

static int show(const json_t *reply, bool json) {
    bool ok = strcmp(json_string_value(json_object_get(reply, "status")), "ok") == 0;
    const char *name, *reason = json_string_value(json_object_get(reply, "last_error"));
    json_t *item;
    if (json) {
        ctl_put_json(reply, 0);
    } else {
        json_object_foreach((json_t *)(uintptr_t)reply, name, item) {
            if (strcmp(name, "status") != 0 && strcmp(name, "last_error") != 0) print_value(name, item, 0);
        }
        if (reason && *reason) {
            ctl_line(stderr, "the last reload failed, and the rules before it stay in force:");
            put_lines(stderr, reason);
        }
    }
    return ok ? CTL_OK : CTL_FOUND;
}

static int ask(const char *request, const daemon_command_options *o) {
    char derived[4096];
    ctl_client client;
    snprintf(derived, sizeof derived, "%s.ctl", ctl_endpoint(o->endpoint));
    ctl_connection connection = {.endpoint = o->control ? o->control : derived, .timeout_ms = o->timeout_ms};
    if (!ctl_connect(&client, &connection)) return CTL_ERROR;
    json_t *reply = ctl_request(&client, request, NULL, 0);
    int status = CTL_ERROR;
    if (reply && json_is_string(json_object_get(reply, "status"))) {
        json_object_del(reply, "texts");
        status = show(reply, o->json);
    } else if (reply) {
        ctl_fail(CTL_NOT_AN_ANSWER, connection.endpoint);
    }
    json_decref(reply);
    ctl_disconnect(&client);
    return status;
}

int ctl_status(int argc, char **argv) {
    daemon_command_options o = {.endpoint = NULL};
    option_rest rest;
    int status = options_read(&ctl_status_options, argc, argv, &o, &rest);
    if (status) return status == OPTIONS_DONE ? CTL_OK : status;
    return ask("{\"op\":\"status\"}", &o);
}

int ctl_reload(int argc, char **argv) {
    daemon_command_options o = {.endpoint = NULL};
    option_rest rest;
    int status = options_read(&ctl_reload_options, argc, argv, &o, &rest);
    if (status) return status == OPTIONS_DONE ? CTL_OK : status;
    return ask("{\"op\":\"reload\"}", &o);
}
