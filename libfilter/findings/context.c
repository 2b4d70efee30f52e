/* SPDX-License-Identifier: Apache-2.0 */
#include "findings/context.h"

#include "base/hash.h"
#include "base/search.h"
#include "base/utf8.h"
#include "pass/structure.h"

#include <string.h>

/* More than one value's surroundings at a time, for texts full of values; a gap that is read rather than to begin
 * anew; and words that are kept until then. */
#define AHEAD 1024
#define GAP 1024
#define KEPT_MAX ((size_t)1 << 16)

void context_begin(filter_scratch *s) {
    s->context.count = 0;
    s->context.covered = (span){0, 0};
}

typedef struct word_context {
    const pass *pass;
    size_t offset;
    size_t known; /* words that end here or before are known */
} word_context;

static int on_word(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *arg) {
    (void)from;
    (void)flags;
    word_context *c = arg;
    filter_scratch *s = c->pass->scratch;
    const engine_word *word = &c->pass->engine->words[id];
    size_t end = c->offset + (size_t)to, start = end - word->size;
    if (end <= c->known) return 0;
    if (word->whole_before && start > 0 && text_is_alnum(c->pass->view->text[start - 1])) return 0;
    if (word->whole_after && end < c->pass->view->size && text_is_alnum(c->pass->view->text[end])) return 0;
    if (!arena_grow(&s->memory, &s->context.items, &s->context.capacity, s->context.count + 1,
                    sizeof *s->context.items)) {
        s->failed = true;
        return 1;
    }
    s->context.items[s->context.count++] = (word_hit){id, start, end};
    return 0;
}

/* Makes s->context.items cover `need`. What was read is kept where the next part touches it, since values are asked
 * for in their order, by several steps. */
static void find_words(const pass *p, span need) {
    filter_scratch *s = p->scratch;
    const view *v = p->view;
    span *covered = &s->context.covered;
    if (need.start >= covered->start && need.end <= covered->end) return;
    span part = {need.start, v->size - need.end > AHEAD ? need.end + AHEAD : v->size};
    word_context context = {p, part.start, 0};
    if (need.start >= covered->start && need.start <= covered->end + GAP && s->context.count < KEPT_MAX) {
        context.known = covered->end;
        part.start = covered->end > p->engine->longest_word ? covered->end - p->engine->longest_word : 0;
        covered->end = part.end;
    } else {
        s->context.count = 0;
        *covered = part;
    }
    context.offset = part.start;
    const filter_text text = {v->text + part.start, part.end - part.start};
    if (!scratch_scan(s, p->engine, DATABASE_WORDS, text, on_word, &context) && !s->work.is_late) s->failed = true;
}

static bool id_is_before(const void *ids, size_t i, size_t id) {
    return ((const uint32_t *)ids)[i] < id;
}

static bool list_has(const id_list *list, uint32_t id) {
    size_t i = search_first(list->items, list->count, id_is_before, id);
    return i < list->count && list->items[i] == id;
}

/* ------------------------------------------------------------------------- names of fields ---- */

typedef struct name_context {
    const pass *pass;
    const char *text;
    size_t size;
    uint32_t *ids;
    size_t count, max;
} name_context;

static int on_name_word(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *arg) {
    (void)from;
    (void)flags;
    name_context *c = arg;
    const engine_word *word = &c->pass->engine->words[id];
    size_t end = (size_t)to, start = end - word->size;
    if (word->whole_before && start > 0 && text_is_alnum(c->text[start - 1])) return 0;
    if (word->whole_after && end < c->size && text_is_alnum(c->text[end])) return 0;
    for (size_t i = 0; i < c->count; i++) {
        if (c->ids[i] == id) return 0;
    }
    if (c->count < c->max) c->ids[c->count++] = id;
    return 0;
}

/* Words of one name that are told apart, at most. */
#define NAME_WORDS_MAX 24

