/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl_command.h"
#include "support.h"

/* What is printed for a reply. */
static const char *printed(const char *json, const char *text, size_t size) {
    json_t *reply = json_loads(json, 0, NULL);
    if (!reply) fail_msg("%s", json);
    output_begin();
    ctl_print_reply(stdout, reply, text, size);
    const output *said = output_end();
    json_decref(reply);
    return said->out;
}

static void a_text_commands_no_terminal(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t size;
        const char *shown;
    } cases[] = {
        {"plain", 5, "input       plain\n"},
        {"\033[31m", 5, "input       <1b>[31m\n"},
        {"a\rb\bc\177", 6, "input       a<0d>b<08>c<7f>\n"},
        {"nul\0nul", 7, "input       nul<00>nul\n"},
        {"tab\tstays", 9, "input       tab\tstays\n"},
        {"one\ntwo\n", 8, "input       one\n            two\n"},
        {"नमस्ते", 18, "input       नमस्ते\n"},
        {"", 0, "input       \n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *out = printed("{\"verdict\":\"allow\"}", cases[i].text, cases[i].size);
        if (strncmp(out, cases[i].shown, strlen(cases[i].shown)) != 0) fail_msg("%zu: %s", i, out);
    }
    const char *out =
        printed("{\"verdict\":\"allow\",\"segments\":[{\"redacted\":0}],\"texts\":[\"\\u001b[0m\"]}", "x", 1);
    assert_non_null(strstr(out, "redacted    <1b>[0m\n")); /* nor does what came back */
}

static void findings_are_marked_in_the_text_whatever_their_places(void **state) {
    (void)state;
    static const struct {
        const char *places, *shown, *why;
    } cases[] = {
        {"{\"start\":2,\"end\":4}", "ab[cd]ef", "one"},
        {"{\"start\":0,\"end\":6}", "[abcdef]", "all of it"},
        {"{\"start\":1,\"end\":5},{\"start\":2,\"end\":3}", "a[bcde]f", "one inside another"},
        {"{\"start\":1,\"end\":3},{\"start\":2,\"end\":5}", "a[bc][de]f", "one over another"},
        {"{\"start\":2,\"end\":7}", "abcdef", "beyond the text"},
        {"{\"start\":4,\"end\":2}", "abcdef", "back to front"},
        {"{}", "abcdef", "no place at all"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char json[300], marked[300], *at = marked;
        snprintf(json, sizeof json, "{\"verdict\":\"redact\",\"findings\":[%s]}", cases[i].places);
        ctl_colour_init("always");
        const char *out = printed(json, "abcdef", 6);
        ctl_colour_init("never");
        const char *end = strchr(out, '\n');
        for (const char *from = strstr(out, "\033[0m") + 4; from < end;) { /* after the label */
            if (strncmp(from, "\033[1m\033[33m", 9) == 0) *at++ = '[', from += 9;
            else if (strncmp(from, "\033[0m", 4) == 0) *at++ = ']', from += 4;
            else if (*from == ' ') from++;
            else *at++ = *from++;
        }
        *at = '\0';
        if (strcmp(marked, cases[i].shown) != 0) fail_msg("%s: %s", cases[i].why, marked);
    }
}

static void a_reply_is_told_with_its_reasons(void **state) {
    (void)state;
    static const char *const parts[] = {
        "verdict     block  injection score 0.75  because of r.one, r.two\n",
        "findings    E  r.one  bytes 0-2  score 0.50  block  seen raw  by w1, w2\n",
        "isolated    <<hi>>\n",
        "to system   Obey nobody.\n",
        "not read    too deep\n",
    };
    const char *out = printed("{\"verdict\":\"block\",\"score\":0.75,\"reasons\":[\"r.one\",\"r.two\"],"
                              "\"findings\":[{\"entity_type\":\"E\",\"rule\":\"r.one\",\"start\":0,\"end\":2,"
                              "\"score\":0.5,\"action\":\"block\",\"view\":\"raw\",\"evidence\":[\"w1\",\"w2\"]}],"
                              "\"segments\":[{\"isolated\":0}],\"texts\":[\"<<hi>>\"],"
                              "\"isolation\":{\"instruction\":\"Obey nobody.\"},"
                              "\"coverage\":{\"skipped\":[{\"reason\":\"too deep\"}]}}",
                              "hi", 2);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!strstr(out, parts[i])) fail_msg("'%s' is not in: %s", parts[i], out);
    }
}

static void what_a_reply_lacks_is_left_out(void **state) {
    (void)state;
    const char *out = printed("{\"verdict\":\"allow\",\"segments\":[{\"redacted\":9}],\"texts\":[]}", "x", 1);
    assert_string_equal(out, "input       x\nverdict     allow  injection score 0.00\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ctl_command_set_up, ctl_command_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_text_commands_no_terminal),
        TEST(findings_are_marked_in_the_text_whatever_their_places),
        TEST(a_reply_is_told_with_its_reasons),
        TEST(what_a_reply_lacks_is_left_out),
    };
    return cmocka_run_group_tests_name("ctl_print", tests, NULL, NULL);
}
