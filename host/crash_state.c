/* The last crash of each plugin.
 *
 * SPDX-License-Identifier: MIT */
#include "crash_state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <plugh/buf.h>

#include "config.h"
#include "folders.h"
#include "ini_file.h"
#include "join.h"
#include "manifest_check.h"

static const struct field {
	const char *key;
	size_t offset, size;
} field[] = {
#define FIELD(name)                                                                                \
	{                                                                                          \
#name, offsetof(struct crash_state, name), sizeof((struct crash_state *)0)->name   \
	}
	FIELD(version),
	FIELD(signal),
	FIELD(time),
	FIELD(file),
#undef FIELD
};

char *crash_state_folder(char *const *environment)
{
	const char *state = config_getenv(environment, "XDG_STATE_HOME");
	const char *home = config_getenv(environment, "HOME");

	if (state != NULL && state[0] == '/')
		return JOIN_NEW(state, "/plugh");
	return home != NULL && home[0] == '/' ? JOIN_NEW(home, "/.local/state/plugh") : NULL;
}

/* ---- Writing ---- */

/* Lines of ini files hold 200 bytes. */
enum { TEXT_MAX = 180 };

static void append_quoted(struct plugh_buf *buf, const char *text)
{
	size_t end = buf->size + TEXT_MAX;

	plugh_buf_append_char(buf, '"');
	for (size_t n = 0; text[n] != '\0' && buf->size < end && buf->error == 0; n++) {
		unsigned char c = (unsigned char)text[n];
		if (c == '"' || c == '\\')
			plugh_buf_append_char(buf, '\\');
		plugh_buf_append_char(buf, c < 0x20 || c >= 0x7f ? '?' : (char)c);
	}
	plugh_buf_append_text(buf, "\"\n");
}

static void format(struct plugh_buf *buf, const struct crash_state *state)
{
	plugh_buf_append_text(buf, "[crash]\n");
	for (size_t i = 0; i < sizeof field / sizeof field[0]; i++) {
		plugh_buf_append_text(buf, field[i].key);
		plugh_buf_append_text(buf, " = ");
		append_quoted(buf, (const char *)state + field[i].offset);
	}
	for (size_t i = 0; i < state->call_count; i++) {
		plugh_buf_append_text(buf, i == 0 ? "call = " : "       ");
		append_quoted(buf, state->call[i]);
	}
}

static int write_file(int folder, const char *name, const struct plugh_buf *text)
{
	char temporary[64];

	/* Another crash may be kept at this moment. */
	snprintf(temporary, sizeof temporary, ".crash-%d.tmp", (int)getpid());
	int fd = openat(
		folder, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	int r = write(fd, text->data, text->size) == (ssize_t)text->size ? 0 : -EIO;
	close(fd);
	if (r == 0 && renameat(folder, temporary, folder, name) < 0)
		r = -errno;
	if (r < 0)
		unlinkat(folder, temporary, 0);
	return r;
}

int crash_state_write(const char *folder, const struct crash_state *state)
{
	struct plugh_buf text = { 0 };
	char name[96];

	JOIN(name, sizeof name, "crash-", state->name, ".ini");
	char *path = JOIN_NEW(folder, "/", name);
	int r = path != NULL ? folders_make_above(path, 0700) : -ENOMEM;
	free(path);
	if (r < 0)
		return r;
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	format(&text, state);
	r = text.error != 0 ? text.error : write_file(fd, name, &text);
	plugh_buf_release(&text);
	close(fd);
	return r;
}

/* ---- Reading ---- */

static int skip_section(void *ctx, const char *name, unsigned line)
{
	(void)ctx, (void)name, (void)line;
	return 0;
}

static int skip_problem(void *ctx, unsigned line, bool is_error, const char *text, const char *hint)
{
	(void)ctx, (void)line, (void)is_error, (void)text, (void)hint;
	return 0;
}

/* Printable ASCII, as crash_state_write has it. */
static void take_text(char *to, size_t size, const char *text)
{
	char plain[512];
	const char *reason;
	size_t n = 0;

	if (strlen(text) >= sizeof plain || ini_file_unquote(text, plain, &reason) < 0)
		return;
	for (; plain[n] != '\0' && n < size - 1; n++)
		to[n] = plain[n] >= 0x20 && plain[n] < 0x7f ? plain[n] : '?';
	to[n] = '\0';
}

static int take_value(void *ctx, const char *key, const char *text, bool continues, unsigned line)
{
	struct crash_state *state = (struct crash_state *)ctx;

	(void)continues, (void)line;
	for (size_t i = 0; i < sizeof field / sizeof field[0]; i++)
		if (strcmp(key, field[i].key) == 0)
			take_text((char *)state + field[i].offset, field[i].size, text);
	if (strcmp(key, "call") == 0 && state->call_count < CRASH_STATE_CALLS)
		take_text(state->call[state->call_count++], sizeof state->call[0], text);
	return 0;
}

/* "crash-NAME.ini", the name of a plugin. */
static bool take_name(const char *file, struct crash_state *state)
{
	size_t n = strlen(file);

	if (n <= 10 || n - 10 >= sizeof state->name || strncmp(file, "crash-", 6) != 0 ||
		strcmp(file + n - 4, ".ini") != 0)
		return false;
	memcpy(state->name, file + 6, n - 10);
	state->name[n - 10] = '\0';
	return manifest_is_name(state->name);
}

static bool read_one(const char *folder, const char *file, struct crash_state *ret_state)
{
	const struct ini_file_sink sink = { ret_state, skip_section, take_value, skip_problem };
	char *bytes = NULL;
	size_t count = 0;

	memset(ret_state, 0, sizeof *ret_state);
	if (!take_name(file, ret_state))
		return false;
	char *path = JOIN_NEW(folder, "/", file);
	int r = path != NULL ? ini_file_read(path, false, &bytes, &count) : -ENOMEM;
	if (r == 0)
		r = ini_file_parse(bytes, count, &sink);
	free(bytes);
	free(path);
	return r == 0 && ret_state->signal[0] != '\0';
}

int crash_state_each(
	const char *folder, int (*each)(void *ctx, const struct crash_state *state), void *ctx)
{
	struct dirent **entry = NULL;
	struct crash_state *state = (struct crash_state *)malloc(sizeof *state);
	int r = 0;

	int n = state != NULL ? scandir(folder, &entry, NULL, alphasort) : 0;
	if (n < 0 && errno != ENOENT && errno != ENOTDIR)
		r = -errno;
	if (state == NULL)
		r = -ENOMEM;
	for (int i = 0; i < n; i++) {
		if (r == 0 && read_one(folder, entry[i]->d_name, state))
			r = each(ctx, state);
		free(entry[i]);
	}
	free(entry);
	free(state);
	return r;
}
