#!/usr/bin/env bash
# Is every C file as clang-format has it? With --fix: make it so.
# SPDX-License-Identifier: MIT
set -eu
cd "$(dirname "$0")/../.."

mode=(--dry-run --Werror)
[ "${1-}" = --fix ] && mode=(-i)
git ls-files -z '*.c' '*.h' '*.cc' | xargs -0 clang-format "${mode[@]}"
