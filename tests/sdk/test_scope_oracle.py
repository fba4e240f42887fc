"""Scopes mean what Python's contextlib.ExitStack means: random programs, run by both.

SPDX-License-Identifier: MIT
"""

import contextlib
import os
import random
import subprocess
import unittest

from plughtest import BUILD, DEADLINE, main

SEED = int(os.environ.get("PLUGH_SEED", "20"))
CASES = 4000
CONTEXT = 16  # PLUGH_SCOPE_CONTEXT

# A program is a block, a list of steps:
#   ("p", id, exit)          enter what is done already; "c": the same with a crash function
#   ("e", id, error, exit)   enter, which fails with that error (0: not)
#   ("s", block)             a scope within, whose error ends this one
#   ("h", block)             a scope within, whose error is dropped
#   ("k",)                   keep what was entered until the program ends
#   ("r", error)  ("t", status)   the end of the block
# and an exit function one of
#   ("n",) nothing   ("h",) handles   ("m",) gives back what it was told   ("x", error) fails
#   ("f", error), ("o", error) fail where there is an error, or none   ("w", error) handles that one
#   ("p", id, exit) enters something


class Error(Exception):
    def __init__(self, number):
        super().__init__(number)
        self.number = number


class Run:
    """One program, by ExitStack."""

    def __init__(self):
        self.trace = []
        self.kept = contextlib.ExitStack()
        self.exiting = []  # [(stack, the block's status)]

    def exit_function(self, number, how):
        def call(_type, error, _traceback):
            stack, status = self.exiting[-1]
            told = -error.number if error is not None else status
            self.trace.append(f"exit {number} {told}")
            kind = how[0]
            if kind == "h" or (kind == "w" and told == -how[1]):
                return True
            if kind == "p":
                stack.push(self.exit_function(*how[1:]))
            fails = kind == "x" or (kind == "f" and told < 0) or (kind == "o" and told >= 0)
            if fails and told != -how[1]:  # the same number is the same error
                raise Error(how[1])
            return False

        return call

    def push(self, stack, step):
        number, how = step[1], step[-1]
        if step[0] != "e":
            stack.push(self.exit_function(number, how))
            return
        exit_function = self.exit_function(number, how)
        trace = self.trace

        class Context:
            def __enter__(self):
                trace.append(f"enter {number}")
                if step[2]:
                    raise Error(step[2])

            def __exit__(self, *details):
                return exit_function(*details)

        stack.enter_context(Context())

    def body(self, stack, block):
        """The status."""
        for step in block:
            kind = step[0]
            if kind == "r":
                raise Error(step[1])
            if kind == "t":
                return step[1]
            if kind == "s":
                self.block(step[1])
            elif kind == "h":
                with contextlib.suppress(Error):
                    self.block(step[1])
            elif kind == "k":
                # What is moved is exited before what was kept earlier; ExitStack has no name for that.
                self.kept._exit_callbacks.extend(stack.pop_all()._exit_callbacks)
            else:
                self.push(stack, step)
        return 0

    def tell(self, error, received, status):
        context, one = [], error
        while one is not None and one is not received and isinstance(one.__context__, Error):
            one = one.__context__
            context.append(-one.number)
        context.reverse()
        words = ["end", -error.number if error is not None else status, len(context), *context[:CONTEXT]]
        self.trace.append(" ".join(map(str, words)))

    def leave(self, block, stack):
        """The error and the status with which the stack's work ended, and the error after its exit."""
        received = None
        status = 0
        try:
            with stack:
                try:
                    status = self.body(stack, block)
                except Error as one:
                    received = one
                    raise
                finally:
                    self.exiting.append((stack, status))
        except Error as error:
            return received, status, error
        finally:
            self.exiting.pop()
        return received, status, None

    def block(self, block, stack=None):
        # ExitStack chains contexts as nested with statements do only while some exception is being handled.
        try:
            raise LookupError
        except LookupError:
            received, status, error = self.leave(block, stack or contextlib.ExitStack())
        self.tell(error, received, status)
        if error is not None:
            raise error

    def program(self, block):
        with contextlib.suppress(Error):
            self.block(block)
        with contextlib.suppress(Error):
            self.block([], self.kept)
        return self.trace


