/* SPDX-License-Identifier: Apache-2.0 */
#include "body/ending.h"

/* LiteLLM knows a block of a content policy by both words in the message. */
#define REQUEST_MESSAGE                                                                                                \
    "The request was blocked by the content policy of this service. "                                                  \
    "(invalid_request_error: content_policy_violation)"
#define ANSWER_MESSAGE "The answer was blocked by the content policy of this service."

#define BAD_REQUEST 400
#define OK 200

static unsigned refuse_request(text_buffer *out, filter_api api) {
    switch (api) {
    case FILTER_API_ANTHROPIC:
        text_append_string(
            out,
            "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"" REQUEST_MESSAGE "\"}}");
        break;
    case FILTER_API_TGI:
        text_append_string(out, "{\"error\":\"" REQUEST_MESSAGE "\",\"error_type\":\"validation\"}");
        break;
    default:
        text_append_string(out, "{\"error\":{\"message\":\"" REQUEST_MESSAGE "\",\"type\":\"invalid_request_error\","
                                "\"param\":null,\"code\":\"content_policy_violation\"}}");
        break;
    }
    return BAD_REQUEST;
}

/* What the answer says of itself, beside its texts. */
static void keep(text_buffer *out, const json_tree *tree, const char *key) {
    const json_node *root = tree->count ? tree->nodes : NULL;
    const json_node *found = root ? json_tree_find(tree, root, key) : NULL;
    if (!found) return;
    text_append(out, tree->text + found->member, found->end - found->member);
    text_append_string(out, ",");
}

static void keep_all(text_buffer *out, const json_tree *tree) {
    static const char *const kept[] = {"id", "object", "type", "role", "created", "created_at", "model", "usage"};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) keep(out, tree, kept[i]);
}

unsigned body_ending(text_buffer *out, filter_api api, filter_direction direction, const json_tree *tree) {
    if (direction == FILTER_TO_MODEL) return refuse_request(out, api);
    if (api == FILTER_API_TGI) {
        text_append_string(out, "{\"generated_text\":\"\",\"details\":{\"finish_reason\":\"content_filter\"}}");
        return OK;
    }
    text_append_string(out, "{");
    keep_all(out, tree);
    switch (api) {
    case FILTER_API_ANTHROPIC:
        text_append_string(out, "\"content\":[],\"stop_reason\":\"refusal\",\"stop_sequence\":null}");
        break;
    case FILTER_API_OPENAI_RESPONSES:
        text_append_string(
            out, "\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"content_filter\"},\"output\":[]}");
        break;
    case FILTER_API_OPENAI_COMPLETIONS:
        text_append_string(
            out, "\"choices\":[{\"index\":0,\"text\":\"\",\"logprobs\":null,\"finish_reason\":\"content_filter\"}]}");
        break;
    default:
        text_append_string(out,
                           "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null,\"refusal\":"
                           "\"" ANSWER_MESSAGE "\"},\"logprobs\":null,\"finish_reason\":\"content_filter\"}]}");
        break;
    }
    return OK;
}
