"""extract, end to end: every option, message and status.

SPDX-License-Identifier: MIT
"""

import base64
import json
import os
import re
import resource
import shutil
import subprocess
import unittest

from plughtest import DEADLINE, PLUGH, SANITIZE, PlughTest, main



class ExtractTest(PlughTest):
    def extract(self, *args, stdin=b"", **more):
        return self.plugh("extract", *args, stdin=stdin, **more)

    def expect_error(self, result, status, text, stdout=""):
        self.expect(result, status, stdout, f"plugh extract: error: {text}\n")

    def expect_usage(self, result, text):
        """A usage error: status 2, nothing on stdout, the message as the last line."""
        self.assertEqual((result.status, result.stdout), (2, ""), result)
        self.assertEqual(result.stderr.splitlines()[-1], f"plugh extract: error: {text}", result)


class Texts(ExtractTest):
    def test_the_first_text_between_prefix_and_suffix(self):
        file = self.write("f", "a <b>one</b> <b>two</b>\n")
        self.expect(self.extract("--prefix", "<b>", "--suffix", "</b>", file), 0, "one\n")

    def test_without_a_prefix_the_text_begins_with_the_file(self):
        file = self.write("f", "key: value: more\n")
        for args in (["--suffix", ": "], ["--prefix", "", "--suffix", ": "], ["--prefix=", "--suffix=: "]):
            self.expect(self.extract(*args, file), 0, "key\n")

    def test_without_a_suffix_the_text_goes_on_to_the_end(self):
        file = self.write("f", "key: value: more")
        self.expect(self.extract("--prefix", ": ", file), 0, "value: more\n")
        self.expect(self.extract("--prefix", ": ", "--all", file), 0, "value: more\n")

    def test_without_either_the_text_is_the_file(self):
        self.expect(self.extract(self.write("f", "all of it")), 0, "all of it\n")
        self.expect(self.extract(self.write("empty", "")), 0, "\n")

    def test_an_empty_suffix_ends_the_text_at_once(self):
        file = self.write("f", "a,b,c")
        self.expect(self.extract("--prefix", ",", "--suffix", "", file), 0, "\n")
        self.expect(self.extract("--prefix", ",", "--suffix", "", "-a", file), 0, "\n\n")
        self.expect(self.extract("--prefix", "x", "--suffix", "", "-c", file), 1, "0\n")

    def test_all(self):
        file = self.write("f", "<1><2>x<3><4")
        for option in ("-a", "--all"):
            self.expect(self.extract("--prefix", "<", "--suffix", ">", option, file), 0, "1\n2\n3\n")

    def test_without_a_prefix_all_is_one(self):
        self.expect(self.extract("--suffix", ",", "--all", stdin="a,b,c,"), 0, "a\n")

    def test_prefix_and_suffix_may_be_the_same(self):
        self.expect(self.extract("--prefix", "|", "--suffix", "|", "-a", stdin="|a|b|c|"), 0, "a\nc\n")

    def test_prefix_tries_overlap(self):
        self.expect(self.extract("--prefix", "aab", "--suffix", "c", stdin="aaab-c"), 0, "-\n")

    def test_nth(self):
        data = "<1><2><3>"
        for k in (1, 2, 3):
            self.expect(self.extract("--prefix", "<", "--suffix", ">", "--nth", str(k), stdin=data), 0, f"{k}\n")

    def test_nested(self):
        data = ")f(a(b)c(d(e)))g(h)(i"
        self.expect(self.extract("--prefix", "(", "--suffix", ")", "--nested", stdin=data), 0, "a(b)c(d(e))\nh\n")
        self.expect(self.extract("--prefix", "(", "--suffix", ")", "--nested", "--nth", "2", stdin=data), 0, "h\n")
        tags = "<ul><li>1<ul><li>2</ul></ul>"
        self.expect(self.extract("--prefix", "<ul>", "--suffix", "</ul>", "--nested", stdin=tags), 0,
            "<li>1<ul><li>2</ul>\n")

    def test_ignore_case_knows_ascii_letters_only(self):
        for option in ("-i", "--ignore-case"):
            self.expect(self.extract("--prefix", "BEGIN", "--suffix", "end", option, stdin="beginxEND"), 0, "x\n")
        lower, upper = "\u00e9", "\u00c9"
        result = self.extract("--prefix", lower, "-i", stdin=upper + "x")
        self.expect_error(result, 1, f"prefix '{lower}' not found in '-'")
        # U+212A KELVIN SIGN folds to k in Unicode.
        self.expect_error(self.extract("--prefix", "k", "-i", stdin="\u212ax"), 1, "prefix 'k' not found in '-'")

    def test_with_delimiters(self):
        for option in ("-d", "--with-delimiters"):
            self.expect(self.extract("--prefix", "<", "--suffix", ">", option, "-a", stdin=".<a>.<b>"), 0, "<a>\n<b>\n")
        self.expect(self.extract("--prefix", "<", "-d", stdin=".<a"), 0, "<a\n")
        self.expect(self.extract("--suffix", ">", "-d", stdin="a>."), 0, "a>\n")

    def test_bytes_go_through_as_they_are(self):
        every = bytes(range(256))
        result = self.extract("--prefix", "BEGIN", "--suffix", "END", stdin=b"\0BEGIN" + every + b"END\r\n")
        self.assertEqual((result.status, result.bytes), (0, every + b"\n"))

    def test_crlf_is_two_bytes(self):
        result = self.extract("--prefix", "a\r\n", "--suffix", "\r\n", stdin=b"a\r\nb\nc\r\n")
        self.assertEqual(result.bytes, b"b\nc\n")


