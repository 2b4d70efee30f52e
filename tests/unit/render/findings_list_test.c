/* SPDX-License-Identifier: Apache-2.0 */
#include "packs.h"
#include "passes.h"
#include "render/render.h"

#define TEXT_MAX 400

static filter_engine *engine, *named;

/* How many characters, or UTF-16 units, stand before a byte. */
static size_t units_before(const char *text, size_t byte, filter_offsets unit) {
    size_t count = 0;
    for (size_t i = 0; i < byte; i++) {
        unsigned char c = (unsigned char)text[i];
        if (unit == FILTER_OFFSETS_BYTE) count++;
        else if ((c & 0xC0) != 0x80) count += unit == FILTER_OFFSETS_UTF16 && c >= 0xF0 ? 2 : 1;
    }
    return count;
}

static filter_result render(const pass *p, const filter_segment *segments, size_t count, filter_offsets unit) {
    static checked_request request;
    request = (checked_request){.asked = FILTER_REQUEST_INIT};
    request.asked.segments = segments;
    request.asked.segment_count = count;
    request.asked.offsets = unit;
    const decided d = {.engine = engine, .scratch = p->scratch, .request = &request};
    filter_result result = {.finding_count = 0};
    render_findings(&d, &result);
    return result;
}

static void a_finding_says_what_its_candidate_is(void **state) {
    (void)state;
    static const filter_segment segments[] = {{"x", 1, FILTER_ROLE_USER}, {"éabc", 5, FILTER_ROLE_TOOL}};
    pass p = pass_begin(engine, segments[1].text, FILTER_ROLE_TOOL);
    p.segment = 1;
    candidate *c = pass_add(&p, "a", (span){2, 4}, 0.75);
    c->action = FILTER_ACTION_BLOCK;
    c->evidence = FILTER_EVIDENCE_CONTEXT;
    const filter_result r = render(&p, segments, 2, FILTER_OFFSETS_CODEPOINT);
    assert_int_equal(r.finding_count, 1);
    const filter_finding *f = &r.findings[0];
    assert_int_equal(f->segment, 1);
    assert_string_equal(f->rule, "a");
    assert_string_equal(f->entity_type, "X");
    assert_int_equal(f->category, FILTER_PII);
    assert_true(f->start == 1 && f->end == 3 && f->byte_start == 2 && f->byte_end == 4);
    assert_true(f->score == 0.75);
    assert_int_equal(f->action, FILTER_ACTION_BLOCK);
    assert_string_equal(f->view, FILTER_VIEW_RAW);
    assert_int_equal(f->evidence, FILTER_EVIDENCE_CONTEXT);
    pass_end(&p);
}

static size_t random_text(char *text) {
    static const char *const pieces[] = {"a", "é", "中", "😀", " "};
    text[0] = '\0';
    for (uint32_t i = 0, n = 1 + support_random() % 60; i < n; i++) strcat(text, pieces[support_random() % 5]);
    return strlen(text);
}

/* Spans in order of start, that may nest and touch, in two segments. */
static void offsets_are_those_of_a_count_from_the_start_in_every_unit(void **state) {
    (void)state;
    for (int round = 0; round < 300; round++) {
        static char texts[2][TEXT_MAX];
        filter_segment segments[2];
        for (int i = 0; i < 2; i++) segments[i] = (filter_segment){texts[i], random_text(texts[i]), FILTER_ROLE_USER};
        filter_offsets unit = (filter_offsets)(support_random() % 3);
        pass p = pass_begin(engine, texts[0], FILTER_ROLE_USER);
        for (p.segment = 0; p.segment < 2; p.segment++) {
            const view v = {.name = FILTER_VIEW_RAW, .text = texts[p.segment], .size = segments[p.segment].size};
            p.view = &v;
            for (size_t at = 0; at < v.size; at += support_random() % 12) {
                size_t start = text_align_back(v.text, at), size = 1 + support_random() % 30;
                size_t end = start + size < v.size ? text_align_forward(v.text, v.size, start + size) : v.size;
                pass_add(&p, "a", (span){start, end}, 0.5);
                if (p.scratch->found.count > 50 * (p.segment + 1)) break;
            }
        }
        const filter_result r = render(&p, segments, 2, unit);
        assert_int_equal(r.finding_count, p.scratch->found.count);
        for (size_t i = 0; i < r.finding_count; i++) {
            const filter_finding *f = &r.findings[i];
            assert_int_equal(f->start, units_before(texts[f->segment], f->byte_start, unit));
            assert_int_equal(f->end, units_before(texts[f->segment], f->byte_end, unit));
        }
        pass_end(&p);
    }
}

