/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the file of a compiled database, and any change to a right one: what is not whole is compiled anew, and
 * the database finds what it should. */
#include "engine/database.h"

#include "fuzz.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX 65536

static const char *expressions[] = {"abc[0-9]{3}"};
static unsigned flags[] = {0}, ids[] = {0};
static const database_source source = {.expressions = expressions, .flags = flags, .ids = ids, .count = 1};
static char folder[100], path[400];
static unsigned char right[FILE_MAX];
static size_t right_size;

static void clean_up(void) {
    unlink(path);
    rmdir(folder);
}

static int count_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flag, void *arg) {
    (void)from;
    (void)flag;
    fuzz_check(id == 0 && to == 8);
    ++*(int *)arg;
    return 0;
}

static void compile_and_scan(void) {
    static hs_scratch_t *scratch;
    hs_database_t *database = NULL;
    size_t culprit;
    char why[200];
    int count = 0;
    fuzz_check(database_compile(&source, folder, &database, &culprit, why, sizeof why) == FILTER_OK);
    fuzz_check(hs_alloc_scratch(database, &scratch) == HS_SUCCESS);
    fuzz_check(hs_scan(database, "x abc123", 8, 0, scratch, count_match, &count) == HS_SUCCESS && count == 1);
    hs_free_database(database);
}

static void set_up(void) {
    snprintf(folder, sizeof folder, "/tmp/filterd-fuzz-cache.%d", (int)getpid());
    fuzz_check(mkdir(folder, 0700) == 0);
    atexit(clean_up);
    compile_and_scan();
    DIR *dir = opendir(folder);
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] != '.') snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    }
    closedir(dir);
    FILE *file = fopen(path, "rb");
    fuzz_check(file != NULL);
    right_size = fread(right, 1, FILE_MAX, file);
    fclose(file);
}

static void write_file(const unsigned char *bytes, size_t size) {
    FILE *file = fopen(path, "wb");
    fuzz_check(file && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
    chmod(path, 0600);
}

/* The first byte says: the bytes as they are; or the right file, with the rest over it at a place, cut or not. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static unsigned char changed[FILE_MAX];
    if (!right_size) set_up();
    if (size < 4) return 0;
    if (data[0] & 1) {
        write_file(data + 1, size - 1);
    } else {
        size_t at = (data[1] | (size_t)data[2] << 8) % right_size, count = size - 3;
        if (count > right_size - at) count = right_size - at;
        memcpy(changed, right, right_size);
        memcpy(changed + at, data + 3, count);
        write_file(changed, data[0] & 2 ? at + count : right_size);
    }
    compile_and_scan();
    return 0;
}
