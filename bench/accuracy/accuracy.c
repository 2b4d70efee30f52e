/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accuracy: how well injection is told from benign text, on a folder of labelled texts.
 *
 * Reads every *.jsonl of a folder, one object a line: `text`, `label` (malicious, attack, injection, jailbreak; benign;
 * others are left out), `category` or `kind`, `id`. Prints what the default policy flags, by kind and by file, what a
 * threshold would find that flags a given share of the benign texts, and how many texts each rule finds something in.
 * With --verdicts it also writes a line for each text, so that two builds can be compared with diff.
 */
#include "tally.h"
#include "../results_file.h"

#include <dirent.h>
#include <getopt.h>
#include <jansson.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define EXIT_USAGE 64
#define SHOWN_FINDINGS 6

typedef struct arguments {
    const char *rules, *folder, *show, *markdown, *verdicts_path;
    filter_role role;
    bool missed; /* `show` names kinds of texts that were judged wrong; otherwise, right */
} arguments;

/* What one run works with. */
typedef struct session {
    const arguments *args;
    filter_engine *engine;
    filter_scratch *scratch;
    FILE *verdicts;
} session;

/* One line of a file. */
typedef struct labelled {
    const char *id, *text;
    size_t size, line;
    tally_text what;
} labelled;

/* ------------------------------------------------------------------------------------ verdicts ---- */

static int by_place(const void *a, const void *b) {
    const filter_finding *x = *(const filter_finding *const *)a, *y = *(const filter_finding *const *)b;
    if (x->byte_start != y->byte_start) return x->byte_start < y->byte_start ? -1 : 1;
    if (x->byte_end != y->byte_end) return x->byte_end < y->byte_end ? -1 : 1;
    int order = strcmp(x->rule, y->rule);
    return order ? order : (x->score > y->score) - (x->score < y->score);
}

/* FILE:LINE VERDICT SCORE RULE:START-END:SCORE… */
static void write_verdict(FILE *out, const labelled *l, const filter_result *result) {
    const filter_finding **sorted = calloc(result->finding_count + 1, sizeof *sorted);
    if (!sorted) exit(1);
    for (size_t i = 0; i < result->finding_count; i++) sorted[i] = &result->findings[i];
    qsort(sorted, result->finding_count, sizeof *sorted, by_place);
    fprintf(out, "%s:%zu %s %.6f", l->what.file, l->line, filter_verdict_name(result->verdict), result->score);
    for (size_t i = 0; i < result->finding_count; i++) {
        const filter_finding *x = sorted[i];
        fprintf(out, " %s:%zu-%zu:%.6f", x->rule, x->byte_start, x->byte_end, x->score);
    }
    fputs("\n", out);
    free(sorted);
}

/* Names a text that was judged right or wrong; never what it says. */
static void show(const session *s, const labelled *l, const filter_result *result) {
    const char *wanted = s->args->show;
    bool flagged = result->verdict != FILTER_ALLOW, right = flagged == l->what.malicious;
    if (!wanted || tally_is_apart(l->what.kind) || right == s->args->missed) return;
    if (strcmp(wanted, l->what.kind) != 0 && strcmp(wanted, "all") != 0) return;
    printf("%-14s %.3f %s:%zu %s %s:", flagged ? (right ? "found" : "false-positive") : (right ? "passed" : "missed"),
           result->score, l->what.file, l->line, l->id, l->what.kind);
    for (size_t i = 0; i < result->finding_count && i < SHOWN_FINDINGS; i++) {
        const filter_finding *x = &result->findings[i];
        printf(" %s[%s %zu-%zu %.2f]", x->rule, x->view, x->start, x->end, x->score);
    }
    printf("\n");
}

static void inspect(const session *s, const labelled *l) {
    filter_segment segment = {l->text, l->size, s->args->role};
    filter_request request = FILTER_REQUEST_INIT;
    const filter_result *result;
    filter_error error;
    request.segments = &segment;
    request.segment_count = 1;
    request.categories = FILTER_INJECTION;
    request.returns = FILTER_RETURN_FINDINGS;
    request.min_score = 0;
    if (filter_inspect(s->engine, s->scratch, &request, &result, &error) != FILTER_OK) {
        fprintf(stderr, "accuracy: %s:%zu: %s\n", l->what.file, l->line, error.message);
        exit(1);
    }
    tally_add(&l->what, result);
    if (s->verdicts) write_verdict(s->verdicts, l, result);
    show(s, l, result);
}

