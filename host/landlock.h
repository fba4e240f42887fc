/* Landlock: files, TCP ports, signals and abstract sockets of this process, from one call on.
 *
 * The numbers are those of Linux's <linux/landlock.h> up to ABI 7 and are written here, since the
 * headers of a distribution stop at an older one. On an older kernel what it does not know is left
 * out: landlock_known tells what remains.
 *
 * https://docs.kernel.org/userspace-api/landlock.html
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_LANDLOCK_H
#define PLUGH_LANDLOCK_H

#include <stdint.h>

/* What is done to files. On a folder, each holds for all that lies beneath it. */
enum landlock_file {
	LANDLOCK_EXECUTE = 1 << 0,
	LANDLOCK_WRITE_FILE = 1 << 1,
	LANDLOCK_READ_FILE = 1 << 2,
	LANDLOCK_READ_DIR = 1 << 3,
	LANDLOCK_REMOVE_DIR = 1 << 4,
	LANDLOCK_REMOVE_FILE = 1 << 5,
	LANDLOCK_MAKE_CHAR = 1 << 6,
	LANDLOCK_MAKE_DIR = 1 << 7,
	LANDLOCK_MAKE_REG = 1 << 8,
	LANDLOCK_MAKE_SOCK = 1 << 9,
	LANDLOCK_MAKE_FIFO = 1 << 10,
	LANDLOCK_MAKE_BLOCK = 1 << 11,
	LANDLOCK_MAKE_SYM = 1 << 12,
	LANDLOCK_REFER = 1 << 13,     /* ABI 2: rename and link into another folder */
	LANDLOCK_TRUNCATE = 1 << 14,  /* ABI 3 */
	LANDLOCK_IOCTL_DEV = 1 << 15, /* ABI 5: ioctl on devices that are opened from then on */
	LANDLOCK_ALL_FILES = (1 << 16) - 1,
	/* Those that may stand in the rule of a file that is no folder. */
	LANDLOCK_FILES_ONLY = LANDLOCK_EXECUTE | LANDLOCK_WRITE_FILE | LANDLOCK_READ_FILE |
			      LANDLOCK_TRUNCATE | LANDLOCK_IOCTL_DEV,
};

/* ABI 4. */
enum landlock_port {
	LANDLOCK_BIND_TCP = 1 << 0, /* port 0: one that the kernel picks */
	LANDLOCK_CONNECT_TCP = 1 << 1,
	LANDLOCK_ALL_PORTS = (1 << 2) - 1,
};

/* ABI 6: what lies outside of the confined process and its children is out of reach. */
enum landlock_scope {
	LANDLOCK_ABSTRACT_UNIX = 1 << 0,
	LANDLOCK_SIGNAL = 1 << 1,
	LANDLOCK_ALL_SCOPES = (1 << 2) - 1,
};

enum { LANDLOCK_ABI_COMPLETE = 6 }; /* the first that knows all of the above */

/* What is refused unless a rule allows it; laid out as the kernel's struct
 * landlock_ruleset_attr. */
struct landlock_handled {
	uint64_t files;
	uint64_t ports;
	uint64_t scopes;
};

/* The kernel's ABI, from 1; or -errno where it has no Landlock: -ENOSYS (or -EPERM, of a filter in
 * a container) not built in, -EOPNOTSUPP not switched on. */
int landlock_abi(void);

/* What is left of it in an ABI from 1 on. */
struct landlock_handled landlock_known(struct landlock_handled handled, int abi);

/* Start a set of rules. Returns its descriptor (close-on-exec, the caller's), or -errno. */
int landlock_create(const struct landlock_handled *handled);

/* Allow `access` (enum landlock_file; bits that the set does not handle must not be there) for a
 * file, or beneath a folder.
 *
 * fd  of the file or folder; O_PATH will do
 * Returns 0, or -errno: -EBADFD for what lies in no file system (a pipe, a socket, a memfd), which
 * needs no rule. */
int landlock_allow_file(int set, int fd, uint64_t access);

/* Allow `access` (enum landlock_port) for a TCP port. Returns 0 or -errno. */
int landlock_allow_port(int set, uint16_t port, uint64_t access);

/* Put the set in force for the calling thread and what it starts from now on, for good. Needs
 * no_new_privs. Returns 0, or -errno: -E2BIG when 16 are in force already. */
int landlock_restrict(int set);

#endif
