/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/ctl.h"

#include "base/message.h"
#include "base/names.h"

#include <stdlib.h>
#include <string.h>

typedef struct rules_options {
    const char *rules;
    bool json;
} rules_options;

static const option_def options[] = {
    CTL_OPTION_RULES(rules_options),
    CTL_OPTION_JSON(rules_options, "list: print a JSON object for each rule."),
    OPTION_HELP_DEF,
};

enum { COMMAND_CHECK, COMMAND_TEST, COMMAND_LIST, COMMAND_EXPLAIN, COMMAND_EXPAND };
static const char *const commands[] = {"check", "test", "list", "explain", "expand", NULL};

const option_command ctl_rules_options = {
    .name = "filterctl rules",
    .operands = "check|test [PATH] | list | explain ID | expand TEXT",
    .about = "  check    load packs and say what is wrong: FILE:LINE:COLUMN: RULE: REASON\n"
             "  test     the same, and say how many examples hold\n"
             "  list     a line for each rule\n"
             "  explain  all that a rule says\n"
             "  expand   fill {{RULE}}, {{RULE!}} and {{hex:32}} in TEXT with random values\n"
             "PATH is a directory of packs, or one pack, which is laid over those of --rules and takes the place of\n"
             "the one with its name. Without it: the directory of --rules.",
    .status = "Exit status: 0; 1 for mistakes; 2 on failure; 64 on wrong usage.",
    .options = options,
    .count = sizeof options / sizeof *options,
    .operands_max = 2,
    .words = commands,
};

static int check(const char *directory, const char *path, bool test) {
    bool is_pack = path && !ctl_is_directory(path);
    filter_engine *engine = is_pack ? ctl_load_over(directory, path) : ctl_load(path ? path : directory, false);
    if (!engine) return CTL_FOUND;
    size_t examples = 0, rules = filter_engine_rule_count(engine);
    filter_rule_info info;
    for (size_t i = 0; filter_engine_rule(engine, i, &info); i++) examples += info.example_count;
    if (test) printf("%zu rules, %zu examples hold\n", rules, examples);
    else ctl_line(stdout, "%zu rules are fine: %s", rules, filter_engine_pack_version(engine));
    filter_engine_unref(engine);
    return CTL_OK;
}

static json_t *rule_json(const filter_rule_info *r) {
    json_t *patterns = json_array(), *references = json_array();
    for (size_t i = 0; i < r->pattern_count; i++) json_array_append_new(patterns, json_string(r->patterns[i]));
    for (size_t i = 0; i < r->reference_count; i++) json_array_append_new(references, json_string(r->references[i]));
    return json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:s, s:f, s:s, s:s, s:o, s:o, s:I}", "id", r->id, "title",
                     r->title, "pack", r->pack, "file", r->file, "line", (json_int_t)r->line, "category",
                     filter_category_name(r->category), "entity_type", r->entity_type, "severity", r->severity, "score",
                     r->score, "finder", r->finder, "checksum", r->checksum, "patterns", patterns, "references",
                     references, "examples", (json_int_t)r->example_count);
}

static int list(const filter_engine *engine, bool json) {
    filter_rule_info r;
    if (!json) printf("%-34s %-10s %-30s %-9s %s\n", "RULE", "CATEGORY", "ENTITY TYPE", "SEVERITY", "TITLE");
    for (size_t i = 0; filter_engine_rule(engine, i, &r); i++) {
        if (json) {
            json_t *object = rule_json(&r);
            ctl_put_json(object, JSON_REAL_PRECISION(4));
            json_decref(object);
        } else {
            ctl_line(stdout, "%-34s %-10s %-30s %-9s %s", r.id, filter_category_name(r.category), r.entity_type,
                     r.severity, r.title);
        }
    }
    return CTL_OK;
}

/* An entity type was given, or a word that is like an id. */
static int fail_unknown_rule(const filter_engine *engine, const char *id) {
    size_t count = filter_engine_rule_count(engine), found = 0;
    const char **ids = calloc(count + 1, sizeof *ids);
    filter_rule_info r;
    for (size_t i = 0; ids && filter_engine_rule(engine, i, &r); i++) {
        ids[i] = r.id;
        if (strcmp(r.entity_type, id) != 0) continue;
        if (found++ == 0) ctl_fail("'%s' is an entity type; its rules are:", id);
        ctl_line(stderr, "  %s  %s", r.id, r.title);
    }
    const char *nearest = ids && !found ? message_nearest(id, ids) : NULL;
    if (nearest) ctl_fail("unknown rule '%s'; did you mean '%s'? 'filterctl rules list' shows all", id, nearest);
    else if (!found) ctl_fail("unknown rule '%s'; 'filterctl rules list' shows all", id);
    free(ids);
    return CTL_FOUND;
}

