/* What was open before: standard input is a file for reading, standard error a terminal. And the
 * same by way of /proc and /dev.
 *
 * SPDX-License-Identifier: MIT */
#include "attempt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/xattr.h>
#include <termios.h>
#include <unistd.h>

static int open_path(const char *path, int flags)
{
	return result_of(open(path, flags | O_CLOEXEC | O_NOCTTY));
}

/* What was opened for reading is opened again, for writing. */
static int write_input(const struct facts *facts)
{
	(void)facts;
	return open_path("/proc/self/fd/0", O_WRONLY);
}

static int truncate_input(const struct facts *facts)
{
	(void)facts;
	return open_path("/dev/stdin", O_WRONLY | O_TRUNC);
}

static int name_input(const struct facts *facts)
{
	return result_of(linkat(AT_FDCWD, "/proc/self/fd/0", AT_FDCWD, in_dir(facts, "third-name"),
		AT_SYMLINK_FOLLOW));
}

static int own_memory(const struct facts *facts)
{
	(void)facts;
	return open_path("/proc/self/mem", O_RDWR);
}

static int own_maps(const struct facts *facts)
{
	(void)facts;
	return open_path("/proc/self/maps", O_RDONLY);
}

static int own_environment(const struct facts *facts)
{
	(void)facts;
	return open_path("/proc/self/environ", O_RDONLY);
}

static int own_limits(const struct facts *facts)
{
	(void)facts;
	return open_path("/proc/self/oom_score_adj", O_WRONLY);
}

static int kernel_settings(const struct facts *facts)
{
	(void)facts;
	return open_path("/proc/sys/kernel/hostname", O_RDONLY);
}

static int system_settings(const struct facts *facts)
{
	(void)facts;
	return open_path("/sys/kernel/mm/transparent_hugepage/enabled", O_RDONLY);
}

static int terminal(const struct facts *facts)
{
	(void)facts;
	return open_path("/dev/tty", O_RDWR);
}

static int terminal_maker(const struct facts *facts)
{
	(void)facts;
	return open_path("/dev/ptmx", O_RDWR);
}

static int messages(const struct facts *facts)
{
	(void)facts;
	return open_path("/dev/kmsg", O_WRONLY);
}

static int get_attribute(const struct facts *facts)
{
	char value[8];

	return result_of(getxattr(in_dir(facts, "attributed"), "user.three", value, sizeof value));
}

static int list_attributes(const struct facts *facts)
{
	char names[256];

	return result_of(llistxattr(in_dir(facts, "attributed"), names, sizeof names));
}

static int notice_folder(const struct facts *facts)
{
	int fd = open(facts->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : result_of(fcntl(fd, F_NOTIFY, DN_MODIFY));
}

static int set_signal(const struct facts *facts)
{
	(void)facts;
	return result_of(fcntl(STDIN_FILENO, F_SETSIG, SIGIO));
}

static int set_owner(const struct facts *facts)
{
	const struct f_owner_ex owner = { F_OWNER_PID, facts->victim };

	return result_of(fcntl(STDERR_FILENO, F_SETOWN_EX, &owner));
}

/* Switched off only: on, it would end whoever stands before the terminal. */
static int signal_by_terminal(const struct facts *facts)
{
	int on = 0;

	(void)facts;
	return result_of(ioctl(STDERR_FILENO, FIOASYNC, &on));
}

static int set_line_discipline(const struct facts *facts)
{
	int discipline = 0;

	(void)facts;
	return result_of(ioctl(STDERR_FILENO, TIOCSETD, &discipline));
}

static int set_window(const struct facts *facts)
{
	const struct winsize size = { 24, 80, 0, 0 };

	(void)facts;
	return result_of(ioctl(STDERR_FILENO, TIOCSWINSZ, &size));
}

static int drop_input(const struct facts *facts)
{
	(void)facts;
	return result_of(ioctl(STDERR_FILENO, TCFLSH, TCIFLUSH));
}

static int keep_others_out(const struct facts *facts)
{
	(void)facts;
	if (ioctl(STDERR_FILENO, TIOCEXCL) < 0)
		return -errno;
	return result_of(ioctl(STDERR_FILENO, TIOCNXCL));
}

/* Out of the session, a terminal that is open can be read behind the shell's back. */
static int leave_session(const struct facts *facts)
{
	(void)facts;
	return result_of(setsid());
}

/* One of many options of prctl that no list of ours has. */
static int set_time_stamp_counter(const struct facts *facts)
{
	(void)facts;
	return result_of(prctl(PR_SET_TSC, PR_TSC_ENABLE, 0, 0, 0));
}

const struct attempt attempts_on_what_is_open[] = {
	{ "reopen-input-writing", write_input },
	{ "reopen-input-truncating", truncate_input },
	{ "link-input", name_input },
	{ "proc-self-mem", own_memory },
	{ "proc-self-maps", own_maps },
	{ "proc-self-environ", own_environment },
	{ "proc-self-oom", own_limits },
	{ "proc-sys", kernel_settings },
	{ "sys", system_settings },
	{ "dev-tty", terminal },
	{ "dev-ptmx", terminal_maker },
	{ "dev-kmsg", messages },
	{ "getxattr", get_attribute },
	{ "llistxattr", list_attributes },
	{ "dnotify", notice_folder },
	{ "fcntl-setsig", set_signal },
	{ "fcntl-setown-ex", set_owner },
	{ "FIOASYNC", signal_by_terminal },
	{ "TIOCSETD", set_line_discipline },
	{ "TIOCSWINSZ", set_window },
	{ "TCFLSH", drop_input },
	{ "TIOCEXCL", keep_others_out },
	{ "setsid", leave_session },
	{ "prctl-set-tsc", set_time_stamp_counter },
	{ NULL, NULL },
};
