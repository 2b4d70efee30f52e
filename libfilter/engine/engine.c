/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/engine.h"

#include "text/cipher.h"
#include "engine/expression.h"
#include "packs/source.h"
#include "text/fold.h"

#include <pthread.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#define FAMILIES_MAX 63
/* How far around digits is scanned for shapes made of digits, at most: it is paid at every number. */
#define DIGITS_REACH_MAX 32
/* Shapes with fewer sure digits have a database of their own: years and counts are everywhere in prose. */
#define FEW_DIGITS 5

void engine_fail(filter_error *error, filter_status status, const char *format, ...) {
    if (!error) return;
    va_list args;
    va_start(args, format);
    *error = (filter_error){.status = status};
    vsnprintf(error->message, sizeof error->message, format, args);
    va_end(args);
}

typedef struct builder {
    filter_engine *engine;
    arena *memory;
    diagnostics *d;
    const char *cache_dir;
    const pack_rule **owners[DATABASE_COUNT]; /* the first rule of each expression, for messages */
    size_t owner_capacity[DATABASE_COUNT];
    const yaml_node **nodes[DATABASE_COUNT];
    size_t node_capacity[DATABASE_COUNT];
    size_t list_capacity[DATABASE_COUNT];
    bool failed; /* memory is out */
} builder;

/* ------------------------------------------------------------------------------- patterns ---- */

static void list_add(builder *b, engine_list *list, size_t item) {
    if (arena_grow(b->memory, &list->items, &list->capacity, list->count + 1, sizeof *list->items)) {
        list->items[list->count++] = (uint32_t)item;
    } else {
        b->failed = true;
    }
}

/* Adds an expression to a database and remembers whom to blame for it. */
static size_t add_expression(builder *b, engine_database database, const char *expression, unsigned flags,
                             const pack_rule *rule, const yaml_node *node) {
    size_t index = 0, before = b->engine->sources[database].count;
    if (!expression || !database_add(&b->engine->sources[database], expression, flags, &index)) {
        b->failed = true;
        return 0;
    }
    if (index < before) return index;
    if (!arena_grow(b->memory, &b->owners[database], &b->owner_capacity[database], index + 1, sizeof(void *)) ||
        !arena_grow(b->memory, &b->nodes[database], &b->node_capacity[database], index + 1, sizeof(void *))) {
        b->failed = true;
        return 0;
    }
    b->owners[database][index] = rule;
    b->nodes[database][index] = node;
    return index;
}

static unsigned hyperscan_flags(const pack_rule *rule) {
    return (rule->caseless ? HS_FLAG_CASELESS : 0U) | (rule->multiline ? HS_FLAG_MULTILINE : 0U) |
           (rule->dotall ? HS_FLAG_DOTALL : 0U);
}

static void diagnose_node(builder *b, const pack_rule *rule, const yaml_node *node, const char *message) {
    b->d->file = rule->file;
    b->d->rule = rule->id;
    diagnose(b->d, node ? node->line : rule->line, node ? node->column : 0, "%s", message);
    b->d->rule = "";
}

static bool find_group(const pcre2_code *code, const char *name, uint32_t *group) {
    char *end;
    uint32_t count = 0;
    pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &count);
    unsigned long number = strtoul(name, &end, 10);
    if (*end) {
        int found = pcre2_substring_number_from_name(code, (PCRE2_SPTR)name);
        if (found < 0) return false;
        number = (unsigned long)found;
    }
    *group = (uint32_t)number;
    return number <= count;
}

