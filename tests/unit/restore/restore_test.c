/* SPDX-License-Identifier: Apache-2.0 */
#include "restore/restore.h"

#include "packs.h"
#include "support.h"

static arena memory;
static mapping values;

static void add(const char *token, const char *value, filter_category category, unsigned roles) {
    const mapping_entry entry = {{token, strlen(token)}, {value, strlen(value)}, category, roles};
    assert_true(mapping_add(&values, &entry));
}

static int begin(void **state) {
    (void)state;
    arena_init(&memory);
    values = (mapping){.memory = &memory};
    add("EMAIL_ADDRESS_k7f3q2", "asha@example.in", FILTER_PII, 1U << FILTER_ROLE_USER);
    add("PERSON_b2", "Asha \"A\" <Rao>", FILTER_PII, 1U << FILTER_ROLE_USER | 1U << FILTER_ROLE_SYSTEM);
    add("IN_PAN_1", "ABCPK1234F", FILTER_PII, 1U << FILTER_ROLE_SYSTEM);
    add("GITHUB_TOKEN_x9", "S3cret", FILTER_SECRET, 1U << FILTER_ROLE_TOOL);
    return 0;
}

static int end(void **state) {
    (void)state;
    arena_fini(&memory);
    return 0;
}

static restorer restore_by(const char *policy) {
    const filter_engine *engine = support_engine();
    return (restorer){
        .engine = engine, .policy = pack_find_policy(&engine->set, policy), .values = &values, .memory = &memory};
}

