"""The sandbox as a user meets it: levels, what is told, what works inside.

SPDX-License-Identifier: MIT
"""

import os
import re
import socket
import subprocess
import unittest

from plughtest import DEADLINE, PLUGH, PlughTest, main

# Does what its options say, and reports a failure as any plugin would.
NOSY = r"""
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <locale.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <plugh/sdk.h>
struct nosy_args {
	const char *path, *existing, *fresh, *given, *mode;
	bool net, silent, work, environment;
	plugh_paths files;
};
static void *count(void *arg) { return arg; }
static int open_or_fail(const struct plugh_host *host, const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);
	if (fd < 0)
		return plugh_fail(host, -errno, "cannot open '%s'", path);
	close(fd);
	return 0;
}
/* What any program may expect of its libraries. */
static int work(const struct plugh_host *host)
{
	pthread_t thread;
	time_t day = 0;
	struct tm there;
	if (pthread_create(&thread, NULL, count, NULL) != 0 || pthread_join(thread, NULL) != 0)
		return plugh_fail(host, 1, "no thread");
	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		return plugh_fail(host, 1, "no locale");
	/* A character set that is a module. */
	if (iconv_open("UTF-8", "EUC-JP") == (iconv_t)-1)
		return plugh_fail(host, 1, "no character set");
	setenv("TZ", "Asia/Tokyo", 1);
	tzset();
	localtime_r(&day, &there);
	int null = open("/dev/null", O_RDWR);
	pid_t child = fork();
	if (child == 0)
		_exit(0);
	return plugh_print(host, "%d %s %s\n", there.tm_hour, null >= 0 ? "null" : "no null",
		child > 0 ? "child" : "no child");
}
static int nosy_run(const struct plugh_host *host, const struct nosy_args *args)
{
	if (args->silent)
		return -EPERM;
	if (args->work)
		return work(host);
	if (args->environment) {
		for (char **one = environ; *one != NULL; one++)
			plugh_print(host, "%s\n", *one);
		return 0;
	}
	if (args->net && socket(AF_INET, SOCK_STREAM, 0) < 0)
		return plugh_fail(host, -errno, "cannot connect to '%s'", "example.org");
	int r = args->path != NULL ? open_or_fail(host, args->path, O_RDONLY) : 0;
	if (r == 0 && args->existing != NULL)
		r = open_or_fail(host, args->existing, O_WRONLY);
	if (r == 0 && args->fresh != NULL)
		r = open_or_fail(host, args->fresh, O_WRONLY | O_CREAT);
	if (r == 0 && args->given != NULL)
		r = open_or_fail(host, args->given, O_RDONLY);
	if (args->mode != NULL && chmod(args->mode, 0644) < 0)
		return plugh_fail(host, -errno, "cannot change the mode of '%s'", args->mode);
	for (size_t i = 0; i < args->files.count && r == 0; i++)
		r = open_or_fail(host, args->files.item[i], O_RDONLY);
	return r;
}
PLUGH_PLUGIN(nosy, struct nosy_args, nosy_run, PLUGH_ABOUT("look around"),
	PLUGH_OPT(path, "--path", "read it"), PLUGH_OPT(existing, "--existing", "write it"),
	PLUGH_OPT(fresh, "--new", "make it"), PLUGH_OPT(net, "--net", "use sockets"),
	PLUGH_OPT(silent, "--silent", "fail in silence"), PLUGH_OPT(work, "--work", "threads and such"),
	PLUGH_OPT(environment, "--environment", "print it"),
	PLUGH_OPT(mode, "--mode", "change it", .access = PLUGH_READ),
	PLUGH_OPT(given, "--given", "a file", .access = PLUGH_READ),
	PLUGH_OPT(files, "files", "files", .nargs = "*", .access = PLUGH_READ));
"""

# With sockets: names, a folder of certificates, and a socket that was passed.
SERVER = r"""
#include <dirent.h>
#include <netdb.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <plugh/sdk.h>
struct server_args { bool unused; };
static int server_run(const struct plugh_host *host, const struct server_args *args)
{
	struct addrinfo *found = NULL;
	struct sockaddr_storage name;
	socklen_t size = sizeof name;
	(void)args;
	int r = getaddrinfo("localhost", "http", NULL, &found);
	plugh_print(host, "%s\n", r == 0 ? "name" : gai_strerror(r));
	plugh_print(host, "%s\n", opendir("/etc/ssl/certs") != NULL ? "certificates" : "no certificates");
	plugh_print(host, "%s\n", getsockname(3, (struct sockaddr *)&name, &size) == 0 ? "socket" : "no socket");
	return plugh_print(host, "%s\n", getenv("LISTEN_FDS") != NULL ? "variable" : "no variable");
}
PLUGH_PLUGIN(server, struct server_args, server_run,
	PLUGH_ABOUT("serve", .needs = PLUGH_NET, .flags = FLAGS), PLUGH_OPT(unused, "--unused", "nothing"));
"""

