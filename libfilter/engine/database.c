/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/database.h"

#include "base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HASH_SIZE 32
#define CACHE_FILE_MAX ((off_t)1 << 30)
static const char magic[16] = "filter hs cache";

/* --------------------------------------------------------------------------- expressions ---- */

/* The slot of an expression: where it is, or where it would be. */
static uint32_t *slot_of(const database_source *source, const char *expression, unsigned flags) {
    size_t i = hash32_mix(hash32_string(expression), flags) & (source->slot_count - 1);
    for (; source->slots[i]; i = (i + 1) & (source->slot_count - 1)) {
        const size_t index = source->slots[i] - 1;
        if (source->flags[index] == flags && strcmp(source->expressions[index], expression) == 0) break;
    }
    return &source->slots[i];
}

static bool make_slots(database_source *source) {
    if (2 * source->count < source->slot_count) return true;
    source->slot_count = source->slot_count ? 2 * source->slot_count : 64;
    source->slots = arena_alloc(source->memory, source->slot_count, sizeof *source->slots);
    for (size_t i = 0; source->slots && i < source->count; i++)
        *slot_of(source, source->expressions[i], source->flags[i]) = (uint32_t)i + 1;
    return source->slots != NULL;
}

bool database_add(database_source *source, const char *expression, unsigned flags, size_t *index) {
    if (!make_slots(source)) return false;
    uint32_t *slot = slot_of(source, expression, flags);
    if (*slot) {
        *index = *slot - 1;
        return true;
    }
    size_t need = source->count + 1;
    if (!arena_grow(source->memory, &source->expressions, &source->capacity, need, sizeof *source->expressions) ||
        !arena_grow(source->memory, &source->flags, &source->flags_capacity, need, sizeof *source->flags) ||
        !arena_grow(source->memory, &source->ids, &source->ids_capacity, need, sizeof *source->ids)) {
        return false;
    }
    *index = source->count++;
    source->expressions[*index] = expression;
    source->flags[*index] = flags;
    source->ids[*index] = (unsigned)*index;
    *slot = (uint32_t)source->count;
    return true;
}

bool database_measure(const char *expression, unsigned flags, size_t *max_width, char *why, size_t why_size) {
    hs_expr_info_t *info = NULL;
    hs_compile_error_t *error = NULL;
    if (hs_expression_info(expression, flags, &info, &error) != HS_SUCCESS) {
        snprintf(why, why_size, "Hyperscan refuses the pattern: %s", error ? error->message : "out of memory");
        hs_free_compile_error(error);
        return false;
    }
    unsigned min = info->min_width, max = info->max_width;
    free(info);
    *max_width = max == UINT32_MAX ? SIZE_MAX : max;
    if (min == 0) snprintf(why, why_size, "the pattern matches the empty text, and so everywhere");
    return min > 0;
}

size_t database_size(const hs_database_t *database) {
    size_t size = 0;
    if (database && hs_database_size(database, &size) != HS_SUCCESS) size = 0;
    return size;
}

/* --------------------------------------------------------------------------------- cache ---- */

static void hash_part(crypto_generichash_state *state, const void *data, size_t size) {
    crypto_generichash_update(state, data, size);
}

static void cache_key(const database_source *source, char hex[2 * HASH_SIZE + 1]) {
    crypto_generichash_state state;
    unsigned char hash[HASH_SIZE];
    hs_platform_info_t platform;
    memset(&platform, 0, sizeof platform);
    (void)hs_populate_platform(&platform);
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    hash_part(&state, magic, sizeof magic);
    hash_part(&state, hs_version(), strlen(hs_version()) + 1);
    hash_part(&state, &platform.tune, sizeof platform.tune);
    hash_part(&state, &platform.cpu_features, sizeof platform.cpu_features);
    for (size_t i = 0; i < source->count; i++) {
        hash_part(&state, source->expressions[i], strlen(source->expressions[i]) + 1);
        hash_part(&state, &source->flags[i], sizeof source->flags[i]);
    }
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(hex, 2 * HASH_SIZE + 1, hash, sizeof hash);
}

