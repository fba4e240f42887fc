"""Commands for tests of what runs commands: ready when they say so, and no test depends on how fast.

SPDX-License-Identifier: MIT
"""

LONG = "300"  # seconds that no test waits

# Perl, since it starts in milliseconds. It looks for signals between its own steps, so it takes short ones.
FOREVER = "select undef, undef, undef, .01 while 1;"
# Said by a command that is ready for it, when timeout waits: GNU's ends at once when it comes right after its fork.
TIME_IS_UP = ("do { open my $f, '<', '/proc/' . getppid . '/stat'; $s = (split ' ', <$f>)[2] } until $s eq 'S'; "
              "kill ALRM => getppid; ")


def perl(code):
    return ["perl", "-e", code]


def on_time(code=""):
    """A command that prepares, has its time end, and stays."""
    return perl("$| = 1; " + code + TIME_IS_UP + FOREVER)


def sh(code, *words):
    return ["sh", "-c", code, *words]


def is_alive(pid):
    """Is there such a process, and no zombie?"""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False