class Places(ExtractTest):
    DATA = "one <a>\ntwo <b>\r\n\n<c\nd> <e>"

    def test_line_numbers(self):
        for option in ("-n", "--line-number"):
            result = self.extract("--prefix", "<", "--suffix", ">", "-a", option, stdin=self.DATA)
            self.expect(result, 0, "1:a\n2:b\n4:c\nd\n5:e\n")

    def test_byte_offsets_are_of_what_is_printed(self):
        for option in ("-b", "--byte-offset"):
            result = self.extract("--prefix", "<", "--suffix", ">", "-a", option, stdin=self.DATA)
            self.expect(result, 0, "5:a\n13:b\n19:c\nd\n25:e\n")
        result = self.extract("--prefix", "<", "--suffix", ">", "-abd", stdin=self.DATA)
        self.expect(result, 0, "4:<a>\n12:<b>\n18:<c\nd>\n24:<e>\n")

    def test_the_line_is_that_of_the_first_byte_printed(self):
        result = self.extract("--prefix", "x\n\n", "--suffix", ".", "-n", stdin="\nx\n\ny.")
        self.expect(result, 0, "4:y\n")
        result = self.extract("--prefix", "x\n\n", "--suffix", ".", "-nd", stdin="\nx\n\ny.")
        self.expect(result, 0, "2:x\n\ny.\n")

    def test_file_names(self):
        a, b = self.write("a", "<1>"), self.write("b", "<2><3>")
        self.expect(self.extract("--prefix", "<", "--suffix", ">", "a"), 0, "1\n")
        for option in ("-H", "--with-filename"):
            self.expect(self.extract("--prefix", "<", "--suffix", ">", option, "a"), 0, "a:1\n")
        self.expect(self.extract("--prefix", "<", "--suffix", ">", "-a", "a", "b"), 0, "a:1\nb:2\nb:3\n")
        self.expect(self.extract("--prefix", "<", "--suffix", ">", "-anb", "a", "b"), 0, "a:1:1:1\nb:1:1:2\nb:1:4:3\n")
        self.expect(self.extract("--prefix", "<", "--suffix", ">", "-H", stdin="<x>"), 0, "-:x\n")
        self.expect(self.extract("--prefix", "<", "--suffix", ">", "a", "-", stdin="<x>"), 0, "a:1\n-:x\n")

    def test_null(self):
        a = self.write("a", "<1\n><2>")
        for option in ("-z", "--null"):
            self.expect(self.extract("--prefix", "<", "--suffix", ">", "-a", option, a), 0, "1\n\0" + "2\0")

    def test_count(self):
        self.write("a", "<1><2><3")
        self.write("b", "none")
        for option in ("-c", "--count"):
            self.expect(self.extract("--prefix", "<", "--suffix", ">", option, "a"), 0, "2\n")
        self.expect(self.extract("--prefix", "<", "--suffix", ">", "-c", "b"), 1, "0\n")
        self.expect(self.extract("--prefix", "<", "--suffix", ">", "-c", "a", "b"), 0, "a:2\nb:0\n")
        self.expect(self.extract("--prefix", "<", "--suffix", ">", "-cH", "a"), 0, "a:2\n")
        self.expect(self.extract("--prefix", "<", "--suffix", ">", "-c", "--nth", "2", "a"), 0, "1\n")
        self.expect(self.extract("--prefix", "<", "--suffix", ">", "-c", "--nth", "3", "a"), 1, "0\n")
        self.expect(self.extract("--prefix", "(", "--suffix", ")", "-c", "--nested", stdin="(())()("), 0, "2\n")
        self.expect(self.extract("--prefix", "<", "-c", "a"), 0, "1\n")

    def test_json(self):
        a = self.write("a", b"x\n<1\"2>\n<\xff\x00>")
        result = self.extract("--prefix", "<", "--suffix", ">", "-a", "--json", "a")
        self.assertEqual((result.status, result.stderr), (0, ""), result)
        first, second = result.stdout.splitlines()
        self.assertEqual(
            list(json.loads(first).items()),
            [("file", "a"), ("index", 1), ("offset", 3), ("length", 3), ("line", 2), ("text", '1"2')])
        second = json.loads(second)
        self.assertEqual(base64.b64decode(second.pop("base64")), b"\xff\0")
        self.assertEqual(second, {"file": "a", "index": 2, "offset": 9, "length": 2, "line": 3})

    def test_json_of_one_match_to_the_end_and_of_counts(self):
        self.write("a", "<1>")
        result = self.extract("--prefix", "<", "--json", "-d", stdin=".<x\n")
        self.assertEqual(json.loads(result.stdout),
            {"file": "-", "index": 1, "offset": 1, "length": 3, "line": 1, "text": "<x\n"})
        result = self.extract("--prefix", "<", "--suffix", ">", "--json", "-c", "a", "-")
        self.assertEqual([json.loads(line) for line in result.stdout.splitlines()],
            [{"file": "a", "count": 1}, {"file": "-", "count": 0}])
        result = self.extract("--prefix", "<", "--suffix", ">", "--json", "--nth", "3", stdin="<a><b>\n<c>")
        self.assertEqual(json.loads(result.stdout),
            {"file": "-", "index": 3, "offset": 8, "length": 1, "line": 2, "text": "c"})

    def test_the_hosts_json_is_the_plugins(self):
        result = self.plugh("--json", "extract", "--prefix", "<", "--suffix", ">", stdin=b"<a>")
        self.assertEqual(json.loads(result.stdout)["text"], "a")


