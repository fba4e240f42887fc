"""UNIX sockets, temporary files and word to a service manager, for plugins that may reach none of it by themselves.

SPDX-License-Identifier: MIT
"""

import ctypes
import json
import os
import pathlib
import signal
import socket
import stat
import subprocess
import unittest

from plughtest import DEADLINE, SANITIZE, PlughTest, main

PR_SET_CHILD_SUBREAPER = 36

# Serves one connection and sends back what came in capitals; or connects, sends and prints the answer.
SERVER = r"""
#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <plugh/sdk.h>
struct server_args {
	const char *listen, *connect, *say;
	unsigned mode;
	bool greedy, crash, start;
};
static void try(const struct plugh_host *host, const char *what, int r)
{
	plugh_print(host, "%s: %s\n", what, r >= 0 ? "WORKED" : "refused");
}
static void try_all(const struct plugh_host *host, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const struct plugh_power_socket *power = host->power(host->ctx, PLUGH_POWER_SOCKET);
	char other[200];
	snprintf(other, sizeof other, "%s.other", path);
	memcpy(address.sun_path, other, strlen(other));
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	try(host, "a socket", fd);
	try(host, "bind it", bind(fd, (struct sockaddr *)&address, sizeof address));
	try(host, "have another bound", power->listen(host->ctx, other, 0, 0));
	try(host, "connect to another", power->connect(host->ctx, other));
	try(host, "connect to the own", power->connect(host->ctx, path));
	try(host, "remove it", unlink(path));
	try(host, "rename it", rename(path, other));
	try(host, "make one", mknod(other, S_IFSOCK | 0600, 0));
	try(host, "tell the manager again", plugh_service_ready(host));
}
static int serve(const struct plugh_host *host, const struct server_args *args)
{
	char text[100];
	int fd = plugh_socket_listen(host, args->listen, args->mode);
	if (fd < 0)
		return fd;
	int r = plugh_service_ready(host);
	if (r < 0)
		return plugh_fail(host, r, "cannot tell the service manager");
	if (args->greedy)
		try_all(host, args->listen);
	plugh_print(host, "ready\n");
	host->flush(host->ctx);
	struct pollfd event[2] = { { .fd = fd, .events = POLLIN }, { .fd = host->cancel_fd, .events = POLLIN } };
	while (poll(event, 2, -1) < 0)
		;
	if (event[1].revents != 0)
		return -ECANCELED;
	int peer = accept(fd, NULL, NULL);
	if (peer < 0)
		return plugh_fail(host, -errno, "cannot accept");
	if (args->crash)
		*(volatile int *)8 = 1;
	ssize_t n;
	while ((n = read(peer, text, sizeof text)) > 0) {
		for (ssize_t i = 0; i < n; i++)
			text[i] = (char)toupper(text[i]);
		if (write(peer, text, (size_t)n) != n)
			return 1;
	}
	close(peer);
	return plugh_service_stopping(host);
}
static int ask(const struct plugh_host *host, const struct server_args *args)
{
	char text[100];
	int fd = plugh_socket_connect(host, args->connect);
	if (fd < 0)
		return fd;
	if (write(fd, args->say, strlen(args->say)) < 0 || shutdown(fd, SHUT_WR) < 0)
		return plugh_fail(host, -errno, "cannot send");
	ssize_t n;
	while ((n = read(fd, text, sizeof text)) > 0)
		plugh_write(host, text, (size_t)n);
	return n < 0 ? 1 : 0;
}
static int server_run(const struct plugh_host *host, const struct server_args *args)
{
	return args->connect != NULL ? ask(host, args) : serve(host, args);
}
PLUGH_PLUGIN(server, struct server_args, server_run, PLUGH_ABOUT("serve", .version = "1.0.0", .flags = FLAGS),
	PLUGH_OPT(listen, "--listen", "where", .access = PLUGH_LISTEN),
	PLUGH_OPT(connect, "--connect", "where to", .access = PLUGH_CONNECT),
	PLUGH_OPT(say, "--say", "what", .default_ = "hello"),
	PLUGH_OPT(mode, "--mode", "of the socket", .default_ = "0"),
	PLUGH_OPT(start, "--start", "something: ends confinement", .needs = PLUGH_EXEC),
	PLUGH_OPT(greedy, "--greedy", "try all"), PLUGH_OPT(crash, "--crash", "at the first connection"));
"""

