/* SPDX-License-Identifier: Apache-2.0 */
#include "output.h"

#include "support.h"

#include <dirent.h>
#include <unistd.h>

/* By number of the standard descriptor. Files, and no pipes: they take any amount without a reader. */
static FILE *caught[3];
static int before[3];

static void begin(int fd) {
    caught[fd] = tmpfile();
    before[fd] = dup(fd);
    assert_true(caught[fd] && before[fd] >= 0 && dup2(fileno(caught[fd]), fd) == fd);
}

void output_begin(void) {
    fflush(NULL);
    begin(STDOUT_FILENO);
    begin(STDERR_FILENO);
}

static void end(int fd, char *text, size_t capacity) {
    dup2(before[fd], fd);
    close(before[fd]);
    rewind(caught[fd]);
    text[fread(text, 1, capacity - 1, caught[fd])] = '\0';
    fclose(caught[fd]);
}

const output *output_end(void) {
    static output said;
    fflush(NULL);
    end(STDOUT_FILENO, said.out, sizeof said.out);
    end(STDERR_FILENO, said.err, sizeof said.err);
    return &said;
}

size_t output_open_files(void) {
    size_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while (readdir(folder)) count++;
    closedir(folder);
    return count;
}