class Outputs(ExtractTest):
    def test_the_one_text_of_one_file_is_written_as_it_is(self):
        a = self.write("a", "<1><2>")
        for option in ("-o", "--output"):
            self.expect(self.extract("--prefix", "<", "--suffix", ">", option, "out", "a"), 0)
            self.assertEqual((self.dir / "out").read_bytes(), b"1")
        self.expect(self.extract("--prefix", "<", "--suffix", ">", "--nth", "2", "-zo", "out", "a"), 0)
        self.assertEqual((self.dir / "out").read_bytes(), b"2")
        self.expect(self.extract("--prefix", "<", "-o", "out", stdin="<x"), 0)
        self.assertEqual((self.dir / "out").read_bytes(), b"x")

    def test_other_outputs_have_ends(self):
        a = self.write("a", "<1><2>")
        for args, content in (
            (["-a", "a"], b"1\n2\n"),
            (["-az", "a"], b"1\0002\0"),
            (["--nested", "a"], b"1\n2\n"),
            (["a", "a"], b"a:1\na:1\n"),
            (["-c", "a"], b"2\n"),
        ):
            self.expect(self.extract("--prefix", "<", "--suffix", ">", "-o", "out", *args), 0)
            self.assertEqual((self.dir / "out").read_bytes(), content)
        self.extract("--prefix", "<", "--suffix", ">", "--json", "-o", "out", "a")
        self.assertTrue((self.dir / "out").read_bytes().endswith(b"}\n"))

    def test_a_dash_is_standard_output(self):
        self.expect(self.extract("--prefix", "<", "--suffix", ">", "-o", "-", stdin="<1>"), 0, "1")

    def test_out_may_be_the_file_itself(self):
        self.write("a", "<1>")
        self.expect(self.extract("--prefix", "<", "--suffix", ">", "-o", "a", "a"), 0)
        self.assertEqual((self.dir / "a").read_bytes(), b"1")

    def test_out_stays_when_nothing_is_found(self):
        out = self.write("out", "old")
        result = self.extract("--prefix", "<", "-o", "out", stdin="x")
        self.expect_error(result, 1, "prefix '<' not found in '-'")
        self.assertEqual(out.read_bytes(), b"old")
        self.expect_error(self.extract("--prefix", "<", "-o", "new", stdin="x"), 1, "prefix '<' not found in '-'")
        self.assertEqual(sorted(os.listdir(self.dir)), ["home", "out"])

    def test_out_stays_when_a_file_breaks_off(self):
        out = self.write("out", "old")
        result = self.extract("--prefix", "<", "--suffix", ">", "-a", "--max-match", "2", "-o", "out", stdin="<1><234>")
        self.expect_error(result, 1, "text at offset 4 of '-' is longer than --max-match 2")
        self.assertEqual(out.read_bytes(), b"old")

    def test_a_device_is_written_in_place(self):
        result = self.extract("--prefix", "<", "--suffix", ">", "-o", "/dev/stdout", stdin="<1>")
        self.expect(result, 0, "1")

    def test_an_output_that_cannot_be_opened(self):
        result = self.extract("--prefix", "<", "-o", "no/such/out", stdin="<1>")
        self.assertEqual((result.status, result.stdout), (1, ""), result)
        self.assertIn("no/such/out", result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1, result)

    def test_a_full_device_is_an_error(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([PLUGH, "extract", "--prefix", "<"], input=b"<" + b"x" * 1000, stdout=full,
                stderr=subprocess.PIPE, env=self.env, timeout=DEADLINE, cwd=self.dir)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"No space left on device", done.stderr)
        self.assertEqual(done.stderr.count(b"\n"), 1)


