/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/ctl.h"

#include "protocol/wire.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: filterctl inspect [OPTION]... [FILE]...\n"
    "\n"
    "Sends each file, or standard input, to the daemon as one request and shows the answer.\n"
    "\n"
    "  -e, --endpoint ENDPOINT  where filterd listens (default: $FILTERD_ENDPOINT, else\n"
    "                           ipc:///run/filterd/filterd.sock)\n"
    "      --server-key FILE    public key of a CURVE server; --client-key FILE  our secret key\n"
    "  -l, --local              use the library here, without a daemon\n"
    "  -r, --rules DIR          rule packs for --local\n"
    "  -p, --policy NAME        which policy decides\n"
    "      --role ROLE          user, system, developer, tool, document, assistant\n"
    "      --return LIST        of findings,redacted,sanitized,isolated\n"
    "      --isolate MODE       delimit, datamark or encode;  --family NAME  the model family\n"
    "      --min-score SCORE    list findings from this score on\n"
    "      --timeout MS         how long to wait (default 10000)\n"
    "  -j, --json               the reply as one JSON line\n"
    "      --color WHEN         auto, always, never\n"
    "  -h, --help               this text\n"
    "\n"
    "Exit status: 0 allow, 10 flag, 11 redact, 12 block (the strongest of several files),\n"
    "2 on failure, 64 on wrong usage.\n";

#define TEXT_MAX FILTER_TEXT_MAX

typedef struct inspect_options {
    ctl_connection connection;
    bool local, json;
    const char *rules, *policy, *role, *returns, *mode, *family;
    double min_score; /* below 0: not asked for */
} inspect_options;

enum {
    OPTION_SERVER_KEY = 256,
    OPTION_CLIENT_KEY,
    OPTION_ROLE,
    OPTION_RETURN,
    OPTION_ISOLATE,
    OPTION_FAMILY,
    OPTION_MIN_SCORE,
    OPTION_TIMEOUT,
    OPTION_COLOR
};

/* The same header for the daemon and for --local, so that both read it alike. */
static char *make_header(const inspect_options *o) {
    json_t *header = json_pack("{s:i, s:[{s:s}]}", "v", WIRE_VERSION, "segments", "role", o->role);
    json_t *returns = json_array();
    for (const char *at = o->returns; *at;) {
        size_t size = strcspn(at, ",");
        json_array_append_new(returns, json_stringn(at, size));
        at += size + (at[size] == ',');
    }
    json_object_set_new(header, "return", returns);
    if (o->policy) json_object_set_new(header, "policy", json_string(o->policy));
    if (o->min_score >= 0) json_object_set_new(header, "detect", json_pack("{s:f}", "min_score", o->min_score));
    if (o->mode || o->family) {
        json_t *isolate = json_object();
        if (o->mode) json_object_set_new(isolate, "mode", json_string(o->mode));
        if (o->family) json_object_set_new(isolate, "model_family", json_string(o->family));
        json_object_set_new(header, "isolate", isolate);
    }
    char *text = json_dumps(header, JSON_COMPACT);
    json_decref(header);
    return text;
}

static json_t *inspect_here(const filter_engine *engine, filter_scratch *scratch, const char *header,
                            filter_text text) {
    wire_request request;
    wire_error error;
    filter_error failure;
    const filter_result *result;
    const wire_timing timing = {0, 0, 0};
    filter_text frames[3];
    size_t count = 0;
    json_t *reply;
    if (!wire_request_parse(&request, (filter_text){header, strlen(header)}, &text, 1, &error)) {
        reply = wire_reply_error(request.id, &error);
    } else if (filter_inspect(engine, scratch, &request.filter, &result, &failure) != FILTER_OK) {
        wire_fail_from_filter(&error, &failure);
        reply = wire_reply_error(request.id, &error);
    } else {
        reply = wire_reply_inspect(&request, result, &timing, frames, &count);
        json_t *texts = json_array();
        for (size_t i = 0; i < count; i++) json_array_append_new(texts, json_stringn(frames[i].text, frames[i].size));
        json_object_set_new(reply, "texts", texts);
        json_object_del(reply, "timing_us");
    }
    wire_request_fini(&request);
    return reply;
}

