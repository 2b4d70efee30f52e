/* SPDX-License-Identifier: Apache-2.0 */
#include "restore/restore.h"

#include "text/address.h"
#include "verdict/output_policy.h"

#include <stdio.h>
#include <string.h>

/* An entity type has at most 64 characters (packs/rule.c), and the rest of a token 20: with as many backslashes. */
#define TOKEN_MAX ((size_t)84)
#define WRITTEN_MAX (2 * TOKEN_MAX)

/* ----------------------------------------------------------------------------------- tokens ---- */

/* Is there a character of a token, or a backslash before a line that Markdown would take for emphasis? */
static bool is_part(filter_text text, size_t at) {
    if (at >= text.size) return false;
    const char c = text.text[at];
    return text_is_alnum(c) || c == '_' || (c == '\\' && at + 1 < text.size && text.text[at + 1] == '_');
}

static bool has_at(filter_text text, size_t at, const char *what) {
    const size_t size = strlen(what);
    return at <= text.size && text.size - at >= size && strncasecmp(text.text + at, what, size) == 0;
}

/* The brackets around start … end, where both are there. */
static void take_brackets(filter_text text, token_place *t) {
    static const struct {
        const char *open, *close;
        char is;
    } forms[] = {
        {"<", ">", '<'}, {"[", "]", '['}, {"&lt;", "&gt;", '&'}, {"\\u003c", "\\u003e", '\\'}, {"%3c", "%3e", '%'}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        const size_t before = strlen(forms[i].open);
        if (t->start < before || !has_at(text, t->start - before, forms[i].open)) continue;
        if (!has_at(text, t->end, forms[i].close)) continue;
        t->start -= before;
        t->end += strlen(forms[i].close);
        t->open = forms[i].is;
        return;
    }
}

/* A token as it was made: its type in capitals, the rest in small letters, and no backslash. NULL text: it is none, or
 * memory is out. */
static filter_text read_name(const filter_engine *engine, arena *memory, const char *written, size_t size) {
    char name[TOKEN_MAX + 1];
    size_t used = 0, line = 0;
    const filter_text none = {NULL, 0};
    if (size > WRITTEN_MAX) return none;
    for (size_t i = 0; i < size; i++) {
        if (written[i] == '\\') continue;
        if (used == TOKEN_MAX) return none;
        if (written[i] == '_') line = used;
        name[used++] = written[i];
    }
    if (line < 2 || line + 1 == used) return none;
    for (size_t i = 0; i < used; i++) name[i] = i < line ? text_upper(name[i]) : text_lower(name[i]);
    if (pack_entity_index(&engine->set, name, line) == engine->set.entity_type_count) return none;
    return (filter_text){arena_copy(memory, name, used), used};
}

bool token_next(const filter_engine *engine, arena *memory, filter_text text, size_t at, token_place *found) {
    const char *line;
    size_t from = at;
    while (at < text.size && (line = memchr(text.text + at, '_', text.size - at)) != NULL) {
        token_place t = {.start = (size_t)(line - text.text)};
        t.end = t.start;
        while (t.start > from && is_part(text, t.start - 1)) t.start--;
        while (is_part(text, t.end)) t.end++;
        at = from = t.end;
        /* The end of an escaped bracket runs into the token. */
        if (t.start > 0 && text.text[t.start - 1] == '\\' && has_at(text, t.start, "u003c")) t.start += 5;
        if (t.start > 0 && text.text[t.start - 1] == '%' && has_at(text, t.start, "3c")) t.start += 2;
        t.name = read_name(engine, memory, text.text + t.start, t.end - t.start);
        if (!t.name.text) continue;
        take_brackets(text, &t);
        *found = t;
        return true;
    }
    return false;
}

/* ------------------------------------------------------------------------------------ links ---- */

/* The addresses of a text, looked for as far as they are asked for. */
typedef struct link_search {
    address_walk walk;
    address last;
    bool has_last;
} link_search;

#define LINK_MAX ((size_t)4096) /* bytes of an address with blanks, at most */

/* Where an address ends that may have blanks: in quotes, as attributes have it, or in the angle brackets of Markdown */
static size_t end_of_link(filter_text text, span at) {
    const char before = at.start ? text.text[at.start - 1] : '\0';
    const size_t left = text.size - at.end < LINK_MAX ? text.size - at.end : LINK_MAX;
    const char *end = NULL;
    if (before == '"' || before == '\'') end = memchr(text.text + at.end, before, left);
    else if (before == '<') end = text_find(text.text + at.end, left, ">)", 2);
    return end ? (size_t)(end - text.text) : at.end;
}

/* Goes on to the next address. */
static void next_link(link_search *l, filter_text text) {
    l->has_last = address_next(&l->walk, &l->last);
    if (l->has_last) l->last.all.end = end_of_link(text, l->last.all);
}

/* What readers of mail and Markdown make a link of by itself, though it is no address. */
static bool is_linked(filter_text text, size_t start, size_t end) {
    static const char *const heads[] = {"www.", "mailto:"};
    for (size_t at = start; at < end; at++) {
        for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
            if (has_at(text, at, heads[i])) return true;
        }
    }
    return false;
}

typedef enum link_place { LINK_NONE, LINK_LISTED, LINK_OTHER } link_place;

/* Is a token in an address, or does one go on to it without a blank, and is its host one that the policy lists? Asked
 * for tokens in their order. */
