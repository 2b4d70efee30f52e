/* SPDX-License-Identifier: Apache-2.0 */
/* What a policy expects of answers. */
#include "support.h"

static const char pack[] =
    "pack: {name: own, version: 1.0.0, licence: Apache-2.0}\n"
    "policies:\n"
    "  - {id: default, title: none}\n"
    "  - {id: hosts, title: t, entities: {URL: {action: none}}, output: {hosts: [example.com, '*.example.org']}}\n"
    "  - {id: block-hosts, title: t, output: {hosts: [], unlisted_hosts: block}}\n"
    "  - {id: new, title: t, actions: {pii: none}, output: {unseen_data: block}}\n"
    "  - {id: json, title: t, output: {json: true, max_bytes: 40}}\n"
    "  - {id: ticket, title: t, actions: {pii: none}, output: {match: [own.ticket], no_match: [own.mail], violation: "
    "flag}}\n"
    "rules:\n"
    "  - id: own.url\n    title: t\n    category: pii\n    entity_type: URL\n    score: 0.9\n"
    "    pattern: 'https?://[^\\s]'\n    confirm: 'https?://[^\\s\"''<>)]{1,200}'\n    width: 210\n    flags: "
    "caseless\n"
    "    examples: {match: ['https://a.example/']}\n"
    "  - id: own.ticket\n    title: t\n    category: pii\n    entity_type: TICKET\n    score: 0.9\n    format: "
    "'TK~\\d{6}'\n    separators: '-'\n"
    "    examples: {match: ['see {{own.ticket}}']}\n"
    "  - id: own.mail\n    title: t\n    category: pii\n    entity_type: MAIL\n    score: 0.9\n    pattern: "
    "'[a-z]@[a-z]'\n"
    "    confirm: '[a-z]{1,20}@[a-z.]{1,40}'\n    width: 62\n    examples: {match: ['a@b.c']}\n";

static filter_engine *engine;

static const filter_result *answer(const char *policy, const char *question, const char *text) {
    static filter_segment segments[2];
    static filter_request request;
    const filter_result *r;
    filter_error error;
    const filter_source source = {"own.yaml", pack, sizeof pack - 1};
    if (!engine && filter_engine_new(&engine, &source, 1, NULL, &error) != FILTER_OK) fail_msg("%s", error.message);
    segments[0] = (filter_segment){text, strlen(text), FILTER_ROLE_ASSISTANT};
    segments[1] = (filter_segment){question, strlen(question), FILTER_ROLE_USER};
    request = (filter_request)FILTER_REQUEST_INIT;
    request.segments = segments;
    request.segment_count = 2;
    request.policy = policy;
    if (filter_inspect(engine, support_scratch(), &request, &r, &error) != FILTER_OK) fail_msg("%s", error.message);
    return r;
}

static const char *reason_of(const filter_result *r) {
    for (size_t i = 0; i < r->reason_count; i++) {
        if (strncmp(r->reasons[i], "output:", 7) == 0) return r->reasons[i];
    }
    return "";
}