static const name_words *words_of_name(const pass *p, field_name name) {
    filter_scratch *s = p->scratch;
    uint32_t hash = HASH32_BASIS;
    for (size_t i = name.size > FIELD_NAME_MAX ? name.size - FIELD_NAME_MAX : 0; i < name.size; i++)
        hash = hash32_step(hash, (unsigned char)name.text[i]);
    name_words *known = &s->context.names[hash % NAMES_KNOWN];
    if (known->name && known->size == name.size && memcmp(known->name, name.text, name.size) == 0) return known;
    char words[FIELD_WORDS_MAX];
    size_t size = field_words(name, words), joined = 0;
    char *text = arena_alloc(&s->memory, 2 * size + 2, 1); /* a place of its own: scratch_scan knows texts by theirs */
    uint32_t *ids = arena_alloc(&s->memory, NAME_WORDS_MAX, sizeof *ids);
    if (!text || !ids) {
        explicit_bzero(words, sizeof words);
        s->failed = true;
        return NULL;
    }
    memcpy(text, words, size);
    text[size] = '\n';
    for (size_t i = 0; i < size; i++) {
        if (words[i] != ' ') text[size + 1 + joined++] = words[i];
    }
    explicit_bzero(words, sizeof words); /* no text of a request stays on a stack */
    name_context context = {p, text, size + 1 + joined, ids, 0, NAME_WORDS_MAX};
    const filter_text scanned = {text, context.size};
    if (!scratch_scan(s, p->engine, DATABASE_WORDS, scanned, on_name_word, &context) && !s->work.is_late)
        s->failed = true;
    *known = (name_words){name.text, name.size, ids, context.count};
    return known;
}

/* In a text that is more than the value, the words beside it are nearer than the name of the text. */
#define REST 64

/* Words of a list that speak, and how far the nearest one is. */
typedef struct speakers {
    const id_list *list;
    uint32_t seen[4];
    context_evidence *out;
} speakers;

/* False when the word is none of the list. */
static bool speak(speakers *w, uint32_t word, size_t distance) {
    context_evidence *out = w->out;
    if (!list_has(w->list, word)) return false;
    if (distance < out->nearest) out->nearest = distance;
    for (size_t k = 0; k < out->count; k++) {
        if (w->seen[k] == word) return true;
    }
    if (out->count < sizeof w->seen / sizeof *w->seen) w->seen[out->count++] = word;
    return true;
}

static void ask_names(const pass *p, const field_place *place, speakers *w) {
    const field *f = place->field;
    w->out->names_of = place->view;
    /* "About order 12: my SSN is …": of more text than the value, the name is one word among others. */
    size_t gap = f && (place->at.start > f->start || place->at.end < f->end)
                     ? CONTEXT_NAMES_MAX + REST + place->at.start - f->start
                     : 0;
    for (size_t level = 0; f && level < CONTEXT_NAMES_MAX; f = field_parent(place->list, f)) {
        if (!f->name.size) continue;
        const name_words *words = words_of_name(p, f->name);
        bool speaks = false;
        for (size_t i = 0; words && i < words->count; i++) speaks |= speak(w, words->words[i], level + gap);
        if (speaks) w->out->names[w->out->name_count++] = f->name;
        level++;
    }
}

/* ---------------------------------------------------------------------------- whose word it is ---- */

/* A value after a word, in its clause, at most so far from it. */
#define CLAUSE_MAX 48

static bool ends_clause(const char *text, size_t size, size_t at) {
    char c = text[at];
    if (c == '\n' || c == ';' || c == '|' || c == ')' || c == '!' || c == '?') return true;
    return (c == '.' || c == ',') && (at + 1 == size || text_is_space(text[at + 1]));
}

static bool is_one_separator(char c) {
    return c == ' ' || c == '-' || c == '.' || c == '/';
}

/* A number with far fewer digits than a value is a year, an age or a count beside it. */
static size_t least_digits(const char *text, span at) {
    size_t digits = 0;
    for (size_t i = at.start; i < at.end; i++) digits += text_is_digit(text[i]);
    return digits * 2 / 3;
}

/* The number, or word with digits, that begins at `at` or later: false when there is none before `to`. A count ("2
 * directors") and a short name ("IPv4") are none. */
