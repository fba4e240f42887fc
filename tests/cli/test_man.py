"""Man pages: what `plugh man` prints, what groff and mandoc make of it, and that it agrees with --help.

SPDX-License-Identifier: MIT
"""

import json
import os
import re
import subprocess

from test_completion import Terminal
from plughtest import BUILD, DEADLINE, SOURCE, PlughTest, build_plugin, main

SURFACES = SOURCE / "tests" / "host" / "surfaces"
BUILT_IN = {"help": [], "plugin": ["list", "info", "check", "new", "install", "remove", "enable", "disable",
                                   "pin", "unpin"],
            "config": ["show", "check", "path"], "completion": [], "man": [], "doctor": []}
PLUGINS = {"kit": [], "pack": ["encode", "listen"], "limit": [], "record": []}


def pages():
    """The words of all commands that have a page."""
    yield ()
    yield ("plugh",)
    for table in (BUILT_IN, PLUGINS, {"extract": []}):
        for name, subs in table.items():
            yield (name,)
            yield from ((name, sub) for sub in subs)


class ManTest(PlughTest):
    def setUp(self):
        super().setUp()
        plugins = self.home / ".local/share/plugh/plugins"
        plugins.mkdir(parents=True)
        for source in SURFACES.glob("*.c"):
            build_plugin(source, plugins / (source.stem + ".so"))

    def page(self, *words, env=None):
        result = self.plugh("man", *words, env=env)
        self.assertEqual((result.status, result.stderr), (0, ""), result)
        return result.stdout

    def show(self, source, *command):
        """The page as a formatter shows it, without a word of warning."""
        done = subprocess.run(
            command, input=source.encode(), capture_output=True, timeout=DEADLINE,
            env={**self.env, "MANWIDTH": "100", "MAN_KEEP_FORMATTING": "", "GROFF_NO_SGR": "1"})
        self.assertEqual((done.returncode, done.stderr.decode()), (0, ""))
        return re.sub(".\b", "", done.stdout.decode())


class Pages(ManTest):
    def test_groff_and_mandoc_have_nothing_to_say(self):
        for words in pages():
            with self.subTest(words):
                source = self.page(*words)
                self.show(source, "mandoc", "-Tlint", "-Wwarning")
                self.show(source, "man", "--warnings", "-l", "-")
                self.show(source, "groff", "-man", "-ww", "-Tutf8", "-z")

    def test_what_is_shown_is_what_the_manifest_says(self):
        for command in (("man", "-l", "-"), ("mandoc", "-Tutf8", "-Owidth=100")):
            with self.subTest(command[0]):
                shown = " ".join(self.show(self.page("kit"), *command).split())
                for text in (
                    "plugh-kit - try everything: 100% of 'it', a\\b and \"c\"",
                    "(--machine | --text | --mode MODE)",
                    "Try everything: 100% of 'it', a\\b and \"c\".",
                    "The first paragraph of plugh kit.",
                    ".The second one is 100% plain",
                    "-b, --block-size SIZE bytes in a block. Default: 64M.",
                    "-n, --nth NTH which one (default: 3, a int)",
                    "--host HOST .begins with a dot",
                    "--folder DIR 'quoted' at the start",
                    "été €: back\\slash, ~tilde^",
                    "One of: json, text, a:b, $HOME, it's.",
                    "7 the seventh",
                    "PLUGH_KIT_BLOCK_SIZE",
                    "[plugin:kit]",
                    "plugh kit --all 'a b' | wc -l",
                    "kit 2.5.0",
                ):
                    self.assertIn(text, shown)

    def test_apropos_reads_the_name(self):
        folder = self.dir / "share/man/man1"
        folder.mkdir(parents=True)
        for words in (("kit",), ("pack", "encode"), ("plugh",)):
            (folder / ("-".join(("plugh", *words)) + ".1")).write_text(self.page(*words))

        done = subprocess.run(["lexgrog", *sorted(folder.iterdir())], env=self.env,
                              capture_output=True, timeout=DEADLINE, check=True)

        for line in ("plugh-kit - try everything:", "plugh-pack-encode - transform a file",
                     "plugh - one command whose subcommands are plugins"):
            self.assertIn(line, done.stdout.decode())



