/* SPDX-License-Identifier: Apache-2.0 */
#include "structures.h"

static const structure_case cases[] = {
    {"{\"a\":\"b\\\"c\",\"d\":\"e\\\\\"}", "a=b\\\"c; d=e\\\\", "quotes in a text"},
    {"{\"log\":\"{\\\"dateOfBirth\\\":\\\"1981\\\",\\\"k\\\":7}\"}",
     "log={\\\"dateOfBirth\\\":\\\"1981\\\",\\\"k\\\":7}; date of birth=1981; k=7", "JSON in a text of JSON"},
    {"{\"a\":\"{\\\"b\\\":\\\"{\\\\\\\"ssn\\\\\\\":\\\\\\\"2\\\\\\\"}\\\"}\"}",
     "a={\\\"b\\\":\\\"{\\\\\\\"ssn\\\\\\\":\\\\\\\"2\\\\\\\"}\\\"}; b={\\\\\\\"ssn\\\\\\\":\\\\\\\"2\\\\\\\"}; ssn=2",
     "and in that"},
    {"{'mail': 'jo@example.com', 'n': N'x'}", "mail=jo@example.com; n=x", "Python, SQL"},
    {"it's a \"quoted\" word, isn't it", "", "prose"},
    {"{\"a\":\"open", "a=\"open", "a text that nobody closes"},
};

static void literals_have_their_names_and_bounds(void **state) {
    (void)state;
    structures_expect(cases, sizeof cases / sizeof *cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(literals_have_their_names_and_bounds),
    };
    return cmocka_run_group_tests_name("literal", tests, NULL, NULL);
}