class Errors(ExtractTest):
    def test_nothing_found_in_one_file(self):
        self.write("f", "a<b")
        for args, text in (
            (["--prefix", "P"], "prefix 'P' not found in 'f'"),
            (["--prefix", "P", "--suffix", "S"], "prefix 'P' not found in 'f'"),
            (["--prefix", "<", "--suffix", "S"], "suffix 'S' not found after prefix '<' in 'f'"),
            (["--suffix", "S"], "suffix 'S' not found in 'f'"),
            (["--prefix", "", "--suffix", "S"], "suffix 'S' not found in 'f'"),
            (["--prefix", "P", "--all"], "prefix 'P' not found in 'f'"),
            (["--prefix", "<", "--suffix", "S", "--nested"], "suffix 'S' not found after prefix '<' in 'f'"),
            (["--prefix", "P", "--nth", "1"], "only 0 matches in 'f'"),
            (["--prefix", "<", "--nth", "3"], "only 1 matches in 'f'"),
            (["--nth", "2"], "only 1 matches in 'f'"),
            (["-r", "--prefix", "x+y"], "prefix 'x+y' not found in 'f'"),
            (["--prefix", "P", "--json"], "prefix 'P' not found in 'f'"),
        ):
            self.expect_error(self.extract(*args, "f"), 1, text)
        self.expect_error(self.extract("--prefix", "P"), 1, "prefix 'P' not found in '-'")

    def test_a_message_stays_one_line(self):
        result = self.extract("--prefix", "a\nb\x1b[31m", stdin="x")
        self.assertEqual((result.status, result.stderr.count("\n")), (1, 1), result)
        self.assertNotIn("\x1b", result.stderr)

    def test_nothing_found_in_several_files_is_silent(self):
        self.write("a", "x")
        self.write("b", "<y>")
        self.expect(self.extract("--prefix", "<", "--suffix", ">", "a", "b"), 0, "b:y\n")
        self.expect(self.extract("--prefix", "P", "a", "b"), 1)

    def test_an_unfinished_last_match_of_several_is_silent(self):
        self.expect(self.extract("--prefix", "<", "--suffix", ">", "-a", stdin="<a><b"), 0, "a\n")

    def test_a_file_that_cannot_be_read_and_the_others_done(self):
        self.write("a", "<1>")
        self.write("b", "<2>")
        os.mkdir(self.dir / "d")
        result = self.extract("--prefix", "<", "--suffix", ">", "a", "missing", "d", "b")
        self.expect(result, 2, "a:1\nb:2\n",
            "plugh extract: error: cannot open 'missing': No such file or directory\n"
            "plugh extract: error: cannot read 'd': Is a directory\n")
        self.expect_error(self.extract("--prefix", "P", "missing"), 2, "cannot open 'missing': No such file or directory")
        result = self.extract("--prefix", "<", "--suffix", ">", "-c", "missing", "a")
        self.expect_error(result, 2, "cannot open 'missing': No such file or directory", "a:1\n")

    def test_a_text_over_the_limit(self):
        self.write("b", "<2>")
        result = self.extract("--prefix", "<", "--suffix", ">", "--max-match", "1k", "-", "b", stdin="<" + "x" * 1025 + ">")
        self.expect_error(result, 1, "text at offset 1 of '-' is longer than --max-match 1K", "b:2\n")
        result = self.extract("--prefix", "<", "--suffix", ">", "--max-match", "1k", stdin="<" + "x" * 1024 + ">")
        self.expect(result, 0, "x" * 1024 + "\n")
        # A file can be read again; only JSON must have the text as a whole.
        self.write("f", "<" + "x" * 1025 + ">")
        self.expect(self.extract("--prefix", "<", "--suffix", ">", "--max-match", "1k", "f"), 0, "x" * 1025 + "\n")
        result = self.extract("--prefix", "<", "--suffix", ">", "--max-match", "1k", "--json", "f")
        self.expect_error(result, 1, "text at offset 1 of 'f' is longer than --max-match 1K")

    def test_usage(self):
        for args, text in (
            (["--nth", "0"], "argument --nth: invalid value: 0 (matches count from 1)"),
            (["--nth", "-1"], "argument --nth: invalid value: -1 (matches count from 1)"),
            (["--nth", "x"], "argument --nth: invalid int value: 'x'"),
            (["--nth"], "argument --nth: expected 1 argument"),
            (["--nested"], "argument --nested: needs a --prefix and a --suffix"),
            (["--nested", "--prefix", "("], "argument --nested: needs a --prefix and a --suffix"),
            (["--nested", "--prefix", "(", "--suffix", ""], "argument --nested: needs a --prefix and a --suffix"),
            (["--prefix"], "argument --prefix: expected one argument"),
        ):
            self.expect_usage(self.extract(*args, stdin="x"), text)
        self.expect_usage(self.extract("--max-match", "x"), "argument --max-match: invalid size value: 'x' (a number with K, M, G or T)")
        self.assertEqual(self.extract("--nope").status, 2)


