/* The protocol of sd_notify(3): one datagram with lines of KEY=VALUE.
 *
 * SPDX-License-Identifier: MIT */
#include "notify.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int notify_send(const char *address, unsigned state)
{
	static const char *const text[NOTIFY_STATES] = {
		[NOTIFY_READY] = "READY=1",
		[NOTIFY_STOPPING] = "STOPPING=1",
	};
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	if (state >= NOTIFY_STATES)
		return -EINVAL;
	if (address == NULL || address[0] == '\0')
		return 0;
	size_t size = strlen(address);
	if ((address[0] != '/' && address[0] != '@') || size < 2 || size >= sizeof to.sun_path)
		return -EINVAL;
	memcpy(to.sun_path, address, size);
	/* An abstract name begins with NUL and has no NUL at its end; of a path it does no harm. */
	if (address[0] == '@')
		to.sun_path[0] = '\0';
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	ssize_t n = sendto(fd, text[state], strlen(text[state]), MSG_NOSIGNAL | MSG_DONTWAIT,
		(const struct sockaddr *)&to,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + size));
	int r = n < 0 ? -errno : 0;
	close(fd);
	return r;
}
