#!/usr/bin/env bash
# Install the Debian packages that are needed, as far as they are missing.
#   packaging/install-deps.sh build|test|bench|cluster
# As root, or with a sudo that asks nothing, they are installed. Otherwise they are named, and the caller goes
# on: whoever has them from elsewhere needs no package.
# SPDX-License-Identifier: MIT
set -eu

build="cmake ninja-build gcc libc6-dev pkg-config libinih-dev libmd-dev libpcre2-dev libgmp-dev libdw-dev libseccomp-dev libxxhash-dev"
test="g++ clang lld binutils libclang-rt-dev clang-format clang-tidy libcmocka-dev libdivsufsort-dev libjansson-dev
    python3 git bash-completion zsh fish locales man-db groff mandoc parallel tmux patchelf valgrind
    xterm rxvt-unicode stterm xvfb xdotool"
bench="$build python3 git libpopt-dev g++ crunch ripgrep libdivsufsort-dev bzip2"
cluster="munge slurmctld slurmd slurm-client"

case "${1-}" in
    build) wanted=$build ;;
    test) wanted="$build $test" ;;
    bench) wanted=$bench ;;
    cluster) wanted=$cluster ;;
    *)
        echo "usage: install-deps.sh build|test|bench|cluster" >&2
        exit 2
        ;;
esac

missing=
for package in $wanted; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        as_root=sudo
    else
        echo "plugh: these packages are not installed:$missing" >&2
        echo "plugh: as root: apt-get install$missing" >&2
        exit 0
    fi
fi
echo "plugh: installing$missing" >&2
export DEBIAN_FRONTEND=noninteractive
if [ -n "$as_root" ]; then
    as_root="sudo DEBIAN_FRONTEND=noninteractive"
fi
# shellcheck disable=SC2086 # lists of words
{
    $as_root apt-get update -qq
    $as_root apt-get install -y -qq --no-install-recommends $missing
} >&2
