"""run --new-console: windows of a tmux server and of terminals on a display, both of the test's own.

The command in a window connects to a socket, tells what it got and ends when it is told to: nothing is waited for
by time.

SPDX-License-Identifier: MIT
"""

import base64
import json
import os
import signal
import socket
import subprocess
import sys

from plughtest import DEADLINE, PlughTest, main

PROBE = """
import base64, json, os, socket, sys
link = socket.socket(socket.AF_UNIX)
link.connect(sys.argv[1])
told = {"args": [base64.b64encode(os.fsencode(one)).decode() for one in sys.argv[2:]], "folder": os.getcwd(),
        "variable": os.environ.get("A_VARIABLE"), "term": os.environ.get("TERM"), "tty": os.isatty(0) and os.isatty(1),
        "descriptors": sorted(map(int, os.listdir("/proc/self/fd")))}
link.sendall(json.dumps(told).encode() + b"\\n")
word = link.recv(10)
if word.startswith(b"-"):
    os.kill(os.getpid(), -int(word))
sys.exit(int(word or 99))
"""
WORDS = ["a b", "", "it's", 'say "x"', "new\nline", "--dash", "-e", "$HOME `id` \\ * ~ # ; & | !", "{braces}", "é€",
         b"\xff\xfe", "%s #{title}", "\t"]
CLOSED = b"plugh run: error: the console window was closed before the command had ended\n"


class Window:
    """The command in a window, as far as it has told of itself."""

    def __init__(self, listener):
        self.link, _ = listener.accept()
        self.link.settimeout(DEADLINE)
        with self.link.makefile("r") as lines:
            self.told = json.loads(lines.readline())
        self.words = [base64.b64decode(one) for one in self.told["args"]]

    def end(self, status):
        self.link.sendall(str(status).encode())
        self.link.recv(1)  # its end
        self.link.close()


class ConsoleTest(PlughTest):
    def setUp(self):
        super().setUp()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.dir / "socket"))
        self.listener.listen()
        self.listener.settimeout(DEADLINE)
        self.addCleanup(self.listener.close)
        probe = self.write("probe.py", PROBE)
        self.probe = [sys.executable, "-I", str(probe), str(self.dir / "socket")]
        self.env.update(A_VARIABLE="of the\ncaller's", TMPDIR=str(self.dir / "tmp dir"))
        (self.dir / "tmp dir").mkdir()
        self.addCleanup(self.expect_nothing_left)

    def expect_nothing_left(self):
        self.assertEqual(os.listdir(self.dir / "tmp dir"), [])

    def console(self, *args, **more):
        return self.plugh("run", "--new-console", *args, **more)

    def begin(self, *args, **more):
        return self.start("run", "--new-console", *args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, **more)

    def expect_window(self):
        window = Window(self.listener)
        self.addCleanup(window.link.close)
        return window

    def expect_as_called(self, window, words=()):
        self.assertEqual(window.words, [os.fsencode(word) for word in words])
        self.assertEqual((window.told["folder"], window.told["variable"], window.told["tty"]),
                         (str(self.dir), "of the\ncaller's", True))

    def expect_end(self, process, status, err=b""):
        out, told = process.communicate(timeout=DEADLINE)
        self.assertEqual((process.returncode, out, told), (status, b"", err))

    def fake(self, name, script):
        """A terminal that is a script, and comes first in PATH."""
        (self.dir / "bin").mkdir(exist_ok=True)
        self.write(f"bin/{name}", "#!/bin/sh\n" + script).chmod(0o755)
        self.env["PATH"] = f"{self.dir / 'bin'}:{os.environ['PATH']}"


