/* UNIX sockets that the command line names, and word to a service manager.
 *
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <plugh/option.h>

#include "broker.h"
#include "endpoint.h"
#include "notify.h"
#include "temp_dir.h"

struct fixture {
	struct temp_dir dir;
	struct endpoints *endpoints;
	char *path; /* of a socket that may be waited at, and connected to */
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	if (f == NULL || endpoints_create(&f->endpoints) < 0)
		return -1;
	temp_dir_create(&f->dir);
	f->path = temp_dir_path(&f->dir, "socket");
	*state = f;
	return endpoints_add(f->endpoints, f->path, PLUGH_LISTEN | PLUGH_CONNECT);
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	endpoints_destroy(f->endpoints);
	free(f->path);
	temp_dir_destroy(&f->dir);
	free(f);
	return 0;
}

static int wait_at(struct fixture *f, uint32_t mode)
{
	return endpoints_open(
		f->endpoints, f->path, &(struct endpoint_request){ PLUGH_LISTEN, mode, 0 });
}

static int connect_to(struct fixture *f)
{
	return endpoints_open(
		f->endpoints, f->path, &(struct endpoint_request){ .access = PLUGH_CONNECT });
}

static void assert_passes(int listener, int peer)
{
	char byte = 0;
	int other = accept(listener, NULL, NULL);

	assert_true(other >= 0);
	assert_int_equal(write(peer, "x", 1), 1);
	assert_int_equal(read(other, &byte, 1), 1);
	assert_int_equal(byte, 'x');
	assert_int_equal(fcntl(peer, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fcntl(peer, F_GETFL) & O_NONBLOCK, 0);
	close(other);
	close(peer);
}

/* Left behind by a server that was killed. */
static void leave_a_socket(const struct fixture *f)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_true(strlen(f->path) < sizeof address.sun_path);
	memcpy(address.sun_path, f->path, strlen(f->path));
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(fd, 1), 0);
	close(fd);
}

static void what_is_named_can_be_waited_at_and_connected_to(void **state)
{
	struct fixture *f = *state;

	int listener = wait_at(f, 0);
	assert_true(listener >= 0);
	assert_int_equal(fcntl(listener, F_GETFD), FD_CLOEXEC);
	assert_passes(listener, connect_to(f));
	assert_int_equal(wait_at(f, 0), -EADDRINUSE);
	close(listener);
	endpoints_remove(f->endpoints);
	assert_int_equal(temp_dir_count(&f->dir), 0);
}

static void nothing_else_can(void **state)
{
	struct fixture *f = *state;
	char *other = temp_dir_path(&f->dir, "other");
	struct endpoint_request request = { PLUGH_CONNECT, 0, 0 };

	assert_int_equal(endpoints_open(f->endpoints, other, &request), -EACCES);
	assert_int_equal(endpoints_add(f->endpoints, other, PLUGH_CONNECT), 0);
	assert_int_equal(endpoints_open(f->endpoints, other, &request), -ENOENT);
	request.access = PLUGH_LISTEN;
	assert_int_equal(endpoints_open(f->endpoints, other, &request), -EACCES);
	assert_int_equal(endpoints_perform(f->endpoints, 1, &request), -EACCES);
	assert_int_equal(endpoints_perform(f->endpoints, 2, &request), -EBADF);
	request.access = PLUGH_LISTEN | PLUGH_CONNECT;
	assert_int_equal(endpoints_perform(f->endpoints, 0, &request), -EACCES);
	assert_int_equal(endpoints_open(NULL, other, &request), -EACCES);
	assert_int_equal(temp_dir_count(&f->dir), 0);
	free(other);
}

static void a_socket_that_nobody_serves_is_replaced(void **state)
{
	struct fixture *f = *state;

	leave_a_socket(f);
	assert_int_equal(connect_to(f), -ECONNREFUSED);
	int listener = wait_at(f, 0);
	assert_true(listener >= 0);
	assert_passes(listener, connect_to(f));
	close(listener);
}

