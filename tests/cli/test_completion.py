"""Completion in the three real shells, each with the script that `plugh completion` prints.

bash and zsh run on a terminal of their own and are typed at; fish tells completions by `complete -C`.
The plugins that are completed leave a file as soon as any of their code runs, and none ever does.

SPDX-License-Identifier: MIT
"""

import os
import pathlib
import shutil
import subprocess
import tempfile

from plughtest import DEADLINE, PLUGH, SOURCE, PlughTest, build_plugin, main
from terminal import Terminal

SURFACES = SOURCE / "tests" / "host" / "surfaces"
BASH_COMPLETION = "/usr/share/bash-completion/bash_completion"


class Shell(Terminal):
    """An interactive shell whose lines are completed."""

    def complete(self, text, keys="\t"):
        """Type, press keys, and have the line shown; returns it and what was shown before."""
        self.send("\x15" + text + keys + "\x18s")
        match = self.read_until(r"(.*?)<<(.*?)>>.*READY> ")
        return match[2], match[1]


class Completion(PlughTest):
    @classmethod
    def setUpClass(cls):
        cls.built = pathlib.Path(tempfile.mkdtemp(prefix="plugh-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.built)
        cls.marker = cls.built / "code-has-run"
        for source in sorted(SURFACES.glob("*.c")):
            build_plugin(source, cls.built / (source.stem + ".so"),
                         [f'-DSURFACE_MARKER="{cls.marker}"'])

    def setUp(self):
        super().setUp()
        plugins = self.home / ".local/share/plugh/plugins"
        plugins.mkdir(parents=True)
        for plugin in self.built.glob("*.so"):
            shutil.copy2(plugin, plugins)
        self.env["PATH"] = f"{os.path.dirname(PLUGH)}:{self.env['PATH']}"
        self.env["TERM"] = "xterm"
        for name in ("aa file.txt", "ab.txt"):
            self.write(name, "")
        (self.dir / "adir" / "inner").mkdir(parents=True)
        self.addCleanup(lambda: self.assertFalse(self.marker.exists(), "code of a plugin has run"))

    def script(self, shell):
        result = self.plugh("completion", shell)
        self.assertEqual((result.status, result.stderr), (0, ""), result)
        return result.stdout

    def install(self, shell, path):
        path = self.home / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.script(shell))
        return path

    def terminal(self, *command):
        terminal = Shell(command, self.env, self.dir)
        self.addCleanup(terminal.close)
        return terminal


class Script(Completion):
    def test_it_is_the_file_that_packages_install(self):
        for shell, name in (("bash", "plugh.bash"), ("zsh", "_plugh"), ("fish", "plugh.fish")):
            file = SOURCE / "packaging" / "completions" / name
            self.assertEqual(self.script(shell), file.read_text())

    def test_another_shell_is_a_usage_error(self):
        result = self.plugh("completion", "tcsh")
        self.assertEqual((result.status, result.stdout), (2, ""), result)
        self.assertIn("argument shell: invalid choice: 'tcsh'", result.stderr)


class Bash(Completion):
    def start_bash(self, with_bash_completion=True):
        shell = self.terminal("bash", "--norc", "--noprofile", "-i")
        shell.start()
        shell.run("bind 'set enable-bracketed-paste off'; bind 'set show-all-if-ambiguous on'")
        shell.run(r"""bind -x '"\C-xs": printf "<<%s>>\n" "$READLINE_LINE"'""")
        if with_bash_completion:
            self.install("bash", ".local/share/bash-completion/completions/plugh")
            shell.run(f". {BASH_COMPLETION}")
        else:
            shell.run("source <(plugh completion bash)")
        return shell

    def check(self, shell, cases):
        for typed, expected in cases:
            with self.subTest(typed):
                self.assertEqual(shell.complete(typed)[0], expected)

    def check_all(self, shell, cases):
        """Meta-* inserts all candidates."""
        for typed, *expected in cases:
            with self.subTest(typed):
                line = shell.complete(typed, "\x1b*")[0]
                start = typed[:typed.rindex(" ") + 1]
                self.assertTrue(line.startswith(start), line)
                self.assertEqual(sorted(line[len(start):].split()), sorted(expected))

    COMMON = (
        ("plugh ki", "plugh kit "),
        ("plugh pack en", "plugh pack encode "),
        ("plugh kit --mo", "plugh kit --mode "),
        ("plugh kit -a --al", "plugh kit -a --al"),
        ("plugh kit --none --bo", "plugh kit --none --bo"),
        ("plugh kit --kind=h", "plugh kit --kind=hard "),
        ("plugh kit --mode a", "plugh kit --mode a:b "),
        ("plugh kit --mode a:", "plugh kit --mode a:b "),
        ("plugh kit --mode=a:", "plugh kit --mode=a:b "),
        ("plugh kit --mode '$H", "plugh kit --mode '$HOME' "),
        ("plugh kit --mode $H", "plugh kit --mode \\$HOME "),
        ("plugh kit --mode it", "plugh kit --mode it\\'s "),
        ("plugh kit --paint 'x y' --kind h", "plugh kit --paint 'x y' --kind hard "),
        ("plugh kit --paint x\\ y --kind h", "plugh kit --paint x\\ y --kind hard "),
        ("plugh --color=al", "plugh --color=always "),
        ("plugh kit --col", "plugh kit --color "),
        ("plugh kit ab", "plugh kit ab.txt "),
        ("plugh kit aa", "plugh kit aa\\ file.txt "),
        ("plugh kit --output=ab", "plugh kit --output=ab.txt "),
        ("plugh kit -o ab", "plugh kit -o ab.txt "),
        ("plugh kit --folder a", "plugh kit --folder adir/"),
        ("plugh kit -- --al", "plugh kit -- --al"),
        ("plugh limit -s K", "plugh limit -s KILL "),
        ("plugh help pack li", "plugh help pack listen "),
        ("plugh plugin info rec", "plugh plugin info record "),
        ("FOO=bar plugh ki", "FOO=bar plugh kit "),
        ("true && plugh ki", "true && plugh kit "),
        ("plugh nothing --al", "plugh nothing --al"),
    )

    def test_lines_are_completed(self):
        self.check(self.start_bash(), self.COMMON)

    def test_lines_are_completed_without_bash_completion_too(self):
        self.check(self.start_bash(False), self.COMMON)

    def test_all_candidates_are_there(self):
        self.check_all(self.start_bash(), (
            ("plugh p", "pack", "perms", "plugin"),
            ("plugh pack ", "encode", "listen"),
            ("plugh completion ", "bash", "zsh", "fish"),
            ("plugh pack encode --", "--force", "--output", "--help", "--color", "--json", "--quiet",
             "--time", "--trace", "--verbose"),
            ("plugh kit --kind ", "soft", "hard"),
            ("plugh kit a", "aa\\", "file.txt", "ab.txt", "adir"),
        ))

    def test_a_command_completes_its_own_line(self):
        shell = self.start_bash()
        shell.run("_other() { COMPREPLY=(\"other-$COMP_CWORD-${COMP_WORDS[1]}\"); }")
        shell.run("complete -F _other some-command; some-command() { :; }")

        self.check(shell, (
            ("plugh limit 5 some-com", "plugh limit 5 some-command "),
            ("plugh limit -s KILL 5 some-command x", "plugh limit -s KILL 5 some-command other-1-x "),
            ("plugh limit 5 some-command a --o", "plugh limit 5 some-command a other-2-a "),
            ("plugh limit 5 plugh ki", "plugh limit 5 plugh kit "),
            ("plugh pack listen -e some-command q", "plugh pack listen -e some-command other-1-q "),
        ))

    def test_a_command_is_completed_without_bash_completion_too(self):
        shell = self.start_bash(False)
        shell.run("some-command() { :; }")

        self.check(shell, (
            ("plugh limit 5 some-com", "plugh limit 5 some-command "),
            ("plugh limit 5 some-command ab", "plugh limit 5 some-command ab.txt "),
        ))

    def test_other_word_breaks_do_no_harm(self):
        shell = self.start_bash()
        shell.run("COMP_WORDBREAKS=${COMP_WORDBREAKS//[=:]/}")

        self.check(shell, (
            ("plugh kit --kind=h", "plugh kit --kind=hard "),
            ("plugh kit --mode=a:", "plugh kit --mode=a:b "),
            ("plugh kit --output=ab", "plugh kit --output=ab.txt "),
        ))

    def test_the_cursor_may_be_inside_the_line(self):
        line, _ = self.start_bash().complete("plugh kit --mo tail", "\x1b[D" * 5 + "\t")

        self.assertEqual(line, "plugh kit --mode tail")


class Zsh(Completion):
    def start_zsh(self, sourced=False):
        self.install("zsh", "functions/_plugh")
        shell = self.terminal("zsh", "-f", "-i")
        shell.start()
        shell.run("unset zle_bracketed_paste 2>/dev/null; unsetopt prompt_cr prompt_sp; LISTMAX=0")
        shell.run("show() { zle -I; print -r -- \"<<$BUFFER>>\" }; zle -N show; bindkey '^Xs' show")
        shell.run("bindkey '^U' kill-whole-line; bindkey '^Xl' list-choices")
        if not sourced:
            shell.run("fpath=(~/functions $fpath)")
        shell.run("autoload -Uz compinit; compinit -u -D")
        shell.run("zstyle ':completion:*' verbose yes")
        if sourced:
            shell.run("source <(plugh completion zsh)")
        return shell

    COMMON = (
        ("plugh ki", "plugh kit "),
        ("plugh pack en", "plugh pack encode "),
        ("plugh kit --mo", "plugh kit --mode "),
        ("plugh kit -a --al", "plugh kit -a --al"),
        ("plugh kit --kind=h", "plugh kit --kind=hard "),
        ("plugh kit --mode a", "plugh kit --mode a:b "),
        ("plugh kit --mode=a", "plugh kit --mode=a:b "),
        ("plugh kit --mode it", "plugh kit --mode it\\'s "),
        ("plugh kit --paint 'x y' --kind h", "plugh kit --paint 'x y' --kind hard "),
        ("plugh kit --output=ab", "plugh kit --output=ab.txt "),
        ("plugh kit aa", "plugh kit aa\\ file.txt "),
        ("plugh kit -oab", "plugh kit -oab.txt "),
        ("plugh kit --folder a", "plugh kit --folder adir/"),
        ("plugh limit 5 mando", "plugh limit 5 mandoc"),
        ("plugh limit 5 plugh ki", "plugh limit 5 plugh kit "),
        ("plugh pack listen -e plugh pack en", "plugh pack listen -e plugh pack encode "),
        ("plugh help pack li", "plugh help pack listen "),
        ("FOO=bar plugh ki", "FOO=bar plugh kit "),
        ("true && plugh ki", "true && plugh kit "),
    )

    def test_lines_are_completed(self):
        for sourced in (False, True):
            shell = self.start_zsh(sourced)
            for typed, expected in self.COMMON:
                with self.subTest(typed, sourced=sourced):
                    self.assertEqual(shell.complete(typed)[0], expected)

    def test_candidates_are_listed_with_their_help(self):
        shell = self.start_zsh()

        for typed, *expected in (
            ("plugh ", r"kit +-- try everything: 100% of 'it', a\\b and .c.", r"help +-- show the help"),
            ("plugh kit --", r"--nth +-- which one \(default: 3, a int\)",
             r"--paint +-- été €: back\\slash, ~tilde\^", r"--color +-- colour in help"),
            ("plugh pack ", "encode +-- transform a file into a container"),
            ("plugh kit --mode ", "a:b", "json"),
        ):
            with self.subTest(typed):
                shown = shell.complete(typed, "\x18l")[1]
                for pattern in expected:
                    self.assertRegex(shown, pattern)


class Fish(Completion):
    def complete(self, line):
        done = subprocess.run(
            ["fish", "--no-config", "-c", "source ~/plugh.fish; complete -C $argv[1]", line],
            env=self.env, cwd=self.dir, capture_output=True, timeout=DEADLINE, check=True)
        self.assertEqual(done.stderr, b"")
        return dict((row + "\t").split("\t")[:2] for row in done.stdout.decode().splitlines())

    def setUp(self):
        super().setUp()
        self.install("fish", "plugh.fish")

    def test_candidates_have_their_help(self):
        for line, expected in (
            ("plugh ki", {"kit": "try everything: 100% of 'it', a\\b and \"c\""}),
            ("plugh pack ", {"encode": "transform a file into a container", "listen": "wait for somebody"}),
            ("plugh kit --nt", {"--nth": "which one (default: 3, a int)"}),
            ("plugh kit --pain", {"--paint": "été €: back\\slash, ~tilde^"}),
            ("plugh kit --kind ", {"soft": "", "hard": ""}),
            ("plugh kit --kind=h", {"--kind=hard": ""}),
            ("plugh kit --mode=a", {"--mode=a:b": ""}),
            ("plugh kit --mode '$H", {"$HOME": ""}),
            ("plugh kit -a --al", {}),
            ("plugh kit --paint 'x y' --kind h", {"hard": ""}),
            ("plugh help pack li", {"listen": "wait for somebody"}),
            ("FOO=bar plugh ki", {"kit": "try everything: 100% of 'it', a\\b and \"c\""}),
            ("true && plugh pack en", {"encode": "transform a file into a container"}),
        ):
            with self.subTest(line):
                self.assertEqual(self.complete(line), expected)

    def test_files_and_folders_are_completed(self):
        for line, expected in (
            ("plugh kit a", {"aa file.txt", "ab.txt", "adir/"}),
            ("plugh kit --output=ab", {"--output=ab.txt"}),
            ("plugh kit -oab", {"-oab.txt"}),
            ("plugh kit --folder a", {"adir/"}),
            ("plugh kit --folder=adir/", {"--folder=adir/inner/"}),
        ):
            with self.subTest(line):
                self.assertEqual(set(self.complete(line)), expected)

    def test_a_command_completes_its_own_line(self):
        self.assertIn("mandoc", self.complete("plugh limit 5 mando"))
        self.assertEqual(set(self.complete("plugh limit 5 plugh pack en")), {"encode"})
        self.assertEqual(set(self.complete("plugh pack listen -e plugh pack en")), {"encode"})


class Answers(Completion):
    """What holds for every shell, asked directly."""

    def complete(self, *words, env=None):
        result = self.plugh("complete", "bash", str(len(words)), "plugh", *words, env=env)
        self.assertEqual((result.status, result.stderr), (0, ""), result)
        return result.stdout.splitlines()[2:]

    def test_disabled_plugins_are_offered_to_be_enabled_only(self):
        self.user_ini("[plugh]\ndisabled = kit\n")

        self.assertNotIn("kit", self.complete(""))
        self.assertEqual(self.complete("kit", "--al"), [])
        self.assertEqual(self.complete("plugin", "enable", ""), ["kit"])
        self.assertNotIn("kit", self.complete("plugin", "disable", ""))

    def test_host_options_on_the_line_count(self):
        folder = self.dir / "more"
        folder.mkdir()
        shutil.copy2(self.built / "kit.so", folder / "kit.so")
        shutil.rmtree(self.home / ".local")
        ini = self.write("extra.ini", "[plugh]\ndisabled = kit\n")

        self.assertNotIn("kit", self.complete(""))
        self.assertIn("kit", self.complete("--plugin-path", str(folder), ""))
        self.assertEqual(self.complete("--plugin-path", str(folder), "kit", "--al"), ["--all"])
        self.assertEqual(
            self.complete("--config", str(ini), "--plugin-path", str(folder), "kit", "--al"), [])

    def test_a_broken_ini_is_no_obstacle(self):
        self.user_ini("[plugh\nnonsense\n")

        self.assertEqual(self.complete("kit", "--al"), ["--all"])

    def test_a_broken_plugin_is_left_out(self):
        (self.home / ".local/share/plugh/plugins/broken.so").write_bytes(b"\x7fELF")

        self.assertNotIn("broken", self.complete(""))
        self.assertEqual(self.complete("broken", "--"), [])

    def test_a_wrong_index_gives_nothing(self):
        for index, status in (("0", 2), ("-1", 2), ("5", 0), ("x", 2)):
            result = self.plugh("complete", "bash", index, "plugh", "kit")
            self.assertEqual(result.status, status, result)
            self.assertEqual((result.stdout == "", result.stderr != ""), (status == 2, status == 2), result)
        self.expect(self.plugh("complete", "bash", "-1", "plugh", "kit"), 2, "",
                    "plugh complete: error: nothing can be completed at index -1 of 2 words\n")


if __name__ == "__main__":
    main()
