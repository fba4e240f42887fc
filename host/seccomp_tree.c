/* The table of seccomp_rules.h as a program for the kernel.
 *
 * What a program costs is its length, and the way to the answer for each call: the kernel checks,
 * translates and compiles it at every start of a plugin, and follows it once for each call, to know
 * which ones are always allowed. Calls with neighbouring numbers mostly have the same answer, so
 * the numbers are cut into ranges with one answer each, and a binary tree finds the range, with as
 * many calls on one side of a fork as on the other: one instruction a range, a third of what
 * libseccomp makes of the same table (which the test compares with). The values of an argument
 * stand in a row: one instruction each, where a tree takes two.
 *
 * The program is built from its end, since jumps go forward only and are at most 255 long: a target
 * is there before the jump to it, and one that is too far is put there again.
 *
 * SPDX-License-Identifier: MIT */
#include "seccomp_tree.h"

#include <assert.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "seccomp_rules.h"

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#else
#error "say which machine this is"
#endif

enum {
	X32_BIT = 0x40000000,
	CALLS_MAX = 1024,
	RANGES_MAX = 256,
	LEVELS_MAX = 8,
	REACH = 255,
};

/* An answer: one of these, or RULES + the index of the first row for the call. */
enum { ALLOW, REFUSE, ABSENT, KILL, RULES };

static const uint32_t returned[] = {
	[ALLOW] = SECCOMP_RET_ALLOW,
	[REFUSE] = SECCOMP_RET_ERRNO | EPERM,
	[ABSENT] = SECCOMP_RET_ERRNO | ENOSYS,
	[KILL] = SECCOMP_RET_KILL_PROCESS,
};

/* Place `at` counts from the end: instruction[at - 1] of `reversed` is the last but at. 0 is no
 * place. */
struct program {
	unsigned set;
	struct sock_filter reversed[SECCOMP_TREE_MAX];
	size_t size;
	bool is_full;
	size_t answer_at[RULES]; /* the nearest return of each answer */
};

/* Neighbouring values with one answer: from `first` up to the next range's. */
struct range {
	uint32_t first;
	int answer;
};

struct ranges {
	struct range range[RANGES_MAX];
	size_t count;
};

int seccomp_tree_number(const char *name, int number)
{
	int n = seccomp_syscall_resolve_name(name);
	return n >= 0 ? n : number > 0 ? number : -1;
}

static size_t put(struct program *program, struct sock_filter instruction)
{
	if (program->size == SECCOMP_TREE_MAX) {
		program->is_full = true;
		return program->size;
	}
	program->reversed[program->size++] = instruction;
	return program->size;
}

static bool is_near(const struct program *program, size_t at)
{
	return at != 0 && program->size - at <= REACH;
}

/* A return of that answer which the next instruction can jump to. Room is left for the other
 * branch. */
static size_t put_answer(struct program *program, int answer)
{
	if (!is_near(program, program->answer_at[answer]))
		program->answer_at[answer] = put(
			program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, returned[answer]));
	return program->answer_at[answer];
}

/* A place near enough to jump to that goes on at `at`. */
static size_t bring_near(struct program *program, size_t at)
{
	if (program->size - at < REACH)
		return at;
	return put(program,
		(struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, (uint32_t)(program->size - at)));
}

static size_t put_jump(
	struct program *program, uint16_t test, uint32_t value, size_t yes, size_t no)
{
	assert(program->size - yes <= REACH && program->size - no <= REACH);
	return put(program, (struct sock_filter)BPF_JUMP((uint16_t)(BPF_JMP | BPF_K | test), value,
				    (uint8_t)(program->size - yes), (uint8_t)(program->size - no)));
}

static size_t put_load(struct program *program, uint32_t offset)
{
	return put(program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset));
}

static size_t put_rules(struct program *program, size_t row);

static size_t put_range(struct program *program, const struct range *range)
{
	return range->answer >= RULES ? put_rules(program, (size_t)(range->answer - RULES))
				      : put_answer(program, range->answer);
}

/* How many calls are in the range; of numbers that are no calls, one. */
static uint32_t weight(const struct ranges *ranges, size_t i)
{
	uint32_t first = ranges->range[i].first;
	uint32_t next = i + 1 < ranges->count ? ranges->range[i + 1].first : first;

	return next - first < CALLS_MAX / 4 ? next - first : 1;
}

/* Where ranges [low, high) fall into halves with as many calls each: the kernel follows the program
 * once for each when it is put in force. */
static size_t middle_of(const struct ranges *ranges, size_t low, size_t high)
{
	uint32_t total = 0, below = 0;
	size_t middle = low + 1;

	for (size_t i = low; i < high; i++)
		total += weight(ranges, i);
	for (; middle < high - 1; middle++) {
		below += weight(ranges, middle - 1);
		if (2 * below + weight(ranges, middle) >= total)
			break;
	}
	return middle;
}