/* ------------------------------------------------------------------------------------- reading ---- */

static const char *string_of(const json_t *object, const char *name, const char *otherwise) {
    const char *value = json_string_value(json_object_get(object, name));
    return value ? value : otherwise;
}

static bool is_malicious(const char *label) {
    static const char *const names[] = {"malicious", "attack", "injection", "jailbreak"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(label, names[i]) == 0) return true;
    }
    return false;
}

static void read_line(const session *s, const char *file, size_t number, const char *line) {
    json_error_t problem;
    json_t *object = json_loads(line, 0, &problem);
    const json_t *text = json_object_get(object, "text");
    const char *label = string_of(object, "label", NULL);
    if (!label || !json_is_string(text)) {
        fprintf(stderr, "accuracy: %s:%zu: no object with 'label' and 'text'; left out\n", file, number);
    } else if (is_malicious(label) || strcmp(label, "benign") == 0) {
        const char *kind = string_of(object, "category", string_of(object, "kind", label));
        labelled l = {string_of(object, "id", "?"),
                      json_string_value(text),
                      json_string_length(text),
                      number,
                      {file, kind, is_malicious(label)}};
        inspect(s, &l);
    }
    json_decref(object);
}

static void read_file(const session *s, const char *name) {
    char path[4096], file[64], *line = NULL;
    size_t capacity = 0, number = 0;
    snprintf(path, sizeof path, "%s/%s", s->args->folder, name);
    snprintf(file, sizeof file, "%.*s", (int)(strlen(name) - strlen(".jsonl")), name);
    FILE *stream = fopen(path, "re");
    if (!stream) {
        fprintf(stderr, "accuracy: %s cannot be read: %m\n", path);
        exit(1);
    }
    while (getline(&line, &capacity, stream) > 0) read_line(s, file, ++number, line);
    free(line);
    fclose(stream);
}

