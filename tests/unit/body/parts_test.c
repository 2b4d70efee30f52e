/* SPDX-License-Identifier: Apache-2.0 */
#include "body/parts.h"

#include "base/names.h"
#include "support.h"

/* Quotes as apostrophes, so that tables can be read. */
static char *quoted(const char *text) {
    char *out = strdup(text);
    for (char *at = out; *at; at++) {
        if (*at == '\'') *at = '"';
    }
    return out;
}

/* All parts as "PATH ROLE[!*+-] TEXT|", with ! for one that is fixed, * for one of an earlier turn, + for one that
 * goes on from the one before; then what is unread as "PATH unread|". */
static void write_parts(const body_parts *p, char *out, size_t size) {
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < p->count; i++) {
        const body_part *part = &p->items[i];
        used += (size_t)snprintf(out + used, size - used, "%.*s %s%s%s%s %.*s|", (int)part->path.size, part->path.text,
                                 names_roles[part->role], part->flags & FILTER_SEGMENT_FIXED ? "!" : "",
                                 part->flags & FILTER_SEGMENT_EARLIER ? "*" : "",
                                 part->flags & FILTER_SEGMENT_BEGINS ? "" : "+", (int)part->text.size, part->text.text);
    }
    for (size_t i = 0; i < p->unread_count; i++) {
        used += (size_t)snprintf(out + used, size - used, "%.*s unread|", (int)p->unread[i].path.size,
                                 p->unread[i].path.text);
    }
}

typedef struct parts_case {
    const char *body, *parts;
    filter_api api;
} parts_case;

static void check(const parts_case *cases, size_t count, filter_direction direction) {
    for (size_t i = 0; i < count; i++) {
        char *body = quoted(cases[i].body), *expected = quoted(cases[i].parts), found[2000];
        arena memory;
        arena_init(&memory);
        json_tree tree;
        size_t bad_at;
        const char *why;
        body_parts parts = {.memory = &memory};
        if (!json_tree_read(&tree, &memory, (filter_text){body, strlen(body)}, &bad_at, &why))
            fail_msg("%s: %s at %zu", body, why, bad_at);
        assert_true(body_parts_find(&parts, &tree, direction));
        write_parts(&parts, found, sizeof found);
        if (strcmp(found, expected) != 0) fail_msg("%s:\n%s\nnot\n%s", body, found, expected);
        assert_int_equal(parts.api, cases[i].api);
        for (size_t k = 0; k < parts.count; k++) {
            assert_true(parts.items[k].start < parts.items[k].end);
            assert_true(k == 0 || parts.items[k - 1].end <= parts.items[k].start);
        }
        arena_fini(&memory);
        free(body);
        free(expected);
    }
}

#define CHECK(cases, direction) check(cases, sizeof(cases) / sizeof *(cases), direction)

