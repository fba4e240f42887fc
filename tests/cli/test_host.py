"""The host's own surface: options, help, statuses, suggestions, --time, --trace, --json.

SPDX-License-Identifier: MIT
"""

import hashlib
import json
import os
import re
import subprocess

from plughtest import DEADLINE, PLUGH, SOURCE, PlughTest, main

HELLO = (SOURCE / "sdk/examples/hello/plugin.c").read_text()

# A plugin that shows what the host lends it.
LENT = r"""
#include <plugh/sdk.h>
struct lent_args { bool verbose_mode; bool shade; };
static int lent_run(const struct plugh_host *host, const struct lent_args *args)
{
	plugh_inform(host, "an information");
	plugh_warn(host, "a warning");
	return plugh_print(host, "verbosity %d json %u own %d%s\n", host->verbosity, host->json,
		args->verbose_mode, args->shade ? " shade" : "");
}
PLUGH_PLUGIN(lent, struct lent_args, lent_run, PLUGH_ABOUT("show what is lent", .version = "2.1.0"),
	PLUGH_OPT(verbose_mode, "--verbose-mode", "a flag of its own"),
	PLUGH_OPT(shade, "--shade", "a flag with its opposite", .action = "boolean"));
"""

# Subcommands, one with a --json and a -v of its own.
PACK = r"""
#include <plugh/sdk.h>
struct pack_args { bool json; bool keep; };
struct list_args { int v; };
static int pack_run(const struct plugh_host *host, const struct pack_args *args)
{
	return plugh_print(host, "pack json %d host json %u keep %d\n", args->json, host->json, args->keep);
}
static int list_run(const struct plugh_host *host, const struct list_args *args)
{
	return plugh_print(host, "list v %d verbosity %d json %u\n", args->v, host->verbosity, host->json);
}
PLUGH_COMMAND(pack, struct pack_args, pack_run, PLUGH_ABOUT("pack it"),
	PLUGH_OPT(json, "--json", "as JSON"), PLUGH_OPT(keep, "-k --keep", "keep it"));
PLUGH_COMMAND(list, struct list_args, list_run, PLUGH_ABOUT("list it"),
	PLUGH_OPT(v, "-v", "own verbosity", .action = "count"));
PLUGH_PLUGIN_OF(box, PLUGH_ABOUT("pack and list", .version = "0.3.0"), pack, list);
"""


