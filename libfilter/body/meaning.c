/* SPDX-License-Identifier: Apache-2.0 */
#include "body/meaning.h"

#include <stdlib.h>
#include <string.h>

enum {
    AROUND = ROLE_AS_AROUND,
    USER = FILTER_ROLE_USER,
    SYSTEM = FILTER_ROLE_SYSTEM,
    TOOL = FILTER_ROLE_TOOL,
    DOCUMENT = FILTER_ROLE_DOCUMENT,
    ASSISTANT = FILTER_ROLE_ASSISTANT,
    DEFINITION = FILTER_ROLE_TOOL_DEFINITION
};

typedef struct row {
    const char *name;
    meant means;
} row;

/* clang-format off: tables. In order of bytes. */
/* Keys of the body itself, before those of any object. What is personal in a label is replaced, and nothing in it is
 * an attack: no model reads it. */
static const row top_keys[] = {
    {"bad_words", {MEANING_UNKNOWN, USER}},
    {"chat_template", {MEANING_TEMPLATE, USER}},
    {"chat_template_kwargs", {MEANING_DATA, USER}},
    {"choices", {MEANING_TEXT, ASSISTANT}},
    {"completion", {MEANING_TEXT, ASSISTANT}},
    {"content", {MEANING_TEXT, ASSISTANT}},
    {"conversation", {MEANING_MEDIA, USER}},
    {"delta", {MEANING_TEXT, ASSISTANT}},
    {"documents", {MEANING_TEXT, DOCUMENT}},
    {"functions", {MEANING_DATA, DEFINITION}},
    {"generated_text", {MEANING_TEXT, ASSISTANT}},
    {"guided_choice", {MEANING_UNKNOWN, DEFINITION}},
    {"guided_json", {MEANING_DATA, DEFINITION}},
    {"input", {MEANING_TEXT, USER}},
    {"inputs", {MEANING_TEXT, USER}},
    {"instructions", {MEANING_TEXT, SYSTEM}},
    {"messages", {MEANING_TEXT, USER}},
    {"metadata", {MEANING_DATA, SYSTEM}},
    {"output", {MEANING_TEXT, ASSISTANT}},
    {"output_config", {MEANING_DATA, DEFINITION}},
    {"output_format", {MEANING_DATA, DEFINITION}},
    {"prediction", {MEANING_TEXT, ASSISTANT}},
    {"previous_response_id", {MEANING_MEDIA, USER}},
    {"prompt", {MEANING_TEXT, USER}},
    {"prompt_embeds", {MEANING_MEDIA, USER}},
    {"response_format", {MEANING_DATA, DEFINITION}},
    {"safety_identifier", {MEANING_UNKNOWN, SYSTEM}},
    {"stop", {MEANING_UNKNOWN, SYSTEM}},
    {"stop_sequences", {MEANING_UNKNOWN, SYSTEM}},
    {"suffix", {MEANING_TEXT, USER}},
    {"system", {MEANING_TEXT, SYSTEM}},
    {"text", {MEANING_DATA, DEFINITION}},
    {"tools", {MEANING_DATA, DEFINITION}},
    {"user", {MEANING_UNKNOWN, SYSTEM}},
};

