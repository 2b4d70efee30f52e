/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/value_format.h"

#include "base/utf8.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define DEPTH_MAX 16

typedef enum node_kind { NODE_SET, NODE_SEPARATOR, NODE_SEQUENCE, NODE_CHOICE } node_kind;

struct value_format_node {
    node_kind kind;
    size_t min, max; /* repeats */
    uint64_t set[2]; /* ASCII characters */
    value_format_node **items;
    size_t count, capacity;
};

typedef struct parser {
    arena *memory;
    const char *at;
    const char *separators;
    const char *why;
} parser;

static void set_add(value_format_node *node, unsigned char c) {
    node->set[c >> 6] |= UINT64_C(1) << (c & 63);
}

static bool set_has(const value_format_node *node, unsigned char c) {
    return c < 128 && (node->set[c >> 6] >> (c & 63) & 1);
}

static int set_size(const value_format_node *node) {
    return __builtin_popcountll(node->set[0]) + __builtin_popcountll(node->set[1]);
}

static value_format_node *new_node(parser *p, node_kind kind) {
    value_format_node *node = arena_alloc(p->memory, 1, sizeof *node);
    if (!node) {
        p->why = "out of memory";
        return NULL;
    }
    node->kind = kind;
    node->min = node->max = 1;
    return node;
}

static bool add_item(parser *p, value_format_node *node, value_format_node *item) {
    if (!item) return false;
    if (!arena_grow(p->memory, &node->items, &node->capacity, node->count + 1, sizeof *node->items)) {
        p->why = "out of memory";
        return false;
    }
    node->items[node->count++] = item;
    return true;
}

/* One character of a class or a literal, after a possible backslash. */
static int read_character(parser *p) {
    unsigned char c = (unsigned char)*p->at;
    if (c == '\\') {
        c = (unsigned char)p->at[1];
        if (!c || text_is_alnum((char)c)) {
            p->why = "a backslash goes before d or before punctuation";
            return -1;
        }
        p->at++;
    }
    if (c < 0x20 || c > 0x7E) {
        p->why = "only printable ASCII can stand in a value; use a pattern for other text";
        return -1;
    }
    p->at++;
    return c;
}

static value_format_node *parse_class(parser *p) {
    value_format_node *node = new_node(p, NODE_SET);
    p->at++;
    if (*p->at == '^') {
        p->why = "a negated class is not finite; name the characters";
        return NULL;
    }
    while (node && *p->at != ']') {
        if (!*p->at) {
            p->why = "a class lacks its ]";
            return NULL;
        }
        if (p->at[0] == '\\' && p->at[1] == 'd') {
            for (unsigned char c = '0'; c <= '9'; c++) set_add(node, c);
            p->at += 2;
            continue;
        }
        int first = read_character(p), last = first;
        if (first < 0) return NULL;
        if (p->at[0] == '-' && p->at[1] != ']') {
            p->at++;
            last = read_character(p);
        }
        if (last < first) {
            if (!p->why) p->why = "a range in a class runs backwards";
            return NULL;
        }
        for (int c = first; c <= last; c++) set_add(node, (unsigned char)c);
    }
    p->at++;
    if (node && set_size(node) == 0) p->why = "a class is empty";
    return node && !p->why ? node : NULL;
}

static value_format_node *parse_choice(parser *p, unsigned depth);

static value_format_node *parse_atom(parser *p, unsigned depth) {
    value_format_node *node;
    switch (*p->at) {
    case '[': return parse_class(p);
    case '~':
        p->at++;
        if (!*p->separators) p->why = "a value with ~ needs 'separators'";
        return p->why ? NULL : new_node(p, NODE_SEPARATOR);
    case '(':
        p->at++;
        node = parse_choice(p, depth);
        if (node && *p->at != ')') p->why = "a group lacks its )";
        if (p->why) return NULL;
        p->at++;
        return node;
    case '.':
    case '*':
    case '+':
    case '^':
    case '$':
    case '?':
    case '{':
    case '}':
    case ']': p->why = "a format has no . * + ^ $; say which characters and how many, or use a pattern"; return NULL;
    default: break;
    }
    node = new_node(p, NODE_SET);
    if (!node) return NULL;
    if (p->at[0] == '\\' && p->at[1] == 'd') {
        for (unsigned char c = '0'; c <= '9'; c++) set_add(node, c);
        p->at += 2;
        return node;
    }
    int c = read_character(p);
    if (c < 0) return NULL;
    set_add(node, (unsigned char)c);
    return node;
}

static bool parse_number(parser *p, size_t *number) {
    if (!text_is_digit(*p->at)) return false;
    for (*number = 0; text_is_digit(*p->at); p->at++) {
        *number = *number * 10 + (size_t)(*p->at - '0');
        if (*number > VALUE_FORMAT_WIDTH_MAX) return false;
    }
    return true;
}

