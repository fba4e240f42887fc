/* The power "plugh.cleanup/1".
 *
 * SPDX-License-Identifier: MIT */
#include "cleanup.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/types.h>
#include <unistd.h>

static struct {
	_Atomic(pid_t) process; /* that has set it */
	_Atomic(void (*)(int signal)) run;
} state;

/* The process last: a handler that comes between finds that of the parent, or none. */
static void set(void *ctx, void (*run)(int signal))
{
	(void)ctx;
	atomic_store(&state.run, run);
	atomic_store(&state.process, getpid());
}

static const struct plugh_power_cleanup power = { .size = sizeof power, .set = set };

const struct plugh_power_cleanup *cleanup_power(void)
{
	return &power;
}

void cleanup_run(int signal)
{
	int saved = errno;
	void (*run)(int signal) = atomic_load(&state.run);

	if (run != NULL && atomic_load(&state.process) == getpid())
		run(signal);
	errno = saved;
}

void cleanup_clear(void)
{
	atomic_store(&state.run, NULL);
}
