"""What the system's ini files restrict, no later layer undoes: the user's ini, --config, PLUGH_CONFIG, variables.

The binary reads /etc/plugh, so each run has an /etc of its own, in a mount namespace. Each restriction is
first shown to be one that the later layer could lift, were it not for the system's line.

SPDX-License-Identifier: MIT
"""

import hashlib
import os
import re
import unittest

from plughtest import SOURCE, PlughTest, main

PEEK = r"""
#include <fcntl.h>
#include <plugh/sdk.h>
struct peek_args { const char *path; };
static int peek_run(const struct plugh_host *host, const struct peek_args *args)
{
	return plugh_print(host, "%s %s\n", FROM, open(args->path, O_RDONLY) < 0 ? "closed" : "open");
}
PLUGH_PLUGIN(peek, struct peek_args, peek_run, PLUGH_ABOUT("look into a file", .needs = NEEDS),
	PLUGH_OPT(path, "path", "a file, for which nothing is granted"));
"""


@unittest.skipIf(os.getuid() != 0, "only root can have an /etc of its own")
class Layers(PlughTest):
    def setUp(self):
        super().setUp()
        self.secret = self.write("secret", "x").resolve()
        self.plugin = self.build("first", "0")
        self.config = self.write("config.ini", "")

    def build(self, folder, needs):
        return self.build_plugin("peek", PEEK, folder, flags=(f'-DFROM="{folder}"', f"-DNEEDS={needs}"))

    def peek(self, system, options=(), env=None, folder="first"):
        etc = self.write("etc/plugh/plugh.ini", f"[plugh]\npath = {self.dir}/{folder}\n{system}").parent.parent
        return self.plugh_with_etc(etc, *options, "peek", self.secret, env=env)

    def by_each_layer(self, system, text, variables=None, **more):
        """Run with the text in each later layer in turn, and with the variables. Returns the results."""
        results = []
        self.config.write_text(text)
        for layer in ("user", "--config", "PLUGH_CONFIG", "variables"):
            if layer == "variables" and variables is None:
                continue
            user = self.user_ini(text if layer == "user" else "")
            options = ("--config", self.config) if layer == "--config" else ()
            env = {"PLUGH_CONFIG": str(self.config)} if layer == "PLUGH_CONFIG" else \
                variables if layer == "variables" else {}
            results.append(self.peek(system, options, env, **more))
            user.unlink()
        return results

    def assert_lifts(self, text, stdout, variables=None, system="", **more):
        for result in self.by_each_layer(system, text, variables, **more):
            self.expect(result, 0, stdout)

    def assert_refused(self, system, text, status, said, variables=None, **more):
        for result in self.by_each_layer(system, text, variables, **more):
            self.assertEqual((result.status, result.stdout), (status, ""), result)
            self.assertIn(said, result.stderr)

    def test_sandbox(self):
        off, by_variable = "[plugh]\nsandbox = off\n", {"PLUGH_SANDBOX": "off"}
        self.assert_lifts(off, "first open\n", by_variable)
        for level in ("on", "require"):
            for result in self.by_each_layer(f"sandbox = {level}\n", off, by_variable):
                self.expect(result, 0, "first closed\n")
        # And what a later layer adds holds.
        for result in self.by_each_layer("sandbox = off\n", "[plugh]\nsandbox = on\n", {"PLUGH_SANDBOX": "on"}):
            self.expect(result, 0, "first closed\n")

    def test_deny_a_path(self):
        allow = f"[policy:peek]\nallow-read = {self.secret}\n"
        self.assert_lifts(allow, "first open\n")
        for result in self.by_each_layer("[policy:peek]\ndeny = read\n", allow):
            self.expect(result, 0, "first closed\n")

    def test_deny_a_need(self):
        self.build("needy", "PLUGH_EXEC")
        allow = "[policy:peek]\nallow = exec\n"
        self.assert_lifts(allow, "needy open\n", folder="needy")
        self.assert_refused("[policy:peek]\ndeny = exec\n", allow, 126,
                            "needs 'exec', which is denied by /etc/plugh/plugh.ini:4", folder="needy")

    def test_what_the_system_allows_a_later_layer_denies(self):
        self.build("needy", "PLUGH_EXEC")
        system = "[policy:peek]\nallow = exec\n"
        self.expect(self.peek(system, folder="needy"), 0, "needy open\n")
        self.assert_refused(system, "[policy:peek]\ndeny = exec\n", 126, "needs 'exec', which is denied by",
                            folder="needy")

    def test_enabled(self):
        enabled, by_variable = "[plugh]\nenabled = peek extract\n", {"PLUGH_ENABLED": "peek extract"}
        self.assert_lifts(enabled, "first closed\n", by_variable)
        self.assert_refused("enabled = extract\n", enabled, 126, "not in enabled= of /etc/plugh/plugh.ini:3",
                            by_variable)
        # Nor does a second file of the system widen the first.
        self.write("etc/plugh/conf.d/10.ini", enabled)
        self.assertEqual(self.peek("enabled = extract\n").status, 126)

    def test_disabled(self):
        for text, variables in (("[plugh]\nenabled = peek\n", {"PLUGH_ENABLED": "peek"}),
                                ("[plugh]\ndisabled = extract\n", {"PLUGH_DISABLED": "extract"})):
            self.assert_lifts(text, "first closed\n", variables)
            self.assert_refused("disabled = peek\n", text, 126, "disabled by /etc/plugh/plugh.ini:3", variables)

    def test_sha256(self):
        digest = hashlib.sha256(self.plugin.read_bytes()).hexdigest()
        pin, other = f"[policy:peek]\nsha256 = {digest}\n", f"[policy:peek]\nsha256 = {'0' * 64}\n"
        self.assert_lifts(pin, "first closed\n")
        self.assert_lifts(pin, "first closed\n", system=pin)
        # Without a pin of the system's, the last one counts.
        self.user_ini(other)
        self.assertEqual(self.peek("").status, 126)
        self.expect(self.peek("", ("--config", self.write("pin.ini", pin))), 0, "first closed\n")
        self.assert_refused(other, pin, 126,
                            f"its SHA-256 is {digest}, but /etc/plugh/plugh.ini:4 pins {'0' * 64}")
        # Another file under the pinned name.
        with open(self.plugin, "ab") as file:
            file.write(b"x")
        self.assertEqual(self.peek(pin).status, 126)

    def test_folders_of_the_system_come_first(self):
        self.build("second", "0")
        path = f"[plugh]\npath = {self.dir}/second\n"
        self.assert_lifts(path, "second closed\n", {"PLUGH_PATH": f"{self.dir}/second"}, folder="missing")
        for result in self.by_each_layer("", path, {"PLUGH_PATH": f"{self.dir}/second"}):
            self.expect(result, 0, "first closed\n")


class Document(unittest.TestCase):
    def test_each_promise_names_a_test_that_exists(self):
        text = (SOURCE / "SECURITY.md").read_text()
        named = re.findall(r"`(tests/[\w/]+\.\w+)(?:::(\w+))?`", text)
        self.assertGreater(len(named), 20)
        for path, name in named:
            self.assertRegex((SOURCE / path).read_text(), rf"\b{name}\b", f"{path} has no {name}")


if __name__ == "__main__":
    main()
