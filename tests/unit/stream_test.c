/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/engine.h"
#include "filter.h"
#include "packs.h"

#define OUT_MAX ((size_t)1 << 16)

static const uint8_t key[FILTER_SCOPE_KEY_SIZE] = {7};
static filter_scope scope = FILTER_SCOPE_INIT;
static filter_error error;
static char out[OUT_MAX], whole[OUT_MAX];
static size_t out_size, whole_size, held_most;

static filter_scratch *other_scratch(void) {
    static filter_scratch *scratch;
    if (!scratch) assert_int_equal(filter_scratch_new(&scratch, NULL), FILTER_OK);
    return scratch;
}

static int set_up(void **state) {
    (void)state;
    scope.keys = key;
    scope.key_count = 1;
    scope.session = "s";
    return 0;
}

static filter_verdict inspect_whole(const char *text, size_t size, const char *policy) {
    const filter_segment segment = {text, size, FILTER_ROLE_ASSISTANT};
    filter_request request = FILTER_REQUEST_INIT;
    const filter_result *r;
    request.segments = &segment;
    request.segment_count = 1;
    request.scope = &scope;
    request.policy = policy;
    assert_int_equal(filter_inspect(support_engine(), support_scratch(), &request, &r, &error), FILTER_OK);
    whole_size = r->segments[0].redacted.size;
    assert_true(whole_size < OUT_MAX);
    memcpy(whole, r->segments[0].redacted.text, whole_size);
    return r->verdict;
}

/* Pieces of at most so many bytes; 0: of random sizes. */
static filter_verdict stream_text(const char *text, size_t size, const char *policy, size_t piece_max,
                                  filter_text sealed) {
    filter_stream *s;
    filter_stream_options options = FILTER_STREAM_OPTIONS_INIT;
    filter_request request = FILTER_REQUEST_INIT;
    const filter_settled *settled = NULL;
    request.scope = &scope;
    request.policy = policy;
    options.request = &request;
    options.sealed = sealed;
    out_size = held_most = 0;
    assert_int_equal(filter_stream_new(&s, support_engine(), &options, &error), FILTER_OK);
    for (size_t at = 0; !settled || at < size;) {
        size_t piece = piece_max ? piece_max : 1 + support_random() % (support_random() % 2 ? 8 : 200);
        if (piece > size - at) piece = size - at;
        assert_int_equal(filter_stream_push(s, other_scratch(), (filter_text){text + at, piece}, at + piece == size,
                                            &settled, &error),
                         FILTER_OK);
        assert_true(out_size + settled->text.size < OUT_MAX);
        memcpy(out + out_size, settled->text.text, settled->text.size);
        out_size += settled->text.size;
        if (settled->held > held_most) held_most = settled->held;
        at += piece;
    }
    const filter_verdict verdict = settled->verdict;
    assert_int_equal(filter_stream_push(s, other_scratch(), (filter_text){"x", 1}, true, &settled, &error),
                     FILTER_ERROR_ARGUMENT);
    filter_stream_free(s);
    return verdict;
}

static void check(const char *text, size_t size, const char *policy, size_t piece_max) {
    const filter_verdict verdict = inspect_whole(text, size, policy);
    const filter_verdict got = stream_text(text, size, policy, piece_max, (filter_text){NULL, 0});
    const bool same = (out_size == whole_size || (verdict == FILTER_BLOCK && out_size < whole_size)) &&
                      memcmp(out, whole, out_size) == 0;
    if (!same || got != verdict)
        fail_msg("'%.*s': %s, not %s; out:\n%.*s\nnot\n%.*s", (int)size, text, filter_verdict_name(got),
                 filter_verdict_name(verdict), (int)out_size, out, (int)whole_size, whole);
}

static const char *text_of(const yaml_node *example) {
    const yaml_node *text = example->kind == YAML_MAP ? yaml_get(example, "text") : example;
    static char expanded[OUT_MAX];
    return text && filter_example_expand(support_engine(), text->text, expanded, sizeof expanded, NULL) == FILTER_OK
               ? expanded
               : NULL;
}

/* One after the other, and a few in one text, where what stands above and below counts. */
static void for_any_cutting_a_stream_is_the_whole_text(void **state) {
    (void)state;
    static char joined[OUT_MAX];
    const ruleset *set = &support_engine()->set;
    size_t used = 0, checked = 0;
    for (size_t i = 0; i < set->rule_count; i++) {
        const yaml_node *const lists[] = {set->rules[i].match, set->rules[i].no_match};
        for (size_t k = 0; k < 2; k++) {
            for (size_t e = 0; lists[k] && e < lists[k]->count; e++) {
                const char *text = text_of(lists[k]->items[e]);
                if (!text || strlen(text) > 2000) continue;
                check(text, strlen(text), "default", checked % 5 ? 0 : 1);
                const char *between = support_random() % 3 == 0 ? "\n\n" : support_random() % 2 ? "\n" : " ";
                used += (size_t)snprintf(joined + used, sizeof joined - used, "%s%s", text, between);
                if (++checked % 20 == 0) {
                    check(joined, used, "default", 0);
                    used = 0;
                }
            }
        }
    }
    assert_true(checked > 1000);
}

#define PROSE                                                                                                          \
    "The meeting was long, and most of the people who came to it had nothing to say about the plan that we made. "

