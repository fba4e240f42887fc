/* A list of whole numbers, written with commas.
 *
 * SPDX-License-Identifier: MIT */
#include "units.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static size_t count_items(const char *text)
{
	size_t n = 1;

	for (; *text != '\0'; text++)
		n += *text == ',';
	return n;
}

/* One item, which ends at a comma or at the end of the text. */
static int parse_item(const char *text, int64_t *ret_item)
{
	char *end;

	errno = 0;
	long long number = strtoll(text, &end, 10);
	char behind = end[strspn(end, " ")];
	if (end == text || (behind != ',' && behind != '\0'))
		return -EINVAL;
	if (errno == ERANGE)
		return -ERANGE;
	*ret_item = number;
	return 0;
}

int units_parse(const char *text, struct units *ret_units, const char **ret_bad)
{
	struct units units = { .count = 0 };

	units.item = (int64_t *)calloc(count_items(text), sizeof *units.item);
	if (units.item == NULL)
		return -ENOMEM;
	for (;;) {
		int r = parse_item(text, &units.item[units.count]);
		if (r < 0) {
			*ret_bad = text;
			units_release(&units);
			return r;
		}
		units.count++;
		const char *comma = strchr(text, ',');
		if (comma == NULL)
			break;
		text = comma + 1;
	}
	*ret_units = units;
	return 0;
}

void units_release(struct units *units)
{
	free(units->item);
	*units = (struct units){ .count = 0 };
}
