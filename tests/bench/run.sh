#!/usr/bin/env bash
# All benchmarks, each beside its peers in one run.
#   run.sh BUILD     (the folder of a release build)
# SPDX-License-Identifier: MIT
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${1:?usage: run.sh BUILD}

"$here/startup.sh" "$build"
"$here/sandbox.sh" "$build"
"$here/argparse.sh" "$build"
"$here/process.sh" "$build"
"$here/perms.sh" "$build"
"$here/extract.sh" "$build"
"$here/bwt.sh" "$build"
"$here/timeout.sh" "$build"
"$here/run_output.sh" "$build"
