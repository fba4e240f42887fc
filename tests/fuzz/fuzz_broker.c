/* SPDX-License-Identifier: MIT */
/* Arbitrary bytes as messages to the broker: whatever they are, the folder afterwards holds the
 * sibling, which is as it was, and at most the two outputs, each whole; no descriptor is left. */
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <plugh/option.h>

#include "broker.h"
#include "scratch.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void require(int condition)
{
	if (!condition)
		__builtin_trap();
}

static const char *const name[] = { "one", "two", "sibling" };
static char folder[] = "/tmp/plugh-fuzz-broker-XXXXXX";

static void leave(void)
{
	for (size_t i = 0; i < 3; i++)
		unlink(name[i]);
	rmdir(folder);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	require(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static void require_text(const char *path, const char *text, int may_be_absent)
{
	char found[16] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		require(may_be_absent);
		return;
	}
	require(read(fd, found, sizeof found - 1) == (ssize_t)strlen(text));
	require(strcmp(found, text) == 0);
	close(fd);
	if (may_be_absent)
		unlink(path);
}

static size_t count_names(void)
{
	DIR *dir = opendir(".");
	size_t n = 0;

	require(dir != NULL);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n - 2;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static int is_ready;
	struct outputs *outputs = NULL;

	if (!is_ready) {
		require(mkdtemp(folder) != NULL && chdir(folder) == 0);
		atexit(leave);
		write_file("sibling", "mine");
		is_ready = 1;
	}
	/* The first byte: with names or without. */
	struct outputs_spec spec = { .cancel_fd = -1, .named_only = size > 0 && (bytes[0] & 1) };
	require(outputs_create(&spec, &outputs) == 0);
	for (size_t i = 0; i < 2; i++) {
		require(outputs_prepare(outputs, name[i]));
		int fd = outputs_open(outputs, name[i]);
		require(fd >= 0 && write(fd, name[i], 3) == 3);
	}
	int from = memfd_create("messages", MFD_CLOEXEC),
	    to = open("/dev/null", O_WRONLY | O_CLOEXEC);
	require(from >= 0 && to >= 0);
	if (size > 1)
		require(write(from, bytes + 1, size - 1) == (ssize_t)(size - 1));
	require(lseek(from, 0, SEEK_SET) == 0);
	/* Two sockets and a folder for temporary files, too. */
	int pair[2];
	struct endpoints *endpoints = NULL;
	char scratch[SCRATCH_PATH_SIZE], here[] = "/tmp/plugh-fuzz-broker-XXXXXX";
	memcpy(here, folder, sizeof here);
	require(endpoints_create(&endpoints) == 0);
	require(endpoints_add(endpoints, "socket", PLUGH_LISTEN | PLUGH_CONNECT) == 0);
	require(endpoints_add(endpoints, "nobody", PLUGH_CONNECT) == 0);
	require(scratch_create(here, scratch) == 0);
	require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	broker_serve(&(struct broker_work){ .charge = &(struct broker_charge){ .outputs = outputs,
						    .endpoints = endpoints,
						    .scratch = scratch },
		.process = -1,
		.host = -1,
		.from = from,
		.to = to,
		.sockets = pair[1] });
	outputs_destroy(outputs);
	endpoints_destroy(endpoints);
	close(pair[0]);
	close(pair[1]);
	close(from);
	close(to);
	require_text("one", "one", 1);
	require_text("two", "two", 1);
	require_text("sibling", "mine", 0);
	require(count_names() == 1);
	return 0;
}
