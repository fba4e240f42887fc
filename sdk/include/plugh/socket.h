/* UNIX stream sockets that the command line names, opened by the host: a confined plugin can open
 * none by itself. And the service manager, who may be waiting for the socket.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_SOCKET_H
#define PLUGH_SOCKET_H

#include <plugh/host.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Wait for connections at a path that an option with .access = PLUGH_LISTEN named.
 *
 * path  as the option has it. A socket that a server which is gone has left there is replaced
 * mode  permissions of the socket's file, as for chmod(2); 0: what the umask gives
 *
 * Returns a descriptor for accept(2), to be closed by the caller, or what PLUGH_POWER_SOCKET says,
 * reported already; -ENOSYS: the host is too old. The host removes the socket's file in the end.
 * Threads: the main one.   Since: 0.1 */
int plugh_socket_listen(const struct plugh_host *host, const char *path, unsigned mode);

/* Connect to who waits at a path that an option with .access = PLUGH_CONNECT named.
 * Returns a connected descriptor, to be closed by the caller, or what PLUGH_POWER_SOCKET says,
 * reported already. Threads: the main one.   Since: 0.1 */
int plugh_socket_connect(const struct plugh_host *host, const char *path);

/* Tell the service manager that started this, if one asked to be told ($NOTIFY_SOCKET), that the
 * service can be used; that it is about to end. Source: sd_notify(3).
 * Returns 0 or -errno; nothing is reported. Threads: the main one.   Since: 0.1 */
int plugh_service_ready(const struct plugh_host *host);
int plugh_service_stopping(const struct plugh_host *host);

#ifdef __cplusplus
}
#endif

#endif
