/* SPDX-License-Identifier: Apache-2.0 */
#include "core/privileges.h"

#include "core/config.h"
#include "core/log.h"

#include <cap-ng.h>
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STANDARD_USER "filterd"

static int become(const struct passwd *user) {
    capng_clear(CAPNG_SELECT_BOTH);
    int error = capng_change_id((int)user->pw_uid, (int)user->pw_gid, CAPNG_INIT_SUPP_GRP | CAPNG_CLEAR_BOUNDING);
    if (error || geteuid() != user->pw_uid || getegid() != user->pw_gid || setuid(0) == 0) {
        log_error("user: cannot become '%s' (step %d): %s", user->pw_name, error, strerror(errno));
        return CONFIG_EXIT_SYSTEM;
    }
    unsetenv("XDG_CACHE_HOME"); /* of who started us */
    if (setenv("HOME", user->pw_dir, 1) != 0) return CONFIG_EXIT_SYSTEM;
    log_debug("user: %s, without capabilities", user->pw_name);
    return 0;
}

/* The bounding set needs a right that not everyone has; what counts is that nothing is left to use. */
static void drop_capabilities(void) {
    capng_clear(CAPNG_SELECT_BOTH);
    if (capng_apply(CAPNG_SELECT_BOTH) != 0) (void)capng_apply(CAPNG_SELECT_CAPS);
    if (capng_get_caps_process() != 0 || capng_have_capabilities(CAPNG_SELECT_CAPS) != CAPNG_NONE)
        log_warning("user: capabilities cannot be given up: %s", strerror(errno));
}

int privileges_drop(const char *user) {
    const struct passwd *found = getpwnam(user ? user : STANDARD_USER);
    if (user && !found) {
        log_error("user: there is no user '%s'; name one that this system has", user);
        return CONFIG_EXIT_CONFIG;
    }
    if (user && found->pw_uid != geteuid() && geteuid() != 0) {
        log_error("user: only root can become '%s'; start filterd as that user, or leave 'user' out", user);
        return CONFIG_EXIT_CONFIG;
    }
    if (geteuid() == 0 && found && found->pw_uid != 0) return become(found);
    drop_capabilities();
    return 0;
}

void privileges_tell(const char *user) {
    if (geteuid() == 0 && !user)
        log_info("user: filterd runs as root; name another in 'user', or make a user "
                 "'" STANDARD_USER "'");
}
