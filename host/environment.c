/* The environment that a confined plugin sees.
 *
 * SPDX-License-Identifier: MIT */
#include "environment.h"

#include <string.h>

/* A star at the end stands for any rest. */
static const char *const allowed[] = {
	"LANG",
	"LANGUAGE",
	"LC_*",
	"TZ",
	"TERM",
	"COLORTERM",
	"COLUMNS",
	"LINES",
	"NO_COLOR",
	"HOME",
	"TMPDIR",
	"XDG_*",
	"PLUGH_*",
	"SSL_CERT_*",
	"SOURCE_DATE_EPOCH",
	/* Builds for tests. */
	"ASAN_OPTIONS",
	"LSAN_OPTIONS",
	"MSAN_OPTIONS",
	"TSAN_OPTIONS",
	"UBSAN_OPTIONS",
	"LLVM_PROFILE_FILE",
	"GCOV_*",
};

/* sd_listen_fds(3) */
static const char *const activation[] = { "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES" };

static bool matches(const char *variable, size_t size, const char *pattern)
{
	/* Nearly always. */
	if (pattern[0] != variable[0])
		return false;

	size_t n = strlen(pattern);
	if (pattern[n - 1] == '*')
		return size >= n - 1 && memcmp(variable, pattern, n - 1) == 0;
	return size == n && memcmp(variable, pattern, n) == 0;
}

static bool is_in(const char *variable, size_t size, const char *const list[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (matches(variable, size, list[i]))
			return true;
	return false;
}

bool environment_is_allowed(const char *variable, bool takes_activation)
{
	const char *end = strchr(variable, '=');
	if (end == NULL)
		return false;

	size_t size = (size_t)(end - variable);
	return is_in(variable, size, allowed, sizeof allowed / sizeof allowed[0]) ||
	       (takes_activation &&
		       is_in(variable, size, activation, sizeof activation / sizeof activation[0]));
}

size_t environment_restrict(char **environment, bool takes_activation)
{
	size_t kept = 0, i = 0;

	for (; environment[i] != NULL; i++) {
		if (environment_is_allowed(environment[i], takes_activation))
			environment[kept++] = environment[i];
		else
			explicit_bzero(environment[i], strlen(environment[i]));
	}
	size_t removed = i - kept;
	for (; kept < i; kept++)
		environment[kept] = NULL;
	return removed;
}