class Patterns(ExtractTest):
    def test_patterns(self):
        for option in ("-r", "--regex"):
            result = self.extract("--prefix", r"k\d+=", "--suffix", "[;,]", option, "-a", stdin="k1=a;x;k22=b,")
            self.expect(result, 0, "a\nb\n")

    def test_without_the_option_nothing_is_special(self):
        self.expect(self.extract("--prefix", "a.*", "--suffix", "$", stdin="abba.*x$"), 0, "x\n")

    def test_case(self):
        self.expect(self.extract("--prefix", "b[a-c]+:", "-ri", stdin="BAC:x"), 0, "x\n")

    def test_ends_of_file_and_line(self):
        data = "one\ntwo\nthree"
        self.expect(self.extract("-ra", "--prefix", "^", "--suffix", "$", stdin=data), 0, data + "\n")
        self.expect(self.extract("-ra", "--prefix", "(?m)^", "--suffix", "(?m)$", stdin=data), 0, data + "\n")
        self.expect(self.extract("-ra", "--prefix", "t", "--suffix", "(?=\\n)", stdin=data), 0, "wo\n")

    def test_matches_of_nothing_go_on(self):
        self.expect(self.extract("-ra", "--prefix", "x*", "--suffix", "", stdin="ab"), 0, "\n\n\n")
        self.expect(self.extract("-ra", "--prefix", "(?=b)", "--suffix", "(?<=b)", stdin="abab"), 0, "b\nb\n")

    def test_nested_patterns(self):
        data = "begin a begin b end c end"
        result = self.extract("-r", "--nested", "--prefix", r"\bbegin\b", "--suffix", r"\bend\b", stdin=data)
        self.expect(result, 0, " a begin b end c \n")

    def test_a_pattern_that_does_not_compile(self):
        for option in ("--prefix", "--suffix"):
            self.expect_usage(self.extract("-r", option, "x(a", stdin="x"),
                f"argument {option}: invalid pattern 'x(a': missing closing parenthesis at offset 3")
        self.expect_usage(self.extract("-r", "--prefix", "(*UTF)a", stdin="x"),
            "argument --prefix: invalid pattern '(*UTF)a': using UTF is disabled by the application at offset 6")

    def test_a_pattern_without_end_is_an_error_not_a_hang(self):
        self.write("b", "<2b>")
        self.write("a", "<" + "x" * 5000 + ">")
        result = self.extract("-r", "--prefix", "<", "--suffix", "(x+x+)+[yb]", "a", "b")
        self.expect_error(result, 1, "pattern '(x+x+)+[yb]' gave up at offset 1 of 'a': match limit exceeded")

    def test_a_match_of_a_pattern_over_the_limit(self):
        result = self.extract("-r", "--prefix", "(?s)a.*b", "--max-match", "1M", stdin=b"xa" + bytes(3 << 20))
        self.expect_error(result, 1, "match of '(?s)a.*b' at offset 1 of '-' is longer than --max-match 1M")

    @unittest.skipUnless(shutil.which("grep"), "needs grep")
    def test_grep_finds_the_same(self):
        """grep -oPz takes data without NUL as one record, and leaves out texts of no bytes."""
        data = "".join(f"<{i}>[{i * i}]\n(k{i}=v{i % 7};)\n" for i in range(10, 3000)).encode()
        file = self.write("data", data)
        for prefix, suffix in (("<", ">"), (r"\[\d", r"\]"), (r"k\d+=", ";"), (r"(?<=\d)=", ";"), ("^<", r">\[")):
            if prefix == "^<":
                prefix = "(?m)^<"
            done = subprocess.run(
                ["grep", "-oPza", f"(?s){prefix}\\K.*?(?={suffix})", file],
                capture_output=True, timeout=DEADLINE, env={**self.env, "LC_ALL": "C"})
            self.assertEqual(done.returncode, 0, done.stderr)
            result = self.extract("-raz", "--prefix", prefix, "--suffix", suffix, file)
            self.assertEqual((result.status, result.stderr), (0, ""))
            self.assertEqual(result.bytes, done.stdout, (prefix, suffix))

    def test_python_finds_the_same(self):
        data = "".join(f"<{i}>[{i * i}]\n(k{i}=v{i % 7};)\r\n" for i in range(20000)).encode()
        file = self.write("data", data)
        for prefix, suffix in ((rb"\d\](?=\n)", rb"\r\n"), (rb"[a-k]\d*5=", rb";|\)"), (rb"\(.", rb"(?<=;)\)")):
            found, pos = [], 0
            while (i := re.compile(prefix).search(data, pos)) and (j := re.compile(suffix).search(data, i.end())):
                found.append(data[i.end():j.start()] + b"\n")
                pos = j.end()
            self.assertGreater(len(found), 100)
            result = self.extract("-ra", "--prefix", prefix, "--suffix", suffix, file)
            self.assertEqual((result.status, result.bytes), (0, b"".join(found)))