static pcre2_code *compile_confirm(builder *b, const pack_rule *rule, const rule_pattern *pattern, uint32_t *group) {
    const char *expression = expression_confirm(b->memory, rule, pattern);
    const yaml_node *node = rule->confirm ? rule->confirm_node : pattern->node;
    uint32_t options = PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_MATCH_UNSET_BACKREF |
                       PCRE2_USE_OFFSET_LIMIT | (rule->caseless ? PCRE2_CASELESS : 0U) |
                       (rule->multiline ? PCRE2_MULTILINE : 0U) | (rule->dotall ? PCRE2_DOTALL : 0U);
    int number;
    PCRE2_SIZE offset;
    char message[300], reason[160];
    if (!expression) {
        b->failed = true;
        return NULL;
    }
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)expression, PCRE2_ZERO_TERMINATED, options, &number, &offset, NULL);
    if (!code) {
        pcre2_get_error_message(number, (PCRE2_UCHAR *)reason, sizeof reason);
        snprintf(message, sizeof message, "PCRE2 refuses the pattern: %s at offset %zu", reason, offset);
        diagnose_node(b, rule, node, message);
        return NULL;
    }
    (void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); /* without it, PCRE2 interprets */
    *group = 0;
    if (rule->group && !find_group(code, rule->group, group)) {
        snprintf(message, sizeof message, "the pattern has no capture group '%.60s'", rule->group);
        diagnose_node(b, rule, node, message);
    }
    return code;
}

#define WIDTH_WITH_CONFIRM 256

static size_t pattern_width(builder *b, const pack_rule *rule, const rule_pattern *pattern, const char *expression) {
    char why[400];
    size_t max = 0;
    if (pattern->finder != FINDER_REGEX) return pattern->value->max_width;
    if (!database_measure(expression, hyperscan_flags(rule), &max, why, sizeof why)) {
        diagnose_node(b, rule, pattern->node, why);
    } else if (rule->width) {
        return rule->width;
    } else if (max == SIZE_MAX) {
        diagnose_node(b, rule, pattern->node, "the pattern has no longest match; bound its repeats or give 'width'");
    }
    return rule->confirm ? WIDTH_WITH_CONFIRM : max;
}

static size_t sure_digits(const pack_rule *rule, const rule_pattern *pattern) {
    return rule->digits > pattern->value->min_digits ? rule->digits : pattern->value->min_digits;
}

static engine_database digits_shard(const char *expression) {
    uint32_t hash = 5381;
    for (const char *s = expression; *s; s++) hash = hash * 33 + (unsigned char)*s;
    return DATABASE_DIGITS + (engine_database)((hash >> 5) % DIGITS_SHARDS);
}

static void widen_window(builder *b, const pack_rule *rule, const rule_pattern *pattern, engine_window *window) {
    size_t digits = sure_digits(rule, pattern), lead = pattern->value->lead, trail = pattern->value->trail;
    if ((lead > DIGITS_REACH_MAX || trail > DIGITS_REACH_MAX) && !rule->digits) {
        diagnose_node(b, rule, pattern->node,
                      "the value may reach further than 32 characters from its first or last sure digit; say with "
                      "'digits' how many it has all over, or write it as a 'pattern'");
    }
    if (lead > DIGITS_REACH_MAX) lead = DIGITS_REACH_MAX;
    if (trail > DIGITS_REACH_MAX) trail = DIGITS_REACH_MAX;
    if (digits < window->digits_min) window->digits_min = digits;
    if (lead > window->lead) window->lead = lead;
    if (trail > window->trail) window->trail = trail;
}

/* The number of a word in the database of words, which are found as they stand, in any case. */
static size_t add_word(builder *b, const pack_rule *rule, const yaml_node *node, const char *word, size_t size,
                       bool whole_before, bool whole_after) {
    const char *expression = expression_literal(b->memory, word, size);
    size_t known = b->engine->sources[DATABASE_WORDS].count;
    size_t id = add_expression(b, DATABASE_WORDS, expression, HS_FLAG_CASELESS, rule, node);
    if (b->failed || id < known) return id;
    if (arena_grow(b->memory, &b->engine->words, &b->list_capacity[DATABASE_WORDS], id + 1, sizeof(engine_word))) {
        b->engine->words[id] = (engine_word){.size = size, .whole_before = whole_before, .whole_after = whole_after};
    } else {
        b->failed = true;
    }
    return id;
}

