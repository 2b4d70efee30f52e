/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/expression.h"

#include <stdio.h>
#include <string.h>

const char *expression_literal(arena *memory, const char *text, size_t size) {
    text_buffer out = {.memory = memory};
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c < 0x80 && !text_is_alnum((char)c)) {
            char hex[5];
            snprintf(hex, sizeof hex, "\\x%02x", c);
            text_append(&out, hex, 4);
        } else {
            text_append(&out, text + i, 1);
        }
    }
    return out.failed ? NULL : arena_copy(memory, out.data, out.size);
}

const char *expression_words(arena *memory, const char *text, size_t size) {
    text_buffer out = {.memory = memory};
    for (size_t i = 0; i < size; i++) {
        const char *one = text[i] == ' ' ? "\\s+" : expression_literal(memory, text + i, 1);
        if (one) text_append_string(&out, one);
    }
    return out.failed ? NULL : arena_copy(memory, out.data, out.size);
}

const char *expression_scan(arena *memory, const pack_rule *rule, const rule_pattern *pattern) {
    if (pattern->finder == FIND_BY_REGEX) return pattern->regex;
    if (pattern->finder == FIND_BY_PREFIX)
        return expression_literal(memory, pattern->value->head, pattern->value->prefix_size);
    char *value = value_format_scan_expression(memory, pattern->value);
    const char *right = *rule->right ? arena_printf(memory, "(?:[^%s]|$)", rule->right) : "";
    return value && right ? arena_printf(memory, "^(?:%s)%s", value, right) : NULL;
}

/* The value between what may not touch it. */
const char *expression_confirm(arena *memory, const pack_rule *rule, const rule_pattern *pattern) {
    const char *body = rule->confirm    ? rule->confirm
                       : pattern->value ? value_format_confirm_expression(memory, pattern->value)
                                        : pattern->regex;
    const char *left = *rule->left ? arena_printf(memory, "(?<![%s])", rule->left) : "";
    const char *right = *rule->right ? arena_printf(memory, "(?![%s])", rule->right) : "";
    if (!body || !left || !right) return NULL;
    return arena_printf(memory, "%s(?:%s)%s", left, body, right);
}

/* A token as models read it: white space inside changes nothing, case neither. */
const char *expression_token(arena *memory, const char *token, bool line_start) {
    text_buffer out = {.memory = memory};
    if (line_start) text_append_string(&out, "^[ \\t]{0,8}");
    size_t size = strlen(token);
    for (size_t i = 0; i < size; i++) {
        bool word = text_is_alnum(token[i]) || token[i] == '_' || (unsigned char)token[i] >= 0x80;
        bool previous_word =
            i > 0 && (text_is_alnum(token[i - 1]) || token[i - 1] == '_' || (unsigned char)token[i - 1] >= 0x80);
        if (i > 0 && !(word && previous_word)) text_append_string(&out, "\\s{0,4}");
        const char *escaped = expression_literal(memory, token + i, 1);
        if (escaped) text_append_string(&out, escaped);
    }
    return out.failed ? NULL : arena_copy(memory, out.data, out.size);
}