/* Inspects one text with the rules of the test, and compares what its findings say of their places. */
static void check_names(const char *text, unsigned returns, const char *expected) {
    const filter_segment segment = {text, strlen(text), FILTER_ROLE_TOOL};
    filter_request request = FILTER_REQUEST_INIT;
    const filter_result *r;
    char said[600] = "";
    size_t used = 0;
    request.segments = &segment;
    request.segment_count = 1;
    request.returns = returns;
    assert_int_equal(filter_inspect(named, support_scratch(), &request, &r, NULL), FILTER_OK);
    for (size_t i = 0; i < r->finding_count; i++) {
        const filter_finding *f = &r->findings[i];
        used += (size_t)snprintf(said + used, sizeof said - used, "%s%.*s", i ? " | " : "", (int)f->path.size,
                                 f->path.text ? f->path.text : "");
        for (size_t k = 0; k < f->name_count; k++)
            used +=
                (size_t)snprintf(said + used, sizeof said - used, " (%.*s)", (int)f->names[k].size, f->names[k].text);
    }
    if (strcmp(said, expected) != 0) fail_msg("%s: '%s'", text, said);
}

static void a_finding_says_its_path_and_the_names_that_spoke_for_it(void **state) {
    (void)state;
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"{\"badge\": \"bb12345\"}", "/badge (badge)"},
        {"{\"staff\": [{\"workBadge\": {\"value\": \"bb12345\"}}]}", "/staff/0/workBadge/value (workBadge)"},
        {"{\"badge\": {\"badge_no\": \"bb12345\"}}", "/badge/badge_no (badge_no) (badge)"},
        {"{\"other\": \"bb12345\"}", "/other"},
        {"name,badge\njo,bb12345\nal,bb12346\n", "badge (badge) | badge (badge)"},
        {"badge: bb12345", " (badge)"},
        {"my badge is bb12345", ""}, /* a word in prose is no name of a field */
        {"{\"badge\": \"\\u0062b12345\"}", "/badge (badge)"}, /* found in a text that was decoded */
        {"{\"bb77777\": {\"badge\": \"bb12345\"}}", " |  (badge)"},
        {"{\"badge bb77777\": {\"badge\": \"bb12345\"}}", " |  (badge)"}, /* a name that was found is not told */
        {"{\"a\": \"xx\"} {\"b\": \"xx\"}", "/a | "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_names(cases[i].text, FILTER_RETURN_FINDINGS | FILTER_RETURN_NAMES, cases[i].said);
}

static void a_name_with_a_nul_is_left_out(void **state) {
    (void)state;
    static const char table[] = "name,badge\0x\njo,bb12345\nal,bb12346\nbo,bb12347\n";
    const filter_segment segment = {table, sizeof table - 1, FILTER_ROLE_TOOL};
    filter_request request = FILTER_REQUEST_INIT;
    const filter_result *r;
    request.segments = &segment;
    request.segment_count = 1;
    request.returns = FILTER_RETURN_FINDINGS | FILTER_RETURN_NAMES;
    assert_int_equal(filter_inspect(named, support_scratch(), &request, &r, NULL), FILTER_OK);
    assert_int_equal(r->finding_count, 3);
    for (size_t i = 0; i < r->finding_count; i++) assert_true(!r->findings[i].path.text && !r->findings[i].name_count);
}

static void nobody_gets_names_who_has_not_asked(void **state) {
    (void)state;
    check_names("{\"badge\": \"bb12345\"}", FILTER_RETURN_FINDINGS, "");
    check_names("{\"badge\": \"bb12345\"}", FILTER_RETURN_NAMES, ""); /* no findings, no names */
}

static void a_list_without_memory_fails_the_request(void **state) {
    (void)state;
    static const filter_segment one = {"abc", 3, FILTER_ROLE_USER};
    const pass p = pass_begin(engine, one.text, FILTER_ROLE_USER);
    arena kept = p.scratch->memory;
    p.scratch->memory = support_exhausted_arena();
    const filter_result r = render(&p, &one, 1, FILTER_OFFSETS_BYTE);
    assert_true(p.scratch->failed);
    assert_int_equal(r.finding_count, 0);
    p.scratch->memory = kept;
    pass_end(&p);
}

static int set_up(void **state) {
    (void)state;
    engine = support_engine_from("rules:\n" PACK_RULE("a", "pattern: 'xx'"));
    named = support_engine_from("rules:\n" PACK_RULE(
        "badge", "pattern: 'bb[0-9]{5}', context: {words: [badge], boost: 0.5}") PACK_RULE("say", "pattern: 'xx'"));
    return engine && named ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    filter_engine_unref(engine);
    filter_engine_unref(named);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_finding_says_what_its_candidate_is),
        cmocka_unit_test(offsets_are_those_of_a_count_from_the_start_in_every_unit),
        cmocka_unit_test(a_finding_says_its_path_and_the_names_that_spoke_for_it),
        cmocka_unit_test(a_name_with_a_nul_is_left_out),
        cmocka_unit_test(nobody_gets_names_who_has_not_asked),
        cmocka_unit_test(a_list_without_memory_fails_the_request),
    };
    return cmocka_run_group_tests_name("findings_list", tests, set_up, tear_down);
}
