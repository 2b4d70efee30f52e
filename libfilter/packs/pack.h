/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pack: rule packs as read from YAML, checked key by key, not yet compiled.
 *
 * The format is described for its writers in rules/filter-rules.5 and rules/schema/pack.schema.json; the
 * names there and here are the same. Everything lives in the arena that the packs were read into
 * and does not change after packs_read.
 */
#ifndef FILTER_PACKS_PACK_H
#define FILTER_PACKS_PACK_H

#include "base/arena.h"
#include "base/utf8.h"
#include "base/yaml_reader.h"
#include "filter.h"
#include "packs/check_digits/check_digits.h"
#include "packs/detector_type.h"
#include "packs/value_format.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How candidates of a pattern are found. */
typedef enum finder {
    FIND_BY_PREFIX, /* its literal head, anywhere in the text                               */
    FIND_BY_DIGITS, /* its shape, but only near digits: most text has none, and shapes made */
    /* of digits are by far the dearest thing to look for everywhere        */
    FIND_BY_KEYWORD, /* a run of token characters, with one of the rule's names before it     */
    FIND_BY_FIELD, /* all of a value that one of the rule's fields names                   */
    FIND_BY_REGEX /* the regular expression, anywhere in the text                         */
} finder;

typedef struct rule_pattern {
    finder finder;
    const value_format *value; /* NULL: a regular expression */
    const char *regex; /* what Hyperscan looks for, as written, definitions put in */
    const yaml_node *node;
} rule_pattern;

/* Words near a value that speak for it, or against it. */
typedef struct rule_words {
    yaml_strings words;
    size_t within; /* bytes to both sides      */
    double weight; /* `boost` or `penalty`     */
    bool required; /* without one, no finding  */
} rule_words;

/* A value that looks like any other is found by a name at most so many bytes before it. */
#define KEYWORD_WITHIN 64
/* No shorter run of token characters is looked at. */
#define KEYWORD_WIDTH_MIN 16

/* Other rules whose findings near a value speak for it. */
typedef struct rule_partners {
    yaml_strings rules;
    size_t within;
    double boost;
    bool joins; /* what follows directly becomes part of the value */
} rule_partners;

/* What around or in a phrase says that it is no attack, as expressions of PCRE2 in any case; NULL: nothing does. */
typedef enum unless_place { UNLESS_BEFORE, UNLESS_INSIDE, UNLESS_AFTER, UNLESS_COUNT } unless_place;

typedef struct rule_unless {
    const char *places[UNLESS_COUNT]; /* definitions put in */
    const yaml_node *node;
    double score; /* then, at most; 0: no finding */
} rule_unless;

#define RULE_CHECKSUMS_MAX 4

typedef struct pack_rule {
    const char *id, *title, *pack, *file;
    unsigned line;
    filter_category category;
    const char *entity_type;
    size_t entity_index; /* among the ruleset's entity types */
    const char *severity;
    double score;
    rule_pattern *patterns;
    size_t pattern_count;
    bool caseless, multiline, dotall;
    const detector_type *detector; /* NULL: none */
    const void *settings; /* of the detector, by its kind */
    yaml_strings phrases; /* classes of words, one after the other                */
    size_t max_span; /* characters that a phrase may take                         */
    bool unordered; /* of the classes of a phrase                           */
    rule_unless unless;
    const char *confirm; /* PCRE2, definitions put in; NULL: the pattern itself */
    const yaml_node *confirm_node;
    const char *group; /* capture group that is the value; NULL: the whole match */
    size_t width; /* longest match in bytes; 0: what Hyperscan says */
    size_t near_digits; /* the pattern is looked for only around so many; 0: everywhere */
    size_t start_within; /* of a match before the end of what the pattern finds; SIZE_MAX: its width */
    const char *left, *right; /* characters that may not touch the value; "" for any may */
    const checksum *checksums[RULE_CHECKSUMS_MAX];
    size_t checksum_count;
    double checksum_pass; /* score when right, at least; 0: unchanged           */
    double checksum_fail; /* score when wrong, at most; 0: no finding           */
    rule_words context, negative_context;
    rule_partners near_rules;
    yaml_strings keywords; /* what stands before its values, when they cannot be told from others */
    yaml_strings fields; /* names of the values that it looks at, alone */
    yaml_strings allowlist; /* values that are never reported                        */
    yaml_strings placeholders; /* a value that holds one of these is a placeholder      */
    size_t digits; /* in a value, at least                                  */
    double entropy; /* bits a character, at least; 0: any                    */
    unsigned roles; /* bits 1 << filter_role                                 */
    int action; /* filter_action, or -1: the policy's for its category   */
    yaml_strings languages, references;
    const yaml_node *match, *no_match; /* lists, or NULL */
} pack_rule;

typedef enum redact_operator { REDACT_REPLACE, REDACT_MASK, REDACT_REMOVE, REDACT_HASH } redact_operator;

