/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/adversarial_suffix.h"

#include "base/utf8.h"
#include "findings/candidate.h"

#include <stddef.h>
#include <string.h>

#define SUFFIX_SIZE 170 /* bytes that are looked at */
#define HEAD_WORDS 7 /* plain words that a sentence begins with */
#define SUFFIX_WORDS 14 /* of a suffix that is no formula */
#define LINES_MAX 2 /* line feeds in a suffix that is no code */
#define TEXT_MAX 2000 /* bytes of a text that is a question */

/* Does a text begin with words that single spaces part? */
static bool begins_plain(const char *text, size_t size) {
    size_t words = 0, at = 0;
    while (words < HEAD_WORDS) {
        size_t start = at;
        while (at < size && (text_is_alnum(text[at]) || text[at] == ',' || text[at] == '\'' || text[at] == '-')) at++;
        if (at == start || at == size || text[at] != ' ') return false;
        words++;
        at++;
    }
    return true;
}

/* Is the bracket at `i` the mouth of a face: ":-)", ";("? */
static bool is_mouth(const char *text, size_t i) {
    if (i > 1 && text[i - 1] == '-') i--;
    return i > 0 && (text[i - 1] == ':' || text[i - 1] == ';');
}

/* Brackets without a partner, in order of what would match. */
static size_t odd_brackets(const char *text, size_t size) {
    char open[SUFFIX_SIZE];
    size_t depth = 0, odd = 0;
    for (size_t i = 0; i < size; i++) {
        char partner = text[i] == ')' ? '(' : text[i] == ']' ? '[' : text[i] == '}' ? '{' : 0;
        if (is_mouth(text, i)) continue;
        if (text[i] == '(' || text[i] == '[' || text[i] == '{') open[depth++] = text[i];
        else if (partner && depth && open[depth - 1] == partner) depth--;
        else if (partner) odd++;
    }
    return odd + depth;
}

static bool is_mark(char c) {
    return c > ' ' && c < 0x7F && !text_is_alnum(c) && c != '_';
}

/* Marks that stand together in prose, code and markup. */
static bool is_common(const char *marks, size_t size) {
    static const char common[] = " ... \", .\" ', .' \". ). ), ); () !! ?? -- :// ** .\", ?\" !\" (\" \") \"( (' ') '( "
                                 "): ]: ]( .) ?) !) **: \": .* ?! !? >> << [] {} `` ``` :-) :-( ;-) :) :( ;) "
                                 "\". '. -> => == != && || // /* */ <! --> </ /> \"> =\" =' ";
    char wanted[8] = " ";
    if (size > sizeof wanted - 3) return false;
    memcpy(wanted + 1, marks, size);
    wanted[size + 1] = ' ';
    wanted[size + 2] = '\0';
    return strstr(common, wanted) != NULL;
}

typedef struct suffix_marks {
    size_t words, heaps, joints, lines;
} suffix_marks;

/* Heaps of different marks, and places where small letters run into capitals. */
static suffix_marks read_suffix(const char *text, size_t size) {
    suffix_marks t = {0, 0, 0, 0};
    for (size_t i = 0; i < size;) {
        size_t start = i;
        if (text_is_alpha(text[i])) {
            bool joint = false;
            while (i < size && text_is_alpha(text[i])) {
                bool small = i > start && text[i - 1] >= 'a',
                     more = i + 1 < size && text[i + 1] >= 'A' && text[i + 1] <= 'Z';
                if (text[i] <= 'Z' && small && (more || (i - start >= 2 && text[i - 2] >= 'a'))) joint = true;
                i++;
            }
            t.words += i - start >= 2;
            t.joints += joint;
        } else if (is_mark(text[i])) {
            bool different = false;
            while (i < size && is_mark(text[i])) different |= text[i++] != text[start];
            t.heaps += different && !is_common(text + start, i - start);
        } else {
            t.lines += text[i++] == '\n';
        }
    }
    return t;
}

/* -------------------------------------------------------------------------------- settings ---- */

/* When a question ends so. */
typedef struct adversarial_suffix_settings {
    size_t min_unmatched; /* brackets without a partner, at least, … */
    size_t min_oddities; /* … and so many oddities with them */
} adversarial_suffix_settings;

static const yaml_field fields[] = {
    {.key = "min_unmatched",
     .type = YAML_COUNT,
     .offset = offsetof(adversarial_suffix_settings, min_unmatched),
     .required = true,
     .min = 1,
     .max = 100,
     .about = "Brackets without a partner at the end of the text, at least."},
    {.key = "min_oddities",
     .type = YAML_COUNT,
     .offset = offsetof(adversarial_suffix_settings, min_oddities),
     .required = true,
     .min = 1,
     .max = 100,
     .about = "Unmatched brackets, heaps of marks and words run together, at least."},
    {.key = "brackets", .renamed = "min_unmatched"},
    {.key = "odd", .renamed = "min_oddities"},
};

const detector_type adversarial_suffix_type = {
    .keys = {.what = "adversarial_suffix",
             .fields = fields,
             .count = sizeof fields / sizeof *fields,
             .about = "A question that ends in characters no hand writes."},
    .size = sizeof(adversarial_suffix_settings),
};

/* --------------------------------------------------------------------------------- finding ---- */

void adversarial_suffix_find(const pass *p, const pack_rule *rule) {
    const adversarial_suffix_settings *limits = rule->settings;
    const view *v = p->view;
    if (v->size > TEXT_MAX || !begins_plain(v->text, v->size)) return;
    size_t start = v->size > SUFFIX_SIZE ? text_align_forward(v->text, v->size, v->size - SUFFIX_SIZE) : 0,
           size = v->size - start;
    size_t brackets = odd_brackets(v->text + start, size);
    if (brackets < limits->min_unmatched) return;
    suffix_marks t = read_suffix(v->text + start, size);
    if (t.words < SUFFIX_WORDS || t.lines > LINES_MAX || brackets + t.heaps + t.joints < limits->min_oddities) return;
    candidate_found(p, engine_rule_index(p->engine, rule), (span){start, v->size});
}
