/* SPDX-License-Identifier: Apache-2.0 */
#include "text/address.h"

#include <string.h>
#include <strings.h>

/* ---------------------------------------------------------------------------------- authority ---- */

static bool is_slash(char c) {
    return c == '/' || c == '\\';
}

static bool ends_authority(char c) {
    return text_is_space(c) || is_slash(c) || strchr("?#\"'<>`()", c) != NULL;
}

span address_host(const char *text, size_t size, size_t at) {
    size_t end = at;
    while (end < size && !ends_authority(text[end])) end++;
    for (size_t i = at; i < end; i++) {
        if (text[i] == '@') at = i + 1;
    }
    if (at < end && text[at] != '[') {
        const char *port = memchr(text + at, ':', end - at);
        if (port) end = (size_t)(port - text);
        while (end > at && strchr(".]", text[end - 1])) end--;
    }
    return (span){at, end};
}

/* Schemes whose addresses are fetched; browsers take any number of slashes, of either kind, after them. The size of the
 * one that ends at a colon; 0 for none. */
static size_t scheme_before(const char *text, size_t colon) {
    static const char *const schemes[] = {"https", "http", "ftp", "wss", "ws"};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        size_t length = strlen(schemes[i]);
        if (length > colon || strncasecmp(text + colon - length, schemes[i], length) != 0) continue;
        if (length == colon || !text_is_alnum(text[colon - length - 1])) return length;
    }
    return 0;
}

size_t address_authority(const char *text, size_t size, size_t at) {
    for (size_t i = at; i + 1 < size; i++) {
        if (!is_slash(text[i])) continue;
        bool scheme = i > 0 && text[i - 1] == ':' && scheme_before(text, i - 1) > 0;
        bool markup = i > 0 && strchr("(\"'=<", text[i - 1]) && is_slash(text[i + 1]);
        while (i < size && is_slash(text[i])) i++;
        if (scheme || markup) return i;
    }
    return size;
}

/* ------------------------------------------------------------------------------------- bounds ---- */

static size_t start_of(const char *text, size_t authority) {
    size_t at = authority;
    while (at > 0 && is_slash(text[at - 1])) at--;
    size_t scheme = at > 0 && text[at - 1] == ':' ? scheme_before(text, at - 1) : 0;
    return scheme ? at - 1 - scheme : at;
}

/* Brackets that an address opens it may close; the one that Markdown puts after it ends it, and so do the marks of a
 * sentence. */
static size_t end_of(const char *text, size_t size, size_t start, size_t from) {
    size_t end = from, round = 0, square = 0;
    const size_t limit = size - start > ADDRESS_MAX ? start + ADDRESS_MAX : size;
    for (; end < limit && !text_is_space(text[end]) && !strchr("\"'<>`", text[end]); end++) {
        round += text[end] == '(';
        square += text[end] == '[';
        if ((text[end] == ')' && round-- == 0) || (text[end] == ']' && square-- == 0)) break;
    }
    if (end < size) end = text_align_back(text, end);
    while (end > from && strchr(".,;:!?*_", text[end - 1])) end--;
    return end;
}

/* -------------------------------------------------------------------------------------- loads ---- */

/* The words between the brackets of a Markdown link, in bytes, at most. */
#define LABEL_MAX 512

/* Does the bracket that closes before `close` belong to an image, `![…]`? */
static bool is_image_label(const char *text, size_t close) {
    const size_t floor = close > LABEL_MAX ? close - LABEL_MAX : 0;
    size_t depth = 0;
    for (size_t i = close; i-- > floor;) {
        if (text[i] == ']') depth++;
        else if (text[i] == '[' && depth-- == 0) return i > 0 && text[i - 1] == '!';
    }
    return false;
}

/* Does the name of what is fetched at once end here: src=, url(? */
static bool ends_with_source(const char *text, size_t at) {
    static const char *const names[] = {"src", "srcset", "poster", "background", "data", "url"};
    size_t start = at;
    while (start > 0 && text_is_alpha(text[start - 1])) start--;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i]) == at - start && strncasecmp(text + start, names[i], at - start) == 0) return true;
    }
    return false;
}

static size_t skip_blanks_back(const char *text, size_t at) {
    while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t')) at--;
    return at;
}

/* Is there an image whose address stands elsewhere, `![x][1]`? */
static bool has_image_reference(address_walk *w) {
    if (w->has_image_reference == 0) {
        const char *image = text_find(w->text, w->size, "![", 2);
        w->has_image_reference = image ? 1 : -1;
    }
    return w->has_image_reference > 0;
}

static bool loads(address_walk *w, size_t start) {
    const char *text = w->text;
    size_t at = start > 0 && text[start - 1] == '<' ? start - 1 : start;
    at = skip_blanks_back(text, at);
    if (at > 1 && text[at - 1] == '(' && text[at - 2] == ']') return is_image_label(text, at - 2);
    if (at > 1 && text[at - 1] == ':' && text[at - 2] == ']') return has_image_reference(w);
    if (at > 0 && (text[at - 1] == '"' || text[at - 1] == '\'')) at = skip_blanks_back(text, at - 1);
    if (at == 0 || (text[at - 1] != '=' && text[at - 1] != '(')) return false;
    return ends_with_source(text, skip_blanks_back(text, at - 1));
}

/* --------------------------------------------------------------------------------------- walk ---- */

bool address_next(address_walk *w, address *a) {
    size_t authority = address_authority(w->text, w->size, w->at);
    if (authority >= w->size) return false;
    size_t authority_end = authority;
    while (authority_end < w->size && !ends_authority(w->text[authority_end])) authority_end++;
    a->host = address_host(w->text, w->size, authority);
    a->all.start = start_of(w->text, authority);
    a->all.end = end_of(w->text, w->size, a->all.start, a->host.end);
    a->authority_end = authority_end < a->all.end ? authority_end : a->all.end;
    a->loads = loads(w, a->all.start);
    w->at = a->all.end > authority ? a->all.end : authority;
    return true;
}
