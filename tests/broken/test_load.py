"""Plugins whose manifest is good and whose code is not: found out when they are loaded.

SPDX-License-Identifier: MIT
"""

import subprocess

from broken import BOX, ONE, RUN, BrokenTest, Manifest, built
from plughtest import main

# What PLUGH_PLUGIN exports, written by hand so that it can be wrong: SIZE, MAJOR, COUNT, LIST.
TABLE = """
#undef PLUGH_EXPORT_
#define PLUGH_EXPORT_(name_, count, list) \\
	extern __attribute__((visibility("default"))) const struct plugh_plugin plugh_plugin_##name_; \\
	const struct plugh_plugin plugh_plugin_##name_ = { %s, %s, 0, %s, %s, %s }
"""
SIZES = "sizeof(struct plugh_plugin)", "PLUGH_ABI_MAJOR", "sizeof(struct plugh_command)"

# One of its commands: NAME, ARGS_SIZE, RUN, RECORDS.
COMMAND = """
#undef PLUGH_COMMAND_INIT_
#define PLUGH_COMMAND_INIT_(name_, args) { %s, %s, %s, %s }
static inline const struct plugh_option *fewer(uint64_t *ret_count);
static inline const struct plugh_option *changed(uint64_t *ret_count);
static inline const struct plugh_option *none(uint64_t *ret_count);
"""
RECORDS = """
static inline const struct plugh_option *fewer(uint64_t *ret_count)
{
	const struct plugh_option *record = plugh_records_one(ret_count);
	--*ret_count;
	return record;
}
static inline const struct plugh_option *changed(uint64_t *ret_count)
{
	static struct plugh_option copy[8];
	const struct plugh_option *record = plugh_records_one(ret_count);
	for (uint64_t i = 0; i < *ret_count; i++)
		copy[i] = record[i];
	copy[2].help[0] = 'A';
	return copy;
}
static inline const struct plugh_option *none(uint64_t *ret_count)
{
	*ret_count = 3;
	return NULL;
}
"""
INIT = "#name_", "sizeof(args)", "plugh_run_##name_", "plugh_records_##name_"


# Compilers leave out notes in a function that nothing refers to.
KEEP = """
static const struct plugh_option *(*const keep)(uint64_t *) __attribute__((used)) = plugh_records_one;
static const void *const keep_list __attribute__((used)) = plugh_commands_one;
"""


def one(before, after=""):
    """ONE with macros redefined behind its include."""
    head, rest = (ONE % RUN).split("\nstruct one_args", 1)
    return f"{head}\n{before}\nstruct one_args{rest}\n{KEEP}{after}"


def table(**changed):
    size, major, command_size = SIZES
    values = {"size": size, "major": major, "command_size": command_size, "count": "count",
              "list": "list", **changed}
    return one(TABLE % (values["size"], values["major"], values["command_size"], values["count"],
                        values["list"]))


def command(position, text):
    values = list(INIT)
    values[position] = text
    return one(COMMAND % tuple(values), RECORDS)


