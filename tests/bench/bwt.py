"""The transform of files and its inverse: ours and those of peers, in one run. bwt.py PLUGH PEER FOLDER

PEER is bwt_divsufsort as a program, "" where it could not be built. FOLDER takes the inputs.
SPDX-License-Identifier: MIT
"""

import gzip
import math
import os
import random
import shutil
import subprocess
import sys
import time

PLUGH, PEER, WORK = sys.argv[1:4]
SIZE = 16 << 20
TEXT_SIZE = 100_000_000
TEXT_FOLDERS = ("/usr/share/doc", "/usr/share/man", "/usr/include", "/usr/share/perl", "/usr/lib/python3")
RUNS = 3


def text_files():
    for folder in TEXT_FOLDERS:
        for parent, _, names in sorted(os.walk(folder)):
            for name in sorted(names):
                path = os.path.join(parent, name)
                if not os.path.islink(path) and not name.endswith((".so", ".pyc", ".png", ".jpg", ".pdf")):
                    yield path


def make_text(size, rng):
    """What this machine has of documents, manuals and headers; what is missing, of its lines in another order."""
    text = bytearray()
    for path in text_files():
        if len(text) >= size:
            break
        with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
            try:
                content = file.read(1 << 20)
            except (OSError, EOFError):
                continue
        if b"\0" not in content:
            text += content
    assert len(text) > 1 << 20, "there is too little text on this machine"
    lines = text[: 32 << 20].splitlines(keepends=True)
    while len(text) < size:
        rng.shuffle(lines)
        text += b"".join(lines)
    return bytes(text[:size])


def fibonacci(size):
    before, word = b"a", b"ab"
    while len(word) < size:
        before, word = word, word + before
    return word[:size]


def make_inputs():
    rng = random.Random(1)
    text = make_text(TEXT_SIZE, rng)
    block = bytes(rng.choices(b"abcdefghijklmnopqrstuvwxyz ", k=1024))
    inputs = {
        "text": text[:SIZE],
        "DNA": bytes(rng.choices(b"ACGT", k=SIZE)),
        "fibonacci": fibonacci(SIZE),
        "1 KB repeated": block * (SIZE // 1024),
        "the same, ends changed": b"x" + block * (SIZE // 1024 - 1) + block[:-2] + b"y",
        "one letter": b"a" * SIZE,
        "random bytes": rng.randbytes(SIZE),
        "100 MB of text": text,
    }
    paths = {}
    for name, content in inputs.items():
        paths[name] = os.path.join(WORK, f"input{len(paths)}")
        with open(paths[name], "wb") as file:
            file.write(content)
    return paths


def measure(command):
    """Seconds by the clock and by the processor; the start of the program counts."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    assert status == 0, command
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime


def least(commands, runs=RUNS):
    """The least of some runs of each: in turn, so that what else the machine does meets all of them."""
    best = [(math.inf, math.inf)] * len(commands)
    for _ in range(runs):
        for i, command in enumerate(commands):
            best[i] = tuple(map(min, best[i], measure(command)))
    return best


def speed(path, seconds):
    return os.path.getsize(path) / seconds / 1e6


def beside(path, ours, theirs):
    """Ours, theirs, and how many times faster ours is: by the clock, and by the processor's time."""
    return (f"{speed(path, ours[0]):8.1f} {speed(path, theirs[0]):8.1f}  x{theirs[0] / ours[0]:<6.2f}"
            f"x{theirs[1] / ours[1]:<6.2f}")


def forward(name, path):
    half = str(-(-os.path.getsize(path) // 2))
    commands = [[PLUGH, "bwt", "encode", "-f", "-j1", "-b", "16M", path], [PLUGH, "bwt", "encode", "-f", "-j2", "-b", half, path]]
    if PEER:
        commands += [[PEER, "forward", "1", path], [PEER, "forward", "2", path]]
    times = least(commands)
    if PEER:
        text = f"{beside(path, times[0], times[2])} | {beside(path, times[1], times[3])}"
    else:
        text = f"{speed(path, times[0][0]):8.1f} | {speed(path, times[1][0]):8.1f}   libdivsufsort NOT INSTALLED"
    if shutil.which("bzip2"):
        seconds = measure(["bzip2", "-9", "-c", path])[0]
        text += f"| {speed(path, seconds):8.1f}"
    else:
        text += "| bzip2 NOT INSTALLED"
    print(f"{name:<24} {text}", flush=True)


def inverse(path):
    encoded = os.path.join(WORK, "encoded")
    subprocess.run([PLUGH, "bwt", "encode", "-f", "-o", encoded, path], check=True)
    one, two = least([[PLUGH, "bwt", "decode", "-f", "-j1", encoded], [PLUGH, "bwt", "decode", "-f", "-j2", encoded]])
    print(f"decode 100 MB of text    -j1 {speed(path, one[0]):.1f} MB/s, -j2 {speed(path, two[0]):.1f} MB/s "
          f"({speed(path, two[1]):.1f} per second of processor)", flush=True)
    if PEER:
        theirs = float(subprocess.run([PEER, "inverse", path], check=True, capture_output=True, text=True).stdout)
        print(f"  inverse_bw_transform   {speed(path, theirs):.1f} MB/s, without reading and writing "
              f"(-j1 x{theirs / one[0]:.1f}, -j2 x{theirs / two[0]:.1f})", flush=True)
    else:
        print("  libdivsufsort NOT INSTALLED")
    if shutil.which("bzip2"):
        small = os.path.join(WORK, "small.bz2")
        source = os.path.join(WORK, "input0")
        with open(small, "wb") as file:
            subprocess.run(["bzip2", "-9", "-c", source], stdout=file, check=True)
        print(f"  bzip2 -d, 16 MiB of it {speed(source, least([['bzip2', '-d', '-c', small]], 1)[0][0]):.1f} MB/s", flush=True)


def main():
    paths = make_inputs()
    print("transform of 16 MiB, MB/s of a whole run; x: how many times faster than libdivsufsort, by the clock and by\n"
          "the processor's time; the transform of bzip2 compresses too\n"
          f"{'':<24} {'-j1':>8} {'divbwt':>8}  clock  cpu    | {'-j2':>8} {'2 blocks':>8}  clock  cpu    | bzip2 -9")
    for name, path in paths.items():
        if name != "100 MB of text":
            forward(name, path)
    inverse(paths["100 MB of text"])


main()
