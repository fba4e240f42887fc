/* A console window of its own.
 *
 * Terminals differ in when their process ends: with the window (xterm), at once (those that ask a
 * server for a window), or never. So what counts is what the job in the window tells by a FIFO.
 * FIFO, script and the terminal's messages stand in a folder that nobody else can enter, and that
 * is removed as soon as the script has been opened.
 *
 * SPDX-License-Identifier: MIT */
#include "window.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "signals.h"

enum { NAME_ROOM = 32 };

/* The folder and what is in it. */
struct place {
	char *folder, *script, *fifo, *errors;
};

/* ---- Files ---- */

static char *in_folder(const char *folder, const char *name)
{
	char *path = NULL;

	return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

static void place_release(struct place *place)
{
	char *const file[] = { place->script, place->fifo, place->errors };

	for (size_t i = 0; i < sizeof file / sizeof file[0]; i++) {
		if (file[i] != NULL)
			unlink(file[i]);
		free(file[i]);
	}
	if (place->folder != NULL)
		rmdir(place->folder);
	free(place->folder);
	*place = (struct place){ .folder = NULL };
}

static int place_create(struct place *ret_place)
{
	const char *temporary = getenv("TMPDIR");
	struct place place = { .folder = NULL };

	if (temporary == NULL || temporary[0] != '/')
		temporary = "/tmp";
	char *folder = in_folder(temporary, "plugh-run-XXXXXX");
	if (folder == NULL)
		return -ENOMEM;
	int r = mkdtemp(folder) == NULL ? -errno : 0;
	if (r < 0) {
		free(folder);
		return r;
	}
	place.folder = folder;
	place.script = in_folder(folder, "job");
	place.fifo = in_folder(folder, "told");
	place.errors = in_folder(folder, "errors");
	if (place.script == NULL || place.fifo == NULL || place.errors == NULL) {
		place_release(&place);
		return -ENOMEM;
	}
	*ret_place = place;
	return 0;
}

static int write_file(const char *path, const struct plugh_buf *content)
{
	size_t done = 0;
	int r = 0;

	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	while (done < content->size && r == 0) {
		ssize_t n = write(fd, content->data + done, content->size - done);
		if (n < 0 && errno != EINTR)
			r = -errno;
		done += n > 0 ? (size_t)n : 0;
	}
	close(fd);
	return r;
}

static int write_script(const struct window_spec *spec, const struct place *place)
{
	char *directory = getcwd(NULL, 0);
	struct plugh_buf script = { 0 };
	const struct job_spec job = {
		.fifo = place->fifo,
		.directory = directory,
		.environment = environ,
		.title = spec->terminal->title == NULL ? spec->title : NULL,
		.command = spec->command,
		.command_count = spec->command_count,
		.waits = spec->waits,
		.holds = spec->holds,
	};

	int r = job_write(&job, &script);
	if (r == 0)
		r = write_file(place->script, &script);
	plugh_buf_release(&script);
	free(directory);
	return r;
}

/* ---- What the job tells ---- */

/* The next line, if it is there, without its newline. Returns whether it is. */
static bool take_line(struct window *window, char ret_line[NAME_ROOM])
{
	char *newline = (char *)memchr(window->line, '\n', window->used);
	if (newline == NULL)
		return false;

	size_t size = (size_t)(newline - window->line);
	snprintf(ret_line, NAME_ROOM, "%.*s", (int)size, window->line);
	window->used -= size + 1;
	memmove(window->line, newline + 1, window->used);
	return true;
}

/* Read what is there. Returns 0, or -EPIPE at the end. */
static int listen_once(struct window *window)
{
	ssize_t n = read(
		window->fifo, window->line + window->used, sizeof window->line - window->used);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	window->used += (size_t)n;
	return n == 0 ? -EPIPE : 0;
}

static int left_ms(plugh_duration deadline)
{
	const plugh_duration now = plugh_deadline_after((plugh_duration){ 0 });
	int64_t left = (deadline.ns - now.ns + 999999) / 1000000;

	if (deadline.ns == PLUGH_FOREVER)
		return -1;
	return left < 0 ? 0 : left > 1000000 ? 1000000 : (int)left;
}

/* Wait for one event. Returns 1: look whether there is a line; 0: the process has ended, and has
 * told nothing more; -EPIPE, -ECANCELED, -ETIMEDOUT, -errno. */
static int wait_once(struct window *window, int end_fd, const struct plugh_until *until)
{
	struct pollfd wait[] = {
		{ .fd = window->fifo, .events = POLLIN },
		{ .fd = end_fd, .events = POLLIN },
		{ .fd = until->cancel_fd, .events = POLLIN },
	};

	int n = poll(wait, sizeof wait / sizeof wait[0], left_ms(until->deadline));
	if (n < 0)
		return errno == EINTR ? 1 : -errno;
	if (n == 0)
		return left_ms(until->deadline) == 0 ? -ETIMEDOUT : 1;
	if (wait[2].revents != 0)
		return -ECANCELED;
	if (wait[0].revents == 0)
		return 0;
	int r = listen_once(window);
	return r < 0 ? r : 1;
}

/* Wait for a line, for the end of a process (-1: none), or for one of the other ends. Returns 1
 * with a line, else as wait_once. */
static int wait_line(struct window *window, int end_fd, const struct plugh_until *until,
	char ret_line[NAME_ROOM])
{
	int r = 1;

	while (r > 0 && !take_line(window, ret_line))
		r = wait_once(window, end_fd, until);
	return r;
}

/* ---- Opening ---- */

static void say(struct plugh_buf *why, int r)
{
	char text[128];

	/* The GNU form of strerror_r never fails and needs no shared buffer. */
	plugh_buf_append_text(why, strerror_r(-r, text, sizeof text));
}

/* The end of what the terminal has said, as a string without newlines at its end. */
static void read_errors(const struct place *place, char *text, size_t room)
{
	struct stat st;
	ssize_t n = 0;

	int fd = open(place->errors, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && fstat(fd, &st) == 0) {
		off_t from = st.st_size >= (off_t)room ? st.st_size - (off_t)room + 1 : 0;
		n = pread(fd, text, room - 1, from);
	}
	if (fd >= 0)
		close(fd);
	while (n > 0 && strchr(" \t\r\n", text[n - 1]) != NULL)
		n--;
	text[n > 0 ? n : 0] = '\0';
}

/* The terminal has ended without a window: the last line of what it said, which is rarely a mere
 * warning, else its status. */
static void say_end(
	const struct place *place, const struct plugh_process_result *result, struct plugh_buf *why)
{
	char text[512];

	read_errors(place, text, sizeof text);
	const char *newline = strrchr(text, '\n');
	if (text[0] != '\0')
		plugh_buf_append_text(why, newline != NULL ? newline + 1 : text);
	else
		plugh_buf_appendf(why, "it ended with status %d before the command had started",
			plugh_process_shell_status(result));
}

/* Wait until the job tells that it is there. Returns 0, -ECANCELED, or -errno with a reason. */
static int meet(const struct window_spec *spec, struct window *window,
	struct plugh_process *process, const struct place *place, struct plugh_buf *why)
{
	const struct plugh_until until = { plugh_deadline_after(spec->patience), spec->cancel_fd };
	struct plugh_process_result result;
	char line[NAME_ROOM];
	int end_fd = plugh_process_end_fd(process);

	int r = end_fd < 0 ? end_fd : wait_line(window, end_fd, &until, line);
	if (r == 0) {
		r = plugh_process_wait(process, NULL, &result);
		if (r == 0 && plugh_process_shell_status(&result) != 0) {
			say_end(place, &result, why);
			return -ECHILD;
		}
		/* It has asked another process for the window. */
		if (r == 0)
			r = wait_line(window, -1, &until, line);
	}
	if (r == -ETIMEDOUT)
		plugh_buf_append_text(why, "the window did not open in time");
	else if (r == -EPIPE)
		plugh_buf_append_text(why, "the window was closed at once");
	else if (r < 0)
		say(why, r);
	if (r < 0)
		return r;
	if (strcmp(line, "started") == 0)
		return 0;
	plugh_buf_append_text(why, "the current folder cannot be entered in the window");
	return -ENOENT;
}

static int start(const struct window_spec *spec, const struct place *place,
	struct plugh_process *ret_process)
{
	const char *const job[] = { "sh", place->script, NULL };
	struct terminal_line line;

	int r = terminal_line_init(spec->terminal, spec->program, spec->title, job, &line);
	if (r == 0) {
		const struct plugh_process_spec process = {
			.argv = line.argv,
			.in = { .kind = PLUGH_STREAM_NULL },
			.out = { .kind = PLUGH_STREAM_NULL },
			.err = { .kind = PLUGH_STREAM_FILE,
				.path = place->errors,
				.flags = O_WRONLY | O_CREAT | O_EXCL | O_APPEND,
				.mode = 0600 },
			.group = PLUGH_PROCESS_OWN_SESSION,
			.has_plain_scripts = true,
			.keep_ignored = signals_kept(),
		};
		r = plugh_process_spawn(&process, ret_process, NULL);
	}
	terminal_line_release(&line);
	return r;
}

int window_open(const struct window_spec *spec, struct plugh_buf *why, struct window *ret_window)
{
	struct plugh_process process = { 0 };
	struct place place = { .folder = NULL };

	*ret_window = (struct window){ .fifo = -1 };
	int r = place_create(&place);
	if (r == 0)
		r = write_script(spec, &place);
	if (r == 0 && mkfifo(place.fifo, 0600) < 0)
		r = -errno;
	if (r == 0) {
		ret_window->fifo = open(place.fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		r = ret_window->fifo < 0 ? -errno : 0;
	}
	if (r == 0)
		r = start(spec, &place, &process);
	if (r < 0) {
		say(why, r);
	} else {
		r = meet(spec, ret_window, &process, &place, why);
		if (r == 0)
			plugh_process_detach(&process);
	}
	plugh_process_release(&process);
	place_release(&place);
	return r;
}

int window_wait(struct window *window, int cancel_fd)
{
	const struct plugh_until until = { { PLUGH_FOREVER }, cancel_fd };
	char line[NAME_ROOM];
	int status;

	int r = wait_line(window, -1, &until, line);
	if (r < 0)
		return r;
	return sscanf(line, "ended %3d", &status) == 1 ? status : -EPIPE;
}

void window_close(struct window *window)
{
	if (window->fifo >= 0)
		close(window->fifo);
	window->fifo = -1;
}