static bool parse_repeat(parser *p, value_format_node *node) {
    if (*p->at == '?') {
        node->min = 0;
        p->at++;
        return true;
    }
    if (*p->at != '{') return true;
    p->at++;
    bool fine = parse_number(p, &node->min);
    node->max = node->min;
    if (fine && *p->at == ',') {
        p->at++;
        fine = parse_number(p, &node->max);
    }
    fine = fine && *p->at == '}' && node->max >= node->min && node->max > 0;
    if (!fine) {
        p->why = "a repeat is {n} or {m,n}, with n at most 4096";
        return false;
    }
    p->at++;
    return true;
}

static value_format_node *parse_sequence(parser *p, unsigned depth) {
    value_format_node *sequence = new_node(p, NODE_SEQUENCE);
    while (sequence && *p->at && *p->at != '|' && *p->at != ')') {
        value_format_node *atom = parse_atom(p, depth);
        if (!atom || !parse_repeat(p, atom) || !add_item(p, sequence, atom)) return NULL;
    }
    return sequence;
}

static value_format_node *parse_choice(parser *p, unsigned depth) {
    if (depth == 0) {
        p->why = "groups are nested too deep";
        return NULL;
    }
    value_format_node *choice = new_node(p, NODE_CHOICE);
    for (;;) {
        if (!choice || !add_item(p, choice, parse_sequence(p, depth - 1))) return NULL;
        if (*p->at != '|') return choice;
        p->at++;
    }
}

/* What holds for every value of a node. */
typedef struct extent {
    size_t min_width, max_width, min_digits;
    size_t lead, trail; /* longest stretch before the first, after the last digit that is always there */
    bool has_digit;
    bool is_word; /* letters and digits only */
    uint64_t first[2]; /* characters that it may begin with */
} extent;

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

static extent measure_set(const value_format_node *node) {
    bool digit = true, word = true;
    for (unsigned char c = 0; c < 128; c++) {
        digit = digit && (!set_has(node, c) || text_is_digit((char)c));
        word = word && (!set_has(node, c) || text_is_alnum((char)c));
    }
    return (extent){1, 1, digit, digit ? 0 : 1, digit ? 0 : 1, digit, word, {node->set[0], node->set[1]}};
}

/* `a` and then `b`. */
static extent follow(extent a, extent b) {
    return (extent){a.min_width + b.min_width,
                    a.max_width + b.max_width,
                    a.min_digits + b.min_digits,
                    a.has_digit ? a.lead : a.max_width + b.lead,
                    b.has_digit ? b.trail : a.trail + b.max_width,
                    a.has_digit || b.has_digit,
                    a.is_word && b.is_word,
                    {a.first[0] | (a.min_width ? 0 : b.first[0]), a.first[1] | (a.min_width ? 0 : b.first[1])}};
}

/* `a` or `b`. */
static extent either(extent a, extent b) {
    return (extent){a.min_width < b.min_width ? a.min_width : b.min_width,
                    larger(a.max_width, b.max_width),
                    a.min_digits < b.min_digits ? a.min_digits : b.min_digits,
                    larger(a.lead, b.lead),
                    larger(a.trail, b.trail),
                    a.has_digit && b.has_digit,
                    a.is_word && b.is_word,
                    {a.first[0] | b.first[0], a.first[1] | b.first[1]}};
}

static extent measure(const value_format_node *node) {
    extent e = {.is_word = true};
    if (node->kind == NODE_SET) e = measure_set(node);
    else if (node->kind == NODE_SEPARATOR) e = (extent){0, 1, 0, 1, 1, false, false, {UINT64_MAX, UINT64_MAX}};
    for (size_t i = 0; i < node->count; i++) {
        extent item = measure(node->items[i]);
        e = node->kind == NODE_SEQUENCE ? follow(e, item) : i == 0 ? item : either(e, item);
    }
    e.has_digit = e.has_digit && node->min > 0;
    e.min_width *= node->min;
    e.min_digits *= node->min;
    /* Past the limit the width only has to stay past it. */
    if (e.max_width <= VALUE_FORMAT_WIDTH_MAX) e.max_width *= node->max;
    if (!e.has_digit) e.lead = e.trail = e.max_width;
    return e;
}

/* Appends the literal that every value of a node begins with; false when the node is not all literal. */
static bool gather_head(const value_format_node *node, text_buffer *head) {
    if (node->min == 0 || node->kind == NODE_SEPARATOR) return false;
    if (node->kind == NODE_CHOICE && node->count != 1) return false;
    if (node->kind == NODE_SET) {
        if (set_size(node) != 1) return false;
        char c = node->set[0] ? (char)__builtin_ctzll(node->set[0]) : (char)(64 + __builtin_ctzll(node->set[1]));
        for (size_t i = 0; i < node->min; i++) text_append(head, &c, 1);
        return node->min == node->max;
    }
    for (size_t k = 0; k < node->min; k++) {
        for (size_t i = 0; i < node->count; i++) {
            if (!gather_head(node->items[i], head)) return false;
        }
    }
    return node->min == node->max;
}