class HostOptions(PlughTest):
    def test_plugh_alone_shows_help_on_stderr(self):
        result = self.plugh()
        self.assertEqual((result.status, result.stdout), (2, ""), result)
        self.assertTrue(result.stderr.startswith("usage: plugh [-h]"), result)

    def test_help_lists_options_and_commands(self):
        result = self.plugh("--help")
        self.assertEqual((result.status, result.stderr), (0, ""), result)
        for word in ("--config FILE", "--plugin-path DIR", "--safe", "--color", "--time", "--json",
                     "--trace", "-v, --verbose", "-q, --quiet", "extract", "plugin", "config",
                     "completion", "man", "help"):
            self.assertIn(word, result.stdout)
        self.assertNotRegex(result.stdout, r"(?m)^ +complete ")

    def test_help_and_help_command_agree(self):
        self.assertEqual(self.plugh("--help").stdout, self.plugh("help").stdout)
        self.assertEqual(
            self.plugh("extract", "--help").stdout, self.plugh("help", "extract").stdout
        )
        self.assertEqual(
            self.plugh("plugin", "list", "-h").stdout, self.plugh("help", "plugin", "list").stdout
        )

    def test_help_follows_the_width_of_the_terminal(self):
        wide = self.plugh("extract", "--help", env={"COLUMNS": "200"}).stdout
        narrow = self.plugh("extract", "--help", env={"COLUMNS": "60"}).stdout
        self.assertGreater(max(map(len, wide.splitlines())), 100)
        self.assertLessEqual(max(map(len, narrow.splitlines())), 60)

    def test_version_of_host_and_plugin(self):
        self.assertRegex(self.plugh("--version").stdout, r"^plugh \d+\.\d+\.\d+\n$")
        self.assertRegex(self.plugh("extract", "--version").stdout, r"^extract \d+\.\d+\.\d+\n$")
        self.assertNotIn("--version", self.plugh("extract", "--help").stdout)

    def test_unknown_option_is_a_usage_error(self):
        result = self.plugh("--bogus", "extract")
        self.assertEqual(result.status, 2, result)
        self.assertTrue(result.stderr.startswith("usage: plugh [-h]"), result)
        self.assertIn("plugh: error: unrecognized arguments: --bogus\n", result.stderr)

    def test_misspelt_option_is_suggested_on_its_own_line(self):
        result = self.plugh("--plugin-paht", "x", "extract")
        self.assertEqual(result.stderr.splitlines()[-1], "did you mean '--plugin-path'?", result)

    def test_unknown_command_is_127_with_the_nearest_name(self):
        text = "plugh: error: no command 'extrct': 'plugh help' lists them\ndid you mean 'extract'?\n"
        self.expect(self.plugh("extrct"), 127, "", text)
        self.expect(self.plugh("help", "extrct"), 127, "", text)

    def test_command_names_are_not_abbreviated_or_paths(self):
        for name in ("extr", "../plugins/extract", "Extract", "extract.so", ""):
            self.assertEqual(self.plugh(name).status, 127, name)

    def test_color_is_for_terminals_only(self):
        plain = self.plugh("extract", "--help")
        self.assertNotIn("\x1b", plain.stdout)
        forced = self.plugh("--color", "always", "extract", "--help")
        self.assertIn("\x1b[", forced.stdout)
        self.assertEqual(re.sub(r"\x1b\[[0-9;]*m", "", forced.stdout), plain.stdout)
        never = self.plugh("--color=never", "extract", "--help")
        self.assertEqual(never.stdout, plain.stdout)

    def test_time_tells_how_long(self):
        for args in (("--time", "help"), ("help", "--time")):
            result = self.plugh(*args)
            self.assertRegex(result.stderr, r"^plugh ran in 0 mins, \d+\.\d{3} secs\n$")

    def test_trace_tells_the_steps_in_order(self):
        result = self.plugh("--trace", "extract", "--prefix", "a", stdin="abc")
        self.assertEqual((result.status, result.stdout), (0, "bc\n"), result)
        steps = re.findall(r"^plugh: trace: \+[0-9.]+ ms (\w+): ", result.stderr, re.M)
        order = ["config", "registry", "manifest", "argparse", "grant", "sandbox", "load", "run"]
        self.assertEqual([step for step in steps if step in order], order, result)

    def test_trace_behind_the_command_tells_the_steps_from_there(self):
        result = self.plugh("extract", "--prefix", "a", "--trace", stdin="abc")
        self.assertEqual((result.status, result.stdout), (0, "bc\n"), result)
        self.assertRegex(result.stderr, r"plugh: trace: \+[0-9.]+ ms grant: ")

    def test_config_file_that_is_missing(self):
        result = self.plugh("--config", "nowhere.ini", "extract", "--prefix", "a", stdin="ab")
        self.assertEqual((result.status, result.stdout), (2, ""), result)
        self.assertIn("nowhere.ini", result.stderr)

    def test_help_works_with_a_broken_ini_and_reports_it(self):
        ini = self.user_ini("[plugh]\nsandbox = maybe\nnonsense\n")
        for args in (("--help",), ("plugin", "list")):
            result = self.plugh(*args)
            self.assertEqual(result.status, 0, result)
            self.assertIn(f"{ini}:2: ", result.stderr)
            self.assertIn("extract", result.stdout)
        result = self.plugh("extract", "--prefix", "a", stdin="ab")
        self.assertEqual((result.status, result.stdout), (2, ""), result)
        self.assertIn(f"plugh: error: {ini}:2: ", result.stderr)