class IniPage(ManTest):
    SOURCE = (SOURCE / "packaging/man/plugh.ini.5").read_text()

    def test_groff_and_mandoc_have_nothing_to_say(self):
        self.show(self.SOURCE, "mandoc", "-Tlint", "-Wwarning")
        self.show(self.SOURCE, "man", "--warnings", "-l", "-")

    def test_every_key_of_the_host_has_an_entry_and_no_other(self):
        rows = re.findall(r'\{ "([^"]+)", CONFIG_SECTION_(\w+), (?:true|false) \}',
                          (SOURCE / "host/config_layer.c").read_text())
        self.assertGreater(len(rows), 5)
        for kind, title in (("PLUGH", r"THE SECTION \[plugh\]"), ("POLICY", r"SECTIONS \[policy:NAME\]")):
            section = re.search(rf"\.SH {title}\n(.*?)\.SH", self.SOURCE, re.DOTALL)[1]
            entries = re.findall(r"^\.TP\n(.*)$", section, re.MULTILINE)
            named = [key.replace("\\-", "-") for entry in entries
                     for key in re.findall(r"\\fB(.*?)\\fR", entry)]
            self.assertEqual(sorted(named), sorted(key for key, its in rows if its == kind))

    def test_the_variables_are_those_of_the_keys(self):
        self.assertEqual(
            sorted(re.findall(r"\\fB(PLUGH_[A-Z_]+)\\fR", self.SOURCE.split(".SH ENVIRONMENT")[1])),
            ["PLUGH_COLOR", "PLUGH_CRASH_REPORTS", "PLUGH_DISABLED", "PLUGH_ENABLED", "PLUGH_PATH", "PLUGH_SANDBOX"])

    def test_the_examples_are_good(self):
        for example in re.findall(r"\.EX\n(.*?)\.EE", self.SOURCE.split(".SH EXAMPLES")[1], re.DOTALL):
            text = example.replace("\\-", "-")
            self.user_ini(text)
            result = self.plugh("config", "check")
            self.assertEqual(result.status, 0, (text, result))

    def test_it_has_the_release_of_the_host(self):
        version = self.plugh("--version").stdout.strip()
        self.assertIn(f'"{version}" "plugh manual"', self.SOURCE.splitlines()[1])
        self.assertIn(re.search(r'1 (\d{4}-\d\d-\d\d) ', self.page())[1], self.SOURCE)


class BwtPage(ManTest):
    """plugh-bwt(5). That a reader made from it reads what is written is cli-bwt_container's matter."""
    SOURCE = (SOURCE / "packaging/man/plugh-bwt.5").read_text()

    def test_groff_and_mandoc_have_nothing_to_say(self):
        self.show(self.SOURCE, "mandoc", "-Tlint", "-Wwarning")
        self.show(self.SOURCE, "man", "--warnings", "-l", "-")

    def test_the_fields_of_each_part_lie_side_by_side(self):
        sizes = {}
        for title, part in re.findall(r"^\.SS (The head|A block|The trailer): (.*?)(?=^\.S[SH] )", self.SOURCE, re.MULTILINE | re.DOTALL):
            at = 0
            for offset, size in re.findall(r"^\\fB(\d+)\\fR \((\d+) bytes\)$", part, re.MULTILINE):
                self.assertEqual(int(offset), at, part)
                at += int(size)
            self.assertTrue(part.startswith(f"{at} bytes"), part)
            sizes[title] = at
        told = dict(re.findall(r"FORMAT_(HEAD|BLOCK|TRAILER) = (\d+)", (SOURCE / "plugins/bwt/format.h").read_text()))
        self.assertEqual({"HEAD": str(sizes["The head"]), "BLOCK": str(sizes["A block"]), "TRAILER": str(sizes["The trailer"])}, told)

    def test_the_example_is_what_comes_out(self):
        rows = re.findall(r"^(\d)  (\w*) +(\w)$|^4  banana$", self.SOURCE, re.MULTILINE)
        packed = self.plugh("bwt", "encode", stdin="banana").bytes
        last = re.search(r"transform is \\fB(\w+)\\fR and the index (\d)", self.SOURCE)
        self.assertEqual(len(rows), 7)
        self.assertEqual((packed[56:62].decode(), packed[32]), (last[1], int(last[2])))
        self.assertEqual("".join(row[2] for row in rows), last[1])

    def test_it_has_the_release_of_the_host(self):
        version = self.plugh("--version").stdout.strip()
        self.assertIn(f'"{version}" "plugh manual"', self.SOURCE.splitlines()[1])


