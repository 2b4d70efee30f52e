/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"
#include "base/message.h"
#include "base/utf8.h"
#include "packs/pack.h"
#include "text/fold.h"

#include <string.h>

/* The class of a name, made when it is new: several packs may add to one. */
static word_class *class_of(ruleset *set, const char *name) {
    const word_class *known = pack_find_class(set, name, strlen(name));
    if (known) return &set->classes[known - set->classes];
    if (!arena_grow(set->memory, &set->classes, &set->class_capacity, set->class_count + 1, sizeof *set->classes))
        return NULL;
    set->classes[set->class_count] = (word_class){.name = name, .hash = hash32_string(name)};
    return &set->classes[set->class_count++];
}

/* Several languages share words. */
static bool has_word(const word_class *c, const char *word) {
    for (size_t i = 0; i < c->count; i++) {
        if (strcmp(c->words[i], word) == 0) return true;
    }
    return false;
}

static void read_list(ruleset *set, word_class *c, const yaml_node *list, diagnostics *d) {
    if (list->kind != YAML_LIST) {
        diagnose(d, list->line, list->column, "words must be a list, or a map from language to list");
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        const yaml_node *word = list->items[i];
        if (word->kind != YAML_SCALAR || word->size < 2 || strcmp(word->text, "*") == 0) {
            diagnose(d, word->line, word->column, "a word has at least two bytes");
            continue;
        }
        if ((unsigned char)word->text[0] < 0x80 && !text_is_alnum(word->text[0])) {
            diagnose(d, word->line, word->column, "a word begins with a letter or a digit");
            continue;
        }
        const char *folded = fold_string(set->memory, word->text, true);
        if (folded && has_word(c, folded)) continue;
        if (!folded || !arena_grow(set->memory, &c->words, &c->words_capacity, c->count + 1, sizeof *c->words) ||
            !arena_grow(set->memory, &c->nodes, &c->nodes_capacity, c->count + 1, sizeof *c->nodes) ||
            !arena_grow(set->memory, &c->files, &c->files_capacity, c->count + 1, sizeof *c->files)) {
            return;
        }
        c->words[c->count] = folded;
        c->files[c->count] = d->file;
        c->nodes[c->count++] = word;
    }
}

void pack_read_trigger_classes(ruleset *set, const yaml_strings *names, diagnostics *d) {
    char suggestion[MESSAGE_SUGGESTION_MAX];
    for (size_t i = 0; i < names->count; i++) {
        const word_class *c = pack_find_class(set, names->items[i], strlen(names->items[i]));
        if (c) set->classes[c - set->classes].is_trigger = true;
        else if (!diagnostics_skip(d)) {
            diagnose(d, names->node->line, names->node->column,
                     "'trigger_classes' names the class '%.60s', which has no words%s", names->items[i],
                     message_suggestion(suggestion, pack_nearest(set, PACK_CLASSES, names->items[i])));
        }
    }
}

void pack_read_indicator_words(ruleset *set, const yaml_strings *words, diagnostics *d) {
    for (size_t i = 0; i < words->count; i++) {
        const char *word = words->items[i];
        if (strlen(word) < 6 || strspn(word, "abcdefghijklmnopqrstuvwxyz") != strlen(word)) {
            diagnose(d, words->node->line, words->node->column,
                     "'indicator_words' has words of at least six letters a-z, not '%.60s'", word);
        } else if (arena_grow(set->memory, &set->indicator_words, &set->indicator_word_capacity,
                              set->indicator_word_count + 1, sizeof *set->indicator_words)) {
            set->indicator_words[set->indicator_word_count++] = word;
        }
    }
}

void pack_read_words(ruleset *set, const yaml_node *node, diagnostics *d) {
    if (node->kind != YAML_MAP) {
        diagnose(d, node->line, node->column, "'word_classes' must be a map from class to words");
        return;
    }
    for (size_t i = 0; i + 1 < node->count; i += 2) {
        const char *name = node->items[i]->text;
        const yaml_node *words = node->items[i + 1];
        if (strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(name) || !*name) {
            diagnose(d, node->items[i]->line, node->items[i]->column, "a class is named with a-z, 0-9 and '-'");
            continue;
        }
        word_class *c = class_of(set, name);
        if (!c) return;
        if (words->kind != YAML_MAP) read_list(set, c, words, d);
        for (size_t k = 0; words->kind == YAML_MAP && k + 1 < words->count; k += 2)
            read_list(set, c, words->items[k + 1], d);
    }
}
