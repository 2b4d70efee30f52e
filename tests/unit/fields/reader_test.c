/* SPDX-License-Identifier: Apache-2.0 */
#include "structures.h"

#include <time.h>

static const structure_case literals[] = {
    {"{\"ssn\":\"219-09-4471\",\"order_id\":343556712}", "ssn=219-09-4471; order id=343556712", "JSON"},
    {"{ \"a\" : [1, \"x\", {\"b\": true}] , \"c\": null }", "a=1; a=x; b=true; c=null",
     "lists and objects in one another"},
    {"{\"a\":\"b\\\"c\",\"d\":\"e\\\\\"}", "a=b\\\"c; d=e\\\\", "quotes in a text"},
    {"{\n  \"a\":\n    \"b\",\n  \"c\": -1.5e3\n}", "a=b; c=-1.5e3", "over lines"},
    {"{\"log\":\"{\\\"dateOfBirth\\\":\\\"1981\\\",\\\"k\\\":7}\"}",
     "log={\\\"dateOfBirth\\\":\\\"1981\\\",\\\"k\\\":7}; date of birth=1981; k=7", "JSON in a text of JSON"},
    {"{\"a\":\"{\\\"b\\\":\\\"{\\\\\\\"ssn\\\\\\\":\\\\\\\"2\\\\\\\"}\\\"}\"}",
     "a={\\\"b\\\":\\\"{\\\\\\\"ssn\\\\\\\":\\\\\\\"2\\\\\\\"}\\\"}; b={\\\\\\\"ssn\\\\\\\":\\\\\\\"2\\\\\\\"}; ssn=2",
     "and in that"},
    {"{\"t\":\"Name: Jo\\nSSN: 219\"}", "t=Name: Jo\\nSSN: 219; name=Jo; ssn=219", "lines in a text of JSON"},
    {"{'mail': 'jo@example.com', 'n': N'x'}", "mail=jo@example.com; n=x", "Python, SQL"},
    {"{mail: 'jo', \"n\": 1}", "mail=jo; n=1", "JavaScript"},
    {"const apiKey = \"a b\";\nx := `c`", "api key=a b; x=c", "assignments"},
    {"$config['db_pass'] = 'x'; 'k' => 'v', b=>1", "db pass=x; k=v; b=1", "PHP"},
    {"pw: str = \"x\"", "pw=str = \"x\"; pw=x", "a name with a type"},
    {"define('DB_PASSWORD', 'x'); h.set(\"X-Api-Key\", \"y\")", "db password=x; x api key=y",
     "a name and its value as arguments"},
    {"{\"name\":\"ssn\",\"value\":\"219\"}", "name=ssn; ssn=219", "a part that names another"},
    {"it's a \"quoted\" word, isn't it", "", "prose"},
    {"{\"a\":\"open", "a=\"open", "a text that nobody closes"},
    {"x == y, a != b, c <= d, e >= f", "", "comparisons"},
};

static const structure_case lines[] = {
    {"SSN: 219, Order: 12", "ssn=219; order=12", "two on a line"},
    {"Date of birth: 3 March\n**Phone:** 12\n- mail: x", "date of birth=3 March; phone=12; mail=x",
     "words, Markdown, a list"},
    {"a=1 b=2 c=\"x y\"", "a=1; b=2; c=x y", "logfmt"},
    {"DB_PASS=x y&z\nexport KEY = v", "db pass=x y&z; key=v", "settings, to the end of the line"},
    {"Server=a;Password=b;X=1", "server=a; password=b; x=1", "a connection"},
    {"https://h.example/p?token=a&b=c#d", "token=a; b=c", "parameters of an address"},
    {"a=1&pass=x", "a=1; pass=x", "a form"},
    {"db:\n  password: x\n  phones:\n    - 1\n    - '2'\nnext: y", "password=x; phones=1; phones=2; next=y", "YAML"},
    {"'db':\n  \"phones\":\n  - 1\n'next': y", "phones=1; next=y", "YAML with names in quotes"},
    {"pass: a{b\nssn: 219\nkey: f(x)[c\nid: 7", "pass=a{b; ssn=219; key=f(x)[c; id=7", "brackets in a word"},
    {"- name: DB_PASS\n  value: x\n- name: BB\n  value: y", "name=DB_PASS; db pass=x; name=BB; bb=y",
     "names and values of YAML"},
    {"cmd --password x --user=\"b c\" -v --flag", "password=x; user=b c", "options"},
    {"at 12:30 we met, std::abs, C:\\x, https://a.example/b", "", "colons of prose"},
    {"(SSN: 219) and more", "ssn=219", "in brackets"},
    {"SSN: 219094471 Name: Al", "ssn=219094471; name=Al", "a key that nothing sets apart"},
    {"Password: h2Foo!9 User: bob", "password=h2Foo!9; user=bob", "after a value with signs"},
    {"Password: P@ss:w0rd x Full Name: bob", "password=P@ss:w0rd x; full name=bob", "two words"},
    {"[0, 1) is open.\n\ndob: 1985", "dob=1985", "after a bracket that a paragraph ends"},
    {"Smile :-[ a: 1", "a=1", "after a smiley"},
    {"{\"e\":\"a=1\\nb=2\\n\"}", "e=a=1\\nb=2\\n; a=1; b=2", "settings in a string"},
    {"{\"u\":\"a\\nb=c\"}", "u=a\\nb=c; b=c", "after an escaped line feed"},
    {"os.environ[\"KEY\"] = \"v\"", "key=v", "an item that is set"},
};

