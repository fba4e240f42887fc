#!/usr/bin/env bash
# What does the sandbox cost? Each of its parts, and a whole run with it and without, beside `true`.
#   sandbox.sh BUILD     (the folder of a release build)
# SPDX-License-Identifier: MIT
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
work=$(mktemp -d)
memory=$(mktemp -d -p /dev/shm)
trap 'rm -rf "$work" "$memory"' EXIT

flags=(-O2 -std=c17 -D_GNU_SOURCE)
gcc "${flags[@]}" -o "$work/spawn" "$here/spawn.c"
gcc "${flags[@]}" -I "$here/../../host" -I "$here/../../sdk/include" -o "$work/sandbox" "$here/sandbox.c" \
    "$build/host/libplugh-host.a" "$build/sdk/libplugh-sdk.a" -l:libinih.a -l:libmd.a
export XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data
unset PLUGH_CONFIG
plugh=$build/bin/plugh
plugin=$("$plugh" plugin info extract --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["file"])')
printf 'a [b] c\n' >"$work/tiny"

printf 'the sandbox, microseconds; the goal is 200 for all\n'
printf '%-44s %9s %9s\n' part median least
"$work/sandbox" 500 "$plugin" "$work/tiny"

printf '\na run with it and without\n'
printf '%-64s %9s %9s %7s\n' command median least ratio
run=("$plugh" extract --prefix '[' --suffix ']' "$work/tiny")
"$work/spawn" 300 -- true -- env PLUGH_SANDBOX=off "${run[@]}" -- env PLUGH_SANDBOX=on "${run[@]}"

printf '\nthe same with an output in memory, which a process that is forked before (the broker) puts in place\n'
printf '%-64s %9s %9s %7s\n' command median least ratio
run+=(-o "$memory/out")
"$work/spawn" 300 -- true -- env PLUGH_SANDBOX=off "${run[@]}" -- env PLUGH_SANDBOX=on "${run[@]}"
