/* The sandbox's levels, and what it leaves alone. What it refuses is tests/hostile's matter.
 *
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "child.h"
#include "elf_needed.h"
#include "landlock.h"
#include "sandbox.h"
#include "temp_dir.h"

/* Kernels that this one is not: the linker puts these in the place of the host's questions. */
int __wrap_landlock_abi(void);
bool __wrap_seccomp_is_known(void);
int __real_landlock_abi(void);

static struct {
	int abi; /* 0: as it is */
	bool has_no_seccomp;
} kernel;

int __wrap_landlock_abi(void)
{
	return kernel.abi != 0 ? kernel.abi : __real_landlock_abi();
}

bool __wrap_seccomp_is_known(void)
{
	return !kernel.has_no_seccomp;
}

/* What one row asks for, and what it comes to. */
struct row {
	enum config_sandbox level;
	unsigned halves;
	uint32_t needs;
	int result;
	const char *reason; /* in the refusal */
	int abi;            /* of the kernel's Landlock; 0: as it is */
	bool has_no_seccomp;
};

static bool is_confined(void)
{
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

static int enter(void *arg)
{
	const struct row *row = (const struct row *)arg;
	struct trace trace = { .enabled = false };
	struct grant grant = { .needs = row->needs };
	struct reason why = { "" };
	char secret[] = "SECRET=1";
	char *environment[] = { secret, NULL };
	int other = fcntl(STDERR_FILENO, F_DUPFD, 20), kept = fcntl(STDERR_FILENO, F_DUPFD, 30);
	struct sandbox_spec spec = {
		.level = row->level,
		.origin = "a.ini:1",
		.halves = row->halves,
		.grant = &grant,
		.plugin_fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC),
		.keep = &kept,
		.keep_count = 1,
		.environment = environment,
		.trace = &trace,
	};

	kernel.abi = row->abi;
	kernel.has_no_seccomp = row->has_no_seccomp;
	int r = sandbox_enter(&spec, &why);
	CHILD_CHECK(r == row->result);
	CHILD_CHECK(strcmp(why.text, row->reason != NULL ? row->reason : "") == 0);
	CHILD_CHECK(is_confined() == (r == 1));
	CHILD_CHECK((environment[0] == NULL) == (r == 1));
	CHILD_CHECK((fcntl(other, F_GETFD) < 0) == (r == 1));
	CHILD_CHECK(fcntl(kept, F_GETFD) >= 0);
	CHILD_CHECK(fcntl(spec.plugin_fd, F_GETFD) >= 0);
	bool opens = open("/etc/passwd", O_RDONLY) >= 0;
	CHILD_CHECK(opens != (r == 1 && (row->halves & SANDBOX_LANDLOCK) != 0));
	CHILD_CHECK((chown("/nowhere", 1, 1) < 0 && errno == EPERM) ==
		    (r == 1 && (row->halves & SANDBOX_SECCOMP) != 0));
	return 0;
}

