/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/source.h"

#include "base/rule_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool source_is_data(const filter_source *source) {
    const char *slash = source->name ? strrchr(source->name, '/') : NULL;
    return source->name && rule_files_is_data(slash ? slash + 1 : source->name);
}

/* Fills `data` with `size` bytes, fewer when the file ends; *size becomes what there was. */
static bool read_all(int fd, char *data, size_t *size) {
    size_t have = 0;
    while (have < *size) {
        ssize_t got = read(fd, data + have, *size - have);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return false;
        if (got == 0) break;
        have += (size_t)got;
    }
    *size = have;
    return true;
}

static filter_status read_file(arena *memory, const char *name, size_t max, source_bytes *out,
                               char why[SOURCE_WHY_MAX]) {
    struct stat info;
    filter_status status = FILTER_ERROR_IO;
    int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe must not stop the caller */
    if (fd < 0 || fstat(fd, &info) != 0) {
        snprintf(why, SOURCE_WHY_MAX, "%s: cannot be read: %s", name, strerror(errno));
    } else if (!S_ISREG(info.st_mode)) {
        snprintf(why, SOURCE_WHY_MAX, "%s: not a regular file", name);
    } else if ((size_t)info.st_size > max) {
        snprintf(why, SOURCE_WHY_MAX, "%s: larger than %zu bytes", name, max);
    } else {
        size_t size = (size_t)info.st_size;
        char *data = arena_alloc(memory, size + 1, 1);
        status = data ? FILTER_OK : FILTER_ERROR_MEMORY;
        if (data && !read_all(fd, data, &size)) {
            status = FILTER_ERROR_IO;
            snprintf(why, SOURCE_WHY_MAX, "%s: cannot be read: %s", name, strerror(errno));
        }
        *out = (source_bytes){data, size};
    }
    if (fd >= 0) close(fd);
    return status;
}

filter_status source_read(arena *memory, const filter_source *source, size_t max, source_bytes *out,
                          char why[SOURCE_WHY_MAX]) {
    if (!source->data) return read_file(memory, source->name ? source->name : "", max, out, why);
    if (source->size > max) {
        snprintf(why, SOURCE_WHY_MAX, "%s: larger than %zu bytes", source->name ? source->name : "(memory)", max);
        return FILTER_ERROR_IO;
    }
    *out = (source_bytes){source->data, source->size};
    return FILTER_OK;
}
