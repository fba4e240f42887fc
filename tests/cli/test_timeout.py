"""timeout, end to end: the same as GNU's own timeout, and what goes beyond it.

Each command line of the table runs under both, in the C and in a UTF-8 locale; status, output and what was waited for
are the same. Where the time is to be up while a command is ready for it, the command says so itself: a SIGALRM to its
parent is, to both, the time being up.

SPDX-License-Identifier: MIT
"""

import concurrent.futures
import os
import resource
import shutil
import signal
import subprocess
import time

from commands import FOREVER, LONG, TIME_IS_UP, on_time, perl, sh
from plughtest import DEADLINE, PLUGH, PlughTest, main

GNU = shutil.which("timeout")


def table():
    """(words, how long it must take at least)."""
    rows = []

    def add(*words, at_least=0.0):
        rows.append((list(words), at_least))

    # The command's own end.
    for status in (0, 1, 2, 3, 77, 123, 124, 125, 126, 127, 128, 137, 143, 255):
        add("60", *sh(f"exit {status}"))
    for option in ("-p", "--preserve-status", "--foreground", "-v", "--verbose", "-k1", "-sHUP", "-k 5s"):
        add(*option.split(), "60", *sh("echo out; echo err >&2; exit 3")) if option not in ("-p",) else None
    for number in (1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 24, 25, 26, 27, 29, 30, 31, 34, 50, 64):
        add("60", *sh(f"kill -{number} $$; exit 3"))
    add("--preserve-status", "60", *perl("kill 15 => $$; sleep 9"))
    add("--foreground", "60", *perl("kill 9 => $$; sleep 9"))

    # Durations.
    for word in ("0", "0s", "0.0", "60", "+60", " 60", "\t60", "60s", "1m", "1h", "1d", "60.5", "1e2", "1E2", "0x40", "0x1p6", "0x3C.8s",
                 "inf", "INF", "Infinity", "infd", "1e400", "1e400d", "1e-400", "99999999999999999999", "2147483648", "4294967296",
                 "9223372036854775807", "106751991167301d", "60.", "0x.8p8", "00060", "1e300d"):
        add(word, "true")
    for word in ("", "x", "invalid", "42D", "1S", "1ms", "1m30s", "1ss", "s", ".", "1..", "1,5", "60 ", "0x", "1e", "nan", "NaN", "nan(1)", "++1", "1_000",
                 "1\n", "it's", "\\", "é", "\x1b[1m", "1w"):
        add(word, "true")
        add("-k", word, "60", "true")
    for word in ("-1", "-0", "-inf", "-x", "-0.0s"):
        add("--", word, "true")
    for word in ("0", "1", "inf", "1e400", "1.5m", "0x10"):
        add("-k", word, "60", "true")
        add(f"--kill-after={word}", "60", *sh("exit 9"))

    # Signals.
    for word in ("TERM", "term", "Term", "SIGTERM", "sigterm", "HUP", "15", "0", "EXIT", "9", "64", "RTMIN", "RTMIN+3", "rtmax-2", "SIGRTMAX", "CLD",
                 "IOT", "IO", "POLL", "137", "265", "015", "SIG15"):
        add("-s", word, "60", "true")
        add("--signal", word, "60", *sh("exit 4"))
    for word in ("", "BOGUS", "SIG", "SIGSIGTERM", "65", "32", "-1", "1x", "TERM ", " TERM", "RTMIN+31", "RTMAX+1", "99999999999999999999", "it's", "é",
                 "T\nM", "0x9", "9.0", "+9"):
        add(f"--signal={word}", "60", "true")

    # What cannot be run.
    for word in ("no-such-command", "", "/nonexistent/x", "/", ".", "/etc/passwd", "/etc/passwd/x", "./plain", "./no-interpreter", "it's not",
                 "n\no", "é", "-x", "--", "a" * 300):
        add("60", word)
        add("60", word, "argument")
    add("60", "./script", "a word")
    add("0", "no-such-command")
    add("-v", "60", "no-such-command")

    # The words after DURATION are the command's.
    add("60", "echo", "-v", "-k", "5", "--", "--help", "--signal=x", "-h")
    add("--", "60", "echo", "--", "x")
    add("60", "--", "echo", "x")
    add("-v", "--", "60", "echo", "-v")
    add("60", "printf", "[%s]", "", " ", "a b", "\n", "\t", "é", "'", '"', "$HOME", "*", "-")
    add("60", *sh('echo "$0" "$#" "$@"', "name", "1", "", "3"))
    add("--sig=TERM", "--kill=5", "--fore", "--verb", "60", "echo", "abbreviated")
    add("-vk5", "-sINT", "60", "echo", "together")

    # What a command is given.
    add("60", "cat")
    add("60", "pwd")
    add("60", *sh("env | sort | grep -v ^_="))
    add("60", *sh("ulimit -a"))
    add("60", *sh("umask; nice"))
    add("60", "ls", "/proc/self/fd")
    for option in ("-v", "--foreground"):
        add(option, "60", *perl("print getpgrp() == getppid() ? 1 : 0, getpgrp() == $$ ? 1 : 0, (split ' ', `cat /proc/$$/stat`)[5] == "
                                "(split ' ', `cat /proc/@{[getppid]}/stat`)[5] ? 1 : 0"))

    # The time is up.
    for word in ("0.1", ".1s", "0x.2", "1e-1", "0.001m", "1e-9", "4.9e-324"):
        add(word, "sleep", LONG, at_least=1e-9)
    add("-v", ".1", "sleep", LONG, at_least=0.1)
    add("-v", "-s", "USR1", ".1", "sleep", LONG, at_least=0.1)
    for option in ("-k60", "-k0", "-sINT", "-sHUP", "-s9", "-sUSR2", "-s RTMIN+5", "-sKILL", "-sQUIT", "-sALRM", "-sPIPE", "-v"):
        for more in ((), ("--preserve-status",), ("--foreground",), ("--foreground", "--preserve-status")):
            add(*option.split(), *more, "0.05", "sleep", LONG, at_least=0.05)
    for more in ((), ("--preserve-status",), ("--foreground",), ("-v",)):
        for name in ("TERM", "INT", "HUP", "USR1"):
            add(*more, "-s", name, "60", *on_time(f"$SIG{{{name}}} = sub {{ print qq(got {name}\\n); exit 7 }}; "))
        add(*more, "-k", ".05", "60", *on_time("$SIG{TERM} = 'IGNORE'; "), at_least=0.05)
        add(*more, "-s0", "-k.05", "60", *on_time(), at_least=0.05)
        add(*more, "-sCONT", "-k.05", "60", *on_time(), at_least=0.05)
        add(*more, "-sURG", "-k.05", "60", *on_time(), at_least=0.05)
    # One that is stopped is told all the same; in the foreground it would not be.
    add("60", *perl("my $me = $$; if (!fork) { my @s; while ($s[2] ne 'T') { open my $f, '<', qq(/proc/$me/stat); @s = split ' ', <$f> } "
                    "kill ALRM => $s[3]; exit } kill STOP => $$; " + FOREVER))
    # A command in a group of its own is told, too, and so are those that are left in timeout's.
    add("60", *on_time("setpgrp(0, 0); $SIG{TERM} = sub { print qq(told\\n); exit 6 }; "))
    add("60", *on_time("pipe my $r, my $w; if (!fork) { $SIG{TERM} = sub { print qq(child told\\n); exit }; syswrite $w, 'x'; " + FOREVER
                       + "} sysread $r, my $b, 1; $SIG{TERM} = sub { wait; exit 8 }; "))
    # One timeout under another.
    add("60", "timeout", ".05", "sleep", LONG, at_least=0.05)
    add(".05", "timeout", "60", "sleep", LONG, at_least=0.05)
    return rows


