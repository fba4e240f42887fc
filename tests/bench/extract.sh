#!/usr/bin/env bash
# How fast are texts found, beside other ways to find them? Needs 1.3 GB in the folder of temporary files, and as
# much memory, so that the page cache holds it.
#   extract.sh BUILD     (the folder of a release build)
# SPDX-License-Identifier: MIT
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

gcc -O3 -D_GNU_SOURCE -o "$work/memmem" "$here/extract_memmem.c"
export XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data
unset PLUGH_CONFIG
python3 -B "$here/extract.py" "$build/bin/plugh" "$work/memmem" "$work"
