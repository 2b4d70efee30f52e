/* SPDX-License-Identifier: Apache-2.0 */
#include "results_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char title[] =
    "# Results\n\nWritten by `make bench` and `make accuracy`, each its own part; never by hand.\n";

/* The whole file, or the title where there is none; NULL: memory is out. */
static char *read_all(const char *path) {
    char *text = NULL;
    size_t capacity = 0;
    FILE *in = fopen(path, "re");
    if (!in) return strdup(title);
    if (getdelim(&text, &capacity, '\0', in) < 0) {
        free(text);
        text = strdup(title);
    }
    fclose(in);
    return text;
}

static bool write_all(const char *path, const char *before, size_t before_size, const char *part, const char *after) {
    char draft[4096];
    if (snprintf(draft, sizeof draft, "%s.new", path) >= (int)sizeof draft) return false;
    FILE *out = fopen(draft, "we");
    if (!out) return false;
    bool ok = fwrite(before, 1, before_size, out) == before_size && fputs(part, out) >= 0 && fputs(after, out) >= 0;
    ok = fclose(out) == 0 && ok;
    return ok && rename(draft, path) == 0;
}

bool results_file_write(const char *path, const char *part, const char *text) {
    char begin[80], end[80], *whole = read_all(path), *framed = NULL;
    snprintf(begin, sizeof begin, "<!-- begin %s -->\n", part);
    snprintf(end, sizeof end, "<!-- end %s -->\n", part);
    const char *from = whole ? strstr(whole, begin) : NULL, *to = from ? strstr(from, end) : NULL;
    bool ok = whole && asprintf(&framed, "%s%s\n%s%s", to ? "" : "\n", begin, text, end) > 0;
    if (ok && to) ok = write_all(path, whole, (size_t)(from - whole), framed, to + strlen(end));
    else if (ok) ok = write_all(path, whole, strlen(whole), framed, "");
    free(framed);
    free(whole);
    return ok;
}