class Installed(PlughTest):
    def test_man_finds_the_page_of_each_command(self):
        prefix = self.dir / "prefix"
        subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix], check=True,
                       capture_output=True, timeout=DEADLINE)
        names = [entry["name"] for entry in json.loads(self.plugh("plugin", "list", "--json").stdout)]
        self.assertIn("extract", names)

        subprocess.run(["man", "-M", prefix / "share/man", "-w", "5", "plugh-bwt"], check=True,
                       env=self.env, capture_output=True, timeout=DEADLINE)
        for page in ("plugh", "plugh.ini", *(f"plugh-{name}" for name in names),
                     *("-".join(("plugh", name, *sub)) for name, subs in BUILT_IN.items()
                       for sub in ((), *((sub,) for sub in subs)))):
            with self.subTest(page):
                subprocess.run(["man", "-M", prefix / "share/man", "-w", page], check=True,
                               env=self.env, capture_output=True, timeout=DEADLINE)

    def test_each_shell_finds_its_script(self):
        prefix = self.dir / "prefix"
        subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix, "--component", "host"],
                       check=True, capture_output=True, timeout=DEADLINE)

        for shell, file in (("bash", "bash-completion/completions/plugh"),
                            ("zsh", "zsh/site-functions/_plugh"),
                            ("fish", "fish/vendor_completions.d/plugh.fish")):
            self.assertEqual((prefix / "share" / file).read_text(),
                             self.plugh("completion", shell).stdout)


class Agreement(ManTest):
    """The page of a command and its --help have one source, and show it."""

    def commands(self):
        return [words for words in pages() if words not in ((), ("plugh",))]

    def test_every_help_text_is_on_the_page(self):
        for words in self.commands():
            with self.subTest(words):
                usage = self.plugh(*words, "--help", env={"COLUMNS": "500"}).stdout
                shown = self.flat(self.show(self.page(*words), "man", "-l", "-"))
                self.assertGreater(len(usage.splitlines()), 4)
                for line in usage.splitlines()[1:]:
                    # A list of subcommands is a section for each on the page.
                    if line.startswith("  ") and not line.strip().startswith("{"):
                        for part in re.split(r" {2,}", line.strip()):
                            self.assertIn(self.flat(self.tag(part)), shown)

    @staticmethod
    def flat(text):
        return " ".join(re.sub(r"[.]", " ", text).split()).lower()

    @staticmethod
    def tag(part):
        """-o FILE, --output FILE  ->  -o, --output FILE"""
        if not part.startswith("-"):
            return part
        *names, last = re.split(", (?=-)", part)
        return ", ".join([name.split()[0] for name in names] + [last])

    def test_the_synopsis_is_the_usage(self):
        for words in self.commands():
            with self.subTest(words):
                usage = self.plugh(*words, "--help", env={"COLUMNS": "2000"}).stdout.splitlines()[0]
                if len(words) == 1 and {**BUILT_IN, **PLUGINS}.get(words[0]):
                    continue  # the page of a group of commands shows those of its commands
                shown = self.show(self.page(*words), "man", "-l", "-")
                synopsis = re.search(r"SYNOPSIS\n(.*?)\n\n", shown, re.DOTALL)[1]
                self.assertEqual(sorted(self.parts(synopsis)),
                                 sorted(self.parts(usage.removeprefix("usage: "))))

    @staticmethod
    def parts(synopsis):
        """Words without brackets and bars: where a group holds a positional, argparse shows neither."""
        return re.sub(r"[\[\]()|]", " ", synopsis).split()


