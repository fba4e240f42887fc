/* What `plugh plugin check` prints.
 *
 * SPDX-License-Identifier: MIT */
#include "validator_report.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <plugh/sdk.h>

#include "invocation.h"
#include "plugin_find.h"
#include "validator.h"

static int print_json(
	const struct plugh_host *host, const char *file, const struct validator *validator)
{
	struct plugh_json json = { .sink = { host->write, host->ctx }, .indent = true };
	const struct manifest *manifest = validator->manifest;

	plugh_json_begin_object(&json, NULL);
	plugh_json_text(&json, "file", file);
	plugh_json_text(&json, "name", manifest != NULL ? manifest_name(manifest) : NULL);
	plugh_json_text(&json, "version", manifest != NULL ? manifest_version(manifest) : NULL);
	plugh_json_bool(&json, "passed", validator->failed == 0);
	plugh_json_begin_array(&json, "tests");
	for (unsigned i = 0; i < VALIDATOR_TESTS; i++) {
		const struct validator_row *row = &validator->row[i];
		plugh_json_begin_object(&json, NULL);
		plugh_json_text(&json, "name", validator_test_name((enum validator_test)i));
		plugh_json_text(&json, "status", validator_status_name(row->status));
		plugh_json_text(&json, "reason", row->text.text[0] != '\0' ? row->text.text : NULL);
		plugh_json_end(&json);
	}
	plugh_json_end(&json);
	plugh_json_end(&json);
	return plugh_json_newline(&json);
}

static int print_text(
	const struct plugh_host *host, const char *file, const struct validator *validator)
{
	for (unsigned i = 0; i < VALIDATOR_TESTS; i++) {
		const struct validator_row *row = &validator->row[i];
		const char *text = row->text.text;
		plugh_print(host, "%-12s  %s%s%s\n", validator_test_name((enum validator_test)i),
			validator_status_name(row->status), text[0] != '\0' ? ": " : "", text);
	}
	if (validator->failed == 0)
		return plugh_print(host, "%s: no test failed\n", file);
	return plugh_print(
		host, "%s: %zu of %d tests failed\n", file, validator->failed, VALIDATOR_TESTS);
}

static int check(const struct plugh_host *host, int fd, const char *path, const char *file,
	struct validator *ret_validator)
{
	const struct invocation *invocation = invocation_of(host);

	int r = validator_run(
		&(struct validator_spec){
			.fd = fd,
			.path = path,
			.config = invocation->config,
			.trace = invocation->trace,
			.cancel_fd = host->cancel_fd,
		},
		ret_validator);
	return r < 0 ? plugh_fail(host, r, "cannot check '%s'", file) : 0;
}

int validator_report(const struct plugh_host *host, const char *file, bool json)
{
	struct validator validator = { .failed = 0 };
	char *path = NULL;

	int fd = -1;
	int r = plugin_find_file(host, file, &fd, &path);
	if (r == 0)
		r = check(host, fd, path, file, &validator);
	if (r == 0 && validator.is_cancelled)
		r = -ECANCELED;
	if (r == 0)
		r = json ? print_json(host, file, &validator) : print_text(host, file, &validator);
	if (r == 0)
		r = validator.failed > 0;
	validator_release(&validator);
	free(path);
	if (fd >= 0)
		close(fd);
	return r;
}
