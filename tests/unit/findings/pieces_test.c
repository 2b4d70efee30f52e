/* SPDX-License-Identifier: Apache-2.0 */
#include "findings/pieces.h"
#include "packs.h"
#include "support.h"

static filter_engine *engine;

/* Two segments that are joined, and what is kept of what they say together. */
typedef struct fixture {
    arena memory;
    filter_segment segments[2];
    seam_text joined;
    size_t first[3];
    pieces kept;
} fixture;

static const char left[] = "no 6011 0009", right[] = "9013 9424 ok";

static void begin(fixture *f) {
    filter_scratch *s = support_scratch();
    *f = (fixture){.kept = {.count = 0}};
    f->segments[0] = (filter_segment){left, sizeof left - 1, FILTER_ROLE_USER};
    f->segments[1] = (filter_segment){right, sizeof right - 1, FILTER_ROLE_USER};
    arena_init(&f->memory);
    assert_int_equal(scratch_begin(s, engine, NULL), FILTER_OK);
    f->joined.text.memory = &f->memory;
    seam_join(&f->joined, &(filter_request){.segments = f->segments, .segment_count = 2}, 0);
    s->found = (candidates){.items = arena_alloc(&s->memory, 8, sizeof(candidate)), .capacity = 8};
}

static void end(fixture *f) {
    scratch_end(support_scratch());
    arena_fini(&f->memory);
}

static const pack_rule *rule_of(const char *id) {
    for (size_t i = 0; i < engine->set.rule_count; i++) {
        if (strcmp(engine->set.rules[i].id, id) == 0) return &engine->set.rules[i];
    }
    fail();
    return NULL;
}

/* A value of the joined text, from `start` on. */
static candidate value(const fixture *f, const char *rule, span at, unsigned evidence) {
    return (candidate){.rule = rule_of(rule),
                       .at = at,
                       .found = {f->joined.text.data + at.start, at.end - at.start},
                       .evidence = evidence,
                       .score = 0.9,
                       .action = FILTER_ACTION_REDACT};
}

static void add_own(fixture *f, const char *rule, size_t segment, span at) {
    candidates *found = &support_scratch()->found;
    found->items[found->count++] =
        (candidate){.rule = rule_of(rule), .segment = segment, .at = at, .score = 0.9, .action = FILTER_ACTION_REDACT};
    for (size_t i = segment; i < 2; i++) f->first[i + 1] = found->count;
}

#define CARD ((span){3, 22})

static void a_value_is_a_finding_in_each_of_its_segments(void **state) {
    (void)state;
    fixture f;
    begin(&f);
    add_own(&f, "b", 1, (span){10, 12});
    const candidate c = value(&f, "a", CARD, FILTER_EVIDENCE_CHECKSUM);
    assert_true(pieces_keep(&f.kept, support_scratch(), &f.joined, &c, f.first));
    assert_int_equal(f.kept.count, 2);
    assert_true(pieces_merge(&f.kept, support_scratch(), f.first, 2));
    const candidates *found = &support_scratch()->found;
    assert_true(f.first[0] == 0 && f.first[1] == 1 && f.first[2] == 3 && found->count == 3);
    assert_true(found->items[0].at.start == 3 && found->items[0].at.end == 12 && found->items[0].goes_on);
    assert_true(found->items[1].at.start == 0 && found->items[1].at.end == 9 && !found->items[1].goes_on);
    assert_true(found->items[2].at.start == 10 && !found->items[2].is_piece);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(found->items[i].segment, i);
        assert_int_equal(found->items[i].found.size, 19); /* all of it: one token */
    }
    end(&f);
}

