#!/usr/bin/env bash
# The parser beside argp, popt and CPython's argparse; more than LIMIT microseconds a parse is a failure.
#   argparse.sh BUILD [LIMIT]     (the folder of a release build)
# SPDX-License-Identifier: MIT
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${1:?usage: argparse.sh BUILD [LIMIT]}

"$build/tests/bench-argparse" "${2:-20}"
python3 "$here/argparse_python.py"
