/* SPDX-License-Identifier: Apache-2.0 */
#include "base/rule_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool ends_in(const char *name, const char *ending) {
    size_t size = strlen(name), end = strlen(ending);
    return name[0] != '.' && size > end && strcmp(name + size - end, ending) == 0;
}

bool rule_files_is_pack(const char *name) {
    return ends_in(name, ".yaml") || ends_in(name, ".yml");
}

bool rule_files_is_data(const char *name) {
    return ends_in(name, ".bin");
}

static filter_status refuse(rule_files *files, const char *format, ...) __attribute__((format(printf, 2, 3)));

static filter_status refuse(rule_files *files, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(files->why, sizeof files->why, format, args);
    va_end(args);
    return FILTER_ERROR_IO;
}

static filter_status add_file(rule_files *files, const char *path) {
    if (files->count == RULE_FILES_MAX) {
        return refuse(files, "%s: the directory holds more than %d rule packs", path, RULE_FILES_MAX);
    }
    size_t need = files->count + 1;
    if (!arena_grow(&files->memory, &files->paths, &files->capacity, need, sizeof *files->paths)) {
        return FILTER_ERROR_MEMORY;
    }
    files->paths[files->count++] = path;
    return FILTER_OK;
}

/* A file system may leave the type out. */
static bool is_folder(const char *path, const struct dirent *entry) {
    struct stat info;
    if (entry->d_type != DT_UNKNOWN) return entry->d_type == DT_DIR;
    return lstat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static filter_status read_folder(rule_files *files, const char *folder, unsigned depth);

static filter_status read_entry(rule_files *files, const char *folder, const struct dirent *entry, unsigned depth) {
    if (entry->d_name[0] == '.') return FILTER_OK;
    const char *slash = *folder && folder[strlen(folder) - 1] == '/' ? "" : "/";
    const char *path = arena_printf(&files->memory, "%s%s%s", folder, slash, entry->d_name);
    if (!path) return FILTER_ERROR_MEMORY;
    if (is_folder(path, entry)) return read_folder(files, path, depth + 1);
    return rule_files_is_pack(entry->d_name) ? add_file(files, path) : FILTER_OK;
}

static filter_status read_folder(rule_files *files, const char *folder, unsigned depth) {
    if (depth > RULE_FOLDER_DEPTH_MAX) {
        return refuse(files, "%s: folders of rules are nested deeper than %d", folder, RULE_FOLDER_DEPTH_MAX);
    }
    if (files->folder_count++ == RULE_FOLDERS_MAX) {
        return refuse(files, "%s: the directory of rules holds more than %d folders", folder, RULE_FOLDERS_MAX);
    }
    if (files->on_folder) files->on_folder(folder, files->arg);
    DIR *dir = opendir(folder);
    if (!dir) return refuse(files, "%s: cannot be read: %s", folder, strerror(errno));
    filter_status status = FILTER_OK;
    const struct dirent *entry;
    while (status == FILTER_OK && (errno = 0, entry = readdir(dir)) != NULL) {
        status = read_entry(files, folder, entry, depth);
    }
    if (status == FILTER_OK && errno) status = refuse(files, "%s: cannot be read: %s", folder, strerror(errno));
    closedir(dir);
    return status;
}

static int by_bytes(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

filter_status rule_files_list(rule_files *files, const char *directory) {
    arena_init(&files->memory);
    files->paths = NULL;
    files->count = files->capacity = files->folder_count = 0;
    files->why[0] = '\0';
    filter_status status = read_folder(files, directory, 0);
    if (status == FILTER_OK && files->count == 0) {
        status = refuse(files, "%s: holds no rule pack (*.yaml)", directory);
    }
    if (status == FILTER_ERROR_MEMORY) snprintf(files->why, sizeof files->why, "out of memory while listing rules");
    if (files->count) qsort(files->paths, files->count, sizeof *files->paths, by_bytes);
    return status;
}

void rule_files_fini(rule_files *files) {
    arena_fini(&files->memory);
}
