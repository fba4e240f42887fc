#!/usr/bin/env bash
# Set up and run every test.
#   tests/run.sh           the default tests
#   tests/run.sh --full    the labelled ones too: the long matrix, cluster, tsan, 60 s of fuzzing a target, coverage, bench
#   tests/run.sh --fuzz    60 s of fuzzing a target, nothing else
#   tests/run.sh --bench   the benchmarks, nothing else
#   tests/run.sh --cluster a job array on a Slurm of its own (Debian's packages), nothing else
# SPDX-License-Identifier: MIT
set -eu
cd "$(dirname "$0")/.."

mode=${1-default}
case "$mode" in
    default | --full | --fuzz | --bench | --cluster) ;;
    *)
        sed -n '2,8p' "$0" | sed 's/^# \{0,1\}//' >&2
        exit 2
        ;;
esac

jobs=$(nproc)

# Configure and build a preset; the output is shown only where it fails.
build() {
    local log
    log=$(mktemp)
    if ! { cmake --preset "$1" && cmake --build --preset "$1"; } >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        exit 1
    fi
    rm -f "$log"
}

run() {
    local preset=$1
    shift
    ctest --preset "$preset" --parallel "$jobs" "$@"
}

fuzz() {
    build fuzz
    PLUGH_FUZZ_SECONDS=60 run fuzz
}

bench() {
    packaging/install-deps.sh test
    packaging/install-deps.sh bench
    cmake --preset release -DPLUGH_TESTS=ON >/dev/null
    cmake --build --preset release -- --quiet
    tests/bench/run.sh build/release
}

if [ "$mode" = --bench ]; then
    bench
    exit
fi
packaging/install-deps.sh test
if [ "$mode" = --fuzz ]; then
    fuzz
    exit
fi
if [ "$mode" = --cluster ]; then
    packaging/install-deps.sh cluster
    build dev
    run dev --label-regex cluster
    exit
fi
if [ "$mode" = --full ]; then
    packaging/install-deps.sh cluster
    bench
    fuzz
    # Under this sanitizer a signal waits for a call of the system, so the tests that end loops do not work.
    build tsan
    run tsan --label-regex unit
    # A confined plugin cannot write its counts.
    build coverage
    run coverage --label-regex unit
    build dev
    run dev
    exit
fi
build dev
run dev --label-exclude 'matrix|long|cluster'
