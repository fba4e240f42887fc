"""Fill a folder with COUNT plugins: copies of one plugin file under other names of the same length.

    many_plugins.py PLUGIN.so FOLDER COUNT

Only manifests are made right: the copies can be listed and described, not run.

SPDX-License-Identifier: MIT
"""

import pathlib
import sys


def main():
    source, folder, count = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
    name = source.stem.encode()
    data = source.read_bytes()
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        copy = (b"p%0*d" % (len(name) - 1, number))[: len(name)]
        path = folder / (copy.decode() + ".so")
        # A name in a record stands at the start of a field: zeros before and behind it.
        path.write_bytes(data.replace(name + b"\0", copy + b"\0"))
        path.chmod(0o755)


main()