static void requests(void **state) {
    (void)state;
    static const parts_case cases[] = {
        {"{'model': 'm', 'messages': [{'role': 'system', 'content': 'be'}, {'role': 'user', 'content': 'hi'}]}",
         "/messages/0/content system be|/messages/1/content user hi|", FILTER_API_OPENAI_CHAT},
        {"{'messages': [{'content': 'role after', 'role': 'developer'}, {'role': 'root', 'content': 'x'}]}",
         "/messages/0/content developer role after|/messages/1/content user x|", FILTER_API_OPENAI_CHAT},
        {"{'messages': [{'role': 'user', 'content': [{'type': 'text', 'text': 'a'}, {'type': 'text', 'text': 'b', "
         "'role': 'system'}, {'type': 'image_url', 'image_url': {'url': 'x'}}]}]}",
         "/messages/0/content/0/text user a|/messages/0/content/1/text user+ b|/messages/0/content/2 unread|",
         FILTER_API_OPENAI_CHAT},
        {"{'messages': [{'role': 'user', 'content': 'a'}, {'role': 'assistant', 'content': null, 'tool_calls': [{'id': "
         "'c', 'type': 'function', 'function': {'name': 'f', 'arguments': '{}'}}]}, {'role': 'tool', 'tool_call_id': "
         "'c', 'content': 'r'}]}",
         "/messages/0/content user* a|/messages/1/tool_calls/0/function/name assistant!* {'name': 'f'}|"
         "/messages/1/tool_calls/0/function/arguments assistant* {}|/messages/2/content tool r|",
         FILTER_API_OPENAI_CHAT},
        {"{'messages': [{'role': 'user', 'content': 'a'}, {'role': 'assistant', 'content': 'so'}]}",
         "/messages/0/content user a|/messages/1/content assistant so|", FILTER_API_OPENAI_CHAT},
        {"{'messages': [{'role': 'user', 'content': 'a'}], 'tools': [{'name': 'f', 'description': 'd'}], 'user': "
         "'u@x', "
         "'seed': 123456789, 'temperature': 0.5, 'metadata': {'k': 'v'}, 'chat_template': 'x'}",
         "/messages/0/content user a|/tools/0 tool_definition {'name': 'f', 'description': 'd'}|/user system {'user': "
         "'u@x'}|/seed user {'seed': 123456789}|/metadata system {'k': 'v'}|",
         FILTER_API_OPENAI_CHAT},
        {"{'system': [{'type': 'text', 'text': 's'}], 'messages': [{'role': 'user', 'content': [{'type': "
         "'tool_result', "
         "'tool_use_id': 't', 'content': [{'type': 'text', 'text': 'r'}]}, {'type': 'document', 'title': 'T', "
         "'source': "
         "{'type': 'text', 'data': 'd'}}]}]}",
         "/system/0/text system s|/messages/0/content/0/content/0/text tool r|/messages/0/content/1/title document T|"
         "/messages/0/content/1/source/data document+ d|",
         FILTER_API_ANTHROPIC},
        {"{'anthropic_version': 'x1', 'messages': [{'role': 'assistant', 'content': [{'type': 'thinking', 'thinking': "
         "'t', 'signature': 's'}, {'type': 'tool_use', 'id': 'i', 'name': 'f', 'input': {'a': 1}}]}, {'role': 'user', "
         "'content': 'x'}]}",
         "/anthropic_version user {'anthropic_version': 'x1'}|/messages/0/content/0/thinking assistant!* {'thinking': "
         "'t'}|/messages/0/content/1/name assistant!* {'name': 'f'}|/messages/0/content/1/input assistant* {'a': 1}|"
         "/messages/1/content user x|",
         FILTER_API_ANTHROPIC},
        {"{'input': 'hi', 'instructions': 's'}", "/input user hi|/instructions system s|", FILTER_API_OPENAI_RESPONSES},
        {"{'input': [{'role': 'user', 'content': [{'type': 'input_text', 'text': 'a'}]}, {'type': 'function_call', "
         "'call_id': 'c', 'arguments': '{}'}, {'type': 'function_call_output', 'call_id': 'c', 'output': 'o'}, "
         "{'type': "
         "'local_shell_call_output', 'output': 'p'}]}",
         "/input/0/content/0/text user* a|/input/1/arguments assistant* {}|/input/2/output tool o|/input/3/output tool "
         "p|",
         FILTER_API_OPENAI_RESPONSES},
        {"{'prompt': ['a', 'b'], 'suffix': 's'}", "/prompt/0 user a|/prompt/1 user+ b|/suffix user s|",
         FILTER_API_OPENAI_COMPLETIONS},
        {"{'prompt': [[1, 2]]}", "/prompt unread|", FILTER_API_OPENAI_COMPLETIONS},
        {"{'inputs': 'a', 'parameters': {'top_p': 1}}", "/inputs user a|/parameters user {'parameters': {'top_p': 1}}|",
         FILTER_API_TGI},
        {"{'messages': [{'role': 'user', 'content': [{'type': 'new', 'pan': 'P', 'n~/': {'x': 'y'}}]}], 'documents': "
         "[{'title': 't', 'text': 'd'}]}",
         "/messages/0/content/0/pan user {'pan': 'P'}|/messages/0/content/0/* user {'n~/': {'x': 'y'}}|"
         "/documents/0/title document t|/documents/0/text document+ d|",
         FILTER_API_OPENAI_CHAT},
        {"{'messages': [{'role': 'user', 'content': [{'type': 'file', 'file': {'file_data': "
         "'data:text/plain;base64,aGk='}}, {'type': 'file', 'file': {'file_data': "
         "'data:application/pdf;base64,aGk='}}]}]}",
         "/messages/0/content/0/file/file_data user hi|/messages/0/content/1 unread|", FILTER_API_OPENAI_CHAT},
        {"{'system': 's', 'messages': [{'role': 'user', 'content': [{'type': 'document', 'source': {'type': 'base64', "
         "'media_type': 'text/plain', 'data': 'aGk='}}]}]}",
         "/system system s|/messages/0/content/0/source document hi|", FILTER_API_ANTHROPIC},
        {"{'embedding': 1}", "", FILTER_API_AUTO},
    };
    CHECK(cases, FILTER_TO_MODEL);
}

static void answers(void **state) {
    (void)state;
    static const parts_case cases[] = {
        {"{'id': 'c', 'choices': [{'index': 0, 'message': {'role': 'assistant', 'content': 'a', 'tool_calls': "
         "[{'function': {'arguments': '{}'}}]}, 'logprobs': {'content': []}}], 'usage': {'total_tokens': 123456}}",
         "/choices/0/message/content assistant a|/choices/0/message/tool_calls/0/function/arguments assistant {}|",
         FILTER_API_OPENAI_CHAT},
        {"{'choices': [{'text': 'a'}]}", "/choices/0/text assistant a|", FILTER_API_OPENAI_COMPLETIONS},
        {"{'role': 'assistant', 'content': [{'type': 'text', 'text': 'a'}, {'type': 'redacted_thinking', 'data': "
         "'x'}]}",
         "/content/0/text assistant a|/content/1 unread|", FILTER_API_ANTHROPIC},
        {"{'output': [{'type': 'reasoning', 'summary': [{'type': 'summary_text', 'text': 's'}]}, {'type': 'message', "
         "'role': 'assistant', 'content': [{'type': 'output_text', 'text': 'a'}]}]}",
         "/output/0/summary/0/text assistant s|/output/1/content/0/text assistant a|", FILTER_API_OPENAI_RESPONSES},
        {"[{'generated_text': 'a'}]", "/0/generated_text assistant a|", FILTER_API_TGI},
    };
    CHECK(cases, FILTER_FROM_MODEL);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(requests), cmocka_unit_test(answers)};
    return cmocka_run_group_tests_name("parts", tests, NULL, NULL);
}
