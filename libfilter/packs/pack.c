/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "packs/preset.h"
#include "packs/reader.h"
#include "packs/rule_keys.h"
#include "packs/source.h"

#include <sodium.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

typedef struct pack_head {
    const char *name, *version, *licence, *title, *requires;
} pack_head;

typedef struct raw_pack {
    const yaml_node *pack, *definitions, *defaults, *presets, *word_classes;
    yaml_strings indicator_words;
    pack_document document;
} raw_pack;

/* -------------------------------------------------------------------------------- the keys ---- */

static const yaml_field head_fields[] = {
    {.key = "name",
     .type = YAML_TEXT,
     .offset = offsetof(pack_head, name),
     .required = true,
     .about = "Made like a rule's id. Packs whose names begin alike, up to the first -, are one family in replies."},
    {.key = "version",
     .type = YAML_TEXT,
     .offset = offsetof(pack_head, version),
     .required = true,
     .about = "MAJOR.MINOR.PATCH; it rises whenever what the pack finds changes."},
    {.key = "licence", .type = YAML_TEXT, .offset = offsetof(pack_head, licence), .required = true, .about = "SPDX."},
    {.key = "title", .type = YAML_TEXT, .offset = offsetof(pack_head, title), .about = "What it is, for a person."},
    {.key = "requires",
     .type = YAML_TEXT,
     .offset = offsetof(pack_head, requires),
     .about = "The first version of libfilter that can load it."},
};

static const yaml_table head_table = YAML_TABLE("pack", head_fields);

static const yaml_field pack_fields[] = {
    {.key = "pack",
     .type = YAML_NODE,
     .offset = offsetof(raw_pack, pack),
     .required = true,
     .holds = YAML_HOLDS_TABLE,
     .table = &head_table,
     .about = "What the pack calls itself."},
    {.key = "definitions",
     .type = YAML_NODE,
     .offset = offsetof(raw_pack, definitions),
     .holds = YAML_HOLDS_NAMED_TEXT,
     .about = "Named regular expressions, which patterns put in with %{name}."},
    {.key = "defaults",
     .type = YAML_NODE,
     .offset = offsetof(raw_pack, defaults),
     .holds = YAML_HOLDS_TABLE,
     .about = "Keys that the pack's rules have when they do not say otherwise."},
    {.key = "presets",
     .type = YAML_NODE,
     .offset = offsetof(raw_pack, presets),
     .holds = YAML_HOLDS_NAMED,
     .about = "Keys of rules by a name, which a rule of any pack takes with 'preset'."},
    {.key = "word_classes",
     .type = YAML_NODE,
     .offset = offsetof(raw_pack, word_classes),
     .holds = YAML_HOLDS_NAMED_TEXT,
     .about =
         "Classes of words for phrases: a map from a class to its words, or to its words by language. A word begins "
         "with a letter or a digit and stands alone; one that ends in * may go on. Several packs may add to one "
         "class."},
    {.key = "trigger_classes",
     .type = YAML_STRINGS,
     .offset = offsetof(raw_pack, document.trigger_classes),
     .about = "Classes whose words are rare in benign text; phrases and the sentence model are looked for around them "
              "only."},
    {.key = "indicator_words",
     .type = YAML_STRINGS,
     .offset = offsetof(raw_pack, indicator_words),
     .about = "English words of six letters and more by which a text shows that it is obfuscated: their letters are "
              "scrambled, or replaced by those some places on in the alphabet."},
    {.key = "rules",
     .type = YAML_NODE,
     .offset = offsetof(raw_pack, document.rules),
     .holds = YAML_HOLDS_TABLES,
     .table = &rule_table,
     .about = "What is found."},
    {.key = "policies",
     .type = YAML_NODE,
     .offset = offsetof(raw_pack, document.policies),
     .holds = YAML_HOLDS_TABLES,
     .table = &policy_table,
     .about = "What is done with what is found; one pack must define the policy default."},
    {.key = "model_families",
     .type = YAML_NODE,
     .offset = offsetof(raw_pack, document.families),
     .holds = YAML_HOLDS_TABLES,
     .table = &family_table,
     .about = "Special tokens of model families."},
    {.key = "parts", .renamed = "definitions"},
    {.key = "words", .renamed = "word_classes"},
    {.key = "anchors", .renamed = "trigger_classes"},
    {.key = "telling", .renamed = "indicator_words"},
    {.key = "families", .renamed = "model_families"},
};

const yaml_table pack_table = YAML_TABLE("a rule pack", pack_fields);

/* --------------------------------------------------------------------------------- reading ---- */

static void read_presets(pack_reader *r, const yaml_node *map) {
    if (map->kind != YAML_MAP) {
        diagnose(r->d, map->line, map->column, "'presets' must be a map from name to keys of rules");
        return;
    }
    for (size_t i = 0; i + 1 < map->count; i += 2) {
        const yaml_node *name = map->items[i], *keys = map->items[i + 1];
        if (!is_id(name->text)) diagnose(r->d, name->line, name->column, "a preset is named like a rule's id");
        preset_add(r->set, name, keys, preset_is_right(r, keys), r->d);
    }
}

static bool is_version(const char *text) {
    unsigned a, b, c;
    int end = 0;
    if (strspn(text, "0123456789.") != strlen(text)) return false; /* %u reads signs and spaces, too */
    return sscanf(text, "%4u.%4u.%4u%n", &a, &b, &c, &end) == 3 && text[end] == '\0';
}

