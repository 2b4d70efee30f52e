/* SPDX-License-Identifier: Apache-2.0 */
#include "fields/operand.h"
#include "support.h"

#define NUMBER "219094471"

static void a_number_in_an_expression_is_an_operand(void **state) {
    (void)state;
    static const struct {
        const char *text;
        char quote;
    } cases[] = {
        {"if (ssn == " NUMBER ") {", '"'},
        {"return card != " NUMBER " ? 1 : 0;", '"'},
        {"int ssn = " NUMBER ";", '"'},
        {"let ssn: u64 = " NUMBER ";\n", '"'},
        {"ssn := " NUMBER "\n", '"'},
        {"$this->ssn = " NUMBER "; // mine", '"'},
        {"pay(card, " NUMBER ");", '"'},
        {"assert_eq!(" NUMBER ", card);", '"'},
        {"f(ssn=" NUMBER ", 3)", '"'},
        {"f(\n    'ssn', " NUMBER ",\n)", '"'},
        {"expect(parse(x)).toBe(" NUMBER ")", '"'},
        {"return " NUMBER ";", '"'},
        {"#define SSN " NUMBER, '"'},
        {"SELECT * FROM t WHERE ssn = " NUMBER, '\''},
        {"select *\nfrom t\nwhere ssn = " NUMBER " and x = 2;", '\''},
        {"UPDATE t SET ssn = " NUMBER " WHERE id = 3;", '\''},
        {"DELETE FROM t WHERE ssn IN (" NUMBER ", 5)", '\''},
        {"SELECT 1 FROM t WHERE ssn BETWEEN " NUMBER " AND 4", '\''},
        {"My number is " NUMBER ";", 0},
        {"numbers (" NUMBER ", 5)", 0},
        {"SSN: " NUMBER ", please", 0},
        {"ssn=" NUMBER, 0},
        {"see /x?ssn=" NUMBER ";", 0},
        {"We select where to set it: " NUMBER, 0},
        {"a list: 5, " NUMBER ", 7", 0},
        {"A number of mine;\n" NUMBER, 0},
        {NUMBER, 0},
        {NUMBER ")", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *text = cases[i].text;
        const size_t at = (size_t)(strstr(text, NUMBER) - text);
        const char quote = operand_quote(text, strlen(text), (span){at, at + sizeof NUMBER - 1});
        if (quote != cases[i].quote) fail_msg("%s: quote %d", text, quote);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_number_in_an_expression_is_an_operand)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
