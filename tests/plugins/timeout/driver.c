/* driver KIND < WORDS: say what timeout makes of each word. Words end in NUL, and so do answers.
 *
 *     duration    nanoseconds, "forever" or "invalid"
 *     signal      "NUMBER NAME" or "invalid"
 *     quote       the word in quotation marks
 *
 * The locale is that of the environment.
 *
 * SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "duration.h"
#include "quote.h"
#include "signame.h"

static void answer_duration(const char *word)
{
	int64_t ns;

	if (duration_parse(word, &ns) < 0)
		printf("invalid");
	else if (ns == DURATION_FOREVER)
		printf("forever");
	else
		printf("%" PRId64, ns);
}

static void answer_signal(const char *word)
{
	char name[SIGNAME_SIZE];
	int number = signame_parse(word);

	if (number < 0 || signame_format(number, name) < 0)
		printf("invalid");
	else
		printf("%d %s", number, name);
}

static void answer_quote(const char *word)
{
	char *quoted = quote(word);

	fputs(quoted, stdout);
	free(quoted);
}

int main(int argc, char *argv[])
{
	static const struct {
		const char *kind;
		void (*answer)(const char *word);
	} row[] = { { "duration", answer_duration }, { "signal", answer_signal },
		{ "quote", answer_quote } };
	char *word = NULL;
	size_t size = 0, i = 0;

	while (i < sizeof row / sizeof row[0] && (argc != 2 || strcmp(argv[1], row[i].kind) != 0))
		i++;
	if (i == sizeof row / sizeof row[0])
		return 2;
	while (getdelim(&word, &size, '\0', stdin) > 0) {
		row[i].answer(word);
		putchar('\0');
	}
	free(word);
	return fflush(stdout) == 0 ? 0 : 1;
}