class Maker:
    def __init__(self, generator):
        self.random = generator
        self.number = 0

    def id(self):
        self.number += 1
        return self.number

    def error(self):
        return self.random.randint(1, 6)  # few, so that numbers meet

    def exit_function(self):
        kind = self.random.choice("nnnhmxxfowwp")
        if kind == "p":
            return (kind, self.id(), self.exit_function())
        return (kind,) if kind in "nhm" else (kind, self.error())

    def step(self, depth):
        kind = self.random.choice("ppppceeeeshk" if depth else "ppppceeeek")
        if kind in "sh":
            return (kind, self.block(depth - 1))
        if kind == "k":
            return (kind,)
        if kind == "e":
            return (kind, self.id(), self.error() if self.random.random() < 0.1 else 0, self.exit_function())
        return (kind, self.id(), self.exit_function())

    def block(self, depth):
        steps = [self.step(depth) for _ in range(self.random.choice((0, 1, 2, 3, 4, 6)))]
        end = self.random.random()
        if end < 0.4:
            steps.append(("r", self.error()))
        elif end < 0.5:
            steps.append(("t", self.random.randint(0, 3)))
        return steps


def text(program):
    if isinstance(program, list):
        return "{ " + " ".join(map(text, program)) + " }"
    if isinstance(program, tuple):
        return " ".join(map(text, program))
    return str(program)


def run_driver(programs):
    lines = "".join(text(program)[2:] + "\n" for program in programs)
    done = subprocess.run([BUILD / "tests/scope-driver"], input=lines, capture_output=True, text=True, timeout=DEADLINE)
    assert (done.returncode, done.stderr) == (0, ""), done
    return [part.splitlines() for part in done.stdout.split("---\n")[:-1]]


class Oracle(unittest.TestCase):
    maxDiff = None

    def compare(self, programs):
        told = run_driver(programs)
        self.assertEqual(len(told), len(programs))
        for program, trace in zip(programs, told):
            self.assertEqual(trace, Run().program(program), text(program))
        return told

    def test_random_programs(self):
        told = self.compare([Maker(random.Random(f"{SEED} {i}")).block(3) for i in range(CASES)])
        lines = [line for trace in told for line in trace]
        # The programs reach what they are to compare.
        self.assertGreater(sum(line.startswith("exit") for line in lines), CASES)
        self.assertGreater(sum(line.startswith("end -") for line in lines), CASES / 10)
        self.assertGreater(sum(line.startswith("end") and len(line.split()) > 4 for line in lines), CASES / 100)

    def test_many_errors_behind_each_other(self):
        generator = random.Random(SEED)
        self.compare([[("p", i, ("x", 1 + i % 2 * generator.randint(1, 5))) for i in range(count)]
                      for count in (1, CONTEXT, CONTEXT + 1, CONTEXT + 2, 100)])

    def test_directed_programs(self):
        self.compare([
            [],
            [("r", 5)],
            [("t", 3)],
            [("p", 1, ("h",)), ("t", 3)],
            [("p", 1, ("h",)), ("p", 2, ("x", 2)), ("t", 3)],
            [("p", 1, ("x", 3)), ("p", 2, ("h",)), ("r", 5)],
            [("p", 1, ("n",)), ("p", 2, ("x", 2)), ("p", 3, ("x", 3)), ("r", 5)],
            [("p", 1, ("p", 2, ("p", 3, ("x", 4)))), ("r", 5)],
            [("e", 1, 7, ("n",)), ("p", 2, ("n",))],
            [("p", 1, ("w", 7)), ("e", 2, 7, ("n",)), ("p", 3, ("n",))],
            [("p", 1, ("n",)), ("s", [("p", 2, ("x", 2)), ("r", 1)]), ("p", 3, ("n",))],
            [("p", 1, ("n",)), ("k",), ("p", 2, ("n",)), ("k",), ("p", 3, ("n",)), ("r", 1)],
        ])


if __name__ == "__main__":
    main()
