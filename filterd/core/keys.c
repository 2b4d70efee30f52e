/* SPDX-License-Identifier: Apache-2.0 */
#include "core/keys.h"

#include "core/log.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

/* First word of a file that only its owner may read. */
static bool read_secret_word(const char *path, char *word, size_t size) {
    struct stat info;
    bool ok = false;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &info) != 0) {
        log_error("%s: cannot be read: %s", path, strerror(errno));
    } else if (!S_ISREG(info.st_mode) || (info.st_uid != geteuid() && info.st_uid != 0)) {
        log_error("%s: must be a regular file of the user who runs filterd, or of root", path);
    } else if (info.st_mode & (S_IRWXG | S_IRWXO)) {
        log_error("%s: others can read this key (mode %03o); chmod 600 it", path, info.st_mode & 0777U);
    } else {
        ssize_t got = read(fd, word, size - 1);
        word[got < 0 ? 0 : got] = '\0';
        word[strcspn(word, " \t\r\n")] = '\0';
        ok = *word != '\0';
        if (!ok) log_error("%s: is empty", path);
    }
    if (fd >= 0) close(fd);
    return ok;
}

bool keys_read_secret(const char *path, char key[KEYS_Z85_SIZE]) {
    char word[128];
    uint8_t raw[32];
    bool ok = read_secret_word(path, word, sizeof word);
    if (ok && (strlen(word) != KEYS_Z85_SIZE - 1 || !zmq_z85_decode(raw, word))) {
        log_error("%s: holds no CURVE key (40 characters of Z85); make one with 'filterctl keygen'", path);
        ok = false;
    }
    if (ok) memcpy(key, word, KEYS_Z85_SIZE);
    sodium_memzero(word, sizeof word);
    sodium_memzero(raw, sizeof raw);
    return ok;
}

bool keys_read_hash_key(const char *path, uint8_t key[32]) {
    char word[128];
    size_t size = 0;
    if (!read_secret_word(path, word, sizeof word)) return false;
    bool ok = sodium_hex2bin(key, 32, word, strlen(word), NULL, &size, NULL) == 0 && size == 32;
    if (!ok) log_error("%s: holds no key (64 hexadecimal digits)", path);
    sodium_memzero(word, sizeof word);
    return ok;
}

bool keys_read_clients(const char *path, keys_list *list) {
    char line[256];
    unsigned number = 0;
    bool ok = true;
    FILE *file = fopen(path, "re");
    *list = (keys_list){NULL, 0};
    if (!file) {
        log_error("%s: cannot be read: %s", path, strerror(errno));
        return false;
    }
    while (ok && fgets(line, sizeof line, file)) {
        number++;
        line[strcspn(line, " \t\r\n")] = '\0';
        if (!*line || (*line == '#' && strlen(line) != KEYS_Z85_SIZE - 1)) continue; /* # is a digit of Z85, too */
        uint8_t(*grown)[32] = realloc(list->keys, (list->count + 1) * sizeof *grown);
        ok = grown != NULL;
        if (!ok) break;
        list->keys = grown;
        ok = strlen(line) == KEYS_Z85_SIZE - 1 && zmq_z85_decode(list->keys[list->count], line);
        if (ok) list->count++;
        else log_error("%s:%u: no public CURVE key (40 characters of Z85)", path, number);
    }
    fclose(file);
    if (ok && list->count == 0) {
        log_error("%s: allows no client; put their public keys in it, one a line", path);
        ok = false;
    }
    return ok;
}

bool keys_has(const keys_list *list, const uint8_t key[32]) {
    for (size_t i = 0; i < list->count; i++) {
        if (sodium_memcmp(list->keys[i], key, 32) == 0) return true;
    }
    return false;
}

void keys_free(keys_list *list) {
    free(list->keys);
    *list = (keys_list){NULL, 0};
}

static bool write_key(const char *path, const char *key, mode_t mode) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0) return false;
    bool written = dprintf(fd, "%s\n", key) > 0;
    int error = errno;
    bool closed = close(fd) == 0;
    if (!written) errno = error;
    return written && closed;
}

bool keys_generate(const char *path, char failed[KEYS_PATH_MAX]) {
    char public_key[KEYS_Z85_SIZE], secret_key[KEYS_Z85_SIZE], public_path[KEYS_PATH_MAX];
    snprintf(failed, KEYS_PATH_MAX, "%s", path);
    if (snprintf(public_path, sizeof public_path, "%s.pub", path) >= (int)sizeof public_path) {
        errno = ENAMETOOLONG;
        return false;
    }
    if (zmq_curve_keypair(public_key, secret_key) != 0) return false; /* libzmq without CURVE: ENOTSUP */
    bool ok = write_key(path, secret_key, 0600);
    if (ok && !write_key(public_path, public_key, 0644)) {
        int error = errno;
        snprintf(failed, KEYS_PATH_MAX, "%s", public_path);
        unlink(path);
        errno = error;
        ok = false;
    }
    sodium_memzero(secret_key, sizeof secret_key);
    return ok;
}
