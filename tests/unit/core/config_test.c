/* SPDX-License-Identifier: Apache-2.0 */
#include "core/config.h"
#include "core/log.h"
#include "support.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/filterd-config-XXXXXX";

static const char *write_file(const char *name, const char *text) {
    static char path[300];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    unlink(path);
    int fd = open(path, O_CREAT | O_WRONLY, 0600);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    return path;
}

static int configured(const char *yaml) {
    config c;
    config_init(&c);
    int status = config_read(&c, write_file("c.yaml", yaml));
    if (status == 0) status = config_finish(&c);
    config_fini(&c);
    return status;
}

#define A16 "aaaaaaaaaaaaaaaa"
#define A128 A16 A16 A16 A16 A16 A16 A16 A16

static void a_configuration_is_taken_or_refused_for_its_reason(void **state) {
    (void)state;
    static const struct {
        const char *yaml;
        int status;
        const char *why;
    } cases[] = {
        {"endpoints: [\"ipc:///tmp/x\"]\nworkers: 2\n", 0, "small"},
        {"endpoints: \"tcp://127.0.0.1:5000\"\n", 0, "loopback needs no keys"},
        {"endpoints: \"tcp://[::1]:5000\"\n", 0, "nor does IPv6 loopback"},
        {"endpoints: \"tcp://0.0.0.0:5000\"\n", CONFIG_EXIT_CONFIG, "every host, without keys"},
        {"endpoints: \"tcp://*:5000\"\n", CONFIG_EXIT_CONFIG, "the same, otherwise written"},
        {"endpoints: \"tcp://127.0.0.1.example.org:5000\"\n", CONFIG_EXIT_CONFIG, "a name that begins like loopback"},
        {"endpoints: \"udp://x\"\n", CONFIG_EXIT_CONFIG, "no such transport"},
        {"worker: 2\n", CONFIG_EXIT_CONFIG, "a misspelt key"},
        {"workers: 0\n", CONFIG_EXIT_CONFIG, "out of range"},
        {"workers: two\n", CONFIG_EXIT_CONFIG, "no number"},
        {"ipc_mode: 688\n", CONFIG_EXIT_CONFIG, "no mode"},
        {"control: \"tcp://127.0.0.1:1\"\n", CONFIG_EXIT_CONFIG, "reload is for the owner only"},
        {"curve: {secret_key: /x}\n", CONFIG_EXIT_CONFIG, "keys without a list of clients"},
        {"tenants: {acme: {policy: strict}}\n", 0, "a tenant"},
        {"tenants: {acme: {polcy: strict}}\n", CONFIG_EXIT_CONFIG, "a misspelt tenant"},
        {"limits: {request_bytes: 1}\nlimits: {}\n", CONFIG_EXIT_CONFIG, "a key twice"},
        {"limits: {request_bytes: 32MiB}\nstop_ms: 10s\n", 0, "units"},
        {"limits: {request_bytes: 1GB}\n", CONFIG_EXIT_CONFIG, "more than there can be"},
        {"stop_ms: 10m\n", CONFIG_EXIT_CONFIG, "no unit of time"},
        {"shared_memory: {sessions: 2}\n", 0, "sessions"},
        {"shared_memory: {attachments: 2}\n", CONFIG_EXIT_CONFIG, "the old name of sessions"},
        {"shared_memory: {users: [root]}\n", CONFIG_EXIT_CONFIG, "a name for a number"},
        {"shared_memory: {users: [0, 4294967294]}\n", 0, "the first user and the last"},
        {"shared_memory: {users: [4294967295]}\n", CONFIG_EXIT_CONFIG, "what stands for no user"},
        {"shared_memory: {users: 1000}\n", 0, "one user"},
        {"shared_memory: {users: []}\n", CONFIG_EXIT_CONFIG, "no user, which is not the same as any"},
        {"shared_memory: {users: ''}\n", CONFIG_EXIT_CONFIG, "an empty user"},
        {"tenants: {" A128 ": {policy: strict}}\n", 0, "as long as a request's tenant may be"},
        {"tenants: {" A128 "a: {policy: strict}}\n", CONFIG_EXIT_CONFIG, "a tenant that no request can name"},
        {"judge: {endpoint: 'ipc:///j.sock', timeout_ms: 50ms, waiting: 3, text_bytes: 1KiB}\n", 0, "a judge"},
        {"judge: {endpoint: 'tcp://127.0.0.1:5000'}\n", 0, "on this host"},
        {"judge: {endpoint: 'tcp://[::1]:5000'}\n", 0, "over IPv6"},
        {"judge: {timeout_ms: 50ms}\n", CONFIG_EXIT_CONFIG, "a judge who is nowhere"},
        {"judge: {endpoint: 'ipc://'}\n", CONFIG_EXIT_CONFIG, "nor here"},
        {"judge: {endpoint: 'tcp://localhost:5000'}\n", CONFIG_EXIT_CONFIG, "a name to look up"},
        {"judge: {endpoint: 'tcp://127.0.0.1:0'}\n", CONFIG_EXIT_CONFIG, "no port"},
        {"judge: {endpoint: 'tcp://127.0.0.1:65536'}\n", CONFIG_EXIT_CONFIG, "more than there are"},
        {"judge: {endpoint: 'tcp://127.0.0.1'}\n", CONFIG_EXIT_CONFIG, "none at all"},
        {"judge: {endpoint: 'tcp://[::1:5000'}\n", CONFIG_EXIT_CONFIG, "a bracket that stays open"},
        {"judge: {endpoint: 'tcp://10.0.0.1:5000'}\n", CONFIG_EXIT_CONFIG, "another host, without keys"},
        {"judge: {endpoint: 'tcp://10.0.0.1:5000', curve: {secret_key: /a, server_key: /b}}\n", 0, "with keys"},
        {"judge: {endpoint: 'ipc:///j.sock', curve: {secret_key: /a}}\n", CONFIG_EXIT_CONFIG, "half of the keys"},
        {"judge: {endpoint: 'ipc:///j.sock', timeout_ms: 0}\n", CONFIG_EXIT_CONFIG, "no time"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int status = configured(cases[i].yaml);
        if (status != cases[i].status) fail_msg("%s: %d", cases[i].why, status);
    }
}

static void half_of_the_workers_may_wait_for_the_judge(void **state) {
    (void)state;
    static const struct {
        const char *yaml;
        size_t waiting;
    } cases[] = {
        {"workers: 1\n", 1}, {"workers: 5\n", 2}, {"workers: 5\njudge: {endpoint: 'ipc:///j', waiting: 9}\n", 9}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        config c;
        config_init(&c);
        assert_int_equal(config_read(&c, write_file("c.yaml", cases[i].yaml)), 0);
        assert_int_equal(config_finish(&c), 0);
        assert_int_equal(c.judge.waiting, cases[i].waiting);
        config_fini(&c);
    }
}

/* A tenant or a key that found no room must not be as if it had not been said. */
static void memory_that_ran_out_refuses_the_configuration(void **state) {
    (void)state;
    for (int failed = 0; failed < 2; failed++) {
        config c;
        config_init(&c);
        c.memory.failed = failed;
        assert_int_equal(config_read(&c, write_file("c.yaml", "ipc_mode: 600\n")), failed ? CONFIG_EXIT_SYSTEM : 0);
        assert_int_equal(config_finish(&c), failed ? CONFIG_EXIT_SYSTEM : 0);
        config_fini(&c);
    }
}

/* The value of a field of the table, in bytes that can be compared. */
static size_t size_of(const yaml_field *f) {
    return f->type == YAML_BOOL ? sizeof(bool) : sizeof(size_t);
}

static void check_standards(const yaml_table *table, const char *section) {
    for (size_t i = 0; i < table->count; i++) {
        const yaml_field *f = &table->fields[i];
        char yaml[200];
        config initial, read;
        if (f->type == YAML_SECTION) check_standards(f->table, f->key);
        if (!f->standard || f->type == YAML_STRINGS) continue;
        snprintf(yaml, sizeof yaml, *section ? "%s: {%s: %s}\n" : "%s%s: %s\n", section, f->key, f->standard);
        config_init(&initial);
        config_init(&read);
        assert_int_equal(config_read(&read, write_file("c.yaml", yaml)), 0);
        if (memcmp((char *)&initial + f->offset, (char *)&read + f->offset, size_of(f)) != 0)
            fail_msg("%s.%s: the default is not '%s'", section, f->key, f->standard);
        config_fini(&initial);
        config_fini(&read);
    }
}

static void defaults_are_those_that_the_table_states(void **state) {
    (void)state;
    check_standards(&config_table, "");
}

static int teardown(void **state) {
    (void)state;
    char path[300];
    snprintf(path, sizeof path, "%s/c.yaml", directory);
    unlink(path);
    rmdir(directory);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_configuration_is_taken_or_refused_for_its_reason),
        cmocka_unit_test(half_of_the_workers_may_wait_for_the_judge),
        cmocka_unit_test(memory_that_ran_out_refuses_the_configuration),
        cmocka_unit_test(defaults_are_those_that_the_table_states),
    };
    if (!mkdtemp(directory)) return 1;
    return cmocka_run_group_tests_name("config", tests, NULL, teardown);
}
