/* SPDX-License-Identifier: Apache-2.0 */
#include "body/parts.h"

#include "base/utf8.h"
#include "body/file.h"
#include "body/meaning.h"

#include <stdio.h>
#include <string.h>

/* Digits of a number that may be personal, at least. */
#define NUMBER_DIGITS_MIN 6

typedef struct walk {
    body_parts *parts;
    const json_tree *tree;
    const json_node *path[JSON_TREE_LEVELS + 1]; /* from the root to where the walk is */
    size_t depth;
    unsigned flags; /* of what comes next */
    restore_place place; /* likewise */
    bool begins; /* no value goes on from the part before */
    bool is_answer;
} walk;

static void walk_value(walk *w, const json_node *node, meant means);

/* ----------------------------------------------------------------------------------- paths ---- */

#define KEY_SHOWN_MAX 64

/* A name that somebody gave a field, and no value: paths go where texts do not. */
static bool is_identifier(filter_text key) {
    if (key.size == 0 || key.size > KEY_SHOWN_MAX || text_is_digit(key.text[0])) return false;
    for (size_t i = 0; i < key.size; i++) {
        if (!text_is_alnum(key.text[i]) && key.text[i] != '_' && key.text[i] != '-') return false;
    }
    return true;
}

static void put_key(text_buffer *out, filter_text key) {
    if (is_identifier(key)) text_append(out, key.text, key.size);
    else text_append_string(out, "*");
}

static filter_text path_here(const walk *w) {
    text_buffer out = {.memory = w->parts->memory};
    for (size_t i = 1; i < w->depth; i++) {
        char index[16];
        text_append_string(&out, "/");
        if (w->path[i]->key.text) put_key(&out, w->path[i]->key);
        else text_append(&out, index, (size_t)snprintf(index, sizeof index, "%u", (unsigned)w->path[i]->place));
    }
    if (out.failed) w->parts->memory->failed = true;
    return (filter_text){out.data ? out.data : "", out.size};
}

/* ----------------------------------------------------------------------------------- parts ---- */

static void add_part(walk *w, const body_part *part) {
    body_parts *p = w->parts;
    if (!arena_grow(p->memory, &p->items, &p->capacity, p->count + 1, sizeof *p->items)) return;
    const bool begins = w->begins || !part->is_string;
    body_part *added = &p->items[p->count++];
    *added = *part;
    added->path = path_here(w);
    added->place = w->place;
    added->flags |= (unsigned char)(w->flags | (begins ? FILTER_SEGMENT_BEGINS : 0));
    w->begins = !part->is_string;
}

static void add_string(walk *w, const json_node *node, int role, unsigned flags) {
    const filter_text text = json_tree_string(w->tree, node, w->parts->memory);
    if (!text.text) return;
    add_part(w, &(body_part){.text = text,
                             .start = node->start,
                             .end = node->end,
                             .role = (filter_role)role,
                             .flags = (unsigned char)flags,
                             .is_string = true});
}

/* A string that is a file of text. False: it is none. `type`: told beside it, or NULL text. */
static bool add_file(walk *w, const json_node *node, filter_text type, int role) {
    filter_text head, text;
    if (!node || node->kind != JSON_STRING) return false;
    const filter_text string = json_tree_string(w->tree, node, w->parts->memory);
    if (!string.text || !file_decode(w->parts->memory, string, type, &head, &text)) return false;
    w->begins = true;
    add_part(w, &(body_part){.text = text,
                             .start = node->start,
                             .end = node->end,
                             .role = (filter_role)role,
                             .is_string = true,
                             .is_base64 = true,
                             .head = head});
    w->begins = true;
    return true;
}

/* A value as it stands; with its key, where that is part of what it says, as an object of its own. */
static void add_raw(walk *w, const json_node *node, bool with_key, int role, unsigned flags) {
    const uint32_t start = with_key ? node->member : node->start;
    filter_text text = {w->tree->text + start, node->end - start};
    if (with_key) {
        text.text = arena_printf(w->parts->memory, "{%.*s}", (int)text.size, text.text);
        text.size += 2;
    }
    if (!text.text) return;
    add_part(w, &(body_part){.text = text,
                             .start = start,
                             .end = node->end,
                             .role = (filter_role)role,
                             .flags = (unsigned char)flags,
                             .has_key = with_key});
}