static void a_living_server_and_other_files_are_left_alone(void **state)
{
	struct fixture *f = *state;
	struct endpoints *second = NULL;

	int listener = wait_at(f, 0);
	assert_int_equal(endpoints_create(&second), 0);
	assert_int_equal(endpoints_add(second, f->path, PLUGH_LISTEN), 0);
	assert_int_equal(endpoints_open(second, f->path,
				 &(struct endpoint_request){ .access = PLUGH_LISTEN }),
		-EADDRINUSE);
	endpoints_destroy(second);
	assert_passes(listener, connect_to(f));
	close(listener);
	endpoints_remove(f->endpoints);

	temp_dir_write(&f->dir, "socket", "text");
	assert_int_equal(wait_at(f, 0), -EEXIST);
	assert_int_equal(connect_to(f), -ECONNREFUSED);
	endpoints_remove(f->endpoints);
	assert_int_equal(temp_dir_count(&f->dir), 1);
}

static void what_another_has_put_there_since_is_not_removed(void **state)
{
	struct fixture *f = *state;

	int listener = wait_at(f, 0);
	assert_int_equal(unlink(f->path), 0);
	temp_dir_write(&f->dir, "socket", "text");
	endpoints_remove(f->endpoints);
	assert_int_equal(temp_dir_count(&f->dir), 1);
	close(listener);
}

static void the_mode_is_what_was_asked_for(void **state)
{
	static const struct {
		mode_t umask, asked, expected;
	} row[] = {
		{ 022, 0, 0755 },
		{ 022, 0600, 0600 },
		{ 022, 0666, 0666 },
		{ 077, 0660, 0660 },
		{ 0, 0700, 0700 },
		{ 022, 07777, 0777 },
	};
	struct fixture *f = *state;
	struct stat st;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		mode_t before = umask(row[i].umask);
		int listener = wait_at(f, row[i].asked);
		umask(before);
		assert_true(listener >= 0);
		assert_int_equal(stat(f->path, &st), 0);
		assert_int_equal(st.st_mode & 0777, row[i].expected);
		close(listener);
		endpoints_remove(f->endpoints);
	}
}

static void a_path_may_be_longer_than_an_address(void **state)
{
	struct fixture *f = *state;
	char name[160];

	memset(name, 'd', 120);
	name[120] = '\0';
	char *path = temp_dir_path(&f->dir, name);
	assert_int_equal(mkdir(path, 0700), 0);
	free(path);
	memcpy(name + 120, "/s", 3);
	path = temp_dir_path(&f->dir, name);
	assert_int_equal(endpoints_add(f->endpoints, path, PLUGH_LISTEN | PLUGH_CONNECT), 0);
	int listener = endpoints_open(
		f->endpoints, path, &(struct endpoint_request){ .access = PLUGH_LISTEN });
	assert_true(listener >= 0);
	assert_passes(listener, endpoints_open(f->endpoints, path,
					&(struct endpoint_request){ .access = PLUGH_CONNECT }));
	close(listener);
	endpoints_remove(f->endpoints);
	assert_int_equal(access(path, F_OK), -1);
	free(path);
}

static void names_that_are_none(void **state)
{
	static const struct {
		const char *path;
		int expected;
	} row[] = {
		{ "", -ENOENT },
		{ "/", -EISDIR },
		{ "/nowhere/at/all", -ENOENT },
		{ "/dev/null/socket", -ENOTDIR },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		assert_int_equal(endpoints_add(f->endpoints, row[i].path, PLUGH_LISTEN), 0);
		assert_int_equal(endpoints_open(f->endpoints, row[i].path,
					 &(struct endpoint_request){ .access = PLUGH_LISTEN }),
			row[i].expected);
	}
	for (size_t i = endpoints_count(f->endpoints); i < ENDPOINTS_MAX; i++)
		assert_int_equal(endpoints_add(f->endpoints, "x", PLUGH_LISTEN), 0);
	assert_int_equal(endpoints_add(f->endpoints, "x", PLUGH_LISTEN), -E2BIG);
}