class NoWindow(ConsoleTest):
    def test_nothing_is_there(self):
        self.expect(self.console("true"), 1, "",
                    "plugh run: error: no console window can be opened; looked for: tmux (not inside tmux: TMUX is not set), "
                    "a terminal's window (no display: neither DISPLAY nor WAYLAND_DISPLAY is set)\n")

    def test_a_display_but_no_terminal(self):
        (self.dir / "bin").mkdir()
        (self.dir / "bin/true").symlink_to("/bin/true")
        result = self.console("true", env={"DISPLAY": ":1", "PATH": str(self.dir / "bin")})
        self.assertEqual(result.status, 1)
        self.assertIn("$TERMINAL (not set), x-terminal-emulator (not installed), ptyxis, gnome-terminal, ", result.stderr)
        self.assertTrue(result.stderr.endswith(", xterm (not installed)\n"), result)

    def test_the_one_that_is_named(self):
        looked = "plugh run: error: no console window can be opened; looked for: "
        for name, reason in (("xterm", "no display: DISPLAY is not set"), ("foot", "no display: WAYLAND_DISPLAY is not set"),
                             ("tmux-pane", "not inside tmux: TMUX is not set"),
                             ("nosuch", "no display: neither DISPLAY nor WAYLAND_DISPLAY is set")):
            shown = "tmux" if name == "tmux-pane" else name
            self.expect(self.console("--terminal", name, "true"), 1, "", f"{looked}{shown} ({reason})\n")
        self.expect(self.console("--terminal", "nosuch", "true", env={"DISPLAY": ":1"}), 1, "", f"{looked}nosuch (not installed)\n")

    def test_the_command_is_looked_for_first(self):
        self.expect(self.console("nosuch"), 127, "", "plugh run: error: cannot run 'nosuch': not found in PATH\n")
        self.expect(self.console("/"), 126, "", "plugh run: error: cannot run '/': Permission denied\n")

    def test_a_terminal_that_fails(self):
        self.fake("broken", "echo 'no fonts' >&2; exit 3")
        self.fake("mute", "exit 4")
        self.env["DISPLAY"] = ":1"
        looked = "plugh run: error: no console window can be opened; looked for: "
        self.expect(self.console("--terminal", "broken", "true"), 1, "", f"{looked}broken (no fonts)\n")
        self.expect(self.console("--terminal", "mute", "true"), 1, "",
                    f"{looked}mute (it ended with status 4 before the command had started)\n")

    def test_a_tmux_that_is_gone(self):
        result = self.console("true", env={"TMUX": f"{self.dir}/nosuch,1,0"})
        self.assertEqual(result.status, 1)
        self.assertRegex(result.stderr, r"looked for: tmux \((error connecting|no server running)")


class Fakes(ConsoleTest):
    """What needs no display: how terminals are chosen, called, and met."""

    def setUp(self):
        super().setUp()
        self.env["DISPLAY"] = ":1"
        self.fake("fake", f'for word; do printf "%s\\n" "$word"; done >"{self.dir}/words"; shift 3; exec "$@"')

    def test_the_user_s_own_is_used_like_xterm(self):
        process = self.begin("--wait", "-T", "a title", *self.probe, env={"TERMINAL": "fake"})
        self.expect_window().end(7)
        self.expect_end(process, 7)
        words = (self.dir / "words").read_text().splitlines()
        self.assertEqual(words[:4], ["-T", "a title", "-e", "sh"])
        self.assertEqual(len(words), 5)

    def test_the_title_is_the_command_by_default(self):
        self.assertEqual(self.console("--wait", "true", "a b", env={"TERMINAL": "fake"}).status, 0)
        self.assertEqual((self.dir / "words").read_text().splitlines()[1], "true 'a b'")

    def test_one_that_fails_is_followed_by_the_next(self):
        self.fake("broken", "exit 1")
        self.fake("x-terminal-emulator", 'shift 3; exec "$@"')
        self.assertEqual(self.console("--wait", "sh", "-c", "exit 6", env={"TERMINAL": "broken"}).status, 6)

    def test_a_link_to_a_known_one_is_used_as_that(self):
        self.fake("lxterminal", f'printf "%s\\n" "$@" >"{self.dir}/words"; eval "$5"')
        (self.dir / "bin/x-terminal-emulator").symlink_to("lxterminal")
        self.assertEqual(self.console("--wait", "-T", "t", "sh", "-c", "exit 5").status, 5)
        self.assertEqual((self.dir / "words").read_text().splitlines()[:4], ["--no-remote", "-t", "t", "-e"])

    def test_one_whose_process_ends_before_the_window(self):
        self.fake("server", 'shift 3; setsid "$@" &')
        process = self.begin("--wait", "--terminal", "server", *self.probe)
        self.expect_window().end(8)
        self.expect_end(process, 8)

    def test_statuses(self):
        self.env["TERMINAL"] = "fake"
        for word, status in ((0, 0), (255, 255), (-signal.SIGKILL, 128 + signal.SIGKILL), (-signal.SIGINT, 128 + signal.SIGINT)):
            process = self.begin("--wait", *self.probe)
            self.expect_window().end(word)
            self.expect_end(process, status)

    def test_a_window_that_is_closed(self):
        self.expect(self.console("--wait", "--terminal", "fake", "sh", "-c", "kill -KILL $PPID"), 1, "", CLOSED.decode())

    def test_names_of_the_shell_are_programs(self):
        self.fake("exit", f'exec {sys.executable} -I {self.dir}/probe.py {self.dir}/socket "$@"')
        process = self.begin("--wait", "--terminal", "fake", "exit", "3")
        window = self.expect_window()
        self.assertEqual(window.words, [b"3"])
        self.assertLessEqual(set(window.told["descriptors"]), {0, 1, 2, 3, 4})  # its link and its listing are two of them
        window.end(0)
        self.expect_end(process, 0)

    def test_a_signal_ends_the_waiting_alone(self):
        process = self.begin("--wait", "--terminal", "fake", *self.probe)
        window = self.expect_window()
        process.send_signal(signal.SIGTERM)
        self.expect_end(process, -signal.SIGTERM)
        window.end(0)