static const row keys[] = {
    {"annotations", {MEANING_DATA, AROUND}},
    {"arguments", {MEANING_TEXT, ASSISTANT}},
    {"audio", {MEANING_TEXT, AROUND}},
    {"bytes", {MEANING_ECHO, AROUND}},
    {"cache_control", {MEANING_SETTING, AROUND}},
    {"cache_salt", {MEANING_SETTING, AROUND}},
    {"call_id", {MEANING_SETTING, AROUND}},
    {"citations", {MEANING_TEXT, DOCUMENT}},
    {"cited_text", {MEANING_TEXT, DOCUMENT}},
    {"code", {MEANING_TEXT, ASSISTANT}},
    {"container_id", {MEANING_SETTING, AROUND}},
    {"content", {MEANING_TEXT, AROUND}},
    {"context", {MEANING_TEXT, DOCUMENT}},
    {"created", {MEANING_SETTING, AROUND}},
    {"created_at", {MEANING_SETTING, AROUND}},
    {"custom", {MEANING_TEXT, ASSISTANT}},
    {"data", {MEANING_TEXT, AROUND}},
    {"delta", {MEANING_TEXT, AROUND}},
    {"details", {MEANING_DATA, AROUND}},
    {"encrypted_content", {MEANING_MEDIA, AROUND}},
    {"encrypted_index", {MEANING_MEDIA, AROUND}},
    {"file_data", {MEANING_MEDIA, AROUND}},
    {"file_id", {MEANING_MEDIA, AROUND}},
    {"finish_reason", {MEANING_SETTING, AROUND}},
    {"function", {MEANING_TEXT, AROUND}},
    {"function_call", {MEANING_TEXT, ASSISTANT}},
    {"id", {MEANING_SETTING, AROUND}},
    {"index", {MEANING_SETTING, AROUND}},
    {"input", {MEANING_DATA, ASSISTANT}},
    {"input_audio", {MEANING_MEDIA, AROUND}},
    {"item", {MEANING_TEXT, AROUND}},
    {"item_id", {MEANING_SETTING, AROUND}},
    {"kv_transfer_params", {MEANING_SETTING, AROUND}},
    {"logit_bias", {MEANING_SETTING, AROUND}},
    {"logprobs", {MEANING_ECHO, AROUND}},
    {"media_type", {MEANING_SETTING, AROUND}},
    {"message", {MEANING_TEXT, AROUND}},
    {"model", {MEANING_SETTING, AROUND}},
    {"name", {MEANING_FIXED, AROUND}},
    {"object", {MEANING_SETTING, AROUND}},
    {"output", {MEANING_TEXT, TOOL}},
    {"outputs", {MEANING_TEXT, TOOL}},
    {"part", {MEANING_TEXT, AROUND}},
    {"partial_json", {MEANING_TEXT, ASSISTANT}},
    {"prefill", {MEANING_ECHO, AROUND}},
    {"prompt_filter_results", {MEANING_SETTING, AROUND}},
    {"prompt_logprobs", {MEANING_ECHO, AROUND}},
    {"prompt_text", {MEANING_ECHO, AROUND}},
    {"prompt_token_ids", {MEANING_ECHO, AROUND}},
    {"reasoning", {MEANING_TEXT, ASSISTANT}},
    {"reasoning_content", {MEANING_TEXT, ASSISTANT}},
    {"refusal", {MEANING_TEXT, AROUND}},
    {"response", {MEANING_TEXT, AROUND}},
    {"results", {MEANING_TEXT, TOOL}},
    {"role", {MEANING_SETTING, AROUND}},
    {"service_tier", {MEANING_SETTING, AROUND}},
    {"signature", {MEANING_SETTING, AROUND}},
    {"source", {MEANING_TEXT, AROUND}},
    {"status", {MEANING_SETTING, AROUND}},
    {"stderr", {MEANING_TEXT, TOOL}},
    {"stdout", {MEANING_TEXT, TOOL}},
    {"stop_reason", {MEANING_SETTING, AROUND}},
    {"summary", {MEANING_TEXT, AROUND}},
    {"system_fingerprint", {MEANING_SETTING, AROUND}},
    {"text", {MEANING_TEXT, AROUND}},
    {"thinking", {MEANING_FIXED, ASSISTANT}},
    {"title", {MEANING_TEXT, AROUND}},
    {"token", {MEANING_TEXT, AROUND}},
    {"token_ids", {MEANING_ECHO, AROUND}},
    {"tool_call_id", {MEANING_SETTING, AROUND}},
    {"tool_calls", {MEANING_TEXT, ASSISTANT}},
    {"tool_choice", {MEANING_SETTING, AROUND}},
    {"tool_use_id", {MEANING_SETTING, AROUND}},
    {"transcript", {MEANING_TEXT, AROUND}},
    {"type", {MEANING_SETTING, AROUND}},
    {"usage", {MEANING_SETTING, AROUND}},
};

