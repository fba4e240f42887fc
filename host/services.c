/* What the host lends to a plugin.
 *
 * SPDX-License-Identifier: MIT */
#include "services.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <plugh/fd.h>
#include <plugh/option.h>
#include <plugh/version.h>

#include "cancel.h"
#include "notify.h"

enum {
	FIRST_SIZE = 2 * 1024, /* enough for most runs; a large one is made when more is printed */
	BUFFER_SIZE = 64 * 1024, /* below malloc's threshold for a mapping of its own */
	STATUS_MAX = 255,
	SIGNAL_MAX = 64,
};

struct services {
	struct services_spec spec;
	struct plugh_host host;
	struct plugh_power_output output;
	struct plugh_power_socket socket;
	struct plugh_power_service service;
	int error;                /* the first failure of standard output */
	atomic_bool has_reported; /* an error */
	bool is_terminal;
	size_t used, room;
	char *buffer;
	char first[FIRST_SIZE];
};

static int drain(struct services *services)
{
	if (services->error == 0 && services->used > 0)
		services->error = plugh_fd_write(
			&services->host, services->spec.out, services->buffer, services->used);
	services->used = 0;
	return services->error;
}

/* Without memory the first buffer goes on. */
static void enlarge(struct services *services)
{
	char *buffer = (char *)malloc(BUFFER_SIZE);
	if (buffer == NULL)
		return;
	memcpy(buffer, services->first, services->used);
	services->buffer = buffer;
	services->room = BUFFER_SIZE;
}

static int serve_write(void *ctx, const void *bytes, size_t n)
{
	struct services *services = (struct services *)ctx;

	if (services->error != 0 || n == 0)
		return services->error;
	if (n > services->room - services->used && services->buffer == services->first)
		enlarge(services);
	if (n > services->room - services->used && drain(services) < 0)
		return services->error;
	if (n >= services->room)
		return services->error = plugh_fd_write(
			       &services->host, services->spec.out, bytes, n);
	memcpy(services->buffer + services->used, bytes, n);
	services->used += n;
	if (services->is_terminal && memchr(bytes, '\n', n) != NULL)
		return drain(services);
	return 0;
}

static int serve_flush(void *ctx)
{
	return drain((struct services *)ctx);
}

static void serve_report(void *ctx, uint32_t level, const char *text)
{
	struct services *services = (struct services *)ctx;

	if (level == PLUGH_LEVEL_ERROR)
		atomic_store(&services->has_reported, true);
	log_write(services->spec.log, level, text);
}

static const void *serve_power(void *ctx, const char *id)
{
	const struct services *services = (const struct services *)ctx;

	if (strcmp(id, PLUGH_POWER_OUTPUT) == 0)
		return &services->output;
	if (strcmp(id, PLUGH_POWER_SOCKET) == 0)
		return &services->socket;
	if (strcmp(id, PLUGH_POWER_SERVICE) == 0)
		return &services->service;
	for (size_t i = 0; i < services->spec.power_count; i++)
		if (strcmp(id, services->spec.power[i].id) == 0)
			return services->spec.power[i].table;
	return NULL;
}

static bool is_named(const struct services_spec *spec, const char *path)
{
	for (size_t i = 0; i < spec->path_count; i++)
		if (strcmp(spec->path[i], path) == 0)
			return true;
	return false;
}

static int serve_output_open(void *ctx, const char *path)
{
	struct services *services = (struct services *)ctx;

	if (!is_named(&services->spec, path))
		return -EACCES;
	return outputs_open(services->spec.outputs, path);
}

static int serve_output_commit(void *ctx, int fd)
{
	return outputs_commit(((struct services *)ctx)->spec.outputs, fd);
}

static void serve_output_discard(void *ctx, int fd)
{
	outputs_discard(((struct services *)ctx)->spec.outputs, fd);
}

static int serve_listen(void *ctx, const char *path, uint32_t mode, int32_t backlog)
{
	return endpoints_open(((struct services *)ctx)->spec.endpoints, path,
		&(struct endpoint_request){ PLUGH_LISTEN, mode, backlog });
}

static int serve_connect(void *ctx, const char *path)
{
	return endpoints_open(((struct services *)ctx)->spec.endpoints, path,
		&(struct endpoint_request){ .access = PLUGH_CONNECT });
}

