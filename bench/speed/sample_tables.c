/* SPDX-License-Identifier: Apache-2.0 */
/* Structured text: bodies of chat requests in JSON, CSV, and pages of HTML. */
#include "sample.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* --------------------------------------------------------------------------------------- JSON ---- */

static json_t *message(const char *role, const char *content) {
    return json_pack("{s:s, s:s}", "role", role, "content", content);
}

/* What `add` writes of `text`, as a string of its own; "" when memory is out. */
static char *apart(sample_writer *w, void (*add)(sample_writer *, const char *), const char *text) {
    sample_writer part = {.state = w->state, .clock = w->clock, .folder = w->folder};
    add(&part, text);
    w->state = part.state;
    return part.bytes ? part.bytes : calloc(1, 1);
}

static char *filled(sample_writer *w, const char *template) {
    return apart(w, sample_template, template);
}

/* A message with a text of a file, one in four typeset. */
static void add_message(sample_writer *w, json_t *messages, const char *role, const char *file) {
    char *text = apart(w, sample_chance(w, 25) ? sample_add_typeset : sample_add, sample_next(w, file));
    json_array_append_new(messages, message(role, text));
    free(text);
}

static void add_tool_call(sample_writer *w, json_t *messages) {
    static const char *const arguments[] = {
        "{\"query\": \"{noun} {noun}\", \"limit\": {u:50}, \"filters\": {\"status\": \"open\", \"city\": \"{city}\"}}",
        "{\"{noun}_id\": {u:900000}, \"fields\": [\"{noun}\", \"{noun}\", \"created_at\"]}",
        "{\"path\": \"src/{noun}/{verb}.py\", \"start\": {u:400}, \"end\": {u:900}}"};
    static const char *const results[] = {
        "{\"results\": [{\"id\": {u:90000}, \"title\": \"{verb} the {noun}\", \"at\": \"{iso}\"}], \"next\": null}",
        "{\"ok\": true, \"{noun}\": {\"id\": \"{uuid}\", \"owner\": \"{person}\", \"tags\": [\"{noun}\", \"{city}\"]}}",
        "error: {noun} {u:90000} not found\nhint: {verb} the {noun} first, then try again"};
    char id[25] = "call_", *call = filled(w, SAMPLE_PICK(w, arguments)), *result = filled(w, SAMPLE_PICK(w, results));
    char *name = filled(w, "{verb}_{noun}");
    sample_hex(w, id + 5, 19);
    json_t *function = json_pack("{s:s, s:s}", "name", name, "arguments", call);
    json_array_append_new(messages, json_pack("{s:s, s:n, s:[{s:s, s:s, s:o}]}", "role", "assistant", "content",
                                              "tool_calls", "id", id, "type", "function", "function", function));
    json_array_append_new(messages,
                          json_pack("{s:s, s:s, s:s}", "role", "tool", "tool_call_id", id, "content", result));
    free(name);
    free(call);
    free(result);
}

static json_t *tool_of(sample_writer *w) {
    char *name = filled(w, "{verb}_{noun}"), *text = filled(w, "Use this to {verb} a {noun} of the {noun}.");
    json_t *parameters = json_pack("{s:s, s:{s:{s:s}, s:{s:s, s:i}}, s:[s]}", "type", "object", "properties", "query",
                                   "type", "string", "limit", "type", "integer", "maximum", 100, "required", "query");
    json_t *tool = json_pack("{s:s, s:{s:s, s:s, s:o}}", "type", "function", "function", "name", name, "description",
                             text, "parameters", parameters);
    free(name);
    free(text);
    return tool;
}

/* One request of a chat, in one line. */
void sample_json(sample_writer *w) {
    json_t *messages = json_array(), *tools = json_array();
    json_array_append_new(messages, message("system", "You are the assistant of a shop. Answer briefly, in the "
                                                      "customer's language.\nToday is Monday."));
    for (uint32_t i = 0, turns = 1 + sample_random(w, 3); i < turns; i++) {
        add_message(w, messages, "user", sample_chance(w, 80) ? "chat" : "mail");
        if (sample_chance(w, 60)) add_tool_call(w, messages);
        add_message(w, messages, "assistant", "chat");
    }
    for (uint32_t i = 0, count = sample_random(w, 3); i < count; i++) json_array_append_new(tools, tool_of(w));
    json_t *body =
        json_pack("{s:s, s:o, s:o, s:f, s:i, s:b}", "model", "chat-large-2", "messages", messages, "tools", tools,
                  "temperature", 0.1 * sample_random(w, 10), "max_tokens", 1024, "stream", sample_chance(w, 50));
    size_t flags = JSON_COMPACT | JSON_REAL_PRECISION(2) | (sample_chance(w, 50) ? (size_t)JSON_ENSURE_ASCII : 0);
    char *line = body ? json_dumps(body, flags) : NULL;
    if (!line) sample_fail(w, "a body cannot be made");
    else sample_add(w, line), sample_add(w, "\n");
    free(line);
    json_decref(body);
}

/* ---------------------------------------------------------------------------------------- CSV ---- */