static void add_rest(walk *w, const json_node *node, const char *what) {
    body_parts *p = w->parts;
    const body_rest rest = {path_here(w), node->start, node->end, what};
    if (!what) {
        if (arena_grow(p->memory, &p->echoes, &p->echo_capacity, p->echo_count + 1, sizeof rest))
            p->echoes[p->echo_count++] = rest;
    } else if (arena_grow(p->memory, &p->unread, &p->unread_capacity, p->unread_count + 1, sizeof rest)) {
        p->unread[p->unread_count++] = rest;
    }
}

/* ----------------------------------------------------------------------------------- roles ---- */

static filter_text string_of(const walk *w, const json_node *object, const char *key) {
    const json_node *found = json_tree_find(w->tree, object, key);
    if (!found || found->kind != JSON_STRING) return (filter_text){NULL, 0};
    return json_tree_string(w->tree, found, w->parts->memory);
}

/* Whose words an item of a conversation holds. Only here a `role` counts: not in what a user or a tool fills. */
static int item_role(const walk *w, const json_node *item, int around) {
    if (item->kind != JSON_OBJECT) return around;
    const filter_text role = string_of(w, item, "role"), type = string_of(w, item, "type");
    if (role.text) return (int)meaning_of_role(role);
    const meant means = type.text ? meaning_of_type(type) : (meant){MEANING_TEXT, ROLE_AS_AROUND};
    return means.role == ROLE_AS_AROUND ? around : means.role;
}

/* A source of a document that says its type beside its data. */
static bool add_source(walk *w, const json_node *object, int role) {
    const filter_text type = string_of(w, object, "media_type");
    const json_node *data = json_tree_find(w->tree, object, "data");
    return type.text && add_file(w, data, type, role);
}

/* ------------------------------------------------------------------------------------ walk ---- */

static void enter(walk *w, const json_node *node) {
    w->path[w->depth++] = node;
}

static void walk_member(walk *w, const json_node *member, int role, bool is_top) {
    meant means = meaning_of_key(member->key, is_top);
    const restore_place around = w->place;
    w->place = meaning_of_place(member->key, around);
    if (means.role == ROLE_AS_AROUND) means.role = role;
    enter(w, member);
    walk_value(w, member, means);
    w->depth--;
    w->place = around;
}

static void walk_members(walk *w, const json_node *object, int role, bool is_top) {
    for (const json_node *m = NULL; (m = json_tree_next(w->tree, object, m)) != NULL;) walk_member(w, m, role, is_top);
}

/* A part of the same message goes on from the one before, when both are words. */
static bool is_words(filter_text type) {
    static const char *const words[] = {"text", "input_text", "output_text", "refusal"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (type.size == strlen(words[i]) && memcmp(type.text, words[i], type.size) == 0) return true;
    }
    return false;
}

/* Files of text in what is media else: data: URLs in it, however deep. */
static void walk_files(walk *w, const json_node *media, int role) {
    if (media->kind == JSON_STRING) add_file(w, media, (filter_text){NULL, 0}, role);
    for (const json_node *m = NULL; (m = json_tree_next(w->tree, media, m)) != NULL;) {
        enter(w, m);
        walk_files(w, m, role);
        w->depth--;
    }
}

static void walk_object(walk *w, const json_node *object, meant around) {
    const filter_text type = string_of(w, object, "type");
    const meant means = type.text ? meaning_of_type(type) : (meant){MEANING_UNKNOWN, ROLE_AS_AROUND};
    if (means.is == MEANING_MEDIA) {
        const size_t before = w->parts->count;
        if (add_source(w, object, around.role)) return;
        walk_files(w, object, around.role);
        if (w->parts->count == before) add_rest(w, object, "media: it has no text that can be read");
        return;
    }
    if (around.is == MEANING_UNKNOWN && means.is == MEANING_UNKNOWN) {
        add_raw(w, object, object->key.text != NULL, around.role, 0);
        return;
    }
    if (!type.text || !is_words(type)) w->begins = true;
    walk_members(w, object, means.role == ROLE_AS_AROUND ? around.role : means.role, false);
}