static bool read_folder(const session *s) {
    struct dirent **entries;
    int count = scandir(s->args->folder, &entries, NULL, alphasort);
    if (count < 0) {
        fprintf(stderr, "accuracy: %s cannot be read: %m\n", s->args->folder);
        return false;
    }
    for (int i = 0; i < count; i++) {
        const char *end = strrchr(entries[i]->d_name, '.');
        if (end && end > entries[i]->d_name && strcmp(end, ".jsonl") == 0) read_file(s, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    if (tally_count() == 0) fprintf(stderr, "accuracy: %s has no labelled texts\n", s->args->folder);
    return tally_count() > 0;
}

/* ------------------------------------------------------------------------------------- results ---- */

static bool write_markdown(const session *s) {
    char *text = NULL, date[32], folder[256];
    size_t size = 0;
    time_t now = time(NULL);
    struct tm utc;
    FILE *out = open_memstream(&text, &size);
    if (!out) return false;
    strftime(date, sizeof date, "%Y-%m-%d", gmtime_r(&now, &utc));
    snprintf(folder, sizeof folder, "%s", s->args->folder);
    fprintf(out, "## Accuracy\nMade by `make accuracy` with `--markdown` on %s, libfilter %s, rules %.16s.\n", date,
            filter_version(), filter_engine_pack_digest(s->engine));
    fprintf(out, "%zu texts of the folder `%s`, each sent as %s.\n\n", tally_count(), basename(folder),
            filter_role_name(s->args->role));
    tally_write_markdown(out);
    bool ok = fclose(out) == 0 && results_file_write(s->args->markdown, "accuracy", text);
    if (!ok) fprintf(stderr, "accuracy: %s cannot be written: %m\n", s->args->markdown);
    free(text);
    return ok;
}

static bool open_session(session *s) {
    filter_error error;
    filter_engine_options loading = FILTER_ENGINE_OPTIONS_INIT;
    loading.skip_examples = true;
    if (filter_engine_new_from_directory(&s->engine, s->args->rules, &loading, &error) != FILTER_OK ||
        filter_scratch_new(&s->scratch, &error) != FILTER_OK) {
        fprintf(stderr, "accuracy: %s\n", error.message);
        return false;
    }
    if (!s->args->verdicts_path) return true;
    s->verdicts = fopen(s->args->verdicts_path, "we");
    if (!s->verdicts) fprintf(stderr, "accuracy: %s cannot be written: %m\n", s->args->verdicts_path);
    return s->verdicts != NULL;
}

static bool close_session(session *s) {
    bool ok = !s->verdicts || fclose(s->verdicts) == 0;
    if (!ok) fprintf(stderr, "accuracy: %s cannot be written: %m\n", s->args->verdicts_path);
    filter_scratch_free(s->scratch);
    filter_engine_unref(s->engine);
    return ok;
}

/* ----------------------------------------------------------------------------------- arguments ---- */

static const char usage[] =
    "usage: accuracy --rules DIR [--role ROLE] [--missed KIND | --found KIND] [--verdicts FILE] [--markdown FILE] "
    "FOLDER\n"
    "Measures injection on the labelled texts of FOLDER/*.jsonl.\n"
    "  --rules DIR      the rule packs\n"
    "  --role ROLE      whose the texts are: user (the default), system, developer, tool, document, assistant,\n"
    "                   tool_definition\n"
    "  --missed KIND    names the texts of a kind, or of all, that were judged wrong; never what they say\n"
    "  --found KIND     the same for those that were judged right\n"
    "  --verdicts FILE  writes a line for each text: file, line, verdict, score, findings\n"
    "  --markdown FILE  writes the tables into their part of FILE\n";

static _Noreturn void refuse(const char *why, const char *value) {
    if (why) fprintf(stderr, "accuracy: %s%s%s%s\n", why, value ? ": '" : "", value ? value : "", value ? "'" : "");
    fputs(usage, stderr);
    exit(EXIT_USAGE);
}

static filter_role role_named(const char *name) {
    for (filter_role role = FILTER_ROLE_USER; role <= FILTER_ROLE_TOOL_DEFINITION; role++) {
        if (strcmp(filter_role_name(role), name) == 0) return role;
    }
    refuse("--role: there is no such role", name);
}

static void read_arguments(arguments *a, int argc, char **argv) {
    static const struct option names[] = {
        {"rules", required_argument, NULL, 'r'},    {"role", required_argument, NULL, 'o'},
        {"missed", required_argument, NULL, 'm'},   {"found", required_argument, NULL, 'f'},
        {"verdicts", required_argument, NULL, 'v'}, {"markdown", required_argument, NULL, 'k'},
        {"help", no_argument, NULL, 'h'},           {NULL, 0, NULL, 0}};
    int letter;
    while ((letter = getopt_long(argc, argv, "h", names, NULL)) != -1) {
        switch (letter) {
        case 'r': a->rules = optarg; break;
        case 'o': a->role = role_named(optarg); break;
        case 'm': a->show = optarg, a->missed = true; break;
        case 'f': a->show = optarg, a->missed = false; break;
        case 'v': a->verdicts_path = optarg; break;
        case 'k': a->markdown = optarg; break;
        case 'h': fputs(usage, stdout); exit(0);
        default: refuse(NULL, NULL); /* getopt has said why */
        }
    }
    if (!a->rules) refuse("--rules DIR is missing", NULL);
    if (optind == argc) refuse("FOLDER is missing", NULL);
    if (optind + 1 < argc) refuse("only one FOLDER can be measured; not known", argv[optind + 1]);
    a->folder = argv[optind];
}

int main(int argc, char **argv) {
    arguments a = {.role = FILTER_ROLE_USER};
    read_arguments(&a, argc, argv);
    session s = {.args = &a};
    if (!open_session(&s) || !read_folder(&s)) return 1;
    tally_print();
    bool ok = !a.markdown || write_markdown(&s);
    return close_session(&s) && ok ? 0 : 1;
}