/* A cell between quotation marks, which are doubled within it. */
static void add_quoted(sample_writer *w, const char *cell) {
    sample_add(w, "\"");
    for (const char *at = cell; *at; at++) sample_add_bytes(w, *at == '"' ? "\"\"" : at, *at == '"' ? 2 : 1);
    sample_add(w, "\"");
}

void sample_csv(sample_writer *w) {
    static const char *const notes[] = {"",
                                        "",
                                        "",
                                        "leave at the door",
                                        "gift wrap, \"Happy birthday\"",
                                        "call {person} first",
                                        "second attempt, nobody at home\nleft a card",
                                        "invoice {u:90000}, paid by transfer",
                                        "{verb} the {noun}; see {noun} {u:9000}"};
    static const char *const states[] = {"new", "paid", "packed", "shipped", "delivered", "returned"};
    char *product = filled(w, "{product}"), *note = filled(w, SAMPLE_PICK(w, notes));
    w->clock += sample_random(w, 900);
    sample_template(w, "{d:7},{iso},{person},{city},");
    add_quoted(w, product);
    sample_template(w, ",{u:12},{u:200}.{d:2},");
    sample_print(w, "%s,", SAMPLE_PICK(w, states));
    if (*note) add_quoted(w, note);
    sample_add(w, "\n");
    free(product);
    free(note);
}

/* --------------------------------------------------------------------------------------- HTML ---- */

static void add_escaped(sample_writer *w, const char *text) {
    for (const char *at = text; *at; at++) {
        if (*at == '&') sample_add(w, "&amp;");
        else if (*at == '<') sample_add(w, "&lt;");
        else if (*at == '>') sample_add(w, "&gt;");
        else if (*at == '"') sample_add(w, "&quot;");
        else if (*at == '\'' && sample_chance(w, 50)) sample_add(w, "&#39;");
        else sample_add_bytes(w, at, 1);
    }
}

static void add_paragraphs(sample_writer *w, const char *text) {
    for (const char *at = text; *at;) {
        const char *end = strstr(at, "\n\n");
        size_t length = end ? (size_t)(end - at) : strlen(at);
        char *paragraph = strndup(at, length);
        sample_template(w, "      <p class=\"text text--{noun}\" data-id=\"{u:90000}\">");
        if (paragraph) add_escaped(w, paragraph);
        sample_add(w, "</p>\n");
        free(paragraph);
        at += length;
        at += strspn(at, "\n");
    }
}

static const char page_begins[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n  <meta charset=\"utf-8\">\n  <title>{noun} and {noun}: "
    "shop</title>\n"
    "  <link rel=\"stylesheet\" href=\"/css/site.{x:8}.css\" media=\"screen\">\n"
    "  <script defer src=\"/js/app.{x:8}.js\" crossorigin=\"anonymous\"></script>\n"
    "  <style>.grid{display:grid;gap:{u:30}px}.card:hover{box-shadow:0 2px {u:9}px #{x:6}}</style>\n</head>\n"
    "<body class=\"page page--{noun}\">\n  <nav id=\"top\" aria-label=\"Main\">\n"
    "    <a href=\"/\">Home</a> <a href=\"/{noun}s\">{noun}s</a> <a href=\"/help#{noun}\">Help</a>\n  </nav>\n"
    "  <!-- {noun} list, {iso} -->\n  <main>\n";

static const char card[] =
    "      <li class=\"card\" style=\"--order:{u:20}\"><a href=\"/{1}s/{u:90000}?ref={noun}&amp;page={u:9}\" "
    "title=\"{verb} {1}\"><img src=\"/img/{1}-{x:8}.webp\" alt=\"{1}, {city}\" width=\"{d:3}\" height=\"240\" "
    "loading=\"lazy\"></a><h3>{1} &amp; {2}</h3><span class=\"price\">&euro;&nbsp;{u:300}.{d:2}</span></li>\n";

static const char page_ends[] =
    "    </article>\n    <form action=\"/{noun}/{verb}\" method=\"post\"><input type=\"hidden\" name=\"page\" "
    "value=\"{u:900}\"><label for=\"q{u:99}\">Search</label> <input name=\"q\" placeholder=\"{noun}\"> "
    "<button type=\"submit\" disabled>Go</button></form>\n"
    "    <script>window.state = {\"{noun}\": {u:9000}, \"items\": [{u:99}, {u:99}], \"at\": \"{iso}\"};</script>\n"
    "  </main>\n  <footer>&copy; 2024 Example Ltd &middot; <a href=\"/terms\">Terms</a></footer>\n"
    "</body>\n</html>\n\n";

void sample_html(sample_writer *w) {
    sample_template(w, page_begins);
    sample_add(w, "    <ul class=\"grid grid--3\" role=\"list\">\n");
    for (uint32_t i = 0, count = 2 + sample_random(w, 6); i < count; i++) sample_template(w, card);
    sample_add(w, "    </ul>\n    <article>\n");
    add_paragraphs(w, sample_next(w, sample_chance(w, 70) ? "docs" : "chat"));
    sample_template(w, page_ends);
}