class Command(ManTest):
    def test_the_page_of_plugh_is_the_default(self):
        self.assertEqual(self.page(), self.page("plugh"))
        self.assertIn(".SS \"plugin list\"\n", self.page())

    def test_hidden_commands_are_on_no_list(self):
        self.assertNotIn("plugh complete", self.page())

    def test_the_date_is_reproducible(self):
        first = self.page("kit", env={"SOURCE_DATE_EPOCH": "1700000000"})

        self.assertIn('.TH "PLUGH\\-KIT" 1 2023-11-14 ', first)
        self.assertEqual(first, self.page("kit", env={"SOURCE_DATE_EPOCH": "1700000000", "TZ": "Asia/Tokyo"}))
        self.assertRegex(self.page("kit"), r'^\.TH "PLUGH\\-KIT" 1 \d{4}-\d\d-\d\d ')

    def test_what_has_no_page_is_said(self):
        self.expect(self.plugh("man", "kitt"), 127, "",
                    "plugh: error: no command 'kitt': 'plugh help' lists them\n"
                    "did you mean 'kit'?\n")
        self.expect(self.plugh("man", "pack", "unpack"), 127, "",
                    "plugh man: error: 'pack' has no subcommand 'unpack'\n")
        self.expect(self.plugh("man", "kit", "encode"), 127, "",
                    "plugh man: error: 'kit' has no subcommand 'encode'\n")

    def test_a_refused_plugin_is_told_with_its_reason(self):
        (self.home / ".local/share/plugh/plugins/odd.so").write_text("no shared object")

        result = self.plugh("man", "odd")

        self.assertEqual((result.status, result.stdout), (126, ""), result)
        self.assertRegex(result.stderr, r"plugh man: error: plugin 'odd' \(.*odd\.so\) is refused: ")

    def test_a_disabled_plugin_has_its_page(self):
        self.user_ini("[plugh]\ndisabled = kit\n")

        self.assertIn("PLUGH_KIT_ALL", self.page("kit"))

    def test_a_full_device_is_an_error(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([self.binary(), "man", "kit"], env=self.env, stdout=full,
                                  stderr=subprocess.PIPE, timeout=DEADLINE, check=False)

        self.assertEqual(done.returncode, 1)
        self.assertIn(b"No space left on device", done.stderr)

    @staticmethod
    def binary():
        return os.environ.get("PLUGH", str(BUILD / "bin" / "plugh"))

    def test_on_a_terminal_man_shows_the_page(self):
        terminal = Terminal([self.binary(), "man", "pack", "encode"],
                            {**self.env, "TERM": "dumb", "MANPAGER": "cat"}, self.dir)
        self.addCleanup(terminal.close)

        shown = terminal.read_until(
            r"PLUGH-PACK-ENCODE\(1\).*plugh-pack-encode - transform a file into a container")[0]

        self.assertNotIn(".SH", shown)

    def test_on_a_terminal_without_man_the_source_is_shown(self):
        tools = self.dir / "tools"
        tools.mkdir()
        terminal = Terminal([self.binary(), "man", "pack", "encode"],
                            {**self.env, "TERM": "dumb", "PATH": str(tools)}, self.dir)
        self.addCleanup(terminal.close)

        terminal.read_until(r'\.SH "SEE ALSO"')


if __name__ == "__main__":
    main()