static link_place link_around(const restorer *r, link_search *l, filter_text text, const token_place *t) {
    size_t start = t->start, end = t->end;
    while (start > 0 && !text_is_space(text.text[start - 1])) start--;
    while (end < text.size && !text_is_space(text.text[end])) end++;
    if (!l->has_last) next_link(l, text);
    while (l->has_last && l->last.all.end < start) next_link(l, text);
    const span host = l->last.host;
    if (!l->has_last || l->last.all.start >= end) return is_linked(text, start, t->start) ? LINK_OTHER : LINK_NONE;
    return output_host_is_listed(&r->policy->output, text.text + host.start, host.end - host.start) ? LINK_LISTED
                                                                                                    : LINK_OTHER;
}

/* ----------------------------------------------------------------------------------- values ---- */

static bool may_restore(const restorer *r, const mapping_entry *e, restore_place place) {
    const restore_policy *p = &r->policy->restore;
    const unsigned trusted = 1U << FILTER_ROLE_SYSTEM | 1U << FILTER_ROLE_DEVELOPER;
    if (!p->places[place]) return false;
    if (!p->instructions && !(e->roles & ~trusted)) return false;
    if (e->category != FILTER_SECRET) return true;
    return p->secrets == RESTORE_SECRETS_EVERYWHERE ||
           (p->secrets == RESTORE_SECRETS_IN_ARGUMENTS && place == RESTORE_TOOL_ARGUMENTS);
}

/* A character of a JSON string, which itself may stand in strings of JSON: each level escapes the one below. */
static void put_json(text_buffer *out, unsigned char c, unsigned levels) {
    char escape[8];
    if (levels == 0) {
        text_append(out, (const char *)&c, 1);
    } else if (c == '"' || c == '\\') {
        put_json(out, '\\', levels - 1);
        put_json(out, c, levels - 1);
    } else if (c < 0x20) {
        snprintf(escape, sizeof escape, "\\u%04x", c);
        for (const char *at = escape; *at; at++) put_json(out, (unsigned char)*at, levels - 1);
    } else {
        put_json(out, c, levels - 1);
    }
}

static void put_markup(text_buffer *out, char c) {
    if (c == '<') text_append_string(out, "&lt;");
    else if (c == '>') text_append_string(out, "&gt;");
    else if (c == '&') text_append_string(out, "&amp;");
    else if (c == '"') text_append_string(out, "&quot;");
    else text_append(out, &c, 1);
}

/* RFC 3986, 2.3 */
static void put_address(text_buffer *out, unsigned char c) {
    char escape[4];
    if (text_is_alnum((char)c) || memchr("-._~", c, 4)) {
        text_append(out, (const char *)&c, 1);
        return;
    }
    snprintf(escape, sizeof escape, "%%%02X", c);
    text_append_string(out, escape);
}

#define JSON_LEVELS_MAX 4

/* In how many strings of JSON in one another a place is: the quote that opens the innermost one has 2^n - 1
 * backslashes. */
static unsigned json_levels(filter_text text, size_t at) {
    while (at > 0 && text.text[at - 1] != '"') at--;
    const size_t slashes = at ? text_slashes_before(text.text, 0, at - 1) : 0;
    unsigned levels = 1;
    while (levels < JSON_LEVELS_MAX && ((size_t)1 << levels) - 1 <= slashes) levels++;
    return levels;
}

static void put_value(text_buffer *out, filter_text value, const token_place *t, unsigned levels, bool in_link) {
    for (size_t i = 0; i < value.size; i++) {
        const unsigned char c = (unsigned char)value.text[i];
        if (in_link) put_address(out, c);
        else if (levels) put_json(out, c, levels);
        else if (t->open == '&') put_markup(out, (char)c);
        else text_append(out, (const char *)&c, 1);
    }
}

/* ------------------------------------------------------------------------------------- text ---- */

/* A word that nobody put in brackets is a token only where it stands alone. */
static bool stands_alone(filter_text text, const token_place *t) {
    return t->open || (!text_is_word_before(text.text, t->start) && !text_is_word_at(text.text, text.size, t->end));
}

filter_text restore_text(restorer *r, filter_text text, restore_place place, bool is_json) {
    text_buffer out = {.memory = r->memory};
    link_search links = {.walk = {.text = text.text, .size = text.size}};
    token_place t;
    size_t done = 0;
    for (size_t at = 0; token_next(r->engine, r->memory, text, at, &t); at = t.end) {
        const mapping_entry *e = stands_alone(text, &t) ? mapping_find(r->values, t.name) : NULL;
        if (!e) {
            r->unknown += t.open != 0;
            continue;
        }
        const link_place link = link_around(r, &links, text, &t);
        if (link == LINK_OTHER || !may_restore(r, e, place)) {
            r->withheld++;
            continue;
        }
        const bool is_escaped = is_json || t.open == '\\';
        text_append(&out, text.text + done, t.start - done);
        put_value(&out, e->value, &t, is_escaped ? json_levels(text, t.start) : 0, link == LINK_LISTED);
        done = t.end;
        r->restored++;
    }
    if (r->memory->failed) return (filter_text){NULL, 0};
    if (done == 0) return text;
    text_append(&out, text.text + done, text.size - done);
    return out.failed ? (filter_text){NULL, 0} : (filter_text){out.data, out.size};
}
