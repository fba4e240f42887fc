/* SPDX-License-Identifier: MIT */
/* Messages in GNU timeout's form. */
#include "say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "quote.h"

void say(int error, const char *before, const char *word, const char *after)
{
	char reason[128] = "";
	char *quoted = word != NULL ? quote(word) : NULL;
	/* Without memory for the marks. */
	const char *shown = word == NULL ? "" : quoted != NULL ? quoted : word;

	/* One write. The GNU form of strerror_r never fails and needs no shared buffer. */
	dprintf(STDERR_FILENO, "plugh timeout: %s%s%s%s%s\n", before, shown, after,
		error != 0 ? ": " : "", error != 0 ? strerror_r(error, reason, sizeof reason) : "");
	free(quoted);
}