class HostOptionsBehindTheCommand(PlughTest):
    def setUp(self):
        super().setUp()
        self.build_plugin("lent", LENT)
        self.build_plugin("box", PACK)

    def lent(self, *args, **more):
        return self.plugh("--plugin-path", self.dir / "plugins", *args, **more)

    def test_verbosity_reaches_the_plugin(self):
        self.expect(self.lent("lent", "-v"), 0, "verbosity 1 json 0 own 0\n",
                    "plugh lent: an information\nplugh lent: warning: a warning\n")
        self.expect(self.lent("lent", "-q"), 0, "verbosity -1 json 0 own 0\n", "")
        self.expect(self.lent("-v", "lent", "--verbose"), 0, "verbosity 2 json 0 own 0\n",
                    "plugh lent: an information\nplugh lent: warning: a warning\n")

    def test_colour_behind_the_command_counts_for_messages(self):
        plain = self.lent("lent", "--color=auto").stderr
        self.assertEqual(plain, "plugh lent: warning: a warning\n")
        for args in (("lent", "--color", "always"), ("--color=always", "lent")):
            coloured = self.lent(*args).stderr
            self.assertIn("\x1b[", coloured)
            self.assertEqual(re.sub(r"\x1b\[[0-9;]*m", "", coloured), plain)
        self.assertEqual(self.lent("--color=always", "lent", "--color=never").stderr, plain)

    def test_they_are_spelled_in_full(self):
        result = self.lent("lent", "--verb")
        self.expect(result, 0, "verbosity 0 json 0 own 1\n", "plugh lent: warning: a warning\n")
        result = self.lent("lent", "--js")
        self.assertEqual(result.status, 2, result)
        self.assertIn("unrecognized arguments: --js", result.stderr)
        result = self.lent("lent", "-vq")
        self.assertEqual(result.status, 2, result)

    def test_the_plugin_s_own_option_comes_first(self):
        self.assertIn("pack json 1 host json 0 keep 0", self.lent("box", "pack", "--json").stdout)
        self.assertIn("list v 2 verbosity 0", self.lent("box", "list", "-vv").stdout)
        self.assertIn("list v 0 verbosity 0 json 1", self.lent("box", "list", "--json").stdout)

    def test_json_before_the_command_means_behind_it(self):
        self.assertIn("pack json 1 ", self.lent("--json", "box", "pack").stdout)
        self.assertIn("json 1", self.lent("--json", "lent").stdout)

    def test_host_options_stand_at_every_level(self):
        self.assertIn("json 1", self.lent("box", "--json", "list").stdout)
        result = self.lent("box", "list", "--time")
        self.assertRegex(result.stderr, r"plugh ran in 0 mins")

    def test_subcommands_are_required_and_not_abbreviated(self):
        result = self.lent("box")
        self.assertEqual(result.status, 2, result)
        self.assertIn("plugh box: error: the following arguments are required: {pack,list}",
                      result.stderr)
        self.assertEqual(self.lent("box", "pac").status, 2)

    def test_help_of_the_parts(self):
        self.assertIn("usage: plugh box pack [-h] [--json] [-k]",
                      self.lent("box", "pack", "--help").stdout)
        self.assertIn("pack it", self.lent("box", "--help").stdout)

    def test_before_the_command_only(self):
        for option in ("--config=x", "--plugin-path=x", "--safe"):
            result = self.plugh("extract", "--prefix", "a", option)
            self.assertEqual(result.status, 2, result)
            self.assertIn(f"unrecognized arguments: {option}", result.stderr)

    def test_safe_runs_bundled_plugins_only(self):
        result = self.plugh("--safe", "--plugin-path", self.dir / "plugins", "lent")
        self.expect(result, 126, "",
                    "plugh: error: plugin 'lent' is disabled: --safe allows bundled plugins only\n")
        self.assertEqual(self.plugh("--safe", "extract", "--prefix", "a", stdin="ab").status, 0)

    def test_environment_and_ini_give_defaults(self):
        self.user_ini("[plugin:lent]\nverbose-mode = on\n")
        self.assertIn("own 1", self.lent("lent").stdout)
        result = self.lent("lent", env={"PLUGH_LENT_VERBOSE_MODE": "off"})
        self.assertIn("own 0", result.stdout)
        result = self.lent("lent", env={"PLUGH_LENT_VERBOSE_MODE": "perhaps"})
        self.assertEqual(result.status, 2, result)
        self.assertIn("PLUGH_LENT_VERBOSE_MODE", result.stderr)

    def test_a_flag_may_have_its_opposite(self):
        self.assertIn("own 0 shade", self.lent("lent", "--shade").stdout)
        self.assertNotIn("shade", self.lent("lent", "--shade", "--no-shade").stdout)
        self.user_ini("[plugin:lent]\nshade = on\n")
        self.assertIn("own 0 shade", self.lent("lent").stdout)
        self.assertNotIn("shade", self.lent("lent", "--no-shade").stdout)
        self.assertIn("--shade, --no-shade", self.lent("lent", "--help").stdout)

    def test_unknown_key_of_the_plugin_stops_its_run_only(self):
        ini = self.user_ini("[plugin:lent]\nverbose-mod = on\n[plugin:nobody]\nx = 1\n")
        result = self.lent("lent")
        self.assertEqual(result.status, 2, result)
        self.assertIn(f"plugh: error: {ini}:2: unknown key 'verbose-mod'", result.stderr)
        self.assertIn("did you mean 'verbose-mode'?", result.stderr)
        self.assertEqual(self.plugh("extract", "--prefix", "a", stdin="ab").status, 0)