/* Fills the pack's name in. */
static void read_head(pack_reader *r, const yaml_node *node, pack_document *pack) {
    pack_head head = {.name = ""};
    if (!yaml_read(r->memory, node, &head_table, &head, r->d)) return;
    if (!is_id(head.name)) diagnose(r->d, node->line, node->column, "pack 'name' is made like a rule's id");
    if (!is_version(head.version)) {
        diagnose(r->d, node->line, node->column, "pack 'version' must be MAJOR.MINOR.PATCH");
    }
    if (head.requires && !is_version(head.requires)) {
        diagnose(r->d, node->line, node->column, "pack 'requires' must be MAJOR.MINOR.PATCH");
    } else if (head.requires) {
        unsigned want[3], have[3];
        (void)sscanf(head.requires, "%4u.%4u.%4u", &want[0], &want[1], &want[2]);
        (void)sscanf(FILTER_VERSION, "%4u.%4u.%4u", &have[0], &have[1], &have[2]);
        if (want[0] * 100000000U + want[1] * 10000U + want[2] > have[0] * 100000000U + have[1] * 10000U + have[2]) {
            diagnose(r->d, node->line, node->column, "the pack requires libfilter %s, and this is %s; upgrade",
                     head.requires, FILTER_VERSION);
        }
    }
    ruleset *set = r->set;
    pack->name = head.name;
    if (!arena_grow(set->memory, &set->pack_ids, &set->pack_id_capacity, set->pack_id_count + 1, sizeof *set->pack_ids))
        return;
    set->pack_ids[set->pack_id_count++] = (pack_id){head.name, head.version};
}

static void each_item(pack_reader *r, const yaml_node *list, const char *key,
                      void (*read)(pack_reader *, const yaml_node *)) {
    if (!list) return;
    if (list->kind != YAML_LIST) {
        diagnose(r->d, list->line, list->column, "'%s' must be a list", key);
        return;
    }
    for (size_t i = 0; i < list->count; i++) read(r, list->items[i]);
}

static void read_policy(pack_reader *r, const yaml_node *node) {
    pack_read_policy(r->set, node, r->d);
}

static void read_family(pack_reader *r, const yaml_node *node) {
    pack_read_family(r->set, node, r->d);
}

/* A map, or nothing after a mistake. */
static const yaml_node *read_map(const yaml_node *node, const char *what, diagnostics *d) {
    if (!node || node->kind == YAML_MAP) return node;
    diagnose(d, node->line, node->column, "%s", what);
    return NULL;
}

static bool pack_load(ruleset *set, const char *name, const char *data, size_t size, diagnostics *d) {
    raw_pack raw = {.document = {.name = ""}};
    pack_document *document = &raw.document;
    pack_reader r = {.set = set, .memory = set->memory, .d = d, .pack = document};
    document->file = d->file = arena_copy(set->memory, name, strlen(name));
    d->rule = "";
    if (!d->file) return false;
    const yaml_node *root = yaml_parse(set->memory, data, size, d);
    if (!root) return true;
    yaml_read(set->memory, root, &pack_table, &raw, d);
    if (raw.pack) read_head(&r, raw.pack, document);
    document->definitions = read_map(raw.definitions, "'definitions' must be a map from name to regular expression", d);
    document->defaults = read_map(raw.defaults, "'defaults' must be a map of keys of rules", d);
    if (raw.presets) read_presets(&r, raw.presets);
    if (raw.word_classes) pack_read_words(set, raw.word_classes, d);
    pack_read_indicator_words(set, &raw.indicator_words, d);
    if (!arena_grow(set->memory, &set->documents, &set->document_capacity, set->document_count + 1,
                    sizeof *set->documents)) {
        return false;
    }
    set->documents[set->document_count++] = *document;
    return true;
}

static void read_rules(ruleset *set, diagnostics *d) {
    d->rule = "";
    for (size_t i = 0; i < set->document_count; i++) {
        const pack_document *pack = &set->documents[i];
        pack_reader r = {.set = set, .memory = set->memory, .d = d, .pack = pack};
        d->file = pack->file;
        pack_read_trigger_classes(set, &pack->trigger_classes, d);
        each_item(&r, pack->rules, "rules", read_rule);
        each_item(&r, pack->policies, "policies", read_policy);
        each_item(&r, pack->families, "model_families", read_family);
    }
}

filter_status packs_read(ruleset *set, diagnostics *d, filter_error *error) {
    crypto_generichash_state state;
    unsigned char hash[32];
    char why[SOURCE_WHY_MAX];
    arena files;
    filter_status status = FILTER_OK;
    arena_init(&files);
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    for (size_t i = 0; i < set->source_count && status == FILTER_OK; i++) {
        const filter_source *source = &set->sources[i];
        source_bytes bytes = {NULL, 0};
        if (source_is_data(source)) continue; /* read by the pack that names it, with its digest */
        status = source_read(&files, source, SOURCE_PACK_MAX, &bytes, why);
        if (status == FILTER_ERROR_IO) error_set(error, status, "%s", why);
        if (status != FILTER_OK) break;
        uint64_t length = bytes.size;
        crypto_generichash_update(&state, (const unsigned char *)&length, sizeof length);
        crypto_generichash_update(&state, (const unsigned char *)bytes.data, bytes.size);
        const char *name = source->name ? source->name : "(memory)";
        if (!pack_load(set, name, bytes.data, bytes.size, d)) status = FILTER_ERROR_MEMORY;
        arena_reset(&files, 1 << 20);
    }
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(set->digest, sizeof set->digest, hash, sizeof hash);
    arena_fini(&files);
    if (status == FILTER_OK) {
        read_rules(set, d);
        pack_index_entities(set);
    }
    /* A rule, a word or an example that found no room is dropped on the way: then nothing of it may be used. */
    return status == FILTER_OK && set->memory->failed ? FILTER_ERROR_MEMORY : status;
}
