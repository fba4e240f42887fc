#!/usr/bin/env bash
# How long does a start take? Ours beside `true`, `git --version` and a python3 that imports argparse, in one
# run; with the bundled plugins and with 1000 more.
#   startup.sh BUILD     (the folder of a release build)
# `floor` is what the sandbox and the loader take by themselves, in a program that does nothing else.
# SPDX-License-Identifier: MIT
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

gcc -O2 -std=c17 -D_GNU_SOURCE -o "$work/spawn" "$here/spawn.c"
gcc -O2 -std=c17 -D_GNU_SOURCE -I "$here/../../host" -I "$here/../../sdk/include" -o "$work/floor" "$here/floor.c" \
    "$build/host/libplugh-host.a" "$build/sdk/libplugh-sdk.a" -l:libinih.a -l:libmd.a -Wl,-z,now
plugh=$build/bin/plugh
plugins=$(dirname "$("$plugh" plugin info extract --json |
    python3 -c 'import json,sys; print(json.load(sys.stdin)["file"])')")
printf 'a [b] c\n' >"$work/tiny"
export XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data
unset PLUGH_CONFIG

printf 'start-up, microseconds from start to reaping, ratio to git --version\n'
printf '%-64s %9s %9s %7s\n' command median least ratio
"$work/spawn" 500 -- git --version -- true -- "$plugh" --version -- "$plugh" --help \
    -- "$work/floor" "$plugins/extract.so" "$work/tiny" \
    -- "$plugh" extract --prefix '[' --suffix ']' "$work/tiny" -- "$plugh" plugin list
"$work/spawn" 40 -- git --version -- python3 -c 'import argparse'

# 1000 more: copies of an example, under other names.
gcc -O2 -std=c17 -D_GNU_SOURCE -fPIC -shared -fvisibility=hidden -I "$here/../../sdk/include" \
    -o "$work/train.so" "$here"/../../sdk/examples/train/*.c "$build/sdk/libplugh-sdk.a"
python3 "$here/many_plugins.py" "$work/train.so" "$work/data/plugh/plugins" 1000
printf '\nthe same with 1000 more plugins installed\n'
printf '%-64s %9s %9s %7s\n' command median least ratio
"$work/spawn" 200 -- git --version -- "$plugh" --help \
    -- "$plugh" extract --prefix '[' --suffix ']' "$work/tiny" -- "$plugh" plugin list
