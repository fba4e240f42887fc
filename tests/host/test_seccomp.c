/* The programs for the kernel: run by an interpreter, they answer as those that libseccomp makes of
 * the same table, for every call and the values at and around those of the table.
 *
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bpf.h"
#include "seccomp_rules.h"
#include "seccomp_tree.h"

enum { ORACLE_MAX = 4096, X32_BIT = 0x40000000 };

struct filter {
	struct sock_filter instruction[ORACLE_MAX];
	size_t count;
};

static uint32_t interpret(const struct filter *filter, const struct seccomp_data *data)
{
	return bpf_run(&(struct sock_fprog){ (unsigned short)filter->count,
			       (struct sock_filter *)filter->instruction },
		data, NULL);
}

static void add_calls(scmp_filter_ctx oracle, const struct seccomp_call *call, uint32_t action)
{
	for (; call->name != NULL; call++) {
		int n = seccomp_tree_number(call->name, call->number);
		if (n >= 0)
			assert_int_equal(
				seccomp_rule_add_exact_array(oracle, action, n, 0, NULL), 0);
	}
}

static void add_rules(scmp_filter_ctx oracle, unsigned set)
{
	for (const struct seccomp_rule *rule = seccomp_rule; rule->name != NULL; rule++) {
		struct scmp_arg_cmp compare[SECCOMP_ARGUMENTS_MAX];
		if ((rule->needs & set) != rule->needs)
			continue;
		for (size_t i = 0; i < rule->count; i++)
			compare[i] = (struct scmp_arg_cmp){
				.arg = rule->argument[i].index,
				.op = SCMP_CMP_MASKED_EQ,
				.datum_a = rule->argument[i].mask,
				.datum_b = rule->argument[i].value,
			};
		assert_int_equal(
			seccomp_rule_add_exact_array(oracle, SCMP_ACT_ALLOW,
				seccomp_tree_number(rule->name, 0), (unsigned)rule->count, compare),
			0);
	}
}

/* What libseccomp makes of the table, but for calls that are newer than all of it. */
static void make_oracle(unsigned set, struct filter *ret_filter)
{
	scmp_filter_ctx oracle = seccomp_init(SCMP_ACT_ERRNO(EPERM));

	assert_non_null(oracle);
	assert_int_equal(
		seccomp_attr_set(oracle, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS), 0);
	add_calls(oracle, seccomp_plain, SCMP_ACT_ALLOW);
	add_calls(oracle, seccomp_absent, SCMP_ACT_ERRNO(ENOSYS));
	add_rules(oracle, set);
	int fd = memfd_create("oracle", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(seccomp_export_bpf(oracle, fd), 0);
	ssize_t n = pread(fd, ret_filter->instruction, sizeof ret_filter->instruction, 0);
	assert_true(n > 0);
	ret_filter->count = (size_t)n / sizeof ret_filter->instruction[0];
	close(fd);
	seccomp_release(oracle);
}

static void make_ours(unsigned set, struct filter *ret_filter)
{
	ssize_t n = seccomp_tree_make(set, ret_filter->instruction);
	assert_true(n > 0 && n < SECCOMP_TREE_MAX);
	ret_filter->count = (size_t)n;
}

/* The values at and around those that the table has for this call and argument, with and without
 * bits that the kernel drops. */
static size_t values_of(const char *name, unsigned index, uint64_t ret_value[512])
{
	size_t n = 0;

	ret_value[n++] = 0;
	ret_value[n++] = UINT64_MAX;
	for (const struct seccomp_rule *rule = seccomp_rule; rule->name != NULL; rule++) {
		if (strcmp(rule->name, name) != 0)
			continue;
		for (size_t i = 0; i < rule->count; i++) {
			uint64_t value = rule->argument[i].value;
			if (rule->argument[i].index != index || n + 5 > 512)
				continue;
			ret_value[n++] = value;
			ret_value[n++] = value + 1;
			ret_value[n++] = value - 1;
			ret_value[n++] = value | UINT64_C(1) << 32;
			ret_value[n++] = value ^ ~(uint64_t)rule->argument[i].mask;
		}
	}
	return n;
}

static void compare(
	const struct filter *ours, const struct filter *oracle, const struct seccomp_data *data)
{
	uint32_t got = interpret(ours, data), want = interpret(oracle, data);

	if (got != want)
		fail_msg("call %d (%#llx, %#llx, %#llx, %#llx): %#x, libseccomp says %#x", data->nr,
			(unsigned long long)data->args[0], (unsigned long long)data->args[1],
			(unsigned long long)data->args[2], (unsigned long long)data->args[3], got,
			want);
}

static void compare_call(const struct filter *ours, const struct filter *oracle, int nr)
{
	char *name = seccomp_syscall_resolve_num_arch(seccomp_arch_native(), nr);
	uint64_t value[4][512];
	size_t count[4];

	for (unsigned i = 0; i < 4; i++)
		count[i] = values_of(name != NULL ? name : "", i, value[i]);
	struct seccomp_data data = { .nr = nr, .arch = seccomp_arch_native() };
	for (size_t a = 0; a < count[0]; a++) {
		for (size_t b = 0; b < count[1]; b++) {
			for (size_t c = 0; c < count[2]; c++) {
				for (size_t d = 0; d < count[3]; d++) {
					data.args[0] = value[0][a];
					data.args[1] = value[1][b];
					data.args[2] = value[2][c];
					data.args[3] = value[3][d];
					compare(ours, oracle, &data);
				}
			}
		}
	}
	free(name);
}

static void every_call_is_answered_as_libseccomp_would(void **state)
{
	static struct filter ours, oracle;
	(void)state;

	for (unsigned set = 0; set < SECCOMP_SETS; set++) {
		make_ours(set, &ours);
		make_oracle(set, &oracle);
		for (int nr = 0; nr <= 469; nr++)
			compare_call(&ours, &oracle, nr);
		assert_true(ours.count < oracle.count);
	}
}

static void newer_calls_are_absent(void **state)
{
	static struct filter ours;
	(void)state;

	make_ours(0, &ours);
	for (int nr = 470; nr < 5000; nr++) {
		struct seccomp_data data = { .nr = nr, .arch = seccomp_arch_native() };
		assert_int_equal(interpret(&ours, &data), SECCOMP_RET_ERRNO | ENOSYS);
	}
}

static void foreign_entries_end_the_process(void **state)
{
	static struct filter ours;
	(void)state;

	make_ours(0, &ours);
	for (int nr = 0; nr < 1000; nr++) {
		struct seccomp_data i386 = { .nr = nr, .arch = AUDIT_ARCH_I386 };
		struct seccomp_data x32 = { .nr = X32_BIT | nr, .arch = seccomp_arch_native() };
		struct seccomp_data all = { .nr = -1 - nr, .arch = seccomp_arch_native() };
		assert_int_equal(interpret(&ours, &i386), SECCOMP_RET_KILL_PROCESS);
		assert_int_equal(interpret(&ours, &x32), SECCOMP_RET_KILL_PROCESS);
		assert_int_equal(interpret(&ours, &all), SECCOMP_RET_KILL_PROCESS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_call_is_answered_as_libseccomp_would),
		cmocka_unit_test(newer_calls_are_absent),
		cmocka_unit_test(foreign_entries_end_the_process),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