/* Are these numbers, or lists of them, as tokens and vectors are? */
static bool is_numbers(const walk *w, const json_node *array) {
    const json_node *first = array;
    while (first && first->kind == JSON_ARRAY) first = json_tree_next(w->tree, first, NULL);
    if (!first || first->kind != JSON_PLAIN) return false;
    const char begins = w->tree->text[first->start];
    return text_is_digit(begins) || begins == '-';
}

static void walk_array(walk *w, const json_node *array, meant means) {
    const json_node *first = json_tree_next(w->tree, array, NULL);
    const bool is_list = means.is == MEANING_TEXT || (first && first->kind == JSON_OBJECT);
    if (!first) return;
    if (means.is == MEANING_TEXT && is_numbers(w, array)) {
        add_rest(w, array, "tokens: numbers in place of text");
        return;
    }
    if (!is_list) {
        add_raw(w, array, array->key.text != NULL, means.role, 0);
        return;
    }
    for (const json_node *item = NULL; (item = json_tree_next(w->tree, array, item)) != NULL;) {
        enter(w, item);
        walk_value(w, item, means);
        w->depth--;
    }
}

static bool is_long_number(const walk *w, const json_node *plain) {
    size_t digits = 0;
    for (uint32_t at = plain->start; at < plain->end; at++) digits += text_is_digit(w->tree->text[at]);
    return digits >= NUMBER_DIGITS_MIN;
}

static void walk_leaf(walk *w, const json_node *leaf, meant means) {
    const unsigned flags = means.is == MEANING_FIXED ? FILTER_SEGMENT_FIXED : 0;
    if (leaf->kind == JSON_PLAIN && !is_long_number(w, leaf)) return;
    if (leaf->end - leaf->start <= 2) return; /* "" */
    if (leaf->kind == JSON_STRING && means.is == MEANING_TEXT) add_string(w, leaf, means.role, 0);
    else add_raw(w, leaf, leaf->key.text != NULL, means.role, flags);
}

static void walk_value(walk *w, const json_node *node, meant means) {
    if (w->parts->memory->failed) return;
    if (means.is == MEANING_SETTING) return;
    if (means.is == MEANING_ECHO && !w->is_answer) means.is = MEANING_UNKNOWN; /* a setting: "logprobs": true */
    if (means.is == MEANING_TEMPLATE) w->parts->has_template = w->parts->has_template || node->kind == JSON_STRING;
    else if (means.is == MEANING_ECHO) add_rest(w, node, NULL);
    else if (means.is == MEANING_MEDIA) {
        const size_t before = w->parts->count;
        walk_files(w, node, means.role);
        if (node->kind != JSON_PLAIN && w->parts->count == before)
            add_rest(w, node, "media: it has no text that can be read");
    } else if (node->kind == JSON_ARRAY) walk_array(w, node, means);
    else if (node->kind != JSON_OBJECT) walk_leaf(w, node, means);
    else if (means.is == MEANING_DATA || means.is == MEANING_FIXED) add_raw(w, node, false, means.role, 0);
    else walk_object(w, node, means);
}

/* ------------------------------------------------------------------------- the conversation ---- */

/* The first item of the latest turn: what comes after the last answer. Answers at the end are begun by the caller for
 * the model to go on with, and are part of the turn. */
static size_t latest_turn(const walk *w, const json_node *items, int around) {
    size_t after_answer = 0, latest = 0, place = 0;
    for (const json_node *item = NULL; (item = json_tree_next(w->tree, items, item)) != NULL; place++) {
        if (item_role(w, item, around) == FILTER_ROLE_ASSISTANT) after_answer = place + 1;
        else latest = after_answer;
    }
    return latest;
}

static void walk_items(walk *w, const json_node *items, int around) {
    const size_t latest = w->is_answer ? 0 : latest_turn(w, items, around);
    for (const json_node *item = NULL; (item = json_tree_next(w->tree, items, item)) != NULL;) {
        enter(w, item);
        w->flags = item->place < latest ? FILTER_SEGMENT_EARLIER : 0;
        w->begins = true;
        const int role = item_role(w, item, around);
        if (item->kind == JSON_OBJECT) walk_object(w, item, (meant){MEANING_TEXT, role});
        else walk_value(w, item, (meant){MEANING_TEXT, role});
        w->depth--;
    }
    w->flags = 0;
}

