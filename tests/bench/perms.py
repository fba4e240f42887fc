"""Lines of permutations: ours and those of peers, in one run. perms.py PLUGH FOLDER-OF-PEERS

SPDX-License-Identifier: MIT
"""

import math
import shutil
import subprocess
import sys
import time

PLUGH, PEERS = sys.argv[1:3]
LETTERS = "abcdefghijklmnop"
WORDS = "alpha beta gamma delta epsilon zeta eta theta iota kappa".split()
TWICE = [*WORDS[:6], *WORDS[:5]]
GREEK = "αβγδεζηθικ"


def seconds(command, pipe):
    """The least of some runs that ended well; the start of the program counts."""
    best = math.inf
    for _ in range(5 if not pipe else 3):
        start = time.perf_counter()
        if pipe:
            writer = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            subprocess.run(["cat"], stdin=writer.stdout, stdout=subprocess.DEVNULL, check=True)
            writer.stdout.close()
            assert writer.wait() == 0, command
        else:
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        best = min(best, time.perf_counter() - start)
    return best


def row(what, ours, size, peers, pipe=False):
    """peers: (name, command, bytes that it prints)."""
    mine = size / seconds(ours, pipe) / 1e9
    text = f"{what:<34} {mine:7.2f}"
    for name, command, peer_size in peers:
        if shutil.which(command[0]) is None:
            text += f"   {name} NOT INSTALLED"
            continue
        theirs = peer_size / seconds(command, pipe) / 1e9
        text += f"   {name} {theirs:.3f} (x{mine / theirs:.1f})"
    print(text, flush=True)


def ours(*args):
    return [PLUGH, "perms", *args]


def lines(n, separated=False, most=math.inf):
    return min(math.factorial(n), most) * (n + 1 + (n - 1 if separated else 0))


def distinct(items):
    """How many different arrangements there are."""
    return math.factorial(len(items)) // math.prod(math.factorial(items.count(one)) for one in set(items))


def main():
    limit = 100_000_000
    join = "import itertools,sys\nw=sys.stdout.write\nfor p in itertools.permutations(sys.argv[1]): w(''.join(p)+'\\n')"
    print("lines of permutations, GB/s; in brackets how many times faster ours is")
    for n in range(8, 17):
        peers = []
        if n in (10, 11):
            peers = [("next_permutation", [f"{PEERS}/next", str(n)], lines(n)), ("Heap", [f"{PEERS}/heap", str(n)], lines(n))]
        if n == 10:
            peers += [("python", ["python3", "-c", join, LETTERS[:9]], lines(9)), ("crunch", ["crunch", "9", "9", "-p", LETTERS[:9]], lines(9))]
        row(f"{n} letters", ours("--limit", str(limit), LETTERS[:n]), lines(n, most=limit), peers)
    for n in (10, 11, 16):
        row(f"{n} letters, a comma between", ours("--separator", ",", "--limit", str(limit), LETTERS[:n]),
            lines(n, True, limit), [])
    row("11 letters into a pipe", ours(LETTERS[:11]), lines(11), [("next_permutation", [f"{PEERS}/next", "11"], lines(11)),
        ("Heap", [f"{PEERS}/heap", "11"], lines(11))], pipe=True)
    for letters in ("aabbccddee", "aabbccddeeff", "aaabbbcccdddd", "abcdeffedcba", "abcdefghijkk"):
        size = distinct(letters) * (len(letters) + 1)
        row(f"--distinct {letters}", ours("--distinct", letters), size,
            [("next_permutation", [f"{PEERS}/next", letters], size)])
    size = distinct(TWICE) * len(" ".join(TWICE) + "\n")
    row("--distinct, 11 words, 5 twice", ours("--distinct", *TWICE), size, [("next_permutation", [f"{PEERS}/next", *TWICE], size)])
    size = math.factorial(10) * len(" ".join(WORDS) + "\n")
    row("10 words", ours(*WORDS), size, [("next_permutation", [f"{PEERS}/next", *WORDS], size)])
    row("10 words into a pipe", ours(*WORDS), size, [("next_permutation", [f"{PEERS}/next", *WORDS], size)], pipe=True)
    size = math.factorial(10) * len((" ".join(GREEK) + "\n").encode())
    row("10 letters of two bytes", ours(*GREEK), size, [("next_permutation", [f"{PEERS}/next", *GREEK], size)])


main()