static void clean_prose_goes_out_at_once(void **state) {
    (void)state;
    char text[16 * sizeof PROSE] = "";
    for (int i = 0; i < 15; i++) strcat(text, PROSE);
    check(text, strlen(text), "default", 5);
    assert_true(held_most <= 32);
}

static void what_is_held_is_bounded(void **state) {
    (void)state;
    static char text[20000];
    for (size_t i = 0; i < sizeof text; i++) text[i] = "ab1C"[support_random() % 4];
    stream_text(text, sizeof text, "observe", 20, (filter_text){NULL, 0});
    assert_int_equal(out_size, sizeof text);
    assert_true(held_most < 12000);
}

static void nothing_goes_out_after_a_block(void **state) {
    (void)state;
    static const char text[] =
        PROSE "The password is tulip-Rain7-x9, as was agreed. " PROSE PROSE PROSE PROSE PROSE PROSE PROSE;
    const filter_verdict verdict = stream_text(text, sizeof text - 1, "strict", 10, (filter_text){NULL, 0});
    assert_int_equal(verdict, FILTER_BLOCK);
    assert_int_equal(inspect_whole(text, sizeof text - 1, "strict"), FILTER_BLOCK);
    assert_null(memmem(out, out_size, "tulip", 5));
    assert_true(out_size >= sizeof PROSE - 40 && out_size < sizeof PROSE + 60);
}

/* The mapping of a request with one address, and its token. */
static filter_text seal_mail(char token[64]) {
    static char kept[1000];
    filter_request request = FILTER_REQUEST_INIT;
    filter_chat chat = FILTER_CHAT_INIT;
    const filter_chat_result *r;
    request.scope = &scope;
    chat.request = &request;
    chat.body = (filter_text){"{\"prompt\": \"asha@example.in\"}", 29};
    chat.seal_seconds = 60;
    assert_int_equal(filter_chat_inspect(support_engine(), support_scratch(), &chat, &r, &error), FILTER_OK);
    memcpy(kept, r->sealed.text, r->sealed.size);
    const char *at = memchr(r->body.text, '<', r->body.size);
    snprintf(token, 64, "%.*s", (int)strcspn(at, "\""), at);
    return (filter_text){kept, r->sealed.size};
}

static void tokens_are_restored_wherever_they_are_cut(void **state) {
    (void)state;
    char token[64], text[400];
    const filter_text sealed = seal_mail(token);
    const size_t size = (size_t)snprintf(text, sizeof text, "so write to %s, or to %s again; see http://x.example/%s",
                                         token, token, token);
    for (size_t piece = 1; piece < 30; piece++) {
        char expected[400];
        snprintf(expected, sizeof expected,
                 "so write to asha@example.in, or to asha@example.in again; see "
                 "http://x.example/%s",
                 token);
        stream_text(text, size, "default", piece, sealed);
        if (out_size != strlen(expected) || memcmp(out, expected, out_size) != 0) fail_msg("%.*s", (int)out_size, out);
    }
}

static void what_is_no_text_is_an_error(void **state) {
    (void)state;
    static const struct {
        const char *first, *second;
        filter_status status;
    } cases[] = {
        {"a\xc3", "\xa9", FILTER_OK},     {"a\xc3", "a", FILTER_ERROR_TEXT},
        {"\xff", "a", FILTER_ERROR_TEXT}, {"a\xf0\x9f", "\x98\x80", FILTER_OK},
        {"a", "\xc3", FILTER_ERROR_TEXT}, {"a\xed\xa0", "\x80", FILTER_ERROR_TEXT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        filter_stream *s;
        const filter_settled *settled;
        assert_int_equal(filter_stream_new(&s, support_engine(), NULL, &error), FILTER_OK);
        filter_status status = filter_stream_push(
            s, other_scratch(), (filter_text){cases[i].first, strlen(cases[i].first)}, false, &settled, &error);
        if (status == FILTER_OK)
            status = filter_stream_push(s, other_scratch(), (filter_text){cases[i].second, strlen(cases[i].second)},
                                        true, &settled, &error);
        if (status != cases[i].status) fail_msg("%zu: %s", i, error.message);
        filter_stream_free(s);
    }
}

static void a_stream_is_as_long_as_it_may_be(void **state) {
    (void)state;
    filter_stream *s;
    filter_stream_options options = FILTER_STREAM_OPTIONS_INIT;
    const filter_settled *settled;
    options.text_max = 10;
    assert_int_equal(filter_stream_new(&s, support_engine(), &options, &error), FILTER_OK);
    assert_int_equal(filter_stream_push(s, other_scratch(), (filter_text){"0123456789", 10}, false, &settled, &error),
                     FILTER_OK);
    assert_int_equal(filter_stream_push(s, other_scratch(), (filter_text){"0", 1}, false, &settled, &error),
                     FILTER_ERROR_TOO_LARGE);
    filter_stream_free(s);
    filter_stream_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(for_any_cutting_a_stream_is_the_whole_text),
        cmocka_unit_test(clean_prose_goes_out_at_once),
        cmocka_unit_test(what_is_held_is_bounded),
        cmocka_unit_test(nothing_goes_out_after_a_block),
        cmocka_unit_test(tokens_are_restored_wherever_they_are_cut),
        cmocka_unit_test(what_is_no_text_is_an_error),
        cmocka_unit_test(a_stream_is_as_long_as_it_may_be),
    };
    return cmocka_run_group_tests_name("stream", tests, set_up, NULL);
}