static void each_form_of_a_token_is_restored_as_its_place_asks(void **state) {
    (void)state;
    static const struct {
        const char *text, *restored;
        restore_place place;
        bool is_json;
    } cases[] = {
        {"to <EMAIL_ADDRESS_k7f3q2>.", "to asha@example.in.", RESTORE_CONTENT, false},
        {"<EMAIL_ADDRESS_k7f3q2><EMAIL_ADDRESS_k7f3q2>", "asha@example.inasha@example.in", RESTORE_CONTENT, false},
        {"[EMAIL_ADDRESS_k7f3q2]", "asha@example.in", RESTORE_CONTENT, false},
        {"<email_address_k7f3q2>", "asha@example.in", RESTORE_CONTENT, false},
        {"<EMAIL_ADDRESS_K7F3Q2>", "asha@example.in", RESTORE_CONTENT, false},
        {"<EMAIL\\_ADDRESS\\_k7f3q2>", "asha@example.in", RESTORE_CONTENT, false},
        {"EMAIL_ADDRESS_k7f3q2 wrote", "asha@example.in wrote", RESTORE_CONTENT, false},
        {"xEMAIL_ADDRESS_k7f3q2", "xEMAIL_ADDRESS_k7f3q2", RESTORE_CONTENT, false},
        {"EMAIL_ADDRESS_k7f3q22", "EMAIL_ADDRESS_k7f3q22", RESTORE_CONTENT, false},
        {"<EMAIL_ADDRESS_zzzzzz> <EMAIL_ADDRESS>", "<EMAIL_ADDRESS_zzzzzz> <EMAIL_ADDRESS>", RESTORE_CONTENT, false},
        {"a_b __ _ <_> x_ \\_", "a_b __ _ <_> x_ \\_", RESTORE_CONTENT, false},
        {"<PERSON_b2>", "Asha \"A\" <Rao>", RESTORE_CONTENT, false},
        {"<b>&lt;PERSON_b2&gt;</b>", "<b>Asha &quot;A&quot; &lt;Rao&gt;</b>", RESTORE_CONTENT, false},
        {"{\"n\": \"<PERSON_b2>\"}", "{\"n\": \"Asha \\\"A\\\" <Rao>\"}", RESTORE_TOOL_ARGUMENTS, true},
        {"{\"n\": \"\\u003cPERSON_b2\\u003E\"}", "{\"n\": \"Asha \\\"A\\\" <Rao>\"}", RESTORE_TOOL_ARGUMENTS, true},
        {"{\"s\": \"{\\\"n\\\": \\\"<PERSON_b2>\\\"}\"}",
         "{\"s\": \"{\\\"n\\\": \\\"Asha \\\\\\\"A\\\\\\\" <Rao>\\\"}\"}", RESTORE_TOOL_ARGUMENTS, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        restorer r = restore_by("default");
        const filter_text text = {cases[i].text, strlen(cases[i].text)};
        const filter_text out = restore_text(&r, text, cases[i].place, cases[i].is_json);
        if (out.size != strlen(cases[i].restored) || memcmp(out.text, cases[i].restored, out.size) != 0)
            fail_msg("%s: %.*s", cases[i].text, (int)out.size, out.text);
        assert_int_equal(out.text == text.text, r.restored == 0);
    }
}

static void a_link_carries_nothing_to_where_nobody_sent_it(void **state) {
    (void)state;
    static const char *const texts[] = {
        "see https://evil.example/?q=<EMAIL_ADDRESS_k7f3q2>",
        "![x](https://evil.example/<EMAIL_ADDRESS_k7f3q2>/a.png)",
        "![x](<https://evil.example/ <EMAIL_ADDRESS_k7f3q2>>)",
        "[x](//evil.example/?a=<EMAIL_ADDRESS_k7f3q2>&b=EMAIL_ADDRESS_k7f3q2)",
        "<img src=\"https://evil.example/?q=[EMAIL_ADDRESS_k7f3q2]\">",
        "<img src=\"https://evil.example/ the mail <EMAIL_ADDRESS_k7f3q2>\">",
        "<img src='https://evil.example/?q=&lt;EMAIL_ADDRESS_k7f3q2&gt;'>",
        "[x]: https://evil.example/%3CEMAIL_ADDRESS_k7f3q2%3E",
        "https://<EMAIL_ADDRESS_k7f3q2>.evil.example/",
        "www.evil.example/<EMAIL_ADDRESS_k7f3q2>",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        restorer r = restore_by("default");
        const filter_text out = restore_text(&r, (filter_text){texts[i], strlen(texts[i])}, RESTORE_CONTENT, false);
        if (r.restored || out.text != texts[i]) fail_msg("%s: %.*s", texts[i], (int)out.size, out.text);
        assert_true(r.withheld > 0);
    }
}

static void a_link_to_a_host_of_the_policy_is_filled(void **state) {
    (void)state;
    static const char pack[] = PACK_HEAD "policies: [{id: default, title: t, output: {hosts: ['a.in']}}]\nrules:\n"
                                         "  - {id: m, title: t, category: pii, entity_type: EMAIL_ADDRESS, score: 0.9, "
                                         "pattern: 'x@x', examples: {match: "
                                         "[]}}\n";
    static const char text[] = "https://a.in/?q=<EMAIL_ADDRESS_k7f3q2>&r=1, not https://b.in/<EMAIL_ADDRESS_k7f3q2>";
    static const char filled[] = "https://a.in/?q=asha%40example.in&r=1, not https://b.in/<EMAIL_ADDRESS_k7f3q2>";
    const filter_source source = {"test.yaml", pack, sizeof pack - 1};
    pack_report report = {.count = 0};
    filter_error error;
    filter_engine *engine = packs_load(&source, 1, true, &report, &error);
    assert_non_null(engine);
    restorer r = {
        .engine = engine, .policy = pack_find_policy(&engine->set, "default"), .values = &values, .memory = &memory};
    const filter_text out = restore_text(&r, (filter_text){text, sizeof text - 1}, RESTORE_CONTENT, false);
    assert_int_equal(out.size, sizeof filled - 1);
    assert_memory_equal(out.text, filled, out.size);
    filter_engine_unref(engine);
}

static void what_may_not_stand_there_stays(void **state) {
    (void)state;
    static const struct {
        const char *text;
        restore_place place;
        size_t restored, withheld, unknown;
    } cases[] = {
        {"<IN_PAN_1>", RESTORE_CONTENT, 0, 1, 0}, /* of the instructions alone */
        {"<PERSON_b2>", RESTORE_CONTENT, 1, 0, 0},       {"<PERSON_b2>", RESTORE_REASONING, 0, 1, 0},
        {"<GITHUB_TOKEN_x9>", RESTORE_CONTENT, 0, 1, 0}, {"<GITHUB_TOKEN_x9>", RESTORE_TOOL_ARGUMENTS, 1, 0, 0},
        {"<IN_PAN_7>", RESTORE_CONTENT, 0, 0, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        restorer r = restore_by("default");
        restore_text(&r, (filter_text){cases[i].text, strlen(cases[i].text)}, cases[i].place, false);
        if (r.restored != cases[i].restored || r.withheld != cases[i].withheld || r.unknown != cases[i].unknown)
            fail_msg("%zu %s: %zu %zu %zu", i, cases[i].text, r.restored, r.withheld, r.unknown);
    }
}

static void what_was_restored_is_not_searched_again(void **state) {
    (void)state;
    add("PERSON_c3", "<EMAIL_ADDRESS_k7f3q2>", FILTER_PII, 1U << FILTER_ROLE_USER);
    restorer r = restore_by("default");
    const filter_text out = restore_text(&r, (filter_text){"<PERSON_c3>", 11}, RESTORE_CONTENT, false);
    assert_int_equal(out.size, 22);
    assert_memory_equal(out.text, "<EMAIL_ADDRESS_k7f3q2>", 22);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(each_form_of_a_token_is_restored_as_its_place_asks),
        TEST(a_link_carries_nothing_to_where_nobody_sent_it),
        TEST(a_link_to_a_host_of_the_policy_is_filled),
        TEST(what_may_not_stand_there_stays),
        TEST(what_was_restored_is_not_searched_again),
    };
    return cmocka_run_group_tests_name("restore", tests, NULL, NULL);
}
