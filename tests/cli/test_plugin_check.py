"""`plugh plugin check` passes what is shipped: the bundled plugins, the examples, the tests' own.

What it fails is in tests/broken/test_validator.py.

SPDX-License-Identifier: MIT
"""

import json

from plughtest import BUILD, SOURCE, PlughTest, build_plugin, main


class Check(PlughTest):
    def expect_passes(self, path):
        result = self.plugh("plugin", "check", path, "--json")
        told = json.loads(result.stdout)
        failed = [test for test in told["tests"] if test["status"] == "failed"]
        self.assertEqual((result.status, result.stderr, failed), (0, "", []), path)
        self.assertEqual((told["passed"], told["name"], told["file"]), (True, path.stem, str(path)))
        return told

    def test_each_bundled_plugin_passes(self):
        files = sorted((BUILD / "lib/plugh/plugins").glob("*.so"))
        self.assertGreater(len(files), 0)
        for path in files:
            with self.subTest(path=path):
                self.expect_passes(path)

    def test_each_example_passes(self):
        for folder in sorted((SOURCE / "sdk/examples").iterdir()):
            sources = sorted(folder.glob("*.c"))
            if not sources:
                continue
            target = self.dir / f"{folder.name.replace('-', '_')}.so"
            build_plugin(sources[0], target, [str(source) for source in sources[1:]])
            with self.subTest(example=folder.name):
                told = self.expect_passes(target)
                # It takes six seconds by default, which is longer than a run is tried.
                if folder.name != "call-timeout":
                    self.expect_each_passed(told)

    def test_tables_that_use_all_that_there_is_pass(self):
        """Their run functions are traps: nothing but the table is meant to be used."""
        for source in sorted((SOURCE / "tests/host/surfaces").glob("*.c")):
            target = self.dir / f"{source.stem}.so"
            build_plugin(source, target)
            told = json.loads(self.plugh("plugin", "check", target, "--json").stdout)["tests"]
            upto = [test["name"] for test in told].index("run")
            self.assertEqual({test["status"] for test in told[:upto]}, {"passed"}, (source.stem, told))

    def test_nothing_of_the_user_s_changes(self):
        before = sorted(self.dir.rglob("*"))
        self.expect_passes(BUILD / "lib/plugh/plugins/extract.so")
        self.assertEqual(sorted(self.dir.rglob("*")), before)

    def test_a_relative_path_and_a_link(self):
        target = self.dir / "hello.so"
        build_plugin(SOURCE / "sdk/examples/hello/plugin.c", self.dir / "real-1.0.so")
        target.symlink_to("real-1.0.so")
        self.assertEqual(self.plugh("plugin", "check", "hello.so").status, 0)
        self.assertEqual(self.plugh("plugin", "check", "real-1.0.so").status, 1)

    def test_usage(self):
        self.assertEqual(self.plugh("plugin", "check").status, 2)
        self.expect(self.plugh("plugin", "check", "missing.so"), 1, "",
                    "plugh plugin: error: cannot open 'missing.so': No such file or directory\n")


if __name__ == "__main__":
    main()
