/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/json_build.h"
#include "support.h"

static void an_object_has_all_its_fields_or_is_none(void **state) {
    (void)state;
    json_t *object = json_object();
    json_build_set(&object, "a", json_integer(1));
    json_build_set(&object, "b", json_string("x"));
    assert_int_equal(json_object_size(object), 2);
    json_build_set(&object, "c", json_string("not UTF-8: \xFF")); /* NULL, as when memory is out */
    assert_null(object);
    json_build_set(&object, "d", json_integer(1)); /* the value is released: the sanitizer sees it */
    assert_null(object);
}

static void an_array_has_all_its_items_or_is_none(void **state) {
    (void)state;
    json_t *array = json_array();
    json_build_add(&array, json_integer(1));
    assert_int_equal(json_array_size(array), 1);
    json_build_add(&array, NULL);
    assert_null(array);
    json_build_add(&array, json_integer(2));
    assert_null(array);
}

static void what_lacks_a_part_is_none_on_all_levels(void **state) {
    (void)state;
    json_t *outer = json_object(), *inner = json_array();
    json_build_add(&inner, NULL);
    json_build_set(&outer, "inner", inner);
    assert_null(outer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_object_has_all_its_fields_or_is_none),
        cmocka_unit_test(an_array_has_all_its_items_or_is_none),
        cmocka_unit_test(what_lacks_a_part_is_none_on_all_levels),
    };
    return cmocka_run_group_tests_name("json_build", tests, NULL, NULL);
}
