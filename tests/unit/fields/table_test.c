/* SPDX-License-Identifier: Apache-2.0 */
#include "structures.h"

static const structure_case cases[] = {
    {"id,dob,phone,x\n7,1981-02-03,\"415, 555\",\n8,1982-01-01,77,y\n",
     "id=7; dob=1981-02-03; phone=415, 555; id=8; dob=1982-01-01; phone=77; x=y", "commas, quotes, an empty cell"},
    {"a;b\r\n1;2\r\n3;4\r\n", "a=1; b=2; a=3; b=4", "semicolons"},
    {"first name\tdob\nJo\t1981\n", "first name=Jo; dob=1981", "tabs, one row"},
    {"| ssn | n |\n|-----|---|\n| 219 | 1 |\n", "ssn=219; n=1", "Markdown"},
    {"a|b|c\n1|2|3\n4|5|6", "a=1; b=2; c=3; a=4; b=5; c=6", "bars"},
    {"a,b,c,d\n\"x\"\"y\",\"l\n2\",3,4\n", "a=x\"\"y; b=l\n2; c=3; d=4", "quotes and line feeds in a cell"},
    {"ssn\n219-09-4471\n343556712\n", "ssn=219-09-4471; ssn=343556712", "one column"},
    {"a,b,c,d\n1,2,3\n", "", "a row of another size"},
    {"Dear Anna, dear Bob,\nwe met in Pune, and went on.\nThen, at noon, we ate.\n", "", "prose"},
    {"a,b,c,d\n1,2,3,4\n\nSSN: 5", "a=1; b=2; c=3; d=4; ssn=5", "text after a table"},
    {"id,meta,x,y\n1,\"{\"\"k\"\":1}\",2,3\n", "id=1; meta={\"\"k\"\":1}; k=1; x=2; y=3", "JSON in a cell"},
    {"id\tmeta\n1\t\"{\"\"k\"\": \"\"a\\\"\"b\"\", \"\"n\"\": [\"\"\"\", 2]}\"\n",
     "id=1; meta={\"\"k\"\": \"\"a\\\"\"b\"\", \"\"n\"\": [\"\"\"\", 2]}; k=a\\\"\"b; n=2", "quotes in it"},
    {"id,pin\n7,41\n8,42\n9,4,3\n10,44\n", "id=7; pin=41; id=8; pin=42; id=10; pin=44", "a row with a cell too much"},
    {"id;pin\n7;41\n8\n\n9;42\n", "", "no table of one row and a word"},
    {"id\tpin\ttag\n7\t41\n8\t42\tx\n", "", "a first row with a cell too few"},
    {"id\tpin\ttag\n6\t40\tw\n7\t41\n8\t42\tx\n", "id=6; pin=40; tag=w; id=8; pin=42; tag=x",
     "a later row with a cell too few"},
    {"id;pin;tag\n7;41;v\n8;42\n9;43;w\n", "id=7; pin=41; tag=v; id=9; pin=43; tag=w",
     "a second row with a cell too few"},
    {"Jo|0150\nAl|5003\nKim|4005|1\n", "", "no list of rows under the first one"},
    {"name,pin\nJo,4711\n", "name=Jo; pin=4711", "one row with a number"},
    {"name,pin\nJo,4711\nand so on she said", "", "lines that go on as prose"},
    {"Dear Jo, dear Al\nwe met 1500 people, I think.\n", "", "a line of prose with a number"},
    {"{\"c\":\"id;pin\\n7;41\\n8;42\\n\"}", "c=id;pin\\n7;41\\n8;42\\n; id=7; pin=41; id=8; pin=42",
     "in a string of JSON"},
    {"{\"c\":\"| id | pin |\\n|---|---|\\n| 7 | 41 |\\nssn: 5\"}",
     "c=| id | pin |\\n|---|---|\\n| 7 | 41 |\\nssn: 5; id=7; pin=41; ssn=5",
     "Markdown in a string, and a line after it"},
};

static void cells_have_the_names_of_their_columns(void **state) {
    (void)state;
    structures_expect(cases, sizeof cases / sizeof *cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_have_the_names_of_their_columns),
    };
    return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
