"""timeout, end to end: the same as GNU's own timeout.

Each command line of the table runs under both, in the C and in a UTF-8 locale; status, output and what was waited for
are the same. Where the time is to be up while a command is ready for it, the command says so itself: a SIGALRM to its
parent is, to both, the time being up.

SPDX-License-Identifier: MIT
"""

import concurrent.futures
import os
import resource

from commands import FOREVER, LONG, TIME_IS_UP, on_time, perl, sh
from gnu_timeout import Both
from plughtest import DEADLINE, main


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


if __name__ == "__main__":
    main()
