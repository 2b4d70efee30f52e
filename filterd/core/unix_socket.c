/* SPDX-License-Identifier: Apache-2.0 */
#include "core/unix_socket.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

bool unix_socket_is_served(const char *path, int type) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) return false;
    memcpy(address.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    bool served = fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    if (fd >= 0) close(fd);
    return served;
}

mode_t unix_socket_umask(size_t mode) {
    return 0777 & ~(mode_t)((mode / 100 << 6) | (mode / 10 % 10 << 3) | mode % 10);
}
