/* SPDX-License-Identifier: MIT */
/* The host's own options as rows. */
#include "host_rows.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

/* The name in the table's help for a value says what may be there: a file, a folder, or the choices
 * with a bar between them. */
static void set_value(struct plugh_option *row, const char *metavar)
{
	row->kind = PLUGH_KIND_TEXT;
	if (strcmp(metavar, "FILE") == 0)
		row->access = PLUGH_READ;
	if (strcmp(metavar, "DIR") == 0)
		row->role = PLUGH_ROLE_DIRECTORY;
	if (strchr(metavar, '|') == NULL) {
		snprintf(row->metavar, sizeof row->metavar, "%s", metavar);
		return;
	}
	snprintf(row->choices, sizeof row->choices, "%s", metavar);
	for (char *c = row->choices; *c != '\0'; c++) {
		if (*c == '|')
			*c = ' ';
	}
}

static void fill_row(struct plugh_option *row, const struct options_about *about)
{
	size_t used = 0;

	*row = (struct plugh_option){ .note.type = PLUGH_RECORD_OPTION, .kind = PLUGH_KIND_BOOL };
	for (size_t i = 0; about->name[i] != NULL && used < sizeof row->names; i++)
		used += (size_t)snprintf(row->names + used, sizeof row->names - used, "%s%s",
			i > 0 ? " " : "", about->name[i]);
	snprintf(row->help, sizeof row->help, "%s", about->help);
	if (about->metavar != NULL)
		set_value(row, about->metavar);
	/* The only option of the host that counts. */
	if (strstr(row->names, "--verbose") != NULL) {
		row->kind = PLUGH_KIND_INT;
		snprintf(row->action, sizeof row->action, "count");
	}
}

int host_rows_init(struct host_rows *ret_rows)
{
	struct options_about about;
	size_t count = 0;

	while (options_get(count, &about))
		count++;
	struct plugh_option *row = (struct plugh_option *)calloc(count + 1, sizeof *row);
	bool *behind = (bool *)calloc(count + 1, sizeof *behind);
	if (row == NULL || behind == NULL) {
		free(row);
		free(behind);
		return -ENOMEM;
	}
	for (size_t i = 0; i < count && options_get(i, &about); i++) {
		fill_row(&row[i], &about);
		behind[i] = about.behind;
	}
	*ret_rows = (struct host_rows){ .row = row, .behind = behind, .count = count };
	return 0;
}

void host_rows_release(struct host_rows *rows)
{
	free((void *)rows->row);
	free((void *)rows->behind);
	*rows = (struct host_rows){ 0 };
}