static void each_level_does_what_it_says(void **state)
{
#define REQUIRED ", and a.ini:1 says sandbox = require"
	static struct row row[] = {
		{ .level = CONFIG_SANDBOX_OFF, .halves = SANDBOX_BOTH },
		{ .level = CONFIG_SANDBOX_ON, .halves = SANDBOX_BOTH, .result = 1 },
		{ .level = CONFIG_SANDBOX_ON,
			.halves = SANDBOX_BOTH,
			.needs = PLUGH_NET | PLUGH_READ,
			.result = 1 },
		{ .level = CONFIG_SANDBOX_REQUIRE, .halves = SANDBOX_BOTH, .result = 1 },
		/* exec and ptrace end it, at any level. */
		{ .level = CONFIG_SANDBOX_ON, .halves = SANDBOX_BOTH, .needs = PLUGH_EXEC },
		{ .level = CONFIG_SANDBOX_REQUIRE,
			.halves = SANDBOX_BOTH,
			.needs = PLUGH_PTRACE | PLUGH_READ },
		/* As far as is asked. */
		{ .level = CONFIG_SANDBOX_ON, .halves = SANDBOX_LANDLOCK, .result = 1 },
		{ .level = CONFIG_SANDBOX_ON, .halves = SANDBOX_SECCOMP, .result = 1 },
		{ .level = CONFIG_SANDBOX_ON, .halves = 0, .result = 1 },
		/* As far as the kernel can. */
		{ .level = CONFIG_SANDBOX_ON, .halves = SANDBOX_BOTH, .abi = 1, .result = 1 },
		{ .level = CONFIG_SANDBOX_ON, .halves = SANDBOX_BOTH, .abi = 2, .result = 1 },
		{ .level = CONFIG_SANDBOX_ON, .halves = SANDBOX_BOTH, .abi = 3, .result = 1 },
		{ .level = CONFIG_SANDBOX_ON,
			.halves = SANDBOX_BOTH,
			.abi = 4,
			.needs = PLUGH_NET,
			.result = 1 },
		{ .level = CONFIG_SANDBOX_ON, .halves = SANDBOX_BOTH, .abi = 5, .result = 1 },
		{ .level = CONFIG_SANDBOX_ON, .halves = SANDBOX_BOTH, .abi = 6, .result = 1 },
		{ .level = CONFIG_SANDBOX_ON,
			.halves = SANDBOX_SECCOMP,
			.abi = -ENOSYS,
			.result = 1 },
		{ .level = CONFIG_SANDBOX_ON,
			.halves = SANDBOX_LANDLOCK,
			.has_no_seccomp = true,
			.result = 1 },
		{ .level = CONFIG_SANDBOX_REQUIRE, .halves = SANDBOX_BOTH, .abi = 6, .result = 1 },
		{ .level = CONFIG_SANDBOX_REQUIRE,
			.halves = SANDBOX_BOTH,
			.abi = 5,
			.result = -EPERM,
			.reason = "this kernel's Landlock (ABI 5) cannot confine it in full (ABI 6 "
				  "can)" REQUIRED },
		{ .level = CONFIG_SANDBOX_REQUIRE,
			.halves = SANDBOX_BOTH,
			.abi = -EOPNOTSUPP,
			.result = -EPERM,
			.reason = "this kernel has no Landlock to confine it" REQUIRED },
		{ .level = CONFIG_SANDBOX_REQUIRE,
			.halves = SANDBOX_BOTH,
			.has_no_seccomp = true,
			.result = -EPERM,
			.reason = "this kernel has no seccomp to confine it" REQUIRED },
	};
#undef REQUIRED

	(void)state;
	if (landlock_abi() < LANDLOCK_ABI_COMPLETE)
		skip();
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		if (child_run(enter, &row[i], NULL) != 0)
			fail_msg("row %zu", i);
	}
}

static void what_is_loaded_is_not_needed_once_more(void **state)
{
	int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_true(self >= 0);
	assert_false(elf_needs_more(self));
	close(self);
}

/* The build makes a library that nobody loads, and an object that needs it. */
static void a_library_that_is_not_loaded_is_needed(void **state)
{
	int fd = open(NEEDY_OBJECT, O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_true(fd >= 0);
	assert_true(elf_needs_more(fd));
	close(fd);
}

static void a_file_that_is_cut_or_no_object_is_not_trusted(void **state)
{
	static unsigned char bytes[1 << 16];
	struct temp_dir dir;

	(void)state;
	temp_dir_create(&dir);
	temp_dir_write(&dir, "file", "no object");
	char *path = temp_dir_path(&dir, "file");
	int self = open(NEEDY_OBJECT, O_RDONLY | O_CLOEXEC);
	ssize_t size = pread(self, bytes, sizeof bytes, 0);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0 && size > 0);
	assert_true(elf_needs_more(fd));

	for (ssize_t cut = 0; cut < size; cut += 7) {
		assert_int_equal(ftruncate(fd, 0), 0);
		assert_int_equal(pwrite(fd, bytes, (size_t)cut, 0), cut);
		assert_true(elf_needs_more(fd));
	}
	/* All that follows the file's first bytes may be anything. */
	for (unsigned seed = 1; seed < 200; seed++) {
		for (size_t i = 16; i < 1024 && i < (size_t)size; i++)
			bytes[i] = (unsigned char)(seed * i * 2654435761u >> 13);
		assert_int_equal(pwrite(fd, bytes, (size_t)size, 0), size);
		(void)elf_needs_more(fd);
	}
	close(self);
	close(fd);
	free(path);
	temp_dir_destroy(&dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_level_does_what_it_says),
		cmocka_unit_test(what_is_loaded_is_not_needed_once_more),
		cmocka_unit_test(a_library_that_is_not_loaded_is_needed),
		cmocka_unit_test(a_file_that_is_cut_or_no_object_is_not_trusted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
