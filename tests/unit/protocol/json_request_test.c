/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/wire.h"
#include "support.h"

static const filter_text one[] = {{"text", 4}};

static wire_error parse(const char *header, size_t size, const filter_text *texts, size_t count) {
    wire_request request;
    wire_error error;
    wire_request_parse(&request, (filter_text){header, size}, texts, count, &error);
    wire_request_fini(&request);
    return error;
}

static void an_unknown_field_or_value_is_named_with_what_is_allowed(void **state) {
    (void)state;
    static const struct {
        const char *header, *says;
    } cases[] = {
        {"", "not JSON"},
        {"{", "not JSON"},
        {"[]", "not a JSON object"},
        {"{}", "'v' is missing"},
        {"{\"v\":2}", "'v' must be 1"},
        {"{\"v\":\"1\"}", "'v' must be 1"},
        {"{\"v\":1,\"v\":1}", "a key appears twice"},
        {"{\"v\":1,\"plicy\":\"x\"}", "the header: unknown field 'plicy'; did you mean 'policy'? One of: v, op, id"},
        {"{\"v\":1,\"op\":\"inspct\"}",
         "'op': unknown value 'inspct'; did you mean 'inspect'? One of: inspect, restore, ping, info"},
        {"{\"v\":1,\"op\":\"restore\"}", "'restore' must say seal or store"},
        {"{\"v\":1,\"op\":\"restore\",\"restore\":\"store\"}", "'session' is missing"},
        {"{\"v\":1,\"op\":\"chat\",\"api\":\"openai\"}", "'api': unknown value 'openai'; one of: auto, openai-chat"},
        {"{\"v\":1,\"op\":\"chat\",\"direction\":\"up\"}",
         "'direction': unknown value 'up'; one of: request, response"},
        {"{\"v\":1,\"op\":\"chat\",\"return\":[\"isolated\"]}", "findings, text and names"},
        {"{\"v\":1,\"op\":\"chat\",\"direction\":\"response\",\"restore\":\"seal\"}", "comes as the last text"},
        {"{\"v\":1,\"op\":\"ping\"}", "op 'ping' takes no texts, and 1 came"},
        {"{\"v\":1,\"id\":7}", "'id' must be a string"},
        {"{\"v\":1,\"segments\":{}}", "'segments' must be an array"},
        {"{\"v\":1,\"segments\":[]}", "'segments' has 0 items, but 1 text frames"},
        {"{\"v\":1,\"segments\":[1]}", "must be an object"},
        {"{\"v\":1,\"segments\":[{\"role\":\"boss\"}]}",
         "'segments[0].role': unknown value 'boss'; one of: user, system"},
        {"{\"v\":1,\"segments\":[{\"rôle\":\"user\"}]}",
         "unknown field 'r??le'; did you mean 'role'? One of: role, name"},
        {"{\"v\":1,\"segments\":[{\"role\":7}]}", "'segments[0].role' must be a string"},
        {"{\"v\":1,\"segments\":[{\"role\":\"asistant\"}]}", "did you mean 'assistant'?"},
        {"{\"v\":1,\"return\":\"findings\"}", "'return' must be an array"},
        {"{\"v\":1,\"return\":[\"all\"]}",
         "'return[0]': unknown value 'all'; one of: findings, redacted, sanitized, isolated, text"},
        {"{\"v\":1,\"detect\":[]}", "'detect' must be an object"},
        {"{\"v\":1,\"detect\":{\"min\":0}}", "detect: unknown field 'min'"},
        {"{\"v\":1,\"detect\":{\"min_score\":1.5}}", "from 0 to 1"},
        {"{\"v\":1,\"detect\":{\"categories\":[]}}", "leave it out"},
        {"{\"v\":1,\"detect\":{\"entities\":[]}}", "leave it out"},
        {"{\"v\":1,\"isolate\":{\"mode\":\"wrap\"}}",
         "'isolate.mode': unknown value 'wrap'; one of: delimit, datamark, encode"},
        {"{\"v\":1,\"offsets\":\"char\"}", "'offsets': unknown value 'char'; one of: byte, codepoint, utf16"},
        {"{\"v\":1,\"deadline_ms\":-1}", "'deadline_ms' must be"},
        {"{\"v\":1,\"deadline_ms\":1e3}", "'deadline_ms' must be"},
        {"{\"v\":1,\"deadline_ms\":99999999999999999999}", "'deadline_ms' must be"},
        {"{\"v\":1,\"detect\":{\"min_score\":\"1\"}}", "from 0 to 1"},
        {"{\"v\":1,\"detect\":{\"min_score\":true}}", "from 0 to 1"},
        {"{\"v\":1,\"detect\":{\"min_score\":0,\"min_score\":0}}", "detect: a key appears twice: 'min_score'"},
        {"{\"v\":1,\"p\\u006flicy\":\"x\",\"policy\":\"y\"}", "the header: a key appears twice: 'policy'"},
        {"{\"v\":1,\"segments\":[{\"role\":\"user\",\"role\":\"system\"}]}", "segments: a key appears twice: 'role'"},
        {"{\"v\":1,\"segments\":[{\"name\":\"a\",\"name\":\"b\"}]}", "segments: a key appears twice: 'name'"},
        {"{\"v\":1,\"id\":\"\\ud800\"}", "not JSON"},
        {"{\"v\":1,\"policy\":{\"x\":[{\"v\":2}]}}", "'policy' must be a string"},
        {"{\"v\":1,\"id\":\"\\u0000\"}", "not JSON"},
        {"{\"v\":1,\"id\":\"\xff\"}", "not JSON"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wire_error error = parse(cases[i].header, strlen(cases[i].header), one, 1);
        if (!error.code || strcmp(error.code, "bad_request") != 0 || !strstr(error.message, cases[i].says)) {
            fail_msg("%s: '%s'", cases[i].header, error.code ? error.message : "taken");
        }
    }
}

static void deep_and_long_headers_do_no_harm(void **state) {
    (void)state;
    size_t size = 1 << 20;
    char *header = malloc(size);
    memset(header, '[', size);
    assert_non_null(parse(header, size, one, 1).code);
    memset(header, '9', size);
    assert_non_null(parse(header, size, one, 1).code);
    for (size_t i = 0; i + 5 <= size; i += 5) memcpy(header + i, "{\"a\":", 5);
    assert_non_null(parse(header, size, one, 1).code);
    free(header);
    char id[400];
    snprintf(id, sizeof id, "{\"v\":1,\"id\":\"%0129d\"}", 0);
    assert_non_null(parse(id, strlen(id), one, 1).code);
}

static void every_field_is_read(void **state) {
    (void)state;
    static const char header[] =
        "{\"v\":1,\"op\":\"inspect\",\"id\":\"a-1\",\"policy\":\"strict\",\"tenant\":\"t\",\"user\":\"u\","
        "\"segments\":[{\"role\":\"document\",\"name\":\"page\"},{}],\"return\":[\"findings\",\"isolated\",\"text\"],"
        "\"detect\":{\"categories\":[\"pii\",\"injection\"],\"entities\":[\"IN_PAN\"],\"min_score\":0.25},"
        "\"isolate\":{\"mode\":\"datamark\",\"model_family\":\"gemma\"},\"offsets\":\"utf16\",\"deadline_ms\":50,"
        "\"traceparent\":\"00-x\"}";
    static const filter_text two[] = {{"a", 1}, {"b", 1}};
    wire_request r;
    wire_error error;
    assert_true(wire_request_parse(&r, (filter_text){header, sizeof header - 1}, two, 2, &error));
    assert_string_equal(r.id, "a-1");
    assert_string_equal(r.filter.policy, "strict");
    assert_int_equal(r.segments[0].role, FILTER_ROLE_DOCUMENT);
    assert_int_equal(r.segments[1].role, FILTER_ROLE_USER);
    assert_int_equal(r.filter.returns, FILTER_RETURN_FINDINGS | FILTER_RETURN_ISOLATED);
    assert_true(r.return_text && r.filter.categories == (FILTER_PII | FILTER_INJECTION) && r.filter.min_score == 0.25);
    assert_int_equal(r.filter.isolate_mode, FILTER_ISOLATE_DATAMARK);
    assert_int_equal(r.filter.offsets, FILTER_OFFSETS_UTF16);
    assert_int_equal(r.deadline_ms, 50);
    assert_string_equal(r.user, "u");
    wire_request_fini(&r);
}

static void fields_of_a_chat_are_read(void **state) {
    (void)state;
    static const char header[] = "{\"v\":1,\"op\":\"chat\",\"session\":\"s\",\"direction\":\"response\",\"api\":"
                                 "\"anthropic\",\"restore\":\"seal\"}";
    static const filter_text two[] = {{"{}", 2}, {"sealed", 6}};
    wire_request r;
    wire_error error;
    assert_true(wire_request_parse(&r, (filter_text){header, sizeof header - 1}, two, 2, &error));
    assert_true(r.chat.body.text == two[0].text && r.chat.sealed.text == two[1].text);
    assert_true(r.chat.direction == FILTER_FROM_MODEL && r.chat.api == FILTER_API_ANTHROPIC);
    assert_string_equal(r.session, "s");
    wire_request_fini(&r);
}

static void escapes_in_names_are_undone(void **state) {
    (void)state;
    static const char header[] = "{\"\\u0076\":1,\"id\":\"\\u00e9\\ud83d\\ude00\",\"policy\":\"str\\u0069ct\","
                                 "\"tenant\":\"a\\/b\",\"segments\":[{\"role\":\"\\u0064ocument\"}]}";
    wire_request r;
    wire_error error;
    if (!wire_request_parse(&r, (filter_text){header, sizeof header - 1}, one, 1, &error))
        fail_msg("%s", error.message);
    assert_string_equal(r.id, "\xC3\xA9\xF0\x9F\x98\x80");
    assert_string_equal(r.filter.policy, "strict");
    assert_string_equal(r.tenant, "a/b");
    assert_int_equal(r.segments[0].role, FILTER_ROLE_DOCUMENT);
    wire_request_fini(&r);
}

static void an_error_carries_the_id(void **state) {
    (void)state;
    static const char header[] = "{\"v\":1,\"nonsense\":1,\"id\":\"42\"}";
    wire_request r;
    wire_error error;
    char id[WIRE_NAME_MAX + 1];
    assert_false(wire_request_parse(&r, (filter_text){header, sizeof header - 1}, one, 1, &error));
    assert_string_equal(r.id, "42");
    wire_request_fini(&r);
    wire_read_id((filter_text){header, sizeof header - 1}, id);
    assert_string_equal(id, "42");
    wire_read_id((filter_text){"no", 2}, id);
    assert_string_equal(id, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unknown_field_or_value_is_named_with_what_is_allowed),
        cmocka_unit_test(deep_and_long_headers_do_no_harm),
        cmocka_unit_test(every_field_is_read),
        cmocka_unit_test(fields_of_a_chat_are_read),
        cmocka_unit_test(escapes_in_names_are_undone),
        cmocka_unit_test(an_error_carries_the_id),
    };
    return cmocka_run_group_tests_name("json_request", tests, NULL, NULL);
}
