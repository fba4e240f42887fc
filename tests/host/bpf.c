/* The classic BPF machine, as far as seccomp uses it: bpf(4) of BSD and the kernel's
 * Documentation/networking/filter.rst.
 *
 * SPDX-License-Identifier: MIT */
#include "bpf.h"

#include "plugh_test.h"

#include <string.h>

static int jumps(const struct sock_filter *at, uint32_t a)
{
	switch (BPF_OP(at->code)) {
	case BPF_JEQ:
		return a == at->k;
	case BPF_JGT:
		return a > at->k;
	case BPF_JGE:
		return a >= at->k;
	case BPF_JSET:
		return (a & at->k) != 0;
	default:
		fail_msg("jump %x", at->code);
		return 0;
	}
}

uint32_t bpf_run(
	const struct sock_fprog *program, const struct seccomp_data *call, size_t *ret_steps)
{
	uint32_t a = 0;
	size_t steps = 0;

	for (size_t i = 0; i < program->len; i++) {
		const struct sock_filter *at = &program->filter[i];
		steps++;
		if (at->code == (BPF_RET | BPF_K)) {
			if (ret_steps != NULL)
				*ret_steps = steps;
			return at->k;
		}
		if (at->code == (BPF_LD | BPF_W | BPF_ABS)) {
			assert_true(at->k % 4 == 0 && at->k < sizeof *call);
			memcpy(&a, (const char *)call + at->k, sizeof a);
		} else if (at->code == (BPF_ALU | BPF_AND | BPF_K)) {
			a &= at->k;
		} else if (at->code == (BPF_JMP | BPF_JA)) {
			i += at->k;
		} else if (BPF_CLASS(at->code) == BPF_JMP && BPF_SRC(at->code) == BPF_K) {
			i += jumps(at, a) ? at->jt : at->jf;
		} else {
			fail_msg("instruction %x at %zu", at->code, i);
		}
	}
	fail_msg("the end of the program is reached");
	return 0;
}
