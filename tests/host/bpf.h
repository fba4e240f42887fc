/* Runs a seccomp program as the kernel does, for tests.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_TEST_BPF_H
#define PLUGH_TEST_BPF_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>

/* The action for a call. An instruction that a seccomp program may not have, or a jump out of it,
 * fails the test.
 *
 * ret_steps  receives how many instructions it took; may be NULL */
uint32_t bpf_run(
	const struct sock_fprog *program, const struct seccomp_data *call, size_t *ret_steps);

#endif
