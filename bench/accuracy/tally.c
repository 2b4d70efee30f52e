/* SPDX-License-Identifier: Apache-2.0 */
#include "tally.h"

#include <stdlib.h>
#include <string.h>

#define GROUPS_MAX 256
#define RULES_MAX 256

typedef struct group {
    char name[64];
    bool malicious;
    size_t count, flagged;
} group;

typedef struct group_list {
    group items[GROUPS_MAX];
    size_t count;
} group_list;

typedef struct scored {
    double score;
    bool malicious, headline;
    size_t kind; /* index of the group */
} scored;

typedef struct rule_count {
    char id[64];
    double score; /* the highest */
    size_t malicious, benign;
} rule_count;

/* Means over kinds of malicious texts, and all benign texts together. */
typedef struct summary {
    double flagged, flagged_worded; /* percent */
    size_t kinds, kinds_worded, benign, false_positives;
} summary;

static rule_count rules[RULES_MAX];
static size_t rule_count_seen;
static group_list kinds, files;
static scored *texts;
static size_t text_count, text_capacity;

static const char *const apart[] = {"quotes_attack",  "wild_prompt_noisy",  "chat_noisy",         "system_prompt_text",
                                    "indirect_plain", "semantic_injection", "semantic_jailbreak", "harmful_request"};

/* Kinds of malicious texts that have words of their own. */
static const char *const worded[] = {"direct_override",    "system_prompt_extraction",
                                     "roleplay_jailbreak", "delimiter_spoof",
                                     "indirect_injection", "multilingual",
                                     "obfuscation",        "exfiltration",
                                     "payload_splitting",  "ctf_hijack"};

static _Noreturn void full(const char *what) {
    fprintf(stderr, "accuracy: there are more %s than it holds\n", what);
    exit(1);
}

static bool is_one_of(const char *const *names, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) return true;
    }
    return false;
}

bool tally_is_apart(const char *kind) {
    return is_one_of(apart, sizeof apart / sizeof *apart, kind);
}

static bool is_worded(const char *kind) {
    return is_one_of(worded, sizeof worded / sizeof *worded, kind);
}

static double percent(size_t part, size_t of) {
    return of ? 100.0 * (double)part / (double)of : 0;
}

/* ------------------------------------------------------------------------------------ adding ---- */

static rule_count *rule_named(const char *id) {
    size_t r = 0;
    while (r < rule_count_seen && strcmp(rules[r].id, id) != 0) r++;
    if (r == RULES_MAX) full("rules");
    if (r == rule_count_seen) snprintf(rules[rule_count_seen++].id, sizeof rules->id, "%s", id);
    return &rules[r];
}

/* Counts a text once for each rule that finds something in it. */
static void count_rules(const filter_result *result, bool malicious) {
    for (size_t i = 0; i < result->finding_count; i++) {
        const filter_finding *x = &result->findings[i];
        bool before = false;
        rule_count *r = rule_named(x->rule);
        for (size_t k = 0; k < i && !before; k++) before = strcmp(result->findings[k].rule, x->rule) == 0;
        if (x->score > r->score) r->score = x->score;
        if (!before) *(malicious ? &r->malicious : &r->benign) += 1;
    }
}

static size_t count_group(group_list *list, const char *name, bool malicious, bool flagged) {
    size_t i = 0;
    while (i < list->count && (list->items[i].malicious != malicious || strcmp(list->items[i].name, name) != 0)) i++;
    if (i == GROUPS_MAX) full("kinds or files");
    if (i == list->count) {
        snprintf(list->items[i].name, sizeof list->items[i].name, "%s", name);
        list->items[i].malicious = malicious;
        list->count++;
    }
    list->items[i].count++;
    list->items[i].flagged += flagged;
    return i;
}

void tally_add(const tally_text *text, const filter_result *result) {
    bool flagged = result->verdict != FILTER_ALLOW, headline = !tally_is_apart(text->kind);
    if (headline) count_rules(result, text->malicious);
    size_t kind = count_group(&kinds, text->kind, text->malicious, flagged);
    (void)count_group(&files, text->file, text->malicious, flagged);
    if (text_count == text_capacity) {
        text_capacity = text_capacity ? 2 * text_capacity : 4096;
        texts = realloc(texts, text_capacity * sizeof *texts);
        if (!texts) full("texts");
    }
    texts[text_count++] = (scored){result->score, text->malicious, headline, kind};
}

size_t tally_count(void) {
    return text_count;
}

/* ----------------------------------------------------------------------------------- reckoning ---- */

static int by_name(const void *a, const void *b) {
    const group *x = a, *y = b;
    return x->malicious != y->malicious ? (x->malicious ? -1 : 1) : strcmp(x->name, y->name);
}

static int by_score(const void *a, const void *b) {
    const scored *x = a, *y = b;
    return (x->score < y->score) - (x->score > y->score);
}

static int by_id(const void *a, const void *b) {
    const rule_count *x = a, *y = b;
    return strcmp(x->id, y->id);
}

static summary reckon(void) {
    summary s = {.kinds = 0};
    for (size_t i = 0; i < kinds.count; i++) {
        const group *g = &kinds.items[i];
        if (tally_is_apart(g->name)) continue;
        if (!g->malicious) {
            s.benign += g->count;
            s.false_positives += g->flagged;
            continue;
        }
        s.flagged += percent(g->flagged, g->count);
        s.kinds++;
        s.flagged_worded += is_worded(g->name) ? percent(g->flagged, g->count) : 0;
        s.kinds_worded += is_worded(g->name);
    }
    if (s.kinds) s.flagged /= (double)s.kinds;
    if (s.kinds_worded) s.flagged_worded /= (double)s.kinds_worded;
    return s;
}

