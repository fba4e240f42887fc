/* A shared object that crashes in as many ways as there are; with CRASH_IN_CONSTRUCTOR already
 * while it is loaded. It is built without sanitizers.
 *
 * SPDX-License-Identifier: MIT */
#include "crash_object.h"

#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

__attribute__((noinline)) static void write_to_null(void)
{
	volatile int *nowhere = NULL;
	__asm__ volatile("" : "+r"(nowhere)); /* the compiler must not see through it */
	*nowhere = 1;
}

#ifdef CRASH_IN_CONSTRUCTOR
__attribute__((constructor)) static void start(void)
{
	write_to_null();
}
#endif

/* The functions are told apart by their symbols, so each must be there under its own name. */
void crash_null(void)
{
	write_to_null();
	__asm__ volatile("");
}

void crash_call_null(void)
{
	void (*volatile nowhere)(void) = NULL;
	nowhere(); /* NOLINT(clang-analyzer-core.CallAndMessage) */
}

void crash_divide(void)
{
	volatile int seven = 7, zero = 0;
	seven = seven / zero; /* NOLINT(clang-analyzer-core.DivideZero) */
	raise(SIGFPE);        /* some machines divide by zero in peace */
}

void crash_trap(void)
{
	__builtin_trap();
}

/* A page of a file that has no such page. */
void crash_bus(void)
{
	int fd = memfd_create("empty", MFD_CLOEXEC);
	volatile char *page = (volatile char *)mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	(void)*page;
}

void crash_abort(void)
{
	abort();
}

void crash_system_call(void)
{
	raise(SIGSYS);
}

void crash_breakpoint(void)
{
	raise(SIGTRAP);
}

/* Each call needs its frame until after the next. */
static int recurse(volatile int *depth)
{
	volatile char frame[4096];
	frame[0] = (char)++*depth;
	return recurse(depth) + frame[0];
}

void crash_overflow(void)
{
	volatile int depth = 0;
	recurse(&depth);
}