USAGE = [[], ["60"], ["-z", "60", "true"], ["--bogus", "60", "true"], ["-k"], ["-s"], ["-k", "5"], ["--signal"], ["-v"], ["--foreground=x", "1", "true"],
         ["--verbose=1", "1", "true"], ["--"], ["-1", "true"], ["--", "60"]]


class Both(PlughTest):
    def setUp(self):
        super().setUp()
        self.write("plain", "x")
        self.write("no-interpreter", "#!/nonexistent/interpreter\n").chmod(0o755)
        self.write("script", 'echo "script without a first line: $1"\n').chmod(0o755)
        # Perl says so in each run where it is missing.
        self.env["LC_ALL"] = "C"

    def run_one(self, program, words, env=None, **more):
        """Returns the status, both outputs, and the time."""
        names = {"args": ["timeout", *words], "executable": GNU} if program is GNU else {"args": [PLUGH, "timeout", *words]}
        start = time.monotonic()
        done = subprocess.run(**names, input=b"typed\n", capture_output=True, timeout=DEADLINE, cwd=self.dir,
                              env={**self.env, **(env or {})}, **more)
        took = time.monotonic() - start
        return (done.returncode, done.stdout, done.stderr.replace(b"plugh timeout", b"timeout")), took

    def run_both(self, words, **more):
        return self.run_one(GNU, words, **more), self.run_one(PLUGH, words, **more)


