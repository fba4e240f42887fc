# SPDX-License-Identifier: MIT
"""plugh config show, check and path, and what runs make of a broken ini."""

import json
import os
import random
import unittest

import plughtest

# A plugin of options of each kind, with a subcommand.
PROBE = r"""
#include <plugh/sdk.h>

struct probe_args { const char *word; bool loud; int count; plugh_size size; plugh_texts name; };

static int probe_run(const struct plugh_host *host, const struct probe_args *args)
{
	plugh_print(host, "word=%s loud=%d count=%d size=%llu", args->word ? args->word : "(none)",
		args->loud, args->count, (unsigned long long)args->size.bytes);
	for (size_t i = 0; i < args->name.count; i++)
		plugh_print(host, " name=%s", args->name.item[i]);
	return plugh_print(host, "\n");
}

PLUGH_COMMAND(one, struct probe_args, probe_run,
	PLUGH_ABOUT("show the arguments"),
	PLUGH_OPT(word, "-w --word", "a text", .default_ = "w"),
	PLUGH_OPT(loud, "--loud", "a flag"),
	PLUGH_OPT(count, "--the-count", "a number", .default_ = "1"),
	PLUGH_OPT(size, "--size", "a size"),
	PLUGH_OPT(name, "--name", "a list", .nargs = "+"));

PLUGH_PLUGIN_OF(probe, PLUGH_ABOUT("a probe", .version = "1"), one);
"""


