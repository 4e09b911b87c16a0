#!/bin/sh
# Builds the tarball of the last commit here and once more in a fresh clone, whose folder has
# another name, length and depth, in another language, time zone and umask, and compares the
# two: `make dist-check`. What differs is named.
#
#     deploy/twice.sh ARCH
set -eu
cd "$(dirname "$0")/.."
arch=$1
if [ -n "$(git status --porcelain)" ]; then
    echo "This has changes that are in no commit, which a clone would not have" >&2
    exit 1
fi
make -s dist ARCH="$arch"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
clone=$work/another/folder/of/longer/name
git clone -q . "$clone"
# zig is 370 MB, and the same for both.
if [ -d target/zig ]; then
    mkdir "$clone/target"
    ln -s "$PWD/target/zig" "$clone/target/zig"
fi
echo "Once more in $clone" >&2
umask 077
LC_ALL=C.UTF-8 TZ=Pacific/Apia make -s -C "$clone" dist ARCH="$arch" >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    exit 1
}

version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
one=dist/mayfly-$version-$arch.tar.gz
other=$clone/$one
sha256sum "$one" "$other"
if ! cmp -s "$one" "$other"; then
    mkdir "$work/one" "$work/other"
    tar -C "$work/one" -xzf "$one"
    tar -C "$work/other" -xzf "$other"
    diff -rq "$work/one" "$work/other" || true
    echo "Two builds, and not the same bytes" >&2
    exit 1
fi
echo "The same bytes twice"