MEASURER = r"""
#include <dirent.h>
#include <stdio.h>
#include <plugh/sdk.h>
struct measurer_args { bool unused; };
static int measurer_run(const struct plugh_host *host, const struct measurer_args *args)
{
	static const char *const path[] = { "/proc/meminfo", "/proc/self/cgroup", "/proc/cpuinfo", "/proc/self/maps" };
	(void)args;
	for (int i = 0; i < 4; i++)
		plugh_print(host, "%d", fopen(path[i], "r") != NULL);
	return plugh_print(host, "%d\n", opendir("/sys/fs/cgroup") != NULL);
}
PLUGH_PLUGIN(measurer, struct measurer_args, measurer_run,
	PLUGH_ABOUT("measure", .flags = FLAGS), PLUGH_OPT(unused, "--unused", "nothing"));
"""

LIBRARY = "int answer(void);\nint answer(void) { return 42; }\n"
BORROWER = r"""
#include <plugh/sdk.h>
int answer(void);
struct borrower_args { bool unused; };
static int borrower_run(const struct plugh_host *host, const struct borrower_args *args)
{
	(void)args;
	return plugh_print(host, "%d\n", answer());
}
PLUGH_PLUGIN(borrower, struct borrower_args, borrower_run, PLUGH_ABOUT("use a library"),
	PLUGH_OPT(unused, "--unused", "nothing"));
"""


