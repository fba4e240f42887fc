"""timeout and signals: what the command gets of their state, what is passed on, who ends when; as with GNU's own.

SPDX-License-Identifier: MIT
"""

import os
import signal
import subprocess

from commands import LONG, TIME_IS_UP, on_time, perl, sh
from gnu_timeout import GNU, Both
from plughtest import DEADLINE, PLUGH, main


class Signals(Both):
    def test_the_state_of_signals_that_a_command_gets(self):
        names = [name for name in ("HUP", "INT", "QUIT", "ABRT", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "CHLD", "CONT", "TSTP", "TTIN",
                                   "TTOU", "URG", "XCPU", "WINCH", "RTMIN", "SYS")]
        numbers = [getattr(signal, "SIG" + name) for name in names]
        sets = [[], numbers, numbers[::2], numbers[1::2], numbers[::3], [signal.SIGTERM], [signal.SIGCHLD], [signal.SIGPIPE, signal.SIGHUP]]
        words = ["grep", "-E", "Sig(Blk|Ign):", "/proc/self/status"]
        for options in ([], ["-s", "USR1"], ["--foreground"]):
            for i, blocked in enumerate(sets):
                for ignored in sets if not options else [sets[-i]]:
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

    def test_any_other_and_sigkill_end_timeout_alone(self):
        for number in (signal.SIGUSR1, signal.SIGKILL):
            for program in (GNU, PLUGH):
                process, _ = self.listen(program, "60")
                process.send_signal(number)
                self.assertEqual(process.wait(DEADLINE), -number)
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
