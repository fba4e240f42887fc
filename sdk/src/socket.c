/* UNIX sockets by the host's hand.
 *
 * SPDX-License-Identifier: MIT */
#include <plugh/socket.h>

#include <errno.h>
#include <stddef.h>

#include <plugh/fail.h>

static const struct plugh_power_socket *find_power(const struct plugh_host *host)
{
	return (const struct plugh_power_socket *)host->power(host->ctx, PLUGH_POWER_SOCKET);
}

int plugh_socket_listen(const struct plugh_host *host, const char *path, unsigned mode)
{
	const struct plugh_power_socket *power = find_power(host);
	int fd = power != NULL ? power->listen(host->ctx, path, mode, 0) : -ENOSYS;

	if (fd == -EADDRINUSE)
		return plugh_fail(host, fd, "cannot listen at '%s': a server waits there", path);
	return fd < 0 ? plugh_fail(host, fd, "cannot listen at '%s'", path) : fd;
}

int plugh_socket_connect(const struct plugh_host *host, const char *path)
{
	const struct plugh_power_socket *power = find_power(host);
	int fd = power != NULL ? power->connect(host->ctx, path) : -ENOSYS;

	return fd < 0 ? plugh_fail(host, fd, "cannot connect to '%s'", path) : fd;
}

static const struct plugh_power_service *find_service(const struct plugh_host *host)
{
	return (const struct plugh_power_service *)host->power(host->ctx, PLUGH_POWER_SERVICE);
}

int plugh_service_ready(const struct plugh_host *host)
{
	const struct plugh_power_service *power = find_service(host);
	return power != NULL ? power->ready(host->ctx) : 0;
}

int plugh_service_stopping(const struct plugh_host *host)
{
	const struct plugh_power_service *power = find_service(host);
	return power != NULL ? power->stopping(host->ctx) : 0;
}