typedef struct pack_redaction {
    redact_operator operator;
    size_t keep; /* mask: so many letters and digits at the end stay */
    char character; /* mask */
} pack_redaction;

/* The same as written. */
typedef struct pack_redaction_keys {
    int operator; /* redact_operator, or -1 */
    size_t keep; /* or SIZE_MAX */
    const char *character; /* or NULL */
} pack_redaction_keys;

/* What a policy says of one entity type. */
typedef struct entity_policy {
    const yaml_node *node;
    const char *entity_type;
    int action; /* filter_action, or -1 */
    double threshold; /* or -1 */
    bool has_redaction;
    pack_redaction redaction;
} entity_policy;

/* Injection scores from which a segment is flagged, and blocked. Above 1: never. */
typedef struct injection_thresholds {
    double flag, block;
} injection_thresholds;

/* What a policy expects of what a model wrote: see verdict/output_policy.h. */
typedef struct output_policy {
    yaml_strings hosts; /* that links may lead to; without a node: any */
    int unlisted_hosts; /* filter_action for links to others */
    int unseen_data; /* filter_action for values that the request does not hold, at least; -1: as for any */
    bool json;
    size_t max_bytes; /* 0: any */
    yaml_strings match, no_match; /* rules that must find something, and that must not */
    filter_verdict violation; /* verdict when one of the last four is not met */
} output_policy;

/* Where a value has the same token: in one request, or in all of a session, a user or a tenant. */
typedef enum token_scope { TOKENS_BY_REQUEST, TOKENS_BY_SESSION, TOKENS_BY_USER, TOKENS_BY_TENANT } token_scope;

/* Where secrets may be restored. */
typedef enum restore_secrets {
    RESTORE_SECRETS_NOWHERE,
    RESTORE_SECRETS_IN_ARGUMENTS, /* of tools, which need them */
    RESTORE_SECRETS_EVERYWHERE
} restore_secrets;

/* What may be restored where, in answers: see restore/restore.h. */
typedef struct restore_policy {
    bool places[3]; /* by restore_place */
    bool instructions; /* also what only trusted instructions hold */
    restore_secrets secrets;
} restore_policy;

/* What a policy makes of a chat body, beside its texts: see chat.c. */
typedef struct chat_policy {
    filter_action history; /* at most, for a part of an earlier turn */
    filter_verdict unread; /* at least, when the body has an image, a file or what else cannot be read */
    filter_verdict chat_template; /* at least, when the caller sets the template that makes the roles */
} chat_policy;

#define ROLE_COUNT 7

/* The grey band: which segments a slower judge is asked about, and what happens without its answer. See judge.h. */
typedef struct judge_policy {
    double from, to; /* injection scores, from the first on and below the second */
    unsigned roles; /* a bit for each filter_role */
    filter_action on_failure; /* at least; FILTER_ACTION_NONE: as if nobody had been asked */
    bool original; /* the judge gets the text as sent, not the redacted one */
} judge_policy;

/* Instructions, which are not searched for injection. */
static inline bool role_is_trusted(filter_role role) {
    return role == FILTER_ROLE_SYSTEM || role == FILTER_ROLE_DEVELOPER;
}

/* Texts that others wrote, and that an answer has no business to obey. */
static inline bool role_may_plant(filter_role role) {
    return role == FILTER_ROLE_TOOL || role == FILTER_ROLE_DOCUMENT || role == FILTER_ROLE_TOOL_DEFINITION;
}

typedef struct pack_policy {
    const char *id, *title, *file;
    unsigned line;
    double threshold[3]; /* by category_index: a finding below is not reported */
    filter_action action[2]; /* pii, secret */
    injection_thresholds injection[ROLE_COUNT];
    filter_action quoted; /* at most, for an attack that is only quoted */
    judge_policy judge;
    entity_policy *entities;
    size_t entity_count;
    pack_redaction redaction;
    filter_isolate_mode isolate_mode;
    const char *model_family;
    output_policy output;
    chat_policy chat;
    token_scope tokens;
    restore_policy restore;
    filter_verdict incomplete; /* verdict, at least, when a text was not read in full */
} pack_policy;

/* A model family's special tokens: what must not survive in isolated text. */
typedef struct pack_family {
    const char *id, *file;
    unsigned line;
    yaml_strings tokens;
    yaml_strings line_starts; /* special only at the start of a line */
} pack_family;

/* Words, of all languages, that mean the same to phrases. */
typedef struct word_class {
    const char *name;
    const char **words;
    const yaml_node **nodes; /* of each word */
    const char **files;
    uint32_t hash; /* of the name */
    bool is_trigger; /* rare in benign text: without one, no phrase is looked for */
    size_t count, words_capacity, nodes_capacity, files_capacity;
} word_class;

/* What a pack calls itself. */
typedef struct pack_id {
    const char *name, *version;
} pack_id;