static int explain(const filter_engine *engine, const char *id) {
    filter_rule_info r;
    for (size_t i = 0; filter_engine_rule(engine, i, &r); i++) {
        if (strcmp(r.id, id) != 0) continue;
        fputs(ctl_colour_code(CTL_BOLD), stdout);
        ctl_put(stdout, r.id);
        fputs(ctl_colour_code(CTL_RESET), stdout);
        ctl_line(stdout, "  %s", r.title);
        ctl_line(stdout, "  defined in    %s:%u (pack %s)", r.file, r.line, r.pack);
        ctl_line(stdout, "  finds         %s, category %s, severity %s", r.entity_type,
                 filter_category_name(r.category), r.severity);
        ctl_line(stdout, "  score         %.2f before checksum, words and neighbours", r.score);
        ctl_line(stdout, "  found by      %s", r.found_by);
        for (size_t k = 0; k < r.pattern_count; k++) ctl_line(stdout, "  %-13s %s", k ? "" : "pattern", r.patterns[k]);
        if (*r.checksum) ctl_line(stdout, "  checksum      %s", r.checksum);
        if (r.context_count) ctl_line(stdout, "  context       %zu words raise the score", r.context_count);
        for (size_t k = 0; k < r.reference_count; k++) ctl_line(stdout, "  %-13s %s", k ? "" : "see", r.references[k]);
        ctl_line(stdout, "  examples      %zu", r.example_count);
        return CTL_OK;
    }
    return fail_unknown_rule(engine, id);
}

static int expand(const filter_engine *engine, const char *text) {
    size_t capacity = 65536 + strlen(text);
    char *out = malloc(capacity);
    filter_error error;
    int status = CTL_OK;
    if (!out || filter_example_expand(engine, text, out, capacity, &error) != FILTER_OK) {
        status = out ? ctl_fail("%s", error.message) : ctl_fail("out of memory");
    } else {
        puts(out);
    }
    free(out);
    return status;
}

/* What is wrong with the operands: an exit status, or 0. */
static int check_usage(const option_rest *rest, int command) {
    char message[400];
    bool takes_word = command == COMMAND_EXPLAIN || command == COMMAND_EXPAND;
    if (rest->count == 0) {
        return options_fail(&ctl_rules_options, "say what to do: check, test, list, explain or expand");
    }
    if (command < 0) {
        message_unknown(message, sizeof message, "command", rest->operands[0], commands);
        return options_fail(&ctl_rules_options, "%s", message);
    }
    if (takes_word && rest->count < 2)
        return options_fail(&ctl_rules_options, "%s needs %s", commands[command],
                            command == COMMAND_EXPLAIN ? "the id of a rule" : "a text");
    if (command == COMMAND_LIST && rest->count > 1)
        return options_fail(&ctl_rules_options, "list: unexpected operand '%s'", rest->operands[1]);
    return 0;
}

int ctl_rules(int argc, char **argv) {
    rules_options o = {.rules = NULL};
    option_rest rest;
    int status = options_read(&ctl_rules_options, argc, argv, &o, &rest);
    if (status) return status == OPTIONS_DONE ? CTL_OK : status;
    const char *argument = rest.count > 1 ? rest.operands[1] : NULL, *directory = ctl_rules_directory(o.rules);
    int command = rest.count ? names_index(commands, rest.operands[0], strlen(rest.operands[0])) : -1;
    if ((status = check_usage(&rest, command))) return status;
    if (command == COMMAND_CHECK || command == COMMAND_TEST) return check(directory, argument, command == COMMAND_TEST);
    filter_engine *engine = ctl_load(directory, false);
    if (!engine) return CTL_ERROR;
    status = command == COMMAND_LIST      ? list(engine, o.json)
             : command == COMMAND_EXPLAIN ? explain(engine, argument)
                                          : expand(engine, argument);
    filter_engine_unref(engine);
    return status;
}