class Tmux(ConsoleTest):
    def setUp(self):
        super().setUp()
        self.name = f"plugh-test-{os.getpid()}"
        self.env["TMUX_TMPDIR"] = str(self.dir)
        without = {key: value for key, value in self.env.items() if key not in ("A_VARIABLE", "TMPDIR")}
        self.tmux("new-session", "-d", "-s", "main", "-x", "80", "-y", "24", "cat", env=without)
        self.addCleanup(self.tmux, "kill-server")
        self.env["TMUX"] = self.tmux("display-message", "-p", "#{socket_path},#{pid},0").strip()

    def tmux(self, *args, env=None):
        done = subprocess.run(["tmux", "-L", self.name, "-f", "/dev/null", *args], check=True, timeout=DEADLINE,
                              stdout=subprocess.PIPE, env=env or self.env)
        return done.stdout.decode()

    def windows(self):
        return self.tmux("list-windows", "-F", "#{window_panes} #{window_name}").splitlines()

    def test_a_window(self):
        self.expect(self.console("-T", "my #(date) #{pid} title", *self.probe, *WORDS), 0)  # while the command runs
        window = self.expect_window()
        self.expect_as_called(window, WORDS)
        self.assertTrue(window.told["term"].startswith(("tmux", "screen")), window.told)
        self.assertEqual(self.windows()[1:], ["1 my #(date) #{pid} title"])
        self.tmux("set-hook", "-g", "window-unlinked", "wait-for -S closed")
        window.end(0)
        self.tmux("wait-for", "closed")
        self.assertEqual(len(self.windows()), 1)

    def test_a_pane(self):
        self.expect(self.console("--terminal", "tmux-pane", "-T", "a pane", *self.probe, *WORDS), 0)
        window = self.expect_window()
        self.expect_as_called(window, WORDS)
        self.assertEqual([line.split()[0] for line in self.windows()], ["2"])
        window.end(0)

    def test_waiting(self):
        process = self.begin("--wait", *self.probe)
        self.expect_window().end(42)
        self.expect_end(process, 42)

    def test_holding(self):
        process = self.begin("--wait", "--hold", "-T", "held", *self.probe)
        self.expect_window().end(3)
        self.expect_end(process, 3)
        self.assertEqual(self.windows()[1:], ["1 held"])
        self.tmux("set-hook", "-g", "window-unlinked", "wait-for -S closed")
        self.tmux("send-keys", "-t", "held", "Enter")
        self.tmux("wait-for", "closed")
        self.assertEqual(len(self.windows()), 1)

    def test_a_window_that_is_closed(self):
        process = self.begin("--wait", "-T", "victim", *self.probe)
        window = self.expect_window()
        self.tmux("kill-window", "-t", "victim")
        self.expect_end(process, 1, CLOSED)
        self.assertEqual(window.link.recv(1), b"")  # the command is gone too

    def test_the_demonstration(self):
        """A slow counter goes on in its window while the first command goes on."""
        counter = 'n=0; while read line; do n=$((n+1)); echo "count $n" | tee -a counted; done <steps'
        os.mkfifo(self.dir / "steps")
        self.expect(self.console("-T", "counter", "sh", "-c", counter), 0)
        with open(self.dir / "steps", "w") as steps:
            for _ in range(3):
                steps.write("\n")
            self.expect(self.plugh("run", "echo", "the first goes on"), 0, "the first goes on\n")
            self.assertIn("1 counter", self.windows())
            self.tmux("set-hook", "-g", "window-unlinked", "wait-for -S closed")
        self.tmux("wait-for", "closed")
        self.assertEqual((self.dir / "counted").read_text(), "count 1\ncount 2\ncount 3\n")


