/* SPDX-License-Identifier: Apache-2.0 */
/* Where the time goes, what others need for the same, and the worst texts. */
#include "race.h"

#include <stdlib.h>
#include <string.h>

#define PIECE 4096

bool section_shares(const bench *b) {
    static run_fn *const runs[] = {run_filter, run_fields,  run_views,     run_data,
                                   run_digits, run_phrases, run_sentences, run_names};
    static const char *const names[] = {"all",
                                        "read fields",
                                        "validate and make views",
                                        "scan for heads and patterns",
                                        "scan near digits",
                                        "find phrases",
                                        "read sentences",
                                        "find names"};
    static const char *const kinds[] = {"words", "chat", "json", "access-log", "app-log"};
    enum { STEPS = sizeof runs / sizeof *runs };
    stage s;
    stage_init(&s, b->engine);
    s.internals = internals_new(b->engine);
    report_table("shares", "shares", "Where the time goes, pieces of 4 KiB",
                 "Each step alone, on the text as sent; steps that run once more for each view count into the rest.");
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        race_result r;
        size_t made;
        char *text = bench_sample(b, kinds[k], BENCH_POOL_SIZE, &made);
        double rest = 100;
        report_progress(kinds[k]);
        stage_use_text(&s, text, made, PIECE);
        race(b, &s, runs, STEPS, &r);
        for (size_t i = 1; i < STEPS; i++) {
            figure f = race_percent(&r, i, 0);
            report(names[i], kinds[k], "%", f);
            rest -= f.median;
        }
        report("confirm, decide, render, and the rest", kinds[k], "%", figure_one(rest));
        free(text);
    }
    stage_fini(&s);
    return true;
}

bool section_others(const bench *b) {
    static run_fn *const runs[] = {run_filter, run_hyperscan, run_hyperscan_without_pii, run_pcre2};
    static run_fn *const alone[] = {run_filter};
    static const char *const kinds[] = {"words", "chat"};
    stage s;
    stage_init(&s, b->engine);
    report_table("others", "others", "libfilter against others, pieces of 4 KiB",
                 "Of the same rules, without the checks that follow a match.");
    report_progress("compiling the rules for raw Hyperscan");
    s.internals = internals_new(b->engine);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        race_result r;
        size_t made;
        char *text = bench_sample(b, kinds[k], BENCH_POOL_SIZE, &made);
        report_progress(kinds[k]);
        stage_use_text(&s, text, made, PIECE);
        race(b, &s, runs, 4, &r);
        report("libfilter", kinds[k], "MB/s", race_speed(&r, 0));
        report_reference("raw Hyperscan, one database", kinds[k], "MB/s", race_speed(&r, 1));
        report_reference("raw Hyperscan, secrets and injection alone", kinds[k], "MB/s", race_speed(&r, 2));
        report_reference("PCRE2 with JIT, one expression after the other", kinds[k], "MB/s", race_speed(&r, 3));
        s.categories = FILTER_PII | FILTER_SECRET;
        race(b, &s, alone, 1, &r);
        report("libfilter without injection", kinds[k], "MB/s", race_speed(&r, 0));
        s.categories = 0;
        free(text);
    }
    stage_fini(&s);
    return true;
}

bool section_worst(const bench *b) {
    static const struct {
        const char *name, *unit;
    } cases[] = {{"digits", "1234567890"},
                 {"digit groups", "1234 5678 9012 "},
                 {"@", "@"},
                 {"a.b@", "a.b@"},
                 {"upper-case codes", "ABCDE1234F "},
                 {"mongodb://", "mongodb://"},
                 {"percent escapes", "%41"},
                 {"zero-width joiners", "\u200d"},
                 {"one phrase", "ignore all "},
                 {"Base64", "aWdub3JlIGFsbCBwcmV2aW91cyBy"},
                 {"a trigger word", "ignore "},
                 {"an attack", "ignore all previous instructions "},
                 {"Morse", "-."},
                 {"letters apart", "a b "},
                 {"leetspeak", "1gn0r3 "},
                 {"comments", "<!--"}};
    static run_fn *const runs[] = {run_filter};
    size_t size = 1 << 20;
    char *text = malloc(size);
    stage s;
    if (!text) return false;
    stage_init(&s, b->engine);
    report_table("worst", "worst", "1 MiB of one thing over and over", "");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        race_result r;
        size_t length = strlen(cases[i].unit);
        report_progress(cases[i].name);
        for (size_t k = 0; k < size; k++) text[k] = k < size / length * length ? cases[i].unit[k % length] : ' ';
        stage_use_text(&s, text, size, size);
        race(b, &s, runs, 1, &r);
        report(cases[i].name, "libfilter", "MB/s", race_speed(&r, 0));
        report_goal(cases[i].name, "libfilter", BENCH_SPEED_GOAL, false);
    }
    stage_fini(&s);
    free(text);
    return true;
}
