/* SPDX-License-Identifier: Apache-2.0 */
#include "base/names.h"

#include "filter.h"

#include <string.h>

const char *const names_verdicts[] = {"allow", "flag", "redact", "block", NULL};
const char *const names_actions[] = {"none", "flag", "redact", "block", NULL};
const char *const names_roles[] = {"user",     "system",    "developer",       "tool",
                                   "document", "assistant", "tool_definition", NULL};
const char *const names_offsets[] = {"byte", "codepoint", "utf16", NULL};
const char *const names_isolate_modes[] = {"delimit", "datamark", "encode", NULL};
const char *const names_categories[] = {"pii", "secret", "injection", NULL};
const char *const names_returns[] = {"findings", "redacted", "sanitized", "isolated", "text", "names", NULL};
const char *const names_evidence[] = {"checksum",    "checksum_failed", "context", "negative_context",
                                      "placeholder", "low_entropy",     "limit",   NULL};
const char *const names_apis[] = {"auto", "openai-chat", "openai-completions", "openai-responses", "anthropic",
                                  "tgi",  NULL};
const char *const names_stream_kinds[] = {"content", "arguments", NULL};
const char *const names_restores[] = {"none", "seal", "store", NULL};
const char *const names_directions[] = {"request", "response", NULL};

int names_index(const char *const *names, const char *text, size_t size) {
    for (int i = 0; names[i]; i++) {
        if (strlen(names[i]) == size && memcmp(names[i], text, size) == 0) return i;
    }
    return -1;
}

static const char *name_at(const char *const *names, unsigned index, unsigned last) {
    return index <= last ? names[index] : "unknown";
}

const char *filter_version(void) {
    return FILTER_VERSION;
}

const char *filter_verdict_name(filter_verdict verdict) {
    return name_at(names_verdicts, (unsigned)verdict, FILTER_BLOCK);
}

const char *filter_action_name(filter_action action) {
    return name_at(names_actions, (unsigned)action, FILTER_ACTION_BLOCK);
}

const char *filter_category_name(filter_category category) {
    for (unsigned i = 0; names_categories[i]; i++) {
        if (category == 1U << i) return names_categories[i];
    }
    return "unknown";
}

const char *filter_role_name(filter_role role) {
    return name_at(names_roles, (unsigned)role, FILTER_ROLE_TOOL_DEFINITION);
}

const char *filter_isolate_mode_name(filter_isolate_mode mode) {
    if (mode == FILTER_ISOLATE_POLICY) return "policy";
    return name_at(names_isolate_modes, (unsigned)mode - 1, FILTER_ISOLATE_ENCODE - 1);
}

const char *filter_api_name(filter_api api) {
    return name_at(names_apis, (unsigned)api, FILTER_API_TGI);
}
