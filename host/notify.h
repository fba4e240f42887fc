/* Telling a service manager of the state of this service, by the protocol of sd_notify(3).
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_NOTIFY_H
#define PLUGH_NOTIFY_H

enum notify_state {
	NOTIFY_READY = 0,
	NOTIFY_STOPPING = 1,
	NOTIFY_STATES = 2,
};

/* Send it, without waiting.
 *
 * address  of $NOTIFY_SOCKET: an absolute path, or '@' and an abstract name; NULL: nobody asked
 * Returns 0 (also where nobody asked), -EINVAL for no such address or state, or -errno.
 * Async-signal-safe. */
int notify_send(const char *address, unsigned state);

#endif
