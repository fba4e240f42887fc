/* SPDX-License-Identifier: MIT */
/* Columns: told by the caller, else by $COLUMNS, else by the terminal on standard output, else 80.
 */

#include "argparse_width.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "pytext_number.h"

enum {
	FALLBACK_COLUMNS = 80,
	COLUMNS_LIMIT = 1 << 24, /* so that sums of widths cannot overflow */
};

long argparse_columns(const struct plugh_display *display)
{
	const char *text = getenv("COLUMNS");
	struct winsize size;
	int64_t columns = display->columns;

	if (columns == 0 && text && pytext_parse_int(pytext_of(text), &columns) < 0)
		columns = 0;
	if (columns <= 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		columns = size.ws_col;
	if (columns <= 0)
		columns = FALLBACK_COLUMNS;
	return columns < COLUMNS_LIMIT ? (long)columns : COLUMNS_LIMIT;
}
