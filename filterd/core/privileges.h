/* SPDX-License-Identifier: Apache-2.0 */
/*
 * privileges: whose rights the daemon has. Started as root it becomes another user before it opens anything but its
 * configuration, and no capability is left, whoever it is.
 */
#ifndef FILTERD_CORE_PRIVILEGES_H
#define FILTERD_CORE_PRIVILEGES_H

/* `user` is a name, or NULL: 'filterd' where there is such a user, else who started it. $HOME becomes that user's.
 * Before the first thread. 0, or an exit status after logging why. */
int privileges_drop(const char *user);

/* Logs when the daemon is root, and nobody chose that. */
void privileges_tell(const char *user);

#endif