# Texts that stand for something.
KINDS = r"""
#include <plugh/sdk.h>
struct kinds_args { const char *file; const char *dir; const char *host; const char *command;
	plugh_size size; plugh_duration time; plugh_port port; unsigned mode; };
static int kinds_run(const struct plugh_host *host, const struct kinds_args *args)
{
	return plugh_print(host, "%llu %lld %u %u %s\n", (unsigned long long)args->size.bytes,
		(long long)args->time.ns, args->port.number, args->mode, args->dir);
}
PLUGH_PLUGIN(kinds, struct kinds_args, kinds_run, PLUGH_ABOUT("kinds of values"),
	PLUGH_OPT(file, "--file", "f", .access = PLUGH_READ),
	PLUGH_OPT(dir, "--dir", "d", .default_ = "/nowhere/yet", .role = PLUGH_ROLE_DIRECTORY, .access = PLUGH_READ),
	PLUGH_OPT(host, "--host", "h", .role = PLUGH_ROLE_HOST),
	PLUGH_OPT(command, "--command", "c", .role = PLUGH_ROLE_COMMAND),
	PLUGH_OPT(size, "--size", "s", .default_ = "64k"), PLUGH_OPT(time, "--time-limit", "t"),
	PLUGH_OPT(port, "--port", "p"), PLUGH_OPT(mode, "--mode", "m", .choices = "slow fast"));
"""


class Kinds(PlughTest):
    def test_each_kind_has_its_one_line_error(self):
        self.build_plugin("kinds", KINDS)
        file = self.write("file", "x")
        path = ("--plugin-path", self.dir / "plugins", "kinds")
        good = self.plugh(*path, "--file", file, "--dir", ".", "--host", "::1", "--command", "ls",
                          "--size", "1.5M", "--time-limit", "1m30s", "--port", "0", "--mode", "fast")
        self.expect(good, 0, "1572864 90000000000 0 1 .\n")
        self.expect(self.plugh(*path), 0, "65536 0 0 0 /nowhere/yet\n")
        for option, word, error in (
                ("--size", "12Q", "invalid size value: '12Q' (a number with K, M, G or T)"),
                ("--size", "99999999999T", "invalid size value: '99999999999T' (too large)"),
                ("--time-limit", "5x", "invalid duration value: '5x' (such as 1.5s, 200ms or 1m30s)"),
                ("--port", "65536", "invalid port value: '65536' (a number from 0 to 65535)"),
                ("--file", "", "invalid path value: '' (a path is not empty)"),
                ("--dir", str(file), f"invalid directory value: '{file}' (it is no folder)"),
                ("--host", "a b", "invalid host value: 'a b' (a name or an address)"),
                ("--command", "", "invalid command value: '' (a program's name or path)"),
                ("--mode", "fats", "invalid choice: 'fats' (choose from 'slow', 'fast')")):
            result = self.plugh(*path, option, word)
            self.assertEqual((result.status, result.stdout), (2, ""), result)
            self.assertIn(f"plugh kinds: error: argument {option}: {error}\n", result.stderr)


