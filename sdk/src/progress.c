/* SPDX-License-Identifier: MIT */
#include <plugh/progress.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_MS = 1000, AGAIN_MS = 100 };

static const int64_t ns_per_s = 1000000000, ns_per_ms = 1000000;

static int64_t monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * ns_per_s + now.tv_nsec;
}

/* Results that go to the same terminal would run into the line. */
static bool is_free(int fd)
{
	struct stat ours, theirs;

	if (isatty(fd) != 1)
		return false;
	return isatty(STDOUT_FILENO) != 1 || fstat(fd, &ours) < 0 ||
	       fstat(STDOUT_FILENO, &theirs) < 0 || ours.st_rdev != theirs.st_rdev;
}

void plugh_progress_begin(struct plugh_progress *ret_progress, const struct plugh_host *host,
	const char *label, uint64_t total)
{
	struct plugh_progress made = { .total = total, .now_ns = monotonic_ns };

	for (size_t i = 0; i < sizeof made.label - 1 && label[i] != '\0'; i++) {
		unsigned char c = (unsigned char)label[i];
		made.label[i] = (char)(c < 0x20 || c == 0x7f ? '?' : c);
	}
	made.fd = host->verbosity >= 0 && is_free(STDERR_FILENO) ? STDERR_FILENO : -1;
	made.begun_ns = made.fd >= 0 ? made.now_ns() : 0;
	*ret_progress = made;
}

/* Three digits and a unit: "830M", "1.2G". */
static void format_bytes(uint64_t bytes, char *ret_text, size_t size)
{
	static const char unit[] = "BKMGTPE";
	double number = (double)bytes;
	size_t i = 0;

	for (; number >= 1000 && i < sizeof unit - 2; i++)
		number /= 1024;
	snprintf(ret_text, size, number < 10 && i > 0 ? "%.1f%c" : "%.0f%c", number, unit[i]);
}

/* Nothing for what nobody waits for. */
static void format_left(double seconds, char *ret_text, size_t size)
{
	if (seconds < 120)
		snprintf(ret_text, size, ", %.0f s left", seconds);
	else if (seconds < 2 * 60 * 60.)
		snprintf(ret_text, size, ", %.0f min left", seconds / 60);
	else if (seconds < 1000 * 60 * 60.)
		snprintf(ret_text, size, ", %.0f h left", seconds / 60 / 60);
}

void plugh_progress_format(const struct plugh_progress *progress, uint64_t done, int64_t passed_ns,
	char *ret_text, size_t size)
{
	double seconds = (double)passed_ns / (double)ns_per_s;
	double rate = seconds > 0 ? (double)done / seconds : 0;
	uint64_t total = progress->total;
	char now[16], all[16], speed[16], left[32] = "";

	format_bytes(done, now, sizeof now);
	format_bytes((uint64_t)rate, speed, sizeof speed);
	if (total == 0 || done > total) {
		snprintf(ret_text, size, "%s: %s, %s/s", progress->label, now, speed);
		return;
	}
	format_bytes(total, all, sizeof all);
	if (rate > 0)
		format_left((double)(total - done) / rate, left, sizeof left);
	snprintf(ret_text, size, "%s: %.0f %%, %s of %s, %s/s%s", progress->label,
		100 * (double)done / (double)total, now, all, speed, left);
}

void plugh_progress_update(struct plugh_progress *progress, uint64_t done)
{
	char text[PLUGH_PROGRESS_LABEL + 80] = "\r";

	if (progress->fd < 0)
		return;
	int64_t now = progress->now_ns();
	int64_t since = progress->is_shown ? now - progress->told_ns : now - progress->begun_ns;
	if (since < (progress->is_shown ? AGAIN_MS : FIRST_MS) * ns_per_ms)
		return;
	plugh_progress_format(progress, done, now - progress->begun_ns, text + 1, sizeof text - 5);
	/* The rest of the line goes (ECMA-48, EL). */
	memcpy(text + strlen(text), "\033[K", sizeof "\033[K");
	ssize_t put = write(progress->fd, text, strlen(text));
	(void)put; /* who cannot be told is not told */
	progress->told_ns = now;
	progress->is_shown = true;
}

void plugh_progress_end(struct plugh_progress *progress)
{
	if (progress->fd < 0 || !progress->is_shown)
		return;
	ssize_t put = write(progress->fd, "\r\033[K", 4);
	(void)put;
	progress->is_shown = false;
}
