/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a request at the control socket. */
#include "core/control.h"

#include "core/log.h"
#include "fuzz.h"
#include "protocol/json_build.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static config settings;
static engine_store store;
static char rules[100], pack[120];

static void add_nothing(json_t **status, void *arg) {
    (void)status;
    (void)arg;
}

static void clean_up(void) {
    unlink(pack);
    rmdir(rules);
}

static void set_up(void) {
    static const char text[] = "pack: {name: a, version: 1.0.0, licence: Apache-2.0}\n"
                               "policies: [{id: default, title: t}]\n"
                               "rules: [{id: a.a, title: t, category: pii, entity_type: A, score: 0.9,\n"
                               "         pattern: 'A-[0-9]{7}', examples: {match: ['A-1234567']}}]\n";
    snprintf(rules, sizeof rules, "/tmp/filterd-fuzz-control.%d", (int)getpid());
    snprintf(pack, sizeof pack, "%s/a.yaml", rules);
    fuzz_check(mkdir(rules, 0700) == 0);
    atexit(clean_up);
    FILE *file = fopen(pack, "w");
    fuzz_check(file && fputs(text, file) >= 0 && fclose(file) == 0);
    log_set_level(LOG_LEVEL_ERROR);
    config_init(&settings);
    settings.rules = rules;
    settings.cache = NULL;
    fuzz_check(engine_store_open(&store, &settings) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    control c = {.store = &store, .config = &settings, .status = add_nothing};
    size_t length;
    if (!*rules) set_up();
    json_t *answer = control_answer(&c, (const char *)data, size);
    const char *status = json_string_value(json_object_get(answer, "status"));
    fuzz_check(status && (strcmp(status, "ok") == 0 || strcmp(status, "error") == 0));
    char *text = json_build_text(answer, &length);
    fuzz_check(text && length);
    free(text);
    json_decref(answer);
    return 0;
}