class PluginCommand(PlughTest):
    def test_list_as_text_and_json(self):
        text = self.plugh("plugin", "list")
        self.assertRegex(text.stdout, r"(?m)^NAME +VERSION +STATUS +SUMMARY$")
        self.assertRegex(text.stdout, r"(?m)^extract +\d\S+ +enabled +\S")
        for args in (("plugin", "list", "--json"), ("--json", "plugin", "list")):
            entries = json.loads(self.plugh(*args).stdout)
            entry = next(e for e in entries if e["name"] == "extract")
            self.assertEqual(set(entry),
                             {"name", "version", "status", "reason", "file", "summary"})
            self.assertEqual((entry["status"], entry["reason"]), ("enabled", None))

    def test_first_in_search_order_serves_and_shadows(self):
        first = self.build_plugin("hello", HELLO, "one")
        self.build_plugin("hello", HELLO.replace("Hello, %s", "Hi, %s"), "two")
        (self.home / ".local/share/plugh").mkdir(parents=True)
        os.rename(self.dir / "two", self.home / ".local/share/plugh/plugins")
        self.expect(self.plugh("--plugin-path", "one", "hello"), 0, "Hello, world\n")
        self.expect(self.plugh("hello"), 0, "Hi, world\n")
        entries = json.loads(self.plugh("--plugin-path", "one", "plugin", "list", "--json").stdout)
        hello = [(e["file"], e["status"], e["reason"]) for e in entries if e["name"] == "hello"]
        self.assertEqual(hello[0], (str(first), "enabled", None))
        self.assertEqual(hello[1][1:], ("shadowed", f"'{first}' comes first"))

    def test_a_bundled_name_cannot_be_taken(self):
        self.build_plugin("extract", HELLO.replace("hello", "extract"), "one")
        result = self.plugh("--plugin-path", "one", "extract", "--prefix", "a", stdin="ab")
        self.expect(result, 0, "b\n")
        entries = json.loads(self.plugh("--plugin-path", "one", "plugin", "list", "--json").stdout)
        status = [e["status"] for e in entries if e["name"] == "extract"]
        self.assertEqual(status, ["enabled", "shadowed"])

    def test_the_name_of_a_builtin_cannot_be_taken(self):
        self.build_plugin("config", HELLO.replace("hello", "config"), "one")
        entries = json.loads(self.plugh("--plugin-path", "one", "plugin", "list", "--json").stdout)
        entry = next(e for e in entries if e["name"] == "config")
        self.assertEqual((entry["status"], entry["reason"]),
                         ("refused", "'config' is the name of a built-in command"))
        self.assertEqual(self.plugh("--plugin-path", "one", "config", "path").status, 0)

    def test_info_of_name_file_and_builtin(self):
        file = self.build_plugin("hello", HELLO)
        info = json.loads(self.plugh("plugin", "info", file, "--json").stdout)
        self.assertEqual((info["name"], info["version"], info["status"]), ("hello", "1.0.0", "file"))
        self.assertEqual(info["options"][0]["names"], ["name"])
        told = json.loads(self.plugh("plugin", "info", "extract", "--json").stdout)
        self.assertIn(1, [row["status"] for row in told["statuses"]])
        self.assertTrue(all("plugh extract" in row["command"] for row in told["examples"]))
        self.assertTrue(told["examples"])
        digest = subprocess.run(["sha256sum", file], capture_output=True, check=True, text=True)
        self.assertEqual(info["sha256"], digest.stdout.split()[0])
        text = self.plugh("plugin", "info", "extract")
        self.assertEqual((text.status, text.stderr), (0, ""), text)
        self.assertIn("needs      read write", text.stdout)
        self.assertIn("usage: plugh extract", text.stdout)
        self.assertEqual(self.plugh("plugin", "info", "config").status, 0)

    def test_info_of_what_is_none(self):
        self.expect(self.plugh("plugin", "info", "nobody"), 1, "",
                    "plugh plugin: error: no plugin 'nobody': 'plugh plugin list' tells which there are\n")
        text = self.write("text.so", "no plugin")
        self.expect(self.plugh("plugin", "info", text), 1, "",
                    f"plugh plugin: error: cannot read '{text}': not an ELF file\n")

    def test_folders_behind_a_link_are_judged_too(self):
        self.build_plugin("hello", HELLO, "open/plugins")
        (self.dir / "open").chmod(0o777)
        (self.dir / "link").symlink_to(self.dir / "open/plugins")
        result = self.plugh("--plugin-path", self.dir / "link", "hello")
        self.assertEqual((result.status, result.stdout), (126, ""), result)
        self.assertIn(f"'{self.dir}/open' is writable by others: chmod go-w '{self.dir}/open'",
                      result.stderr)

    def test_a_pinned_file_alone_serves_its_name(self):
        file = self.build_plugin("hello", HELLO)
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        ini = self.user_ini(f"[policy:hello]\nsha256 = {digest}\n")
        path = ("--plugin-path", self.dir / "plugins")
        self.expect(self.plugh(*path, "hello"), 0, "Hello, world\n")
        self.assertEqual(self.plugh(*path, "hello", "--help").status, 0)
        file.write_bytes(file.read_bytes() + b"\n")
        other = hashlib.sha256(file.read_bytes()).hexdigest()
        reason = f"its SHA-256 is {other}, but {ini}:2 pins {digest}"
        self.expect(self.plugh(*path, "hello"), 126, "",
                    f"plugh: error: plugin 'hello' ({file}) is refused: {reason}\n")
        entries = json.loads(self.plugh(*path, "plugin", "list", "--json").stdout)
        entry = next(e for e in entries if e["name"] == "hello")
        self.assertEqual((entry["status"], entry["reason"]), ("refused", reason))
        self.assertEqual(self.plugh("extract", "--prefix", "a", stdin="ab").status, 0)

    def test_disable_and_enable_edit_the_user_s_ini(self):
        ini = self.user_ini("# mine\n[plugh]\n; keep\nsandbox = on ; why\n\n[plugin:extract]\n")
        result = self.plugh("plugin", "disable", "extract")
        self.expect(result, 0, f"extract: disabled in {ini}\n")
        self.assertEqual(
            ini.read_text(),
            "# mine\n[plugh]\ndisabled = extract\n; keep\nsandbox = on ; why\n\n[plugin:extract]\n")
        self.expect(self.plugh("extract", "--prefix", "a", stdin="ab"), 126, "",
                    f"plugh: error: plugin 'extract' is disabled: disabled by {ini}:3\n")
        self.expect(self.plugh("plugin", "disable", "extract"), 0,
                    f"extract: nothing to change in {ini}\n")
        self.expect(self.plugh("plugin", "enable", "extract"), 0, f"extract: enabled in {ini}\n")
        self.assertEqual(self.plugh("extract", "--prefix", "a", stdin="ab").stdout, "b\n")
        self.assertIn("; keep\nsandbox = on ; why\n", ini.read_text())

    def test_enable_makes_a_missing_ini_and_joins_a_list(self):
        ini = self.home / ".config/plugh/plugh.ini"
        self.assertEqual(self.plugh("plugin", "disable", "extract").status, 0)
        self.assertEqual(ini.read_text(), "[plugh]\ndisabled = extract\n")
        ini.write_text("[plugh]\nenabled = perms\n   bwt\n")
        self.assertEqual(self.plugh("plugin", "enable", "extract").status, 0)
        self.assertEqual(ini.read_text(), "[plugh]\nenabled = perms\n   bwt extract\n")

    def test_enable_tells_of_a_layer_that_still_disables(self):
        other = self.write("other.ini", "[plugh]\ndisabled = extract\n")
        for where in ({"PLUGH_CONFIG": str(other)}, {}):
            args = () if where else ("--config", other)
            result = self.plugh(*args, "plugin", "enable", "extract", env=where)
            self.assertEqual(result.status, 1, result)
            self.assertEqual(result.stderr, "plugh plugin: error: 'extract' stays disabled: "
                                            f"disabled by {other}:2\n")

    def test_a_misspelt_name_does_not_land_in_the_ini(self):
        result = self.plugh("plugin", "disable", "extrct")
        self.expect(result, 1, "",
                    "plugh plugin: error: no plugin 'extrct': did you mean 'extract'?\n")
        self.assertFalse((self.home / ".config/plugh/plugh.ini").exists())


