#!/usr/bin/env bash
# How fast are lines of permutations made, beside other ways to make them?
#   perms.sh BUILD     (the folder of a release build)
# SPDX-License-Identifier: MIT
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

g++ -O3 -march=native -o "$work/next" "$here/perms_next.cc"
gcc -O3 -march=native -o "$work/heap" "$here/perms_heap.c"
export XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data
unset PLUGH_CONFIG
python3 -B "$here/perms.py" "$build/bin/plugh" "$work"
