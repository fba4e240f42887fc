#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""conf/plugh.ini agrees with the code: it names every key, with its default, and nothing else.

Manifests come from `plugh plugin info --json`, the keys of [plugh] and of policies from the table in
host/config_layer.c, and what a file means from `plugh config`, and from Python's configparser.
"""

import configparser
import json
import re
import unittest

import plughtest

CONF = plughtest.SOURCE / "conf" / "plugh.ini"


def sample():
    """{section: {key: text}} of the lines ";key = text"."""
    sections, keys = {}, None
    for line in CONF.read_text().splitlines():
        if match := re.fullmatch(r"\[(.*)\]", line):
            assert match[1] not in sections, f"[{match[1]}] stands twice"
            keys = sections[match[1]] = {}
        elif match := re.fullmatch(r";([a-z0-9][a-z0-9_-]*) =(?: (.*))?", line):
            assert match[1] not in keys, f"'{match[1]}' stands twice"
            keys[match[1]] = match[2] or ""
        else:
            assert line == "" or line.startswith("#"), f"neither prose nor a key: {line!r}"
    return sections


def unquote(text):
    return re.sub(r'\\(.)', r'\1', text[1:-1]) if text.startswith('"') else text


def keys_of(section):
    rows = re.findall(r'\{ "([^"]+)", CONFIG_SECTION_(\w+), (?:true|false) \}',
                      (plughtest.SOURCE / "host" / "config_layer.c").read_text())
    return {key for key, kind in rows if kind == section}


def uncommented():
    return re.sub(r"(?m)^;", "", CONF.read_text())


class Conf(plughtest.PlughTest):
    def setUp(self):
        super().setUp()
        self.bundled = [entry["name"] for entry in self.plugh_json("plugin", "list")
                        if entry["status"] == "enabled"]
        self.assertTrue(self.bundled, "no plugin is there")
        self.info = {name: self.plugh_json("plugin", "info", name) for name in self.bundled}

    def plugh_json(self, *words):
        result = self.plugh(*words, "--json")
        self.assertEqual((result.status, result.stderr), (0, ""), result)
        return json.loads(result.stdout)

    def commands(self):
        """(section, options) of each plugin and subcommand that has keys."""
        for name, info in self.info.items():
            commands = [("plugin:" + name, info["options"])]
            commands += [(f"plugin:{name} {sub['name']}", sub["options"])
                         for sub in info["commands"]]
            for section, options in commands:
                keys = [option for option in options if option["key"] is not None]
                if keys:
                    yield section, keys

    def test_every_option_is_named_and_nothing_else(self):
        wanted = {section: {option["key"] for option in options}
                  for section, options in self.commands()}
        there = {section: set(keys) for section, keys in sample().items()
                 if section.startswith("plugin:")}
        self.assertEqual(there, wanted)

    def test_defaults_are_those_of_the_manifests(self):
        sections = sample()
        for section, options in self.commands():
            for option in options:
                default = option["default"]
                if default is None and option["kind"] == "flag":
                    default = "off"
                if default is not None:
                    with self.subTest(section=section, key=option["key"]):
                        self.assertEqual(unquote(sections[section][option["key"]]), default)

    def test_keys_of_plugh_and_policies_are_those_of_the_code(self):
        sections = sample()
        self.assertEqual(set(sections["plugh"]), keys_of("PLUGH"))
        policies = [keys for section, keys in sections.items() if section.startswith("policy:")]
        self.assertTrue(policies)
        for keys in policies:
            self.assertEqual(set(keys), keys_of("POLICY"))

    def test_defaults_of_plugh_are_those_in_force(self):
        shown = {row["key"]: row["value"] for row in self.plugh_json("config", "show")
                 if row["section"] == "plugh"}
        keys = sample()["plugh"]
        self.assertEqual(sorted(keys.pop("enabled").split()), sorted(self.bundled))
        self.assertEqual({key: text.split() if isinstance(shown[key], list) else text
                          for key, text in keys.items()}, shown)

    def test_each_key_has_its_variable_in_the_text(self):
        prose = re.sub(r"\n# ?", " ", CONF.read_text())
        for key in sample()["plugh"]:
            self.assertIn("PLUGH_" + key.upper().replace("-", "_"), prose)

    def test_as_it_stands_it_changes_nothing(self):
        self.expect(self.plugh("--config", CONF, "config", "check"), 0)
        self.assertEqual(self.plugh_json("--config", CONF, "config", "show"),
                         self.plugh_json("config", "show"))

    def test_with_every_line_uncommented_it_is_accepted(self):
        file = self.write("all.ini", uncommented())
        self.expect(self.plugh("--config", file, "config", "check"), 0)

    def test_it_means_what_configparser_says(self):
        reader = configparser.RawConfigParser(inline_comment_prefixes=(";",))
        reader.optionxform = str
        reader.read_string(uncommented())
        file = self.write("all.ini", uncommented())
        options = [row for row in self.plugh_json("--config", file, "config", "show")
                   if row["section"].startswith("plugin:")]
        self.assertTrue(options)
        for row in options:
            with self.subTest(section=row["section"], key=row["key"]):
                self.assertEqual(row["value"], unquote(reader[row["section"]][row["key"]]))
                self.assertTrue(row["origin"].startswith(f"{file}:"))

    def test_an_error_put_into_it_is_found_at_its_line(self):
        lines = uncommented().splitlines(keepends=True)
        for number, line in enumerate(lines, 1):
            if not re.match(r"[a-z]", line):
                continue
            broken = lines.copy()
            broken[number - 1] = "qqq" + line
            file = self.write("broken.ini", "".join(broken))
            with self.subTest(line=number):
                result = self.plugh("--config", file, "config", "check")
                key = "qqq" + line.split()[0]
                self.assertEqual(
                    (result.status, result.stdout.splitlines()[0], result.stderr),
                    (1, f"{file}:{number}: error: unknown key '{key}'", ""))


if __name__ == "__main__":
    unittest.main()
