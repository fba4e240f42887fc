/* The table of services, and how bytes get to standard output.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <plugh/output.h>
#include <plugh/version.h>

#include "child.h"
#include "failing_alloc.h"
#include "plugh_test.h"
#include "services.h"

struct fixture {
	struct log log;
	struct outputs *outputs;
	struct services *services;
};

static void create(struct fixture *f, int out, const struct services_power *power, size_t count)
{
	struct outputs_spec outputs_spec = { .cancel_fd = -1 };
	f->log = (struct log){ .fd = STDERR_FILENO, .prefix = "plugh test", .verbosity = 2 };
	assert_int_equal(outputs_create(&outputs_spec, &f->outputs), 0);
	struct services_spec spec = { .log = &f->log,
		.json = true,
		.out = out,
		.cancel_fd = -1,
		.outputs = f->outputs,
		.power = power,
		.power_count = count };
	assert_int_equal(services_create(&spec, &f->services), 0);
}

static void destroy(struct fixture *f)
{
	services_destroy(f->services);
	outputs_destroy(f->outputs);
}

static void the_table_is_filled_as_the_contract_says(void **state)
{
	(void)state;
	int table = 5;
	struct services_power power = { "plugh.internal", &table };
	struct fixture f;
	create(&f, STDOUT_FILENO, &power, 1);
	const struct plugh_host *host = services_host(f.services);

	assert_int_equal(host->size, sizeof *host);
	assert_int_equal(host->abi_major, PLUGH_ABI_MAJOR);
	assert_int_equal(host->abi_minor, PLUGH_ABI_MINOR);
	assert_int_equal(host->verbosity, 2);
	assert_int_equal(host->json, 1);
	assert_int_equal(host->cancel_fd, -1);
	assert_non_null(host->power(host->ctx, "plugh.output/1"));
	assert_ptr_equal(host->power(host->ctx, "plugh.internal"), &table);
	assert_null(host->power(host->ctx, "plugh.output/2"));
	assert_null(host->power(host->ctx, "plugh.output"));
	assert_null(host->power(host->ctx, ""));
	destroy(&f);
	services_destroy(NULL);
}

static bool is_readable(int fd)
{
	struct pollfd one = { .fd = fd, .events = POLLIN };
	return poll(&one, 1, 0) == 1;
}

static void a_pipe_gets_its_bytes_at_a_flush(void **state)
{
	(void)state;
	struct fixture f;
	char bytes[16];
	int ends[2];
	assert_return_code(pipe2(ends, O_CLOEXEC), errno);
	create(&f, ends[1], NULL, 0);
	const struct plugh_host *host = services_host(f.services);

	plugh_print(host, "line\n");
	assert_false(is_readable(ends[0]));
	assert_int_equal(host->flush(host->ctx), 0);
	assert_int_equal(read(ends[0], bytes, sizeof bytes), 5);
	plugh_print(host, "end");
	struct services_end end = services_finish(f.services, 0);

	assert_int_equal(end.status, 0);
	assert_int_equal(end.signal, 0);
	assert_int_equal(read(ends[0], bytes, sizeof bytes), 3);
	destroy(&f);
	close(ends[0]), close(ends[1]);
}

static void a_terminal_gets_each_line_at_once(void **state)
{
	(void)state;
	struct fixture f;
	char bytes[64];
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_return_code(master, errno);
	assert_return_code(grantpt(master), errno);
	assert_return_code(unlockpt(master), errno);
	int terminal = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_return_code(terminal, errno);
	create(&f, terminal, NULL, 0);
	const struct plugh_host *host = services_host(f.services);

	plugh_print(host, "no line yet");
	assert_false(is_readable(master));
	plugh_print(host, "\n");
	assert_true(is_readable(master));
	assert_int_equal(read(master, bytes, sizeof bytes), strlen("no line yet\r\n"));
	plugh_print(host, "prompt: ");
	assert_false(is_readable(master));
	host->flush(host->ctx);
	assert_true(is_readable(master));

	destroy(&f);
	close(terminal), close(master);
}

static void creating_may_lack_memory(void **state)
{
	(void)state;
	struct log log = { .fd = -1, .prefix = "plugh" };
	struct services_spec spec = { .log = &log, .cancel_fd = -1 };
	struct services *services = NULL;

	failing_alloc_start(0);
	int r = services_create(&spec, &services);
	assert_true(failing_alloc_stop());

	assert_int_equal(r, -ENOMEM);
	assert_null(services);
}

static int open_standard(void *arg)
{
	const char *closed = (const char *)arg;
	char c = 'x';

	for (; *closed != '\0'; closed++)
		close(*closed - '0');
	bool has_in = fcntl(0, F_GETFD) >= 0, has_out = fcntl(1, F_GETFD) >= 0;
	CHILD_CHECK(services_open_standard() == 0);
	int next = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (next <= STDERR_FILENO || fcntl(0, F_GETFD) != 0 || fcntl(1, F_GETFD) != 0 ||
		fcntl(2, F_GETFD) != 0)
		return 1;
	if (!has_in && (read(0, &c, 1) != -1 || errno != EBADF))
		return 2;
	if (!has_out && (write(1, &c, 1) != -1 || errno != EBADF))
		return 3;
	return 0;
}

static void closed_standard_streams_are_taken_but_not_usable(void **state)
{
	(void)state;
	static const char *const closed[] = { "", "0", "1", "2", "01", "02", "12", "012" };

	for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++)
		assert_int_equal(child_run(open_standard, (void *)closed[i], NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_filled_as_the_contract_says),
		cmocka_unit_test(a_pipe_gets_its_bytes_at_a_flush),
		cmocka_unit_test(a_terminal_gets_each_line_at_once),
		cmocka_unit_test(creating_may_lack_memory),
		cmocka_unit_test(closed_standard_streams_are_taken_but_not_usable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
