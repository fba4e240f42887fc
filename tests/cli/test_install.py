"""The installed tree: it can be moved, and what it holds builds plugins of others.

SPDX-License-Identifier: MIT
"""

import json
import os
import shutil
import subprocess

from installed import FLAGS, InstalledTest, command
from plughtest import BUILD, DEADLINE, SOURCE, Result, main


class Installed(InstalledTest):
    def build_example(self, name):
        """Build an example in an empty folder against the installed SDK, and return the plugin."""
        source = self.dir / "a folder" / name
        shutil.copytree(SOURCE / "sdk/examples" / name, source)
        build = source / "build"
        command("cmake", "-S", source, "-B", build, f"-DCMAKE_PREFIX_PATH={self.prefix}",
                f"-DCMAKE_C_FLAGS={FLAGS} -Wall -Wextra -Wpedantic -Werror", env=os.environ)
        command("cmake", "--build", build)
        return build / f"{name.replace('-', '_')}.so"

    def test_a_copied_tree_finds_its_own_plugins(self):
        copy = self.dir / "copied"
        shutil.copytree(self.prefix, copy, symlinks=True)
        entries = json.loads(self.run_plugh(copy, "plugin", "list", "--json").stdout)
        files = sorted(copy.glob("lib*/**/plugh/plugins/*.so"))
        self.assertIn("extract", [file.stem for file in files])
        self.assertEqual([(e["name"], e["status"], e["file"]) for e in entries],
                         [(file.stem, "enabled", str(file)) for file in files])
        result = self.run_plugh(copy, "extract", "--prefix", "a", input=b"abc")
        self.expect(result, 0, "bc\n")

    def test_it_is_found_through_a_link(self):
        link = self.dir / "plugh"
        link.symlink_to(self.prefix / "bin/plugh")
        done = subprocess.run([link, "extract", "--prefix", "a"], input=b"abc", env=self.env,
                              capture_output=True, timeout=DEADLINE)
        self.expect(Result(done), 0, "bc\n")

    def test_components_are_apart(self):
        host = self.dir / "host"
        command("cmake", "--install", BUILD, "--prefix", host, "--component", "host")
        files = sorted(str(p.relative_to(host)) for p in host.rglob("*") if p.is_file())
        self.assertIn("bin/plugh", files)
        self.assertFalse([f for f in files if f.endswith((".so", ".h", ".a"))], files)
        self.expect(self.run_plugh(host, "extract"), 127, "",
                    "plugh: error: no command 'extract': 'plugh help' lists them\n")

    def test_hello_builds_out_of_tree(self):
        plugin = self.build_example("hello")
        path = ("--plugin-path", plugin.parent)
        self.expect(self.run_plugh(self.prefix, *path, "hello"), 0, "Hello, world\n")
        self.expect(self.run_plugh(self.prefix, *path, "hello", "Ada"), 0, "Hello, Ada\n")

    def test_call_timeout_builds_out_of_tree(self):
        plugin = self.build_example("call-timeout")
        told = "0\n1\n42\n" "0\n1\n2\n3\nNone\n"
        for sandbox in ("on", "off"):
            with self.subTest(sandbox=sandbox):
                self.env["PLUGH_SANDBOX"] = sandbox
                result = self.run_plugh(self.prefix, "--plugin-path", plugin.parent, "call_timeout", "--second", "0.3s")
                self.expect(result, 0, told)

    def test_scope_builds_out_of_tree(self):
        plugin = self.build_example("scope")
        for sandbox in ("on", "off"):
            with self.subTest(sandbox=sandbox):
                self.env["PLUGH_SANDBOX"] = sandbox
                words = ("--plugin-path", plugin.parent, "scope", "-o", "results.txt")
                result = self.run_plugh(self.prefix, *words)
                error = "plugh scope: error: cannot do step 3: Numerical argument out of domain\n"
                self.expect(result, 1, "In enter\nInside scope\nIn exit\n", error)
                self.assertEqual((self.dir / "results.txt").read_text(), "step 1\nstep 2\n")
                done = subprocess.run([self.prefix / "bin/plugh", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                      env=self.env, cwd=self.dir, timeout=DEADLINE)
                self.assertEqual(done.stdout.decode(), "In enter\nInside scope\nIn exit\n" + error)
                self.expect(self.run_plugh(self.prefix, *words, "--fail-at", "0"), 0, "In enter\nInside scope\nIn exit\n")
                self.assertEqual((self.dir / "results.txt").read_text(), "step 1\nstep 2\nstep 3\n")

    def test_train_builds_out_of_tree(self):
        plugin = self.build_example("train")
        path = ("--plugin-path", plugin.parent)

        def train(*args):
            return self.run_plugh(self.prefix, *path, "train", *args)

        self.expect(train(), 0, "epochs = 1, batch_norm = False, num_hidden_units = [20, 20]\n")
        self.expect(train("--epochs", "5", "--batch_norm", "--num_hidden_units=1,2,3"), 0,
                    "epochs = 5, batch_norm = True, num_hidden_units = [1, 2, 3]\n")
        usage = ("usage: plugh train [-h] [--epochs EPOCHS]\n"
                 "                   [--num_hidden_units NUM_HIDDEN_UNITS] [--batch_norm]\n")
        self.expect(train("--epochs", "ten"), 2, "",
                    usage + "plugh train: error: argument --epochs: invalid int value: 'ten'\n")
        for units, bad in (("20,x", "x"), ("", ""), ("1,,2", ""), ("1.5", "1.5"), ("7 8", "7 8"),
                           ("99999999999999999999", "99999999999999999999")):
            self.expect(train("--num_hidden_units", units), 2, "",
                        f"plugh train: error: --num_hidden_units: '{bad}' in '{units}' "
                        "is not a whole number\n")

    def test_it_can_be_installed_beside_the_bundled_ones(self):
        plugin = self.build_example("hello")
        copy = self.dir / "copied"
        shutil.copytree(self.prefix, copy, symlinks=True)
        command("cmake", "--install", plugin.parent, "--prefix", copy)
        self.expect(self.run_plugh(copy, "hello"), 0, "Hello, world\n")

    def test_a_plain_compiler_and_pkg_config_do(self):
        pc = next(self.prefix.rglob("plugh.pc"))
        env = {**os.environ, "PKG_CONFIG_PATH": str(pc.parent)}
        flags = command("pkg-config", "--cflags", "--libs", "plugh", env=env).strip()
        check = command("pkg-config", "--variable=manifest_check", "plugh", env=env).strip()
        (self.dir / "plugins").mkdir()
        source = SOURCE / "sdk/examples/hello/plugin.c"
        command("sh", "-c",
                f'gcc -std=c17 -fPIC -shared -fvisibility=hidden {FLAGS} -o plugins/hello.so "$0" '
                + flags, source, cwd=self.dir)
        command("sh", "-c", f'"$0" plugins/hello.so', check.replace("\\ ", " "), cwd=self.dir)
        self.expect(self.run_plugh(self.prefix, "--plugin-path", "plugins", "hello"), 0,
                    "Hello, world\n")


if __name__ == "__main__":
    main()