class Denials(PlughTest):
    def setUp(self):
        super().setUp()
        self.build_plugin("nosy", NOSY)

    def nosy(self, *args, before=(), **more):
        return self.plugh(*before, "--plugin-path", self.dir / "plugins", "nosy", *args, **more)

    def assert_explained(self, result, what, hint):
        self.expect(result, 1, "", f"plugh nosy: error: {what}\nplugh nosy: warning: {hint}\n")

    def test_a_denied_file_is_explained_with_the_line_that_opens_it(self):
        path = self.write("secret", "x").resolve()
        result = self.nosy("--path", "secret")
        self.assert_explained(
            result, "cannot open 'secret': Permission denied",
            f"the sandbox denies that: 'allow-read (or allow-write) = {path}' under [policy:nosy] in an ini "
            "file allows it")
        self.user_ini(f"[policy:nosy]\nallow-read = {path}\n")
        self.expect(self.nosy("--path", "secret"), 0)

    def test_a_denied_write_is_explained_with_the_line_that_opens_it(self):
        path = self.write("file", "x").resolve()
        self.user_ini(f"[policy:nosy]\nallow-read = {path}\n")
        result = self.nosy("--existing", path)
        self.assert_explained(
            result, f"cannot open '{path}': Permission denied",
            f"the sandbox denies that: 'allow-write = {path}' under [policy:nosy] in an ini file allows it")
        self.user_ini(f"[policy:nosy]\nallow-write = {path}\n")
        self.expect(self.nosy("--existing", path), 0)

    def test_a_denied_new_file_is_explained_with_the_line_for_its_folder(self):
        folder = self.dir.resolve()
        result = self.nosy("--new", folder / "new")
        self.assert_explained(
            result, f"cannot open '{folder}/new': Permission denied",
            f"the sandbox denies that: 'allow-write = {folder}' under [policy:nosy] in an ini file allows it")
        self.assertFalse((folder / "new").exists())
        self.user_ini(f"[policy:nosy]\nallow-write = {folder}\n")
        self.expect(self.nosy("--new", folder / "new"), 0)
        self.assertTrue((folder / "new").exists())

    def test_a_denied_need_is_named(self):
        hint = ("the sandbox may have denied that: the manifest of 'nosy' asks for nothing here, not for net, exec "
                "or ptrace; 'sandbox = off' under [plugh] in an ini file would end the sandbox")
        self.assert_explained(
            self.nosy("--net"), "cannot connect to 'example.org': Operation not permitted", hint)
        self.assert_explained(self.nosy("--silent"), "Operation not permitted", hint)
        self.expect(self.nosy("--net", env={"PLUGH_SANDBOX": "off"}), 0)

    def test_what_is_done_to_a_file_that_is_open_to_it_is_explained(self):
        path = self.write("given", "x")
        self.assert_explained(
            self.nosy("--mode", path), f"cannot change the mode of '{path}': Operation not permitted",
            "the sandbox may have denied that: the manifest of 'nosy' asks for read here, not for net, exec "
            "or ptrace; 'sandbox = off' under [plugh] in an ini file would end the sandbox")

    def test_what_the_sandbox_is_not_to_blame_for_is_not_explained(self):
        self.expect(self.nosy("--path", "missing"), 1, "",
                    "plugh nosy: error: cannot open 'missing': No such file or directory\n")
        self.assertNotIn("sandbox", self.nosy("--silent", env={"PLUGH_SANDBOX": "off"}).stderr)

    @unittest.skipIf(os.getuid() != 0, "only root can become somebody else")
    def test_a_file_of_somebody_else_is_not_explained(self):
        path = self.write("secret", "x")
        path.chmod(0o600)
        for folder in (self.dir, self.home):
            folder.chmod(0o755)
        result = self.nosy("--given", path, user=12345, group=12345, extra_groups=[])
        self.expect(result, 1, "", f"plugh nosy: error: cannot open '{path}': Permission denied\n")

    def test_quiet_leaves_explanations_out(self):
        self.write("secret", "x")
        self.expect(self.nosy("--path", "secret", before=["-q"]), 1, "",
                    "plugh nosy: error: cannot open 'secret': Permission denied\n")

    def test_libraries_and_threads_work_inside(self):
        self.expect(self.nosy("--work", env={"PLUGH_SANDBOX": "require"}), 0, "9 null child\n")

    def test_the_environment_is_cut_down(self):
        env = {"SECRET": "x", "LD_DEBUG_OUTPUT": "/x", "LC_TIME": "C", "TZ": "UTC", "XDG_CACHE_HOME": "/c",
               "PLUGH_ANYTHING": "1", "LISTEN_FDS": "1"}
        result = self.nosy("--environment", env=env)
        names = {line.partition("=")[0] for line in result.stdout.splitlines()}
        allowed = {"HOME", "LC_ALL", "COLUMNS", "LC_TIME", "TZ", "XDG_CACHE_HOME", "PLUGH_ANYTHING"}
        self.assertEqual(names, allowed | {name for name in self.env if name.endswith("SAN_OPTIONS")})

    def test_named_descriptors_stay_open(self):
        path = self.write("passed", "passed\n")
        fd, other = os.open(path, os.O_RDONLY), os.open(path, os.O_RDONLY)
        self.addCleanup(os.close, fd)
        self.addCleanup(os.close, other)
        self.expect(self.nosy(f"/dev/fd/{fd}", f"/proc/self/fd/{fd}", pass_fds=[fd, other]), 0)
        result = self.nosy("--path", f"/dev/fd/{other}", pass_fds=[fd, other])
        self.assertIn(f"cannot open '/dev/fd/{other}': No such file or directory", result.stderr)

    def test_process_substitution_works(self):
        script = 'exec "$0" extract --prefix "[" --suffix "]" <(printf "a[b]c")'
        done = subprocess.run(["bash", "-c", script, PLUGH], capture_output=True, env=self.env, timeout=DEADLINE)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"b\n", b""))

    def test_a_redirected_file_can_be_opened_again(self):
        path = self.write("input", "a[b]c")
        with open(path, "rb") as stdin:
            done = subprocess.run([PLUGH, "extract", "--prefix", "[", "--suffix", "]", "/dev/stdin"], stdin=stdin,
                                  capture_output=True, env=self.env, timeout=DEADLINE)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"b\n", b""))

    def test_trace_tells_what_is_granted(self):
        path = self.write("given", "x")
        self.user_ini(f"[policy:nosy]\nallow-read = {self.dir}\n")
        said = self.nosy("--given", path, before=["--trace"]).stderr
        self.assertRegex(said, rf"rule: read '{re.escape(str(path))}' \(named\)")
        self.assertRegex(said, rf"rule: read '{re.escape(str(self.dir))}' \(.*plugh\.ini:2\)")
        self.assertRegex(said, r"sandbox: on \(default\): confined by Landlock ABI \d+, seccomp\n")
        said = self.nosy(before=["--trace"], env={"PLUGH_SANDBOX": "off"}).stderr
        self.assertIn("sandbox: off (environment PLUGH_SANDBOX): not confined\n", said)

    def test_a_later_layer_does_not_loosen(self):
        self.user_ini("[plugh]\nsandbox = require\n")
        path = self.write("secret", "x")
        result = self.nosy("--path", path, env={"PLUGH_SANDBOX": "off"})
        self.assertEqual(result.status, 1, result)

    def borrow(self):
        """A plugin with a library in a folder of its own, by RUNPATH."""
        library = self.dir / "lib" / "libanswer.so"
        source = self.write("src/answer.c", LIBRARY)
        library.parent.mkdir()
        subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, source], check=True, timeout=DEADLINE)
        self.build_plugin("borrower", BORROWER,
                          flags=("-Wl,--no-as-needed", library, f"-Wl,-rpath,{library.parent}"))
        return library.parent

    def activate(self, flags):
        """Run the server as a service manager does: with a socket as descriptor 3."""
        self.build_plugin("server", SERVER, flags=(f"-DFLAGS={flags}",))
        one = socket.socket()
        self.addCleanup(one.close)
        one.bind(("127.0.0.1", 0))
        one.listen()
        script = f'exec 3<&{one.fileno()}; LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" "$@"'
        done = subprocess.run(
            ["bash", "-c", script, PLUGH, "--plugin-path", self.dir / "plugins", "server"],
            capture_output=True, env=self.env, timeout=DEADLINE, pass_fds=[one.fileno()])
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return done.stdout.decode().split("\n")[:-1]

    def test_passed_sockets_stay_open_where_the_plugin_takes_them(self):
        certificates = "certificates" if os.path.isdir("/etc/ssl/certs") else "no certificates"
        self.assertEqual(self.activate("PLUGH_TAKES_ACTIVATION"), ["name", certificates, "socket", "variable"])
        self.assertEqual(self.activate("0"), ["name", certificates, "no socket", "no variable"])

    def test_free_memory_can_be_read_where_the_plugin_measures_it(self):
        for flags, expected in (("PLUGH_MEASURES_MEMORY", "11000\n"), ("0", "00000\n")):
            self.build_plugin("measurer", MEASURER, flags=(f"-DFLAGS={flags}",))
            self.expect(self.plugh("--plugin-path", self.dir / "plugins", "measurer"), 0, expected)

    def test_a_library_elsewhere_needs_a_policy(self):
        folder = self.borrow()
        args = ("--plugin-path", self.dir / "plugins", "borrower")
        result = self.plugh(*args)
        self.assertEqual((result.status, result.stdout), (126, ""), result)
        self.assertIn("libanswer.so: cannot open shared object file", result.stderr)
        self.assertIn("plugh: warning: in the sandbox a plugin's libraries are loaded from the system's folders "
                      "only: 'allow-read = FOLDER' under [policy:borrower] in an ini file adds one\n",
                      result.stderr)
        self.user_ini(f"[policy:borrower]\nallow-read = {folder}\n")
        self.expect(self.plugh(*args), 0, "42\n")

    def test_extract_works_with_what_its_manifest_asks_for(self):
        path = self.write("text", "x [one] y [two] z")
        env = {"PLUGH_SANDBOX": "require"}
        args = ("extract", "--all", "--prefix", "[", "--suffix", "]")
        self.expect(self.plugh(*args, path, env=env), 0, "one\ntwo\n")
        self.expect(self.plugh(*args, "-o", self.dir / "out", path, env=env), 0)
        self.assertEqual((self.dir / "out").read_text(), "one\ntwo\n")
        # In the place of another, whose mode is kept; and in place.
        (self.dir / "out").chmod(0o640)
        self.expect(self.plugh(*args, "--json", "-o", self.dir / "out", path, env=env), 0)
        self.assertIn('"text"', (self.dir / "out").read_text())
        self.assertEqual((self.dir / "out").stat().st_mode & 0o777, 0o640)
        self.expect(self.plugh(*args, "-o", "/dev/stdout", path, env=env), 0, "one\ntwo\n")
        self.expect(self.plugh(*args, "-o", "/dev/null", path, env=env), 0)
        self.expect(self.plugh(*args, "-o", "-", "-", stdin="[b]", env=env), 0, "b\n")
        self.expect(self.plugh("extract", "-r", "--prefix", r"\[", "--suffix", r"\]", path, env=env), 0, "one\n")

    def test_bwt_works_with_what_its_manifest_asks_for(self):
        path = self.write("text", "abracadabra " * 1000)
        env = {"PLUGH_SANDBOX": "require"}
        self.expect(self.plugh("bwt", "transform", "^BANANA|", env=env), 0, "BNN^AA|A\n6\n")
        self.expect(self.plugh("bwt", "inverse", "BNN^AA|A", "6", env=env), 0, "^BANANA|\n")
        self.expect(self.plugh("bwt", "encode", "-b", "1k", "-j", "3", "-o", self.dir / "out", path, env=env), 0)
        self.assertEqual(self.plugh("bwt", "encode", "-b", "1k", path, env=env).bytes, (self.dir / "out").read_bytes())
        self.expect(self.plugh("bwt", "test", self.dir / "out", self.dir / "out", env=env), 0)
        self.assertEqual(self.plugh("bwt", "list", self.dir / "out", env=env).status, 0)
        self.expect(self.plugh("bwt", "decode", self.dir / "out", env=env), 0, path.read_text())
        self.expect(self.plugh("bwt", "decode", "-o", "/dev/stdout", "-", stdin=(self.dir / "out").read_bytes(), env=env),
                    0, path.read_text())
        self.expect(self.plugh("bwt", "decode", "-f", "-o", path, self.dir / "out", env=env), 0)


if __name__ == "__main__":
    main()
