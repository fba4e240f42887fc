#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each option of each plugin has its line in the man page and in the completion of every shell.

What there is comes from `plugh plugin list` and `plugh plugin info --json`, for the plugins of this build and for
those of tests/host/surfaces, which use everything that a manifest can say.
"""

import json
import re
import unittest

import plughtest


class Surfaces(plughtest.PlughTest):
    def setUp(self):
        super().setUp()
        folder = self.home / ".local/share/plugh/plugins"
        folder.mkdir(parents=True)
        for source in (plughtest.SOURCE / "tests/host/surfaces").glob("*.c"):
            plughtest.build_plugin(source, folder / f"{source.stem}.so")

    def output(self, *words):
        result = self.plugh(*words)
        self.assertEqual((result.status, result.stderr), (0, ""), result)
        return result.stdout

    def commands(self):
        """(words, the names of its page, what `plugin info` says) of each plugin and subcommand."""
        plugins = [entry["name"] for entry in json.loads(self.output("plugin", "list", "--json"))
                   if entry["status"] == "enabled"]
        self.assertIn("extract", plugins)
        self.assertIn("kit", plugins)
        for name in plugins:
            info = json.loads(self.output("plugin", "info", name, "--json"))
            yield (name,), info
            for command in info.get("commands") or []:
                yield (name, command["name"]), command

    def complete(self, shell, *words):
        """{text: description} of what may stand in place of the last word."""
        lines = self.output("complete", shell, str(len(words)), "plugh", *words).splitlines()[2:]
        separator = {"bash": "\0", "zsh": ":", "fish": "\t"}[shell]
        return dict((line + separator).split(separator)[:2] for line in lines)

    @staticmethod
    def options(info):
        return [option for option in info["options"] if not option["positional"]]

    @staticmethod
    def roff(text):
        """As the page's source has it."""
        for char, escape in (("\\", r"\e"), ("-", r"\-"), ("'", r"\(aq")):
            text = text.replace(char, escape)
        return text

    def tags(self, page):
        """The names in the lines behind .TP."""
        found = set()
        for line in re.findall(r"^\.TP\n(.*)$", page, re.MULTILINE):
            found.update(re.findall(r"\\f[BI](.*?)\\fR", line))
        return found

    def test_every_option_has_an_entry_on_its_man_page(self):
        for words, info in self.commands():
            with self.subTest(words):
                own = self.tags(self.output("man", *words))
                plugin = self.tags(self.output("man", words[0]))
                for option in info["options"]:
                    shown = option["names"]
                    if option["positional"]:
                        shown = [option["metavar"] or (option["choices"] and
                                 "{" + ",".join(option["choices"]) + "}") or option["names"][0]]
                    for name in map(self.roff, shown):
                        self.assertIn(name, own)
                        self.assertIn(name, plugin)

    def test_every_option_has_its_variable_and_key_on_its_man_page(self):
        for words, info in self.commands():
            with self.subTest(words):
                page = self.output("man", *words)
                files = page.split('.SH "FILES"')[1] if self.options(info) else ""
                for option in self.options(info):
                    if option["key"] is None:
                        continue
                    variable = "_".join(("PLUGH", *words, option["key"])).upper().replace("-", "_")
                    self.assertIn(rf"\fB{variable}\fR" + "\n", page)
                    self.assertIn(rf"\fB{self.roff(option['key'])}\fR", files)

    def test_every_option_is_completed_in_every_shell(self):
        for words, info in self.commands():
            for shell in ("bash", "zsh", "fish"):
                with self.subTest(words, shell=shell):
                    offered = {**self.complete(shell, *words, "-"), **self.complete(shell, *words, "--")}
                    for option in self.options(info):
                        for name in option["names"]:
                            self.assertIn(name, offered)
                            if shell != "bash" and option["help"]:
                                self.assertNotEqual(offered[name], "")

    def test_every_choice_is_completed(self):
        for words, info in self.commands():
            for option in self.options(info):
                if not option["choices"]:
                    continue
                with self.subTest(words, option=option["names"][0]):
                    offered = self.complete("fish", *words, option["names"][0], "")
                    self.assertEqual(list(offered), option["choices"])

    def test_every_command_is_completed_with_its_summary(self):
        for words, info in self.commands():
            with self.subTest(words):
                self.assertEqual(self.complete("fish", *words)[words[-1]], info["summary"])


if __name__ == "__main__":
    unittest.main()
