#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""extract's engine against the definition in Python: bytes.index and re, over seeded random cases.

Every case is answered by the driver with several chunk and read sizes, so that every delimiter meets every
border. usage: test_oracle.py DRIVER [SEED [CASES]]
"""

import random
import re
import subprocess
import sys

INFINITE = 1 << 40


class Literal:
    def __init__(self, text, ignore_case):
        self.text = text.lower() if ignore_case else text
        self.ignore_case = ignore_case

    def search(self, data, pos):
        if pos > len(data):
            return None
        # bytes.lower() changes A-Z only.
        found = (data.lower() if self.ignore_case else data).find(self.text, pos)
        return None if found < 0 else (found, found + len(self.text))


class Regex:
    def __init__(self, text, ignore_case, not_empty=False):
        if re.match(rb'\(\?ms?\)', text):
            # PCRE2's multiline ^ does not match behind a newline that ends the data; re's does.
            text = re.sub(rb'(?<!\[)\^', rb'(?:\\A|(?<=\\n)(?!\\Z))', text)
        self.compiled = re.compile(text, re.IGNORECASE if ignore_case else 0)
        self.not_empty = not_empty

    def search(self, data, pos):
        if pos > len(data):
            return None
        match = self.compiled.search(data, pos)
        return match.span() if match else None


class TooLong(Exception):
    pass


def balance(prefix, suffix, data, pos):
    """The suffix that closes what a prefix just before pos opened."""
    depth = 1
    while True:
        opening, closing = prefix.search(data, pos), suffix.search(data, pos)
        if not closing and not opening:
            return None
        if not closing or (opening and (opening[0] < closing[0] or
                (opening[0] == closing[0] and opening[1] > closing[1]))):
            depth += 1
            pos = opening[1]
            continue
        depth -= 1
        pos = closing[1]
        if depth == 0:
            return closing


def expected(case, data, prefix, suffix):
    """The outcome and the matches, as the driver prints them."""
    flags, found, count, pos = case['flags'], [], 0, 0
    while True:
        if (case['nth'] and count == case['nth']) or (
                not case['nth'] and 'a' not in flags and count > 0):
            return 'done', count, found
        if prefix is None:
            i = (0, 0) if count == 0 else None
        else:
            i = prefix.search(data, pos)
        if not i:
            return 'no-prefix', count, found
        if suffix is None:
            j = (len(data), len(data))
        elif 'n' in flags:
            j = balance(prefix, suffix, data, i[1])
        else:
            j = suffix.search(data, i[1])
        if not j:
            return 'no-suffix', count, found
        wanted = 'c' not in flags and case['nth'] in (0, count + 1)
        start, end = (i[0], j[1]) if 'd' in flags else (i[1], j[0])
        is_streamed = suffix is None and 'w' not in flags
        must_hold = not is_streamed and ('w' in flags or 's' not in flags)
        if wanted and must_hold and j[0] - i[1] > case['max_held']:
            return 'text-too-long', count, found
        count += 1
        if wanted:
            line = data[:start].count(b'\n') + 1 if 'l' in flags else 0
            length = '?' if is_streamed else str(end - start)
            found.append(f'{count}:{start}:{length}:{line}:{data[start:end].hex()}')
        if prefix is None:
            pos = len(data) + 2
        else:
            pos = j[1] + (j[1] == i[0])
        if suffix is None:
            pos = len(data) + 2


def random_regex(rng, depth=0):
    """A pattern that re and PCRE2 mean the same by, and its shortest match."""
    parts, least = [], 0
    for _ in range(rng.randint(1, 3)):
        kind = rng.randrange(14)
        if kind < 6:
            atom, n = rng.choice(['a', 'b', '\\n', 'B', '.', 'ab']), 1
        elif kind < 8:
            atom, n = rng.choice(['[ab]', '[^a]', '[^b\\n]', '\\w', '\\W', '\\s']), 1
        elif kind == 8:
            parts.append(rng.choice(['(?<=a)', '(?<!b)', '(?=b)', '(?!a)', '\\b', '\\B', '^', '$',
                '(?<=ab)', '(?<!ba)', '(?=.b)', '(?<=a(?<=ba))']))
            continue
        elif kind < 11 and depth < 2:
            inner, n = random_regex(rng, depth + 1)
            other, m = random_regex(rng, depth + 1)
            atom, n = rng.choice([(f'(?:{inner})', n), (f'(?:{inner}|{other})', min(n, m))])
        else:
            atom, n = rng.choice('ab'), 1
        # No repetition of what repeats: that soon takes more steps than PCRE2 is allowed.
        if n > 0 and atom != 'ab' and not re.search(r'[*+?{]', atom.replace('(?', '(')) and rng.random() < 0.45:
            quantifier, times = rng.choice([('*', 0), ('+', 1), ('?', 0), ('{2}', 2), ('{1,2}', 1),
                ('*?', 0), ('+?', 1), ('??', 0)])
            atom, n = atom + quantifier, n * times
        parts.append(atom)
        least += n
    return ''.join(parts), least


def random_data(rng, alphabet, delimiters):
    pieces = []
    for _ in range(rng.randint(0, 12)):
        if delimiters and rng.random() < 0.4:
            pieces.append(rng.choice(delimiters))
        else:
            pieces.append(bytes(rng.choice(alphabet) for _ in range(rng.randint(0, 6))))
    return b''.join(pieces)


def make_case(rng):
    flags = ''.join(flag for flag in 'riadlwcs' if rng.random() < (0.5 if flag in 'ad' else 0.3))
    is_regex = 'r' in flags
    alphabet = rng.choice([b'ab', b'abc', b'aAbB\n', b'a\0\r\n', b'ab\xe9\xc9\n', b'Kk\xe2\x84\xaaSs['])
    if is_regex:
        alphabet = rng.choice([b'ab', b'abB\n', b'ab \n'])
        delimiters = [random_regex(rng)[0].encode() for _ in range(2)]
        if rng.random() < 0.3:
            delimiters = [rng.choice([b'(?s)', b'(?m)', b'(?ms)']) + text for text in delimiters]
    else:
        delimiters = [bytes(rng.choice(alphabet) for _ in range(rng.choice([1, 1, 2, 2, 3, 4, 7])))
            for _ in range(2)]
    if rng.random() < 0.15:
        delimiters[1] = delimiters[0]
    if rng.random() < 0.1:
        delimiters[1] = b''
    prefix = None if rng.random() < 0.12 else delimiters[0]
    suffix = None if rng.random() < 0.15 else delimiters[1]
    if prefix and suffix and rng.random() < 0.2 and not is_regex:
        flags += 'n'
    data = random_data(rng, alphabet, [] if is_regex else [text for text in delimiters if text])
    return {
        'flags': flags, 'nth': rng.choice([0, 0, 0, 1, 2, 3]), 'prefix': prefix, 'suffix': suffix,
        'data': data, 'max_held': rng.choice([INFINITE, INFINITE, 0, 1, 3, 8]),
    }


def make_nested_regex_case(rng):
    """Nested with patterns: only ones that never match no bytes, which is what --nested leaves out."""
    prefix, suffix = rng.sample(['a+', 'ab?', '[ab]', 'a(?=b)', '(?<=a)b', 'ba|b', '<\\w*>', '<', '</', 'b{1,2}'], 2)
    data = bytes(rng.choice(b'aabb<>/') for _ in range(rng.randint(0, 30)))
    flags = 'rn' + ''.join(flag for flag in 'adlws' if rng.random() < 0.4)
    return {'flags': flags, 'nth': rng.choice([0, 0, 2]), 'prefix': prefix.encode(),
        'suffix': suffix.encode(), 'data': data, 'max_held': INFINITE}


def as_word(text):
    return '-' if text is None else text.hex() or '.'


def as_pattern(text, flags):
    if text is None:
        return None
    ignore_case = 'i' in flags
    return Regex(text, ignore_case) if 'r' in flags and text else Literal(text, ignore_case)


def answer_in_python(case):
    prefix = as_pattern(case['prefix'], case['flags'])
    suffix = as_pattern(case['suffix'], case['flags'])
    outcome, count, found = expected(case, case['data'], prefix, suffix)
    return ' '.join(['=', *found, outcome, str(count)])


def main():
    driver = sys.argv[1]
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 20260101
    cases = int(sys.argv[3]) if len(sys.argv) > 3 else 12000
    rng = random.Random(seed)
    requests, answers = [], []
    for number in range(cases):
        case = make_nested_regex_case(rng) if number % 10 == 0 else make_case(rng)
        # Python's re says that \\B does not match in empty data; everyone else's says that it does.
        if 'r' in case['flags'] and not case['data']:
            case['data'] = b'\n'
        # A regex that is not finished is held too, so a small limit is for literals only.
        if 'r' in case['flags']:
            case['max_held'] = INFINITE
        answer = answer_in_python(case)
        for chunk, read in [(1 << 16, 1 << 16), (1, 1), (rng.randint(1, 9), rng.randint(1, 9)),
                (rng.randint(1, 9), 1 << 16)]:
            requests.append(' '.join([case['flags'] or '-', str(case['nth']), str(case['max_held']),
                str(chunk), str(read), as_word(case['prefix']), as_word(case['suffix']),
                as_word(case['data'])]))
            answers.append((answer, case))
    result = subprocess.run([driver], input='\n'.join(requests) + '\n', capture_output=True, text=True)
    lines = result.stdout.splitlines()
    wrong = 0
    for request, line, (answer, case) in zip(requests, lines, answers):
        if line != answer:
            wrong += 1
            if wrong <= 5:
                print(f'case     {case}\nrequest  {request}\nexpected {answer}\ngot      {line}\n')
    if result.returncode != 0 or result.stderr or len(lines) != len(requests):
        print(f'driver: status {result.returncode}, {len(lines)} answers of {len(requests)}\n{result.stderr}')
        wrong += 1
    print(f'{len(requests)} requests, {wrong} wrong, seed {seed}')
    return wrong > 0


if __name__ == '__main__':
    sys.exit(main())
