/* plugh-manifest-check FILE...: has each plugin file a manifest that a host can read and make a
 * parser of?
 *
 * plugh_add_plugin runs it on every file that was built, so what no compiler can assert fails the
 * build all the same. No code of the plugin runs.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command_line.h"
#include "manifest.h"
#include "manifest_lint.h"

static int check_file(const char *path, struct reason *why)
{
	struct manifest *manifest = NULL;
	struct command_line *line = NULL;

	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return reason_set(why, -errno, "%s", strerror(errno));
	int r = manifest_read(fd, &manifest, why);
	if (r == 0)
		r = manifest_lint_name(manifest, path, why);
	if (r == 0)
		r = command_line_create(
			&(struct command_line_spec){ .manifest = manifest }, &line, why);
	if (r == 0)
		r = manifest_lint_help(line, manifest, why);
	if (r < 0 && why->text[0] == '\0')
		reason_set(why, r, "%s", strerror(-r));
	command_line_destroy(line);
	manifest_destroy(manifest);
	close(fd);
	return r;
}

int main(int argc, char *argv[])
{
	int status = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: plugh-manifest-check FILE [FILE ...]\n");
		return 2;
	}
	for (int i = 1; i < argc; i++) {
		struct reason why = { "" };
		if (check_file(argv[i], &why) < 0) {
			fprintf(stderr, "plugh-manifest-check: error: %s: %s\n", argv[i], why.text);
			status = 1;
		}
	}
	return status;
}