static int notify(const struct services *services, enum notify_state state)
{
	const struct services_spec *spec = &services->spec;
	return spec->notify != NULL ? spec->notify(spec->notify_ctx, state) : 0;
}

static int serve_ready(void *ctx)
{
	return notify((const struct services *)ctx, NOTIFY_READY);
}

static int serve_stopping(void *ctx)
{
	return notify((const struct services *)ctx, NOTIFY_STOPPING);
}

int services_open_standard(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
			continue;
		/* It gets this very number, since all below it are open. It stays open in children.
		 */
		if (open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
			return -errno;
	}
	return 0;
}

int services_create(const struct services_spec *spec, struct services **ret_services)
{
	struct services *services = (struct services *)malloc(sizeof *services);
	if (services == NULL)
		return -ENOMEM;

	services->spec = *spec;
	services->error = 0;
	services->used = 0;
	services->room = FIRST_SIZE;
	services->buffer = services->first;
	services->is_terminal = isatty(spec->out) == 1;
	atomic_init(&services->has_reported, false);
	services->output = (struct plugh_power_output){
		.size = sizeof services->output,
		.open = serve_output_open,
		.commit = serve_output_commit,
		.discard = serve_output_discard,
	};
	services->socket = (struct plugh_power_socket){
		.size = sizeof services->socket,
		.listen = serve_listen,
		.connect = serve_connect,
	};
	services->service = (struct plugh_power_service){
		.size = sizeof services->service,
		.ready = serve_ready,
		.stopping = serve_stopping,
	};
	services->host = (struct plugh_host){
		.size = sizeof services->host,
		.abi_major = PLUGH_ABI_MAJOR,
		.abi_minor = PLUGH_ABI_MINOR,
		.verbosity = spec->log->verbosity,
		.json = spec->json,
		.cancel_fd = spec->cancel_fd,
		.ctx = services,
		.write = serve_write,
		.flush = serve_flush,
		.report = serve_report,
		.power = serve_power,
	};
	*ret_services = services;
	return 0;
}

const struct plugh_host *services_host(const struct services *services)
{
	return &services->host;
}

static struct services_end end_by_signal(int signal)
{
	return (struct services_end){ .signal = signal, .status = 128 + signal };
}

static struct services_end end_by_error(struct services *services, const char *what, int error)
{
	char reason[128];

	/* The GNU form of strerror_r never fails and needs no shared buffer. */
	log_print(services->spec.log, PLUGH_LEVEL_ERROR, "%s%s", what,
		strerror_r(-error, reason, sizeof reason));
	return (struct services_end){ .status = PLUGH_EXIT_FAILED };
}

bool services_is_status(int status)
{
	return status <= STATUS_MAX ||
	       (status > PLUGH_EXIT_BY_SIGNAL && status <= PLUGH_EXIT_BY_SIGNAL + SIGNAL_MAX);
}

static struct services_end end_by_status(struct services *services, int status)
{
	bool has_reported = atomic_load(&services->has_reported);

	if (!services_is_status(status)) {
		log_print(services->spec.log, PLUGH_LEVEL_ERROR,
			"the plugin returned %d, which is no exit status", status);
		return (struct services_end){ .status = PLUGH_EXIT_FAILED };
	}
	if (status > STATUS_MAX)
		return end_by_signal(status - PLUGH_EXIT_BY_SIGNAL);
	if (status >= 0)
		return (struct services_end){ .status = status };
	if (has_reported || status == -ECANCELED)
		return (struct services_end){ .status = PLUGH_EXIT_FAILED };
	return end_by_error(services, "", status);
}

struct services_end services_finish(struct services *services, int status)
{
	int error = drain(services);
	bool has_reported = atomic_load(&services->has_reported);

	outputs_discard_open(services->spec.outputs);
	if (cancel_signal() != 0)
		return end_by_signal(cancel_signal());
	if (error == -EPIPE || (status == -EPIPE && !has_reported))
		return cancel_was_ignored(SIGPIPE)
			       ? end_by_error(services, "cannot write standard output: ", -EPIPE)
			       : end_by_signal(SIGPIPE);
	if (error != 0 && error != -ECANCELED)
		return end_by_error(services, "cannot write standard output: ", error);
	return end_by_status(services, status);
}

void services_destroy(struct services *services)
{
	if (services != NULL && services->buffer != services->first)
		free(services->buffer);
	free(services);
}
