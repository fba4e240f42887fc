#!/usr/bin/env bash
# clang-tidy over the C sources of host, sdk and plugins, by the compile commands of a build folder.
# SPDX-License-Identifier: MIT
set -eu
cd "$(dirname "$0")/../.."

build=${1:?usage: check-tidy.sh BUILD}
git ls-files -z 'host/*.c' 'sdk/src/*.c' 'plugins/*.c' |
    xargs -0 -P "$(nproc)" -n 4 clang-tidy --quiet -p "$build" 2>/dev/null
