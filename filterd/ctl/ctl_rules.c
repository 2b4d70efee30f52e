/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/ctl.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: filterctl rules check|test [--rules DIR] [PATH]\n"
    "       filterctl rules list [--rules DIR] [--json]\n"
    "       filterctl rules explain [--rules DIR] ID\n"
    "       filterctl rules expand [--rules DIR] TEXT\n"
    "\n"
    "check    load packs and say what is wrong: FILE:LINE:COLUMN: RULE: REASON\n"
    "test     the same, and say how many examples hold\n"
    "list     a line for each rule\n"
    "explain  all that a rule says\n"
    "expand   fill {{RULE}}, {{RULE!}} and {{hex:32}} in TEXT with random values\n"
    "\n"
    "PATH is a directory of packs, or one pack, which is laid over those of DIR and takes the place of\n"
    "the one with its name. DIR is a directory of packs (default: $FILTERD_RULES_DIR, else\n"
    "where they are installed). Exit status: 0; 1 for mistakes; 2 on failure; 64 on wrong usage.\n";

static int check(const char *directory, const char *path, bool test) {
    bool is_pack = path && !ctl_is_directory(path);
    filter_engine *engine = is_pack ? ctl_load_over(directory, path) : ctl_load(path ? path : directory, false);
    if (!engine) return CTL_FOUND;
    size_t examples = 0, rules = filter_engine_rule_count(engine);
    filter_rule_info info;
    for (size_t i = 0; filter_engine_rule(engine, i, &info); i++) examples += info.example_count;
    if (test) printf("%zu rules, %zu examples hold\n", rules, examples);
    else printf("%zu rules are fine: %s\n", rules, filter_engine_pack_version(engine));
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
            json_dumpf(object, stdout, JSON_COMPACT | JSON_REAL_PRECISION(4));
            putchar('\n');
            json_decref(object);
        } else {
            printf("%-34s %-10s %-30s %-9s %s\n", r.id, filter_category_name(r.category), r.entity_type, r.severity,
                   r.title);
        }
    }
    return CTL_OK;
}

static int explain(const filter_engine *engine, const char *id) {
    filter_rule_info r;
    for (size_t i = 0; filter_engine_rule(engine, i, &r); i++) {
        if (strcmp(r.id, id) != 0) continue;
        printf("%s%s%s  %s\n", ctl_colour_code(CTL_BOLD), r.id, ctl_colour_code(CTL_RESET), r.title);
        printf("  defined in    %s:%u (pack %s)\n", r.file, r.line, r.pack);
        printf("  finds         %s, category %s, severity %s\n", r.entity_type, filter_category_name(r.category),
               r.severity);
        printf("  score         %.2f before checksum, words and neighbours\n", r.score);
        printf("  found by      %s\n",
               strcmp(r.finder, "head") == 0     ? "the fixed characters it begins with, anywhere"
               : strcmp(r.finder, "digits") == 0 ? "its shape, near digits"
               : strcmp(r.finder, "name") == 0   ? "a name before a run of letters and digits"
               : strcmp(r.finder, "phrase") == 0 ? "classes of words in one sentence, in any language"
               : strcmp(r.finder, "leak") == 0   ? "the words of the request's instructions, in an answer"
               : strcmp(r.finder, "turns") == 0  ? "a conversation of many turns in one text"
               : strcmp(r.finder, "veil") == 0   ? "telling words, where only a disguise has them"
               : strcmp(r.finder, "tail") == 0 ? "brackets, marks and words out of joint at the end of a plain sentence"
               : strcmp(r.finder, "model") == 0 ? "a linear model over the words of a window of sentences"
                                                : "its pattern, anywhere");
        for (size_t k = 0; k < r.pattern_count; k++) printf("  %-13s %s\n", k ? "" : "pattern", r.patterns[k]);
        if (*r.checksum) printf("  checksum      %s\n", r.checksum);
        if (r.context_count) printf("  context       %zu words raise the score\n", r.context_count);
        for (size_t k = 0; k < r.reference_count; k++) printf("  %-13s %s\n", k ? "" : "see", r.references[k]);
        printf("  examples      %zu\n", r.example_count);
        return CTL_OK;
    }
    ctl_fail("no rule has the id '%s'; 'filterctl rules list' shows all", id);
    return CTL_FOUND;
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

int ctl_rules(int argc, char **argv) {
    static const struct option options[] = {{"rules", required_argument, NULL, 'r'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    const char *rules = NULL;
    bool json = false;
    int letter;
    while ((letter = getopt_long(argc, argv, "r:jh", options, NULL)) != -1) {
        switch (letter) {
        case 'r': rules = optarg; break;
        case 'j': json = true; break;
        case 'h': return ctl_usage(usage, true);
        default: return ctl_usage(usage, false);
        }
    }
    int left = argc - optind;
    const char *command = left > 0 ? argv[optind] : "", *argument = left > 1 ? argv[optind + 1] : NULL;
    bool takes_path = strcmp(command, "check") == 0 || strcmp(command, "test") == 0;
    bool takes_word = strcmp(command, "explain") == 0 || strcmp(command, "expand") == 0;
    if (left > 2 || (takes_word && !argument) ||
        (!takes_path && !takes_word && (argument || strcmp(command, "list") != 0))) {
        return ctl_usage(usage, false);
    }
    if (takes_path) return check(ctl_rules_directory(rules), argument, strcmp(command, "test") == 0);
    filter_engine *engine = ctl_load(ctl_rules_directory(rules), false);
    if (!engine) return CTL_ERROR;
    int status = strcmp(command, "list") == 0      ? list(engine, json)
                 : strcmp(command, "explain") == 0 ? explain(engine, argument)
                                                   : expand(engine, argument);
    filter_engine_unref(engine);
    return status;
}