static int show(const inspect_options *o, const json_t *reply, const char *name, const char *text, size_t size) {
    const json_t *error = json_object_get(reply, "error");
    if (o->json) {
        json_dumpf(reply, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
        putchar('\n');
    }
    if (error) {
        return ctl_fail("%s: %s: %s", name, json_string_value(json_object_get(error, "code")),
                        json_string_value(json_object_get(error, "message")));
    }
    if (!o->json) ctl_print_reply(stdout, reply, text, size);
    const char *verdict = json_string_value(json_object_get(reply, "verdict"));
    return strcmp(verdict, "block") == 0    ? CTL_BLOCK
           : strcmp(verdict, "redact") == 0 ? CTL_REDACT
           : strcmp(verdict, "flag") == 0   ? CTL_FLAG
                                            : CTL_OK;
}

static int run(const inspect_options *o, int count, char **files) {
    static char *standard_input[] = {"-"};
    filter_engine *engine = NULL;
    filter_scratch *scratch = NULL;
    filter_error error;
    ctl_client client = {NULL, NULL};
    int worst = CTL_OK;
    char *header = make_header(o);
    bool ready = header && (o->local ? (engine = ctl_load(ctl_rules_directory(o->rules), false)) != NULL &&
                                           filter_scratch_new(&scratch, &error) == FILTER_OK
                                     : ctl_connect(&client, &o->connection));
    if (count == 0) files = standard_input, count = 1;
    for (int i = 0; ready && i < count; i++) {
        size_t size;
        char *text = ctl_read(files[i], TEXT_MAX, &size);
        filter_text frame = {text, size};
        json_t *reply = !text      ? NULL
                        : o->local ? inspect_here(engine, scratch, header, (filter_text){text, size})
                                   : ctl_request(&client, header, &frame, 1);
        int status = reply ? show(o, reply, files[i], text, size) : CTL_ERROR;
        if (worst != CTL_ERROR && (status == CTL_ERROR || status > worst)) worst = status;
        ready = reply || text == NULL; /* a REQ socket without its answer can ask nothing more */
        json_decref(reply);
        free(text);
    }
    if (!ready) worst = CTL_ERROR;
    ctl_disconnect(&client);
    filter_scratch_free(scratch);
    filter_engine_unref(engine);
    free(header);
    return worst;
}

int ctl_inspect(int argc, char **argv) {
    static const struct option options[] = {{"endpoint", required_argument, NULL, 'e'},
                                            {"server-key", required_argument, NULL, OPTION_SERVER_KEY},
                                            {"client-key", required_argument, NULL, OPTION_CLIENT_KEY},
                                            {"local", no_argument, NULL, 'l'},
                                            {"rules", required_argument, NULL, 'r'},
                                            {"policy", required_argument, NULL, 'p'},
                                            {"role", required_argument, NULL, OPTION_ROLE},
                                            {"return", required_argument, NULL, OPTION_RETURN},
                                            {"isolate", required_argument, NULL, OPTION_ISOLATE},
                                            {"family", required_argument, NULL, OPTION_FAMILY},
                                            {"min-score", required_argument, NULL, OPTION_MIN_SCORE},
                                            {"timeout", required_argument, NULL, OPTION_TIMEOUT},
                                            {"json", no_argument, NULL, 'j'},
                                            {"color", required_argument, NULL, OPTION_COLOR},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    inspect_options o = {.connection = {.timeout_ms = 10000},
                         .role = "user",
                         .min_score = -1,
                         .returns = "findings,redacted,sanitized,isolated"};
    const char *endpoint = NULL;
    double number;
    int letter;
    while ((letter = getopt_long(argc, argv, "e:lr:p:jh", options, NULL)) != -1) {
        switch (letter) {
        case 'e': endpoint = optarg; break;
        case OPTION_SERVER_KEY: o.connection.server_key = optarg; break;
        case OPTION_CLIENT_KEY: o.connection.client_key = optarg; break;
        case 'l': o.local = true; break;
        case 'r': o.rules = optarg; break;
        case 'p': o.policy = optarg; break;
        case OPTION_ROLE: o.role = optarg; break;
        case OPTION_RETURN: o.returns = optarg; break;
        case OPTION_ISOLATE: o.mode = optarg; break;
        case OPTION_FAMILY: o.family = optarg; break;
        case OPTION_MIN_SCORE:
            if (!ctl_number("--min-score", optarg, 0, 1, &o.min_score)) return CTL_USAGE;
            break;
        case OPTION_TIMEOUT:
            if (!ctl_number("--timeout", optarg, 1, 3600000, &number)) return CTL_USAGE;
            o.connection.timeout_ms = (int)number;
            break;
        case 'j': o.json = true; break;
        case OPTION_COLOR: ctl_colour_init(optarg); break;
        case 'h': return ctl_usage(usage, true);
        default: return ctl_usage(usage, false);
        }
    }
    o.connection.endpoint = ctl_endpoint(endpoint);
    return run(&o, argc - optind, argv + optind);
}
