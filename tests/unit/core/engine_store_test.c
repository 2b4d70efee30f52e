/* SPDX-License-Identifier: Apache-2.0 */
#include "core/engine_store.h"
#include "daemon_parts.h"
#include "files.h"
#include "output.h"
#include "support.h"

#define WRONG_PACK "pack: {name: own, version: 1.0.0, licence: Apache-2.0}\nrules: [{idd: x}]\n"

/* Opens a store over the folder's rules; what was logged is in *said. */
static int open_with(const char *hash_key, const char *policy, const output **said) {
    config c;
    engine_store store;
    config_tenant tenant = {"acme", policy, 3};
    daemon_parts_configure(&c);
    c.path = "f.yaml";
    c.hash_key = hash_key;
    c.tenants = &tenant;
    c.tenant_count = policy ? 1 : 0;
    output_begin();
    int status = engine_store_open(&store, &c);
    *said = output_end();
    assert_int_equal(store.engine != NULL, status == 0);
    engine_store_close(&store);
    config_fini(&c);
    return status;
}

static void each_reason_not_to_open_has_its_status(void **state) {
    (void)state;
    static const struct {
        const char *rules, *hash_key, *policy; /* of one tenant */
        int status;
        const char *says;
    } cases[] = {
        {NULL, NULL, NULL, CONFIG_EXIT_INPUT, "rules: cannot be read"},
        {WRONG_PACK, NULL, NULL, CONFIG_EXIT_RULES, "own.yaml:2:"},
        {DAEMON_PACK, "/nonexistent", NULL, CONFIG_EXIT_KEYS, "/nonexistent: cannot be read"},
        {DAEMON_PACK, NULL, "mlid", CONFIG_EXIT_CONFIG,
         "f.yaml:3: tenant 'acme': unknown policy 'mlid'; did you mean 'mild'?"},
        {DAEMON_PACK, NULL, "mild", 0, ""},
        {DAEMON_PACK, NULL, NULL, 0, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const output *said;
        if (cases[i].rules) daemon_parts_write_rules("own.yaml", cases[i].rules);
        int status = open_with(cases[i].hash_key, cases[i].policy, &said);
        if (status != cases[i].status || !strstr(said->err, cases[i].says))
            fail_msg("%zu: status %d: %s", i, status, said->err);
    }
}

static bool reload(daemon_parts *d) {
    output_begin();
    bool ok = engine_store_reload(&d->store);
    output_end();
    return ok;
}

static void rules_that_do_not_load_change_nothing_and_the_reason_is_kept(void **state) {
    (void)state;
    daemon_parts *d = daemon_parts_open();
    const filter_engine *before = d->store.engine, *mine = NULL;
    uint64_t generation = 0;
    engine_store_acquire(&d->store, &mine, &generation);
    daemon_parts_write_rules("own.yaml", WRONG_PACK);
    assert_false(reload(d));
    assert_ptr_equal(d->store.engine, before);
    assert_non_null(strstr(d->store.reason, "own.yaml:2:"));
    assert_non_null(strchr(d->store.reason, '\n'));
    engine_store_acquire(&d->store, &mine, &generation);
    assert_ptr_equal(mine, before);
    assert_true(d->store.reloads == 1 && d->store.failures == 1);
    daemon_parts_write_rules("own.yaml", DAEMON_PACK);
    assert_true(reload(d));
    assert_string_equal(d->store.reason, ""); /* over */
    assert_true(d->store.reloads == 2 && d->store.failures == 1);
    filter_engine_unref(mine);
    daemon_parts_close(d);
}

static void a_worker_keeps_its_engine_until_it_asks_again(void **state) {
    (void)state;
    daemon_parts *d = daemon_parts_open();
    const filter_engine *mine = NULL;
    uint64_t generation = 0;
    engine_store_acquire(&d->store, &mine, &generation);
    const filter_engine *first = mine;
    engine_store_acquire(&d->store, &mine, &generation);
    assert_ptr_equal(mine, first); /* nothing newer */
    const filter_engine *none = NULL;
    engine_store_acquire(&d->store, &none, &generation);
    assert_ptr_equal(none, first); /* who has none gets one, whatever the generation */
    filter_engine_unref(none);
    daemon_parts_write_rules("more.yaml", "pack: {name: more, version: 1.0.0, licence: Apache-2.0}\nrules:\n"
                                          "  - {id: own.b, title: b, category: pii, entity_type: OWN_B, score: 0.9,\n"
                                          "     format: 'B-\\d{7}', examples: {match: ['number {{own.b}}']}}\n");
    assert_true(reload(d));
    assert_int_equal(filter_engine_rule_count(mine), 1); /* still whole: it has a reference */
    engine_store_acquire(&d->store, &mine, &generation);
    assert_int_equal(filter_engine_rule_count(mine), 2);
    filter_engine_unref(mine);
    daemon_parts_close(d);
}

static void reasons_beyond_the_room_are_left_out_whole(void **state) {
    (void)state;
    static char pack[40000];
    daemon_parts *d = daemon_parts_open();
    size_t size =
        (size_t)snprintf(pack, sizeof pack, "pack: {name: own, version: 1.0.0, licence: Apache-2.0}\nrules:\n");
    for (int i = 0; i < 200; i++)
        size += (size_t)snprintf(pack + size, sizeof pack - size, "  - {id: own.r%d, title: t, unknown_key: 1}\n", i);
    daemon_parts_write_rules("own.yaml", pack);
    assert_false(reload(d));
    size_t kept = strlen(d->store.reason);
    assert_true(kept > ENGINE_STORE_REASON_MAX / 2 && kept < ENGINE_STORE_REASON_MAX);
    assert_int_equal(d->store.reason[kept - 1], '\n');
    daemon_parts_close(d);
}

static void the_status_tells_what_is_in_force(void **state) {
    (void)state;
    daemon_parts *d = daemon_parts_open();
    daemon_parts_write_rules("own.yaml", WRONG_PACK);
    assert_false(reload(d));
    json_t *status = engine_store_status(&d->store);
    static const struct {
        const char *key;
        long long value;
    } numbers[] = {{"rules", 1}, {"reloads", 1}, {"reload_failures", 1}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        assert_int_equal(json_integer_value(json_object_get(status, numbers[i].key)), numbers[i].value);
    assert_string_equal(json_string_value(json_object_get(status, "status")), "ok");
    assert_string_equal(json_string_value(json_object_get(status, "last_error")), d->store.reason);
    assert_string_equal(json_string_value(json_object_get(status, "directory")), d->config.rules);
    const json_t *pack = json_object_get(status, "pack");
    assert_string_equal(json_string_value(json_object_get(pack, "digest")), filter_engine_pack_digest(d->store.engine));
    json_decref(status);
    daemon_parts_close(d);
}

static void without_a_key_each_run_hashes_with_another_and_a_reload_with_the_same(void **state) {
    (void)state;
    uint8_t key[32];
    daemon_parts *d = daemon_parts_open();
    memcpy(key, d->store.hash_key, sizeof key);
    assert_true(reload(d));
    assert_memory_equal(key, d->store.hash_key, sizeof key);
    daemon_parts_close(d);
    assert_memory_not_equal(key, d->store.hash_key, sizeof key); /* wiped */
    d = daemon_parts_open();
    assert_memory_not_equal(key, d->store.hash_key, sizeof key);
    daemon_parts_close(d);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, files_set_up, files_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(each_reason_not_to_open_has_its_status),
        TEST(rules_that_do_not_load_change_nothing_and_the_reason_is_kept),
        TEST(a_worker_keeps_its_engine_until_it_asks_again),
        TEST(reasons_beyond_the_room_are_left_out_whole),
        TEST(the_status_tells_what_is_in_force),
        TEST(without_a_key_each_run_hashes_with_another_and_a_reload_with_the_same),
    };
    return cmocka_run_group_tests_name("engine_store", tests, NULL, NULL);
}
