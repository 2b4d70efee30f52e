/* SPDX-License-Identifier: Apache-2.0 */
#include "core/vault.h"

#include "support.h"

#include <jansson.h>

static config settings;

static vault *open_vault(size_t bytes) {
    int status;
    config_init(&settings);
    settings.token_bytes = bytes;
    vault *v = vault_open(&settings, &status);
    assert_non_null(v);
    assert_int_equal(status, 0);
    return v;
}

static void close_vault(vault *v) {
    vault_close(v);
    config_fini(&settings);
}

static wire_request request_of(const char *tenant, const char *session) {
    return (wire_request){.tenant = tenant, .user = "", .session = session};
}

static bool holds(vault *v, const char *tenant, const char *session, const char *sealed) {
    const wire_request r = request_of(tenant, session);
    arena memory;
    arena_init(&memory);
    const filter_text got = vault_get(v, &r, &memory);
    const bool ok = got.text && got.size == strlen(sealed) && memcmp(got.text, sealed, got.size) == 0;
    arena_fini(&memory);
    return ok;
}

static bool put(vault *v, const char *tenant, const char *session, const char *sealed) {
    const wire_request r = request_of(tenant, session);
    return vault_put(v, &r, (filter_text){sealed, strlen(sealed)});
}

static void each_session_of_each_tenant_has_its_own(void **state) {
    (void)state;
    vault *v = open_vault(1 << 20);
    assert_true(put(v, "a", "s", "one") && put(v, "b", "s", "two") && put(v, "a", "t", "three"));
    assert_true(put(v, "a", "s", "four"));
    assert_true(holds(v, "a", "s", "four") && holds(v, "b", "s", "two") && holds(v, "a", "t", "three"));
    assert_false(holds(v, "as", "", "four") || holds(v, "", "as", "four"));
    json_t *status = vault_status(v);
    assert_int_equal(json_integer_value(json_object_get(status, "mappings")), 3);
    json_decref(status);
    close_vault(v);
}

static void the_oldest_give_way(void **state) {
    (void)state;
    vault *v = open_vault(2000);
    char session[16];
    for (int i = 0; i < 100; i++) {
        snprintf(session, sizeof session, "%d", i);
        assert_true(put(v, "a", session, "a mapping"));
    }
    assert_true(holds(v, "a", "99", "a mapping"));
    assert_false(holds(v, "a", "0", "a mapping"));
    json_t *status = vault_status(v);
    const json_int_t kept = json_integer_value(json_object_get(status, "mappings"));
    assert_true(json_integer_value(json_object_get(status, "bytes")) <= 2000);
    assert_int_equal(json_integer_value(json_object_get(status, "evicted")), 100 - kept);
    json_decref(status);
    close_vault(v);
    v = open_vault(10);
    assert_false(put(v, "a", "s", "no mapping is so small"));
    close_vault(v);
}

static void a_key_that_cannot_be_read_is_told(void **state) {
    (void)state;
    static const char *const missing[] = {"/nowhere/key"};
    int status;
    config_init(&settings);
    settings.token_keys = (yaml_strings){(const char **)(uintptr_t)missing, 1, NULL};
    assert_null(vault_open(&settings, &status));
    assert_int_equal(status, CONFIG_EXIT_KEYS);
    config_fini(&settings);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_session_of_each_tenant_has_its_own),
        cmocka_unit_test(the_oldest_give_way),
        cmocka_unit_test(a_key_that_cannot_be_read_is_told),
    };
    return cmocka_run_group_tests_name("vault", tests, NULL, NULL);
}
