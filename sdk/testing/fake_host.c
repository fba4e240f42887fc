/* A host for unit tests of plugins.
 *
 * A file that the plugin writes is a memory file (memfd_create), since plugins get a descriptor.
 *
 * SPDX-License-Identifier: MIT */
#include <plugh/fake_host.h>

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <plugh/version.h>

static int fake_write(void *ctx, const void *bytes, size_t n)
{
	struct plugh_fake_host *fake = (struct plugh_fake_host *)ctx;
	size_t room = n;

	if (fake->out.error != 0)
		return fake->out.error;
	if (fake->out_error != 0)
		room = fake->out_capacity > fake->out.size ? fake->out_capacity - fake->out.size
							   : 0;
	plugh_buf_append(&fake->out, bytes, n < room ? n : room);
	if (n > room && fake->out.error == 0)
		fake->out.error = fake->out_error;
	return fake->out.error;
}

static int fake_flush(void *ctx)
{
	struct plugh_fake_host *fake = (struct plugh_fake_host *)ctx;

	fake->flush_count++;
	return fake->out.error;
}

static void fake_report(void *ctx, uint32_t level, const char *text)
{
	static const char *const word[] = { "error", "warning", "info", "debug" };
	struct plugh_fake_host *fake = (struct plugh_fake_host *)ctx;

	pthread_mutex_lock(&fake->lock);
	plugh_buf_appendf(&fake->reports, "%s: %s\n",
		word[level < PLUGH_LEVEL_DEBUG ? level : PLUGH_LEVEL_DEBUG], text);
	pthread_mutex_unlock(&fake->lock);
}

static const void *fake_power(void *ctx, const char *id)
{
	const struct plugh_fake_host *fake = (const struct plugh_fake_host *)ctx;

	if (strcmp(id, PLUGH_POWER_OUTPUT) == 0)
		return &fake->output;
	if (strcmp(id, PLUGH_POWER_SOCKET) == 0)
		return &fake->power_socket;
	if (strcmp(id, PLUGH_POWER_SERVICE) == 0)
		return &fake->service;
	if (fake->power_id != NULL && strcmp(id, fake->power_id) == 0)
		return fake->power;
	return NULL;
}

static int fake_open(void *ctx, const char *path)
{
	struct plugh_fake_host *fake = (struct plugh_fake_host *)ctx;
	struct plugh_fake_file file = { .fd = -1 };

	if (fake->open_error != 0)
		return fake->open_error;
	if (fake->file_count == PLUGH_FAKE_HOST_FILES)
		return -EMFILE;
	file.fd = memfd_create("plugh-fake-file", MFD_CLOEXEC);
	if (file.fd < 0)
		return -errno;
	file.path = strdup(path);
	if (file.path == NULL) {
		close(file.fd);
		return -ENOMEM;
	}
	fake->file[fake->file_count++] = file;
	return file.fd;
}

static struct plugh_fake_file *find_open(struct plugh_fake_host *fake, int fd)
{
	for (size_t i = 0; i < fake->file_count; i++)
		if (fake->file[i].fd >= 0 && fake->file[i].fd == fd)
			return &fake->file[i];
	return NULL;
}

static void fake_discard(void *ctx, int fd)
{
	struct plugh_fake_file *file = find_open((struct plugh_fake_host *)ctx, fd);

	if (file != NULL) {
		close(file->fd);
		file->fd = -1;
	}
}

static int read_all(int fd, struct plugh_buf *content)
{
	char bytes[4096];
	off_t at = 0;
	ssize_t n;

	while ((n = pread(fd, bytes, sizeof bytes, at)) > 0) {
		plugh_buf_append(content, bytes, (size_t)n);
		at += n;
	}
	return n < 0 ? -errno : content->error;
}

static int fake_commit(void *ctx, int fd)
{
	struct plugh_fake_host *fake = (struct plugh_fake_host *)ctx;
	struct plugh_fake_file *file = find_open(fake, fd);

	if (file == NULL)
		return -EBADF;
	int r = fake->commit_error != 0 ? fake->commit_error : read_all(fd, &file->content);
	file->is_committed = r == 0;
	fake_discard(ctx, fd);
	return r;
}

static int open_address(const char *path, struct sockaddr_un *ret_address)
{
	*ret_address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof ret_address->sun_path)
		return -ENAMETOOLONG;
	memcpy(ret_address->sun_path, path, strlen(path));
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return fd < 0 ? -errno : fd;
}