static void an_answer_that_does_not_meet_its_policy_has_its_verdict(void **state) {
    (void)state;
    static const struct {
        const char *policy, *question, *answer;
        filter_verdict verdict;
        const char *reason;
    } cases[] = {
        {"hosts", "", "see https://example.com/a?b and https://x.EXAMPLE.org.:443/", FILTER_ALLOW, ""},
        {"hosts", "", "see https://evil.example/", FILTER_REDACT, "output:hosts"},
        {"hosts", "", "![x](//evil.example/?q=1)", FILTER_REDACT, "output:hosts"},
        {"hosts", "", "<img src=\"\\\\evil.example/x.png\">", FILTER_REDACT, "output:hosts"},
        {"hosts", "", "https:\\/\\/evil.example\\/a", FILTER_REDACT, "output:hosts"},
        {"hosts", "", "https:/evil.example/", FILTER_REDACT, "output:hosts"},
        {"hosts", "", "https://example.com@evil.example/", FILTER_REDACT, "output:hosts"},
        {"hosts", "", "https://example.com.evil.example/", FILTER_REDACT, "output:hosts"},
        {"hosts", "", "https://evilexample.org/ is not below example.org", FILTER_REDACT, "output:hosts"},
        {"hosts", "", "https://example.org/ is not below itself", FILTER_REDACT, "output:hosts"},
        {"hosts", "", "https://ex%61mple.com/", FILTER_REDACT, "output:hosts"},
        {"hosts", "", "[a]: WSS://evil.example", FILTER_REDACT, "output:hosts"},
        {"hosts", "", "// a comment, C:\\windows, and/or, 1//2, a://b", FILTER_ALLOW, ""},
        {"hosts", "https://evil.example/", "fine", FILTER_ALLOW, ""}, /* a question may hold any */
        {"block-hosts", "", "https://example.com/", FILTER_BLOCK, "output:hosts"},
        {"default", "", "https://evil.example/", FILTER_REDACT, ""},
        {"new", "I am joe@example.org", "Hello joe@example.org", FILTER_ALLOW, ""},
        {"new", "I am joe@example.org", "Hello ann@example.org", FILTER_BLOCK, "output:unseen_data"},
        {"new", "I am joe@example.org", "Hello", FILTER_ALLOW, ""},
        {"json", "", "{\"a\": [1, 2]}", FILTER_ALLOW, ""},
        {"json", "", "Here you are: {\"a\": 1}", FILTER_BLOCK, "output:json"},
        {"json", "", "", FILTER_BLOCK, "output:json"},
        {"json", "", "[1e400, 18446744073709551616]", FILTER_ALLOW, ""},
        {"json", "", "\"\\ud800\"", FILTER_ALLOW, ""},
        {"json", "", "{\"a\": 1, \"\\u0061\": 2}", FILTER_BLOCK, "output:json"},
        {"json", "", "{\"a\": \"0123456789012345678901234567890123456789\"}", FILTER_BLOCK, "output:max_bytes"},
        {"ticket", "", "Your ticket is TK-123456.", FILTER_ALLOW, ""},
        {"ticket", "TK-123456", "You have none.", FILTER_FLAG, "output:match:own.ticket"},
        {"ticket", "", "TK-123456 went to joe@example.org", FILTER_FLAG, "output:no_match:own.mail"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const filter_result *r = answer(cases[i].policy, cases[i].question, cases[i].answer);
        if (r->segments[0].verdict != cases[i].verdict)
            fail_msg("%s: verdict %d", cases[i].answer, (int)r->segments[0].verdict);
        if (strcmp(reason_of(r), cases[i].reason) != 0) fail_msg("%s: reason %s", cases[i].answer, reason_of(r));
        assert_int_equal(r->verdict >= r->segments[0].verdict, 1);
    }
}

static void links_to_hosts_that_are_not_listed_are_taken_out(void **state) {
    (void)state;
    const filter_result *r = answer("hosts", "", "good https://example.com/a bad https://evil.example/?q=secret end");
    static const char expected[] = "good https://example.com/a bad <URL_1> end";
    assert_int_equal(r->segments[0].redacted.size, sizeof expected - 1);
    assert_memory_equal(r->segments[0].redacted.text, expected, sizeof expected - 1);
}

/* Addresses cut off anywhere: nothing is read behind an answer (the sanitizer sees it), and a host that is named
 * alone is let through. */
static void no_cut_address_is_read_past_its_end(void **state) {
    (void)state;
    static const char *const pieces[] = {"https", "http", ":", "/", "//",   "\\", "example.com", ".",
                                         "@",     "[",    "]", "(", ")",    "\"", "<",           "=",
                                         "#",     "?",    "%", " ", "evil", "*.", "wss:",        ""};
    for (int i = 0; i < 20000; i++) {
        char text[256] = "";
        for (uint32_t n = support_random() % 12; n > 0; n--)
            strcat(text, pieces[support_random() % (sizeof pieces / sizeof *pieces)]);
        char *copy = malloc(strlen(text) ? strlen(text) : 1); /* no NUL behind it */
        memcpy(copy, text, strlen(text));
        filter_segment segment = {copy, strlen(text), FILTER_ROLE_ASSISTANT};
        filter_request request = FILTER_REQUEST_INIT;
        const filter_result *r;
        request.segments = &segment;
        request.segment_count = 1;
        request.policy = i % 2 ? "hosts" : "block-hosts";
        assert_int_equal(filter_inspect(engine, support_scratch(), &request, &r, NULL), FILTER_OK);
        if (!strpbrk(text, "/\\")) assert_string_equal(reason_of(r), "");
        free(copy);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_answer_that_does_not_meet_its_policy_has_its_verdict),
                                       cmocka_unit_test(links_to_hosts_that_are_not_listed_are_taken_out),
                                       cmocka_unit_test(no_cut_address_is_read_past_its_end)};
    int failed = cmocka_run_group_tests_name("output", tests, NULL, NULL);
    filter_engine_unref(engine);
    return failed;
}
