/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys: secret and public keys in files.
 *
 * A secret is never on a command line or in the environment, where other processes can read it, and
 * its file must belong to the user who runs the daemon (or root) and be readable by nobody else.
 */
#ifndef FILTERD_CORE_KEYS_H
#define FILTERD_CORE_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEYS_Z85_SIZE 41 /* a CURVE key as text, with its NUL */

/* Reads a CURVE secret key. Logs why not. */
bool keys_read_secret(const char *path, char key[KEYS_Z85_SIZE]);

/* Reads the 64 hexadecimal digits of a 32-byte key. */
bool keys_read_hash_key(const char *path, uint8_t key[32]);

/* The public keys of clients, one a line; empty lines and # comments are passed over. */
typedef struct keys_list {
    uint8_t (*keys)[32];
    size_t count;
} keys_list;

bool keys_read_clients(const char *path, keys_list *list);
bool keys_has(const keys_list *list, const uint8_t key[32]);
void keys_free(keys_list *list);

#define KEYS_PATH_MAX 4096

/* Writes a new key pair: PATH (secret, mode 600) and PATH.pub. Never replaces a file. On failure errno says why, and
 * `failed` which file; the other one is not left after. */
bool keys_generate(const char *path, char failed[KEYS_PATH_MAX]);

#endif
