/* SPDX-License-Identifier: Apache-2.0 */
#include "core/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* From linux/landlock.h of kernel 6.10, by the version (ABI) that brought them. */
enum {
    FS_WRITE_FILE = 1 << 1,
    FS_READ_FILE = 1 << 2,
    FS_READ_DIR = 1 << 3,
    FS_REMOVE_FILE = 1 << 5,
    FS_MAKE_REG = 1 << 8,
    FS_MAKE_SOCK = 1 << 9,
    FS_ABI_1 = (1 << 13) - 1,
    FS_REFER = 1 << 13, /* ABI 2: link and rename between folders */
    FS_TRUNCATE = 1 << 14, /* ABI 3 */
    FS_IOCTL_DEVICE = 1 << 15, /* ABI 5 */
    NET_CONNECT_TCP = 1 << 1, /* ABI 4; bind is left to seccomp, which comes after the endpoints are bound */
    SCOPE_SIGNAL = 1 << 1 /* ABI 6: no signals to processes outside */
};

#define FS_OF_FILES (FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE) /* what a rule for a single file may hold */
#define CREATE_VERSION 1u /* landlock_create_ruleset: which ABI is it? */
#define RULE_PATH_BENEATH 1
#define RULE_NET_PORT 2

struct ruleset_attributes {
    uint64_t fs, net, scope;
};

struct path_beneath {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));

struct net_port {
    uint64_t allowed, port;
};

static uint64_t handled_fs(int abi) {
    return FS_ABI_1 | (abi >= 2 ? FS_REFER : 0) | (abi >= 3 ? FS_TRUNCATE : 0) | (abi >= 5 ? FS_IOCTL_DEVICE : 0);
}

static uint64_t rights_of(landlock_right right) {
    switch (right) {
    case LANDLOCK_READ: return FS_READ_FILE | FS_READ_DIR;
    case LANDLOCK_KEEP_FILES: return FS_READ_FILE | FS_READ_DIR | FS_WRITE_FILE | FS_MAKE_REG | FS_REMOVE_FILE;
    case LANDLOCK_KEEP_SOCKETS: return FS_MAKE_SOCK | FS_REMOVE_FILE;
    }
    return 0;
}

bool landlock_begin(landlock *l) {
    *l = (landlock){.ruleset = -1};
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_VERSION);
    if (abi < 1) {
        l->error = errno;
        return false;
    }
    struct ruleset_attributes a = {
        .fs = handled_fs((int)abi), .net = abi >= 4 ? NET_CONNECT_TCP : 0, .scope = abi >= 6 ? SCOPE_SIGNAL : 0};
    /* An older kernel refuses fields that it does not know, unless they are zero. */
    l->ruleset = (int)syscall(SYS_landlock_create_ruleset, &a, sizeof a, 0);
    l->error = errno;
    l->abi = l->ruleset >= 0 ? (int)abi : 0;
    return l->ruleset >= 0;
}

bool landlock_allow(landlock *l, const char *path, landlock_right right) {
    struct stat info;
    struct path_beneath rule = {.parent = open(path, O_PATH | O_CLOEXEC)};
    if (rule.parent < 0) return false;
    bool ok = fstat(rule.parent, &info) == 0;
    rule.allowed = rights_of(right) & (ok && S_ISDIR(info.st_mode) ? UINT64_MAX : FS_OF_FILES);
    ok = ok && syscall(SYS_landlock_add_rule, l->ruleset, RULE_PATH_BENEATH, &rule, 0) == 0;
    int error = errno;
    close(rule.parent);
    errno = error;
    return ok;
}

bool landlock_allow_port(landlock *l, uint16_t port) {
    const struct net_port rule = {NET_CONNECT_TCP, port};
    return l->abi < 4 || syscall(SYS_landlock_add_rule, l->ruleset, RULE_NET_PORT, &rule, 0) == 0;
}

bool landlock_enforce(landlock *l) {
    bool ok = syscall(SYS_landlock_restrict_self, l->ruleset, 0) == 0;
    l->error = errno;
    close(l->ruleset);
    l->ruleset = -1;
    return ok;
}