static bool is_key(const json_node *node, const char *key) {
    return node->key.size == strlen(key) && memcmp(node->key.text, key, node->key.size) == 0;
}

/* Messages and items are a conversation, in which each says whose words it holds. */
static bool is_conversation(const walk *w, const json_node *member) {
    const json_node *first = json_tree_next(w->tree, member, NULL);
    return member->kind == JSON_ARRAY && first && first->kind == JSON_OBJECT &&
           (is_key(member, "messages") || is_key(member, "input") || is_key(member, "output"));
}

static void walk_top(walk *w, const json_node *object) {
    for (const json_node *m = NULL; (m = json_tree_next(w->tree, object, m)) != NULL;) {
        w->begins = true;
        if (!is_conversation(w, m)) {
            walk_member(w, m, w->is_answer ? FILTER_ROLE_ASSISTANT : FILTER_ROLE_USER, true);
            continue;
        }
        enter(w, m);
        walk_items(w, m, meaning_of_key(m->key, true).role);
        w->depth--;
    }
}

/* ----------------------------------------------------------------------------------- shape ---- */

static bool has(const walk *w, const json_node *object, const char *key) {
    return json_tree_find(w->tree, object, key) != NULL;
}

static bool first_has(const walk *w, const json_node *object, const char *list, const char *key) {
    const json_node *items = json_tree_find(w->tree, object, list);
    const json_node *first = items ? json_tree_next(w->tree, items, NULL) : NULL;
    return first && has(w, first, key);
}

static filter_api request_api(const walk *w, const json_node *body) {
    if (has(w, body, "messages")) {
        const bool is_anthropic =
            has(w, body, "system") || has(w, body, "anthropic_version") || first_has(w, body, "tools", "input_schema");
        return is_anthropic ? FILTER_API_ANTHROPIC : FILTER_API_OPENAI_CHAT;
    }
    if (has(w, body, "input") || has(w, body, "previous_response_id")) return FILTER_API_OPENAI_RESPONSES;
    if (has(w, body, "prompt")) return FILTER_API_OPENAI_COMPLETIONS;
    return has(w, body, "inputs") ? FILTER_API_TGI : FILTER_API_AUTO;
}

static filter_api answer_api(const walk *w, const json_node *body) {
    if (first_has(w, body, "choices", "text")) return FILTER_API_OPENAI_COMPLETIONS;
    if (has(w, body, "choices")) return FILTER_API_OPENAI_CHAT;
    if (has(w, body, "output")) return FILTER_API_OPENAI_RESPONSES;
    if (has(w, body, "content") && has(w, body, "role")) return FILTER_API_ANTHROPIC;
    return has(w, body, "generated_text") ? FILTER_API_TGI : FILTER_API_AUTO;
}

/* TGI answers with a list. */
static bool is_list_of_objects(const json_tree *tree, const json_node *root) {
    const json_node *item = json_tree_next(tree, root, NULL);
    if (!item) return false;
    while (item && item->kind == JSON_OBJECT) item = json_tree_next(tree, root, item);
    return !item;
}

bool body_parts_find(body_parts *parts, const json_tree *tree, filter_direction direction) {
    walk w = {.parts = parts, .tree = tree, .begins = true, .is_answer = direction == FILTER_FROM_MODEL};
    const json_node *root = tree->nodes;
    enter(&w, root);
    if (root->kind == JSON_OBJECT) {
        parts->api = direction == FILTER_TO_MODEL ? request_api(&w, root) : answer_api(&w, root);
        walk_top(&w, root);
        return !parts->memory->failed;
    }
    if (direction == FILTER_TO_MODEL || root->kind != JSON_ARRAY || !is_list_of_objects(tree, root)) return false;
    parts->api = answer_api(&w, json_tree_next(tree, root, NULL));
    for (const json_node *body = NULL; (body = json_tree_next(tree, root, body)) != NULL;) {
        enter(&w, body);
        walk_top(&w, body);
        w.depth--;
    }
    return !parts->memory->failed;
}