class Streams(ExtractTest):
    def test_a_text_is_passed_on_as_it_comes(self):
        process = self.start("extract", "--prefix", "<", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for piece in (b"...<one", b"two", b"three"):
            process.stdin.write(piece)
            process.stdin.flush()
            want = piece.split(b"<")[-1]
            self.assertEqual(process.stdout.read1(len(want)), want)
        process.stdin.close()
        self.assertEqual(process.stdout.read(), b"\n")
        self.assertEqual(process.wait(DEADLINE), 0)

    def test_a_match_is_shown_before_the_next_wait(self):
        process = self.start("extract", "--prefix", "<", "--suffix", ">", "-a", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for piece, want in ((b"<on", None), (b"e>..<two", b"one\n"), (b">", b"two\n")):
            process.stdin.write(piece)
            process.stdin.flush()
            if want:
                self.assertEqual(process.stdout.read1(len(want)), want)
        process.stdin.close()
        self.assertEqual(process.wait(DEADLINE), 0)

    def test_the_first_match_ends_the_reading(self):
        """Nothing more comes, and the pipe stays open: the command must not wait for its end."""
        process = self.start("extract", "--prefix", "<", "--suffix", ">", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        process.stdin.write(b"<x>")
        process.stdin.flush()
        self.assertEqual(process.wait(DEADLINE), 0)
        self.assertEqual(process.stdout.read(), b"x\n")

    def test_a_reader_that_is_gone_ends_it_in_silence(self):
        process = self.start("extract", "--prefix", "", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.close()
        try:
            for _ in range(1000):
                process.stdin.write(b"x" * 10000)
        except BrokenPipeError:
            pass
        try:
            process.stdin.close()
        except BrokenPipeError:
            pass
        self.assertEqual(process.wait(DEADLINE), -13)
        self.assertEqual(process.stderr.read(), b"")

    def run_in_memory(self, args, feed, limit):
        """With an address space of `limit` bytes, and data from a pipe."""
        def restrict():
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

        process = self.start("extract", *args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            preexec_fn=None if SANITIZE else restrict)
        count = 0
        reader = subprocess.Popen(["wc", "-c"], stdin=process.stdout, stdout=subprocess.PIPE)
        process.stdout.close()
        for piece in feed:
            process.stdin.write(piece)
        process.stdin.close()
        written = int(reader.communicate(timeout=DEADLINE)[0])
        return process.wait(DEADLINE), written, process.stderr.read().decode()

    def test_memory_is_bounded_whatever_comes(self):
        mega = bytes(1 << 20)
        limit = 48 << 20
        text = [b"<"] + [mega] * 70
        self.assertEqual(self.run_in_memory(["--prefix", "<"], text, limit), (0, (70 << 20) + 1, ""))
        self.assertEqual(self.run_in_memory(["--prefix", "<", "--suffix", ">", "-c"], text + [b">"], limit), (0, 2, ""))
        self.assertEqual(self.run_in_memory(["--prefix", "x"], text, limit),
            (1, 0, "plugh extract: error: prefix 'x' not found in '-'\n"))
        self.assertEqual(self.run_in_memory(["--prefix", "<", "--suffix", ">", "--max-match", "8M"], text + [b">"], limit),
            (1, 0, "plugh extract: error: text at offset 1 of '-' is longer than --max-match 8M\n"))
        self.assertEqual(self.run_in_memory(["--prefix", "<", "--suffix", ">", "--max-match", "8M"], text, limit),
            (1, 0, "plugh extract: error: suffix '>' not found after prefix '<' in '-'\n"))
        self.assertEqual(self.run_in_memory(["-r", "--prefix", "[a-z]+"], text, limit),
            (1, 0, "plugh extract: error: prefix '[a-z]+' not found in '-'\n"))
        self.assertEqual(self.run_in_memory(["--prefix", "(", "--suffix", ")", "--nested", "--max-match", "8M"],
            [b"(" * (1 << 20)] * 12, limit), (1, 0, "plugh extract: error: suffix ')' not found after prefix '(' in '-'\n"))

    def test_a_long_text_of_a_file_takes_no_memory(self):
        with open(self.dir / "big", "wb") as big:
            big.write(b"..<")
            big.truncate(300 << 20)
            big.seek(0, os.SEEK_END)
            big.write(b">..")

        def restrict():
            resource.setrlimit(resource.RLIMIT_AS, (64 << 20, 64 << 20))

        done = subprocess.run(
            [PLUGH, "extract", "--prefix", "<", "--suffix", ">", "-bd", "-o", "out", "big"],
            env=self.env, cwd=self.dir, timeout=DEADLINE, capture_output=True,
            preexec_fn=None if SANITIZE else restrict)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual((self.dir / "out").stat().st_size, len("2:") + (300 << 20) - 2 + 1)

    def test_a_delimiter_across_the_borders_of_reads(self):
        """Chunks are 256 KiB, pipes give 64 KiB at most."""
        prefix, suffix = "PREFIX" * 50, "suffix" * 50
        for border in (1 << 16, 1 << 17, 1 << 18, 1 << 19, 1 << 20):
            for shift in (0, 1, 150, 299, 300, 301):
                data = b"." * (border - shift) + prefix.encode() + b"x" * shift + suffix.encode() + b"."
                file = self.write("f", data)
                want = b"%d:" % (border - shift + 300) + b"x" * shift + b"\n"
                for args, stdin in (([file], b""), ([], data)):
                    result = self.extract("-b", "--prefix", prefix, "--suffix", suffix, *args, stdin=stdin)
                    self.assertEqual((result.status, result.bytes), (0, want), (border, shift))

    def test_standard_input_is_taken_from_where_it_stands(self):
        file = self.write("f", "<a><b>" + "x" * 3000000 + "<c>")
        with open(file, "rb") as stdin:
            stdin.seek(3)
            os.lseek(stdin.fileno(), 3, os.SEEK_SET)
            done = subprocess.run([PLUGH, "extract", "--prefix", "b", "--suffix", "<c", "-b"], stdin=stdin,
                capture_output=True, env=self.env, timeout=DEADLINE, cwd=self.dir)
        self.assertEqual((done.returncode, done.stdout), (0, b"2:>" + b"x" * 3000000 + b"\n"))

    def test_a_fifo_is_a_file(self):
        os.mkfifo(self.dir / "fifo")
        process = self.start("extract", "--prefix", "<", "--suffix", ">", "fifo", stdout=subprocess.PIPE)
        with open(self.dir / "fifo", "wb") as fifo:
            fifo.write(b".<x>.")
        self.assertEqual(process.stdout.read(), b"x\n")
        self.assertEqual(process.wait(DEADLINE), 0)

    def test_an_interrupt_ends_a_read_that_waits(self):
        process = self.start("extract", "--prefix", "<", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdin.write(b"<x")
        process.stdin.flush()
        self.assertEqual(process.stdout.read1(1), b"x")
        process.send_signal(2)
        self.assertEqual(process.wait(DEADLINE), -2)
        self.assertEqual(process.stderr.read(), b"")


class Surface(ExtractTest):
    def test_help_names_every_option(self):
        result = self.extract("--help")
        self.assertEqual((result.status, result.stderr), (0, ""), result)
        for option in ("--prefix P", "--suffix S", "-a, --all", "--nth K", "--nested", "-r, --regex", "-i, --ignore-case",
                "--max-match SIZE", "-d, --with-delimiters", "-c, --count", "-H, --with-filename", "-n, --line-number",
                "-b, --byte-offset", "-z, --null", "--json", "-o OUT, --output OUT", "FILE"):
            self.assertIn(option, result.stdout)
        self.assertIn("(default: 256M)", result.stdout)

    def test_version(self):
        self.expect(self.extract("--version"), 0, "extract 0.1.0\n")

    def test_a_default_from_the_environment(self):
        result = self.extract("--prefix", "<", stdin="<1><2>", env={"PLUGH_EXTRACT_SUFFIX": ">", "PLUGH_EXTRACT_ALL": "on"})
        self.expect(result, 0, "1\n2\n")


if __name__ == "__main__":
    main()