/* The highest threshold that flags no more than `allowed` percent of the benign texts. */
static double threshold_for(double allowed) {
    size_t benign = 0, wrong = 0;
    double threshold = 1.01;
    for (size_t i = 0; i < text_count; i++) benign += !texts[i].malicious && texts[i].headline;
    for (size_t i = 0; i < text_count; i++) {
        if (texts[i].malicious || !texts[i].headline) continue;
        if (percent(++wrong, benign) > allowed) break;
        threshold = texts[i].score;
    }
    return threshold;
}

/* Percent of malicious texts that `threshold` flags, the mean of their kinds. */
static double recall_at(double threshold, size_t *counted) {
    size_t hits[GROUPS_MAX] = {0};
    double sum = 0;
    for (size_t i = 0; i < text_count; i++) {
        hits[texts[i].kind] += texts[i].malicious && texts[i].score >= threshold && texts[i].score > 0;
    }
    *counted = 0;
    for (size_t k = 0; k < kinds.count; k++) {
        if (!kinds.items[k].malicious || tally_is_apart(kinds.items[k].name)) continue;
        sum += percent(hits[k], kinds.items[k].count);
        ++*counted;
    }
    return *counted ? sum / (double)*counted : 0;
}

/* ------------------------------------------------------------------------------------ printing ---- */

static const double allowances[] = {0.1, 0.5, 2};
#define ALLOWANCES (sizeof allowances / sizeof *allowances)

static void print_groups(const char *heading, const group_list *list) {
    printf("\n%s\n", heading);
    for (size_t i = 0; i < list->count; i++) {
        const group *g = &list->items[i];
        printf("  %-9s %-28s %5zu of %5zu  %5.1f%%%s\n", g->malicious ? "malicious" : "benign", g->name, g->flagged,
               g->count, percent(g->flagged, g->count), tally_is_apart(g->name) ? "  (told apart)" : "");
    }
}

static void print_rules(size_t benign) {
    qsort(rules, rule_count_seen, sizeof *rules, by_id);
    printf("\ntexts that a rule finds something in, whatever its score\n");
    for (size_t i = 0; i < rule_count_seen; i++) {
        const rule_count *r = &rules[i];
        printf("  %-34s %5zu malicious, %4zu benign", r->id, r->malicious, r->benign);
        if (r->benign) printf(", one in %zu", benign / r->benign);
        printf("; at most %.2f\n", r->score);
    }
}

void tally_print(void) {
    qsort(texts, text_count, sizeof *texts, by_score);
    printf("at thresholds of their own\n");
    for (size_t i = 0; i < ALLOWANCES; i++) {
        size_t counted;
        double threshold = threshold_for(allowances[i]), recall = recall_at(threshold, &counted);
        printf("  with %.1f%% false positives, threshold %.3f: %.1f%% of malicious texts, mean of %zu kinds\n",
               allowances[i], threshold, recall, counted);
    }
    /* From here on the indices of kinds in `texts` hold no more. */
    qsort(kinds.items, kinds.count, sizeof *kinds.items, by_name);
    qsort(files.items, files.count, sizeof *files.items, by_name);
    print_groups("flagged by the default policy, by kind", &kinds);
    print_groups("flagged by the default policy, by file", &files);
    summary s = reckon();
    print_rules(s.benign);
    printf("\nflagged by the default policy: %.1f%% of malicious texts (mean of %zu kinds; %.1f%% of the %zu that have "
           "words of "
           "their own); false positives: %.2f%% of benign texts (%zu of %zu)\n",
           s.flagged, s.kinds, s.flagged_worded, s.kinds_worded, percent(s.false_positives, s.benign),
           s.false_positives, s.benign);
}

static void write_groups(FILE *out, const char *heading, const group_list *list) {
    fprintf(out, "### Flagged by the default policy, by %s\n\n| %s | label | flagged | of | |\n|---|---|---|---|---|\n",
            heading, heading);
    for (size_t i = 0; i < list->count; i++) {
        const group *g = &list->items[i];
        fprintf(out, "| %s%s | %s | %zu | %zu | %.1f%% |\n", g->name, tally_is_apart(g->name) ? " (told apart)" : "",
                g->malicious ? "malicious" : "benign", g->flagged, g->count, percent(g->flagged, g->count));
    }
    fputs("\n", out);
}

void tally_write_markdown(FILE *out) {
    summary s = reckon();
    fprintf(out,
            "Of the malicious texts %.1f%% are flagged or blocked by the default policy, the mean of %zu kinds; of the "
            "%zu kinds\n"
            "that have words of their own %.1f%%. False positives: %.2f%% of the benign texts, %zu of %zu.\n"
            "Kinds told apart quote attacks, are noise, or have no word that gives them away; they stay out of the "
            "means.\n\n",
            s.flagged, s.kinds, s.kinds_worded, s.flagged_worded, percent(s.false_positives, s.benign),
            s.false_positives, s.benign);
    write_groups(out, "kind", &kinds);
    write_groups(out, "file", &files);
}
