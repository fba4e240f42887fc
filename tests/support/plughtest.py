"""What the script tests share: the built binary in an environment of its own, and plugins built for a test.

PLUGH is the binary, PLUGH_BUILD the build folder, PLUGH_SOURCE the source folder; each may be unset when a
script is run by hand in a checkout with a dev build.

SPDX-License-Identifier: MIT
"""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ.get("PLUGH_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("PLUGH_BUILD", SOURCE / "build" / "dev"))
PLUGH = os.environ.get("PLUGH", str(BUILD / "bin" / "plugh"))
SANITIZE = os.environ.get("PLUGH_SANITIZE", "")
# The outcome of `plugin check` where memory is not lost: a sanitizer's allocator does not count.
MEMORY_KEPT = (("passed", None) if SANITIZE in ("", "undefined")
               else ("skipped", "the allocator does not tell what is in use"))
DEADLINE = 60  # seconds, for anything that a test waits for
_ENTER = 'mount --bind "$1" /etc && shift && exec "$@"'


class Result:
    """How a run ended: status (negative: by that signal), stdout and stderr as text."""

    def __init__(self, done):
        self.status = done.returncode
        self.bytes = done.stdout
        self.stdout = done.stdout.decode("utf-8", "surrogateescape")
        self.stderr = done.stderr.decode("utf-8", "surrogateescape")

    def __repr__(self):
        return f"status {self.status}\nstdout: {self.stdout!r}\nstderr: {self.stderr!r}"


class PlughTest(unittest.TestCase):
    """A test with a home folder of its own, in which no ini and no plugin of the user is found."""

    maxDiff = None

    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="plugh-test-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.home = self.dir / "home"
        self.home.mkdir()
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "COLUMNS": "80",
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LLVM_PROFILE_FILE"):
            if name in os.environ:
                self.env[name] = os.environ[name]

    def plugh(self, *args, stdin=b"", env=None, **more):
        """Run plugh to its end."""
        done = subprocess.run(
            [PLUGH, *map(os.fspath, args)],
            input=stdin if isinstance(stdin, bytes) else stdin.encode(),
            capture_output=True,
            timeout=DEADLINE,
            env={**self.env, **(env or {})},
            cwd=more.pop("cwd", self.dir),
            **more,
        )
        return Result(done)

    def plugh_with_etc(self, etc, *args, env=None, **more):
        """Run plugh with that folder as its /etc, in a mount namespace: only root can."""
        done = subprocess.run(
            ["unshare", "--mount", "sh", "-c", _ENTER, "sh", etc, PLUGH, *map(os.fspath, args)],
            capture_output=True,
            timeout=DEADLINE,
            env={**self.env, **(env or {})},
            cwd=self.dir,
            **more,
        )
        return Result(done)

    def start(self, *args, env=None, **more):
        """Start plugh and return the Popen; it is ended when the test is."""
        process = subprocess.Popen(
            [PLUGH, *map(os.fspath, args)],
            env={**self.env, **(env or {})},
            cwd=more.pop("cwd", self.dir),
            **more,
        )

        def end():
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait(DEADLINE)
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None:
                    stream.close()

        self.addCleanup(end)
        return process

    def expect(self, result, status, stdout="", stderr=""):
        """All three, exactly."""
        self.assertEqual(
            (result.status, result.stdout, result.stderr), (status, stdout, stderr), result
        )

    def expect_each_passed(self, told):
        """Each test of a document that `plugin check --json` printed."""
        outcome = {test["name"]: (test["status"], test["reason"]) for test in told["tests"]}
        self.assertEqual(outcome, {name: ("passed", None) for name in outcome} | {"memory": MEMORY_KEPT})
        self.assertTrue(told["passed"])

    def user_ini(self, text):
        """Write the user's ini file and return its path."""
        path = self.home / ".config" / "plugh" / "plugh.ini"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def write(self, name, data):
        """Write a file in the test's folder and return its path."""
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    def build_plugin(self, name, source, folder="plugins", flags=()):
        """Build a plugin from C source text, as plugh_add_plugin does, and return its file."""
        out = self.dir / folder
        out.mkdir(parents=True, exist_ok=True)
        code = self.write(f"src/{name}.c", source)
        build_plugin(code, out / f"{name}.so", flags)
        return out / f"{name}.so"


def build_plugin(source, target, flags=(), compiler="gcc"):
    """Compile one source file to a plugin against the SDK of this build."""
    sanitize = [f"-fsanitize={SANITIZE}"] if SANITIZE else []
    subprocess.run(
        [
            compiler, "-std=c17", "-D_GNU_SOURCE", "-fPIC", "-shared", "-fvisibility=hidden", "-O1",
            "-Wall", "-Wextra", "-Wl,--exclude-libs,ALL", *sanitize, *flags,
            "-I", SOURCE / "sdk" / "include", "-o", target, source,
            BUILD / "sdk" / "libplugh-sdk.a",
        ],
        check=True,
        timeout=DEADLINE,
    )
    target.chmod(0o755)


def main():
    unittest.main(verbosity=2)
