"""plugh timeout beside GNU's own: one command line, run under both.

SPDX-License-Identifier: MIT
"""

import shutil
import subprocess
import time

from plughtest import DEADLINE, PLUGH, PlughTest

GNU = shutil.which("timeout")


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
