/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/ctl.h"

#include "base/message.h"
#include "base/names.h"
#include "protocol/wire.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_MAX FILTER_TEXT_MAX

typedef struct inspect_options {
    const char *endpoint, *server_key, *client_key;
    size_t timeout_ms;
    bool local, json;
    const char *rules, *policy, *role, *returns, *mode, *family, *color;
    double min_score; /* below 0: not asked for */
} inspect_options;

static const option_def options[] = {
    CTL_OPTION_ENDPOINT(inspect_options),
    {.name = "server-key",
     .kind = OPTION_FILE,
     .argument = "FILE",
     .offset = offsetof(inspect_options, server_key),
     .about = "Public key of a CURVE server. Needs --client-key."},
    {.name = "client-key",
     .kind = OPTION_FILE,
     .argument = "FILE",
     .offset = offsetof(inspect_options, client_key),
     .about = "Our secret key for a CURVE server. The public key is read from FILE.pub."},
    {.name = "local",
     .letter = 'l',
     .kind = OPTION_FLAG,
     .offset = offsetof(inspect_options, local),
     .about = "Use the library here, without a daemon."},
    CTL_OPTION_RULES(inspect_options),
    {.name = "policy",
     .letter = 'p',
     .kind = OPTION_TEXT,
     .argument = "NAME",
     .offset = offsetof(inspect_options, policy),
     .about = "Which policy decides. Without it: 'default'."},
    {.name = "role",
     .kind = OPTION_CHOICE,
     .argument = "ROLE",
     .offset = offsetof(inspect_options, role),
     .choices = names_roles,
     .standard = "user",
     .about = "Whose text it is."},
    {.name = "return",
     .kind = OPTION_CHOICES,
     .argument = "LIST",
     .offset = offsetof(inspect_options, returns),
     .choices = names_returns,
     .standard = "findings,redacted,sanitized,isolated",
     .about = "What to send back, words between commas."},
    {.name = "isolate",
     .kind = OPTION_CHOICE,
     .argument = "MODE",
     .offset = offsetof(inspect_options, mode),
     .choices = names_isolate_modes,
     .about = "How untrusted text is set apart. Without it: as the policy says."},
    {.name = "family",
     .kind = OPTION_TEXT,
     .argument = "NAME",
     .offset = offsetof(inspect_options, family),
     .about = "The model family whose special tokens are broken. Without it: the policy's."},
    CTL_OPTION_MIN_SCORE(inspect_options),
    CTL_OPTION_TIMEOUT(inspect_options, "10s"), /* a text of 64 MiB takes some seconds */
    CTL_OPTION_JSON(inspect_options, "Print the reply as one JSON line."),
    CTL_OPTION_COLOR(inspect_options),
    OPTION_HELP_DEF,
};

const option_command ctl_inspect_options = {
    .name = "filterctl inspect",
    .operands = "[FILE]...",
    .about = "Sends each file, or standard input, to the daemon as one request and shows the answer.",
    .status =
        "Exit status: 0 allow, 10 flag, 11 redact, 12 block (the strongest of several files), 2 on failure, 64 on "
        "wrong usage.",
    .options = options,
    .count = sizeof options / sizeof *options,
    .operands_max = SIZE_MAX,
};

/* The same header for the daemon and for --local, so that both read it alike. NULL when a name is not UTF-8: without
 * it, the request would ask for something else. */
static char *make_header(const inspect_options *o) {
    json_t *header = json_pack("{s:i, s:[{s:s}]}", "v", WIRE_VERSION, "segments", "role", o->role);
    json_t *returns = json_array();
    for (const char *at = o->returns; *at;) {
        size_t size = strcspn(at, ",");
        json_array_append_new(returns, json_stringn(at, size));
        at += size + (at[size] == ',');
    }
    json_object_set_new(header, "return", returns);
    bool ok = !o->policy || json_object_set_new(header, "policy", json_string(o->policy)) == 0;
    if (o->min_score >= 0) json_object_set_new(header, "detect", json_pack("{s:f}", "min_score", o->min_score));
    if (o->mode || o->family) {
        json_t *isolate = json_object();
        if (o->mode) json_object_set_new(isolate, "mode", json_string(o->mode));
        ok = ok && (!o->family || json_object_set_new(isolate, "model_family", json_string(o->family)) == 0);
        json_object_set_new(header, "isolate", isolate);
    }
    char *text = ok ? json_dumps(header, JSON_COMPACT) : NULL;
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
    if (!reply) ctl_fail("out of memory");
    return reply;
}

