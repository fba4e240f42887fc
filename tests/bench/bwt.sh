#!/usr/bin/env bash
# How fast are files transformed and brought back, beside libdivsufsort and bzip2? Needs 400 MB in the folder of
# temporary files, and 1.2 GB of memory.
#   bwt.sh BUILD     (the folder of a release build)
# SPDX-License-Identifier: MIT
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

peer=$work/divsufsort
if ! gcc -O3 -march=native -pthread -o "$peer" "$here/bwt_divsufsort.c" -ldivsufsort 2>"$work/errors"; then
	echo "bwt.sh: libdivsufsort-dev is NOT INSTALLED: its columns are missing" >&2
	peer=
fi
export XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data
unset PLUGH_CONFIG
python3 -B "$here/bwt.py" "$build/bin/plugh" "$peer" "$work"
