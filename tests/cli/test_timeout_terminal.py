"""timeout on a terminal: who reads it, Ctrl-C, Ctrl-Z, a hang-up; each as with GNU's own.

SPDX-License-Identifier: MIT
"""

import os
import select
import shutil
import signal
import time
import unittest

from plughtest import DEADLINE, PLUGH, PlughTest, main
from terminal import Terminal

PROGRAMS = (shutil.which("timeout"), f"{PLUGH} timeout")

# The quotation marks keep what is typed, and echoed, apart from what is said.
READER = "sh -c 'echo rea\"\"dy; read x; echo got-$x'"
STATUS = "echo st''=$?"


class OnTerminal(PlughTest):
    def shell(self):
        """bash, with jobs in groups of their own."""
        shell = Terminal(["bash", "--norc", "--noprofile", "-i"], {**self.env, "TERM": "dumb"}, self.dir)
        self.addCleanup(shell.close)
        shell.start()
        return shell

    def each(self):
        for program in PROGRAMS:
            (self.dir / "pid").unlink(missing_ok=True)
            yield program, self.shell()

    def expect_status(self, shell, status):
        shell.send(STATUS + "\n")
        self.assertEqual(int(shell.read_until(r"st=(\d+)")[1]), status)

    def wait_for_stop(self):
        """The command and its parent, by their numbers, once the command is stopped."""
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            try:
                pid, parent = (self.dir / "pid").read_text().split()
                with open(f"/proc/{pid}/stat", encoding="ascii") as file:
                    if file.read().rpartition(")")[2].split()[0] == "T":
                        return int(pid), int(parent)
            except (FileNotFoundError, ValueError):
                pass
        raise AssertionError("it is not stopped")

    def test_in_the_foreground_the_command_reads_the_terminal(self):
        """A script has no jobs: without --foreground the command is in the background."""
        for program, shell in self.each():
            self.write("script", f"{program} --foreground 60 {READER}\n")
            shell.send("sh script\n")
            shell.read_until("ready")
            shell.send("typed\n")
            shell.read_until("got-typed")
            self.expect_status(shell, 0)

    def test_in_a_shell_with_jobs_it_does_so_by_itself(self):
        for program, shell in self.each():
            shell.send(f"{program} 60 {READER}\n")
            shell.read_until("ready")
            shell.send("typed\n")
            shell.read_until("got-typed")
            self.expect_status(shell, 0)

    def test_in_the_background_a_command_that_reads_is_stopped_and_yet_ended(self):
        for program, shell in self.each():
            self.write("script", f"{program} -v 60 sh -c 'echo $$ $PPID >pid; read x; echo never'\n")
            shell.send("sh script\n")
            _, parent = self.wait_for_stop()
            os.kill(parent, signal.SIGALRM)
            shell.read_until("sending signal TERM to command ‘sh’")
            self.expect_status(shell, 124)

    def test_timeout_itself_is_not_stopped_when_it_writes(self):
        for program, shell in self.each():
            self.write("script", f"{program} -v 60 sh -c 'echo $$ $PPID >pid; echo never'\n")
            shell.run("stty tostop")
            shell.send("sh script\n")
            _, parent = self.wait_for_stop()
            os.kill(parent, signal.SIGALRM)
            shell.read_until("sending signal TERM to command ‘sh’")
            self.expect_status(shell, 124)

    def test_ctrl_c(self):
        for option in ("", "--foreground"):
            for program, shell in self.each():
                shell.send(f"{program} {option} 60 sh -c 'echo rea\"\"dy; exec sleep 300'\n")
                shell.read_until("ready")
                shell.send("\x03")
                shell.read_until("READY> ")
                self.expect_status(shell, 130)

    def test_ctrl_c_reaches_the_command_of_a_script_in_the_foreground(self):
        for program, shell in self.each():
            self.write("script", f"trap : INT\n{program} --foreground 60 sh -c 'trap \"echo told; exit 5\" INT; echo ready; read x'\nexit $?\n")
            shell.send("bash script\n")
            shell.read_until("ready")
            shell.send("\x03")
            shell.read_until("told")
            self.expect_status(shell, 5)

    def test_ctrl_z_and_back(self):
        for option in ("", "--foreground"):
            for program, shell in self.each():
                shell.send(f"{program} {option} 60 sh -c 'echo $$ $PPID >pid; echo rea\"\"dy; read x; echo got-$x'\n")
                shell.read_until("ready")
                shell.send("\x1a")
                shell.read_until("Stopped")
                shell.read_until("READY> ")
                # The shell has seen timeout stop; until the command has, it would take what is typed.
                self.wait_for_stop()
                shell.send("fg\n")
                shell.read_until("sh -c")
                shell.send("typed\n")
                shell.read_until("got-typed")
                self.expect_status(shell, 0)

    def test_a_hang_up_ends_the_command(self):
        for program in PROGRAMS:
            shell = Terminal(["bash", "--norc", "--noprofile", "-i"], {**self.env, "TERM": "dumb"}, self.dir)
            shell.start()
            shell.send(f"{program} 60 sh -c 'echo pid''=$$.; exec sleep 300'\n")
            pid = os.pidfd_open(int(shell.read_until(r"pid=(\d+)\.")[1]))
            shell.close()
            self.assertEqual(select.select([pid], [], [], DEADLINE)[0], [pid])
            os.close(pid)


if __name__ == "__main__":
    main()
