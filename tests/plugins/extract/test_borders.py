#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""extract's engine against itself: where the data is cut must not matter, whatever PCRE2 offers.

Patterns that Python's re does not know (\\K, \\R, \\G, atomic groups, possessive quantifiers, recursion, conditions,
verbs, back references, other newlines) are matched over the data in one piece, where PCRE2 alone decides, and in small
pieces. usage: test_borders.py DRIVER [SEED [CASES]]
"""

import random
import subprocess
import sys

ATOMS = ['a', 'b', 'c', '.', '[ab]', '[^a]', '\\n', '\\R', '\\N', '\\X', '\\h', '\\H', '\\v', '\\V', '\\w', '\\W', '\\d']
QUANTIFIERS = ['*', '+', '?', '{2}', '{1,3}', '*?', '+?', '??', '*+', '++', '?+']
ASSERTIONS = ['^', '$', '\\A', '\\z', '\\Z', '\\b', '\\B', '\\G', '\\K', '(?=a)', '(?!b)', '(?<=a)', '(?<!b)',
    '(?<=ab|c)', '(?<=a(?<=ba))', '(?<=b(?<!a(?<=ca)b))', '(?=.*b)', '(?!.*c)', '(?=\\R)', '(?<=\\n)', '(?<!\\r)']
VERBS = ['(*PRUNE)', '(*SKIP)', '(*THEN)', '(*COMMIT)', '(*F)', '(*ACCEPT)']
STARTS = ['(?m)', '(?s)', '(?ms)', '(?i)', '(*CRLF)', '(*ANY)', '(*ANYCRLF)', '(*CR)', '(*NUL)', '(*BSR_ANYCRLF)',
    '(*NO_START_OPT)', '(*NO_AUTO_POSSESS)', '(*CRLF)(?m)', '(*ANY)(?m)', '(*CR)(?m)', '(*NO_JIT)']


def random_pattern(rng, depth=0):
    parts = []
    for _ in range(rng.randint(1, 4)):
        kind = rng.randrange(20)
        if kind < 4:
            parts.append(rng.choice(ASSERTIONS))
            continue
        if kind == 4 and rng.random() < 0.4:
            parts.append(rng.choice(VERBS))
            continue
        if kind < 8 and depth < 2:
            inner, other = random_pattern(rng, depth + 1), random_pattern(rng, depth + 1)
            atom = rng.choice(['(?:{0})', '(?:{0}|{1})', '(?>{0})', '({0})', '({0}|{1})', '(?|({0})|({1}))',
                '(?=({0}))', '(?!{0})', 'a(?:{0}(?R)?|{1})b', '(?:(a)|b)(?(1){0}|{1})'])
            atom = atom.format(inner, other)
        elif kind == 8 and rng.random() < 0.5:
            atom = '(a|b|\\n)\\g{-1}'
        else:
            atom = rng.choice(ATOMS)
        if rng.random() < 0.4:
            atom = f'(?:{atom})' if len(atom) > 2 and atom[0] != '[' else atom
            atom += rng.choice(QUANTIFIERS)
        parts.append(atom)
    text = ''.join(parts)
    return rng.choice(STARTS) + text if depth == 0 and rng.random() < 0.5 else text


def make_case(rng):
    flags = 'r' + ''.join(flag for flag in 'adlw' if rng.random() < 0.5)
    prefix = None if rng.random() < 0.1 else random_pattern(rng)
    suffix = None if rng.random() < 0.1 else random_pattern(rng)
    if prefix and suffix and rng.random() < 0.2:
        flags += 'n'
    alphabet = rng.choice([b'ab', b'abc\n', b'ab\r\n', b'a\x85\v\fb\r\n', b'ab \0\n'])
    data = bytes(rng.choice(alphabet) for _ in range(rng.randint(0, 25)))
    words = [flags, rng.choice('00012'), str(1 << 40)]
    texts = ['-' if text is None else text.encode().hex() for text in (prefix, suffix)]
    pieces = [(1 << 16, 1 << 16), (1, 1), (rng.randint(1, 9), rng.randint(1, 9)), (rng.randint(2, 9), 1 << 16)]
    return [' '.join(words + [str(chunk), str(read)] + texts + [data.hex() or '.']) for chunk, read in pieces], (
        flags, prefix, suffix, data)


def main():
    driver = sys.argv[1]
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 20260102
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 10000
    rng = random.Random(seed)
    cases = [make_case(rng) for _ in range(count)]
    requests = [line for lines, _ in cases for line in lines]
    result = subprocess.run([driver], input='\n'.join(requests) + '\n', capture_output=True, text=True)
    answers = result.stdout.splitlines()
    if result.returncode != 0 or result.stderr or len(answers) != len(requests):
        print(f'driver: status {result.returncode}, {len(answers)} answers of {len(requests)}\n{result.stderr}')
        return 1
    wrong = refused = 0
    for number, (lines, what) in enumerate(cases):
        got = answers[4 * number:4 * number + 4]
        refused += got[0].startswith('bad-pattern')
        if any(answer != got[0] for answer in got) and not any('regex-failed' in answer for answer in got):
            wrong += 1
            if wrong <= 5:
                print(f'case  {what}')
                for line, answer in zip(lines, got):
                    print(f'  {line[:60]}\n    {answer}')
    print(f'{len(requests)} requests, {refused} patterns refused, {wrong} wrong, seed {seed}')
    return wrong > 0 or refused > count // 2


if __name__ == '__main__':
    sys.exit(main())
