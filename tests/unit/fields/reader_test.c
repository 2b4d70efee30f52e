/* SPDX-License-Identifier: Apache-2.0 */
#include "structures.h"

#include <time.h>

static void random_mixtures_keep_order_and_bounds(void **state) {
    (void)state;
    static const char *const pieces[] = {"{",           "}",
                                         "[",           "]",
                                         "(",           ")",
                                         "\"",          "'",
                                         "\\",          "\\\"",
                                         "\\n",         ":",
                                         ": ",          "=",
                                         "=>",          ",",
                                         ";",           "|",
                                         "\t",          "\n",
                                         "<",           ">",
                                         "<a>",         "</a>",
                                         "<b c=\"d\">", "x",
                                         "ssn",         "219",
                                         " ",           " --opt ",
                                         "- ",          "&",
                                         "?",           "INSERT INTO t (",
                                         "VALUES (",    "PID|",
                                         "TEL;X:",      "ENV A b",
                                         "`",           "\\\\\\\"",
                                         "a,b,c\n",     "é",
                                         "a: |\n",      "a: >\\n",
                                         "1;2;3\n",     "\\n1;2\\n",
                                         "<tr><th>",    "<td>",
                                         "\"value\":",  "\"name\":\"pin\"",
                                         "\r"};
    for (int round = 0; round < 20000; round++) {
        char text[400] = "";
        for (size_t n = support_random() % 60; n > 0; n--)
            strcat(text, pieces[support_random() % (sizeof pieces / sizeof *pieces)]);
        structures_of(text, strlen(text));
    }
}

/* Of this thread: other load on the machine does not count. */
static double cpu_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* What fields and a value in them cost, for a text of one piece again and again after a head. */
static double cost_of(const char *head, const char *piece, size_t size) {
    size_t unit = strlen(piece), begins = strlen(head);
    char *text = malloc(size);
    double best = 1e9;
    assert_non_null(text);
    memcpy(text, head, begins);
    for (size_t at = begins; at < size; at++) text[at] = piece[(at - begins) % unit];
    for (int again = 0; again < 3; again++) {
        arena memory;
        arena_init(&memory);
        field_list list = {.memory = &memory};
        double begin = cpu_seconds();
        assert_true(fields_read(&list, text, size));
        for (size_t at = 0; at < size; at += 64) fields_writing(&list, text, size, (span){at, at + 1});
        double spent = cpu_seconds() - begin;
        if (spent < best) best = spent;
        arena_fini(&memory);
    }
    free(text);
    return best;
}

/* Each of these, repeated, makes some part of the reader look far ahead or back. */
static void fields_of_hostile_texts_cost_linear_time(void **state) {
    (void)state;
    static const char *const pieces[] = {"{",
                                         "[",
                                         "\"",
                                         "'",
                                         "\\\"",
                                         "<a ",
                                         "<a>",
                                         "a:",
                                         "a=",
                                         "a,b\n",
                                         "{\"a\":",
                                         "(\"a\",",
                                         "INTO t (a",
                                         "VALUES (",
                                         "\\",
                                         "- a: ",
                                         "\"\",",
                                         "a=\"",
                                         "a: [",
                                         " --a",
                                         "|",
                                         "<a b='",
                                         "values (values ",
                                         "4111:",
                                         "</a ",
                                         "a=1\\n",
                                         "a: |\n ",
                                         "a: |\\n ",
                                         "a;b\n1\n",
                                         "a;b\\n",
                                         "<td>",
                                         "<tr><th>a</th>",
                                         "\"a\":\"b\",",
                                         "{\"value\":",
                                         "'a:a",
                                         "PID|\r"};
    static const char *const heads[] = {"", "{\"a\":\"", "export ", "{\"a\": ", "insert into t (aa) "};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        for (size_t h = 0; h < sizeof heads / sizeof *heads; h++) {
            double seconds[2] = {cost_of(heads[h], pieces[i], (size_t)1 << 16),
                                 cost_of(heads[h], pieces[i], (size_t)1 << 19)};
            /* eight times the text: quadratic would be sixty-four times the time */
            if (seconds[1] > 30 * seconds[0] + 0.02)
                fail_msg("'%s%s' costs %.4f s, then %.4f s", heads[h], pieces[i], seconds[0], seconds[1]);
        }
    }
}

static void more_fields_than_are_kept_are_told(void **state) {
    (void)state;
    const size_t size = 3 * (FIELDS_MAX + 10);
    char *text = malloc(size);
    assert_non_null(text);
    for (size_t i = 0; i < size; i++) text[i] = "[1,"[i == 0 ? 0 : i % 2 ? 1 : 2];
    arena memory;
    arena_init(&memory);
    field_list list = {.memory = &memory};
    assert_true(fields_read(&list, text, size));
    assert_true(list.is_cut && list.count == FIELDS_MAX);
    arena_fini(&memory);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_mixtures_keep_order_and_bounds),
        cmocka_unit_test(fields_of_hostile_texts_cost_linear_time),
        cmocka_unit_test(more_fields_than_are_kept_are_told),
    };
    return cmocka_run_group_tests_name("reader", tests, NULL, NULL);
}