/* The tree over ranges [low, high). Returns where it starts. */
static size_t put_tree(
	struct program *program, const struct ranges *ranges, size_t low, size_t high)
{
	if (high - low == 1)
		return put_range(program, &ranges->range[low]);

	size_t middle = middle_of(ranges, low, high);
	size_t above = put_tree(program, ranges, middle, high);
	size_t below = put_tree(program, ranges, low, middle);
	above = bring_near(program, above);
	below = bring_near(program, below);
	return put_jump(program, BPF_JGE, ranges->range[middle].first, above, below);
}

static void append(struct ranges *ranges, uint32_t first, int answer)
{
	if (ranges->count > 0 && ranges->range[ranges->count - 1].answer == answer)
		return;
	assert(ranges->count < RANGES_MAX);
	ranges->range[ranges->count++] = (struct range){ first, answer };
}

/* ---- The rows for one call ---- */

static bool is_in_set(const struct program *program, const struct seccomp_rule *rule)
{
	return (rule->needs & program->set) == rule->needs;
}

static bool is_of_call(
	const struct program *program, const struct seccomp_rule *rule, const char *name)
{
	return strcmp(rule->name, name) == 0 && is_in_set(program, rule);
}

/* Rows that test one argument for whole values can be found by a tree; so can those that test two,
 * of which the first (a level) has few. */
static bool is_value_list(const struct program *program, const struct seccomp_rule *first)
{
	for (const struct seccomp_rule *rule = first; rule->name != NULL; rule++) {
		if (!is_of_call(program, rule, first->name))
			continue;
		if (rule->count != first->count || rule->count > 2)
			return false;
		for (size_t i = 0; i < rule->count; i++)
			if (rule->argument[i].mask != UINT32_MAX ||
				rule->argument[i].index != first->argument[i].index)
				return false;
	}
	return true;
}

/* Of the rows of a call: those of the level that the first one has. */
static bool is_of_list(const struct program *program, const struct seccomp_rule *rule,
	const struct seccomp_rule *first)
{
	return is_of_call(program, rule, first->name) &&
	       (first->count == 1 || rule->argument[0].value == first->argument[0].value);
}

static uint32_t offset_of(unsigned argument)
{
	size_t low = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0 : sizeof(uint32_t);
	return (uint32_t)(offsetof(struct seccomp_data, args) + argument * sizeof(uint64_t) + low);
}

/* The next larger value that a row of the list has, at or above `from`; false where there is none.
 */
static bool next_value(const struct program *program, const struct seccomp_rule *first,
	uint32_t from, uint32_t *ret_value)
{
	bool any = false;

	for (const struct seccomp_rule *rule = first; rule->name != NULL; rule++) {
		uint32_t value = rule->argument[first->count - 1].value;
		if (is_of_list(program, rule, first) && value >= from &&
			(!any || value < *ret_value)) {
			*ret_value = value;
			any = true;
		}
	}
	return any;
}

/* The highest value of a list that follows on `value` without a gap. */
static uint32_t end_of_run(
	const struct program *program, const struct seccomp_rule *first, uint32_t value)
{
	uint32_t next = value;

	while (value != UINT32_MAX && next_value(program, first, value + 1, &next) &&
		next == value + 1)
		value = next;
	return value;
}

/* The last argument's values in a list, one after the other: an instruction for each, where a tree
 * takes two. */
static size_t put_value_list(struct program *program, const struct seccomp_rule *first)
{
	uint32_t value = 0, from = 0;
	size_t at = put_answer(program, REFUSE);

	while (next_value(program, first, from, &value)) {
		uint32_t last = end_of_run(program, first, value);
		size_t no = bring_near(program, at);
		size_t yes = put_answer(program, ALLOW);
		if (last == value) {
			at = put_jump(program, BPF_JEQ, value, yes, no);
		} else {
			at = put_jump(program, BPF_JGT, last, no, yes);
			at = put_jump(program, BPF_JGE, value, at, no);
		}
		from = last + 1;
		if (last == UINT32_MAX)
			break;
	}
	return put_load(program, offset_of(first->argument[first->count - 1].index));
}

/* No row of the call before this one has its level. */
static bool is_first_of_level(const struct program *program, const struct seccomp_rule *rule,
	const struct seccomp_rule *first)
{
	for (const struct seccomp_rule *before = first; before < rule; before++)
		if (is_of_list(program, before, rule))
			return false;
	return is_of_call(program, rule, first->name);
}

