/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/rule_keys.h"

#include "base/names.h"

#include <stddef.h>
#include <string.h>

const char *const severity_names[] = {"low", "medium", "high", "critical", NULL};
const char *const flag_names[] = {"caseless", "multiline", "dotall", NULL};

static const yaml_field context_fields[] = {
    {.key = "words",
     .type = YAML_STRINGS,
     .offset = offsetof(rule_words, words),
     .required = true,
     .about = "Words in any case that stand alone; one that ends in * may go on."},
    {.key = "within",
     .type = YAML_COUNT,
     .offset = offsetof(rule_words, within),
     .min = 1,
     .max = 256,
     .standard = "64",
     .about = "Bytes to both sides of the value."},
    {.key = "boost",
     .type = YAML_NUMBER,
     .offset = offsetof(rule_words, weight),
     .max = 1,
     .standard = "0.5",
     .about = "How far a word moves the score towards 1; a second word adds half as much."},
    {.key = "required",
     .type = YAML_BOOL,
     .offset = offsetof(rule_words, required),
     .standard = "false",
     .about = "Without one of the words there is no finding."},
};

const yaml_table context_table = YAML_TABLE("context", context_fields);

static const yaml_field negative_context_fields[] = {
    {.key = "words",
     .type = YAML_STRINGS,
     .offset = offsetof(rule_words, words),
     .required = true,
     .about = "Words in any case that stand alone; one that ends in * may go on."},
    {.key = "within",
     .type = YAML_COUNT,
     .offset = offsetof(rule_words, within),
     .min = 1,
     .max = 256,
     .standard = "32",
     .about = "Bytes to both sides of the value."},
    {.key = "penalty",
     .type = YAML_NUMBER,
     .offset = offsetof(rule_words, weight),
     .max = 1,
     .standard = "0.5",
     .about = "How far a word moves the score towards 0."},
    {.key = "required",
     .type = YAML_BOOL,
     .offset = offsetof(rule_words, required),
     .standard = "false",
     .about = "Without one of the words there is no finding."},
};

const yaml_table negative_context_table = YAML_TABLE("negative_context", negative_context_fields);

static const yaml_field near_rules_fields[] = {
    {.key = "rules",
     .type = YAML_STRINGS,
     .offset = offsetof(rule_partners, rules),
     .required = true,
     .about = "Ids of rules of any pack."},
    {.key = "within",
     .type = YAML_COUNT,
     .offset = offsetof(rule_partners, within),
     .min = 1,
     .max = 4096,
     .standard = "128",
     .about = "Bytes between the two findings."},
    {.key = "boost",
     .type = YAML_NUMBER,
     .offset = offsetof(rule_partners, boost),
     .max = 1,
     .standard = "0.5",
     .about = "How far such a finding moves the score towards 1."},
    {.key = "joins",
     .type = YAML_BOOL,
     .offset = offsetof(rule_partners, joins),
     .standard = "false",
     .about =
         "Such findings right behind the value, after a blank or a comma and a blank, become part of it, as a town "
         "does of an address."},
};

const yaml_table near_rules_table = YAML_TABLE("near_rules", near_rules_fields);

static const yaml_field unless_fields[] = {
    {.key = "before",
     .type = YAML_TEXT,
     .offset = offsetof(rule_unless, places[UNLESS_BEFORE]),
     .about = "What stands in the 64 bytes before, to its end."},
    {.key = "inside",
     .type = YAML_TEXT,
     .offset = offsetof(rule_unless, places[UNLESS_INSIDE]),
     .about = "What stands anywhere in it."},
    {.key = "after",
     .type = YAML_TEXT,
     .offset = offsetof(rule_unless, places[UNLESS_AFTER]),
     .about = "What stands in the 64 bytes after, from their beginning; it may look back into the phrase."},
    {.key = "score",
     .type = YAML_NUMBER,
     .offset = offsetof(rule_unless, score),
     .max = 1,
     .standard = "0",
     .about = "The score that is left, at most; with 0 there is no finding."},
};

const yaml_table unless_table = YAML_TABLE("unless", unless_fields);

