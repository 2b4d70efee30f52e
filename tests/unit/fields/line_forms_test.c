/* SPDX-License-Identifier: Apache-2.0 */
#include "structures.h"

static const structure_case cases[] = {
    {"PID|1||123^^^A||DOE^JO||19810303|M\n",
     "segment=1; patient id=123^^^A; segment=DOE^JO; date of birth=19810303; segment=M", "HL7"},
    {"MSH|x|A\rPID|1||77\rOBX|2\r", "segment=x; segment=A; segment=1; patient id=77; segment=2",
     "HL7 whose segments end with CR alone"},
    {"BDAY:19810203\nTEL;TYPE=CELL:+49 151\nEND:VCARD", "bday=19810203; tel=+49 151; end=VCARD", "vCard"},
    {"ENV DB_PASS abc\nARG X=1\nsetenv KEY v1", "db pass=abc; x=1; key=v1", "settings of a container and of a shell"},
    {"ENVIRONMENT is set", "", "a word"},
    {"ssn:\n219\nb: 1", "ssn=219; b=1", "a value on the next line"},
    {"SSN:\n\n```text\n219 09\n```\nb: 1", "ssn=219 09; b=1", "in a fence"},
    {"pw: >-\n  x1 y\nb: |\n  2z\n", "pw=x1 y; b=2z", "a text of YAML"},
    {"ssn:\n- 219\nb:\n  c: 1\nd:\nno digits\ne: 1", "ssn=219; c=1; e=1", "an item, a key and words are no such value"},
};

static void lines_of_a_form_have_the_names_of_its_standard(void **state) {
    (void)state;
    structures_expect(cases, sizeof cases / sizeof *cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_a_form_have_the_names_of_its_standard),
    };
    return cmocka_run_group_tests_name("line_forms", tests, NULL, NULL);
}
