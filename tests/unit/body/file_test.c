/* SPDX-License-Identifier: Apache-2.0 */
#include "body/file.h"

#include "support.h"

static filter_text text_of(const char *text) {
    return (filter_text){text, text ? strlen(text) : 0};
}

static void files_of_text_are_read_and_written_again(void **state) {
    (void)state;
    static const struct {
        const char *string, *type, *head, *text; /* text NULL: it is none */
    } cases[] = {
        {"aGk=", "text/plain", "", "hi"},
        {"aGk", "text/plain; charset=utf-8", "", "hi"},
        {"aG\nk=", "TEXT/CSV", "", "hi"},
        {"", "text/plain", "", ""},
        {"aGk=", "image/png", NULL, NULL},
        {"data:text/csv;base64,YSxi", NULL, "data:text/csv;base64,", "a,b"},
        {"data:application/json;charset=utf-8;base64,e30=", NULL, "data:application/json;charset=utf-8;base64,", "{}"},
        {"data:image/png;base64,aGk=", NULL, NULL, NULL},
        {"data:text/plain,hi", NULL, NULL, NULL},
        {"aGk=", NULL, NULL, NULL},
        {"a!", "text/plain", NULL, NULL},
        {"/////w==", "text/plain", NULL, NULL}, /* no UTF-8 */
    };
    arena memory;
    arena_init(&memory);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        filter_text head, text;
        const bool ok = file_decode(&memory, text_of(cases[i].string), text_of(cases[i].type), &head, &text);
        if (ok != (cases[i].text != NULL)) fail_msg("%s", cases[i].string);
        if (!ok) continue;
        assert_int_equal(head.size, strlen(cases[i].head));
        assert_int_equal(text.size, strlen(cases[i].text));
        assert_memory_equal(text.text, cases[i].text, text.size);
        const filter_text again = file_encode(&memory, head, text);
        filter_text back;
        assert_true(file_decode(&memory, again, text_of(cases[i].type), &head, &back));
        assert_int_equal(back.size, text.size);
        assert_memory_equal(back.text, text.text, text.size);
    }
    arena_fini(&memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(files_of_text_are_read_and_written_again)};
    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
