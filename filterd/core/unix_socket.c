/* SPDX-License-Identifier: Apache-2.0 */
#include "core/unix_socket.h"

#include "core/log.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 1024 /* clients that have connected and wait to be accepted */

/* False: the path is too long. */
static bool make_address(struct sockaddr_un *address, const char *path) {
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address->sun_path) return false;
    memcpy(address->sun_path, path, strlen(path));
    return true;
}

/* 0 when somebody accepts connections at a path, else an errno. Does not wait: EAGAIN is somebody whose backlog is
 * full. */
static int try_connect(const char *path, int type) {
    struct sockaddr_un address;
    if (!make_address(&address, path)) return ENAMETOOLONG;
    int fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int error = fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno;
    if (fd >= 0) close(fd);
    return error;
}

bool unix_socket_is_served(const char *path, int type) {
    int error = try_connect(path, type);
    return error == 0 || error == EAGAIN;
}

bool unix_socket_user(int connection, uid_t *user) {
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
    *user = peer.uid;
    return true;
}

/* Makes way for a socket: a file that a daemon before left there goes. NULL, or why the path cannot be had. */
static const char *clear_path(const char *path) {
    struct stat file;
    if (lstat(path, &file) != 0) return errno == ENOENT ? NULL : strerror(errno);
    if (!S_ISSOCK(file.st_mode)) return "what stands there is no socket; move it away, or choose another path";
    /* Only a refused connection shows that nobody is there; other types of sockets, and those that may not be opened,
     * say something else. */
    int error = try_connect(path, SOCK_STREAM);
    if (error == 0 || error == EAGAIN || error == EPROTOTYPE) return "another process serves there";
    if (error != ECONNREFUSED && error != ENOENT) return strerror(error);
    return unlink(path) == 0 || errno == ENOENT ? NULL : strerror(errno);
}

static mode_t umask_of(size_t mode) {
    return 0777 & ~(mode_t)((mode / 100 << 6) | (mode / 10 % 10 << 3) | mode % 10);
}

/* NULL, or why the descriptor does not listen there. */
static const char *bind_path(int fd, unix_socket *made, const struct sockaddr_un *address, size_t mode) {
    struct stat file;
    mode_t old = umask(umask_of(mode));
    int error = bind(fd, (const struct sockaddr *)address, sizeof *address) == 0 ? 0 : errno;
    umask(old);
    if (error) return strerror(error);
    if (lstat(address->sun_path, &file) != 0) return strerror(errno);
    made->device = file.st_dev;
    made->file = file.st_ino;
    made->changed = file.st_ctim;
    return listen(fd, BACKLOG) == 0 ? NULL : strerror(errno);
}

int unix_socket_listen(unix_socket *made, const char *what, const char *path, int type, size_t mode) {
    struct sockaddr_un address;
    *made = (unix_socket){.path = NULL};
    if (!make_address(&address, path)) {
        log_error("%s %s: the path is longer than %zu bytes", what, path, sizeof address.sun_path - 1);
        return -1;
    }
    const char *why_not = clear_path(path);
    int fd = why_not ? -1 : socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    if (!why_not && fd < 0) why_not = strerror(errno);
    if (!why_not) why_not = bind_path(fd, made, &address, mode);
    if (!why_not) {
        made->path = path;
        return fd;
    }
    log_error("%s %s: cannot be bound: %s", what, path, why_not);
    if (fd >= 0) close(fd);
    return -1;
}

void unix_socket_remove(unix_socket *made) {
    struct stat file;
    bool is_ours = made->path && lstat(made->path, &file) == 0 && S_ISSOCK(file.st_mode) &&
                   file.st_dev == made->device && file.st_ino == made->file &&
                   file.st_ctim.tv_sec == made->changed.tv_sec && file.st_ctim.tv_nsec == made->changed.tv_nsec;
    if (is_ours) unlink(made->path);
    made->path = NULL;
}