static const yaml_field checksum_fields[] = {
    {.key = "name",
     .type = YAML_STRINGS,
     .offset = offsetof(raw_checksum, names),
     .required = true,
     .about = "One or several schemes of check digits; all must hold."},
    {.key = "pass",
     .type = YAML_NUMBER,
     .offset = offsetof(raw_checksum, pass),
     .max = 1,
     .standard = "0",
     .about = "The score, at least, when the check digits are right."},
    {.key = "fail",
     .type = YAML_NUMBER,
     .offset = offsetof(raw_checksum, fail),
     .max = 1,
     .standard = "0",
     .about = "The score, at most, when they are wrong; 0: then it is no finding."},
};

const yaml_table checksum_table = YAML_TABLE("checksum", checksum_fields);

static const yaml_field example_fields[] = {
    {.key = "text", .type = YAML_TEXT, .required = true, .about = "The example."},
    {.key = "value", .type = YAML_TEXT, .about = "What must be found in it."},
    {.key = "min_score",
     .type = YAML_NUMBER,
     .max = 1,
     .about = "Candidates are listed from this score on, for what the default policy does not act on."},
};

static const yaml_table example_table = YAML_TABLE("an example", example_fields);

static const yaml_field examples_fields[] = {
    {.key = "match",
     .type = YAML_NODE,
     .offset = offsetof(raw_examples, match),
     .required = true,
     .holds = YAML_HOLDS_TEXTS | YAML_HOLDS_TABLES,
     .table = &example_table,
     .about = "Texts in which the rule must find something. {{self}} is a random valid value of the rule, {{self!}} "
              "one with wrong check digits, {{keyword}} its first keyword, {{ID}} a value of another rule, {{hex:32}} "
              "random characters of a set (digit, hex, lower, upper, alnum, base64)."},
    {.key = "no_match",
     .type = YAML_NODE,
     .offset = offsetof(raw_examples, no_match),
     .holds = YAML_HOLDS_TEXTS | YAML_HOLDS_TABLES,
     .table = &example_table,
     .about = "Texts in which it must find nothing."},
};

const yaml_table examples_table = YAML_TABLE("examples", examples_fields);

