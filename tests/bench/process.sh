#!/usr/bin/env bash
# What does it cost to start a program by the SDK? Beside posix_spawn and fork with exec, from a small process and a
# large one.
#   process.sh BUILD     (the folder of a release build)
# SPDX-License-Identifier: MIT
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

gcc -O2 -std=c17 -D_GNU_SOURCE -I "$here/../../sdk/include" -o "$work/process" "$here/process.c" \
    "$build/sdk/libplugh-sdk.a"
for megabytes in 0 256; do
    printf '\nstart and reap true from a process of %s MB, microseconds\n' "$megabytes"
    printf '%-64s %9s %9s %7s\n' way median least ratio
    "$work/process" 300 "$megabytes"
done