static void a_broker_opens_them_and_removes_them(void **state)
{
	struct fixture *f = *state;
	struct outputs *outputs = NULL;
	struct broker broker = BROKER_NONE;

	assert_int_equal(outputs_create(&(struct outputs_spec){ .cancel_fd = -1 }, &outputs), 0);
	assert_int_equal(broker_start(&(struct broker_charge){ .outputs = outputs,
					      .endpoints = f->endpoints },
				 &broker),
		0);
	int listener = wait_at(f, 0600);
	assert_true(listener >= 0);
	for (int i = 0; i < 300; i++)
		assert_passes(listener, connect_to(f));
	assert_int_equal(wait_at(f, 0), -EADDRINUSE);
	close(listener);
	assert_int_equal(connect_to(f), -ECONNREFUSED);
	assert_int_equal(broker_notify(&broker, NOTIFY_READY), 0);
	assert_int_equal(broker_notify(&broker, 77), -EINVAL);
	assert_int_equal(temp_dir_count(&f->dir), 1);
	outputs_destroy(outputs);
	broker_stop(&broker);
	assert_int_equal(temp_dir_count(&f->dir), 0);
	assert_int_equal(wait_at(f, 0), -EIO);
}

static void assert_told(int manager, const char *address)
{
	static const char *const text[] = { "READY=1", "STOPPING=1" };
	char got[32];

	for (unsigned i = 0; i < NOTIFY_STATES; i++) {
		assert_int_equal(notify_send(address, i), 0);
		ssize_t n = recv(manager, got, sizeof got, MSG_DONTWAIT);
		assert_int_equal(n, strlen(text[i]));
		assert_memory_equal(got, text[i], (size_t)n);
	}
}

static void a_service_manager_is_told(void **state)
{
	struct fixture *f = *state;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int manager = socket(AF_UNIX, SOCK_DGRAM, 0), abstract = socket(AF_UNIX, SOCK_DGRAM, 0);

	memcpy(address.sun_path, f->path, strlen(f->path));
	assert_int_equal(bind(manager, (const struct sockaddr *)&address, sizeof address), 0);
	assert_told(manager, f->path);
	close(manager);
	assert_int_equal(notify_send(f->path, NOTIFY_READY), -ECONNREFUSED);

	socklen_t size = sizeof address;
	assert_int_equal(bind(abstract, (const struct sockaddr *)&address, sizeof(sa_family_t)), 0);
	assert_int_equal(getsockname(abstract, (struct sockaddr *)&address, &size), 0);
	char name[32] = "@";
	memcpy(name + 1, address.sun_path + 1, size - sizeof(sa_family_t) - 1);
	assert_told(abstract, name);
	close(abstract);

	assert_int_equal(notify_send(NULL, NOTIFY_READY), 0);
	assert_int_equal(notify_send("", NOTIFY_READY), 0);
	assert_int_equal(notify_send("relative", NOTIFY_READY), -EINVAL);
	assert_int_equal(notify_send("@", NOTIFY_READY), -EINVAL);
	assert_int_equal(notify_send("vsock:2:1234", NOTIFY_READY), -EINVAL);
	assert_int_equal(notify_send(f->path, NOTIFY_STATES), -EINVAL);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(what_is_named_can_be_waited_at_and_connected_to),
		WITH(nothing_else_can),
		WITH(a_socket_that_nobody_serves_is_replaced),
		WITH(a_living_server_and_other_files_are_left_alone),
		WITH(what_another_has_put_there_since_is_not_removed),
		WITH(the_mode_is_what_was_asked_for),
		WITH(a_path_may_be_longer_than_an_address),
		WITH(names_that_are_none),
		WITH(a_broker_opens_them_and_removes_them),
		WITH(a_service_manager_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