class Table(Both):
    def compare(self, rows, env):
        def run(row):
            return self.run_both(row[0], env=env,
                                 preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)))

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for (words, at_least), ((there, there_took), (here, here_took)) in zip(rows, pool.map(run, rows)):
                with self.subTest(words=words, env=env):
                    self.assertEqual(here, there)
                    # Neither was over before its time, nor waited for the command's.
                    for took in (there_took, here_took):
                        self.assertTrue(at_least <= took < DEADLINE / 2, took)

    def test_every_command_line_in_the_c_locale(self):
        rows = table()
        self.assertGreater(len(rows), 300)
        self.compare(rows, {"LC_ALL": "C"})

    def test_every_command_line_in_a_utf_8_locale(self):
        self.compare(table(), {"LC_ALL": "C.UTF-8"})

    def test_usage_errors_have_the_status_and_argparse_s_words(self):
        for words in USAGE:
            with self.subTest(words=words):
                (there, _), (here, _) = self.run_both(words)
                self.assertEqual(here[:2], there[:2])
                self.assertEqual(here[0], 125)
                if words != ["-1", "true"]:  # a negative number, to argparse
                    self.assertRegex(here[2], rb"\Ausage: timeout (.*\n)+timeout: error: ")

    def test_the_lines_of_a_message_reach_standard_error_as_one(self):
        """And one that nobody reads does no harm."""
        (there, _), (here, _) = self.run_both(["60", *sh("exit 5")], preexec_fn=lambda: os.close(2))
        self.assertEqual(here, there)


