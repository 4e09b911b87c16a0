#!/bin/sh
# Packs what `make build` has made into dist/mayfly-VERSION-ARCH.tar.gz, and writes
# dist/SHA256SUMS over all tarballs there. The same commit built by the same compilers gives
# the same bytes, wherever and whenever it is done: `make dist-check` shows it.
#
#     deploy/dist.sh BUILT ARCH
set -eu
cd "$(dirname "$0")/.."
built=$1 arch=$2
umask 022
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
name=mayfly-$version-$arch

# A program that needs the builder's libc would not start elsewhere.
for program in "$built/mayfly" "$built"/cgi-bin/*; do
    if LC_ALL=C grep -q -a '/ld-[a-z]*-[a-z0-9_-]*\.so' "$program"; then
        echo "$program is not static; deploy/musl.sh says what is missing" >&2
        exit 1
    fi
done

# The commit's moment, and not this one.
date=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null)} || {
    echo "Not a clone of the repository: say the date with SOURCE_DATE_EPOCH, in seconds" >&2
    exit 1
}
if [ -n "$(git status --porcelain 2>/dev/null)" ]; then
    echo "This has changes that are in no commit: nobody else can build the same" >&2
fi

work=$(mktemp -d "$built/pack.XXXXXX")
trap 'rm -rf "$work"' EXIT
deploy/stage.sh "$built/cgi-bin" "$built/mayfly" "$work/$name"
python3 deploy/inventory.py "$arch-unknown-linux-musl" "$date" "$work/$name"
LC_ALL=C tar -C "$work" --sort=name --format=ustar --mtime="@$date" \
    --owner=0 --group=0 --numeric-owner --hard-dereference -cf "$work/tar" "$name"
gzip -n -9 <"$work/tar" >"dist/$name.tar.gz"
(cd dist && LC_ALL=C sha256sum mayfly-*.tar.gz >SHA256SUMS)

# What there is to upload.
echo "dist/$name.tar.gz: $(($(wc -c <"dist/$name.tar.gz") / 1048576)) MB," \
    "$(find "$work/$name/blog" -type f | wc -l) files of $(du -shm "$work/$name/blog" | cut -f1) MB to upload"
