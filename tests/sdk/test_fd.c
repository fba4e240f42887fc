/* Reads and writes that end when the user cancels.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <plugh/fd.h>

#include "child.h"
#include <plugh/fake_host.h>
#include "plugh_test.h"

enum { MUCH = 3 * 1024 * 1024 + 17 };

/* Two ends, and a host that can be cancelled from either side of a fork. */
struct fixture {
	struct plugh_fake_host fake;
	int ends[2];
};

static int set_up(void **state)
{
	struct fixture *f = (struct fixture *)calloc(1, sizeof *f);
	if (f == NULL || plugh_fake_host_init(&f->fake) < 0 || pipe2(f->ends, O_CLOEXEC) < 0)
		return -1;
	signal(SIGPIPE, SIG_IGN);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = (struct fixture *)*state;

	for (int i = 0; i < 2; i++)
		if (f->ends[i] >= 0)
			close(f->ends[i]);
	plugh_fake_host_release(&f->fake);
	free(f);
	return 0;
}

static void close_end(struct fixture *f, int i)
{
	close(f->ends[i]);
	f->ends[i] = -1;
}

static void a_host_is_cancelled_once_and_for_all(void **state)
{
	struct fixture *f = (struct fixture *)*state;

	assert_false(plugh_is_cancelled(&f->fake.host));
	plugh_fake_host_cancel(&f->fake);
	assert_true(plugh_is_cancelled(&f->fake.host));
	assert_true(plugh_is_cancelled(&f->fake.host));
}

static void without_a_cancel_descriptor_nothing_cancels(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	struct plugh_host host = f->fake.host;
	char c;
	host.cancel_fd = -1;

	assert_false(plugh_is_cancelled(&host));
	assert_int_equal(plugh_fd_write(&host, f->ends[1], "x", 1), 0);
	assert_int_equal(plugh_read(&host, f->ends[0], &c, 1), 1);
	assert_int_equal(c, 'x');
}

static void reading_gives_what_is_there_and_then_the_end(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	char bytes[16];

	assert_int_equal(write(f->ends[1], "abc", 3), 3);
	assert_int_equal(plugh_read(&f->fake.host, f->ends[0], bytes, sizeof bytes), 3);
	assert_memory_equal(bytes, "abc", 3);

	close_end(f, 1);
	assert_int_equal(plugh_read(&f->fake.host, f->ends[0], bytes, sizeof bytes), 0);
}

static void a_cancelled_read_leaves_the_data(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	char c = '\0';

	assert_int_equal(write(f->ends[1], "a", 1), 1);
	plugh_fake_host_cancel(&f->fake);

	assert_int_equal(plugh_read(&f->fake.host, f->ends[0], &c, 1), -ECANCELED);
	assert_int_equal(read(f->ends[0], &c, 1), 1);
}

static void errors_are_the_systems(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	char c;
	int folder = open("/", O_RDONLY | O_CLOEXEC);
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	assert_int_equal(plugh_read(&f->fake.host, folder, &c, 1), -EISDIR);
	assert_int_equal(plugh_fd_write(&f->fake.host, full, "x", 1), -ENOSPC);
	close(folder);
	close(full);
	assert_int_equal(plugh_read(&f->fake.host, full, &c, 1), -EBADF);
	assert_int_equal(plugh_fd_write(&f->fake.host, full, "x", 1), -EBADF);

	close_end(f, 0);
	assert_int_equal(plugh_fd_write(&f->fake.host, f->ends[1], "x", 1), -EPIPE);
	assert_int_equal(plugh_fd_write(&f->fake.host, f->ends[1], "x", 0), 0);
}

static void on_signal(int number)
{
	(void)number;
	child_tell('s');
}

static int read_one(void *arg)
{
	struct fixture *f = (struct fixture *)arg;
	struct sigaction action = { .sa_handler = on_signal }; /* no SA_RESTART */
	char c = '\0';

	CHILD_CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
	close_end(f, 1);
	child_tell('r');
	ssize_t n = plugh_read(&f->fake.host, f->ends[0], &c, 1);
	return n == 1 && c == 'x' ? 0 : n == -ECANCELED ? 1 : 2;
}

static void a_signal_alone_does_not_end_a_read(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	struct child child;
	child_start(&child, read_one, f);

	child_await(&child, 'r');
	child_await_blocked(&child);
	kill(child.pid, SIGUSR1);
	child_await(&child, 's');
	child_await_blocked(&child);
	assert_int_equal(write(f->ends[1], "x", 1), 1);

	assert_int_equal(child_finish(&child), 0);
	child_release(&child);
}