const value_format *value_format_parse(arena *memory, const char *source, const char *separators, char *why,
                                       size_t why_size) {
    parser p = {memory, source, separators ? separators : "", NULL};
    value_format *t = arena_alloc(memory, 1, sizeof *t);
    const value_format_node *root = t ? parse_choice(&p, DEPTH_MAX) : NULL;
    if (root && *p.at) p.why = "a ) has no group";
    extent e = root ? measure(root) : (extent){.is_word = true};
    if (root && !p.why && e.min_width == 0) p.why = "a value can be empty";
    if (root && !p.why && e.max_width > VALUE_FORMAT_WIDTH_MAX) p.why = "a value can be longer than 4096 bytes";
    if (!root || p.why) {
        snprintf(why, why_size, "%s (character %zu of '%.80s')", p.why ? p.why : "out of memory",
                 (size_t)(p.at - source) + 1, source);
        return NULL;
    }
    text_buffer head = {.memory = memory};
    gather_head(root, &head);
    *t = (value_format){source,
                        p.separators,
                        root,
                        e.min_width,
                        e.max_width,
                        e.min_digits,
                        e.is_word ? 0 : e.lead,
                        e.is_word ? 0 : e.trail,
                        e.lead,
                        {e.first[0], e.first[1]},
                        arena_copy(memory, head.data, head.size),
                        head.size};
    return head.failed || !t->head ? NULL : t;
}

static char *separator_class(arena *memory, const char *separators) {
    text_buffer out = {.memory = memory};
    if (*separators) {
        text_append_string(&out, "[");
        for (const char *s = separators; *s; s++) {
            if (strchr("\\]^-[", *s)) text_append_string(&out, "\\");
            text_append(&out, s, 1);
        }
        text_append_string(&out, "]");
    }
    return out.failed ? NULL : arena_copy(memory, out.data, out.size);
}

static char *write_expression(arena *memory, const value_format *t, const char *first, const char *other) {
    text_buffer out = {.memory = memory};
    bool in_class = false, seen = false;
    for (const char *s = t->source; *s; s++) {
        if (*s == '\\') {
            text_append(&out, s++, 2);
        } else if (!in_class && *s == '~') {
            text_append_string(&out, seen ? other : first);
            seen = true;
        } else if (!in_class && *s == '(') {
            text_append_string(&out, "(?:");
        } else if (*s == '#' || *s == ' ') {
            text_append_string(&out, *s == ' ' ? "\\x20" : "\\#");
        } else {
            if (*s == '[') in_class = true;
            if (*s == ']') in_class = false;
            text_append(&out, s, 1);
        }
    }
    return out.failed ? NULL : arena_copy(memory, out.data, out.size);
}

char *value_format_scan_expression(arena *memory, const value_format *t) {
    const char *class = separator_class(memory, t->separators);
    char *any = class ? arena_printf(memory, "%s?", class) : NULL;
    return any ? write_expression(memory, t, any, any) : NULL;
}

char *value_format_confirm_expression(arena *memory, const value_format *t) {
    const char *class = separator_class(memory, t->separators);
    char *first = class ? arena_printf(memory, "(?<sep>%s?)", class) : NULL;
    return first ? write_expression(memory, t, first, "\\k<sep>") : NULL;
}

typedef struct generator {
    random_source *random;
    char *out;
    size_t size;
    char separator; /* NUL: none */
} generator;

static void generate(const value_format_node *node, generator *g) {
    size_t repeats = node->min + random_below(g->random, (uint32_t)(node->max - node->min + 1));
    for (size_t k = 0; k < repeats; k++) {
        switch (node->kind) {
        case NODE_SEPARATOR:
            if (g->separator) g->out[g->size++] = g->separator;
            break;
        case NODE_SET: {
            uint32_t skip = random_below(g->random, (uint32_t)set_size(node));
            unsigned char c = 0;
            while (!set_has(node, c) || skip-- > 0) c++;
            g->out[g->size++] = (char)c;
            break;
        }
        case NODE_CHOICE: generate(node->items[random_below(g->random, (uint32_t)node->count)], g); break;
        case NODE_SEQUENCE:
            for (size_t i = 0; i < node->count; i++) generate(node->items[i], g);
            break;
        }
    }
}

size_t value_format_random(const value_format *t, random_source *source, char *out) {
    size_t kinds = strlen(t->separators);
    uint32_t pick = random_below(source, (uint32_t)kinds + 1);
    generator g = {source, out, 0, t->separators[pick]}; /* the last pick is the final NUL: no separator */
    generate(t->root, &g);
    return g.size;
}
