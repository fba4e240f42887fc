# SPDX-License-Identifier: MIT
"""Random cases for the bridge's protocol, by seed: declarations of every kind, most of them legal, and words that
have something to do with them."""

import random

from protocol import SUPPRESS, line, value

LONG_NAMES = ["foo", "foobar", "foo-bar", "fo", "bar", "baz", "verbose", "version", "no-foo", "output", "out", "x",
              "a", "größe", "日本", "1", "2x", "help", "level", "a-very-long-option-name-indeed", "FOO", "ß", "a=b", "foo bar", "no-", "-x", "f"]
SHORT_NAMES = ["f", "b", "x", "v", "o", "a", "n", "1", "2", "h", "é", "foo", "fo", "xy", "5.5", "0"]
POSITIONAL_NAMES = ["src", "dst", "file", "n", "bar", "foo", "rest", "a b", "größe", "x-y", "A", "==SUPPRESS==", "%s"]
PARSER_NAMES = ["run", "build", "add", "rm", "remote", "b", "co", "--x", "run2", "ß"]
METAVARS = ["FILE", "N", "X", "", "a b", "[X]", "(X)", "X ...", "größe", "日本語", "{a}", "%s", "%(prog)s", "X|Y",
            "LONGMETAVARNAME", "[A", "B]", "(A", ")", " X ", "A\u00a0B"]
DESTS = ["dest", "foo", "bar", "x", "", "a-b", "f"]
WORDS = ["1", "2", "0", "-1", "-2.5", "-.5", "3.14", "-1e5", "1_000", " 7 ", "abc", "a", "x", "", "-", "--", "a b",
         "-a b", "--foo bar", "it's", 'say "x"', "a'b\"c", "inf", "nan", "-inf", "٣", "größe", "日本", "\u200b", "\x1b",
         "\t", "a\nb", "1\n", "-1\n", "=", "a=b", "==SUPPRESS==", "None", "True", "\\", "1e400", "0x10", "+5",
         "9223372036854775807", "9223372036854775808", "1__0", "_1", "1.5e3", "infinity", "\u2003 5", "x" * 30,
         "\U0001f600", "\u00ad", "\u2028"]
TEXTS = ["help", "some help text", "", "  ", "with %(default)s", "%(prog)s does it", "100%% sure", "a\nb\n\n\n\nc",
         "use the --long-flag-name option a--b state-of-the-art pre-trained-model",
         "http://example.org/a/very/long/path/without/any/blank/in/it/at/all/really", "日本語 日本語 日本語 日本語 日本語 日本語",
         "The quick brown fox jumps over the lazy dog, and then it does so again and again until it is tired.",
         "%(dest)s %(type)s %(choices)s %(nargs)s %(const)s %(metavar)s %(required)s %(help)s", "%(default)r",
         "%(default)5s|", "%(default)-8s|", "%(default)d", "%(default)x", "%(default).2f", "%(nope)s", "50% off",
         "%", "100% sure", "tab\there", "line one\n  line two\r\nline three", "a\u00a0b c", "%(option_strings)s",
         "trailing \n", "\n", "\n\nx\n\n", "x\x0by\x0cz", "a\u2028b\x85c", "%(default)c", "%(default)05d", "%(type)r",
         "%(prog)r", "%(default)+.3e", "%(default)g", "%(choices)a", "%(default)#o", "----", "a- -b a-b-c", "x" * 70]
USAGES = ["%(prog)s [opts]", "usage text", "%(prog)s 100%%", "a\nb", "100% sure", "%", "", SUPPRESS]
PREFIXES = ["-", "-", "-", "-", "+", "-+", "/", "-/", "+/", "ä-"]
FORMATTERS = ["HelpFormatter", "RawDescriptionHelpFormatter", "RawTextHelpFormatter",
              "ArgumentDefaultsHelpFormatter", "MetavarTypeHelpFormatter"]
ACTIONS = ["store"] * 12 + ["store_true"] * 4 + ["store_false", "store_const", "append", "append", "append_const",
                                                 "count", "count", "extend", "extend", "version", "help",
                                                 "BooleanOptionalAction", "BooleanOptionalAction"]
NARGS = ["?", "*", "+", 1, 2, 3, "...", "A...", "?", "*", "+", 2, SUPPRESS]
DEFAULTS = ["d", "5", "bad", "a", "", "long text", 5, 0, 1000, -3, 2.5, 1e16, 1e-05, True, False, None, SUPPRESS,
            ["d"], [], ["x", 1], [1, [2, None]], "1.5", float("inf"), float("nan"), "==SUPPRESS=="]