class Streams(PlughTest):
    def test_full_disk_is_an_error(self):
        for args in (("--help",), ("--version",), ("help", "extract"), ("plugin", "list"),
                     ("extract", "--help"), ("extract", "--prefix", "a")):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([PLUGH, *args], stdout=full, stderr=subprocess.PIPE,
                                      input=b"abc", env=self.env, timeout=DEADLINE)
            self.assertEqual(done.returncode, 1, (args, done))
            self.assertIn(b"No space left on device", done.stderr, args)

    def test_closed_streams(self):
        for closed in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
            done = subprocess.run(["sh", "-c", f'"$0" extract --prefix a "$1" {closed}', PLUGH,
                                   self.write("in", "abc")],
                                  capture_output=True, env=self.env, timeout=DEADLINE)
            self.assertEqual(done.returncode, 1 if ">&-" in closed.split() else 0, (closed, done))

    def test_reader_that_goes_away_ends_it_by_sigpipe(self):
        data = self.write("in", "[x]" * 1000000)
        process = self.start("extract", "--all", "--prefix", "[", "--suffix", "]", data,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.read(1)
        process.stdout.close()
        self.assertEqual(process.wait(DEADLINE), -13)
        self.assertEqual(process.stderr.read(), b"")


if __name__ == "__main__":
    main()
