/* SPDX-License-Identifier: Apache-2.0 */
/* Names through the whole engine, with the shipped words and weights. */
#include "names/names.h"

#include "support.h"

static const filter_result *inspect(const char *text) {
    return support_inspect(support_engine(), text, strlen(text), FILTER_ROLE_USER,
                           FILTER_RETURN_REDACTED | FILTER_RETURN_FINDINGS);
}

static void persons_are_replaced_by_the_default_policy(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"Please tell Meera Nair that her parcel is here.", "Please tell <PERSON_1> that her parcel is here."},
        {"Regards,\nThomas Lindqvist", "Regards,\n<PERSON_1>"},
        {"{\"customer_name\": \"Jonas Weber\"}", "{\"customer_name\": \"<PERSON_1>\"}"},
        {"id,owner,town\n7,Meera Pillai,Oslo\n", "id,owner,town\n7,<PERSON_1>,Oslo\n"},
        {"1\tJohn Miller\tMary Jones\tBoston\t9\n", "1\t<PERSON_1>\t<PERSON_2>\tBoston\t9\n"},
        {"Will you mark the page in May?", "Will you mark the page in May?"},
        {"static int count_words(const char *Text) { return 0; }",
         "static int count_words(const char *Text) { return 0; }"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const filter_result *r = inspect(cases[i][0]);
        const filter_text out = r->segments[0].redacted;
        if (out.size != strlen(cases[i][1]) || memcmp(out.text, cases[i][1], out.size) != 0)
            fail_msg("%s: %.*s", cases[i][0], (int)out.size, out.text);
    }
}

static void places_and_organisations_are_listed(void **state) {
    (void)state;
    const filter_result *r = inspect("She moved from Lisbon to work for Siemens Energy AG.");
    bool place = false, company = false;
    for (size_t i = 0; i < r->finding_count; i++) {
        const filter_finding *f = &r->findings[i];
        place = place || strcmp(f->entity_type, "LOCATION") == 0;
        company = company || strcmp(f->entity_type, "ORGANIZATION") == 0;
        assert_int_equal(f->action, FILTER_ACTION_NONE);
    }
    assert_true(place && company);
    assert_int_equal(r->verdict, FILTER_ALLOW);
}

static void a_value_of_a_known_form_goes_before_a_name(void **state) {
    (void)state;
    const filter_result *r = inspect("write to meera.nair@mail.example or call");
    assert_int_equal(r->finding_count, 1);
    assert_string_equal(r->findings[0].entity_type, "EMAIL_ADDRESS");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(persons_are_replaced_by_the_default_policy),
        cmocka_unit_test(places_and_organisations_are_listed),
        cmocka_unit_test(a_value_of_a_known_form_goes_before_a_name),
    };
    return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
