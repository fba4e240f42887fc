/* `plugh plugin install` and `remove`.
 *
 * SPDX-License-Identifier: MIT */
#include "plugin_install.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <plugh/sdk.h>

#include "command.h"
#include "copy.h"
#include "folders.h"
#include "manifest_check.h"
#include "output.h"
#include "plugin_find.h"
#include "plugin_pin.h"
#include "sha256.h"
#include "trust.h"
#include "validator.h"

/* A file on its way in. */
struct incoming {
	const struct plugin_install *what;
	int fd;
	char *source; /* absolute */
	char *target;
	char sha256[SHA256_TEXT_SIZE];
	struct validator validator;
	const char *name; /* the manifest's */
};

/* ---- What is to be installed ---- */

static int open_source(const struct plugh_host *host, struct incoming *in)
{
	struct stat stat;

	int r = plugin_find_file(host, in->what->file, &in->fd, &in->source);
	if (r < 0)
		return r;
	/* The hash of /dev/zero takes for ever. */
	if (fstat(in->fd, &stat) == 0 && !S_ISREG(stat.st_mode))
		return plugh_fail(host, PLUGH_EXIT_FAILED,
			"'%s' is not installed: not a regular file", in->what->file);
	r = sha256_file(in->fd, in->sha256);
	return r < 0 ? plugh_fail(host, r, "cannot read '%s'", in->what->file) : 0;
}

static int refuse_unfit(
	const struct plugh_host *host, const struct incoming *in, enum validator_test first)
{
	return plugh_fail(host, PLUGH_EXIT_FAILED,
		"'%s' is not installed: it fails the test '%s': %s", in->what->file,
		validator_test_name(first), in->validator.row[first].text.text);
}

static int check(const struct plugh_host *host, struct incoming *in)
{
	const struct invocation *invocation = invocation_of(host);

	int r = validator_run(
		&(struct validator_spec){
			.fd = in->fd,
			.path = in->source,
			.config = invocation->config,
			.trace = invocation->trace,
			.cancel_fd = host->cancel_fd,
		},
		&in->validator);
	if (r < 0)
		return plugh_fail(host, r, "cannot check '%s'", in->what->file);
	if (in->validator.is_cancelled)
		return -ECANCELED;
	enum validator_test first = validator_first_failed(&in->validator);
	if (first == VALIDATOR_TESTS)
		return 0;
	if (!in->what->force || in->validator.manifest == NULL)
		return refuse_unfit(host, in, first);
	for (unsigned i = first; i < VALIDATOR_TESTS; i++) {
		if (in->validator.row[i].status == VALIDATOR_FAILED)
			plugh_warn(host, "'%s' fails the test '%s': %s", in->what->file,
				validator_test_name((enum validator_test)i),
				in->validator.row[i].text.text);
	}
	return 0;
}

/* Could it ever be found under its name? */
static int check_name(const struct plugh_host *host, const struct incoming *in)
{
	const struct registry_entry *entry;

	if (command_find(in->name) != NULL)
		return plugh_fail(host, PLUGH_EXIT_FAILED,
			"'%s' is not installed: '%s' is the name of a built-in command",
			in->what->file, in->name);
	int r = registry_find(invocation_of(host)->registry, in->name, &entry);
	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return plugh_fail(host, r, "cannot look for '%s'", in->name);
	if (entry->bundled)
		return plugh_fail(host, PLUGH_EXIT_FAILED,
			"'%s' is not installed: '%s' is bundled with plugh, and no other file can "
			"serve that name",
			in->what->file, in->name);
	if (strcmp(entry->file, in->target) != 0)
		plugh_warn(host,
			"'%s' comes first in the search order, so it goes on to serve '%s'",
			entry->file, in->name);
	return 0;
}

/* ---- Putting it in place ---- */

static int check_folder(const struct plugh_host *host, const struct incoming *in)
{
	struct reason why;

	char *copy = strdup(in->target);
	if (copy == NULL)
		return plugh_fail(host, -ENOMEM, "cannot look at the folder");
	int r = trust_check_folder(dirname(copy), false, &why);
	free(copy);
	return r < 0 ? plugh_fail(host, PLUGH_EXIT_FAILED, "'%s' is not installed: %s",
			       in->what->file, why.text)
		     : 0;
}

/* Written through a link, the file of a build folder, say, would get other bytes; and what else may
 * stand there is no plugin that is replaced. */
static int check_target(const struct plugh_host *host, const struct incoming *in)
{
	struct stat stat;

	if (lstat(in->target, &stat) < 0 || S_ISREG(stat.st_mode))
		return 0;
	return plugh_fail(host, PLUGH_EXIT_FAILED, "'%s' is not installed: '%s' is %s",
		in->what->file, in->target,
		S_ISLNK(stat.st_mode) ? "a link: remove it first" : "not a regular file");
}

