/* Landlock's three system calls, with numbers of our own.
 *
 * SPDX-License-Identifier: MIT */
#include "landlock.h"

#include <errno.h>
#include <stddef.h>
#include <unistd.h>

/* The same on every machine that Landlock exists for. */
enum {
	CREATE_RULESET = 444,
	ADD_RULE = 445,
	RESTRICT_SELF = 446,

	CREATE_RULESET_VERSION = 1 << 0,
	RULE_PATH_BENEATH = 1,
	RULE_NET_PORT = 2,
};

struct path_beneath {
	uint64_t access;
	int32_t fd;
} __attribute__((packed));

struct net_port {
	uint64_t access;
	uint64_t port;
};

/* The last right of each ABI; beyond the last row all are known. */
static const struct landlock_handled known[] = {
	{ 0, 0, 0 },
	{ LANDLOCK_REFER - 1, 0, 0 },
	{ LANDLOCK_TRUNCATE - 1, 0, 0 },
	{ LANDLOCK_IOCTL_DEV - 1, 0, 0 },
	{ LANDLOCK_IOCTL_DEV - 1, LANDLOCK_ALL_PORTS, 0 },
	{ LANDLOCK_ALL_FILES, LANDLOCK_ALL_PORTS, 0 },
};

int landlock_abi(void)
{
	long r = syscall(CREATE_RULESET, NULL, 0, CREATE_RULESET_VERSION);
	return r < 0 ? -errno : (int)r;
}

struct landlock_handled landlock_known(struct landlock_handled handled, int abi)
{
	if (abi >= 0 && (size_t)abi < sizeof known / sizeof known[0]) {
		handled.files &= known[abi].files;
		handled.ports &= known[abi].ports;
		handled.scopes &= known[abi].scopes;
	}
	return handled;
}

int landlock_create(const struct landlock_handled *handled)
{
	/* An older kernel takes a longer struct whose new members are zero. */
	long fd = syscall(CREATE_RULESET, handled, sizeof *handled, 0);
	return fd < 0 ? -errno : (int)fd;
}

int landlock_allow_file(int set, int fd, uint64_t access)
{
	struct path_beneath rule = { access, fd };

	return syscall(ADD_RULE, set, RULE_PATH_BENEATH, &rule, 0) < 0 ? -errno : 0;
}

int landlock_allow_port(int set, uint16_t port, uint64_t access)
{
	struct net_port rule = { access, port };

	return syscall(ADD_RULE, set, RULE_NET_PORT, &rule, 0) < 0 ? -errno : 0;
}

int landlock_restrict(int set)
{
	return syscall(RESTRICT_SELF, set, 0) < 0 ? -errno : 0;
}
