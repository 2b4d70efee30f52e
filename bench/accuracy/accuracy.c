/* SPDX-License-Identifier: Apache-2.0 */
/*
 * corpus: how well injection is told from honest text, on a folder of labelled texts.
 *
 * Reads every *.jsonl of a folder, one object a line: `text`, `label` (injection, jailbreak, benign; others are left
 * out), `category`, `id`. Prints what the default policy flags, by kind and by file, what a threshold would find that
 * flags a given share of the honest texts, and how many texts each rule finds something in.
 */
#include "filter.h"

#include <dirent.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct group {
    char name[64];
    bool attack;
    size_t count, flagged;
} group;

typedef struct scored {
    double score;
    bool attack, headline;
    size_t kind; /* index of the group */
} scored;

typedef struct rule_count {
    char id[64];
    double score; /* the highest */
    size_t attacks, honest;
} rule_count;

static rule_count rules_seen[256];
static size_t rule_count_seen;
static group kinds[128], files[256];
static size_t kind_count, file_count;
static scored *texts;
static size_t text_count, text_capacity;

/* Kinds that are told apart: honest texts that quote attacks or are noise, and attacks without a word that gives them away. */
static const char *const apart[] = {"quotes_attack", "wild_prompt_noisy", "chat_noisy", "system_prompt_text",
                                    "indirect_plain", "semantic_injection", "semantic_jailbreak", "harmful_request"};

/* Kinds of attacks that have words of their own. */
static const char *const worded[] = {"direct_override", "system_prompt_extraction", "roleplay_jailbreak", "delimiter_spoof",
                                     "indirect_injection", "multilingual", "obfuscation", "exfiltration", "payload_splitting",
                                     "ctf_hijack"};

static bool is_one_of(const char *const *names, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) return true;
    }
    return false;
}

static bool is_apart(const char *kind) {
    return is_one_of(apart, sizeof apart / sizeof *apart, kind);
}

/* Counts a text once for each rule that finds something in it. */
static void count_rules(const filter_result *result, bool attack) {
    for (size_t i = 0; i < result->finding_count; i++) {
        const filter_finding *x = &result->findings[i];
        bool before = false;
        size_t r = 0;
        for (size_t k = 0; k < i && !before; k++) before = strcmp(result->findings[k].rule, x->rule) == 0;
        while (r < rule_count_seen && strcmp(rules_seen[r].id, x->rule) != 0) r++;
        if (r == rule_count_seen) {
            if (r == sizeof rules_seen / sizeof *rules_seen) exit(1);
            snprintf(rules_seen[rule_count_seen++].id, sizeof rules_seen->id, "%s", x->rule);
        }
        if (x->score > rules_seen[r].score) rules_seen[r].score = x->score;
        if (!before) *(attack ? &rules_seen[r].attacks : &rules_seen[r].honest) += 1;
    }
}

static size_t group_of(group *groups, size_t *count, size_t capacity, const char *name, bool attack) {
    for (size_t i = 0; i < *count; i++) {
        if (groups[i].attack == attack && strcmp(groups[i].name, name) == 0) return i;
    }
    if (*count == capacity) exit(1);
    snprintf(groups[*count].name, sizeof groups->name, "%s", name);
    groups[*count].attack = attack;
    return (*count)++;
}

typedef struct options {
    filter_role role;
    const char *show;
    bool missed;
} options;