static void literals_have_their_names_and_bounds(void **state) {
    (void)state;
    structures_expect(literals, sizeof literals / sizeof *literals);
}

static void lines_have_their_names_and_bounds(void **state) {
    (void)state;
    structures_expect(lines, sizeof lines / sizeof *lines);
}

static void random_mixtures_keep_order_and_bounds(void **state) {
    (void)state;
    static const char *const pieces[] = {"{",           "}",
                                         "[",           "]",
                                         "(",           ")",
                                         "\"",          "'",
                                         "\\",          "\\\"",
                                         "\\n",         ":",
                                         ": ",          "=",
                                         "=>",          ",",
                                         ";",           "|",
                                         "\t",          "\n",
                                         "<",           ">",
                                         "<a>",         "</a>",
                                         "<b c=\"d\">", "x",
                                         "ssn",         "219",
                                         " ",           " --opt ",
                                         "- ",          "&",
                                         "?",           "INSERT INTO t (",
                                         "VALUES (",    "PID|",
                                         "TEL;X:",      "ENV A b",
                                         "`",           "\\\\\\\"",
                                         "a,b,c\n",     "é"};
    for (int round = 0; round < 20000; round++) {
        char text[400] = "";
        for (size_t n = support_random() % 60; n > 0; n--)
            strcat(text, pieces[support_random() % (sizeof pieces / sizeof *pieces)]);
        structures_of(text, strlen(text));
    }
}

/* Of this thread: other load on the machine does not count. */
static double cpu_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* What fields and a value in them cost, for a text of one piece again and again after a head. */
static double cost_of(const char *head, const char *piece, size_t size) {
    size_t unit = strlen(piece), begins = strlen(head);
    char *text = malloc(size);
    double best = 1e9;
    assert_non_null(text);
    memcpy(text, head, begins);
    for (size_t at = begins; at < size; at++) text[at] = piece[(at - begins) % unit];
    for (int again = 0; again < 3; again++) {
        arena memory;
        arena_init(&memory);
        field_list list = {.memory = &memory};
        double begin = cpu_seconds();
        assert_true(fields_read(&list, text, size));
        for (size_t at = 0; at < size; at += 64) fields_writing(&list, text, at, at + 1);
        double spent = cpu_seconds() - begin;
        if (spent < best) best = spent;
        arena_fini(&memory);
    }
    free(text);
    return best;
}

/* Each of these, repeated, makes some part of the reader look far ahead or back. */
static void fields_of_hostile_texts_cost_linear_time(void **state) {
    (void)state;
    static const char *const pieces[] = {"{",
                                         "[",
                                         "\"",
                                         "'",
                                         "\\\"",
                                         "<a ",
                                         "<a>",
                                         "a:",
                                         "a=",
                                         "a,b\n",
                                         "{\"a\":",
                                         "(\"a\",",
                                         "INTO t (a",
                                         "VALUES (",
                                         "\\",
                                         "- a: ",
                                         "\"\",",
                                         "a=\"",
                                         "a: [",
                                         " --a",
                                         "|",
                                         "<a b='",
                                         "values (values ",
                                         "4111:",
                                         "</a ",
                                         "a=1\\n"};
    static const char *const heads[] = {"", "{\"a\":\"", "export ", "{\"a\": ", "insert into t (aa) "};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        for (size_t h = 0; h < sizeof heads / sizeof *heads; h++) {
            double seconds[2] = {cost_of(heads[h], pieces[i], (size_t)1 << 16),
                                 cost_of(heads[h], pieces[i], (size_t)1 << 19)};
            /* eight times the text: quadratic would be sixty-four times the time */
            if (seconds[1] > 30 * seconds[0] + 0.02)
                fail_msg("'%s%s' costs %.4f s, then %.4f s", heads[h], pieces[i], seconds[0], seconds[1]);
        }
    }
}

static void more_fields_than_are_kept_are_told(void **state) {
    (void)state;
    const size_t size = 3 * (FIELDS_MAX + 10);
    char *text = malloc(size);
    assert_non_null(text);
    for (size_t i = 0; i < size; i++) text[i] = "[1,"[i == 0 ? 0 : i % 2 ? 1 : 2];
    arena memory;
    arena_init(&memory);
    field_list list = {.memory = &memory};
    assert_true(fields_read(&list, text, size));
    assert_true(list.is_cut && list.count == FIELDS_MAX);
    arena_fini(&memory);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(literals_have_their_names_and_bounds),
        cmocka_unit_test(lines_have_their_names_and_bounds),
        cmocka_unit_test(random_mixtures_keep_order_and_bounds),
        cmocka_unit_test(fields_of_hostile_texts_cost_linear_time),
        cmocka_unit_test(more_fields_than_are_kept_are_told),
    };
    return cmocka_run_group_tests_name("reader", tests, NULL, NULL);
}
