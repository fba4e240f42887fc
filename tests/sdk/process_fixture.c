/* What the tests of processes share.
 *
 * SPDX-License-Identifier: MIT */
#include "process_fixture.h"

#include <dirent.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "plugh_test.h"

struct plugh_until until_ms(int64_t ms)
{
	return (struct plugh_until){ plugh_deadline_after((plugh_duration){ ms * 1000000 }), -1 };
}

struct plugh_process spawn(const struct plugh_process_spec *spec)
{
	struct plugh_process process;
	enum plugh_process_phase phase;

	int r = plugh_process_spawn(spec, &process, &phase);
	if (r < 0)
		fail_msg("cannot %s: %d", plugh_process_phase_name(phase), r);
	return process;
}

struct plugh_process_result wait_for(struct plugh_process *process)
{
	struct plugh_process_result result;
	struct plugh_until until = until_ms(DEADLINE_S * 1000);

	assert_int_equal(plugh_process_wait(process, &until, &result), 0);
	return result;
}

char *output_of(const struct plugh_process_spec *spec)
{
	struct plugh_capture capture = { .out = { .to = PLUGH_CAPTURE_MEMORY } };
	struct plugh_capture_result result;
	struct plugh_until until = until_ms(DEADLINE_S * 1000);

	int r = plugh_capture_run(spec, &capture, &until, &result);
	if (r < 0)
		fail_msg("cannot %s: %d", plugh_process_phase_name(result.phase), r);
	assert_int_equal(result.process.status, 0);
	char *text = plugh_buf_take(&result.out.data);
	plugh_capture_result_release(&result);
	return text;
}

static size_t count_entries(const char *path)
{
	const struct dirent *entry;
	size_t n = 0;

	DIR *dir = opendir(path);
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL)
		n += entry->d_name[0] != '.';
	closedir(dir);
	return n;
}

size_t count_descriptors(void)
{
	return count_entries("/proc/self/fd");
}

size_t count_threads(void)
{
	return count_entries("/proc/self/task");
}

bool has_children(void)
{
	siginfo_t info;
	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

#define LOAD(field)           BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(error)         BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error))
#define IF(number, otherwise) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, otherwise)

void forbid_pidfds(void)
{
	struct sock_filter filter[] = {
		LOAD(nr),
		IF(SYS_pidfd_open, 1),
		ANSWER(ENOSYS),
		IF(SYS_pidfd_send_signal, 1),
		ANSWER(ENOSYS),
		IF(SYS_clone3, 1),
		ANSWER(ENOSYS),
		IF(SYS_clone, 3),
		LOAD(args[0]),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_PIDFD, 0, 5),
		ANSWER(EINVAL),
		IF(SYS_waitid, 3),
		LOAD(args[0]),
		IF(3, 1), /* P_PIDFD */
		ANSWER(EINVAL),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof filter / sizeof filter[0], filter };

	CHILD_CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHILD_CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
	CHILD_CHECK(syscall(SYS_pidfd_open, getpid(), 0) < 0 && errno == ENOSYS);
}
