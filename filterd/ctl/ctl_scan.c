/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/ctl.h"

#include "base/message.h"
#include "base/names.h"
#include "base/utf8.h"
#include "core/escape.h"

#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define THREADS_MAX 256

typedef struct scan_options {
    const char *rules, *policy, *categories, *color;
    double min_score;
    size_t threads;
    bool json, no_progress;
} scan_options;

static const option_def options[] = {
    CTL_OPTION_RULES(scan_options),
    {.name = "policy",
     .letter = 'p',
     .kind = OPTION_TEXT,
     .argument = "NAME",
     .offset = offsetof(scan_options, policy),
     .standard = "default",
     .about = "Whose thresholds hold."},
    {.name = "category",
     .kind = OPTION_CHOICES,
     .argument = "LIST",
     .offset = offsetof(scan_options, categories),
     .choices = names_categories,
     .standard = "pii,secret",
     .about = "What to look for, words between commas."},
    CTL_OPTION_MIN_SCORE(scan_options),
    {.name = "threads",
     .kind = OPTION_COUNT,
     .argument = "N",
     .offset = offsetof(scan_options, threads),
     .min = 1,
     .max = THREADS_MAX,
     .about = "Threads that look. Without it: one for each core."},
    CTL_OPTION_JSON(scan_options, "Print a JSON object for each finding."),
    {.name = "no-progress",
     .kind = OPTION_FLAG,
     .offset = offsetof(scan_options, no_progress),
     .about = "Show no progress bar on the terminal."},
    CTL_OPTION_COLOR(scan_options),
    OPTION_HELP_DEF,
};

const option_command ctl_scan_options = {
    .name = "filterctl scan",
    .operands = "PATH...",
    .about =
        "Looks through files and trees with the library, on all cores. Prints a line for each finding:\n"
        "  FILE:LINE:COLUMN: ENTITY_TYPE RULE SCORE\n"
        "The text itself is not printed. Binary files (with a NUL in the first 8 KiB) and .git are left out, and "
        "inside folders links and what is no regular file. A PATH that is a link is followed. Files above 64 MiB are "
        "named and not read.",
    .status = "Exit status: 0 nothing found, 1 findings, 2 something could not be read, 64 on wrong usage.",
    .options = options,
    .count = sizeof options / sizeof *options,
    .operands_min = 1,
    .operands_max = SIZE_MAX,
};

typedef struct scan {
    const filter_engine *engine;
    filter_request request;
    bool json, progress;
    char **paths;
    size_t count, capacity;
    pthread_mutex_t lock; /* over what follows, and over standard output */
    size_t next, done, findings, failures;
    size_t bytes;
} scan;

/* ------------------------------------------------------------------------------------ files ---- */

static bool add_path(scan *s, const char *path) {
    if (s->count == s->capacity) {
        size_t capacity = s->capacity ? s->capacity * 2 : 256;
        char **grown = realloc(s->paths, capacity * sizeof *grown);
        if (!grown) return false;
        s->paths = grown;
        s->capacity = capacity;
    }
    s->paths[s->count] = strdup(path);
    if (!s->paths[s->count]) return false;
    s->count++;
    return true;
}

/* What cannot be looked at is named. Inside folders, links and what is no file are left out; an operand was meant. */
static bool take_entry(scan *s, const FTSENT *entry) {
    bool is_operand = entry->fts_level == FTS_ROOTLEVEL;
    switch (entry->fts_info) {
    case FTS_F:
        if (add_path(s, entry->fts_path)) return true;
        ctl_fail("%s: out of memory", entry->fts_path);
        return false;
    case FTS_DNR:
    case FTS_ERR:
    case FTS_NS: ctl_fail("%s: cannot be read: %s", entry->fts_path, strerror(entry->fts_errno)); return false;
    case FTS_SLNONE:
        if (is_operand) ctl_fail("%s: cannot be read: a link to a file that is not there", entry->fts_path);
        return !is_operand;
    case FTS_DEFAULT:
        if (is_operand) ctl_fail("%s: must be a regular file or a folder, or a link to one", entry->fts_path);
        return !is_operand;
    default: return true;
    }
}

