"""A program on a terminal of its own, typed at and read.

SPDX-License-Identifier: MIT
"""

import fcntl
import os
import pty
import re
import select
import struct
import termios

from plughtest import DEADLINE

ESCAPE_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r|\x07")


class Terminal:
    """A program that is alone on a pseudo-terminal, in a session of its own."""

    def __init__(self, command, env, cwd):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                os.chdir(cwd)
                os.execvpe(command[0], command, env)
            finally:
                os._exit(127)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 200, 0, 0))
        self.seen = ""

    def send(self, text):
        os.write(self.fd, text.encode())

    def read_until(self, pattern):
        """Wait for what matches; return the match. What is before is dropped with it."""
        while not (match := re.search(pattern, self.seen, re.DOTALL)):
            if not select.select([self.fd], [], [], DEADLINE)[0]:
                raise AssertionError(f"no {pattern!r} in {self.seen!r}")
            try:
                data = os.read(self.fd, 65536)
            except OSError as error:
                raise AssertionError(f"the shell ended: {self.seen!r}") from error
            self.seen += ESCAPE_SEQUENCE.sub("", data.decode("utf-8", "replace"))
        self.seen = self.seen[match.end():]
        return match

    def start(self):
        """Wait until a shell reads lines: before, the terminal would take the keys itself."""
        self.send("PS1='REA''DY> '\n")
        self.read_until("READY> ")

    def run(self, line):
        """Have a started shell run a line, to its end."""
        self.send(line + "\n")
        self.read_until("READY> ")

    def close(self):
        os.close(self.fd)
        os.waitpid(self.pid, 0)
