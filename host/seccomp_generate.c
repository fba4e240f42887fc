/* Writes seccomp_programs.h: the table of seccomp_rules.c as programs for the kernel, one for each
 * set. Runs when plugh is built.
 *
 *     seccomp-generate seccomp_programs.h
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "seccomp_rules.h"
#include "seccomp_tree.h"

/* A misspelt name would be refused in silence. */
static int check_names(void)
{
	for (const struct seccomp_rule *rule = seccomp_rule; rule->name != NULL; rule++) {
		if (seccomp_tree_number(rule->name, 0) < 0) {
			fprintf(stderr, "seccomp-generate: there is no call '%s'\n", rule->name);
			return -EINVAL;
		}
	}
	return 0;
}

static int write_header(FILE *to)
{
	static struct sock_filter one[SECCOMP_TREE_MAX];
	size_t first = 0, count[SECCOMP_SETS];

	fputs("/* Made by seccomp-generate. */\n"
	      "static const struct sock_filter instruction[] = {\n",
		to);
	for (unsigned set = 0; set < SECCOMP_SETS; set++) {
		ssize_t n = seccomp_tree_make(set, one);
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

	int r = check_names();
	FILE *to = r == 0 ? fopen(path, "we") : NULL;
	if (r == 0)
		r = to != NULL ? write_header(to) : -errno;
	if (to != NULL && fclose(to) != 0 && r == 0)
		r = -errno;
	if (r < 0)
		fprintf(stderr, "seccomp-generate: cannot make '%s': %s\n", path, strerror(-r));
	return r < 0;
}