static void list_files(scan *s, char **paths) {
    FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, NULL);
    FTSENT *entry;
    while (tree && (errno = 0, entry = fts_read(tree)) != NULL) {
        if (entry->fts_info == FTS_D && entry->fts_level > FTS_ROOTLEVEL && strcmp(entry->fts_name, ".git") == 0)
            fts_set(tree, entry, FTS_SKIP);
        else if (!take_entry(s, entry)) s->failures++;
    }
    if (errno) {
        ctl_fail("the files cannot be listed: %s", strerror(errno));
        s->failures++;
    }
    if (tree) fts_close(tree);
}

/* --------------------------------------------------------------------------------- findings ---- */

typedef struct place {
    const char *text;
    size_t offset, line, column; /* column in code points, from 1 */
} place;

static void advance(place *p, size_t offset) {
    for (; p->offset < offset; p->offset++) {
        unsigned char c = (unsigned char)p->text[p->offset];
        if (c == '\n') p->line++, p->column = 1;
        else p->column += (c & 0xC0) != 0x80;
    }
}

static void clear_progress(const scan *s) {
    if (s->progress) fputs("\r\033[K", stderr);
}

/* A file name need not be UTF-8, and then is no JSON string: it is shown with escapes. */
static json_t *name_json(const char *path) {
    char shown[4 * PATH_MAX];
    json_t *name = json_string(path);
    if (name) return name;
    escape_string(shown, sizeof shown, path);
    return json_string(shown);
}

static void print_finding(const scan *s, const char *path, const place *at, const filter_finding *f) {
    if (s->json) {
        json_t *object =
            json_pack("{s:o, s:I, s:I, s:I, s:I, s:s, s:s, s:s, s:f, s:s}", "file", name_json(path), "line",
                      (json_int_t)at->line, "column", (json_int_t)at->column, "start", (json_int_t)f->byte_start, "end",
                      (json_int_t)f->byte_end, "rule", f->rule, "entity_type", f->entity_type, "category",
                      filter_category_name(f->category), "score", f->score, "view", f->view);
        ctl_put_json(object, JSON_REAL_PRECISION(4));
        json_decref(object);
        return;
    }
    fputs(ctl_colour_code(CTL_BOLD), stdout);
    ctl_put(stdout, path);
    printf(":%zu:%zu:%s %s", at->line, at->column, ctl_colour_code(CTL_RESET), ctl_colour_code(CTL_YELLOW));
    ctl_put(stdout, f->entity_type);
    fputs(ctl_colour_code(CTL_RESET), stdout);
    ctl_line(stdout, " %s %.2f", f->rule, f->score);
}

static void scan_file(scan *s, filter_scratch *scratch, const char *path) {
    const filter_result *result = NULL;
    filter_error error;
    size_t size = 0, found = 0;
    bool ok = true;
    char *text = ctl_read(strcmp(path, "-") == 0 ? "./-" : path, FILTER_TEXT_MAX, &size); /* a file of that name */
    bool binary = text && memchr(text, '\0', size < 8192 ? size : 8192);
    if (text && !binary) {
        text_replace_invalid(text, size); /* Latin-1 files, say */
        filter_segment segment = {text, size, FILTER_ROLE_DOCUMENT};
        filter_request request = s->request;
        request.segments = &segment;
        request.segment_count = 1;
        ok = filter_inspect(s->engine, scratch, &request, &result, &error) == FILTER_OK;
    }
    pthread_mutex_lock(&s->lock);
    if (result && result->finding_count) {
        clear_progress(s);
        place at = {text, 0, 1, 1};
        found = result->finding_count;
        for (size_t i = 0; i < found; i++) {
            advance(&at, result->findings[i].byte_start);
            print_finding(s, path, &at, &result->findings[i]);
        }
    }
    if (!ok) ctl_fail("%s: %s", path, error.message);
    for (size_t i = 0; result && i < result->skip_count; i++) {
        ctl_fail("%s: not read in full: %s", path, result->skipped[i].reason);
    }
    s->findings += found;
    s->failures += !text || !ok || (result && result->skip_count);
    s->bytes += size;
    s->done++;
    if (s->progress) {
        size_t filled = s->done * 30 / s->count;
        fprintf(stderr, "\r\033[K[%.*s%*s] %zu/%zu files, %zu findings", (int)filled, "##############################",
                (int)(30 - filled), "", s->done, s->count, s->findings);
    }
    pthread_mutex_unlock(&s->lock);
    free(text);
}

