"""Shards of `plugh perms` by a job array of Slurm: one behind the other they are the whole.

SPDX-License-Identifier: MIT
"""

import concurrent.futures
import itertools
import pathlib
import re
import subprocess

from plughtest import DEADLINE, PLUGH, SANITIZE, SOURCE, PlughTest, main

import slurm

SHARD = "plugh perms --shard $SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT"
JOB_DEADLINE = 4 * DEADLINE  # the tasks of all jobs, four at a time

# Tasks, and what is listed.
JOBS = (
    (1, "abcde"),
    (4, "abcdef"),
    (7, "abcdef"),
    (9, "abc"),  # more than there are arrangements
    (5, "--distinct banana"),
    (3, "--distinct -r 4 abracadabra"),
    (6, "--start 100 --limit 333 abcdef"),
    (11, "--separator , -r 3 red green blue cyan"),
)


class Slurm(PlughTest):
    def setUp(self):
        super().setUp()
        self.dir.chmod(0o711)  # munged: everybody must reach its socket
        self.env["PATH"] = f"{pathlib.Path(PLUGH).parent}:{self.env['PATH']}"
        if SANITIZE:
            self.env["ASAN_OPTIONS"] = "detect_leaks=0"
        (self.dir / "cluster").mkdir()
        (self.dir / "cluster").chmod(0o711)
        self.cluster = slurm.Cluster(self.dir / "cluster", self.env)
        self.addCleanup(self.cluster.stop)
        self.cluster.start()

    def submit(self, name, tasks, what):
        """Run a job array to its end. Returns its status and what the parts hold, in the order of their names."""
        folder = self.dir / name
        folder.mkdir()
        done = self.cluster.run(["sbatch", "--wait", f"--array={tasks}", "--output=part-%3a", "--error=error-%3a",
                                 "--wrap", f"{SHARD} {what}"], folder, JOB_DEADLINE)
        self.assertRegex(done.stdout, r"\ASubmitted batch job \d+\n\Z", done)
        errors = "".join(one.read_text() for one in sorted(folder.glob("error-*")))
        return done.returncode, [one.read_text() for one in sorted(folder.glob("part-*"))], errors

    def test_the_shards_of_a_job_array_are_the_whole(self):
        with concurrent.futures.ThreadPoolExecutor(len(JOBS)) as pool:
            jobs = [pool.submit(self.submit, f"job-{i}", f"1-{tasks}", what) for i, (tasks, what) in enumerate(JOBS)]

        for (tasks, what), job in zip(JOBS, jobs):
            with self.subTest(tasks=tasks, what=what):
                whole = self.plugh("perms", *what.split()).stdout
                count = whole.count("\n")
                status, parts, errors = job.result()
                self.assertEqual((status, errors, "".join(parts)), (0, "", whole))
                self.assertEqual([part.count("\n") for part in parts],
                                 [i * count // tasks - (i - 1) * count // tasks for i in range(1, tasks + 1)])
        self.assertEqual("".join(jobs[1].result()[1]),
                         "".join("".join(row) + "\n" for row in itertools.permutations("abcdef")))

    def test_a_task_that_fails_is_the_status_of_the_job(self):
        status, parts, errors = self.submit("job", "0-2", "abc")

        # Numbered from 0, the first is none of the shards.
        self.assertEqual(status, 2)
        self.assertEqual(parts, ["", "abc\nacb\n", "bac\nbca\n"])
        self.assertIn("plugh perms: error: argument --shard: invalid shard (I/N, I from 1 to N): '0/3'\n", errors)

    def test_the_documented_commands_work(self):
        for document in ("README.md", "plugins/perms/README.md"):
            with self.subTest(document=document):
                block, = re.findall(r"^```sh\n(sbatch .*?)^```$", (SOURCE / document).read_text(), re.M | re.S)
                folder = self.dir / document.replace("/", "-")
                folder.mkdir()
                done = self.cluster.run(["bash", "-e", "-c", block], folder, JOB_DEADLINE)
                self.assertEqual((done.returncode, done.stderr), (0, ""), done)
                items = re.search(r"TASK_COUNT (\w+)'", block)[1]
                made, = (one for one in folder.iterdir() if not one.name.startswith("part-"))
                subprocess.run(["cmp", "-", made], input=self.plugh("perms", items).bytes, check=True, timeout=DEADLINE)

    def test_nothing_is_left_behind(self):
        self.submit("job", "1-2", "abc")
        self.assertGreaterEqual(len(self.cluster.processes()), 3)

        self.cluster.stop()

        self.assertEqual((self.cluster.processes(), slurm.children()), ([], []))


if __name__ == "__main__":
    main()