class Signals(Both):
    def test_the_state_of_signals_that_a_command_gets(self):
        names = [name for name in ("HUP", "INT", "QUIT", "ABRT", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "CHLD", "CONT", "TSTP", "TTIN",
                                   "TTOU", "URG", "XCPU", "WINCH", "RTMIN", "SYS")]
        numbers = [getattr(signal, "SIG" + name) for name in names]
        sets = [[], numbers, numbers[::2], numbers[1::2], numbers[::3], [signal.SIGTERM], [signal.SIGCHLD], [signal.SIGPIPE, signal.SIGHUP]]
        words = ["grep", "-E", "Sig(Blk|Ign):", "/proc/self/status"]
        for options in ([], ["-s", "USR1"], ["--foreground"]):
            for blocked in sets:
                for ignored in sets:
                    def prepare(blocked=blocked, ignored=ignored):
                        for number in ignored:
                            signal.signal(number, signal.SIG_IGN)
                        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)

                    with self.subTest(options=options, blocked=blocked, ignored=ignored):
                        (there, _), (here, _) = self.run_both([*options, "60", *words], preexec_fn=prepare, restore_signals=False)
                        self.assertEqual(there[0], 0)
                        self.assertEqual(here, there)

    def test_blocked_and_ignored_signals_at_the_start(self):
        """SIGALRM and SIGCHLD are waited for all the same; what else is blocked is blocked in the command, too."""
        rows = (([signal.SIGALRM], []), ([], [signal.SIGALRM]), ([], [signal.SIGCHLD]), ([signal.SIGCHLD], [signal.SIGCHLD]),
                ([signal.SIGCHLD, signal.SIGALRM], [signal.SIGTERM]), ([], [signal.SIGTERM, signal.SIGHUP]))
        for blocked, ignored in rows:
            def prepare(blocked=blocked, ignored=ignored):
                for number in ignored:
                    signal.signal(number, signal.SIG_IGN)
                signal.pthread_sigmask(signal.SIG_SETMASK, blocked)

            for words in ([".05", "sleep", LONG], ["60", *sh("exit 3")], ["60", *perl("kill 15 => $$; sleep 9")]):
                with self.subTest(blocked=blocked, ignored=ignored, words=words):
                    (there, _), (here, _) = self.run_both(words, preexec_fn=prepare, restore_signals=False)
                    self.assertEqual(here, there)

        def block_term():
            signal.pthread_sigmask(signal.SIG_SETMASK, [signal.SIGTERM])

        words = ["-v", "60", *perl("$| = 1; " + TIME_IS_UP + "open my $f, '<', '/proc/self/status'; select undef, undef, undef, .01 "
                                   "until do { seek $f, 0, 0; join('', <$f>) =~ /ShdPnd:\\t0*4000/ }; print qq(still here\\n); exit 4")]
        (there, _), (here, _) = self.run_both(words, preexec_fn=block_term, restore_signals=False)
        self.assertEqual((there[:2], here[:2]), ((124, b"still here\n"),) * 2)

    # Says who it is and that it is ready, then which signal came; ends when its input does.
    LISTENER = ("use POSIX; $| = 1; for my $n (qw(HUP INT QUIT TERM USR1 USR2)) { sigaction(&{qq(POSIX::SIG$n)}(), POSIX::SigAction->new("
                "sub { syswrite STDOUT, qq($n\\n); POSIX::_exit(5) })) } do { open my $f, '<', '/proc/' . getppid . '/stat'; "
                "$s = (split ' ', <$f>)[2] } until $s eq 'S'; print getppid, qq(\\n); "
                "while (1) { my $n = sysread STDIN, my $b, 1; next if !defined $n; exit 9 if !$n; print qq(alive\\n) }")

    def listen(self, program, *words, prefix=()):
        names = ["timeout"] if program is GNU else [PLUGH, "timeout"]
        process = self.start_words([*prefix, *(names if not prefix else [GNU] if program is GNU else names), *words, *perl(self.LISTENER)],
                                   executable=GNU if program is GNU and not prefix else None)
        return process, int(process.stdout.readline())

    def start_words(self, words, **more):
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.env, cwd=self.dir, **more)

        def end():
            for stream in (process.stdin, process.stdout, process.stderr):
                stream.close()  # the command ends when its input does
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait(DEADLINE)

        self.addCleanup(end)
        return process

    def finish(self, process):
        """The command has got its signal, and so ends; then the rest."""
        out, err = process.stdout.read(), process.stderr.read()
        process.wait(DEADLINE)
        return process.returncode, out, err.replace(b"plugh timeout", b"timeout")

    def test_signals_that_timeout_gets_are_passed_on(self):
        for words in (["60"], ["-v", "60"], ["--foreground", "60"], ["-k", "60", "60"], ["-s", "USR1", "60"], ["--preserve-status", "60"]):
            for name in ("HUP", "INT", "QUIT", "TERM", "ALRM"):
                with self.subTest(words=words, name=name):
                    ends = []
                    for program in (GNU, PLUGH):
                        process, pid = self.listen(program, *words)
                        self.assertEqual(pid, process.pid)
                        process.send_signal(getattr(signal, "SIG" + name))
                        ends.append(self.finish(process))
                    self.assertEqual(*ends)
                    self.assertIn(b"USR1" if "USR1" in words and name == "ALRM" else b"TERM" if name == "ALRM" else name.encode(), ends[0][1])

    def test_the_signal_of_the_option_is_passed_on_too(self):
        for name in ("USR1", "USR2"):
            for program in (GNU, PLUGH):
                process, _ = self.listen(program, "-s", name, "60")
                process.send_signal(getattr(signal, "SIG" + name))
                self.assertEqual(self.finish(process), (5, name.encode() + b"\n", b""))

    def test_any_other_ends_timeout_alone(self):
        for program in (GNU, PLUGH):
            process, _ = self.listen(program, "60")
            process.send_signal(signal.SIGUSR1)
            self.assertEqual(process.wait(DEADLINE), -signal.SIGUSR1)
            process.stdin.write(b"x")
            process.stdin.flush()
            self.assertEqual(process.stdout.readline(), b"alive\n")

    def test_when_timeout_is_killed_the_command_goes_on(self):
        for program in (GNU, PLUGH):
            process, _ = self.listen(program, "60")
            process.send_signal(signal.SIGKILL)
            self.assertEqual(process.wait(DEADLINE), -signal.SIGKILL)
            process.stdin.write(b"x")
            process.stdin.flush()
            self.assertEqual(process.stdout.readline(), b"alive\n")

    def test_when_its_parent_dies_timeout_goes_on(self):
        for program in (GNU, PLUGH):
            process, pid = self.listen(program, "-v", "60", prefix=["sh", "-c", '"$@"; exit 1', "sh"])
            self.assertNotEqual(pid, process.pid)
            process.send_signal(signal.SIGKILL)
            self.assertEqual(process.wait(DEADLINE), -signal.SIGKILL)
            os.kill(pid, signal.SIGALRM)
            self.assertEqual(process.stdout.readline(), b"TERM\n")
            self.assertEqual(process.stdout.readline(), b"")

    def test_a_command_that_its_shell_ignored_sigint_for_is_interrupted(self):
        """As in a script's background job: GNU's gives the command the default, since it has a handler."""
        for program in (GNU, PLUGH):
            process, pid = self.listen(program, "60", prefix=["sh", "-c", 'trap "" INT; "$@"', "sh"])
            os.kill(pid, signal.SIGINT)
            self.assertEqual(self.finish(process), (5, b"INT\n", b""))

    def test_started_with_children_of_somebody_else(self):
        """What the process was before may have started some: their end is none of ours."""
        for program in (GNU, PLUGH):
            code = ("perl -e 'kill STOP => $$; exit 3' & while [ \"$(cut -d' ' -f3 /proc/$!/stat)\" != T ]; do :; done; "
                    'kill -CONT $!; exec "$@"')
            names = [GNU] if program is GNU else [PLUGH, "timeout"]
            done = subprocess.run(["sh", "-c", code, "sh", *names, "60", *on_time("$SIG{TERM} = sub { print qq(told\\n); exit 0 }; ")],
                                  capture_output=True, env=self.env, timeout=DEADLINE)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (124, b"told\n", b""))


if __name__ == "__main__":
    main()
