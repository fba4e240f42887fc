#!/usr/bin/env bash
# Set-up and a tour: install what is needed, build the release, and show the main job on a real file.
# SPDX-License-Identifier: MIT
set -eu
cd "$(dirname "$0")/.."

packaging/install-deps.sh build
cmake --preset release -DPLUGH_TESTS=OFF >build-configure.log 2>&1 || {
    cat build-configure.log >&2
    rm -f build-configure.log
    exit 1
}
rm -f build-configure.log
cmake --build --preset release -- --quiet

plugh=build/release/bin/plugh

# Show a command line as it would be typed, then what it prints.
show() {
    printf '\n$ plugh'
    printf ' %q' "$@"
    printf '\n'
    "$plugh" "$@"
}

show --help
show plugin list
show extract --prefix 'Copyright (c) ' --suffix $'\n' LICENSE
show extract --all --line-number --prefix '#include <plugh/' --suffix '>' sdk/include/plugh/sdk.h
show bwt transform '^BANANA|'
show extract --json --prefix 'project(' --suffix ' ' CMakeLists.txt

printf '\nThe binary is %s/%s; "cmake --install build/release" installs it.\n' "$PWD" "$plugh"