static bool next_value(const char *text, size_t size, size_t at, size_t to, size_t least, span *value) {
    while (at < to) {
        while (at < to && !text_is_alnum(text[at])) at++;
        size_t start = at, digits = 0, letters = 0;
        while (at < size && text_is_alnum(text[at])) {
            digits += text_is_digit(text[at]);
            letters += text_is_alpha(text[at]);
            at++;
        }
        if (at > to || digits == 0 || (letters && at - start < 6)) continue;
        /* The groups of one number. */
        while (at + 1 < to && is_one_separator(text[at]) && text_is_digit(text[at + 1])) {
            for (at++; at < size && text_is_digit(text[at]); at++) digits++;
        }
        if (digits < least) continue;
        bool is_count = !letters && digits <= 2 && at + 1 < size && text[at] == ' ' && text_is_alpha(text[at + 1]);
        if (is_count) continue;
        *value = (span){start, at};
        return true;
    }
    return false;
}

/* Does only what joins the items of a list stand between two places? */
static bool is_list(const char *text, size_t from, size_t to) {
    static const char *const joints[] = {"and", "or", "und", "et", "y", "e", "o", "i", "und/oder", "and/or"};
    if (to - from > 12) return false;
    while (from < to && !text_is_word_byte(text[from])) {
        if (strchr(":.=!?<>", text[from])) return false;
        from++;
    }
    while (to > from && !text_is_word_byte(text[to - 1])) {
        if (strchr(":.=!?<>", text[to - 1])) return false;
        to--;
    }
    if (from == to) return true;
    for (size_t i = 0; i < sizeof joints / sizeof *joints; i++) {
        if (strlen(joints[i]) == to - from && memcmp(joints[i], text + from, to - from) == 0) return true;
    }
    return false;
}

/* Does only a word for "is" stand between two places? What is before it says whose value comes: "the number of client
 * 40417 is …". */
static bool is_told(const char *text, size_t from, size_t to) {
    static const char *const verbs[] = {"is", "was", "ist", "lautet", "est", "es", "\xc3\xa8", "\xc3\xa9", "jest"};
    if (to - from < 3 || to - from > 8 || text[from] != ' ' || text[to - 1] != ' ') return false;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strlen(verbs[i]) == to - from - 2 && memcmp(verbs[i], text + from + 1, to - from - 2) == 0) return true;
    }
    return false;
}

/* Is a value a line of words, as an address is? Numbers are no values beside it, but parts of the same text. */
static bool is_line_of_words(const char *text, span at) {
    size_t letters = 0;
    const char *blank = memchr(text + at.start, ' ', at.end - at.start);
    for (size_t i = at.start; blank && i < at.end; i++)
        letters += text_is_word_byte(text[i]) && !text_is_digit(text[i]);
    return letters > 2;
}

/* Does a word of free text name a value, and not another one? */
static bool names_value(const view *v, span word, span at) {
    const char *text = v->text;
    span other;
    const size_t least = least_digits(text, at);
    if (is_line_of_words(text, at)) return true;
    if (word.end <= at.start) {
        size_t from = word.end;
        while (next_value(text, v->size, from, at.start, least, &other)) {
            if (other.end > at.start) return true; /* its own beginning */
            if (!is_list(text, other.end, at.start) && !is_told(text, other.end, at.start)) {
                span more;
                /* a list of several: each is joined to the next */
                if (!next_value(text, v->size, other.end, at.start, least, &more) || more.end > at.start) return false;
                if (!is_list(text, other.end, more.start)) return false;
            }
            from = other.end;
        }
        size_t to = v->size - at.end > CLAUSE_MAX ? at.end + CLAUSE_MAX : v->size;
        bool is_owner = false; /* "of client 40417": directly after the word it is the value */
        for (size_t i = word.end; i < at.start; i++) is_owner = is_owner || text_is_alpha(text[i]);
        return !is_owner || !next_value(text, v->size, at.end, to, least, &other) ||
               !is_told(text, at.end, other.start);
    }
    if (word.start < at.end) return true;
    if (next_value(text, v->size, at.end, word.start, least, &other) && other.end <= word.start) return false;
    size_t to = v->size - word.end > CLAUSE_MAX ? word.end + CLAUSE_MAX : v->size, end = word.end;
    while (end < to && !ends_clause(text, v->size, end)) end++;
    return !next_value(text, v->size, word.end, end, least, &other);
}