static void inspect_line(const filter_engine *engine, filter_scratch *scratch, const options *o, const char *file,
                         const char *line, size_t number) {
    json_error_t problem;
    json_t *object = json_loads(line, 0, &problem);
    const char *label = json_string_value(json_object_get(object, "label"));
    const char *category = json_string_value(json_object_get(object, "category"));
    const char *id = json_string_value(json_object_get(object, "id"));
    const json_t *text = json_object_get(object, "text");
    if (!object || !label || !json_is_string(text)) {
        fprintf(stderr, "corpus: %s:%zu: no object with 'label' and 'text'; left out\n", file, number);
        json_decref(object);
        return;
    }
    bool attack = !strcmp(label, "injection") || !strcmp(label, "jailbreak");
    if (attack || !strcmp(label, "benign")) {
        const char *kind = category ? category : label;
        filter_segment segment = {json_string_value(text), json_string_length(text), o->role};
        filter_request request = FILTER_REQUEST_INIT;
        const filter_result *result;
        filter_error error;
        request.segments = &segment;
        request.segment_count = 1;
        request.categories = FILTER_INJECTION;
        request.returns = FILTER_RETURN_FINDINGS;
        request.min_score = 0;
        if (filter_inspect(engine, scratch, &request, &result, &error) != FILTER_OK) {
            fprintf(stderr, "corpus: %s:%zu: %s\n", file, number, error.message);
            exit(1);
        }
        bool flagged = result->verdict != FILTER_ALLOW;
        if (!is_apart(kind)) count_rules(result, attack);
        size_t k = group_of(kinds, &kind_count, sizeof kinds / sizeof *kinds, kind, attack);
        size_t f = group_of(files, &file_count, sizeof files / sizeof *files, file, attack);
        kinds[k].count++;
        files[f].count++;
        kinds[k].flagged += flagged;
        files[f].flagged += flagged;
        if (text_count == text_capacity) {
            text_capacity = text_capacity ? 2 * text_capacity : 4096;
            texts = realloc(texts, text_capacity * sizeof *texts);
            if (!texts) exit(1);
        }
        texts[text_count++] = (scored){result->score, attack, !is_apart(kind), k};
        if (o->show && (!strcmp(o->show, kind) || !strcmp(o->show, "all")) && !is_apart(kind) && flagged == (attack != o->missed)) {
            printf("%-5s %.3f %s %s:", attack ? "found" : "alarm", result->score, id ? id : "?", kind);
            for (size_t i = 0; i < result->finding_count && i < 6; i++) {
                const filter_finding *x = &result->findings[i];
                printf(" %s[%s %zu-%zu %.2f]", x->rule, x->view, x->start, x->end, x->score);
            }
            printf("\n");
        }
    }
    json_decref(object);
}

static void read_file(const filter_engine *engine, filter_scratch *scratch, const options *o, const char *folder, const char *name) {
    char path[4096], file[64], *line = NULL;
    size_t capacity = 0, number = 0;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(file, sizeof file, "%.*s", (int)(strlen(name) - 6), name);
    FILE *stream = fopen(path, "re");
    if (!stream) {
        fprintf(stderr, "corpus: %s cannot be read\n", path);
        exit(1);
    }
    while (getline(&line, &capacity, stream) > 0) inspect_line(engine, scratch, o, file, line, ++number);
    free(line);
    fclose(stream);
}

static double share(size_t part, size_t of) {
    return of ? 100.0 * (double)part / (double)of : 0;
}

static int by_name(const void *a, const void *b) {
    const group *x = a, *y = b;
    return x->attack != y->attack ? (x->attack ? -1 : 1) : strcmp(x->name, y->name);
}

static int by_score(const void *a, const void *b) {
    const scored *x = a, *y = b;
    return (x->score < y->score) - (x->score > y->score);
}

/* Recall, averaged over kinds, at the highest threshold that flags no more than `allowed` percent of honest texts. */
static void at_false_positives(double allowed) {
    size_t honest = 0, wrong = 0, hits[128] = {0}, counted = 0;
    double threshold = 1.01, sum = 0;
    for (size_t i = 0; i < text_count; i++) honest += !texts[i].attack && texts[i].headline;
    for (size_t i = 0; i < text_count; i++) {
        if (texts[i].attack || !texts[i].headline) continue;
        if (share(++wrong, honest) > allowed) break;
        threshold = texts[i].score;
    }
    for (size_t i = 0; i < text_count; i++) hits[texts[i].kind] += texts[i].attack && texts[i].score >= threshold && texts[i].score > 0;
    for (size_t k = 0; k < kind_count; k++) {
        if (!kinds[k].attack || is_apart(kinds[k].name)) continue;
        sum += share(hits[k], kinds[k].count);
        counted++;
    }
    printf("  with %.1f%% of the honest texts flagged, threshold %.3f: %.1f%% of attacks, mean of %zu kinds\n", allowed, threshold,
           counted ? sum / (double)counted : 0, counted);
}

static void print_groups(const char *heading, const group *groups, size_t count) {
    printf("\n%s\n", heading);
    for (size_t i = 0; i < count; i++) {
        printf("  %-6s %-28s %5zu of %5zu  %5.1f%%%s\n", groups[i].attack ? "attack" : "honest", groups[i].name, groups[i].flagged,
               groups[i].count, share(groups[i].flagged, groups[i].count), is_apart(groups[i].name) ? "  (told apart)" : "");
    }
}

static int by_id(const void *a, const void *b) {
    const rule_count *x = a, *y = b;
    return strcmp(x->id, y->id);
}