static void cancelling_ends_a_read_that_waits(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	struct child child;
	child_start(&child, read_one, f);

	child_await(&child, 'r');
	child_await_blocked(&child);
	plugh_fake_host_cancel(&f->fake);

	assert_int_equal(child_finish(&child), 1 << 8);
	child_release(&child);
}

static unsigned char byte_at(size_t i)
{
	return (unsigned char)(i * 7 + i / 251);
}

static int write_much(void *arg)
{
	struct fixture *f = (struct fixture *)arg;
	unsigned char *bytes = (unsigned char *)malloc(MUCH);

	CHILD_CHECK(bytes != NULL);
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < MUCH; i++)
		bytes[i] = byte_at(i);
	close_end(f, 0);
	child_tell('w');
	int r = plugh_fd_write(&f->fake.host, f->ends[1], bytes, MUCH);
	free(bytes);
	return r == 0 ? 0 : r == -ECANCELED ? 1 : r == -EPIPE ? 3 : 2;
}

static void expect_much(struct fixture *f)
{
	unsigned char bytes[10007];
	size_t at = 0;
	ssize_t n;

	while ((n = plugh_read(&f->fake.host, f->ends[0], bytes, sizeof bytes)) > 0)
		for (ssize_t i = 0; i < n; i++, at++)
			if (bytes[i] != byte_at(at))
				fail_msg("byte %zu differs", at);
	assert_int_equal(n, 0);
	assert_int_equal(at, MUCH);
}

static void much_is_written_whole(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	struct child child;
	child_start(&child, write_much, f);
	close_end(f, 1);

	child_await(&child, 'w');
	child_await_blocked(&child);
	expect_much(f);

	assert_int_equal(child_finish(&child), 0);
	child_release(&child);
}

static void a_descriptor_that_does_not_block_is_waited_for(void **state)
{
	struct fixture *f = (struct fixture *)*state;

	assert_return_code(fcntl(f->ends[1], F_SETFL, O_NONBLOCK), errno);
	much_is_written_whole(state);
}

static void a_socket_is_written_whole(void **state)
{
	struct fixture *f = (struct fixture *)*state;

	close_end(f, 0);
	close_end(f, 1);
	assert_return_code(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, f->ends), errno);
	much_is_written_whole(state);
}

static void a_file_is_written_whole(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	char name[] = "/tmp/plugh-test-XXXXXX";

	close_end(f, 0);
	close_end(f, 1);
	f->ends[1] = mkostemp(name, O_CLOEXEC);
	f->ends[0] = open(name, O_RDONLY | O_CLOEXEC);
	unlink(name);
	unsigned char *bytes = (unsigned char *)malloc(MUCH);
	for (size_t i = 0; i < MUCH; i++)
		bytes[i] = byte_at(i);

	assert_int_equal(plugh_fd_write(&f->fake.host, f->ends[1], bytes, MUCH), 0);

	free(bytes);
	expect_much(f);
}

/* By no signal, as when it goes to another thread: the write itself must not block. */
static void cancelling_ends_a_write_that_nobody_reads(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	struct child child;
	child_start(&child, write_much, f);

	child_await(&child, 'w');
	child_await_blocked(&child);
	plugh_fake_host_cancel(&f->fake);

	assert_int_equal(child_finish(&child), 1 << 8);
	child_release(&child);
}

static void a_reader_that_goes_away_ends_a_write(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	struct child child;
	child_start(&child, write_much, f);

	child_await(&child, 'w');
	child_await_blocked(&child);
	close_end(f, 0);

	assert_int_equal(child_finish(&child), 3 << 8);
	child_release(&child);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_host_is_cancelled_once_and_for_all),
		TEST(without_a_cancel_descriptor_nothing_cancels),
		TEST(reading_gives_what_is_there_and_then_the_end),
		TEST(a_cancelled_read_leaves_the_data),
		TEST(errors_are_the_systems),
		TEST(a_signal_alone_does_not_end_a_read),
		TEST(cancelling_ends_a_read_that_waits),
		TEST(much_is_written_whole),
		TEST(a_descriptor_that_does_not_block_is_waited_for),
		TEST(a_socket_is_written_whole),
		TEST(a_file_is_written_whole),
		TEST(cancelling_ends_a_write_that_nobody_reads),
		TEST(a_reader_that_goes_away_ends_a_write),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