class Display(ConsoleTest):
    """Real terminals on a display without a screen."""

    @classmethod
    def setUpClass(cls):
        reader, writer = os.pipe()
        # Without -noreset it begins anew when the last client has gone, and the next one may be lost in that.
        cls.server = subprocess.Popen(["Xvfb", "-displayfd", str(writer), "-screen", "0", "640x480x24", "-nolisten", "tcp",
                                       "-noreset"],
                                      pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(writer)
        with os.fdopen(reader) as told:
            cls.display = ":" + told.readline().strip()

    @classmethod
    def tearDownClass(cls):
        cls.server.terminate()
        cls.server.wait(DEADLINE)

    def setUp(self):
        super().setUp()
        self.env["DISPLAY"] = self.display

    def find(self, title):
        """Wait for the window of that title."""
        done = subprocess.run(["xdotool", "search", "--sync", "--onlyvisible", "--name", f"^{title}$"], stdout=subprocess.PIPE,
                              env=self.env, check=True, timeout=DEADLINE)
        return done.stdout.split()[0].decode()

    def check_terminal(self, name):
        title = f"the window of {name}"
        self.expect(self.console("--terminal", name, "-T", title, *self.probe, *WORDS), 0)
        window = self.expect_window()
        self.expect_as_called(window, WORDS)
        self.find(title)
        window.end(0)
        process = self.begin("--wait", "--hold", "--terminal", name, "-T", f"{title} held", *self.probe)
        self.expect_window().end(9)
        self.expect_end(process, 9)
        self.find(f"{title} held")

    def test_xterm(self):
        self.check_terminal("xterm")

    def test_urxvt(self):
        self.check_terminal("urxvt")

    def test_st(self):
        self.check_terminal("stterm")

    def test_the_first_that_is_there(self):
        process = self.begin("--wait", "-T", "some window", *self.probe, *WORDS)
        window = self.expect_window()
        self.expect_as_called(window, WORDS)
        self.find("some window")
        window.end(11)
        self.expect_end(process, 11)

    def test_a_window_that_is_closed(self):
        process = self.begin("--wait", "--terminal", "xterm", "-T", "victim", *self.probe)
        window = self.expect_window()
        subprocess.run(["xdotool", "windowkill", self.find("victim")], env=self.env, check=True, timeout=DEADLINE)
        self.expect_end(process, 1, CLOSED)
        self.assertEqual(window.link.recv(1), b"")  # the command is gone too

    def test_a_display_that_is_not_there(self):
        result = self.console("--terminal", "xterm", "true", env={"DISPLAY": ":987654"})
        self.assertEqual(result.status, 1)
        self.assertRegex(result.stderr, r"looked for: xterm \(.*isplay.*\)\n$")


if __name__ == "__main__":
    main()
