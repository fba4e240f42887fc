#!/usr/bin/env bash
# Run one libFuzzer program for PLUGH_FUZZ_SECONDS (default 5) on a copy of its seeds:
#     run-one.sh PROGRAM NAME
# PLUGH_FUZZ_SEEDS is the folder of seeds, may be empty; PLUGH_FUZZ_SEED the number that randomness
# starts from (default 1). Inputs that crash are kept in the current folder. Prints the number of runs.
# SPDX-License-Identifier: MIT
set -eu

program=$1
name=$2
seeds=${PLUGH_FUZZ_SEEDS:-}
log=$(mktemp)
corpus=$(mktemp -d)
trap 'rm -rf "$log" "$corpus"' EXIT

if [ -n "$seeds" ]; then
    cp -R -- "$seeds"/. "$corpus"
fi
if ! "$program" -max_total_time="${PLUGH_FUZZ_SECONDS:-5}" -seed="${PLUGH_FUZZ_SEED:-1}" -timeout=10 \
    -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$PWD/$name-" "$corpus" >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
fi
runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
if [ -z "$runs" ] || [ "$runs" -eq 0 ]; then
    cat "$log" >&2
    echo "fuzz-$name: nothing was run" >&2
    exit 1
fi
echo "fuzz-$name: $runs runs"
