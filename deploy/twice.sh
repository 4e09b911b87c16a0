#!/bin/sh
# Builds the tarball of the last commit twice, in two folders of different length and depth, with
# different names of month and order in force, and compares what came out: `make dist-check`.
# It takes as long as two builds of everything.
#
#     deploy/twice.sh ARCH
set -eu
cd "$(dirname "$0")/.."
arch=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for folder in one another/folder/of/longer/name; do
    mkdir -p "$work/$(dirname "$folder")"
    git clone -q . "$work/$folder"
    echo "Building in $work/$folder" >&2
    case $folder in one) language=C ;; *) language=C.UTF-8 ;; esac
    # zig is 370 MB, and the same for both.
    [ ! -e target/zig ] || { mkdir "$work/$folder/target" && ln -s "$PWD/target/zig" "$work/$folder/target/zig"; }
    (cd "$work/$folder" && LC_ALL=$language make -s dist ARCH="$arch") >"$work/log" 2>&1 || {
        cat "$work/log" >&2
        exit 1
    }
    mv "$work/$folder/dist/"mayfly-*.tar.gz "$work/$(echo "$folder" | tr / -).tar.gz"
    rm -rf "${work:?}/${folder%%/*}"
done
(cd "$work" && sha256sum -- *.tar.gz)
cmp "$work"/*.tar.gz
echo "The same bytes twice."
