/* SPDX-License-Identifier: MIT */
/* Names of signals, as GNU timeout takes and tells them. */
#include "signame.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { STANDARD_SIGNALS = 31, LAST_SIGNAL = 64, SHELL_MASK = 0x7f, KSH_MASK = 0xff };

/* Second names, and the one of no signal. */
static const struct {
	const char *name;
	int number;
} alias[] = { { "EXIT", 0 }, { "CLD", SIGCHLD }, { "IOT", SIGABRT }, { "IO", SIGIO } };

/* All of the text a number. Like strtol(3) it takes blanks and a sign before it. */
static bool read_number(const char *text, int base_number, int *ret_number)
{
	char *end;

	errno = 0;
	long number = strtol(text, &end, base_number);
	if (errno != 0 || *end != '\0' || number < INT_MIN || number > INT_MAX)
		return false;
	*ret_number = (int)number;
	return true;
}

/* "RTMIN", "RTMIN+3", "RTMAX-1". */
static int parse_realtime(const char *text)
{
	const int first = SIGRTMIN, last = SIGRTMAX;
	int offset;

	bool is_first = strncasecmp(text, "RTMIN", 5) == 0;
	if (!is_first && strncasecmp(text, "RTMAX", 5) != 0)
		return -EINVAL;
	if (!read_number(text + 5, 10, &offset))
		return -EINVAL;
	if (is_first && offset >= 0 && offset <= last - first)
		return first + offset;
	if (!is_first && offset <= 0 && offset >= first - last)
		return last + offset;
	return -EINVAL;
}

static int parse_name(const char *text)
{
	int number;

	if (isdigit((unsigned char)text[0]))
		return read_number(text, 10, &number) && number <= LAST_SIGNAL ? number : -EINVAL;
	for (int i = 1; i <= STANDARD_SIGNALS; i++)
		if (strcasecmp(text, sigabbrev_np(i)) == 0)
			return i;
	for (size_t i = 0; i < sizeof alias / sizeof alias[0]; i++)
		if (strcasecmp(text, alias[i].name) == 0)
			return alias[i].number;
	return parse_realtime(text);
}

int signame_parse(const char *text)
{
	char name[SIGNAME_SIZE];
	int number = -EINVAL;

	if (isdigit((unsigned char)text[0])) {
		if (read_number(text, 10, &number))
			number &= number >= KSH_MASK ? KSH_MASK : SHELL_MASK;
	} else {
		number = parse_name(text);
		if (number < 0 && strncasecmp(text, "SIG", 3) == 0)
			number = parse_name(text + 3);
	}
	/* Numbers between are the C library's own. */
	return number >= 0 && signame_format(number, name) == 0 ? number : -EINVAL;
}

int signame_format(int signal, char ret_name[SIGNAME_SIZE])
{
	const int first = SIGRTMIN, last = SIGRTMAX;

	if (signal == 0) {
		snprintf(ret_name, SIGNAME_SIZE, "EXIT");
	} else if (signal > 0 && signal <= STANDARD_SIGNALS) {
		snprintf(ret_name, SIGNAME_SIZE, "%s", sigabbrev_np(signal));
	} else if (signal >= first && signal <= last) {
		/* Each from its nearer end. */
		bool is_first = signal <= first + (last - first) / 2;
		int offset = signal - (is_first ? first : last);
		snprintf(ret_name, SIGNAME_SIZE, offset == 0 ? "%s" : "%s%+d",
			is_first ? "RTMIN" : "RTMAX", offset);
	} else {
		return -EINVAL;
	}
	return 0;
}