static const yaml_field rule_fields[] = {
    {.key = "id",
     .type = YAML_TEXT,
     .offset = offsetof(raw_rule, rule.id),
     .required = true,
     .about = "Made of a-z, 0-9, '.', '_' and '-'; unique among all packs."},
    {.key = "preset",
     .type = YAML_TEXT,
     .offset = offsetof(raw_rule, preset),
     .about = "The preset whose keys the rule has; the rule's own keys come first, then the preset's, then the "
              "pack's defaults."},
    {.key = "detect",
     .type = YAML_NODE,
     .offset = offsetof(raw_rule, detect),
     .holds = YAML_HOLDS_TABLE,
     .about = "Sets up a detector; an engine has one rule for each."},
    {.key = "category",
     .type = YAML_CHOICE,
     .offset = offsetof(raw_rule, category),
     .required = true,
     .choices = names_categories,
     .about = "What kind of finding it is."},
    {.key = "title",
     .type = YAML_TEXT,
     .offset = offsetof(raw_rule, rule.title),
     .required = true,
     .about = "What it finds, for a person."},
    {.key = "entity_type",
     .type = YAML_TEXT,
     .offset = offsetof(raw_rule, rule.entity_type),
     .required = true,
     .about = "What callers see: A-Z, 0-9 and _; Presidio's name where it has one."},
    {.key = "severity",
     .type = YAML_CHOICE,
     .offset = offsetof(raw_rule, severity),
     .standard = "medium",
     .choices = severity_names,
     .about = "Shown; of two findings that are equally strong on the same bytes, the more severe one stays."},
    {.key = "score",
     .type = YAML_NUMBER,
     .offset = offsetof(raw_rule, rule.score),
     .required = true,
     .max = 1,
     .about = "How sure a match alone is, before check digits, words and neighbours."},
    {.key = "format",
     .type = YAML_STRINGS,
     .offset = offsetof(raw_rule, formats),
     .about = "The shape of the value as data: literals, \\d, classes, groups, alternatives, ? and {m,n}; ~ is "
              "one optional character of separators, the same at every ~ of a value. It begins with three fixed "
              "characters, or always holds a digit. The scan, the exact match and examples are made from it."},
    {.key = "separators",
     .type = YAML_TEXT,
     .offset = offsetof(raw_rule, separators),
     .about = "The characters that ~ stands for."},
    {.key = "keywords",
     .type = YAML_STRINGS,
     .offset = offsetof(raw_rule, rule.keywords),
     .about = "Texts of which one stands at most 64 bytes before the value, in any case, also inside a word; the "
              "nearest one wins. For values of at least 16 characters that look like any other."},
    {.key = "fields",
     .type = YAML_STRINGS,
     .offset = offsetof(raw_rule, rule.fields),
     .about =
         "The rule looks only at values whose own name (key, header of a column, tag, attribute, option) ends with "
         "one of these: 'api key' for api_key, apiKey, API-Key2; '*password' also inside a word, as in dbpassword. "
         "A pattern, which is one of PCRE2 here, or a format is for the whole value; without one, any value is "
         "found."},
    {.key = "pattern",
     .type = YAML_STRINGS,
     .offset = offsetof(raw_rule, patterns),
     .about = "Regular expressions for what a format cannot say, in the syntax of Hyperscan (no look-around, no "
              "back-references), matched on bytes."},
    {.key = "flags",
     .type = YAML_STRINGS,
     .offset = offsetof(raw_rule, flags),
     .choices = flag_names,
     .about = "Of pattern and confirm."},
    {.key = "confirm",
     .type = YAML_TEXT,
     .offset = offsetof(raw_rule, confirm),
     .about = "A PCRE2 expression that finds the exact span around a match of pattern."},
    {.key = "group",
     .type = YAML_TEXT,
     .offset = offsetof(raw_rule, rule.group),
     .about = "The capture group that is the value; the whole match when it is not said."},
    {.key = "width",
     .type = YAML_COUNT,
     .offset = offsetof(raw_rule, rule.width),
     .min = 1,
     .max = 65536,
     .about = "The longest match in bytes, where the expression has none."},
    {.key = "near_digits",
     .type = YAML_COUNT,
     .offset = offsetof(raw_rule, rule.near_digits),
     .max = 64,
     .standard = "0",
     .about = "The pattern is looked for only around so many digits, of which each is at most 16 bytes from the next: "
              "from 112 bytes before the first to 48 after the last. For words beside numbers: most text has few "
              "numbers."},
    {.key = "start_within",
     .type = YAML_COUNT,
     .offset = offsetof(raw_rule, rule.start_within),
     .max = 65536,
     .about = "What confirm finds begins at most so many bytes before the end of what pattern found; its width when it "
              "is not said. A small one spares time. 0: it begins exactly there, behind a word that pattern found."},
    {.key = "left",
     .type = YAML_TEXT,
     .offset = offsetof(raw_rule, rule.left),
     .about = "Characters, as in a class, that may not stand before the value; letters and digits for a format, "
              "none for a pattern."},
    {.key = "right", .type = YAML_TEXT, .offset = offsetof(raw_rule, rule.right), .about = "The same after the value."},
    {.key = "digits",
     .type = YAML_COUNT,
     .offset = offsetof(raw_rule, rule.digits),
     .max = 256,
     .standard = "0",
     .about = "Digits that a value has, at least."},
    {.key = "entropy",
     .type = YAML_NUMBER,
     .offset = offsetof(raw_rule, rule.entropy),
     .max = 8,
     .standard = "0",
     .about = "Bits a character; a value with less scores at most 0.2."},
    {.key = "checksum",
     .type = YAML_NODE,
     .offset = offsetof(raw_rule, checksum),
     .holds = YAML_HOLDS_TABLE,
     .table = &checksum_table,
     .about = "Check digits of the value."},
    {.key = "context",
     .type = YAML_NODE,
     .offset = offsetof(raw_rule, context),
     .holds = YAML_HOLDS_TABLE,
     .table = &context_table,
     .about = "Words near a value that speak for it."},
    {.key = "negative_context",
     .type = YAML_NODE,
     .offset = offsetof(raw_rule, negative_context),
     .holds = YAML_HOLDS_TABLE,
     .table = &negative_context_table,
     .about = "Words near a value that speak against it."},
    {.key = "near_rules",
     .type = YAML_NODE,
     .offset = offsetof(raw_rule, near_rules),
     .holds = YAML_HOLDS_TABLE,
     .table = &near_rules_table,
     .about = "Rules whose findings near a value speak for it, and stand in for required words."},
    {.key = "allowlist",
     .type = YAML_STRINGS,
     .offset = offsetof(raw_rule, rule.allowlist),
     .about = "Values that are never reported."},
    {.key = "placeholders",
     .type = YAML_STRINGS,
     .offset = offsetof(raw_rule, rule.placeholders),
     .about = "A value that holds one of these, in any case, is made up and scores at most 0.1."},
    {.key = "phrase",
     .type = YAML_STRINGS,
     .offset = offsetof(raw_rule, rule.phrases),
     .about = "Word classes that follow one another in one sentence, in any language; a bar stands between "
              "classes of which any will do."},
    {.key = "max_span",
     .type = YAML_COUNT,
     .offset = offsetof(raw_rule, rule.max_span),
     .min = 1,
     .max = 1024,
     .standard = "80",
     .about = "Characters that a phrase may take."},
    {.key = "unordered",
     .type = YAML_BOOL,
     .offset = offsetof(raw_rule, rule.unordered),
     .standard = "false",
     .about = "The classes of a phrase may stand in any order."},
    {.key = "unless",
     .type = YAML_NODE,
     .offset = offsetof(raw_rule, unless),
     .holds = YAML_HOLDS_TABLE,
     .table = &unless_table,
     .about = "Expressions of PCRE2, in any case, that a phrase does not mean what the rule is for; one of them is "
              "enough."},
    {.key = "roles",
     .type = YAML_STRINGS,
     .offset = offsetof(raw_rule, roles),
     .choices = names_roles,
     .about = "Segments that the rule looks at; all, but never system and developer for an injection rule."},
    {.key = "action",
     .type = YAML_CHOICE,
     .offset = offsetof(raw_rule, rule.action),
     .choices = names_actions,
     .about = "What is done instead of the policy's action for the category."},
    {.key = "languages", .type = YAML_STRINGS, .offset = offsetof(raw_rule, rule.languages), .about = "For readers."},
    {.key = "references",
     .type = YAML_STRINGS,
     .offset = offsetof(raw_rule, rule.references),
     .about = "Where the standard or the source is."},
    {.key = "examples",
     .type = YAML_NODE,
     .offset = offsetof(raw_rule, examples),
     .required = true,
     .holds = YAML_HOLDS_TABLE,
     .table = &examples_table,
     .about = "Run at every load with the policy default."},
    {.key = "value", .renamed = "format"},
    {.key = "name", .renamed = "keywords"},
    {.key = "within", .renamed = "max_span"},
    {.key = "any_order", .renamed = "unordered"},
    {.key = "deny", .renamed = "negative_context"},
    {.key = "with", .renamed = "near_rules"},
    {.key = "allow", .renamed = "allowlist"},
    {.key = "stop", .renamed = "placeholders"},
    {.key = "model", .renamed = "detect: {sentence_model: …}"},
    {.key = "leak", .renamed = "detect: {prompt_leak: …}"},
    {.key = "tail", .renamed = "detect: {adversarial_suffix: …}"},
    {.key = "veil", .renamed = "detect: {obfuscated_terms: …}"},
    {.key = "turns", .renamed = "detect: {many_shot: …}"},
};

const yaml_table rule_table = YAML_TABLE("a rule", rule_fields);

_Static_assert(sizeof rule_fields / sizeof *rule_fields <= RULE_FIELDS_MAX, "RULE_FIELDS_MAX is too small");

yaml_table preset_table(yaml_field fields[RULE_FIELDS_MAX]) {
    static const char *const own[] = {"id", "preset", "detect", NULL};
    size_t count = 0;
    for (size_t i = 0; i < rule_table.count; i++) {
        const char *key = rule_fields[i].key;
        if (names_index(own, key, strlen(key)) >= 0) continue;
        fields[count] = rule_fields[i];
        fields[count++].required = false;
    }
    return (yaml_table){.what = "a preset", .fields = fields, .count = count};
}