/* As others may read it, and nobody but the owner may write it, whatever the umask is. */
static int write_target(const struct incoming *in, struct outputs *outputs, bool *ret_changed)
{
	char sha256[SHA256_TEXT_SIZE];

	int fd = outputs_open(outputs, in->target);
	if (fd < 0)
		return fd;
	int r = copy_bytes(in->fd, fd);
	if (r == 0 && fchmod(fd, 0644) < 0)
		r = -errno;
	if (r == 0)
		r = sha256_file(fd, sha256);
	*ret_changed = r == 0 && strcmp(sha256, in->sha256) != 0;
	if (r == 0 && !*ret_changed)
		r = outputs_commit(outputs, fd);
	return r;
}

static int copy(const struct plugh_host *host, const struct incoming *in)
{
	struct outputs *outputs = NULL;
	bool has_changed = false;

	int r = outputs_create(&(struct outputs_spec){ .cancel_fd = host->cancel_fd }, &outputs);
	if (r == 0)
		r = write_target(in, outputs, &has_changed);
	outputs_destroy(outputs);
	if (has_changed)
		return plugh_fail(host, PLUGH_EXIT_FAILED,
			"'%s' is not installed: it changed while it was checked", in->what->file);
	return r < 0 ? plugh_fail(host, r, "cannot write '%s'", in->target) : 0;
}

/* The version of the file that is there already: false where there is none, "?" for a file that is
 * no plugin. */
static bool find_version(const char *path, struct reason *ret_version)
{
	struct manifest *manifest = NULL;
	struct reason why;

	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return false;
	int r = manifest_read(fd, &manifest, &why);
	reason_set(ret_version, 0, "%s", r == 0 ? manifest_version(manifest) : "?");
	manifest_destroy(manifest);
	close(fd);
	return true;
}

static int put_in_place(const struct plugh_host *host, const struct incoming *in)
{
	struct reason version, disabled_by;
	const char *why;

	int r = folders_make_above(in->target, 0700);
	if (r < 0)
		return plugh_fail(host, r, "cannot make the folder of '%s'", in->target);
	r = check_folder(host, in);
	if (r == 0)
		r = check_target(host, in);
	if (r != 0)
		return r;
	bool is_new = !find_version(in->target, &version);
	r = copy(host, in);
	if (r != 0)
		return r;
	plugh_print(host, "%s %s: installed as %s%s%s\n", in->name,
		manifest_version(in->validator.manifest), in->target, is_new ? "" : " in place of ",
		is_new ? "" : version.text);
	if (!config_is_enabled(invocation_of(host)->config, in->name, &why)) {
		reason_set(&disabled_by, 0, "%s", why);
		plugh_warn(host, "'%s' is disabled: %s", in->name, disabled_by.text);
	}
	return 0;
}

static int install(const struct plugh_host *host, struct incoming *in)
{
	int r = open_source(host, in);
	if (r == 0)
		r = check(host, in);
	if (r != 0)
		return r;
	in->name = manifest_name(in->validator.manifest);
	r = plugin_find_user_file(host, in->name, &in->target);
	if (r == 0)
		r = check_name(host, in);
	if (r == 0)
		r = plugin_pin_allows(host, in->name, in->sha256, in->what->pin);
	if (r == 0)
		r = put_in_place(host, in);
	if (r == 0 && in->what->pin)
		r = plugin_pin_to(host, in->name, in->sha256, false);
	return r;
}

int plugin_install(const struct plugh_host *host, const struct plugin_install *what)
{
	struct incoming in = { .what = what, .fd = -1 };

	int r = install(host, &in);
	validator_release(&in.validator);
	free(in.target);
	free(in.source);
	if (in.fd >= 0)
		close(in.fd);
	return r;
}

/* ---- Removing ---- */

/* There is no such file of the user's: what there is instead. */
static int refuse_removal(const struct plugh_host *host, const char *name, const char *target)
{
	const struct registry_entry *entry;

	int r = plugin_find(host, name, &entry);
	if (r != 0)
		return r;
	if (entry->bundled)
		return plugh_fail(host, PLUGH_EXIT_FAILED,
			"'%s' is bundled with plugh: 'plugh plugin disable %s' hides it", name,
			name);
	return plugh_fail(host, PLUGH_EXIT_FAILED, "'%s' is not yours to remove: it is %s, not %s",
		name, entry->file, target);
}

int plugin_remove(const struct plugh_host *host, const char *name)
{
	char *target = NULL;

	if (!manifest_is_name(name))
		return plugh_fail(host, PLUGH_EXIT_FAILED,
			"'%s' is no name of a plugin: lower-case letters, digits and _ are, a "
			"letter "
			"first",
			name);
	int r = plugin_find_user_file(host, name, &target);
	if (r < 0)
		return r;
	if (unlink(target) == 0) {
		const struct config_policy *policy = config_find_policy(
			invocation_of(host)->config, name);
		r = plugh_print(host, "%s: removed %s\n", name, target);
		if (policy != NULL && policy->sha256 != NULL)
			plugh_warn(host, "%s still pins '%s': 'plugh plugin unpin %s' ends that",
				policy->sha256_origin, name, name);
	} else if (errno == ENOENT || errno == ENOTDIR) {
		r = refuse_removal(host, name, target);
	} else {
		r = plugh_fail(host, -errno, "cannot remove '%s'", target);
	}
	free(target);
	return r;
}
