/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/ctl.h"

#include "core/keys.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: filterctl reload|status [--endpoint ENDPOINT] [--control ENDPOINT] [--timeout MS] [--json]\n"
    "\n"
    "reload makes filterd load its rules again and waits for the outcome; status shows what it\n"
    "serves. Both speak to the control socket, which is the endpoint's path and .ctl, and which\n"
    "only the user who runs filterd can open.\n"
    "\n"
    "Exit status: 0; 1 when the rules were not reloaded; 2 on failure; 64 on wrong usage.\n";

static void print_value(const char *key, const json_t *value, unsigned depth) {
    const char *name;
    json_t *item;
    if (json_is_object(value)) {
        printf("%*s%s\n", (int)depth * 2, "", key);
        json_object_foreach((json_t *)(uintptr_t)value, name, item) print_value(name, item, depth + 1);
    } else if (json_is_string(value) && *json_string_value(value)) {
        printf("%*s%-16s %s\n", (int)depth * 2, "", key, json_string_value(value));
    } else if (json_is_integer(value)) {
        printf("%*s%-16s %lld\n", (int)depth * 2, "", key, (long long)json_integer_value(value));
    }
}

static int show(const json_t *reply, bool json) {
    bool ok = strcmp(json_string_value(json_object_get(reply, "status")), "ok") == 0;
    const char *name, *reason = json_string_value(json_object_get(reply, "last_error"));
    json_t *item;
    if (json) {
        json_dumpf(reply, stdout, JSON_COMPACT);
        putchar('\n');
    } else {
        json_object_foreach((json_t *)(uintptr_t)reply, name, item) {
            if (strcmp(name, "status") != 0 && strcmp(name, "last_error") != 0) print_value(name, item, 0);
        }
        if (reason && *reason)
            fprintf(stderr, "the last reload failed, and the rules before it stay in force:\n%s", reason);
    }
    return ok ? CTL_OK : CTL_FOUND;
}

int ctl_daemon(const char *op, int argc, char **argv) {
    static const struct option options[] = {
        {"endpoint", required_argument, NULL, 'e'}, {"control", required_argument, NULL, 'c'},
        {"timeout", required_argument, NULL, 't'},  {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},           {NULL, 0, NULL, 0}};
    const char *endpoint = NULL, *control = NULL;
    char derived[4096], request[64];
    ctl_connection connection = {.timeout_ms = 60000};
    ctl_client client;
    bool json = false;
    double number;
    int letter;
    while ((letter = getopt_long(argc, argv, "e:c:t:jh", options, NULL)) != -1) {
        switch (letter) {
        case 'e': endpoint = optarg; break;
        case 'c': control = optarg; break;
        case 't':
            if (!ctl_number("--timeout", optarg, 1, 3600000, &number)) return CTL_USAGE;
            connection.timeout_ms = (int)number;
            break;
        case 'j': json = true; break;
        case 'h': return ctl_usage(usage, true);
        default: return ctl_usage(usage, false);
        }
    }
    if (optind < argc) return ctl_usage(usage, false);
    snprintf(derived, sizeof derived, "%s.ctl", ctl_endpoint(endpoint));
    connection.endpoint = control ? control : derived;
    if (!ctl_connect(&client, &connection)) return CTL_ERROR;
    snprintf(request, sizeof request, "{\"op\":\"%s\"}", op);
    json_t *reply = ctl_request(&client, request, NULL, 0);
    int status = CTL_ERROR;
    if (reply && json_is_string(json_object_get(reply, "status"))) {
        json_object_del(reply, "texts");
        status = show(reply, json);
    }
    json_decref(reply);
    ctl_disconnect(&client);
    return status;
}

int ctl_keygen(int argc, char **argv) {
    static const char keygen_usage[] =
        "usage: filterctl keygen FILE\n"
        "\n"
        "Makes a CURVE key pair: FILE (secret, readable by its owner only) and FILE.pub. Give filterd\n"
        "its secret file and a file with the clients' public keys; give each client FILE.pub of filterd.\n";
    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
        return ctl_usage(keygen_usage, true);
    if (argc != 2 || argv[1][0] == '-') return ctl_usage(keygen_usage, false);
    return keys_generate(argv[1]) ? CTL_OK : CTL_ERROR;
}
