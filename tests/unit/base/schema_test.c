/* SPDX-License-Identifier: Apache-2.0 */
#include "base/schema.h"
#include "support.h"

#include <jansson.h>

static const char *const modes[] = {"fast", "slow", NULL};
static const yaml_field inner_fields[] = {
    {.key = "name", .type = YAML_TEXT, .required = true, .about = "Its name."},
};
static const yaml_table inner = YAML_TABLE("a thing", inner_fields);
static const yaml_field fields[] = {
    {.key = "workers",
     .type = YAML_COUNT,
     .min = 1,
     .max = 256,
     .standard = "4",
     .about = "Threads. More is not faster."},
    {.key = "threads", .renamed = "workers"},
    {.key = "score", .type = YAML_NUMBER, .max = 1, .standard = "0.5"},
    {.key = "size", .type = YAML_BYTES, .max = 1024, .standard = "1KiB"},
    {.key = "on", .type = YAML_BOOL, .standard = "true"},
    {.key = "mode", .type = YAML_CHOICE, .choices = modes, .standard = "fast"},
    {.key = "list", .type = YAML_STRINGS},
    {.key = "things", .type = YAML_NODE, .table = &inner, .holds = YAML_HOLDS_NAMED},
    {.key = "either", .type = YAML_NODE, .holds = YAML_HOLDS_TEXT | YAML_HOLDS_TEXTS},
    {.key = "part", .type = YAML_SECTION, .table = &inner, .required = true},
};
static const yaml_table table = {
    .what = "all", .fields = fields, .count = sizeof fields / sizeof *fields, .about = "All of it."};

static void a_schema_says_what_the_table_says(void **state) {
    (void)state;
    static const char expected[] =
        "{\"type\":\"object\",\"additionalProperties\":false,\"description\":\"All of it.\",\"properties\":{"
        "\"workers\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":256,\"description\":\"Threads. More is not "
        "faster.\",\"default\":4},"
        "\"score\":{\"type\":\"number\",\"minimum\":0,\"maximum\":1,\"default\":0.5},"
        "\"size\":{\"anyOf\":[{\"type\":\"integer\",\"minimum\":0,\"maximum\":1024},{\"type\":\"string\",\"pattern\":"
        "\"^[0-9]+(\\\\.[0-9]+)? ?(KiB|MiB|GiB|kB|KB|MB|GB)?$\"}],\"default\":\"1KiB\"},"
        "\"on\":{\"type\":\"boolean\",\"default\":true},"
        "\"mode\":{\"enum\":[\"fast\",\"slow\"],\"default\":\"fast\"},"
        "\"list\":{\"anyOf\":[{\"type\":\"string\",\"minLength\":1},{\"type\":\"array\",\"items\":{\"type\":\"string\","
        "\"minLength\":1}}]},"
        "\"things\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"object\",\"additionalProperties\":false,"
        "\"properties\":{\"name\":{\"type\":\"string\",\"minLength\":1,\"description\":\"Its name.\"}},\"required\":["
        "\"name\"]}},"
        "\"either\":{\"anyOf\":[{\"type\":\"string\",\"minLength\":1},{\"type\":\"array\",\"items\":{\"type\":"
        "\"string\",\"minLength\":1}}]},"
        "\"part\":{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{\"name\":{\"type\":\"string\","
        "\"minLength\":1,\"description\":\"Its name.\"}},\"required\":[\"name\"]}},\"required\":[\"part\"]}";
    json_t *schema = schema_of_table(&table);
    char *text = json_dumps(schema, JSON_COMPACT);
    assert_string_equal(text, expected);
    free(text);
    json_decref(schema);
}

static void a_document_begins_with_what_it_is(void **state) {
    (void)state;
    json_t *document = schema_document(&inner, "urn:x", "Things");
    const char *first = json_object_iter_key(json_object_iter(document));
    assert_string_equal(first, "$schema");
    assert_string_equal(json_string_value(json_object_get(document, "$id")), "urn:x");
    assert_string_equal(json_string_value(json_object_get(document, "title")), "Things");
    assert_non_null(json_object_get(document, "properties"));
    json_decref(document);
}

static void a_manual_page_has_type_meaning_and_default(void **state) {
    (void)state;
    static const char expected[] = ".Bl -tag -width Ds\n"
                                   ".It Ic workers : a whole number from 1 to 256\n"
                                   "Threads.\n"
                                   "More is not faster.\n"
                                   "The default is\n"
                                   ".Li \"4\" .\n"
                                   ".It Ic score : a number from 0 to 1\n";
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    schema_mdoc(&table, out);
    fclose(out);
    assert_memory_equal(text, expected, sizeof expected - 1);
    assert_null(strstr(text, "threads"));
    assert_non_null(strstr(text, ".It Ic mode : one of fast, slow\n"));
    assert_non_null(
        strstr(text, ".It Ic part : a map; required\n.Bl -tag -width Ds\n.It Ic name : a text; required\n"));
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_schema_says_what_the_table_says),
        cmocka_unit_test(a_document_begins_with_what_it_is),
        cmocka_unit_test(a_manual_page_has_type_meaning_and_default),
    };
    return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