/* A name may stand inside a word: MYCOHEREKEY. */
static void add_names(builder *b, const pack_rule *rule, size_t pattern) {
    for (size_t i = 0; i < rule->names.count && !b->failed; i++) {
        const char *name = rule->names.items[i];
        size_t id = add_word(b, rule, rule->names.node, name, strlen(name), false, false);
        if (!b->failed) list_add(b, &b->engine->words[id].named, pattern);
    }
    b->engine->has_names = true;
    if (b->engine->words_within < NAME_WITHIN) b->engine->words_within = NAME_WITHIN;
}

static void add_pattern(builder *b, size_t rule_index, const rule_pattern *pattern) {
    filter_engine *e = b->engine;
    const pack_rule *rule = &e->set.rules[rule_index];
    engine_database database = DATABASE_DATA;
    const char *expression = expression_scan(b->memory, rule, pattern);
    if (!expression) {
        b->failed = true;
        return;
    }
    if (pattern->finder == FINDER_DIGITS) {
        database = sure_digits(rule, pattern) < FEW_DIGITS ? DATABASE_FEW_DIGITS : digits_shard(expression);
    }
    size_t before = b->d->count;
    engine_pattern compiled = {
        .rule = rule, .rule_index = (uint32_t)rule_index, .finder = pattern->finder, .value = pattern->value};
    compiled.width = pattern_width(b, rule, pattern, expression);
    compiled.code = compile_confirm(b, rule, pattern, &compiled.group);
    if (!arena_grow(b->memory, &e->patterns, &e->pattern_capacity, e->pattern_count + 1, sizeof compiled)) {
        pcre2_code_free(compiled.code);
        b->failed = true;
        return;
    }
    size_t index = e->pattern_count++;
    e->patterns[index] = compiled;
    if (pattern->finder == FINDER_NAMED) {
        add_names(b, rule, index);
        return;
    }
    if (b->d->count > before) return; /* Hyperscan would only say the same again */
    unsigned flags = pattern->finder == FINDER_REGEX ? hyperscan_flags(rule) : rule->caseless ? HS_FLAG_CASELESS : 0;
    size_t id = add_expression(b, database, expression, flags, rule, pattern->node);
    size_t old = b->list_capacity[database];
    if (!arena_grow(b->memory, &e->expressions[database], &b->list_capacity[database], id + 1, sizeof(engine_list))) {
        b->failed = true;
        return;
    }
    for (size_t i = old; i < b->list_capacity[database]; i++) e->expressions[database][i] = (engine_list){NULL, 0, 0};
    list_add(b, &e->expressions[database][id], index);
    if (pattern->finder == FINDER_DIGITS) {
        widen_window(b, rule, pattern, database == DATABASE_FEW_DIGITS ? &e->few_window : &e->window);
    }
}

/* --------------------------------------------------------------------- words and partners ---- */