class Config(plughtest.PlughTest):
    def write_probe(self):
        """Build the probe; returns the start of an ini file that names its folder."""
        self.build_plugin("probe", PROBE)
        return f"[plugh]\npath = {self.dir}/plugins\n"

    def shown(self, *words, **more):
        """{(section, key): (value, origin)}"""
        result = self.plugh("config", "show", "--json", *words, **more)
        self.assertEqual((result.status, result.stderr), (0, ""), result)
        return {(row["section"], row["key"]): (row.get("value", row.get("base64")), row["origin"])
                for row in json.loads(result.stdout)}

    # ---- runs ----

    def test_options_come_from_ini_then_environment_then_command_line(self):
        ini = self.user_ini(self.write_probe() + '[plugin:probe one]\nword = " a ; b "\nloud = yes\n'
                            "the-count = 3\nsize = 2k\nname =\n  x\n  \"y z\"\n")
        line = "loud=1 count={} size=2048 name=x name=y z\n"
        self.expect(self.plugh("probe", "one"), 0, "word= a ; b  " + line.format(3))
        variable = {"PLUGH_PROBE_ONE_THE_COUNT": "4"}
        self.expect(self.plugh("probe", "one", env=variable), 0, "word= a ; b  " + line.format(4))
        self.expect(self.plugh("probe", "one", "--the-count", "5", "-w", "", env=variable),
                    0, "word= " + line.format(5))
        self.assertEqual(self.shown(env=variable)["plugin:probe one", "the-count"],
                         ("4", "environment PLUGH_PROBE_ONE_THE_COUNT"))
        self.assertEqual(self.shown()["plugin:probe one", "the-count"], ("3", f"{ini}:6"))

    def test_a_run_is_refused_for_errors_in_plugh_policies_and_its_own_sections(self):
        start = self.write_probe()
        for text, line, problem in (
            ("sandbx = on\n", 3, "unknown key 'sandbx'\ndid you mean 'sandbox'?"),
            ("[policy:other]\ndeny = nett\n", 4, "unknown need 'nett'\ndid you mean 'net'?"),
            ("[plugin:probe one]\nwords = x\n", 4, "unknown key 'words'\ndid you mean 'word'?"),
            ("[plugin:probe on]\nword = x\n", 3,
             "plugin 'probe' has no subcommand 'on'\ndid you mean 'one'?"),
            ("[plugin:probe one]\nword\n", 4, "no '=' between a key and its value"),
        ):
            with self.subTest(text=text):
                ini = self.user_ini(start + text)
                first, *hint = problem.split("\n")
                self.expect(self.plugh("probe", "one"), 2, "",
                            "\n".join([f"plugh: error: {ini}:{line}: {first}", *hint, ""]))
                out = self.plugh("config", "check").stdout
                self.assertIn("\n".join(
                    [f"{ini}:{line}: error: {first}", *("  " + text for text in hint), ""]), out)

    def test_a_bad_value_ends_a_run_as_a_usage_error_that_names_the_line(self):
        ini = self.user_ini(self.write_probe() + "[plugin:probe one]\nthe-count = ten\n")
        result = self.plugh("probe", "one")
        self.assertEqual((result.status, result.stdout), (2, ""))
        self.assertEqual(
            result.stderr.splitlines()[-1], f"plugh probe one: error: {ini}:4: "
            "argument --the-count: invalid int value: 'ten'")
        self.expect(self.plugh("config", "check"), 1,
                    f"{ini}:4: error: 'the-count': invalid int value: 'ten'\n")

    def test_a_run_does_not_care_for_mistakes_in_other_plugins_sections(self):
        ini = self.user_ini(self.write_probe() + "[plugin:plugin list]\nqqq = 1\n[plugin:nowhere]\nx = 1\n")
        self.expect(self.plugh("probe", "one"), 0, "word=w loud=0 count=1 size=0\n")
        self.expect(self.plugh("config", "check"), 1,
                    f"{ini}:4: error: unknown key 'qqq'\n"
                    f"{ini}:5: warning: plugin 'nowhere' is not installed\n")

    def test_help_lists_and_built_ins_work_with_a_broken_ini(self):
        ini = self.user_ini("junk\n")
        for words in (["--help"], ["plugin", "list"], ["config", "show"], ["config", "path"]):
            with self.subTest(words=words):
                self.assertEqual(self.plugh(*words).status, 0)
        self.expect(self.plugh("config", "check"), 1,
                    f"{ini}:1: error: no '=' between a key and its value\n")

    # ---- junk ----

    def test_junk_gives_a_value_or_file_and_line(self):
        for name, data, problems in (
            ("crlf", b"[plugh]\r\nsandbox = require\r\n", ""),
            ("no-newline", b"[plugh]\nsandbox = require", ""),
            ("bom", b"\xef\xbb\xbf[plugh]\nsandbox = require\n",
             ":1: warning: a byte order mark, which is skipped\n"),
            ("nul", b"[plugh]\nsandbox = require\ncolor = \0never\n",
             ":3: error: a NUL byte in the line\n"),
            ("long", b"[plugh]\nsandbox = require\ncolor = " + b"x" * 1_000_000 + b"\n",
             ":3: error: a line has at most 198 bytes, this one has 1000008\n"
             "  a long list may go on in indented lines\n"),
            ("latin1", b"[plugh]\nsandbox = require\n[plugin:config check]\njson = \xe9\n",
             ":4: warning: not UTF-8\n{}:4: error: 'json': invalid flag value: '\\xe9' (on or off)\n"),
        ):
            with self.subTest(name):
                file = self.write(name + ".ini", data)
                expected = f"{file}{problems.format(file)}" if problems else ""
                # From the environment, as a bad default of `config check` itself would end it.
                result = self.plugh("config", "check", env={"PLUGH_CONFIG": str(file),
                                                            "PLUGH_CONFIG_CHECK_JSON": "off"})
                self.expect(result, 1 if ": error:" in expected else 0, expected)
                self.assertEqual(self.shown(env={"PLUGH_CONFIG": str(file)})["plugh", "sandbox"],
                                 ("require", f"{file}:2"))

    def test_random_bytes_never_end_it_by_a_signal(self):
        generator = random.Random(1)
        for _ in range(40):
            file = self.write("random.ini", bytes(generator.choices(b"[]=:;#\"\\ \n\tab\0\xff", k=300)))
            self.assertIn(self.plugh("--config", file, "config", "check").status, (0, 1))

    # ---- show ----

    def test_show_prints_an_ini_file_that_means_the_same(self):
        long = " ".join(f"name{i}" for i in range(60))
        self.user_ini(self.write_probe() + f"sandbox = require\ndisabled =\n  {long[:150]}\n"
                      '[plugin:probe one]\nword = "  \\"\\\\ ; \\t\\n"\nname =\n  a\n  "b = c"\n  "[d]"\n'
                      '[policy:probe]\ndeny = net\nallow-read = "/a b" /c\n')
        before = self.shown()
        text = self.plugh("config", "show").stdout
        again = self.write("again.ini", text)
        self.user_ini("")
        after = self.shown(env={"PLUGH_CONFIG": str(again)})
        self.assertEqual({key: value for key, (value, _) in after.items()},
                         {key: value for key, (value, _) in before.items()})
        self.expect(self.plugh("--config", again, "config", "show"), 0, text)

    def test_show_names_origins(self):
        self.user_ini("[plugh]\nsandbox = off\n")
        extra = self.write("extra.ini", "[plugh]\nsandbox = on\npath = /a\n")
        out = self.plugh("--config", extra, "config", "show", "--origin",
                         env={"PLUGH_PATH": "/b:/a", "PLUGH_DISABLED": "x"}).stdout
        self.assertEqual(out.split("\n\n")[0].rstrip("\n"),
                         "[plugh]\n"
                         f"path = /a /b ; {extra}:3, environment PLUGH_PATH\n"
                         "disabled = x ; environment PLUGH_DISABLED\n"
                         f"sandbox = on ; {extra}:2\n"
                         "color = auto ; default\ncrash-reports = auto ; default")

    def test_show_of_one_plugin(self):
        self.user_ini(self.write_probe() + "[policy:probe]\ndeny = net exec\n[plugin:gone]\nk = v\n")
        self.expect(self.plugh("config", "show", "probe", "gone"), 0,
                    "[plugin:probe one]\nword = w\nloud = off\nthe-count = 1\n\n"
                    "[policy:probe]\ndeny = net exec\n\n[plugin:gone]\nk = v\n")
        self.expect(self.plugh("config", "show", "nope"), 1, "",
                    "plugh config: error: no plugin 'nope': "
                    "'plugh plugin list' tells which there are\n")

    # ---- path ----

    def test_path_lists_the_files_in_order(self):
        ini = self.user_ini("")
        extra = self.write("extra.ini", "")
        out = self.plugh("--config", extra, "config", "path").stdout.splitlines()
        self.assertEqual(out[-2:], [f"user    {ini} (read)", f"extra   {extra} (read)"])
        self.expect(self.plugh("config", "path", "user"), 0, f"{ini}\n")
        os.unlink(ini)
        rows = json.loads(self.plugh("config", "path", "user", "--json").stdout)
        self.assertEqual(rows, [{"layer": "user", "path": str(ini), "status": "not there"}])
        self.expect(self.plugh("config", "path", "user", env={"HOME": "", "XDG_CONFIG_HOME": "/x"}),
                    0, "/x/plugh/plugh.ini\n")

    def test_a_missing_extra_file_is_an_error(self):
        self.expect(self.plugh("--config", "/nowhere.ini", "config", "check"), 1,
                    "/nowhere.ini: error: cannot be read: No such file or directory\n")

    def test_check_prints_json(self):
        ini = self.user_ini("[plugh]\nsandbx = on\n")
        result = self.plugh("config", "check", "--json")
        self.assertEqual(result.status, 1)
        self.assertEqual(json.loads(result.stdout), [
            {"file": str(ini), "line": 2, "severity": "error", "text": "unknown key 'sandbx'",
             "hint": "did you mean 'sandbox'?"}])


if __name__ == "__main__":
    unittest.main()
