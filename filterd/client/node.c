/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filterd for Node.js through shared memory, as an addon of one file. `make node` builds build/filterd.node.
 *
 *   const { Client } = require("./filterd.node");
 *   const client = new Client("/run/filterd/filterd.sock.shm", 1000);
 *   const { header, texts } = client.ask({ v: 1, offsets: "utf16" }, ["my mail is a.b@example.org"]);
 *   console.log(header.verdict, texts[header.segments[0].redacted]);
 *   client.close();
 *
 * The number is how many milliseconds opening and ask() may take; 10000 without it, 0 for no limit. Node does nothing
 * else meanwhile. ask(header, texts) waits for the answer, and throws when none came in time: then close the client.
 * submit(header, texts, tag) hands a request over, false when there is no room. next(timeoutMs) gives
 * { header, texts, tag }, or null when none came in time, which is at once for 0. Headers are the objects of
 * PROTOCOL.md, texts are strings. What goes wrong is thrown as an Error.
 */
#include "filter-client.h"

#include <node_api.h>
#include <stdlib.h>
#include <string.h>

typedef struct wrapper {
    filter_client *client;
    int timeout_ms; /* of ask; 0 or below: none */
} wrapper;

/* ------------------------------------------------------------------------------- conversions ---- */

static void fail(napi_env env, const char *why) {
    bool pending;
    if (napi_is_exception_pending(env, &pending) == napi_ok && !pending) napi_throw_error(env, NULL, why);
}

/* UTF-8, ending in NUL, to be freed; NULL after throwing. */
static char *string_of(napi_env env, napi_value value, size_t *size) {
    if (napi_get_value_string_utf8(env, value, NULL, 0, size) != napi_ok) {
        fail(env, "a text must be a string");
        return NULL;
    }
    char *text = malloc(*size + 1);
    if (!text) fail(env, "memory is out");
    else napi_get_value_string_utf8(env, value, text, *size + 1, size);
    return text;
}

/* JSON.stringify or JSON.parse. NULL after throwing. */
static napi_value call_json(napi_env env, const char *function, napi_value argument) {
    napi_value global, json, f, result = NULL;
    napi_get_global(env, &global);
    napi_get_named_property(env, global, "JSON", &json);
    napi_get_named_property(env, json, function, &f);
    if (napi_call_function(env, json, f, 1, &argument, &result) != napi_ok) return NULL;
    return result;
}

static napi_value text_value(napi_env env, const filter_client_reply *reply, filter_message_ref ref) {
    size_t size;
    napi_value value;
    const char *bytes = filter_client_bytes(reply, ref, &size);
    napi_create_string_utf8(env, bytes ? bytes : "", size, &value);
    return value;
}

/* { header, texts, tag }; the reply is given back to the daemon. */
static napi_value reply_value(napi_env env, filter_client *client, const filter_client_reply *reply) {
    napi_value result, texts, tag, header = call_json(env, "parse", text_value(env, reply, reply->message->json));
    napi_create_object(env, &result);
    napi_create_array(env, &texts);
    for (uint32_t i = 0; i < reply->message->texts.count; i++) {
        const filter_message_ref *ref = filter_client_item(reply, reply->message->texts, i, sizeof *ref);
        if (ref) napi_set_element(env, texts, i, text_value(env, reply, *ref));
    }
    napi_create_double(env, (double)reply->tag, &tag);
    filter_client_release(client);
    if (!header) return NULL;
    napi_set_named_property(env, result, "header", header);
    napi_set_named_property(env, result, "texts", texts);
    napi_set_named_property(env, result, "tag", tag);
    return result;
}

/* ------------------------------------------------------------------------------------ calls ---- */

/* The wrapper of `this`, whose client is open; NULL after throwing. */
static wrapper *arguments(napi_env env, napi_callback_info info, size_t *count, napi_value *values) {
    napi_value self;
    wrapper *w = NULL;
    napi_get_cb_info(env, info, count, values, &self, NULL);
    if (napi_unwrap(env, self, (void **)&w) != napi_ok || !w->client) {
        fail(env, "the client is closed");
        return NULL;
    }
    return w;
}

static filter_client_status submit_values(napi_env env, filter_client *client, napi_value header, napi_value list,
                                          uint64_t tag) {
    uint32_t count = 0;
    size_t size;
    bool is_array = false;
    filter_client_status status = FILTER_CLIENT_ARGUMENT;
    napi_value json = call_json(env, "stringify", header);
    if (list && (napi_is_array(env, list, &is_array) != napi_ok || !is_array)) {
        fail(env, "texts must be an array of strings");
        return status;
    }
    if (list) napi_get_array_length(env, list, &count);
    filter_client_text *texts = calloc(count + 1, sizeof *texts);
    char *text = json ? string_of(env, json, &size) : NULL;
    bool ok = text && texts;
    for (uint32_t i = 0; ok && i < count; i++) {
        napi_value item;
        napi_get_element(env, list, i, &item);
        texts[i].text = string_of(env, item, &texts[i].size);
        ok = texts[i].text != NULL;
    }
    if (ok) {
        filter_client_request request = FILTER_CLIENT_REQUEST_INIT;
        request.json = text;
        request.texts = texts;
        request.text_count = count;
        status = filter_client_submit(client, &request, tag);
        if (status != FILTER_CLIENT_OK && status != FILTER_CLIENT_AGAIN) fail(env, filter_client_status_text(status));
    }
    for (uint32_t i = 0; texts && i < count; i++) free((void *)(uintptr_t)texts[i].text);
    free(texts);
    free(text);
    return status;
}