static const char *string_of(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* The exit status for a reply. One without a verdict that we know is no answer, whoever sent it. */
static int reply_status(const json_t *reply, const char *name) {
    static const int statuses[] = {CTL_OK, CTL_FLAG, CTL_REDACT, CTL_BLOCK}; /* by filter_verdict */
    const json_t *error = json_object_get(reply, "error");
    const char *verdict = string_of(reply, "verdict"), *code = string_of(error, "code");
    char message[200];
    if (error) return ctl_fail("%s: %s: %s", name, *code ? code : "error without a code", string_of(error, "message"));
    if (strcmp(string_of(reply, "status"), "ok") != 0)
        return ctl_fail("%s: the reply's status is '%s', not 'ok', and it names no error", name,
                        string_of(reply, "status"));
    int index = names_index(names_verdicts, verdict, strlen(verdict));
    if (index >= 0) return statuses[index];
    message_unknown(message, sizeof message, "verdict", verdict, names_verdicts);
    return ctl_fail("%s: the reply is no answer: %s", name, message);
}

static int show(const inspect_options *o, const json_t *reply, const char *name, filter_text text) {
    if (o->json) ctl_put_json(reply, JSON_REAL_PRECISION(6));
    int status = reply_status(reply, name);
    if (!o->json && status != CTL_ERROR) ctl_print_reply(stdout, reply, text.text, text.size);
    return status;
}

/* An engine and a scratch for --local, else a connection. False after a message. */
static bool get_ready(const inspect_options *o, filter_engine **engine, filter_scratch **scratch, ctl_client *client) {
    filter_error error;
    ctl_connection connection = {ctl_endpoint(o->endpoint), o->server_key, o->client_key, o->timeout_ms};
    if (!o->local) return ctl_connect(client, &connection);
    *engine = ctl_load(ctl_rules_directory(o->rules), false);
    if (!*engine) return false;
    if (filter_scratch_new(scratch, &error) == FILTER_OK) return true;
    ctl_fail("%s", error.message);
    return false;
}

static int run(const inspect_options *o, size_t count, char **files) {
    static char *standard_input[] = {"-"};
    filter_engine *engine = NULL;
    filter_scratch *scratch = NULL;
    ctl_client client = {.context = NULL};
    int worst = CTL_OK;
    char *header = make_header(o);
    bool ready = header && get_ready(o, &engine, &scratch, &client);
    if (!header) ctl_fail("the request cannot be made: a name in it is not UTF-8, or memory is out");
    if (count == 0) files = standard_input, count = 1;
    for (size_t i = 0; ready && i < count; i++) {
        size_t size;
        char *text = ctl_read(files[i], TEXT_MAX, &size);
        filter_text frame = {text, size};
        json_t *reply = !text      ? NULL
                        : o->local ? inspect_here(engine, scratch, header, frame)
                                   : ctl_request(&client, header, &frame, 1);
        int status = reply ? show(o, reply, files[i], frame) : CTL_ERROR;
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
    inspect_options o = {.min_score = -1};
    option_rest rest;
    int status = options_read(&ctl_inspect_options, argc, argv, &o, &rest);
    if (status) return status == OPTIONS_DONE ? CTL_OK : status;
    if (!o.server_key != !o.client_key)
        return options_fail(&ctl_inspect_options, "--server-key and --client-key need each other");
    ctl_colour_init(o.color);
    return run(&o, rest.count, rest.operands);
}