/* The trees of all levels, then the choice between them. */
static size_t put_levels(struct program *program, const struct seccomp_rule *first)
{
	const struct seccomp_rule *level[LEVELS_MAX];
	size_t place[LEVELS_MAX], count = 0;

	for (const struct seccomp_rule *rule = first; rule->name != NULL; rule++) {
		if (!is_first_of_level(program, rule, first))
			continue;
		assert(count < LEVELS_MAX);
		level[count] = rule;
		place[count++] = put_value_list(program, rule);
	}
	size_t at = put_answer(program, REFUSE);
	for (size_t i = 0; i < count; i++) {
		size_t yes = bring_near(program, place[i]);
		at = put_jump(program, BPF_JEQ, level[i]->argument[0].value, yes,
			bring_near(program, at));
	}
	return put_load(program, offset_of(first->argument[0].index));
}

/* One row: to `yes` where all its arguments fit, else to `no`. */
static size_t put_row(
	struct program *program, const struct seccomp_rule *rule, size_t yes, size_t no)
{
	size_t at = yes;

	for (size_t i = rule->count; i-- > 0;) {
		const struct seccomp_argument *argument = &rule->argument[i];
		no = bring_near(program, no);
		put_jump(program, BPF_JEQ, argument->value, bring_near(program, at), no);
		if (argument->mask != UINT32_MAX)
			put(program, (struct sock_filter)BPF_STMT(
					     BPF_ALU | BPF_AND | BPF_K, argument->mask));
		at = put_load(program, offset_of(argument->index));
	}
	return at;
}

/* The rows of a call one after the other; built from the last. */
static size_t put_rows(struct program *program, const struct seccomp_rule *first)
{
	const struct seccomp_rule *last = first;
	size_t no = put_answer(program, REFUSE);

	while (last->name != NULL)
		last++;
	while (last-- > first) {
		if (!is_of_call(program, last, first->name))
			continue;
		size_t yes = put_answer(program, ALLOW);
		no = put_row(program, last, yes, no);
	}
	return no;
}

static size_t put_rules(struct program *program, size_t row)
{
	const struct seccomp_rule *first = &seccomp_rule[row];

	if (first->count == 0)
		return put_answer(program, ALLOW);
	if (!is_value_list(program, first))
		return put_rows(program, first);
	return first->count == 1 ? put_value_list(program, first) : put_levels(program, first);
}

/* ---- The calls ---- */

static void answer_calls(const struct seccomp_call *call, int answer, int ret_answer[CALLS_MAX])
{
	for (; call->name != NULL; call++) {
		int n = seccomp_tree_number(call->name, call->number);
		if (n >= 0 && n < CALLS_MAX)
			ret_answer[n] = answer;
	}
}

/* The highest number that the table or libseccomp knows. */
static int highest(void)
{
	int most = 0;

	for (const struct seccomp_call *call = seccomp_absent; call->name != NULL; call++)
		most = call->number > most ? call->number : most;
	for (int n = most + 1; n < CALLS_MAX - 1; n++) {
		char *name = seccomp_syscall_resolve_num_arch(seccomp_arch_native(), n);
		most = name != NULL ? n : most;
		free(name);
	}
	return most;
}

/* What is answered to each number; what is newer than the table is absent. */
static void answer_all(const struct program *program, int ret_answer[CALLS_MAX])
{
	int known = highest();

	for (int n = 0; n < CALLS_MAX; n++)
		ret_answer[n] = n <= known ? REFUSE : ABSENT;
	answer_calls(seccomp_absent, ABSENT, ret_answer);
	for (size_t i = 0; seccomp_rule[i].name != NULL; i++) {
		int n = seccomp_tree_number(seccomp_rule[i].name, 0);
		if (n >= 0 && is_in_set(program, &seccomp_rule[i]) && ret_answer[n] == REFUSE)
			ret_answer[n] = seccomp_rule[i].count == 0 ? ALLOW : RULES + (int)i;
	}
	answer_calls(seccomp_plain, ALLOW, ret_answer);
}

static void put_all(struct program *program)
{
	static struct ranges calls;
	int answer[CALLS_MAX];

	calls.count = 0;
	answer_all(program, answer);
	for (int n = 0; n < CALLS_MAX; n++)
		append(&calls, (uint32_t)n, answer[n]);
	/* An entry of another machine (int 0x80, x32) ends the process. */
	append(&calls, X32_BIT, KILL);
	put_tree(program, &calls, 0, calls.count);
	size_t numbers = put_load(program, offsetof(struct seccomp_data, nr));
	put_jump(program, BPF_JEQ, MACHINE, numbers, put_answer(program, KILL));
	put_load(program, offsetof(struct seccomp_data, arch));
}

ssize_t seccomp_tree_make(unsigned set, struct sock_filter ret_program[SECCOMP_TREE_MAX])
{
	static struct program program;

	program = (struct program){ .set = set };
	put_all(&program);
	if (program.is_full)
		return -E2BIG;
	for (size_t i = 0; i < program.size; i++)
		ret_program[i] = program.reversed[program.size - 1 - i];
	return (ssize_t)program.size;
}