/* A directory of ours that nobody else can write to, or -1. */
static int open_cache(const char *path) {
    struct stat info;
    int fd = path ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd >= 0 && (fstat(fd, &info) != 0 || info.st_uid != geteuid() || (info.st_mode & (S_IWGRP | S_IWOTH)))) {
        close(fd);
        return -1;
    }
    return fd;
}

static bool read_all(int fd, void *data, size_t size) {
    for (char *at = data; size;) {
        ssize_t got = read(fd, at, size);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        at += got;
        size -= (size_t)got;
    }
    return true;
}

static bool write_all(int fd, const void *data, size_t size) {
    for (const char *at = data; size;) {
        ssize_t put = write(fd, at, size);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        at += put;
        size -= (size_t)put;
    }
    return true;
}

static hs_database_t *cache_load(int directory, const char *name) {
    hs_database_t *database = NULL;
    unsigned char *content = NULL, hash[HASH_SIZE];
    struct stat info;
    const size_t head = sizeof magic + HASH_SIZE;
    int fd = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return NULL;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_uid != geteuid() || info.st_size > CACHE_FILE_MAX ||
        info.st_size <= (off_t)head) {
        goto out;
    }
    size_t size = (size_t)info.st_size;
    content = malloc(size);
    if (!content || !read_all(fd, content, size) || memcmp(content, magic, sizeof magic) != 0) goto out;
    crypto_generichash(hash, sizeof hash, content + head, size - head, NULL, 0);
    if (memcmp(hash, content + sizeof magic, HASH_SIZE) != 0) goto out;
    if (hs_deserialize_database((const char *)content + head, size - head, &database) != HS_SUCCESS) database = NULL;
out:
    free(content);
    close(fd);
    return database;
}

/* Costs time when it fails, and nothing else: a full disk leaves no half file after. */
static void cache_store(int directory, const char *name, const hs_database_t *database) {
    char *bytes = NULL, temporary[128];
    size_t size = 0;
    unsigned char hash[HASH_SIZE];
    if (hs_serialize_database(database, &bytes, &size) != HS_SUCCESS) return;
    crypto_generichash(hash, sizeof hash, (const unsigned char *)bytes, size, NULL, 0);
    snprintf(temporary, sizeof temporary, ".%.64s.%08x", name, randombytes_random());
    int fd = openat(directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd >= 0) {
        bool fine =
            write_all(fd, magic, sizeof magic) && write_all(fd, hash, sizeof hash) && write_all(fd, bytes, size);
        fine = fsync(fd) == 0 && fine;
        fine = close(fd) == 0 && fine;
        if (!fine || renameat(directory, temporary, directory, name) != 0) unlinkat(directory, temporary, 0);
    }
    free(bytes);
}

/* ------------------------------------------------------------------------------- compile ---- */

filter_status database_compile(const database_source *source, const char *cache_dir, hs_database_t **database,
                               size_t *culprit, char *why, size_t why_size) {
    filter_status status = FILTER_OK;
    hs_compile_error_t *error = NULL;
    char name[2 * HASH_SIZE + 1];
    *database = NULL;
    if (source->count == 0) return FILTER_OK;
    int directory = open_cache(cache_dir);
    if (directory >= 0) {
        cache_key(source, name);
        *database = cache_load(directory, name);
        if (*database) goto out;
    }
    if (hs_compile_multi(source->expressions, source->flags, source->ids, (unsigned)source->count, HS_MODE_BLOCK, NULL,
                         database, &error) != HS_SUCCESS) {
        *culprit = error && error->expression >= 0 ? (size_t)error->expression : SIZE_MAX;
        snprintf(why, why_size, "Hyperscan refuses the pattern: %s", error ? error->message : "out of memory");
        hs_free_compile_error(error);
        status = FILTER_ERROR_RULES;
    } else if (directory >= 0) {
        cache_store(directory, name, *database);
    }
out:
    if (directory >= 0) close(directory);
    return status;
}
