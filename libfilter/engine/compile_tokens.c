/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/builder.h"
#include "text/fold.h"

#include <string.h>

void add_tokens(builder *b, const yaml_strings *tokens, bool line_start, uint64_t family) {
    for (size_t i = 0; i < tokens->count && !b->failed; i++) {
        const char *forms[2] = {tokens->items[i], fold_string(b->memory, tokens->items[i], false)};
        for (int k = 0; k < 2; k++) {
            if (!forms[k] || (k == 1 && strcmp(forms[0], forms[1]) == 0)) continue;
            const char *expression = expression_token(b->memory, forms[k], line_start);
            size_t known = b->engine->sources[DATABASE_TOKENS].count;
            size_t id = add_expression(b, DATABASE_TOKENS, expression,
                                       HS_FLAG_CASELESS | HS_FLAG_MULTILINE | HS_FLAG_SOM_LEFTMOST, NULL, tokens->node);
            if (b->failed) return;
            if (id == known) {
                if (!arena_grow(b->memory, &b->engine->tokens, &b->list_capacity[DATABASE_TOKENS], id + 1,
                                sizeof(engine_token))) {
                    b->failed = true;
                    return;
                }
                b->engine->tokens[id].families = 0;
            }
            b->engine->tokens[id].families |= family;
        }
    }
}
