/* Writes seccomp_programs.h: the table of seccomp_rules.c as programs for the kernel, one for each
 * set, as a binary tree. Runs when plugh is built.
 *
 *     seccomp-generate seccomp_programs.h
 *
 * libseccomp compiles the rules. Its default answer is one for all calls, so the answer to those
 * that are newer than the table (ENOSYS) is put in front of its program.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "seccomp_rules.h"

enum {
	INSTRUCTIONS_MAX = 4096, /* BPF_MAXINSNS: the kernel takes no more */
	X32_BIT = 0x40000000,
	OPTIMIZE_TREE = 2,
};

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#else
#error "say which machine this is"
#endif

/* The number of a call, or -1 where this machine has no such call. */
static int number_of(const char *name, int number)
{
	int n = seccomp_syscall_resolve_name(name);

	if (n == __NR_SCMP_ERROR && number == 0)
		fprintf(stderr, "seccomp-generate: libseccomp knows no '%s'\n", name);
	if (n < 0 && number > 0)
		n = number;
	return n >= 0 ? n : -1;
}

static int add_calls(scmp_filter_ctx filter, const struct seccomp_call *call, uint32_t action)
{
	int r = 0;

	for (; call->name != NULL && r == 0; call++) {
		int n = number_of(call->name, call->number);
		if (n >= 0)
			r = seccomp_rule_add_exact_array(filter, action, n, 0, NULL);
	}
	return r;
}

static int add_rules(scmp_filter_ctx filter, unsigned set)
{
	int r = 0;

	for (const struct seccomp_rule *rule = seccomp_rule; rule->name != NULL && r == 0; rule++) {
		struct scmp_arg_cmp compare[SECCOMP_ARGUMENTS_MAX];
		int n = number_of(rule->name, 0);
		if (n < 0 || (rule->needs & set) != rule->needs)
			continue;
		for (size_t i = 0; i < rule->count; i++)
			compare[i] = (struct scmp_arg_cmp){
				.arg = rule->argument[i].index,
				.op = SCMP_CMP_MASKED_EQ,
				.datum_a = rule->argument[i].mask,
				.datum_b = rule->argument[i].value,
			};
		r = seccomp_rule_add_exact_array(
			filter, SCMP_ACT_ALLOW, n, (unsigned)rule->count, compare);
	}
	return r;
}

/* The highest number that the table or libseccomp knows. */
static int highest(void)
{
	int most = 0;

	for (const struct seccomp_call *call = seccomp_absent; call->name != NULL; call++)
		most = call->number > most ? call->number : most;
	for (int n = most + 1; n < most + 1000; n++) {
		char *name = seccomp_syscall_resolve_num_arch(seccomp_arch_native(), n);
		if (name != NULL)
			most = n;
		free(name);
	}
	return most;
}

/* What comes in front. Foreign entries go on to libseccomp's own checks. */
static size_t put_front(struct sock_filter *to)
{
	const struct sock_filter front[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 0, 4),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, (uint32_t)highest(), 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
	};

	memcpy(to, front, sizeof front);
	return sizeof front / sizeof front[0];
}

static int compile(unsigned set, scmp_filter_ctx filter)
{
	int r = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (r == 0)
		r = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, OPTIMIZE_TREE);
	if (r == 0)
		r = add_calls(filter, seccomp_plain, SCMP_ACT_ALLOW);
	if (r == 0)
		r = add_calls(filter, seccomp_absent, SCMP_ACT_ERRNO(ENOSYS));
	if (r == 0)
		r = add_rules(filter, set);
	return r;
}

/* Returns how many instructions there are, or -errno. */
static ssize_t generate(unsigned set, struct sock_filter to[INSTRUCTIONS_MAX])
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	size_t n = put_front(to);
	ssize_t r = -ENOMEM;
	int fd = -1;

	if (filter == NULL)
		return r;
	r = compile(set, filter);
	if (r < 0)
		goto out;
	fd = memfd_create("program", MFD_CLOEXEC);
	r = fd < 0 ? -errno : seccomp_export_bpf(filter, fd);
	if (r < 0)
		goto out;
	r = pread(fd, to + n, (INSTRUCTIONS_MAX - n) * sizeof *to, 0);
	if (r < 0)
		r = -errno;
	else if ((size_t)r == (INSTRUCTIONS_MAX - n) * sizeof *to)
		r = -E2BIG;
	else
		r = (ssize_t)n + r / (ssize_t)sizeof *to;
out:
	if (fd >= 0)
		close(fd);
	seccomp_release(filter);
	return r;
}

static int write_header(FILE *to)
{
	static struct sock_filter one[INSTRUCTIONS_MAX];
	size_t first = 0, count[SECCOMP_SETS];

	fputs("/* Made by seccomp-generate. */\n"
	      "static const struct sock_filter instruction[] = {\n",
		to);
	for (unsigned set = 0; set < SECCOMP_SETS; set++) {
		ssize_t n = generate(set, one);
		if (n < 0)
			return (int)n;
		count[set] = (size_t)n;
		for (size_t i = 0; i < count[set]; i++)
			fprintf(to, "\t{ 0x%x, %u, %u, 0x%x },\n", one[i].code, one[i].jt,
				one[i].jf, one[i].k);
	}
	fputs("};\n\nstatic const struct {\n\tunsigned short first, count;\n} program[] = {\n", to);
	for (unsigned set = 0; set < SECCOMP_SETS; first += count[set++])
		fprintf(to, "\t{ %zu, %zu },\n", first, count[set]);
	fputs("};\n", to);
	return 0;
}

int main(int argc, char *argv[])
{
	const char *path = argc == 2 ? argv[1] : "";

	FILE *to = fopen(path, "we");
	int r = to != NULL ? write_header(to) : -errno;
	if (to != NULL && fclose(to) != 0 && r == 0)
		r = -errno;
	if (r < 0)
		fprintf(stderr, "seccomp-generate: cannot make '%s': %s\n", path, strerror(-r));
	return r < 0;
}
