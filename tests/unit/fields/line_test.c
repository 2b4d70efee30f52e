/* SPDX-License-Identifier: Apache-2.0 */
#include "structures.h"

static const structure_case cases[] = {
    {"{\"t\":\"Name: Jo\\nSSN: 219\"}", "t=Name: Jo\\nSSN: 219; name=Jo; ssn=219", "lines in a text of JSON"},
    {"db:\n  password: x\n  phones:\n    - 1\n    - '2'\nnext: y", "password=x; phones=1; phones=2; next=y", "YAML"},
    {"'db':\n  \"phones\":\n  - 1\n'next': y", "phones=1; next=y", "YAML with names in quotes"},
    {"{\"e\":\"a=1\\nb=2\\n\"}", "e=a=1\\nb=2\\n; a=1; b=2", "settings in a string"},
    {"{\"u\":\"a\\nb=c\"}", "u=a\\nb=c; b=c", "after an escaped line feed"},
    {"db:\n  note: |\n    tall pine\n    oak, elm\n\n  pin: 7\n", "note=tall pine; note=oak, elm; pin=7",
     "a text of lines below its key"},
    {"note: >-\n  one two\n  pin: 7\nend", "note=one two; pin=7", "a folded text, and a key in it"},
    {"note: |\n  <pin>7</pin>\nid: 5", "pin=7; id=5", "markup in such a text"},
    {"{\"y\":\"phones:\\n  - 15\\n  - '27'\\nid: 3\"}",
     "y=phones:\\n  - 15\\n  - '27'\\nid: 3; phones=15; phones=27; id=3", "a list in a string"},
    {"{\"y\":\"note: |\\n  tall pine\\nid: 3\"}", "y=note: |\\n  tall pine\\nid: 3; note=tall pine; id=3",
     "a text of lines in a string"},
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