static int wait_at(struct plugh_fake_host *fake, int fd, const struct sockaddr_un *address,
	uint32_t mode, int32_t backlog)
{
	if (fake->socket_count == PLUGH_FAKE_HOST_SOCKETS)
		return -EMFILE;
	char *path = strdup(address->sun_path);
	if (path == NULL)
		return -ENOMEM;
	if (bind(fd, (const struct sockaddr *)address, sizeof *address) < 0) {
		int r = -errno;
		free(path);
		return r;
	}
	fake->socket[fake->socket_count++] = path;
	if ((mode != 0 && chmod(path, mode) < 0) ||
		listen(fd, backlog > 0 ? backlog : SOMAXCONN) < 0)
		return -errno;
	return 0;
}

static int fake_listen(void *ctx, const char *path, uint32_t mode, int32_t backlog)
{
	struct plugh_fake_host *fake = (struct plugh_fake_host *)ctx;
	struct sockaddr_un address;

	if (fake->socket_error != 0)
		return fake->socket_error;
	int fd = open_address(path, &address);
	int r = fd < 0 ? fd : wait_at(fake, fd, &address, mode, backlog);
	if (r < 0 && fd >= 0)
		close(fd);
	return r < 0 ? r : fd;
}

static int fake_connect(void *ctx, const char *path)
{
	const struct plugh_fake_host *fake = (const struct plugh_fake_host *)ctx;
	struct sockaddr_un address;

	if (fake->socket_error != 0)
		return fake->socket_error;
	int fd = open_address(path, &address);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) < 0) {
		int r = -errno;
		close(fd);
		return r;
	}
	return fd;
}

static int fake_ready(void *ctx)
{
	((struct plugh_fake_host *)ctx)->ready_count++;
	return 0;
}

static int fake_stopping(void *ctx)
{
	((struct plugh_fake_host *)ctx)->stopping_count++;
	return 0;
}

int plugh_fake_host_init(struct plugh_fake_host *fake)
{
	int cancel_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (cancel_fd < 0)
		return -errno;
	*fake = (struct plugh_fake_host){
		.host = {
			.size = sizeof fake->host,
			.abi_major = PLUGH_ABI_MAJOR,
			.abi_minor = PLUGH_ABI_MINOR,
			.cancel_fd = cancel_fd,
			.ctx = fake,
			.write = fake_write,
			.flush = fake_flush,
			.report = fake_report,
			.power = fake_power,
		},
		.output = {
			.size = sizeof fake->output,
			.open = fake_open,
			.commit = fake_commit,
			.discard = fake_discard,
		},
		.power_socket = {
			.size = sizeof fake->power_socket,
			.listen = fake_listen,
			.connect = fake_connect,
		},
		.service = {
			.size = sizeof fake->service,
			.ready = fake_ready,
			.stopping = fake_stopping,
		},
		.lock = PTHREAD_MUTEX_INITIALIZER,
	};
	return 0;
}

const char *plugh_fake_host_out(const struct plugh_fake_host *fake)
{
	return plugh_buf_text(&fake->out);
}

const char *plugh_fake_host_reports(const struct plugh_fake_host *fake)
{
	return plugh_buf_text(&fake->reports);
}

const struct plugh_buf *plugh_fake_host_file(const struct plugh_fake_host *fake, const char *path)
{
	for (size_t i = fake->file_count; i > 0; i--) {
		const struct plugh_fake_file *file = &fake->file[i - 1];
		if (file->is_committed && strcmp(file->path, path) == 0)
			return &file->content;
	}
	return NULL;
}

size_t plugh_fake_host_open_count(const struct plugh_fake_host *fake)
{
	size_t count = 0;

	for (size_t i = 0; i < fake->file_count; i++)
		count += fake->file[i].fd >= 0;
	return count;
}

void plugh_fake_host_cancel(struct plugh_fake_host *fake)
{
	uint64_t one = 1;
	ssize_t put = write(fake->host.cancel_fd, &one, sizeof one);
	(void)put; /* fails only where the counter is full: it is readable then */
}

void plugh_fake_host_release(struct plugh_fake_host *fake)
{
	for (size_t i = 0; i < fake->file_count; i++) {
		if (fake->file[i].fd >= 0)
			close(fake->file[i].fd);
		plugh_buf_release(&fake->file[i].content);
		free(fake->file[i].path);
	}
	for (size_t i = 0; i < fake->socket_count; i++) {
		unlink(fake->socket[i]);
		free(fake->socket[i]);
	}
	plugh_buf_release(&fake->out);
	plugh_buf_release(&fake->reports);
	close(fake->host.cancel_fd);
	pthread_mutex_destroy(&fake->lock);
}