static napi_value js_submit(napi_env env, napi_callback_info info) {
    napi_value values[3] = {NULL, NULL, NULL}, result;
    size_t count = 3;
    double tag = 0;
    wrapper *w = arguments(env, info, &count, values);
    if (!w) return NULL;
    if (count > 2) napi_get_value_double(env, values[2], &tag);
    filter_client_status status = submit_values(env, w->client, values[0], count > 1 ? values[1] : NULL, (uint64_t)tag);
    napi_get_boolean(env, status == FILTER_CLIENT_OK, &result);
    return result;
}

static napi_value take(napi_env env, filter_client *client, int timeout_ms) {
    filter_client_reply reply;
    napi_value nothing;
    filter_client_status status = filter_client_next(client, &reply, timeout_ms);
    if (status == FILTER_CLIENT_OK) return reply_value(env, client, &reply);
    napi_get_null(env, &nothing);
    if (status != FILTER_CLIENT_AGAIN && status != FILTER_CLIENT_TIMEOUT) fail(env, filter_client_status_text(status));
    return nothing;
}

static napi_value js_next(napi_env env, napi_callback_info info) {
    napi_value values[1];
    size_t count = 1;
    int32_t timeout_ms = -1;
    wrapper *w = arguments(env, info, &count, values);
    if (!w) return NULL;
    if (count) napi_get_value_int32(env, values[0], &timeout_ms);
    return take(env, w->client, timeout_ms);
}

static napi_value js_ask(napi_env env, napi_callback_info info) {
    napi_value values[2] = {NULL, NULL};
    size_t count = 2;
    filter_client_reply reply;
    wrapper *w = arguments(env, info, &count, values);
    if (!w) return NULL;
    filter_client_status status = submit_values(env, w->client, values[0], count > 1 ? values[1] : NULL, 0);
    if (status == FILTER_CLIENT_AGAIN) fail(env, "no room: take the replies that are on their way first");
    if (status != FILTER_CLIENT_OK) return NULL;
    status = filter_client_next(w->client, &reply, w->timeout_ms > 0 ? w->timeout_ms : -1);
    if (status == FILTER_CLIENT_OK) return reply_value(env, w->client, &reply);
    fail(env, filter_client_status_text(status));
    return NULL;
}

static napi_value js_close(napi_env env, napi_callback_info info) {
    napi_value self;
    wrapper *w = NULL;
    size_t count = 0;
    napi_get_cb_info(env, info, &count, NULL, &self, NULL);
    if (napi_unwrap(env, self, (void **)&w) != napi_ok) return NULL;
    filter_client_close(w->client);
    w->client = NULL;
    return NULL;
}

static void forget(napi_env env, void *data, void *hint) {
    wrapper *w = data;
    (void)env;
    (void)hint;
    filter_client_close(w->client);
    free(w);
}

static napi_value js_open(napi_env env, napi_callback_info info) {
    napi_value values[2], self;
    size_t count = 2, size;
    char why[256], *path = NULL;
    filter_client_options options = FILTER_CLIENT_OPTIONS_INIT;
    napi_get_cb_info(env, info, &count, values, &self, NULL);
    if (count && !(path = string_of(env, values[0], &size))) return NULL;
    if (count > 1) napi_get_value_int32(env, values[1], &options.timeout_ms);
    wrapper *w = calloc(1, sizeof *w);
    options.socket = path;
    if (w) w->timeout_ms = options.timeout_ms;
    filter_client_status status = w ? filter_client_open(&w->client, &options, why) : FILTER_CLIENT_MEMORY;
    free(path);
    if (status != FILTER_CLIENT_OK) {
        fail(env, w ? why : "memory is out");
        free(w);
        return NULL;
    }
    napi_wrap(env, self, w, forget, NULL, NULL);
    return self;
}

NAPI_MODULE_INIT(/* napi_env env, napi_value exports */) {
    static const napi_property_descriptor methods[] = {
        {"ask", NULL, js_ask, NULL, NULL, NULL, napi_default, NULL},
        {"submit", NULL, js_submit, NULL, NULL, NULL, napi_default, NULL},
        {"next", NULL, js_next, NULL, NULL, NULL, napi_default, NULL},
        {"close", NULL, js_close, NULL, NULL, NULL, napi_default, NULL}};
    napi_value class;
    napi_define_class(env, "Client", NAPI_AUTO_LENGTH, js_open, NULL, sizeof methods / sizeof *methods, methods,
                      &class);
    napi_set_named_property(env, exports, "Client", class);
    return exports;
}
