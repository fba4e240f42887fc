"""Texts between delimiters: ours and those of peers, in one run. extract.py PLUGH MEMMEM FOLDER

SPDX-License-Identifier: MIT
"""

import math
import os
import random
import shutil
import subprocess
import sys
import time

PLUGH, MEMMEM, FOLDER = sys.argv[1:4]
MIB = 1 << 20


def make_files():
    rng = random.Random(1)
    words = [bytes(rng.choices(b"abcdefghijklmnopqrstuvwxyz", k=rng.randint(2, 10))) for _ in range(5000)]
    block = b" ".join(rng.choices(words, k=200000))[:MIB]
    with open(f"{FOLDER}/one", "wb") as file:
        for _ in range(1024):
            file.write(block)
        file.write(b"<<<BEGIN>>>found<<<END>>>" + block[:1000])
    with open(f"{FOLDER}/many", "wb") as file:
        while file.tell() < 256 * MIB:
            file.write(b"".join(b"<a>%s</a> %s %s\n" % (rng.choice(words), rng.choice(words) * 5, rng.choice(words) * 5)
                                for _ in range(2000)))
    with open(f"{FOLDER}/tiny", "wb") as file:
        file.write(b"a <a>b</a> c\n")


def seconds(command, source=None):
    """The least of five runs that ended well; to a regular file, since some stop early at /dev/null."""
    best = math.inf
    for _ in range(5):
        with open(f"{FOLDER}/out", "wb") as out:
            start = time.perf_counter()
            if source:
                feeder = subprocess.Popen(["cat", source], stdout=subprocess.PIPE)
                subprocess.run(command, stdin=feeder.stdout, stdout=out, check=True)
                feeder.stdout.close()
                feeder.wait()
            else:
                subprocess.run(command, stdout=out, check=True)
            best = min(best, time.perf_counter() - start)
    return best


def table(what, file, ours, peers):
    size = os.path.getsize(file) / 1e6
    mine = seconds(ours)
    print(f"\n{what}: MB/s; in brackets how many times as fast ours is")
    print(f"{'plugh extract':<34} {size / mine:9.0f}")
    for name, command in peers:
        if shutil.which(command[0]) is None:
            print(f"{name:<34} NOT INSTALLED")
            continue
        theirs = seconds(command)
        print(f"{name:<34} {size / theirs:9.0f}  (x{theirs / mine:.2f})", flush=True)


def extract(file, prefix, suffix, *more):
    return [PLUGH, "extract", "--prefix", prefix, "--suffix", suffix, *more, file]


def main():
    make_files()
    one, many, tiny = (f"{FOLDER}/{name}" for name in ("one", "many", "tiny"))
    code = "import sys,mmap\nf=open(sys.argv[1],'rb')\nd=mmap.mmap(f.fileno(),0,access=mmap.ACCESS_READ)\n" \
        "i=d.find(b'<<<BEGIN>>>')+11\nprint(d[i:d.find(b'<<<END>>>',i)])"
    table("1 GB, one match at its end", one, extract(one, "<<<BEGIN>>>", "<<<END>>>"), [
        ("plain read()", [MEMMEM, one]),
        ("C, mmap and memmem", [MEMMEM, one, "<<<BEGIN>>>", "<<<END>>>"]),
        ("rg -F, the prefix alone", ["rg", "-F", "<<<BEGIN>>>", one]),
        ("rg -oU", ["rg", "-oU", "<<<BEGIN>>>(?s:.*?)<<<END>>>", one]),
        ("python, mmap", ["python3", "-c", code, one])])
    table("256 MB, 3.5 million matches", many, extract(many, "<a>", "</a>", "--all"), [
        ("C, mmap and memmem", [MEMMEM, many, "<a>", "</a>"]),
        ("rg -oUP", ["rg", "-oUP", "(?<=<a>)(?s:.*?)(?=</a>)", many])])
    size = os.path.getsize(one) / 1e6
    print("\nfrom a pipe, 1 GB: MB/s")
    print(f"{'plugh extract':<34} {size / seconds(extract('-', '<<<BEGIN>>>', '<<<END>>>'), one):9.0f}")
    print(f"{'cat >/dev/null behind the pipe':<34} {size / seconds(['sh', '-c', 'cat >/dev/null'], one):9.0f}")
    print("\na tiny file: milliseconds with the start of the program")
    print(f"{'plugh extract':<34} {1000 * seconds(extract(tiny, '<a>', '</a>')):9.2f}")
    if shutil.which("rg"):
        print(f"{'rg -oUP':<34} {1000 * seconds(['rg', '-oUP', '(?<=<a>)(?s:.*?)(?=</a>)', tiny]):9.2f}")


main()
