/* SPDX-License-Identifier: MIT */
/* plugh man [COMMAND [SUBCOMMAND]]: a man page out of a manifest.
 *
 * On a terminal man(1) takes over and shows the page in the pager; elsewhere, and where there is no
 * man, the source is printed. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <plugh/sdk.h>

#include "cancel.h"
#include "command.h"
#include "invocation.h"
#include "man.h"
#include "subject.h"

struct man_args {
	const char *command;
	const char *subcommand;
};

static int write_all(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, bytes, size);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			bytes += n;
			size -= (size_t)n;
		}
	}
	return 0;
}

/* Replace this process by `man -l -` with the page on its standard input. Returns where that cannot
 * be, and then nothing has been printed. */
static void exec_man(const struct plugh_buf *page)
{
	int fd = memfd_create("page", MFD_CLOEXEC);
	if (fd < 0)
		return;
	if (write_all(fd, page->data, page->size) == 0 && lseek(fd, 0, SEEK_SET) == 0 &&
		dup2(fd, STDIN_FILENO) == STDIN_FILENO) {
		/* An ignored signal would stay so in man and its pager. */
		if (!cancel_was_ignored(SIGPIPE))
			signal(SIGPIPE, SIG_DFL);
		execlp("man", "man", "-l", "-", (char *)NULL);
		signal(SIGPIPE, SIG_IGN);
	}
	close(fd);
}

static int show(const struct plugh_host *host, struct plugh_buf *page, int r)
{
	if (r < 0)
		r = plugh_fail(host, r, "cannot make the page");
	else {
		if (isatty(STDOUT_FILENO))
			exec_man(page);
		r = plugh_write(host, page->data, page->size);
	}
	plugh_buf_release(page);
	return r;
}

static int show_command(const struct plugh_host *host, const struct manifest *manifest,
	const char *subcommand, const struct man_about *about)
{
	const struct manifest_command *command = NULL;
	struct plugh_buf page = { 0 };

	if (subcommand != NULL) {
		command = manifest_find_command(manifest, subcommand);
		if (command == NULL)
			return plugh_fail(host, PLUGH_EXIT_NOT_FOUND, "'%s' has no subcommand '%s'",
				manifest_name(manifest), subcommand);
	}
	return show(host, &page, man_page(&page, manifest, command, about));
}

/* plugh(1): of all built-in commands that are shown to people. */
static int show_plugh(const struct plugh_host *host, const struct man_about *about)
{
	enum { MAX_BUILTIN = 64 };
	struct manifest *builtin[MAX_BUILTIN];
	struct plugh_buf page = { 0 };
	const struct plugh_plugin *plugin;
	struct reason why;
	size_t count = 0;
	int r = 0;

	for (size_t i = 0; count < MAX_BUILTIN && (plugin = command_get(i)) != NULL; i++) {
		if (command_is_hidden(plugin))
			continue;
		r = manifest_of_linked(plugin, &builtin[count], &why);
		if (r < 0)
			break;
		count++;
	}
	if (r == 0)
		r = man_plugh(&page, (const struct manifest *const *)builtin, count,
			PLUGH_VERSION_STRING, about);
	while (count > 0)
		manifest_destroy(builtin[--count]);
	return show(host, &page, r);
}

static int show_subject(
	const struct plugh_host *host, const struct man_args *args, const struct man_about *about)
{
	struct subject subject;

	int r = subject_find(host, args->command, &subject);
	if (r != 0)
		return r;
	r = show_command(host, subject.manifest, args->subcommand, about);
	subject_release(&subject);
	return r;
}

static int man_run(const struct plugh_host *host, const struct man_args *args)
{
	const struct invocation *invocation = invocation_of(host);
	struct host_rows rows = { 0 };
	char date[MAN_DATE_SIZE];

	int r = host_rows_init(&rows);
	if (r < 0)
		return plugh_fail(host, r, "cannot make the page");
	man_date(config_getenv(invocation->environment, "SOURCE_DATE_EPOCH"), date);
	const struct man_about about = { date, &rows };

	if (args->command == NULL || strcmp(args->command, "plugh") == 0)
		r = show_plugh(host, &about);
	else
		r = show_subject(host, args, &about);
	host_rows_release(&rows);
	return r;
}

PLUGH_PLUGIN(man, struct man_args, man_run,
	PLUGH_ABOUT("show the man page of a command", .version = PLUGH_VERSION_STRING),
	PLUGH_OPT(command, "command", "a command; none: plugh itself", .nargs = "?"),
	PLUGH_OPT(subcommand, "subcommand", "one of its subcommands", .nargs = "?"),
	PLUGH_STATUS(126, "the command is a plugin that cannot be used"),
	PLUGH_STATUS(127, "there is no such command"),
	PLUGH_EXAMPLE("plugh man plugin list", "show the page of a subcommand"),
	PLUGH_EXAMPLE("plugh man extract > plugh-extract.1", "keep the source of a page"),
	PLUGH_EPILOG("Where standard output is no terminal, the source of the page is printed, in "
		     "man(7) macros."));
