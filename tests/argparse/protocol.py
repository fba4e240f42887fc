# SPDX-License-Identifier: MIT
"""The bridge's protocol: fields, values, and a bridge as a process that answers cases. See bridge.md."""

import subprocess

ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
UNESCAPES = {"\\": "\\", "t": "\t", "n": "\n", "r": "\r"}


class Suppress:
    """argparse.SUPPRESS in a case, told apart from the string that it is."""

    def __repr__(self):
        return "SUPPRESS"


SUPPRESS = Suppress()


def escape(text):
    return "".join(ESCAPES.get(c, c) for c in text)


def unescape(field):
    parts, i = [], 0
    while i < len(field):
        if field[i] == "\\" and i + 1 < len(field):
            parts.append(UNESCAPES.get(field[i + 1], field[i + 1]))
            i += 2
        else:
            parts.append(field[i])
            i += 1
    return "".join(parts)


def line(*fields):
    return "\t".join(escape(field) for field in fields)


def value(v):
    """The fields of a value."""
    if v is None:
        return ["n"]
    if v is SUPPRESS:
        return ["S"]
    if isinstance(v, bool):
        return [f"b:{int(v)}"]
    if isinstance(v, int):
        return [f"i:{v}"]
    if isinstance(v, float):
        return [f"f:{v!r}"]
    if isinstance(v, str):
        return [f"s:{v}"]
    fields = [f"l:{len(v)}"]
    for item in v:
        fields += value(item)
    return fields


def read_value(fields, i):
    """The value that starts at fields[i], and the index behind it. Strings are new objects, as any parser of a
    text would make them: CPython's argparse looks at identity."""
    kind, _, rest = fields[i].partition(":")
    i += 1
    if kind == "n":
        return None, i
    if kind == "S":
        return SUPPRESS, i
    if kind == "b":
        return rest == "1", i
    if kind == "i":
        return int(rest), i
    if kind == "f":
        return float(rest), i
    if kind == "s":
        return rest, i
    items = []
    for _ in range(int(rest)):
        item, i = read_value(fields, i)
        items.append(item)
    return items, i


def canonical(reply):
    """A reply in a form that compares: spec_error without its text, floats by value, the namespace in order."""
    lines = []
    for text in reply:
        fields = [unescape(field) for field in text.split("\t")]
        if fields[0] in ("spec_error", "unsupported"):
            lines.append((fields[0],))
        elif fields[0] == "ns":
            lines.append(("ns", fields[1], repr(read_value(fields, 2)[0])))
        elif fields[0] == "extras":
            lines.append(("extras", repr(read_value(fields, 1)[0])))
        else:
            lines.append(tuple(fields))
    return sorted(lines)


class Bridge:
    """A bridge program under way; it is started again when it dies."""

    def __init__(self, program):
        self.program = program
        self.process = None

    def start(self):
        self.process = subprocess.Popen(self.program, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def answer(self, case):
        """The reply to the lines of a case, without "case" and "end"; a death is the reply ["crash"]."""
        if self.process is None:
            self.start()
        try:
            self.process.stdin.write(("\n".join(case) + "\n").encode("utf-8", "surrogateescape"))
            self.process.stdin.flush()
            return self.read_reply()
        except BrokenPipeError:
            return self.bury()

    def read_reply(self):
        reply = []
        while True:
            raw = self.process.stdout.readline()
            if not raw:
                return self.bury()
            text = raw[:-1].decode("utf-8", "surrogateescape")
            if text == "end":
                return reply
            if not text.startswith("case\t"):
                reply.append(text)

    def bury(self):
        status = self.process.wait()
        self.process = None
        return [f"crash\t{status}"]

    def close(self):
        """End the program; its exit status, which a leak checker sets."""
        if self.process is None:
            return 0
        self.process.stdin.close()
        self.process.stdout.close()
        status, self.process = self.process.wait(), None
        return status