CHOICES = [["a", "b"], ["json", "it's"], [1, 2, 3], [1.0, 2.5], ["x"], [], ["1", "2"], ["日本", "größe"], [True, None]]
TAKES = {
    "store": ("nargs", "const", "default", "type", "choices", "required", "help", "metavar"),
    "store_const": ("const", "default", "required", "help", "metavar"),
    "store_true": ("default", "required", "help"),
    "store_false": ("default", "required", "help"),
    "append_const": ("const", "default", "required", "help", "metavar"),
    "count": ("default", "required", "help"),
    "version": ("version", "default", "help"),
    "help": ("default", "help"),
    "BooleanOptionalAction": ("default", "type", "choices", "required", "help", "metavar"),
}
TAKES["append"] = TAKES["extend"] = TAKES["store"]
MODES = (["parse_args"] * 10 + ["parse_known_args"] * 4 + ["parse_intermixed_args"] * 2
         + ["parse_known_intermixed_args", "format_help", "format_help", "format_help", "format_usage"])


class Generator:
    def __init__(self, seed, files):
        self.random = random.Random(seed)
        self.files = files
        self.lines = []
        self.counts = {"p": 0, "g": 0, "m": 0, "s": 0}
        self.options = []  # option strings that were declared
        self.parsers = []  # subparsers' names
        self.rigour = self.random.random() < 0.92  # mostly legal declarations
        self.taken = set()  # names of this parser's options, and ...
        self.may_clash = False  # ... whether more may have them
        self.lent = []  # parsers that may be parents
        self.plan = {}  # by parser: the keys of its arguments, and of its subparsers {name: parser}
        self.current = None  # the parser that is being filled

    def chance(self, probability):
        return self.random.random() < probability

    def pick(self, items):
        return self.random.choice(items)

    def new(self, kind):
        name = f"{kind}{self.counts[kind]}"
        self.counts[kind] += 1
        return name

    def emit(self, *fields, **keys):
        pairs = []
        for key, v in keys.items():
            pairs += [key, *value(v)]
        self.lines.append(line(*fields, *pairs))

    def conversion(self):
        """A % conversion of any kind; half of them fit the value."""
        key = self.pick(["default", "default", "default", "const", "nargs", "required", "type", "dest", "prog"])
        flags = "".join(self.pick("-+ #0") for _ in range(self.pick([0, 0, 1, 2])))
        width = self.pick(["", "", "", "5", "12", "0", "*"])
        precision = self.pick(["", "", ".", ".0", ".2", ".8"])
        return f"[%({key}){flags}{width}{precision}{self.pick(['', '', 'l'])}{self.pick('dixXoeEfFgGcrsaud%z')}]"

    def text(self):
        if self.chance(0.08):
            return self.pick(["", "x "]) + self.conversion()
        if self.chance(0.1):
            return "".join(self.pick("ab- .%-\n\t日é'1") for _ in range(self.random.randint(0, 40)))
        if self.rigour:
            return self.pick(TEXTS[:12])
        return self.pick(TEXTS)

    # ---- Arguments ----

    def names(self, prefix_chars):
        prefix = self.pick(prefix_chars)
        names = []
        for _ in range(self.pick([1, 1, 1, 2, 2, 3])):
            other = self.pick(prefix_chars) if self.chance(0.1) else prefix
            name = prefix + other + self.pick(LONG_NAMES)
            if self.chance(0.45):
                name = prefix + self.pick(SHORT_NAMES)
            if name not in self.taken or self.may_clash:
                names.append(name)
                self.taken.add(name)
        if self.chance(0.02) and not self.rigour:
            names.append(self.pick(["foo", "-", "--", "", prefix]))
        return names or [f"{prefix}{prefix}new{len(self.options)}"]

    def nargs_of(self, action):
        if action in ("append", "extend") and self.chance(0.3):
            return self.pick(["+", 2, "?", "*"])
        if self.chance(0.02):
            return self.pick([0, -1, "2", "x", None])
        return self.pick(NARGS[:8] if self.rigour else NARGS)

    def metavar(self, nargs):
        if self.chance(0.25):
            count = nargs if isinstance(nargs, int) else {"+": 2, "*": self.pick([1, 2])}.get(nargs, 1)
            if self.chance(0.1) and not self.rigour:
                count = self.pick([0, 1, 2, 3])
            return [self.pick(METAVARS) for _ in range(max(count, 0))]
        return self.pick(METAVARS + [SUPPRESS] if not self.rigour else METAVARS[:12])

    def keyword(self, name, keys):
        if name == "nargs":
            return self.nargs_of(keys.get("action", "store"))
        if name == "type":
            return self.pick(["int", "float", "str", "int", None])
        if name == "choices":
            return self.pick(CHOICES)
        if name == "required":
            return self.chance(0.8)
        if name == "help":
            return self.text() if self.chance(0.85) else self.pick([None, SUPPRESS, SUPPRESS])
        if name == "metavar":
            return self.metavar(keys.get("nargs", 1))
        if name == "version":
            return self.pick(["%(prog)s 1.0", "1.0\nbuilt   today", "", None, "100%", "v %(prog)s %s"])
        return self.pick(DEFAULTS)  # const, default

    def argument(self, container, prefix_chars, is_option=None, **given):
        keys = {}
        action = self.pick(ACTIONS)
        if is_option is None:
            is_option = self.chance(0.65)
        if not is_option and self.rigour and not self.chance(0.1):
            action = self.pick(["store"] * 8 + ["append", "extend", "store_true", "count"])
        if is_option:
            keys["names"] = self.names(prefix_chars)
        elif self.chance(0.95):
            keys["names"] = [self.pick(POSITIONAL_NAMES)]
        else:
            keys["dest"] = self.pick(DESTS)
        if action != "store" or self.chance(0.1):
            keys["action"] = action
        for name in TAKES[action]:
            if name == "required" and self.rigour and (not is_option or container.startswith("m")):
                continue
            likely = {"help": 0.6, "nargs": 0.45, "default": 0.35, "type": 0.4, "metavar": 0.2, "choices": 0.15,
                      "const": 0.15, "required": 0.12, "version": 0.9}[name]
            if name == "const" and keys.get("nargs") == "?":
                likely = 0.5
            if self.chance(likely):
                keys[name] = self.keyword(name, keys)
        if self.rigour and keys.get("nargs") != "?" and action in ("store", "append", "extend"):
            keys.pop("const", None)
        if is_option and self.chance(0.12):
            keys["dest"] = self.pick(DESTS + [None, SUPPRESS])
        if not self.rigour and self.chance(0.08):
            name = self.pick(["nargs", "const", "type", "choices", "required", "metavar", "version", "dest"])
            keys[name] = self.pick(DESTS) if name == "dest" else self.keyword(name, keys)
        if container.startswith("m") and not is_option and self.rigour:
            keys["nargs"] = self.pick(["?", "*"])
            keys["default"] = self.pick(DEFAULTS)
            keys.pop("action", None)
        keys.update(given)
        self.emit("arg", container, **keys)
        if is_option:
            self.options += keys["names"]
        self.plan[self.current].append((is_option, keys))

    # ---- Parsers ----

    def parser_keys(self, is_parent=False):
        keys = {}
        prefix_chars = self.pick(PREFIXES) if self.chance(0.2) else "-"
        optional = [
            (0.08, "usage", lambda: self.pick(USAGES)),
            (0.25, "description", lambda: self.pick([self.text()] * 9 + [SUPPRESS])),
            (0.12, "epilog", lambda: self.pick([self.text()] * 9 + [SUPPRESS])),
            (0.35, "formatter_class", lambda: self.pick(FORMATTERS[:4] if self.rigour else FORMATTERS)),
            (0.05, "argument_default", lambda: self.pick(DEFAULTS)),
            (0.3 if self.rigour else 0.2, "conflict_handler", lambda: self.pick(["resolve"] * 9 + ["error"])),
            (0.1, "allow_abbrev", lambda: False),
            (0.08, "exit_on_error", lambda: False),
        ]
        if prefix_chars != "-":
            keys["prefix_chars"] = prefix_chars
        self.may_clash = not self.rigour and self.chance(0.1)
        if is_parent or self.chance(0.15):
            keys["add_help"] = False
        for probability, name, make in optional:
            if self.chance(probability):
                keys[name] = make()
        if keys.get("conflict_handler") == "resolve":
            self.may_clash = True
        return keys, prefix_chars

    def fill(self, parser, prefix_chars, depth, size, inherited=()):
        """Declare size things in a parser; the option names that it has then."""
        containers = [parser]
        around, self.current = self.current, parser
        self.plan.setdefault(parser, [])
        outer, self.taken = self.taken, {prefix_chars[0] + "h", prefix_chars[0] * 2 + "help", *inherited}
        may_clash = self.may_clash
        has_subparsers = False
        for _ in range(size):
            roll = self.random.random()
            self.may_clash = may_clash
            if roll < 0.08:
                group = self.new("g")
                keys = {"title": self.pick(["group", "options", "positional arguments", "other", None, "größe"])}
                if self.chance(0.4):
                    keys["description"] = self.text()
                if self.chance(0.05):
                    keys["title"] = self.pick([SUPPRESS, "", "a\nb"])
                if self.chance(0.08):
                    keys["argument_default"] = self.pick(DEFAULTS)
                if self.chance(0.08):
                    keys["conflict_handler"] = self.pick(["resolve", "error"] if self.rigour else ["resolve", "nope"])
                if self.chance(0.04):
                    keys["prefix_chars"] = self.pick(PREFIXES)
                self.emit("group", group, self.pick(containers) if self.chance(0.1) else parser, **keys)
                containers.append(group)
            elif roll < 0.2:
                self.exclusive(parser if self.chance(0.8) else self.pick(containers), prefix_chars, containers)
            elif roll < 0.25:
                self.emit("defaults", self.pick(containers), *self.dest_value())
            elif roll < 0.31 and not has_subparsers and depth < 2:
                has_subparsers = True
                self.subparsers(parser, depth)
            else:
                self.argument(self.pick(containers) if self.chance(0.4) else parser, prefix_chars)
        used, self.taken, self.current = self.taken, outer, around
        return used

    def dest_value(self):
        return [self.pick(["foo", "bar", "x", "src", "extra", "f"]), *value(self.pick(DEFAULTS))]

    def exclusive(self, container, prefix_chars, containers):
        group = self.new("m")
        self.emit("mutex", group, container, **({"required": True} if self.chance(0.35) else {}))
        for _ in range(self.random.randint(0 if self.chance(0.05) else 1, 4)):
            self.argument(group, prefix_chars, is_option=self.chance(0.85))
        if self.chance(0.15):
            containers.append(group)

    def subparsers(self, parser, depth):
        subparsers = self.new("s")
        keys = {}
        for probability, name, make in [
            (0.25, "title", lambda: self.pick(["commands", "options", None])),
            (0.15, "description", self.text),
            (0.08, "prog", lambda: self.pick(["other", "a b"])),
            (0.6, "dest", lambda: self.pick(["cmd", "sub", "foo", SUPPRESS])),
            (0.3, "required", lambda: self.chance(0.7)),
            (0.3, "help", lambda: self.pick([self.text(), None, SUPPRESS])),
            (0.15, "metavar", lambda: self.pick(METAVARS[:10])),
        ]:
            if self.chance(probability):
                keys[name] = make()
        self.emit("subparsers", subparsers, parser, **keys)
        choices = {}
        self.plan[parser].append((False, choices))
        for name in self.random.sample(PARSER_NAMES, self.random.randint(0 if self.chance(0.03) else 1, 3)):
            keys, prefix_chars = self.parser_keys()
            child = self.new("p")
            if self.chance(0.6):
                keys["help"] = self.pick([self.text(), self.text(), None, SUPPRESS])
            if self.chance(0.2):
                keys["aliases"] = [self.pick(["al", "ias", "r", "co"]) for _ in range(self.random.randint(1, 2))]
            if self.chance(0.04):
                keys["prog"] = "special"
            if self.lent and self.chance(0.3):
                keys["parents"] = [self.pick(self.lent)]
            self.parsers += [name, *keys.get("aliases", [])]
            self.emit("parser", child, subparsers, name, **keys)
            choices.update({known: child for known in [name, *keys.get("aliases", [])]})
            self.fill(child, prefix_chars, depth + 1, self.random.randint(0, 4))

    # ---- Words ----

    def option_word(self):
        name = self.pick(self.options)
        roll = self.random.random()
        if roll < 0.45:
            return name
        if roll < 0.6:
            return name[: self.random.randint(1, len(name))] if name else name
        if roll < 0.78:
            return f"{name}={self.pick(WORDS)}"
        if roll < 0.85:
            return name[: self.random.randint(2, max(2, len(name)))] + "=" + self.pick(WORDS)
        return name[:2] + "".join(self.pick(["x", "f", "v", "b", "o", "1", "é", "=", "ab"])
                                  for _ in range(self.random.randint(1, 3)))

    def word(self):
        roll = self.random.random()
        if roll < 0.4 and self.options:
            return self.option_word()
        if roll < 0.5 and self.parsers:
            return self.pick(self.parsers)
        if roll < 0.55:
            return self.pick(["--nope", "-Z", "--fooo", "-h", "--help", "--no-foo", "+h", "-zx", "--", "-vv"])
        if self.files and self.chance(0.4):
            return self.pick(["@f", "@nope", "@", "@g", "@."])
        if roll < 0.7:
            return self.pick(["a", "b", "json", "1", "2", "x", "1.0", "日本"])
        return self.pick(WORDS)

    def fitting(self, keys):
        """A word that the argument's type and choices take."""
        if keys.get("choices"):
            return str(self.pick(keys["choices"]))
        return self.pick({"int": ["1", "-2", "007", "1_0", "5", "1000"], "float": ["1", "2.5", "-.5", "inf"]}
                         .get(keys.get("type"), ["a", "b", "word", "5", "d", "x=y", "-"]))

    def fitting_words(self, keys):
        """As many words as the argument's nargs and action take."""
        nargs = keys.get("nargs")
        if keys.get("action", "store") not in ("store", "append", "extend"):
            return []
        count = {None: 1, "?": self.pick([0, 1]), "*": self.random.randint(0, 3), "+": self.random.randint(1, 3),
                 "...": self.random.randint(0, 3), "A...": self.random.randint(1, 3)}.get(nargs, nargs)
        return [self.fitting(keys) for _ in range(count if isinstance(count, int) else 0)]

    def sensible(self, parser):
        """Words that the parser may well accept: in any order, each option's with it."""
        options, positionals = [], []
        for is_option, keys in self.plan[parser]:
            if not is_option and "names" not in keys and "dest" not in keys:
                if keys:
                    name = self.pick(list(keys))
                    positionals.append([name, *self.sensible(keys[name])])
            elif not is_option:
                positionals.append(self.fitting_words(keys))
            elif keys.get("action") not in ("help", "version") and (keys.get("required") or self.chance(0.5)):
                options.append([self.pick(keys["names"]), *self.fitting_words(keys)])
                if len(options[-1]) == 2 and self.chance(0.3):
                    options[-1] = [f"{options[-1][0]}={options[-1][1]}"]
        if self.chance(0.3):
            positionals.insert(self.random.randint(0, len(positionals)), ["--"])
        self.random.shuffle(options)
        while options and self.chance(0.7):
            positionals.insert(self.random.randint(0, len(positionals)), options.pop())
        words = [word for part in options + positionals for word in part]
        if words and self.chance(0.15):
            words[self.random.randrange(len(words))] = self.word()
        return words

    def case(self, identity):
        parents, inherited = [], set()
        for _ in range(self.pick([0] * 12 + [1, 1, 2])):
            name = f"p{self.counts['p'] + 1}"
            self.counts["p"] += 1
            keys, prefix_chars = self.parser_keys(is_parent=not self.chance(0.05))
            if parents and self.chance(0.2):
                keys["parents"] = [self.pick(parents)]
            self.emit("parser", name, "-", prog="PARENT", **keys)
            inherited |= self.fill(name, prefix_chars, 2, self.random.randint(1, 4), inherited)
            parents.append(name)
        self.counts["p"] += 1
        keys, prefix_chars = self.parser_keys()
        self.lent = parents
        if self.files:
            keys["fromfile_prefix_chars"] = "@"
        if parents:
            keys["parents"] = parents
        prog = self.pick(["PROG"] * 8 + ["a-program-with-a-rather-long-name", "größe", "p q", ""])
        self.emit("parser", "p0", "-", prog=prog, **keys)
        self.plan["p0"] = [known for parent in parents for known in self.plan[parent]]
        self.fill("p0", prefix_chars, 0, self.random.randint(0, 9), inherited)
        for _ in range(self.pick([0] * 10 + [1, 2])):
            self.emit("preset", *self.dest_value())
        mode = self.pick(MODES)
        words = self.sensible("p0") if self.chance(0.6) else [self.word() for _ in range(self.random.randint(0, 7))]
        if mode.startswith("format"):
            words = []
        columns = self.pick([80, 80, 80, 100, 40, 30, 20, 60, 10, 1, 3, self.random.randint(1, 120), 0, -4])
        head = [line("case", identity), line("columns", str(columns))]
        if self.files:
            head.append(line("chdir", self.files))
        return [*head, *self.lines, line("run", mode, *words), "end"]


def make(seed, number, files):
    """Case number of a seed, as lines. files is a folder of argument files, for one case in twenty."""
    identity = f"{seed}:{number}"
    has_files = random.Random(identity).random() < 0.05
    return Generator(identity, files if has_files else None).case(identity)