# Makes temporary files as a library would, and tries to reach those of others.
TEMPORARY = r"""
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <plugh/sdk.h>
struct temporary_args { const char *other; bool crash, wait, fail; };
static void told(const struct plugh_host *host, const char *what, int r)
{
	plugh_print(host, "%s: %s\n", what, r >= 0 ? "worked" : strerror(errno));
}
static int temporary_run(const struct plugh_host *host, const struct temporary_args *args)
{
	char name[500], inner[600], moved[600];
	const char *base = getenv("TMPDIR");
	plugh_print(host, "%s\n", base != NULL ? base : "-");
	snprintf(name, sizeof name, "%s/XXXXXX", base != NULL ? base : "/tmp");
	told(host, "a file", mkstemp(name));
	told(host, "without a name", open(base, O_TMPFILE | O_RDWR, 0600));
	snprintf(name, sizeof name, "%s/XXXXXX", base);
	told(host, "a folder", mkdtemp(name) != NULL ? 0 : -1);
	snprintf(inner, sizeof inner, "%s/inner", name);
	told(host, "in it", mkdir(inner, 0));
	snprintf(moved, sizeof moved, "%s/moved", base);
	told(host, "moved", rename(inner, moved));
	told(host, "the folder above", open(args->other, O_TMPFILE | O_RDWR, 0600));
	snprintf(name, sizeof name, "%s/other", args->other);
	told(host, "another's", open(name, O_RDWR));
	told(host, "another's for reading", open(name, O_RDONLY));
	told(host, "another's gone", unlink(name));
	plugh_print(host, "ready\n");
	host->flush(host->ctx);
	if (args->crash)
		*(volatile int *)8 = 1;
	struct pollfd event = { .fd = host->cancel_fd, .events = POLLIN };
	while (args->wait && poll(&event, 1, -1) < 0)
		;
	return args->fail ? 3 : 0;
}
PLUGH_PLUGIN(temporary, struct temporary_args, temporary_run,
	PLUGH_ABOUT("temporary files", .version = "1.0.0", .needs = PLUGH_WRITE),
	PLUGH_OPT(other, "other", "the folder above"), PLUGH_OPT(crash, "--crash", "at the end"),
	PLUGH_OPT(wait, "--wait", "to be cancelled"), PLUGH_OPT(fail, "--fail", "at the end"));
"""


class Adopting(PlughTest):
    def setUp(self):
        super().setUp()
        # Brokers that outlive their host become children of this process.
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self.addCleanup(ctypes.CDLL(None).prctl, PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)

    def adopt(self):
        """Wait until all that the host left has ended."""
        while True:
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                return