static int compare_ids(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* A word stands alone: "pan" is not in "company". Scripts that join their words, and a word that
 * ends in *, are taken as they come. */
static void add_words(builder *b, const pack_rule *rule, const rule_words *words, engine_list *list) {
    for (size_t i = 0; i < words->words.count && !b->failed; i++) {
        const char *word = words->words.items[i];
        size_t size = strlen(word);
        bool open = size > 1 && word[size - 1] == '*';
        if (open) size--;
        bool before = text_is_alnum(word[0]), after = !open && text_is_alnum(word[size - 1]);
        size_t id = add_word(b, rule, words->words.node, word, size, before, after);
        if (b->failed) return;
        list_add(b, list, id);
    }
    if (list->count) qsort(list->items, list->count, sizeof *list->items, compare_ids);
    if (words->words.count && words->within > b->engine->words_within) b->engine->words_within = words->within;
}

static void add_partners(builder *b, const pack_rule *rule, engine_list *list) {
    for (size_t i = 0; i < rule->partners.rules.count; i++) {
        const pack_rule *partner = pack_find_rule(&b->engine->set, rule->partners.rules.items[i]);
        if (partner) list_add(b, list, (size_t)(partner - b->engine->set.rules));
    }
}

/* -------------------------------------------------------------------------------- phrases ---- */

static UScriptCode script_at(const char *word, size_t at) {
    UErrorCode status = U_ZERO_ERROR;
    UChar32 c;
    U8_NEXT_UNSAFE((const uint8_t *)word, at, c);
    return uscript_getScript(c, &status);
}

/* Are words of the script set apart by spaces? */
static bool script_parts_words(const char *word, size_t at) {
    switch (script_at(word, at)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_THAI:
    case USCRIPT_COMMON:
    case USCRIPT_INHERITED: return text_is_alnum(word[at]);
    default: return true;
    }
}

/* Do endings and particles grow on its words, so that each stands for all its forms? */
static bool script_adds_endings(const char *word) {
    switch (script_at(word, 0)) {
    case USCRIPT_LATIN:
    case USCRIPT_CYRILLIC:
    case USCRIPT_GREEK: return false;
    default: return !text_is_alnum(word[0]);
    }
}

static void add_signal(builder *b, size_t class, const char *word) {
    size_t size = strlen(word);
    bool open = word[size - 1] == '*';
    if (open) size--;
    filter_engine *e = b->engine;
    if (lexicon_takes(word, size, open)) {
        /* An entry of its own for each class: words of several classes are few. */
        size_t id = e->lexicon_classes.count;
        list_add(b, &e->lexicon_classes, class);
        if (!lexicon_add(&e->lexicon, b->memory, word, size, open, e->set.classes[class].anchor, (uint32_t)id))
            b->failed = true;
        return;
    }
    const char *expression = expression_words(b->memory, word, size);
    size_t known = e->sources[DATABASE_SIGNALS].count;
    size_t id = add_expression(b, DATABASE_SIGNALS, expression, HS_FLAG_CASELESS, NULL, NULL);
    if (b->failed) return;
    bool before = script_parts_words(word, 0),
         after = !open && script_parts_words(word, text_align_back(word, size - 1)) && !script_adds_endings(word);
    if (id == known) {
        if (!arena_grow(b->memory, &e->signals, &b->list_capacity[DATABASE_SIGNALS], id + 1, sizeof(engine_signal))) {
            b->failed = true;
            return;
        }
        e->signals[id] = (engine_signal){.size = size, .whole_before = before, .whole_after = after};
    }
    e->signals[id].whole_after = e->signals[id].whole_after && after;
    list_add(b, &e->signals[id].classes, class);
}

#define TELL_MIN 6 /* letters of a word that gives a cipher away */

/* What a word is when a cipher is applied to it. */
static void add_tell(builder *b, cipher c, const char *word, size_t size) {
    text_buffer out = {.memory = b->memory};
    span_map map = {.memory = b->memory};
    cipher_apply(cipher_inverse(c), word, (span){0, size}, NULL, &out, &map);
    char *text = out.failed ? NULL : arena_copy(b->memory, out.data, out.size);
    list_add(b, &b->engine->lexicon_classes, LEXICON_CIPHER + (size_t)c);
    if (!text || !lexicon_add(&b->engine->lexicon, b->memory, text, size, false, true,
                              (uint32_t)b->engine->lexicon_classes.count - 1))
        b->failed = true;
}

static bool is_telling(const ruleset *set, const char *word, size_t size) {
    for (size_t i = 0; i < set->telling_count; i++) {
        if (strlen(set->telling[i]) == size && memcmp(set->telling[i], word, size) == 0) return true;
    }
    return false;
}

/* The words of an entry: for the vocabulary and, of an anchor, read from their ends. */
static void add_parts(builder *b, const char *words, bool anchor) {
    for (const char *s = words; *s;) {
        size_t size = 0;
        while (text_is_alpha(s[size])) size++;
        bool whole = (s == words || s[-1] == ' ') && (!s[size] || s[size] == ' ');
        if (whole && !vocabulary_add(&b->engine->vocabulary, b->memory, s, size, is_telling(&b->engine->set, s, size)))
            b->failed = true;
        if (anchor && size >= TELL_MIN) add_tell(b, CIPHER_REVERSED, s, size);
        s += size + (s[size] != '\0');
    }
}

/* Words that tell by themselves of Atbash and any of Caesar's ciphers, and those of the spelling alphabet. */
static void add_telling(builder *b) {
    const ruleset *set = &b->engine->set;
    for (size_t i = 0; i < set->telling_count && !b->failed; i++) {
        add_tell(b, CIPHER_ATBASH, set->telling[i], strlen(set->telling[i]));
        for (int n = 1; n < 26; n++) add_tell(b, (cipher)(CIPHER_CAESAR + n), set->telling[i], strlen(set->telling[i]));
    }
    for (size_t i = 0; i < SPELLING_COUNT && !b->failed; i++) {
        list_add(b, &b->engine->lexicon_classes, LEXICON_CIPHER + (size_t)CIPHER_SPELLING);
        if (!lexicon_add(&b->engine->lexicon, b->memory, cipher_spelling[i], strlen(cipher_spelling[i]), false, true,
                         (uint32_t)b->engine->lexicon_classes.count - 1))
            b->failed = true;
    }
}

static void add_classes(builder *b) {
    filter_engine *e = b->engine;
    e->uses = arena_alloc(b->memory, e->set.class_count + 1, sizeof *e->uses);
    if (!e->uses) b->failed = true;
    for (size_t i = 0; i < e->set.class_count && !b->failed; i++) {
        for (size_t k = 0; k < e->set.classes[i].count && !b->failed; k++) {
            add_signal(b, i, e->set.classes[i].words[k]);
            add_parts(b, e->set.classes[i].words[k], e->set.classes[i].anchor);
        }
    }
    if (e->set.class_count) add_telling(b);
    if (!vocabulary_finish(&e->vocabulary, b->memory)) b->failed = true;
}

/* "override prior|every instruction": an element for each word, classes between bars. */
static void add_phrase(builder *b, size_t rule_index, const char *text, const yaml_node *node) {
    filter_engine *e = b->engine;
    const pack_rule *rule = &e->set.rules[rule_index];
    char message[200];
    uint32_t count = 0;
    for (const char *s = text; *s && !b->failed; count += *s == ' ', s += *s == ' ' || *s == '|') {
        size_t size = strcspn(s, " |");
        const pack_class *class = pack_find_class(&e->set, s, size);
        if (!class || count >= PHRASE_MAX) {
            if (class) snprintf(message, sizeof message, "a phrase has at most %d classes", PHRASE_MAX);
            else snprintf(message, sizeof message, "no loaded pack has words for the class '%.60s'", s);
            diagnose_node(b, rule, node, message);
            return;
        }
        list_add(b, &e->uses[class - e->set.classes], e->phrase_count * PHRASE_MAX + count);
        s += size;
    }
    if (!arena_grow(b->memory, &e->phrases, &e->phrase_capacity, e->phrase_count + 1, sizeof *e->phrases)) {
        b->failed = true;
        return;
    }
    e->phrases[e->phrase_count++] = (engine_phrase){(uint32_t)rule_index, count + 1, rule->within, rule->any_order};
}

static void add_phrases(builder *b, size_t rule_index) {
    const yaml_strings *phrases = &b->engine->set.rules[rule_index].phrases;
    for (size_t i = 0; i < phrases->count && !b->failed; i++) {
        add_phrase(b, rule_index, phrases->items[i],
                   phrases->node->kind == YAML_LIST ? phrases->node->items[i] : phrases->node);
    }
}

/* ------------------------------------------------------------------------- special tokens ---- */

static void add_tokens(builder *b, const yaml_strings *tokens, bool line_start, uint64_t family) {
    for (size_t i = 0; i < tokens->count && !b->failed; i++) {
        const char *forms[2] = {tokens->items[i], pack_fold(b->memory, tokens->items[i])};
        for (int k = 0; k < 2; k++) {
            if (!forms[k] || (k == 1 && strcmp(forms[0], forms[1]) == 0)) continue;
            const char *expression = expression_token(b->memory, forms[k], line_start);
            size_t known = b->engine->sources[DATABASE_TOKENS].count;
            size_t id = add_expression(b, DATABASE_TOKENS, expression,
                                       HS_FLAG_CASELESS | HS_FLAG_MULTILINE | HS_FLAG_SOM_LEFTMOST, NULL, tokens->node);
            if (b->failed) return;
            if (id == known) {
                if (!arena_grow(b->memory, &b->engine->tokens, &b->list_capacity[DATABASE_TOKENS], id + 1,
                                sizeof(engine_token))) {
                    b->failed = true;
                    return;
                }
                b->engine->tokens[id].families = 0;
            }
            b->engine->tokens[id].families |= family;
        }
    }
}

uint64_t engine_family(const filter_engine *engine, const char *id) {
    if (strcmp(id, "generic") == 0) return UINT64_MAX;
    for (size_t i = 0; i < engine->set.family_count; i++) {
        if (strcmp(engine->set.families[i].id, id) == 0) return UINT64_C(1) << i;
    }
    return 0;
}

/* ------------------------------------------------------------------------------ databases ---- */

typedef struct compile_job {
    builder *b;
    engine_database database;
    filter_status status;
    size_t culprit;
    char why[400];
} compile_job;

static void *compile_once(void *arg) {
    compile_job *job = arg;
    job->culprit = SIZE_MAX;
    job->status = database_compile(&job->b->engine->sources[job->database], job->b->cache_dir,
                                   &job->b->engine->databases[job->database], &job->culprit, job->why, sizeof job->why);
    return NULL;
}

/* Hyperscan names one culprit at a time: leave it out and go on, so that all are reported. */
static void finish_compile(compile_job *job) {
    builder *b = job->b;
    database_source *source = &b->engine->sources[job->database];
    for (; job->status != FILTER_OK; compile_once(job)) {
        if (job->culprit >= source->count) {
            diagnose(b->d, 0, 0, "%s", job->why);
            return;
        }
        static const pack_rule nobody = {.file = "", .id = ""};
        const pack_rule *rule = b->owners[job->database][job->culprit];
        diagnose_node(b, rule ? rule : &nobody, b->nodes[job->database][job->culprit], job->why);
        source->expressions[job->culprit] = "\\x00\\x00filterd"; /* stands in; the engine is not used */
        source->flags[job->culprit] = 0;
    }
}

/* Each database on a thread of its own: the time is that of the slowest one. */
static void compile_databases(builder *b) {
    compile_job jobs[DATABASE_COUNT];
    pthread_t threads[DATABASE_COUNT];
    bool started[DATABASE_COUNT];
    for (int i = 0; i < DATABASE_COUNT; i++) {
        jobs[i] = (compile_job){.b = b, .database = (engine_database)i};
        started[i] = pthread_create(&threads[i], NULL, compile_once, &jobs[i]) == 0;
        if (!started[i]) compile_once(&jobs[i]);
    }
    for (int i = 0; i < DATABASE_COUNT; i++) {
        if (started[i]) pthread_join(threads[i], NULL);
    }
    for (int i = 0; i < DATABASE_COUNT; i++) finish_compile(&jobs[i]);
}

static void mark_unaided(filter_engine *e) {
    for (size_t i = 0; i < e->set.rule_count; i++) {
        const pack_rule *rule = &e->set.rules[i];
        e->rules[i].unaided = rule->score > rule->checksum_pass ? rule->score : rule->checksum_pass;
        if (rule->category == FILTER_INJECTION || rule->partners.rules.count) e->rules[i].unaided = 1;
    }
    for (size_t i = 0; i < e->set.rule_count; i++) { /* a weak candidate may be another one's neighbour */
        const engine_list *partners = &e->rules[i].partners;
        for (size_t k = 0; k < partners->count; k++) e->rules[partners->items[k]].unaided = 1;
    }
}

static void add_sole(builder *b, const pack_rule *rule, sole_finder sole, const void *settings, const char *taken) {
    if (!settings) return;
    if (b->engine->soles[sole]) diagnose_node(b, rule, NULL, taken);
    b->engine->soles[sole] = rule;
}

static void compile_rules(builder *b) {
    filter_engine *e = b->engine;
    e->window.digits_min = e->few_window.digits_min = SIZE_MAX;
    e->rules = arena_alloc(b->memory, e->set.rule_count + 1, sizeof *e->rules);
    if (!e->rules) {
        b->failed = true;
        return;
    }
    add_classes(b);
    for (size_t i = 0; i < e->set.rule_count && !b->failed; i++) {
        const pack_rule *rule = &e->set.rules[i];
        add_phrases(b, i);
        add_sole(b, rule, SOLE_LEAK, rule->leak, "another rule has a leak already");
        add_sole(b, rule, SOLE_TAIL, rule->tail, "another rule has a tail already");
        add_sole(b, rule, SOLE_VEIL, rule->veil, "another rule has a veil already");
        add_sole(b, rule, SOLE_TURNS, rule->turns, "another rule has turns already");
        add_sole(b, rule, SOLE_MODEL, rule->model, "another rule has a model already");
        e->rules[i].sources = arena_alloc(b->memory, rule->pattern_count + rule->phrases.count + 1, sizeof(char *));
        for (size_t k = 0; k < rule->pattern_count && !b->failed; k++) {
            if (e->rules[i].sources) e->rules[i].sources[k] = rule->patterns[k].node->text;
            else b->failed = true;
            add_pattern(b, i, &rule->patterns[k]);
        }
        for (size_t k = 0; k < rule->phrases.count && e->rules[i].sources; k++) {
            e->rules[i].sources[rule->pattern_count + k] = rule->phrases.items[k];
        }
        add_words(b, rule, &rule->context, &e->rules[i].context);
        add_words(b, rule, &rule->deny, &e->rules[i].deny);
        add_partners(b, rule, &e->rules[i].partners);
    }
    if (!b->failed) mark_unaided(e);
    if (e->set.family_count > FAMILIES_MAX) diagnose(b->d, 0, 0, "more than %d model families", FAMILIES_MAX);
    for (size_t i = 0; i < e->set.family_count && i < FAMILIES_MAX; i++) {
        add_tokens(b, &e->set.families[i].tokens, false, UINT64_C(1) << i);
        add_tokens(b, &e->set.families[i].line_starts, true, UINT64_C(1) << i);
    }
    if (!b->failed) compile_databases(b);
}

/* --------------------------------------------------------------------------------- reading ---- */

static filter_status read_packs(builder *b, filter_error *error) {
    crypto_generichash_state state;
    unsigned char hash[32];
    char why[SOURCE_WHY_MAX];
    arena files;
    ruleset *set = &b->engine->set;
    filter_status status = FILTER_OK;
    arena_init(&files);
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    for (size_t i = 0; i < set->source_count && status == FILTER_OK; i++) {
        const filter_source *source = &set->sources[i];
        source_bytes bytes = {NULL, 0};
        if (source_is_data(source)) continue; /* read by the pack that names it, with its digest */
        status = source_read(&files, source, SOURCE_PACK_MAX, &bytes, why);
        if (status == FILTER_ERROR_IO) engine_fail(error, status, "%s", why);
        if (status != FILTER_OK) break;
        uint64_t length = bytes.size;
        crypto_generichash_update(&state, (const unsigned char *)&length, sizeof length);
        crypto_generichash_update(&state, (const unsigned char *)bytes.data, bytes.size);
        const char *name = source->name ? source->name : "(memory)";
        if (!pack_load(set, name, bytes.data, bytes.size, b->d)) status = FILTER_ERROR_MEMORY;
        arena_reset(&files, 1 << 20);
    }
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(b->engine->digest, sizeof b->engine->digest, hash, sizeof hash);
    arena_fini(&files);
    return status;
}

filter_status engine_build(filter_engine **engine, const filter_source *sources, size_t source_count,
                           const filter_engine_options *options, diagnostics *d, filter_error *error) {
    static atomic_uint_fast64_t serials;
    *engine = NULL;
    if (sodium_init() < 0 || !fold_init()) {
        engine_fail(error, FILTER_ERROR_INTERNAL, "libsodium or ICU cannot be set up; is ICU's data installed?");
        return FILTER_ERROR_INTERNAL;
    }
    filter_engine *e = calloc(1, sizeof *e);
    if (!e) return FILTER_ERROR_MEMORY;
    arena_init(&e->memory);
    atomic_init(&e->references, 1);
    e->serial = atomic_fetch_add(&serials, 1) + 1;
    e->set.memory = &e->memory;
    if (options->hash_key) memcpy(e->hash_key, options->hash_key, sizeof e->hash_key);
    else randombytes_buf(e->hash_key, sizeof e->hash_key);
    builder b = {.engine = e, .memory = &e->memory, .d = d, .cache_dir = options->cache_dir};
    for (int i = 0; i < DATABASE_COUNT; i++) e->sources[i].memory = &e->memory;
    e->set.sources = sources;
    e->set.source_count = source_count;
    filter_status status = read_packs(&b, error);
    if (status == FILTER_OK) {
        pack_read_rules(&e->set, d);
        e->set.sources = NULL;
        e->set.source_count = 0;
        pack_check_references(&e->set, d);
        compile_rules(&b);
        e->version = pack_versions(&e->set);
        if (b.failed || !e->version) status = FILTER_ERROR_MEMORY;
        else if (!pack_find_policy(&e->set, "default")) {
            d->file = source_count ? sources[source_count - 1].name : "";
            diagnose(d, 0, 0, "no pack defines the policy 'default'; load policy.yaml or write one");
        }
    }
    if (status == FILTER_ERROR_MEMORY) engine_fail(error, status, "out of memory while compiling rules");
    if (status == FILTER_OK && d->count) {
        status = FILTER_ERROR_RULES;
        engine_fail(error, status, "%.500s", d->first);
    }
    if (status != FILTER_OK) {
        filter_engine_unref(e);
        return status;
    }
    *engine = e;
    return FILTER_OK;
}

filter_engine *filter_engine_ref(const filter_engine *engine) {
    filter_engine *e = (filter_engine *)(uintptr_t)engine;
    if (e) atomic_fetch_add_explicit(&e->references, 1, memory_order_relaxed);
    return e;
}

void filter_engine_unref(const filter_engine *engine) {
    filter_engine *e = (filter_engine *)(uintptr_t)engine;
    if (!e || atomic_fetch_sub_explicit(&e->references, 1, memory_order_acq_rel) != 1) return;
    for (int i = 0; i < DATABASE_COUNT; i++) hs_free_database(e->databases[i]);
    for (size_t i = 0; i < e->pattern_count; i++) pcre2_code_free(e->patterns[i].code);
    sodium_memzero(e->hash_key, sizeof e->hash_key);
    arena_fini(&e->memory);
    free(e);
}
