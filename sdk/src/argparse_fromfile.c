/* SPDX-License-Identifier: MIT */
/* Argument files: a word "@file" stands for the lines of the file. */

#include "argparse_run.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	NESTING_LIMIT = 900,    /* files in files; Python ends in a RecursionError near 1000 */
	SIZE_LIMIT = 256 << 20, /* so that a device or a FIFO without end is an error */
	READ_SIZE = 64 * 1024,
};

/* str(OSError): "[Errno 2] No such file or directory: 'name'". */
static int error_of_errno(struct argparse_run *run, int error, struct pytext name)
{
	struct pytext_buf message = { 0 };
	locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);

	pytext_buf_append_format(&message, "[Errno %d] %s", error, strerror_l(error, c_locale));
	freelocale(c_locale);
	if (name.bytes) {
		pytext_buf_append_string(&message, ": ");
		pytext_buf_append_repr(&message, name);
	}

	int r = pytext_buf_status(&message);
	if (r == 0)
		r = argparse_run_error(run, pytext_buf_text(&message));
	pytext_buf_release(&message);
	return r;
}

static int read_all(struct argparse_run *run, int fd, struct pytext_buf *content)
{
	char bytes[READ_SIZE];

	while (!content->failed) {
		ssize_t n = read(fd, bytes, sizeof bytes);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_of_errno(run, errno, (struct pytext){ 0 });
		if (n == 0)
			break;
		pytext_buf_append(content, (struct pytext){ bytes, (size_t)n });
		if (content->length > SIZE_LIMIT)
			return argparse_run_refuse(run, "an argument file is too large");
	}
	return pytext_buf_status(content);
}

/* The file's text, which must be UTF-8: Python opens it so. */
static int read_file(struct argparse_run *run, struct pytext name, struct pytext_buf *content)
{
	struct stat status;
	size_t size;

	if (memchr(name.bytes, '\0', name.length))
		return argparse_run_refuse(run, "embedded null byte");

	/* name ends in NUL: it is the tail of a word. */
	int fd = open(name.bytes, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_of_errno(run, errno, name);

	int r = 0;
	if (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode))
		r = error_of_errno(run, EISDIR, name);
	else
		r = read_all(run, fd, content);
	close(fd);

	struct pytext text = pytext_buf_text(content);
	for (size_t i = 0; r == 0 && i < text.length; i += size) {
		uint32_t point = pytext_decode(pytext_from(text, i), &size);
		if (point >= 0xDC80 && point <= 0xDCFF)
			r = argparse_run_refuse(run, "'utf-8' codec can't decode an argument file");
	}
	return r;
}

static int expand(struct argparse_run *run, const struct argparse_words *words, unsigned depth,
	struct argparse_words *expanded);

static int expand_file(struct argparse_run *run, struct pytext name, unsigned depth,
	struct argparse_words *expanded)
{
	struct pytext_buf content = { 0 };
	struct argparse_words lines = { 0 };
	struct pytext line;
	size_t line_break;

	if (depth == NESTING_LIMIT)
		return argparse_run_refuse(run, "maximum recursion depth exceeded");

	int r = read_file(run, name, &content);
	struct pytext rest = pytext_buf_text(&content);
	while (r == 0 && pytext_next_line(&rest, &line, &line_break)) {
		struct pytext word = { 0 };
		r = argparse_arena_text(
			run->arena, pytext_upto(line, line.length - line_break), &word);
		if (r == 0)
			r = argparse_words_append(run->arena, &lines, word);
	}
	pytext_buf_release(&content);
	return r < 0 ? r : expand(run, &lines, depth + 1, expanded);
}

static int expand(struct argparse_run *run, const struct argparse_words *words, unsigned depth,
	struct argparse_words *expanded)
{
	struct pytext chars = run->parser->fromfile_prefix_chars;
	int r = 0;

	for (size_t i = 0; r == 0 && i < words->count; i++) {
		struct pytext word = words->item[i];
		size_t size;
		if (argparse_has_prefix(word, chars, &size))
			r = expand_file(run, pytext_from(word, size), depth, expanded);
		else
			r = argparse_words_append(run->arena, expanded, word);
	}
	return r;
}

int argparse_read_files(struct argparse_run *run, struct argparse_words *words)
{
	struct argparse_words expanded = { 0 };

	if (!run->parser->fromfile_prefix_chars.bytes)
		return 0;

	int r = expand(run, words, 0, &expanded);
	if (r == 0)
		*words = expanded;
	return r;
}
