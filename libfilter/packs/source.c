/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/source.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PACK_FILE_MAX ((off_t)16 << 20)

static filter_status read_file(arena *memory, const char *name, char **data, size_t *size, filter_error *error) {
    struct stat info;
    filter_status status = FILTER_ERROR_IO;
    int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &info) != 0) {
        error_set(error, status, "%s: cannot be read: %s", name, strerror(errno));
        goto out;
    }
    if (!S_ISREG(info.st_mode) || info.st_size > PACK_FILE_MAX) {
        error_set(error, status, "%s: not a regular file of at most 16 MiB", name);
        goto out;
    }
    *data = arena_alloc(memory, (size_t)info.st_size + 1, 1);
    *size = 0;
    while (*data && *size < (size_t)info.st_size) {
        ssize_t got = read(fd, *data + *size, (size_t)info.st_size - *size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            error_set(error, status, "%s: cannot be read: %s", name, strerror(errno));
            goto out;
        }
        if (got == 0) break;
        *size += (size_t)got;
    }
    status = *data ? FILTER_OK : FILTER_ERROR_MEMORY;
out:
    if (fd >= 0) close(fd);
    return status;
}

filter_status pack_read_sources(ruleset *set, const filter_source *sources, size_t count, diagnostics *d,
                                filter_error *error) {
    crypto_generichash_state state;
    unsigned char hash[32];
    arena files;
    filter_status status = FILTER_OK;
    arena_init(&files);
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    for (size_t i = 0; i < count && status == FILTER_OK; i++) {
        char *data = NULL;
        size_t size = sources[i].size;
        const char *text = sources[i].data;
        const char *name = sources[i].name ? sources[i].name : "(memory)";
        if (!text) {
            status = read_file(&files, name, &data, &size, error);
            if (status != FILTER_OK) break;
            text = data;
        }
        uint64_t length = size;
        crypto_generichash_update(&state, (const unsigned char *)&length, sizeof length);
        crypto_generichash_update(&state, (const unsigned char *)text, size);
        if (!pack_load(set, name, text, size, d)) status = FILTER_ERROR_MEMORY;
        arena_reset(&files, 1 << 20);
    }
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(set->digest, sizeof set->digest, hash, sizeof hash);
    arena_fini(&files);
    return status;
}