/* Keys that rules of any pack take by name: see preset.h. */
typedef struct pack_preset {
    const char *name, *file;
    unsigned line;
    const yaml_node *keys;
    bool is_right; /* false: its mistakes are reported, and rules that take it are left out */
} pack_preset;

/* A pack whose rules wait until all packs are there: presets and words may come later. */
typedef struct pack_document {
    const char *name, *file; /* the name "" when it has none */
    const yaml_node *definitions; /* map from name to regular expression; NULL: none */
    const yaml_node *defaults; /* keys of rules; NULL: none */
    const yaml_node *rules, *policies, *families;
    yaml_strings trigger_classes;
} pack_document;

typedef struct ruleset {
    arena *memory;
    const filter_source *sources; /* while packs are read: what packs refer to is looked up here */
    size_t source_count;
    const detector_type *const *detectors; /* those that rules may set up; ends with NULL */
    pack_document *documents;
    size_t document_count, document_capacity;
    pack_preset *presets;
    size_t preset_count, preset_capacity;
    pack_rule *rules;
    size_t rule_count, rule_capacity;
    pack_policy *policies;
    size_t policy_count, policy_capacity;
    pack_family *families;
    size_t family_count, family_capacity;
    word_class *classes;
    size_t class_count, class_capacity;
    const char **indicator_words; /* words that show by themselves that a text is obfuscated */
    size_t indicator_word_count, indicator_word_capacity;
    pack_id *pack_ids;
    size_t pack_id_count, pack_id_capacity;
    const char **entity_types; /* of all rules: each once, in order of bytes */
    size_t entity_type_count;
    char digest[65]; /* BLAKE2b-256 of all packs as loaded, hex */
} ruleset;

static inline size_t category_index(filter_category category) {
    return category == FILTER_PII ? 0 : category == FILTER_SECRET ? 1 : 2;
}

/* Reads the packs of `sources`: first what each says for others (name, words, presets), then all rules, policies and
 * families; sets the digest. Mistakes go to `d`; the rules without mistakes are kept all the same, so that later steps
 * can find more. An error is a file that cannot be read, or memory that is out. */
filter_status packs_read(ruleset *set, diagnostics *d, filter_error *error);

/* What can only be seen once all packs are there: repeated ids, partners and families that do not
 * exist, the missing default policy. */
void pack_check_references(const ruleset *set, diagnostics *d);

/* "name version, name version" of all packs; those of one family are told once, as "family-* version". NULL when
 * memory is out. */
const char *pack_versions(const ruleset *set);

/* What packs give names to. */
typedef enum pack_kind { PACK_RULES, PACK_ENTITY_TYPES, PACK_POLICIES, PACK_FAMILIES, PACK_CLASSES } pack_kind;

/* The words for a kind in messages. */
extern const char *const pack_kind_names[];

/* The name of that kind that is nearest to a word that is none; NULL when none is near. For messages. */
const char *pack_nearest(const ruleset *set, pack_kind kind, const char *word);

const pack_policy *pack_find_policy(const ruleset *set, const char *id);
const pack_rule *pack_find_rule(const ruleset *set, const char *id);
const word_class *pack_find_class(const ruleset *set, const char *name, size_t size);

/* Lists the entity types of all rules. Out of memory shows in the arena. */
void pack_index_entities(ruleset *set);

/* The index of an entity type, whose name need not end in NUL; the number of them when no rule finds it. */
size_t pack_entity_index(const ruleset *set, const char *text, size_t size);
bool pack_has_entity(const ruleset *set, const char *entity_type); /* does a rule find it? */

/* What a policy says of an entity type; NULL: nothing of its own. */
const entity_policy *policy_entity(const pack_policy *policy, const char *entity_type);

/* Has a value the digits and the check digits that its rule asks for? The first is a matter of what the rule
 * is, the second of evidence. */
bool pack_has_digits(const pack_rule *rule, const char *value, size_t size);
bool pack_checksums_hold(const pack_rule *rule, const char *value, size_t size);


/* The severity as a number that rises with it. */
int pack_severity(const pack_rule *rule);

/* The keys of a pack, of a policy, and of a model family. */
extern const yaml_table pack_table, policy_table, family_table;

/* Used by pack.c, written in files of their own: one item of `policies` and of `families`. */
void pack_read_policy(ruleset *set, const yaml_node *node, diagnostics *d);
void pack_read_family(ruleset *set, const yaml_node *node, diagnostics *d);
/* … and all of `word_classes`: a map from class to words, or to words by language. */
void pack_read_words(ruleset *set, const yaml_node *node, diagnostics *d);
/* … and `trigger_classes`: a list of classes. */
void pack_read_trigger_classes(ruleset *set, const yaml_strings *names, diagnostics *d);
/* … and `indicator_words`: a list of words. */
void pack_read_indicator_words(ruleset *set, const yaml_strings *words, diagnostics *d);

#endif
