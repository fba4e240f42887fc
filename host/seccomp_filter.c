/* The programs that were generated, handed to the kernel.
 *
 * SPDX-License-Identifier: MIT */
#include "seccomp_filter.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "seccomp_programs.h"

bool seccomp_is_known(void)
{
	uint32_t action = SECCOMP_RET_KILL_PROCESS;

	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

struct sock_fprog seccomp_program(unsigned set)
{
	/* The kernel only reads it. */
	struct sock_filter *start = (struct sock_filter *)(instruction + program[set].first);

	return (struct sock_fprog){ program[set].count, start };
}

int seccomp_install(unsigned set)
{
	struct sock_fprog one = seccomp_program(set);

	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &one) == 0 ? 0 : -errno;
}
