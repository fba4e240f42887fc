/* UNIX sockets by the host's hand, with the fake one.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <plugh/socket.h>

#include <plugh/fake_host.h>
#include "plugh_test.h"
#include "temp_dir.h"

struct fixture {
	struct plugh_fake_host fake;
	struct temp_dir dir;
	char *path;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	if (f == NULL || plugh_fake_host_init(&f->fake) < 0)
		return -1;
	temp_dir_create(&f->dir);
	f->path = temp_dir_path(&f->dir, "s");
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	plugh_fake_host_release(&f->fake);
	int left = (int)temp_dir_count(&f->dir);
	temp_dir_destroy(&f->dir);
	free(f->path);
	free(f);
	return left;
}

static void a_client_meets_its_server(void **state)
{
	struct fixture *f = *state;
	struct stat st;
	char text[8] = "";

	int listener = plugh_socket_listen(&f->fake.host, f->path, 0600);
	assert_true(listener >= 0);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	int client = plugh_socket_connect(&f->fake.host, f->path);
	int server = accept(listener, NULL, NULL);
	assert_int_equal(write(client, "hello", 5), 5);
	assert_int_equal(read(server, text, sizeof text), 5);
	assert_string_equal(text, "hello");
	close(server);
	close(client);
	close(listener);
}

static void a_failure_is_told_with_the_path(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(plugh_socket_connect(&f->fake.host, f->path), -ENOENT);
	f->fake.socket_error = -EADDRINUSE;
	assert_int_equal(plugh_socket_listen(&f->fake.host, "/s", 0), -EADDRINUSE);
	f->fake.socket_error = -EACCES;
	assert_int_equal(plugh_socket_listen(&f->fake.host, "/s", 0), -EACCES);
	const char *told = plugh_fake_host_reports(&f->fake);
	assert_non_null(strstr(told, "error: cannot connect to '"));
	assert_non_null(strstr(told, "s': No such file or directory\n"));
	assert_non_null(strstr(told, "error: cannot listen at '/s': a server waits there: Address "
				     "already in use\n"));
	assert_non_null(strstr(told, "error: cannot listen at '/s': Permission denied\n"));
}

static void the_service_manager_is_told(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(plugh_service_ready(&f->fake.host), 0);
	assert_int_equal(plugh_service_stopping(&f->fake.host), 0);
	assert_int_equal(f->fake.ready_count, 1);
	assert_int_equal(f->fake.stopping_count, 1);
}

static const void *no_power(void *ctx, const char *id)
{
	(void)ctx;
	(void)id;
	return NULL;
}

static void an_old_host_has_none(void **state)
{
	struct fixture *f = *state;

	f->fake.host.power = no_power;
	assert_int_equal(plugh_socket_listen(&f->fake.host, "s", 0), -ENOSYS);
	assert_int_equal(plugh_socket_connect(&f->fake.host, "s"), -ENOSYS);
	assert_int_equal(plugh_service_ready(&f->fake.host), 0);
	assert_int_equal(plugh_service_stopping(&f->fake.host), 0);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(a_client_meets_its_server),
		WITH(a_failure_is_told_with_the_path),
		WITH(the_service_manager_is_told),
		WITH(an_old_host_has_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
