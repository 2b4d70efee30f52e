/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names: the words of the wire and of messages for the numbers of filter.h.
 */
#include "filter.h"

const char *filter_version(void) {
    return FILTER_VERSION;
}

const char *filter_verdict_name(filter_verdict verdict) {
    static const char *const names[] = {"allow", "flag", "redact", "block"};
    return (unsigned)verdict <= FILTER_BLOCK ? names[verdict] : "unknown";
}

const char *filter_action_name(filter_action action) {
    static const char *const names[] = {"none", "flag", "redact", "block"};
    return (unsigned)action <= FILTER_ACTION_BLOCK ? names[action] : "unknown";
}

const char *filter_category_name(filter_category category) {
    return category == FILTER_PII         ? "pii"
           : category == FILTER_SECRET    ? "secret"
           : category == FILTER_INJECTION ? "injection"
                                          : "unknown";
}

const char *filter_role_name(filter_role role) {
    static const char *const names[] = {"user", "system", "developer", "tool", "document", "assistant"};
    return (unsigned)role <= FILTER_ROLE_ASSISTANT ? names[role] : "unknown";
}

const char *filter_isolate_mode_name(filter_isolate_mode mode) {
    static const char *const names[] = {"policy", "delimit", "datamark", "encode"};
    return (unsigned)mode <= FILTER_ISOLATE_ENCODE ? names[mode] : "unknown";
}
