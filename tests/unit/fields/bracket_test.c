/* SPDX-License-Identifier: Apache-2.0 */
#include "structures.h"

static const structure_case cases[] = {
    {"{\"ssn\":\"219-09-4471\",\"order_id\":343556712}", "ssn=219-09-4471; order id=343556712", "JSON"},
    {"{ \"a\" : [1, \"x\", {\"b\": true}] , \"c\": null }", "a=1; a=x; b=true; c=null",
     "lists and objects in one another"},
    {"{\n  \"a\":\n    \"b\",\n  \"c\": -1.5e3\n}", "a=b; c=-1.5e3", "over lines"},
    {"{mail: 'jo', \"n\": 1}", "mail=jo; n=1", "JavaScript"},
    {"pass: a{b\nssn: 219\nkey: f(x)[c\nid: 7", "pass=a{b; ssn=219; key=f(x)[c; id=7", "brackets in a word"},
    {"(SSN: 219) and more", "ssn=219", "in brackets"},
    {"[0, 1) is open.\n\ndob: 1985", "dob=1985", "after a bracket that a paragraph ends"},
    {"Smile :-[ a: 1", "a=1", "after a smiley"},
};

static void items_have_the_names_of_their_brackets(void **state) {
    (void)state;
    structures_expect(cases, sizeof cases / sizeof *cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_have_the_names_of_their_brackets),
    };
    return cmocka_run_group_tests_name("bracket", tests, NULL, NULL);
}