static const row types[] = {
    {"audio", {MEANING_MEDIA, AROUND}},
    {"base64", {MEANING_MEDIA, AROUND}},
    {"code_interpreter_call", {MEANING_TEXT, ASSISTANT}},
    {"compaction", {MEANING_MEDIA, AROUND}},
    {"computer_call_output", {MEANING_TEXT, TOOL}},
    {"computer_screenshot", {MEANING_MEDIA, AROUND}},
    {"container_upload", {MEANING_MEDIA, AROUND}},
    {"custom_tool_call", {MEANING_TEXT, ASSISTANT}},
    {"document", {MEANING_TEXT, DOCUMENT}},
    {"file", {MEANING_MEDIA, AROUND}},
    {"function_call", {MEANING_TEXT, ASSISTANT}},
    {"image", {MEANING_MEDIA, AROUND}},
    {"image_generation_call", {MEANING_MEDIA, AROUND}},
    {"image_url", {MEANING_MEDIA, AROUND}},
    {"input_audio", {MEANING_MEDIA, AROUND}},
    {"input_file", {MEANING_MEDIA, AROUND}},
    {"input_image", {MEANING_MEDIA, AROUND}},
    {"input_text", {MEANING_TEXT, AROUND}},
    {"item_reference", {MEANING_MEDIA, AROUND}},
    {"mcp_call", {MEANING_TEXT, ASSISTANT}},
    {"mcp_tool_use", {MEANING_TEXT, ASSISTANT}},
    {"message", {MEANING_TEXT, AROUND}},
    {"output_text", {MEANING_TEXT, AROUND}},
    {"reasoning", {MEANING_TEXT, ASSISTANT}},
    {"redacted_thinking", {MEANING_MEDIA, ASSISTANT}},
    {"refusal", {MEANING_TEXT, AROUND}},
    {"search_result", {MEANING_TEXT, DOCUMENT}},
    {"server_tool_use", {MEANING_TEXT, ASSISTANT}},
    {"text", {MEANING_TEXT, AROUND}},
    {"thinking", {MEANING_TEXT, ASSISTANT}},
    {"tool_use", {MEANING_TEXT, ASSISTANT}},
    {"url", {MEANING_MEDIA, AROUND}},
    {"video_url", {MEANING_MEDIA, AROUND}},
    {"web_fetch_result", {MEANING_TEXT, DOCUMENT}},
    {"web_search_result", {MEANING_TEXT, DOCUMENT}},
};
/* clang-format on */

#define ROWS(table) table, sizeof table / sizeof *table

static int by_name(const void *wanted, const void *entry) {
    const filter_text *name = wanted;
    const char *there = ((const row *)entry)->name;
    const size_t size = strlen(there);
    const int order = memcmp(name->text, there, name->size < size ? name->size : size);
    return order ? order : (name->size > size) - (name->size < size);
}

static const row *find(filter_text name, const row *table, size_t count) {
    return bsearch(&name, table, count, sizeof *table, by_name);
}

static bool ends_with(filter_text name, const char *end) {
    const size_t size = strlen(end);
    return name.size >= size && memcmp(name.text + name.size - size, end, size) == 0;
}

meant meaning_of_key(filter_text key, bool is_top) {
    const row *found = is_top ? find(key, ROWS(top_keys)) : NULL;
    if (!found) found = find(key, ROWS(keys));
    return found ? found->means : (meant){MEANING_UNKNOWN, AROUND};
}

/* Calls and results are named alike: bash_code_execution_tool_result, local_shell_call, local_shell_call_output. */
meant meaning_of_type(filter_text type) {
    const row *found = find(type, ROWS(types));
    if (found) return found->means;
    if (ends_with(type, "_result") || ends_with(type, "_output")) return (meant){MEANING_TEXT, TOOL};
    if (ends_with(type, "_call") || ends_with(type, "tool_use")) return (meant){MEANING_TEXT, ASSISTANT};
    return (meant){MEANING_UNKNOWN, AROUND};
}

restore_place meaning_of_place(filter_text key, restore_place around) {
    static const row places[] = {
        {"arguments", {MEANING_TEXT, RESTORE_TOOL_ARGUMENTS}},    {"input", {MEANING_DATA, RESTORE_TOOL_ARGUMENTS}},
        {"partial_json", {MEANING_TEXT, RESTORE_TOOL_ARGUMENTS}}, {"reasoning", {MEANING_TEXT, RESTORE_REASONING}},
        {"reasoning_content", {MEANING_TEXT, RESTORE_REASONING}}, {"summary", {MEANING_TEXT, RESTORE_REASONING}},
    };
    const row *found = find(key, ROWS(places));
    return found ? (restore_place)found->means.role : around;
}

filter_role meaning_of_role(filter_text role) {
    static const row roles[] = {
        {"assistant", {MEANING_TEXT, ASSISTANT}}, {"developer", {MEANING_TEXT, FILTER_ROLE_DEVELOPER}},
        {"function", {MEANING_TEXT, TOOL}},       {"model", {MEANING_TEXT, ASSISTANT}},
        {"system", {MEANING_TEXT, SYSTEM}},       {"tool", {MEANING_TEXT, TOOL}},
    };
    const row *found = find(role, ROWS(roles));
    return found ? (filter_role)found->means.role : FILTER_ROLE_USER;
}
