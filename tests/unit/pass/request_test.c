/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/request.h"
#include "packs.h"

static filter_engine *engine;
static filter_segment segment = {"text", 4, FILTER_ROLE_USER};
static const char *const known[] = {"A"}, *const unknown[] = {"A", "B"};

static filter_request new_request(void) {
    filter_request r = FILTER_REQUEST_INIT;
    r.segments = &segment;
    r.segment_count = 1;
    return r;
}

static filter_status read_request(const filter_request *asked, checked_request *checked, filter_error *error) {
    *checked = (checked_request){.bytes = 0};
    *error = (filter_error){.status = FILTER_OK};
    return request_read(checked, engine, asked, error);
}

static void what_is_not_said_has_its_default(void **state) {
    (void)state;
    checked_request c;
    filter_error error;
    filter_request r = new_request();
    assert_int_equal(read_request(&r, &c, &error), FILTER_OK);
    assert_int_equal(c.asked.categories, FILTER_CATEGORIES_ALL);
    assert_string_equal(c.policy->id, "default");
    assert_true(c.families == UINT64_MAX);
    assert_int_equal(c.isolate_mode, FILTER_ISOLATE_DELIMIT);
}

static void what_is_said_goes_before_the_policy(void **state) {
    (void)state;
    checked_request c;
    filter_error error;
    filter_request r = new_request();
    r.policy = "other";
    assert_int_equal(read_request(&r, &c, &error), FILTER_OK);
    assert_true(c.families == 2);
    assert_int_equal(c.isolate_mode, FILTER_ISOLATE_ENCODE);
    r.model_family = "f";
    r.isolate_mode = FILTER_ISOLATE_DATAMARK;
    r.categories = FILTER_PII;
    assert_int_equal(read_request(&r, &c, &error), FILTER_OK);
    assert_true(c.families == 1);
    assert_int_equal(c.isolate_mode, FILTER_ISOLATE_DATAMARK);
    assert_int_equal(c.asked.categories, FILTER_PII);
}

static void a_wrong_request_is_refused_with_what_is_wrong(void **state) {
    (void)state;
    static const struct {
        filter_status status;
        const char *says;
    } expected[] = {
        {FILTER_ERROR_ARGUMENT, "struct_size is not set"},
        {FILTER_ERROR_ARGUMENT, "segments is NULL"},
        {FILTER_ERROR_ARGUMENT, "returns has a bit that means nothing"},
        {FILTER_ERROR_ARGUMENT, "categories has a bit that means nothing"},
        {FILTER_ERROR_ARGUMENT, "offsets must be one of FILTER_OFFSETS_BYTE"},
        {FILTER_ERROR_ARGUMENT, "offsets must be one of FILTER_OFFSETS_BYTE"},
        {FILTER_ERROR_ARGUMENT, "isolate_mode must be one of FILTER_ISOLATE_POLICY"},
        {FILTER_ERROR_ARGUMENT, "min_score must not be above 1"},
        {FILTER_ERROR_ARGUMENT, "min_score must not be above 1"},
        {FILTER_ERROR_ARGUMENT, "no loaded pack has the entity type 'B'"},
        {FILTER_ERROR_UNKNOWN_POLICY, "no loaded pack has the policy 'none'"},
        {FILTER_ERROR_ARGUMENT, "no loaded pack has the model family 'none'"},
    };
    enum { COUNT = sizeof expected / sizeof *expected };
    filter_request r[COUNT];
    for (size_t i = 0; i < COUNT; i++) r[i] = new_request();
    r[0].struct_size = 0;
    r[1].segments = NULL;
    r[2].returns = 16;
    r[3].categories = 8;
    r[4].offsets = (filter_offsets)(FILTER_OFFSETS_UTF16 + 1);
    r[5].offsets = (filter_offsets)-1;
    r[6].isolate_mode = (filter_isolate_mode)(FILTER_ISOLATE_ENCODE + 1);
    r[7].min_score = 1.01;
    r[8].min_score = strtod("nan", NULL);
    r[9].entities = unknown;
    r[9].entity_count = 2;
    r[10].policy = "none";
    r[11].model_family = "none";
    for (size_t i = 0; i < COUNT; i++) {
        checked_request c;
        filter_error error;
        filter_status status = read_request(&r[i], &c, &error);
        if (status != expected[i].status || !strstr(error.message, expected[i].says)) {
            fail_msg("'%s': %d, '%s'", expected[i].says, (int)status, error.message);
        }
        assert_int_equal(request_read(&c, engine, &r[i], NULL), status); /* the error may be NULL */
    }
}

static void what_is_at_the_bound_is_right(void **state) {
    (void)state;
    checked_request c;
    filter_error error;
    filter_request r = new_request();
    r.offsets = FILTER_OFFSETS_UTF16;
    r.isolate_mode = FILTER_ISOLATE_ENCODE;
    r.returns = FILTER_RETURN_FINDINGS | FILTER_RETURN_REDACTED | FILTER_RETURN_SANITIZED | FILTER_RETURN_ISOLATED;
    r.min_score = 1;
    r.entities = known;
    r.entity_count = 1;
    r.segments = NULL;
    r.segment_count = 0;
    assert_int_equal(read_request(&r, &c, &error), FILTER_OK);
}

