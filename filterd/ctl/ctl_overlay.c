/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ctl_overlay: one pack laid over a directory of packs, as it will be when it is put there.
 *
 * A pack alone rarely loads: the policies, presets and words that it needs are in the others. A pack of the directory
 * that has the same name, or is the same file, is left out: the new one takes its place.
 */
#include "ctl/ctl.h"

#include "base/rule_files.h"
#include "base/yaml_reader.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PACK_MAX ((size_t)16 << 20)

/* The name that a pack calls itself, in the arena; NULL when it cannot be read, which loading reports. */
static const char *pack_name(arena *memory, const char *path) {
    size_t size = 0;
    diagnostics silent = {.file = path, .rule = ""};
    struct stat info;
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode)) return NULL;
    char *data = ctl_read(path, PACK_MAX, &size);
    const yaml_node *root = data ? yaml_parse(memory, data, size, &silent) : NULL;
    const yaml_node *head = root ? yaml_get(root, "pack") : NULL;
    const yaml_node *name = head ? yaml_get(head, "name") : NULL;
    free(data);
    return name && name->kind == YAML_SCALAR ? name->text : NULL;
}

static bool is_same_file(const char *a, const char *b) {
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static bool is_replaced(arena *memory, const char *path, const char *pack, const char *name) {
    const char *other = name ? pack_name(memory, path) : NULL;
    return is_same_file(path, pack) || (other && strcmp(name, other) == 0);
}

filter_engine *ctl_load_over(const char *directory, const char *pack) {
    rule_files files = {.on_folder = NULL};
    filter_engine *engine = NULL;
    filter_source *sources = NULL;
    size_t count = 0;
    if (rule_files_list(&files, directory) != FILTER_OK) {
        ctl_fail("%s; --rules DIR says where the other packs are", files.why);
    } else if ((sources = calloc(files.count + 1, sizeof *sources)) == NULL) {
        ctl_fail("out of memory");
    } else {
        const char *name = pack_name(&files.memory, pack);
        for (size_t i = 0; i < files.count; i++) {
            if (is_replaced(&files.memory, files.paths[i], pack, name)) continue;
            sources[count++].name = files.paths[i];
        }
        sources[count++].name = pack;
        engine = ctl_load_sources(sources, count, pack, false);
    }
    free(sources);
    rule_files_fini(&files);
    return engine;
}