static void *work(void *arg) {
    scan *s = arg;
    filter_scratch *scratch;
    filter_error error;
    if (filter_scratch_new(&scratch, &error) != FILTER_OK) {
        ctl_fail("%s", error.message);
        return NULL;
    }
    for (;;) {
        pthread_mutex_lock(&s->lock);
        size_t index = s->next < s->count ? s->next++ : SIZE_MAX;
        pthread_mutex_unlock(&s->lock);
        if (index == SIZE_MAX) break;
        scan_file(s, scratch, s->paths[index]);
    }
    filter_scratch_free(scratch);
    return NULL;
}

static int run(scan *s, size_t threads) {
    pthread_t *workers = calloc(threads, sizeof *workers);
    size_t started = 0;
    pthread_mutex_init(&s->lock, NULL);
    while (workers && started < threads && pthread_create(&workers[started], NULL, work, s) == 0) started++;
    if (started == 0) work(s);
    for (size_t i = 0; i < started; i++) pthread_join(workers[i], NULL);
    free(workers);
    pthread_mutex_destroy(&s->lock);
    clear_progress(s);
    if (s->done < s->count) s->failures++;
    if (!s->json) {
        fflush(stdout);
        fprintf(stderr, "%zu files, %.1f MB, %zu findings\n", s->done, (double)s->bytes / 1e6, s->findings);
    }
    for (size_t i = 0; i < s->count; i++) free(s->paths[i]);
    free(s->paths);
    return s->failures ? CTL_ERROR : s->findings ? CTL_FOUND : CTL_OK;
}

/* Of words that were checked. */
static unsigned category_bits(const char *list) {
    unsigned bits = 0;
    for (const char *at = list; *at;) {
        size_t size = strcspn(at, ",");
        bits |= 1U << names_index(names_categories, at, size);
        at += size + (at[size] == ',');
    }
    return bits;
}

/* Names are checked once, before the first file: an exit status, or 0. */
static int check_policy(const filter_engine *engine, const char *policy) {
    char message[1000] = "unknown policy";
    size_t count = 0;
    bool found = false;
    for (; filter_engine_policy(engine, count); count++)
        found = found || strcmp(filter_engine_policy(engine, count), policy) == 0;
    if (found) return 0;
    const char **names = calloc(count + 1, sizeof *names);
    for (size_t i = 0; names && i < count; i++) names[i] = filter_engine_policy(engine, i);
    if (names) message_unknown(message, sizeof message, "policy", policy, names);
    free(names);
    return options_fail(&ctl_scan_options, "--policy: %s", message);
}

int ctl_scan(int argc, char **argv) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    const filter_request defaults = FILTER_REQUEST_INIT;
    scan_options o = {.min_score = -1};
    option_rest rest;
    int status = options_read(&ctl_scan_options, argc, argv, &o, &rest);
    if (status) return status == OPTIONS_DONE ? CTL_OK : status;
    for (size_t i = 0; i < rest.count; i++) {
        if (!*rest.operands[i]) return options_fail(&ctl_scan_options, "operand %zu is empty; name a file", i + 1);
    }
    ctl_colour_init(o.color);
    filter_engine *engine = ctl_load(ctl_rules_directory(o.rules), false);
    if (!engine) return CTL_ERROR;
    if ((status = check_policy(engine, o.policy))) {
        filter_engine_unref(engine);
        return status;
    }
    scan s = {.engine = engine, .request = defaults, .json = o.json};
    s.progress = !o.no_progress && isatty(STDERR_FILENO);
    s.request.returns = FILTER_RETURN_FINDINGS;
    s.request.categories = category_bits(o.categories);
    s.request.min_score = o.min_score;
    s.request.policy = o.policy;
    rest.operands[rest.count] = NULL;
    list_files(&s, rest.operands);
    status = run(&s, o.threads ? o.threads : cores > 0 ? (size_t)cores : 1);
    filter_engine_unref(engine);
    return status;
}