static filter_status check(const filter_segment *segments, size_t count, checked_request *c, filter_error *error) {
    filter_request r = new_request();
    r.segments = segments;
    r.segment_count = count;
    assert_int_equal(read_request(&r, c, error), FILTER_OK);
    return request_check_texts(c, NULL, error);
}

static void texts_are_counted_and_checked_one_by_one(void **state) {
    (void)state;
    static const filter_segment right[] = {{"abc", 3, FILTER_ROLE_USER}, {NULL, 0, FILTER_ROLE_TOOL}, {"é", 2, 6}};
    static const filter_segment null_text[] = {{"abc", 3, 0}, {NULL, 1, 0}}, no_role[] = {{"abc", 3, (filter_role)7}};
    static const filter_segment latin[] = {{"abc", 3, 0}, {"ab\xE9", 3, 0}};
    checked_request c;
    filter_error error;
    assert_int_equal(check(right, 3, &c, &error), FILTER_OK);
    assert_int_equal(c.bytes, 5);
    assert_int_equal(check(null_text, 2, &c, &error), FILTER_ERROR_ARGUMENT);
    assert_string_equal(error.message, "a segment's text is NULL");
    assert_int_equal(check(no_role, 1, &c, &error), FILTER_ERROR_ARGUMENT);
    assert_string_equal(error.message, "a segment's role is none");
    assert_int_equal(check(latin, 2, &c, &error), FILTER_ERROR_TEXT);
    assert_int_equal(error.segment, 1);
    assert_int_equal(error.offset, 2);
    assert_string_equal(error.message, "text 1 is not UTF-8 at byte 2");
    assert_int_equal(request_check_texts(&(checked_request){.asked = c.asked}, NULL, NULL), FILTER_ERROR_TEXT);
}

/* The sizes are looked at before the texts: nothing of what is too large is read. */
static void too_much_is_refused_before_it_is_read(void **state) {
    (void)state;
    static const filter_segment huge[] = {{"x", 1, 0}, {"x", FILTER_TEXT_MAX, 0}},
                                wraps[] = {{"x", 1, 0}, {"x", SIZE_MAX, 0}};
    checked_request c;
    filter_error error;
    assert_int_equal(check(huge, 2, &c, &error), FILTER_ERROR_TOO_LARGE);
    assert_string_equal(error.message, "more than 67108864 bytes of text");
    assert_int_equal(check(wraps, 2, &c, &error), FILTER_ERROR_TOO_LARGE);
    filter_segment *many = calloc(FILTER_SEGMENTS_MAX + 1, sizeof *many);
    assert_int_equal(check(many, FILTER_SEGMENTS_MAX, &c, &error), FILTER_OK);
    assert_int_equal(check(many, FILTER_SEGMENTS_MAX + 1, &c, &error), FILTER_ERROR_TOO_LARGE);
    assert_string_equal(error.message, "more than 65536 segments");
    free(many);
}

static void the_least_score_is_that_of_policy_entity_and_request(void **state) {
    (void)state;
    checked_request c;
    filter_error error;
    double scores[3];
    filter_request r = new_request();
    assert_int_equal(read_request(&r, &c, &error), FILTER_OK);
    request_min_scores(&c, scores);
    assert_true(scores[0] == 0.5 && scores[1] == 0.5 && scores[2] == 0.2);
    r.policy = "other"; /* pii 0.6, an entity 0.3 */
    assert_int_equal(read_request(&r, &c, &error), FILTER_OK);
    request_min_scores(&c, scores);
    assert_true(scores[0] == 0.3 && scores[1] == 0.3 && scores[2] == 0.2);
    r.min_score = 0.25; /* lists more, and hides nothing that is acted upon */
    assert_int_equal(read_request(&r, &c, &error), FILTER_OK);
    request_min_scores(&c, scores);
    assert_true(scores[0] == 0.25 && scores[1] == 0.25 && scores[2] == 0.2);
}

static int set_up(void **state) {
    (void)state;
    static const char pack[] = PACK_HEAD
        "policies:\n  - {id: default, title: t}\n"
        "  - {id: other, title: t, thresholds: {pii: 0.6}, entities: {A: {threshold: 0.3}, C: {action: flag}}, "
        "isolation: {mode: "
        "encode, model_family: g}}\n"
        "model_families: [{id: f, tokens: ['<s>']}, {id: g, tokens: ['<t>']}]\n"
        "rules: [{id: a, title: t, category: pii, entity_type: A, score: 0.9, format: 'abc1', examples: "
        "{match: []}},\n"
        "  {id: c, title: t, category: pii, entity_type: C, score: 0.9, format: 'abd1', examples: {match: []}}]\n";
    static pack_report report;
    const filter_source source = {"p.yaml", pack, sizeof pack - 1};
    filter_error error;
    engine = packs_load(&source, 1, true, &report, &error);
    if (!engine) print_message("%s\n", error.message);
    return engine ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    filter_engine_unref(engine);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_said_has_its_default),
        cmocka_unit_test(what_is_said_goes_before_the_policy),
        cmocka_unit_test(a_wrong_request_is_refused_with_what_is_wrong),
        cmocka_unit_test(what_is_at_the_bound_is_right),
        cmocka_unit_test(texts_are_counted_and_checked_one_by_one),
        cmocka_unit_test(too_much_is_refused_before_it_is_read),
        cmocka_unit_test(the_least_score_is_that_of_policy_entity_and_request),
    };
    return cmocka_run_group_tests_name("request", tests, set_up, tear_down);
}
