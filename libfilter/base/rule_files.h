/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule_files: the rule packs in a directory and its sub-folders.
 *
 * For `rules` with `pii/in.yaml`, `policies.yaml` and `.draft.yaml` the list is "rules/pii/in.yaml",
 * "rules/policies.yaml". A pack ends in .yaml or .yml. Files and folders whose names begin with a dot are
 * skipped. A link to a file counts as the file; a link to a folder is not followed, so that no circle
 * exists. The order is that of the bytes of the paths, in every locale.
 *
 * Reads directories, never a file. The library loads the list; the daemon also watches the folders.
 */
#ifndef FILTER_BASE_RULE_FILES_H
#define FILTER_BASE_RULE_FILES_H

#include "base/arena.h"
#include "filter.h"

#include <stdbool.h>
#include <stddef.h>

#define RULE_FOLDER_DEPTH_MAX 8 /* sub-folders below the directory; people use two or three */
#define RULE_FOLDERS_MAX 1024 /* each needs a watch of the system in the daemon */
#define RULE_FILES_MAX 4096 /* bounds memory when the directory is a wrong one, such as / */

/* Called for the directory and each sub-folder before its entries are read. */
typedef void rule_folder_fn(const char *path, void *arg);

typedef struct rule_files {
    rule_folder_fn *on_folder; /* NULL: none */
    void *arg;
    arena memory; /* holds the paths */
    const char **paths;
    size_t count, capacity, folder_count;
    char why[512]; /* what is wrong, after another status than FILTER_OK */
} rule_files;

/* Is a file of this name in a rule directory a pack? */
bool rule_files_is_pack(const char *name);

/* Is it data that packs refer to, such as the weights of a model? */
bool rule_files_is_data(const char *name);

/* Fills `files`, whose `on_folder` and `arg` the caller has set. FILTER_ERROR_IO also means: too deep, too
 * many, or no pack at all. Call rule_files_fini in any case. */
filter_status rule_files_list(rule_files *files, const char *directory);

void rule_files_fini(rule_files *files);

#endif
