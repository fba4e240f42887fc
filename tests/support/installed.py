"""What the tests of the installed tree share: one installation a class, and a look at what it builds.

SPDX-License-Identifier: MIT
"""

import os
import pathlib
import shutil
import subprocess
import tempfile

from plughtest import BUILD, DEADLINE, SANITIZE, PlughTest, Result

FLAGS = f"-fsanitize={SANITIZE}" if SANITIZE else ""


def command(*args, **more):
    """Run a tool that must succeed, and return its standard output."""
    done = subprocess.run(list(map(os.fspath, args)), capture_output=True, timeout=4 * DEADLINE,
                          **more)
    if done.returncode != 0:
        raise AssertionError(f"{args}: {done.returncode}\n{done.stdout.decode()}"
                             f"{done.stderr.decode()}")
    return done.stdout.decode()


class InstalledTest(PlughTest):
    """One installation for all tests, in a folder with a blank in its name."""

    @classmethod
    def setUpClass(cls):
        cls.root = pathlib.Path(tempfile.mkdtemp(prefix="plugh install "))
        cls.prefix = cls.root / "prefix"
        command("cmake", "--install", BUILD, "--prefix", cls.prefix)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.root)

    def run_plugh(self, prefix, *args, **more):
        """Run the plugh of an installed tree."""
        return Result(subprocess.run([prefix / "bin/plugh", *args], capture_output=True,
                                     timeout=DEADLINE, env=self.env, cwd=self.dir, **more))
