/* SPDX-License-Identifier: Apache-2.0 */
#include "fields/operand.h"

#include "base/utf8.h"
#include "fields/reader.h"

#include <string.h>

#define STATEMENT_MAX 512 /* bytes of a statement before a number, at most */

/* A number, and what stands around it in its statement. */
typedef struct operand {
    const char *text;
    size_t floor; /* nothing before it is looked at */
    size_t from; /* of the line */
    size_t before; /* the end of what stands before it, blanks apart */
    size_t after; /* what comes after it, blanks apart */
    char next; /* the character there; a line feed at the end */
} operand;

static bool ends_with(const operand *o, const char *sign) {
    const size_t size = strlen(sign);
    return o->before - o->from >= size && memcmp(o->text + o->before - size, sign, size) == 0;
}

static bool ends_with_word(const operand *o, const char *word) {
    const size_t size = strlen(word);
    return o->before - o->from >= size && has_word(o->text, o->before - size, o->before, word) &&
           (o->before - size == o->from || !text_is_word_byte(o->text[o->before - size - 1]));
}

/* Does a statement of SQL begin before it? It may be of several lines, and ends at a semicolon. */
static bool is_sql(const operand *o) {
    static const char *const verbs[] = {"select", "update", "delete", "insert", "merge"};
    static const char *const clauses[] = {"where", "set", "values", "having", "on"};
    bool has_clause = false;
    for (size_t end = o->before; end > o->floor && o->text[end - 1] != ';'; end--) {
        const size_t at = end - 1;
        if (!text_is_alpha(o->text[at]) || (at > o->floor && text_is_word_byte(o->text[at - 1]))) continue;
        for (size_t i = 0; i < sizeof clauses / sizeof *clauses; i++)
            has_clause = has_clause || has_word(o->text, at, o->before, clauses[i]);
        for (size_t i = 0; has_clause && i < sizeof verbs / sizeof *verbs; i++) {
            if (has_word(o->text, at, o->before, verbs[i])) return true;
        }
    }
    return false;
}

static bool is_operand_of_sql(const operand *o) {
    static const char *const words[] = {"between", "and", "like", "in"};
    bool is_operand =
        ends_with(o, "=") || ends_with(o, "<") || ends_with(o, ">") || ends_with(o, "(") || ends_with(o, ",");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) is_operand = is_operand || ends_with_word(o, words[i]);
    return is_operand && is_sql(o);
}

/* Is it in the brackets of a call, which may be of several lines: f(1, card = 2, 3)? */
static bool is_in_call(const operand *o) {
    size_t closed = 0;
    for (size_t i = o->before; i > o->floor && o->text[i - 1] != ';'; i--) {
        const char c = o->text[i - 1];
        if (c == ')') closed++;
        if (c != '(' || closed-- > 0) continue;
        return i - 1 > o->floor && (text_is_word_byte(o->text[i - 2]) || is_one_of(o->text[i - 2], "!>"));
    }
    return false;
}

/* Is it what a name is set to? A parameter of an address is no name of a program. */
static bool is_assigned(const operand *o) {
    if (!ends_with(o, "=")) return false;
    size_t end = o->before - 1;
    while (end > o->from && (is_blank(o->text[end - 1]) || is_one_of(o->text[end - 1], ":+"))) end--;
    size_t start = end;
    while (start > o->from && (is_name_byte(o->text[start - 1]) || is_one_of(o->text[start - 1], "[]>"))) start--;
    return start < end && !(start > o->from && is_one_of(o->text[start - 1], "?&"));
}

static bool ends_line(const operand *o, size_t size) {
    const size_t after = skip_blanks(o->text, o->after + 1, size);
    return after >= size || is_one_of(o->text[after], "\r\n/}");
}

char operand_quote(const char *text, size_t size, span at) {
    operand o = {.text = text, .floor = at.start > STATEMENT_MAX ? at.start - STATEMENT_MAX : 0, .next = '\n'};
    for (o.from = at.start; o.from > o.floor && text[o.from - 1] != '\n';) o.from--;
    o.before = skip_blanks_back(text, o.from, at.start);
    o.after = skip_blanks(text, at.end, size);
    if (o.after < size) o.next = text[o.after];
    if (o.before == o.from && o.next != ',' && o.next != ')') return 0;
    if (is_operand_of_sql(&o)) return '\'';
    static const char *const comparisons[] = {"==", "!=", "<=", ">=", ":="};
    for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++) {
        if (ends_with(&o, comparisons[i])) return '"';
    }
    if (has_word(text, o.from, at.start, "#define")) return '"';
    if (o.next == ';') return ends_line(&o, size) && (is_assigned(&o) || ends_with_word(&o, "return")) ? '"' : 0;
    const bool is_argument =
        (o.next == ',' || o.next == ')') && (ends_with(&o, "(") || ends_with(&o, ",") || is_assigned(&o));
    return is_argument && is_in_call(&o) ? '"' : 0;
}