/* Is the name of a field all that may speak for its value, beside what stands in the value itself? It is when some rule
 * knows it: a name that nobody knows ("foo", "answer") says nothing. */
static bool is_strict(const pass *p, const field_place *place) {
    const field *f = place->field;
    if (!f || f->syntax == FIELD_LINE || f->syntax == FIELD_CONTAINER || field_is_generic(f->name)) return false;
    const name_words *words = words_of_name(p, f->name);
    return words && words->count > 0;
}

static bool is_inside(const pass *p, const field_place *place, span word) {
    const view *v = p->view;
    for (; v != place->view && v->source; v = v->source) word = span_map_source(&v->map, word);
    return word.start >= place->field->start && word.end <= place->field->end;
}

static void ask_text(const pass *p, span at, const field_place *place, size_t within, speakers *w) {
    filter_scratch *s = p->scratch;
    const view *v = p->view;
    const size_t reach = p->engine->words_within;
    const bool strict = is_strict(p, place);
    const field_list *own = structure_of(p, v);
    find_words(p, (span){at.start > reach ? at.start - reach : 0, v->size - at.end > reach ? at.end + reach : v->size});
    for (size_t i = 0; own && i < s->context.count; i++) {
        const word_hit *hit = &s->context.items[i];
        const span word = {hit->start, hit->end};
        bool before = word.start < at.start && at.start - word.start <= within + p->engine->words[hit->word].size;
        bool after = word.end > at.end && word.end - at.end <= within + p->engine->words[hit->word].size;
        if (!(before || after) || !list_has(w->list, hit->word)) continue;
        if (strict && !is_inside(p, place, word)) continue;
        if (fields_name_has(own, v->text, word.start, word.end) || !names_value(v, word, at)) continue;
        size_t distance = word.end <= at.start ? at.start - word.end : word.start > at.end ? word.start - at.end : 0;
        speak(w, hit->word, CONTEXT_NAMES_MAX + distance);
    }
}

context_evidence context_find(const pass *p, span at, const id_list *list, size_t within) {
    context_evidence found = {.count = 0, .nearest = SIZE_MAX};
    speakers w = {.list = list, .out = &found};
    if (list->count == 0 || !p->engine->databases[DATABASE_WORDS]) return found;
    const field_place place = structure_find(p, at);
    ask_names(p, &place, &w);
    ask_text(p, at, &place, within, &w);
    return found;
}

bool context_names(const pass *p, span at, const id_list *list) {
    context_evidence found = {.count = 0, .nearest = SIZE_MAX};
    speakers w = {.list = list, .out = &found};
    if (list->count == 0 || !p->engine->databases[DATABASE_WORDS]) return false;
    const field_place place = structure_find(p, at);
    ask_names(p, &place, &w);
    return found.count > 0;
}

static bool ends_before(const void *words, size_t i, size_t at) {
    return ((const word_hit *)words)[i].end <= at;
}

/* The first word that ends after `at`; words are in order of end. */
static size_t first_word_after(const filter_scratch *s, size_t at) {
    return search_first(s->context.items, s->context.count, ends_before, at);
}

bool context_has(const pass *p, span part, const id_list *list) {
    filter_scratch *s = p->scratch;
    if (list->count == 0 || !p->engine->databases[DATABASE_WORDS]) return false;
    find_words(p, part);
    for (size_t i = first_word_after(s, part.start); i < s->context.count && s->context.items[i].start < part.end;
         i++) {
        if (list_has(list, s->context.items[i].word)) return true;
    }
    return false;
}

size_t context_words_before(const pass *p, size_t at, size_t within, size_t *nearest) {
    filter_scratch *s = p->scratch;
    size_t reach = p->engine->words_within, count = 0;
    if (!p->engine->databases[DATABASE_WORDS]) return 0;
    find_words(p, (span){at > reach ? at - reach : 0, at});
    size_t low = first_word_after(s, at);
    while (count < low && at - s->context.items[low - 1 - count].end <= within) count++;
    *nearest = low - 1;
    return count;
}