static void a_piece_needs_evidence_and_room(void **state) {
    (void)state;
    static const struct {
        const char *rule;
        span at;
        unsigned evidence;
        const char *own; /* a finding at the first piece, or after it */
        span own_at;
        size_t kept, left;
        const char *why;
    } cases[] = {
        {"a", {3, 22}, FILTER_EVIDENCE_CHECKSUM, NULL, {0, 0}, 2, 2, "a check digit"},
        {"a", {3, 22}, FILTER_EVIDENCE_CONTEXT, NULL, {0, 0}, 2, 2, "a word"},
        {"a", {3, 22}, 0, NULL, {0, 0}, 0, 0, "chance"},
        {"a", {8, 17}, FILTER_EVIDENCE_CHECKSUM, NULL, {0, 0}, 2, 2, "eight digits and a check digit"},
        {"a", {10, 17}, FILTER_EVIDENCE_CHECKSUM, NULL, {0, 0}, 0, 0, "too few digits for a check digit"},
        {"key", {3, 22}, 0, NULL, {0, 0}, 2, 2, "the shape of a secret"},
        {"a", {3, 12}, FILTER_EVIDENCE_CHECKSUM, NULL, {0, 0}, 0, 0, "all in one segment, which has been searched"},
        {"a", {13, 22}, FILTER_EVIDENCE_CONTEXT, NULL, {0, 0}, 1, 1, "named by the segment before"},
        {"a", {3, 22}, FILTER_EVIDENCE_CHECKSUM, "b", {3, 12}, 2, 2, "what only looks like a value"},
        {"a", {3, 22}, FILTER_EVIDENCE_CONTEXT, "b", {3, 12}, 0, 1, "a word does not outdo a value"},
        {"a", {3, 22}, FILTER_EVIDENCE_CHECKSUM, "a", {3, 12}, 0, 1, "a whole value of its kind"},
        {"key", {3, 22}, 0, "key", {3, 12}, 2, 2, "the first half of a key"},
        {"a", {3, 22}, FILTER_EVIDENCE_CHECKSUM, "b", {0, 12}, 0, 1, "more than the piece"},
        {"a", {3, 22}, FILTER_EVIDENCE_CHECKSUM, "b", {0, 3}, 2, 3, "beside the piece"},
        {"a", {3, 22}, FILTER_EVIDENCE_CHECKSUM, "say", {0, 12}, 2, 3, "an attack takes no room"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture f;
        begin(&f);
        if (cases[i].own) add_own(&f, cases[i].own, 0, cases[i].own_at);
        const candidate c = value(&f, cases[i].rule, cases[i].at, cases[i].evidence);
        assert_true(pieces_keep(&f.kept, support_scratch(), &f.joined, &c, f.first));
        if (f.kept.count != cases[i].kept) fail_msg("%s: %zu", cases[i].why, f.kept.count);
        assert_true(pieces_merge(&f.kept, support_scratch(), f.first, 2));
        if (f.first[2] != cases[i].left) fail_msg("%s: %zu left", cases[i].why, f.first[2]);
        end(&f);
    }
}

static void pieces_without_memory_fail(void **state) {
    (void)state;
    fixture f;
    begin(&f);
    const candidate c = value(&f, "a", CARD, FILTER_EVIDENCE_CHECKSUM);
    filter_scratch *s = support_scratch();
    arena kept = s->memory;
    s->memory = support_exhausted_arena();
    assert_false(pieces_keep(&f.kept, s, &f.joined, &c, f.first));
    assert_false(pieces_merge(&f.kept, s, f.first, 2));
    s->memory = kept;
    end(&f);
}

static int set_up(void **state) {
    (void)state;
    engine = support_engine_from("rules:\n" PACK_RULE(
        "a", "pattern: 'xx'") "  - {id: b, title: t, category: pii, entity_type: B, score: 0.9, pattern: 'xy', "
                              "examples: {match: []}}\n"
                              "  - {id: key, title: t, category: secret, entity_type: K, score: 0.9, pattern: 'xz', "
                              "examples: {match: []}}\n"
                              "  - {id: say, title: t, category: injection, entity_type: S, score: 0.9, pattern: 'yy',"
                              " examples: {match: []}}\n");
    return engine ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    filter_engine_unref(engine);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_a_finding_in_each_of_its_segments),
        cmocka_unit_test(a_piece_needs_evidence_and_room),
        cmocka_unit_test(pieces_without_memory_fail),
    };
    return cmocka_run_group_tests_name("pieces", tests, set_up, tear_down);
}
