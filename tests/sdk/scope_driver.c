/* Runs programs of scopes, and tells what happens; test_scope_oracle.py makes them and knows what
 * they mean.
 *
 * SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <plugh/scope.h>

enum { ENTRIES_MAX = 4096, BLOCK_ENDS = '}' };

/* One line of input, read word by word. */
struct program {
	const char *at;
	struct plugh_scope *exiting; /* the scope that is being exited */
	struct plugh_scope kept;
	struct entry *entry;
	size_t entry_count;
};

struct entry {
	struct program *program;
	long id;
	int enter;        /* what enter returns */
	const char *exit; /* what exit does: the words behind this place */
};

static char next_word(const char **at)
{
	*at += strspn(*at, " ");
	return *(*at)++;
}

static long next_number(const char **at)
{
	char *end;
	long number = strtol(*at, &end, 10);

	*at = end;
	return number;
}

/* Behind what an exit function does. */
static void skip_exit(const char **at)
{
	char word = next_word(at);

	if (strchr("xfowp", word) != NULL)
		next_number(at);
	if (word == 'p')
		skip_exit(at);
}

static int push(struct program *program, struct plugh_scope *scope, const char **at, char kind);

static int run_exit(void *arg, int r)
{
	const struct entry *entry = (const struct entry *)arg;
	const char *at = entry->exit;

	printf("exit %ld %d\n", entry->id, r);
	switch (next_word(&at)) {
	case 'h':
		return PLUGH_HANDLED;
	case 'm':
		return r < 0 ? r : 0;
	case 'x':
		return -(int)next_number(&at);
	case 'f':
		return r < 0 ? -(int)next_number(&at) : 0;
	case 'o':
		return r >= 0 ? -(int)next_number(&at) : 0;
	case 'w':
		return r == -(int)next_number(&at) ? PLUGH_HANDLED : 0;
	case 'p':
		return push(entry->program, entry->program->exiting, &at, 'p');
	default:
		return 0;
	}
}

static int run_enter(void *arg)
{
	const struct entry *entry = (const struct entry *)arg;

	printf("enter %ld\n", entry->id);
	return entry->enter;
}

static void never(void *arg, int signal)
{
	(void)arg;
	(void)signal;
}

/* p ID EXIT, c ID EXIT (with a crash function), e ID ERROR EXIT (with an enter function). */
static int push(struct program *program, struct plugh_scope *scope, const char **at, char kind)
{
	struct entry *entry = &program->entry[program->entry_count++];

	*entry = (struct entry){ .program = program, .id = next_number(at) };
	if (kind == 'e')
		entry->enter = -(int)next_number(at);
	entry->exit = *at;
	skip_exit(at);
	return plugh_scope_enter(scope, &(struct plugh_context){
						.enter = kind == 'e' ? run_enter : NULL,
						.exit = run_exit,
						.crash = kind == 'c' ? never : NULL,
						.arg = entry,
					});
}

/* The rest of a block that an error has ended. */
static void skip_block(const char **at)
{
	for (int depth = 1; depth > 0; (*at)++)
		depth += **at == '{' ? 1 : **at == '}' ? -1 : 0;
}

static int leave(struct program *program, struct plugh_scope *scope, int r)
{
	struct plugh_scope *outer = program->exiting;

	program->exiting = scope;
	r = plugh_scope_exit(scope, r);
	program->exiting = outer;
	printf("end %d %zu", r, scope->context_count);
	for (size_t i = 0; i < scope->context_count && i < PLUGH_SCOPE_CONTEXT; i++)
		printf(" %d", scope->context[i]);
	printf("\n");
	return r;
}

static int run_block(struct program *program);

/* One step of a block: below 0 an error that ends it. */
static int run_step(struct program *program, struct plugh_scope *scope, char word)
{
	int r;

	switch (word) {
	case 's':
		next_word(&program->at);
		r = run_block(program);
		return r < 0 ? r : 0;
	case 'h':
		next_word(&program->at);
		(void)run_block(program);
		return 0;
	case 'k':
		plugh_scope_move(scope, &program->kept);
		return 0;
	case 'r':
		return -(int)next_number(&program->at);
	default:
		return push(program, scope, &program->at, word);
	}
}

static int run_block(struct program *program)
{
	struct plugh_scope scope = { .host = NULL };
	int r = 0;
	char word;

	while ((word = next_word(&program->at)) != BLOCK_ENDS) {
		bool has_ended = word == 't';
		r = has_ended ? (int)next_number(&program->at) : run_step(program, &scope, word);
		if (r < 0 || has_ended) {
			skip_block(&program->at);
			break;
		}
	}
	return leave(program, &scope, r);
}

int main(void)
{
	char *line = NULL;
	size_t size = 0;
	struct program program = { .entry = calloc(ENTRIES_MAX, sizeof(struct entry)) };

	while (program.entry != NULL && getline(&line, &size, stdin) > 0) {
		program.at = line;
		program.entry_count = 0;
		(void)run_block(&program);
		(void)leave(&program, &program.kept, 0);
		printf("---\n");
	}
	free(program.entry);
	free(line);
	return 0;
}
