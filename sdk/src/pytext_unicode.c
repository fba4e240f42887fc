/* SPDX-License-Identifier: MIT */
/* Classes of code points, looked up in tables that make_unicode_table.py wrote. */

#include "pytext.h"

struct unicode_range {
	uint32_t first, last;
};

struct unicode_upper_run {
	uint32_t first, last;
	uint8_t step;
	int32_t delta;
};

struct unicode_upper_special {
	uint32_t point;
	uint32_t upper[3];
};

#include "pytext_unicode_table.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The range that holds point, or NULL; ranges are sorted. */
static const struct unicode_range *find_range(
	const struct unicode_range *range, size_t count, uint32_t point)
{
	size_t low = 0;
	size_t high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (point > range[middle].last)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && point >= range[low].first ? &range[low] : NULL;
}

bool pytext_is_printable(uint32_t point)
{
	if (point < 0x7F)
		return point >= ' ';
	return find_range(printable_ranges, COUNT(printable_ranges), point) != NULL;
}

bool pytext_is_space(uint32_t point)
{
	if (point < 0x80)
		return point == ' ' || (point >= '\t' && point <= '\r') ||
		       (point >= 0x1C && point <= 0x1F);
	return find_range(space_ranges, COUNT(space_ranges), point) != NULL;
}

bool pytext_is_word(uint32_t point)
{
	return point == '_' || find_range(alnum_ranges, COUNT(alnum_ranges), point) != NULL;
}

int pytext_digit(uint32_t point)
{
	if (point < 0x80)
		return point >= '0' && point <= '9' ? (int)(point - '0') : -1;

	const struct unicode_range *range = find_range(
		decimal_ranges, COUNT(decimal_ranges), point);
	return range ? (int)((point - range->first) % 10) : -1;
}

bool pytext_is_letter(uint32_t point)
{
	return pytext_is_word(point) && pytext_digit(point) < 0;
}

static size_t upper_special(uint32_t point, uint32_t ret_upper[3])
{
	size_t count = 0;

	for (size_t i = 0; i < COUNT(upper_specials); i++) {
		if (upper_specials[i].point != point)
			continue;
		for (; count < 3 && upper_specials[i].upper[count]; count++)
			ret_upper[count] = upper_specials[i].upper[count];
	}
	return count;
}

size_t pytext_upper(uint32_t point, uint32_t ret_upper[3])
{
	ret_upper[0] = point;
	if (point < 0x80) {
		if (point >= 'a' && point <= 'z')
			ret_upper[0] = point - 'a' + 'A';
		return 1;
	}

	/* Runs with step 2 interleave with others, so the search is linear; it is for names without
	 * a metavar. */
	for (size_t i = 0; i < COUNT(upper_runs); i++) {
		const struct unicode_upper_run *run = &upper_runs[i];
		if (point < run->first || point > run->last || (point - run->first) % run->step)
			continue;
		ret_upper[0] = (uint32_t)((int32_t)point + run->delta);
		return 1;
	}

	size_t count = upper_special(point, ret_upper);
	return count ? count : 1;
}
