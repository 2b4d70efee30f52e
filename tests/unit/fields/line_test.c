/* SPDX-License-Identifier: Apache-2.0 */
#include "structures.h"

static const structure_case cases[] = {
    {"{\"t\":\"Name: Jo\\nSSN: 219\"}", "t=Name: Jo\\nSSN: 219; name=Jo; ssn=219", "lines in a text of JSON"},
    {"db:\n  password: x\n  phones:\n    - 1\n    - '2'\nnext: y", "password=x; phones=1; phones=2; next=y", "YAML"},
    {"'db':\n  \"phones\":\n  - 1\n'next': y", "phones=1; next=y", "YAML with names in quotes"},
    {"{\"e\":\"a=1\\nb=2\\n\"}", "e=a=1\\nb=2\\n; a=1; b=2", "settings in a string"},
    {"{\"u\":\"a\\nb=c\"}", "u=a\\nb=c; b=c", "after an escaped line feed"},
};

static void lines_are_in_the_blocks_and_strings_around_them(void **state) {
    (void)state;
    structures_expect(cases, sizeof cases / sizeof *cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_in_the_blocks_and_strings_around_them),
    };
    return cmocka_run_group_tests_name("line", tests, NULL, NULL);
}
