/* SPDX-License-Identifier: Apache-2.0 */
#include "names/tagger.h"

#include "base/utf8.h"
#include "names.h"

static const names_word words[] = {{"asha", NAME_GIVEN}, {"rao", NAME_FAMILY}, {"the", NAME_LEVEL}, {"of", 0x200}};

typedef struct told {
    size_t count, end, size;
    char text[2000];
    const char *of;
} told;

static void on_name(const name_span *name, void *context) {
    told *t = context;
    assert_true(name->start >= t->end && name->end > name->start && name->end <= t->size);
    assert_true(name->score >= 0 && name->score <= 1);
    assert_non_null(name->why);
    assert_int_equal(text_align_back(t->of, name->start), name->start);
    t->end = name->end;
    t->count++;
    if (strlen(t->text) + name->end - name->start + 2 < sizeof t->text) {
        strncat(t->text, t->of + name->start, name->end - name->start);
        strcat(t->text, "|");
    }
}

static told tag(const name_data *data, const char *text, size_t size) {
    arena memory;
    arena_init(&memory);
    work_budget work = WORK_UNBOUNDED;
    told t = {.of = text, .size = size};
    assert_true(names_tag(data, &(name_memory){.arena = &memory}, &work, (filter_text){text, size}, NULL, on_name, &t));
    arena_fini(&memory);
    return t;
}

/* Weights that say yes to all make a name of each row of words that may be one. */
static void only_words_that_may_be_names_are_looked_at(void **state) {
    (void)state;
    static const struct {
        const char *text, *names;
    } cases[] = {
        {"yesterday we saw Asha Rao there", "Asha Rao|"},
        {"i know asha the cook", "asha|"},
        {"we saw it there", ""},
        {"mail @Asha or asha@rao.in", ""},
        {"total 42 x9 foo_bar", ""},
        {"", ""},
    };
    arena memory;
    arena_init(&memory);
    const name_data *data = names_data(&memory, words, 4, 9);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const told t = tag(data, cases[i].text, strlen(cases[i].text));
        if (strcmp(t.text, cases[i].names) != 0) fail_msg("%s: %s", cases[i].text, t.text);
    }
    assert_int_equal(tag(names_data(&memory, words, 4, -9), "saw Asha Rao", 12).count, 0);
    arena_fini(&memory);
}

static void any_text_has_names_in_order_inside_of_it(void **state) {
    (void)state;
    static const char *const pieces[] = {"Asha", " ",  "rao", "\n", ": ", "張偉", "é", "'",
                                         ".",    "J.", "of",  "-",  "@",  "_",    "7", "\xFF"};
    arena memory;
    arena_init(&memory);
    const name_data *data = names_data(&memory, words, 4, 5);
    for (int round = 0; round < 2000; round++) {
        char text[3000] = "";
        size_t size = 0;
        for (unsigned n = support_random() % 600; n > 0; n--) {
            const char *piece = pieces[support_random() % (sizeof pieces / sizeof *pieces)];
            size += (size_t)sprintf(text + size, "%s", piece);
        }
        (void)tag(data, text, size);
    }
    arena_fini(&memory);
}

static void the_end_of_the_work_ends_it(void **state) {
    (void)state;
    arena memory;
    arena_init(&memory);
    const name_data *data = names_data(&memory, words, 4, 9);
    char text[20000] = "";
    for (size_t size = 0; size + 12 < sizeof text; size += 9) memcpy(text + size, "Asha Rao\n", 9);
    work_budget work = WORK_UNBOUNDED;
    work.deadline = 1; /* long ago */
    told t = {.of = text, .size = strlen(text)};
    assert_true(
        names_tag(data, &(name_memory){.arena = &memory}, &work, (filter_text){text, t.size}, NULL, on_name, &t));
    assert_true(t.count < 2000);
    arena_fini(&memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_words_that_may_be_names_are_looked_at),
        cmocka_unit_test(any_text_has_names_in_order_inside_of_it),
        cmocka_unit_test(the_end_of_the_work_ends_it),
    };
    return cmocka_run_group_tests_name("tagger", tests, NULL, NULL);
}
