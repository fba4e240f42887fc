#!/usr/bin/env bash
# What does a time limit cost? `plugh timeout` beside GNU's: its start and end, how late it is, its memory.
#   timeout.sh BUILD     (the folder of a release build)
# SPDX-License-Identifier: MIT
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

gcc -O2 -std=c17 -D_GNU_SOURCE -o "$work/spawn" "$here/spawn.c"
gcc -O2 -std=c17 -D_GNU_SOURCE -o "$work/mark" "$here/timeout_mark.c"
export XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data
unset PLUGH_CONFIG

printf 'timeout, microseconds from start to reaping, ratio to GNU timeout\n'
printf '%-64s %9s %9s %7s\n' command median least ratio
"$work/spawn" 1000 -- timeout 10 true -- "$build/bin/plugh" timeout 10 true -- true
"$work/spawn" 300 -- timeout 10 true -- "$build/bin/plugh" timeout --tree 10 true \
    -- "$build/bin/plugh" timeout --cpu 10 10 true -- "$build/bin/plugh" timeout --report /dev/null 10 true
python3 -B "$here/timeout.py" "$build/bin/plugh" "$work/mark"