class Disagreement(BrokenTest):
    def test_a_table_that_disagrees_with_the_notes(self):
        differ = "its table and its manifest disagree"
        for source, reason in [
            (table(size="8"), "its table is of 8 bytes, at least 32 are needed"),
            (table(command_size="8"), "its commands are of 8 bytes, at least 32 are needed"),
            (table(major="PLUGH_ABI_MAJOR + 1"), f"{differ}: ABI 2 and 1"),
            (table(count="count + 1"), f"{differ}: 2 and 1 commands"),
            (table(count="0"), f"{differ}: 0 and 1 commands"),
            (table(list="NULL"), "its table has no commands"),
            (table(list="(const struct plugh_command *const[]){ NULL }"),
             f"{differ}: 'one' is not where it should be"),
            (command(0, '"two"'), f"{differ}: 'one' is not where it should be"),
            (command(0, "NULL"), f"{differ}: 'one' is not where it should be"),
            (command(1, "sizeof(args) + 1"), f"{differ} on 'one': arguments of 2 and 1 bytes"),
            (command(2, "NULL"), "'one' has no run function"),
            (command(3, "NULL"), f"{differ} on the options of 'one'"),
            (command(3, "fewer"), f"{differ} on the options of 'one'"),
            (command(3, "changed"), f"{differ} on the options of 'one'"),
            (command(3, "none"), f"{differ} on the options of 'one'"),
        ]:
            with self.subTest(reason=reason):
                self.put("one", built("one", source, ["-Wno-unused-function"]))
                self.expect_refused("one", reason)

    def test_notes_that_were_changed_afterwards(self):
        differ = "its table and its manifest disagree"
        for type_, names, field, value, reason in [
            ("COMMAND", "show", "size", 64, f"{differ} on 'show': arguments of 16 and 64 bytes"),
            ("PLUGIN", "box", "size", 8, f"{differ} on 'box': arguments of 0 and 8 bytes"),
        ]:
            manifest = Manifest(built("box", BOX))
            manifest.set(manifest.find(type_, names), field, value)
            self.put("box", manifest.data)
            self.expect_refused("box", reason, ["show"])

    def test_a_subcommand_renamed_in_the_notes(self):
        manifest = Manifest(built("box", BOX))
        for type_ in ("COMMAND", "LISTED"):
            manifest.set(manifest.find(type_, "show"), "names", b"tell")
        self.put("box", manifest.data)
        self.expect_refused(
            "box", "its table and its manifest disagree: 'tell' is not where it should be", ["tell"]
        )


class Symbols(BrokenTest):
    def test_an_undefined_symbol(self):
        run = RUN.replace('return', 'extern int not_there(void); return not_there() +')
        self.put("one", built("one", ONE % run))
        self.expect_refused("one", "cannot be loaded: undefined symbol: not_there",
                            checked="undefined symbol: not_there")

    def test_an_undefined_symbol_that_is_never_called(self):
        run = RUN.replace('return', 'extern int not_there(void); if (args->flag) return not_there(); return')
        self.put("one", built("one", ONE % run))
        self.expect_refused("one", "cannot be loaded: undefined symbol: not_there",
                            checked="undefined symbol: not_there")

    def test_a_missing_library(self):
        code = self.write("gone.c", "int gone(void) { return 0; }\n")
        library = self.dir / "libgone.so"
        subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, code], check=True, timeout=60)
        run = RUN.replace('return', 'extern int gone(void); return gone() +')
        data = built("one", ONE % run, [f"-L{self.dir}", "-Wl,--no-as-needed", "-lgone"])
        library.unlink()
        self.expect_check(self.put("one", data),
                          "needs the library 'libgone.so', which is not found in the system's folders")
        self.expect(
            self.run_plugin("one"), 126, "",
            f"plugh: error: plugin 'one' ({self.folder}/one.so) is refused: cannot be loaded: libgone.so: "
            "cannot open shared object file: No such file or directory\n"
            "plugh: warning: in the sandbox a plugin's libraries are loaded from the system's folders only: "
            "'allow-read = FOLDER' under [policy:one] in an ini file adds one\n")
        self.expect_good()

    def test_the_exported_table_is_missing(self):
        self.put("one", built("one", one(
            "#undef PLUGH_EXPORT_\n#define PLUGH_EXPORT_(name_, count, list) \\\n"
            "\textern const int plugh_unused; int plugh_other(void); \\\n"
            "\tint plugh_other(void) { return plugh_commands_##name_[0] != NULL; } extern const int plugh_unused")))
        self.expect_refused("one", "has no symbol 'plugh_plugin_one'")

    def test_the_exported_table_has_another_name(self):
        self.put("one", built("one", one(
            TABLE.replace("plugh_plugin_##name_", "plugh_plugin_two")
            % (*SIZES[:2], SIZES[2], "count", "list"))))
        self.expect_refused("one", "has no symbol 'plugh_plugin_one'")

    def test_help_and_usage_errors_do_not_load_it(self):
        run = RUN.replace('return', 'extern int not_there(void); return not_there() +')
        self.put("one", built("one", ONE % run))
        self.assertEqual(self.run_plugin("one", "--help").status, 0)
        self.assertEqual(self.run_plugin("one", "--version").stdout, "one 1.0.0\n")
        self.assertEqual(self.run_plugin("one", "--bogus").status, 2)
        self.assertEqual(self.run_plugin("plugin", "info", "one").status, 0)


if __name__ == "__main__":
    main()
