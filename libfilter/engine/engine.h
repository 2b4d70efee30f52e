/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine: rules in compiled form, everything that a scan reads and never writes.
 *
 * Rules are spread over a few databases, because what they look for costs so differently: shapes made of digits in the
 * whole text would slow everything else down seven times. Regular expressions share one, whatever they are for: the
 * second database costs more than what it spares. Expressions that several rules share are compiled once.
 */
#ifndef FILTER_ENGINE_ENGINE_H
#define FILTER_ENGINE_ENGINE_H

#define PCRE2_CODE_UNIT_WIDTH 8

#include "engine/database.h"
#include "engine/field_names.h"
#include "engine/lexicon.h"
#include "engine/shape_starts.h"
#include "packs/pack.h"
#include "text/word_index.h"

#include <pcre2.h>
#include <stdatomic.h>
#include <stdint.h>

typedef enum engine_database {
    DATABASE_DATA, /* heads and regular expressions of all rules */
    DATABASE_DIGITS, /* shapes, scanned only near digits, from where they may begin */
    DATABASE_NEAR_DIGITS, /* regular expressions of values with digits, in the text around these */
    DATABASE_WORDS, /* context words, scanned only near a candidate */
    DATABASE_CLASS_WORDS, /* words of phrases that the lexicon does not take */
    DATABASE_TOKENS, /* special tokens of model families, scanned only for isolation */
    DATABASE_COUNT
} engine_database;

typedef struct id_list {
    uint32_t *items;
    size_t count, capacity;
} id_list;

/* What a lookahead may need to see after the longest match. */
#define LOOKAHEAD 8

typedef struct engine_pattern {
    const pack_rule *rule;
    uint32_t rule_index;
    finder finder;
    const value_format *value; /* NULL: a regular expression */
    size_t width; /* longest match */
    size_t start_within; /* how far before the end of a hit it can begin */
    uint32_t group; /* capture that is the value */
    pcre2_code *code;
    bool shares_code; /* with the pattern before, of the same rule: freed there */
} engine_pattern;

/* What a rule asks of the words around its value: sorted ids of context words. */
typedef struct engine_rule {
    id_list context, negative_context;
    id_list partners; /* indexes of rules */
    pcre2_code *unless[UNLESS_COUNT]; /* of its phrases; NULL: none */
    const char **sources; /* its values, patterns and phrases as written */
    double max_score_without_context; /* highest score without a word or a neighbour; 1 when that cannot be said */
} engine_rule;

/* What text around digits is worth a scan. */
typedef struct engine_window {
    size_t digits_min; /* fewest digits of any shape */
    size_t lead, trail; /* farthest that a value reaches before its first, after its last digit */
    size_t width; /* of the longest value */
} engine_window;

typedef struct engine_word {
    size_t size;
    bool whole_before, whole_after; /* no letter or digit may touch it there */
    id_list keyword_of; /* patterns whose values it names */
} engine_word;

/* A word of phrases, and the classes that it is of. */
typedef struct engine_class_word {
    size_t size;
    bool whole_before, whole_after;
    id_list classes;
} engine_class_word;

/* Words of triggers as a cipher writes them. */
#define LEXICON_CIPHER UINT32_C(0x80000000)

#define PHRASE_MAX 6 /* classes in a row */

/* Classes of words that follow one another within so many bytes, in one sentence. */
typedef struct engine_phrase {
    uint32_t rule_index;
    uint32_t count;
    size_t within;
    bool unordered;
} engine_phrase;

typedef struct engine_token {
    uint64_t families; /* bit for each; generic has all */
} engine_token;

struct filter_engine {
    atomic_size_t references;
    uint64_t serial; /* distinguishes engines that come to lie at the same address */
    arena memory;
    ruleset set;
    hs_database_t *databases[DATABASE_COUNT];
    database_source sources[DATABASE_COUNT]; /* what they were compiled from */
    engine_pattern *patterns;
    size_t pattern_count, pattern_capacity;
    id_list *expressions[DATABASE_NEAR_DIGITS + 1]; /* by database and match id: patterns */
    engine_rule *rules; /* beside set.rules */
    engine_word *words;
    field_names field_names; /* of rules that look at fields: see values/named.h */
    lexicon lexicon;
    word_index word_index;
    id_list lexicon_classes; /* by what the lexicon reports: a class, or LEXICON_CIPHER + cipher */
    engine_class_word *class_words; /* words that are found by DATABASE_CLASS_WORDS */
    engine_phrase *phrases;
    size_t phrase_count, phrase_capacity;
    id_list *uses; /* by class: PHRASE_MAX × phrase + place in it */
    const pack_rule *detectors[DETECTORS_MAX]; /* the rule of each of set.detectors; NULL: none */
    engine_token *tokens;
    engine_window window, near_window; /* where DATABASE_DIGITS and DATABASE_NEAR_DIGITS are scanned */
    shape_starts starts; /* of DATABASE_DIGITS */
    size_t words_within; /* farthest that a word can lie from a value */
    size_t longest_word; /* in bytes */
    bool has_keywords; /* some values are found by the name before them */
    uint8_t hash_key[FILTER_HASH_KEY_SIZE];
    const char *version;
};

/* Place of one of the engine's rules in its ruleset. */
static inline uint32_t engine_rule_index(const filter_engine *engine, const pack_rule *rule) {
    return (uint32_t)(rule - engine->set.rules);
}

/* Bit of a family, all bits for "generic", 0 for none. */
uint64_t engine_family(const filter_engine *engine, const char *id);

#endif
