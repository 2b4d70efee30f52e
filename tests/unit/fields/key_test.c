/* SPDX-License-Identifier: Apache-2.0 */
#include "structures.h"

static const structure_case cases[] = {
    {"const apiKey = \"a b\";\nx := `c`", "api key=a b; x=c", "assignments"},
    {"$config['db_pass'] = 'x'; 'k' => 'v', b=>1", "db pass=x; k=v; b=1", "PHP"},
    {"pw: str = \"x\"", "pw=str = \"x\"; pw=x", "a name with a type"},
    {"x == y, a != b, c <= d, e >= f", "", "comparisons"},
    {"SSN: 219, Order: 12", "ssn=219; order=12", "two on a line"},
    {"Date of birth: 3 March\n**Phone:** 12\n- mail: x", "date of birth=3 March; phone=12; mail=x",
     "words, Markdown, a list"},
    {"a=1 b=2 c=\"x y\"", "a=1; b=2; c=x y", "logfmt"},
    {"DB_PASS=x y&z\nexport KEY = v", "db pass=x y&z; key=v", "settings, to the end of the line"},
    {"Server=a;Password=b;X=1", "server=a; password=b; x=1", "a connection"},
    {"https://h.example/p?token=a&b=c#d", "token=a; b=c", "parameters of an address"},
    {"a=1&pass=x", "a=1; pass=x", "a form"},
    {"cmd --password x --user=\"b c\" -v --flag", "password=x; user=b c", "options"},
    {"at 12:30 we met, std::abs, C:\\x, https://a.example/b", "", "colons of prose"},
    {"SSN: 219094471 Name: Al", "ssn=219094471; name=Al", "a key that nothing sets apart"},
    {"Password: h2Foo!9 User: bob", "password=h2Foo!9; user=bob", "after a value with signs"},
    {"Password: P@ss:w0rd x Full Name: bob", "password=P@ss:w0rd x; full name=bob", "two words"},
    {"os.environ[\"KEY\"] = \"v\"", "key=v", "an item that is set"},
};

static void keys_name_what_comes_after_their_sign(void **state) {
    (void)state;
    structures_expect(cases, sizeof cases / sizeof *cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_name_what_comes_after_their_sign),
    };
    return cmocka_run_group_tests_name("key", tests, NULL, NULL);
}
