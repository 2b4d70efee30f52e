/* SPDX-License-Identifier: Apache-2.0 */
#include "structures.h"

static const structure_case cases[] = {
    {"INSERT INTO t (a, `ssn`) VALUES (1, N'it''s'), (2, NULL);", "a=1; ssn=it''s; a=2; ssn=NULL", "rows, quotes"},
    {"insert into \"s\".\"t\" (\"a\", [b])\nvalues\n  ('x', f(1, 2)),\n  ('y', -3)", "a=x; b=f(1, 2); a=y; b=-3",
     "calls, lines"},
    {"INSERT INTO t (a, b) VALUES ('{\"ssn\": \"2''1\", \"n\": 7}', 3)",
     "a={\"ssn\": \"2''1\", \"n\": 7}; ssn=2''1; n=7; b=3", "JSON in a value"},
    {"INSERT INTO t VALUES (1, 2)", "", "no names"},
    {"into (a, b) we go", "", "prose"},
};

static void rows_have_the_names_of_their_columns(void **state) {
    (void)state;
    structures_expect(cases, sizeof cases / sizeof *cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_have_the_names_of_their_columns),
    };
    return cmocka_run_group_tests_name("sql", tests, NULL, NULL);
}