static void print_rules(size_t honest) {
    qsort(rules_seen, rule_count_seen, sizeof *rules_seen, by_id);
    printf("\ntexts that a rule finds something in, whatever its score\n");
    for (size_t i = 0; i < rule_count_seen; i++) {
        const rule_count *r = &rules_seen[i];
        printf("  %-34s %5zu attacks, %4zu honest texts", r->id, r->attacks, r->honest);
        if (r->honest) printf(", one in %zu", honest / r->honest);
        printf("; at most %.2f\n", r->score);
    }
}

static void print_all(void) {
    size_t honest = 0, wrong = 0, counted = 0, counted_worded = 0;
    double sum = 0, sum_worded = 0;
    qsort(texts, text_count, sizeof *texts, by_score);
    printf("\nat thresholds of their own\n");
    at_false_positives(0.1);
    at_false_positives(0.5);
    at_false_positives(2);
    qsort(kinds, kind_count, sizeof *kinds, by_name);
    qsort(files, file_count, sizeof *files, by_name);
    print_groups("flagged by the default policy, by kind", kinds, kind_count);
    print_groups("flagged by the default policy, by file", files, file_count);
    for (size_t i = 0; i < kind_count; i++) {
        if (is_apart(kinds[i].name)) continue;
        if (kinds[i].attack) {
            bool with_words = is_one_of(worded, sizeof worded / sizeof *worded, kinds[i].name);
            sum += share(kinds[i].flagged, kinds[i].count);
            counted++;
            sum_worded += with_words ? share(kinds[i].flagged, kinds[i].count) : 0;
            counted_worded += with_words;
        } else {
            honest += kinds[i].count;
            wrong += kinds[i].flagged;
        }
    }
    print_rules(honest);
    printf("\nflagged by the default policy: %.1f%% of attacks (mean of %zu kinds; %.1f%% of the %zu that have words of their own), "
           "%.2f%% of honest texts (%zu of %zu)\n",
           counted ? sum / (double)counted : 0, counted, counted_worded ? sum_worded / (double)counted_worded : 0, counted_worded,
           share(wrong, honest), wrong, honest);
}

static const char usage[] = "usage: corpus --rules DIR [--role ROLE] [--missed KIND | --found KIND] FOLDER\n"
                            "Measures injection on the labelled texts of FOLDER/*.jsonl. --missed and --found name the texts\n"
                            "that were judged wrong or right, of a kind or of all; never what they say.\n";

int main(int argc, char **argv) {
    static const struct option names[] = {{"rules", required_argument, NULL, 'r'}, {"role", required_argument, NULL, 'o'},
                                          {"missed", required_argument, NULL, 'm'}, {"found", required_argument, NULL, 'f'},
                                          {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    const char *rules = NULL;
    options o = {FILTER_ROLE_USER, NULL, false};
    int letter;
    while ((letter = getopt_long(argc, argv, "h", names, NULL)) != -1) {
        switch (letter) {
        case 'r': rules = optarg; break;
        case 'o':
            for (o.role = FILTER_ROLE_USER; o.role <= FILTER_ROLE_ASSISTANT && strcmp(filter_role_name(o.role), optarg); o.role++) {}
            break;
        case 'm': o.show = optarg, o.missed = true; break;
        case 'f': o.show = optarg; break;
        case 'h': fputs(usage, stdout); return 0;
        default: fputs(usage, stderr); return 64;
        }
    }
    if (!rules || optind + 1 != argc || o.role > FILTER_ROLE_ASSISTANT) {
        fputs(usage, stderr);
        return 64;
    }
    filter_engine *engine;
    filter_scratch *scratch;
    filter_error error;
    struct dirent **entries;
    filter_engine_options loading = FILTER_ENGINE_OPTIONS_INIT;
    loading.skip_examples = true;
    if (filter_engine_new_from_directory(&engine, rules, &loading, &error) != FILTER_OK ||
        filter_scratch_new(&scratch, &error) != FILTER_OK) {
        fprintf(stderr, "corpus: %s\n", error.message);
        return 1;
    }
    int count = scandir(argv[optind], &entries, NULL, alphasort);
    if (count < 0) {
        fprintf(stderr, "corpus: %s cannot be read\n", argv[optind]);
        return 1;
    }
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        size_t size = strlen(name);
        if (size > 6 && strcmp(name + size - 6, ".jsonl") == 0) read_file(engine, scratch, &o, argv[optind], name);
        free(entries[i]);
    }
    free(entries);
    if (text_count) print_all();
    else fprintf(stderr, "corpus: %s has no labelled texts\n", argv[optind]);
    free(texts);
    filter_scratch_free(scratch);
    filter_engine_unref(engine);
    return text_count ? 0 : 1;
}