class Sockets(Adopting):
    def setUp(self):
        super().setUp()
        self.build_plugin("server", SERVER, flags=("-DFLAGS=0",))
        self.path = self.dir / "d" / "socket"
        self.path.parent.mkdir()

    def words(self, *args):
        return ("--plugin-path", self.dir / "plugins", "server", *args)

    def serve(self, *args, **more):
        """Start a server, and wait until it is ready. Returns it and the lines before."""
        process = self.start(*self.words("--listen", self.path, *args), stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, **more)
        lines = []
        while (line := process.stdout.readline().decode()) not in ("ready\n", ""):
            lines.append(line.rstrip("\n"))
        if line == "":
            self.fail(process.stderr.read().decode())
        return process, lines

    def ask(self, *args, **more):
        return self.plugh(*self.words("--connect", self.path, *args), **more)

    def test_a_confined_client_and_server_meet(self):
        process, _ = self.serve()
        self.assertTrue(stat.S_ISSOCK(self.path.stat().st_mode))
        self.expect(self.ask("--say", "a text"), 0, "A TEXT")
        self.assertEqual(process.wait(DEADLINE), 0)
        self.assertEqual(os.listdir(self.path.parent), [])

    def test_a_server_of_another_kind_and_a_name_below_the_working_folder(self):
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(self.path))
            server.listen()
            process = self.start(*self.words("--connect", "socket", "--say", "x"), stdout=subprocess.PIPE,
                                 cwd=self.path.parent)
            peer, _ = server.accept()
            with peer:
                self.assertEqual(peer.recv(10), b"x")
                peer.sendall(b"answer")
            self.assertEqual(process.communicate(timeout=DEADLINE)[0], b"answer")

    def test_the_mode_is_as_asked_for(self):
        process, _ = self.serve("--mode", str(0o620))
        self.assertEqual(stat.S_IMODE(self.path.stat().st_mode), 0o620)
        self.ask()
        process.wait(DEADLINE)

    def test_nothing_but_what_is_named_can_be_reached(self):
        process, lines = self.serve("--greedy")
        self.assertEqual(lines, [
            "a socket: refused", "bind it: refused", "have another bound: refused", "connect to another: refused",
            "connect to the own: refused", "remove it: refused", "rename it: refused", "make one: refused",
            "tell the manager again: WORKED"])
        self.assertEqual(os.listdir(self.path.parent), ["socket"])
        self.expect(self.ask(), 0, "HELLO")
        process.wait(DEADLINE)

    def test_without_a_sandbox_the_same_attempts_work(self):
        process, lines = self.serve("--greedy", env={"PLUGH_SANDBOX": "off"})
        self.assertIn("bind it: WORKED", lines)
        self.assertIn("remove it: WORKED", lines)
        process.kill()
        process.wait(DEADLINE)

    def test_the_socket_goes_however_the_server_ends(self):
        for env in ({}, {"PLUGH_SANDBOX": "off"}):
            for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGSEGV):
                process, _ = self.serve(env=env)
                process.send_signal(number)
                process.wait(DEADLINE)
                self.adopt()
                self.assertEqual(os.listdir(self.path.parent), [], (env, number))

    def test_it_goes_after_a_crash(self):
        process, _ = self.serve("--crash")
        self.assertEqual(self.ask().stdout, "")
        self.assertNotEqual(process.wait(DEADLINE), 0)
        self.adopt()
        self.assertEqual(os.listdir(self.path.parent), [])

    def test_where_a_command_may_be_started_the_host_does_it_itself(self):
        self.user_ini("[policy:server]\nallow = exec\n")
        # A sanitizer takes a crash for itself.
        crash = () if SANITIZE else (signal.SIGSEGV,)
        for number in (None, signal.SIGTERM, *crash):
            process, _ = self.serve("--start")
            if number is None:
                self.expect(self.ask("--start"), 0, "HELLO")
            else:
                process.send_signal(number)
            process.wait(DEADLINE)
            self.assertEqual(os.listdir(self.path.parent), [], number)

    def test_a_socket_that_a_dead_server_left_is_replaced(self):
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(str(self.path))
            dead.listen()
        process, _ = self.serve()
        self.expect(self.ask(), 0, "HELLO")
        process.wait(DEADLINE)

    def test_a_living_server_is_left_alone(self):
        process, _ = self.serve()
        result = self.plugh(*self.words("--listen", self.path))
        self.expect(result, 1, "", f"plugh server: error: cannot listen at '{self.path}': a server waits there: "
                                   "Address already in use\n")
        self.expect(self.ask(), 0, "HELLO")
        process.wait(DEADLINE)

    def test_a_file_is_left_alone(self):
        self.path.write_text("mine")
        result = self.plugh(*self.words("--listen", self.path))
        self.expect(result, 1, "", f"plugh server: error: cannot listen at '{self.path}': File exists\n")
        self.assertEqual(self.path.read_text(), "mine")

    def test_a_policy_that_denies_net_denies_sockets(self):
        self.user_ini("[policy:server]\ndeny = net\n")
        result = self.ask()
        self.assertEqual(result.status, 126, result)
        self.assertIn("needs 'net', which is denied by", result.stderr)

    def test_the_manifest_tells(self):
        info = json.loads(self.plugh("plugin", "info", self.dir / "plugins/server.so", "--json").stdout)
        access = {option["names"][0]: option["access"] for option in info["options"]}
        self.assertEqual((access["--listen"], access["--connect"], access["--say"]), (["listen"], ["connect"], []))
        self.assertEqual(info["needs"], ["net", "exec"])

    def manager(self):
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(manager.close)
        manager.settimeout(DEADLINE)
        return manager

    def test_a_service_manager_is_told(self):
        for env in ({}, {"PLUGH_SANDBOX": "off"}):
            for abstract in (False, True):
                manager = self.manager()
                address = "" if abstract else str(self.dir / "notify")
                manager.bind(address)
                name = manager.getsockname()
                name = "@" + name[1:].decode() if abstract else name
                process, _ = self.serve(env={**env, "NOTIFY_SOCKET": name})
                self.assertEqual(manager.recv(100), b"READY=1")
                self.ask(env=env)
                self.assertEqual(manager.recv(100), b"STOPPING=1")
                self.assertEqual(process.wait(DEADLINE), 0)
                manager.close()
                (self.dir / "notify").unlink(missing_ok=True)

    def test_a_manager_that_is_gone_is_an_error(self):
        result = self.plugh(*self.words("--listen", self.path), env={"NOTIFY_SOCKET": "/nowhere/at/all"})
        self.expect(result, 1, "", "plugh server: error: cannot tell the service manager: No such file or directory\n")
        self.assertEqual(os.listdir(self.path.parent), [])


