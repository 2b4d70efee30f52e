/* SPDX-License-Identifier: Apache-2.0 */
#include "structures.h"

static const structure_case cases[] = {
    {"define('DB_PASSWORD', 'x'); h.set(\"X-Api-Key\", \"y\")", "db password=x; x api key=y",
     "a name and its value as arguments"},
    {"{\"name\":\"ssn\",\"value\":\"219\"}", "name=ssn; ssn=219", "a part that names another"},
    {"- name: DB_PASS\n  value: x\n- name: BB\n  value: y", "name=DB_PASS; db pass=x; name=BB; bb=y",
     "names and values of YAML"},
    {"{\"value\":\"219\",\"name\":\"ssn\"}", "ssn=219; name=ssn", "the name after the value"},
    {"[{\"value\":7,\"id\":1,\"type\":\"pin\"},{\"value\":8},{\"name\":\"dob\",\"value\":9}]",
     "pin=7; id=1; type=pin; value=8; name=dob; dob=9", "of its own bracket alone"},
    {"{\"id\":7,\"name\":\"Bo\"}", "id=7; name=Bo", "a key that says what it is"},
};

static void parts_name_the_parts_beside_them(void **state) {
    (void)state;
    structures_expect(cases, sizeof cases / sizeof *cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_name_the_parts_beside_them),
    };
    return cmocka_run_group_tests_name("label", tests, NULL, NULL);
}