class Temporary(Adopting):
    def setUp(self):
        super().setUp()
        self.build_plugin("temporary", TEMPORARY)
        self.base = self.dir / "base"
        self.base.mkdir()
        (self.base / "other").write_text("mine")

    def words(self, *args):
        return ("--plugin-path", self.dir / "plugins", "temporary", self.base, *args)

    def run_it(self, *args, env=None):
        return self.plugh(*self.words(*args), env={"TMPDIR": str(self.base), **(env or {})})

    def test_they_have_a_folder_of_their_own(self):
        result = self.run_it()
        self.assertEqual((result.status, result.stderr), (0, ""), result)
        lines = result.stdout.splitlines()
        folder = pathlib.Path(lines[0])
        self.assertEqual(folder.parent, self.base)
        self.assertRegex(folder.name, "^plugh-......$")
        self.assertEqual(lines[1:], ["a file: worked", "without a name: worked", "a folder: worked", "in it: worked",
                                     "moved: worked", "the folder above: Permission denied",
                                     "another's: Permission denied", "another's for reading: Permission denied",
                                     "another's gone: Permission denied", "ready"])
        self.assertEqual(os.listdir(self.base), ["other"])

    def test_without_a_sandbox_it_is_the_one_of_all(self):
        result = self.run_it(env={"PLUGH_SANDBOX": "off"})
        lines = result.stdout.splitlines()
        self.assertEqual(lines[0], str(self.base))
        self.assertIn("another's: worked", lines)

    def test_it_goes_however_the_run_ends(self):
        self.assertEqual(self.run_it("--fail").status, 3)
        self.assertEqual(os.listdir(self.base), ["other"])
        self.run_it("--crash")
        self.adopt()
        self.assertEqual(os.listdir(self.base), ["other"])
        for number in (signal.SIGKILL, signal.SIGTERM):
            process = self.start(*self.words("--wait"), env={"TMPDIR": str(self.base)}, stdout=subprocess.PIPE)
            while process.stdout.readline() not in (b"ready\n", b""):
                pass
            self.assertEqual(len(os.listdir(self.base)), 2)
            process.send_signal(number)
            process.wait(DEADLINE)
            self.adopt()
            self.assertEqual(os.listdir(self.base), ["other"], number)

    def test_a_base_that_is_none_is_no_reason_to_fail(self):
        for base in ("/nowhere/at/all", "/dev/null"):
            result = self.run_it(env={"TMPDIR": base})
            self.assertEqual(result.status, 0, result)
            self.assertEqual(result.stdout.splitlines()[:2], [base, "a file: " + os.strerror(
                2 if base != "/dev/null" else 20)])

    def test_a_plugin_that_asks_for_no_writing_has_none(self):
        self.build_plugin("server", SERVER, flags=("-DFLAGS=0",))
        result = self.plugh("--trace", "--plugin-path", self.dir / "plugins", "server", "--connect", "/nowhere")
        self.assertNotIn("temporary", result.stderr)
        traced = self.plugh("--trace", *self.words(), env={"TMPDIR": str(self.base)}).stderr
        self.assertIn("(temporary files)", traced)


if SANITIZE:  # its report of a crash comes first, and ends the process by itself
    del Sockets.test_it_goes_after_a_crash


if __name__ == "__main__":
    main()
