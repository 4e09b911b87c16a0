#!/bin/sh
# Prints the musl target to build for, after installing what it takes where that
# is allowed. Prints nothing where it can't be had, and says why on stderr: the
# build then uses the host's own libc, and works all the same.
target=$1
without() {
    echo "Building for this system's own libc, not static: $1." >&2
    exit 0
}
[ "$(uname -s)" = Linux ] || without "musl is for Linux"
libdir=$(rustc --print target-libdir --target "$target" 2>/dev/null) ||
    without "rustc does not know the target $target"
if [ ! -d "$libdir" ]; then
    rustup target add "$target" >&2 || without "rustup could not add $target"
fi
# rusqlite brings SQLite as C, which has to be compiled against musl too.
if ! command -v musl-gcc >/dev/null && ! command -v "$(uname -m)-linux-musl-gcc" >/dev/null; then
    root=$([ "$(id -u)" = 0 ] || echo "sudo -n")
    if command -v apt-get >/dev/null; then
        { $root apt-get install -y -qq musl-tools || { $root apt-get update -qq && $root apt-get install -y -qq musl-tools; }; } >&2 2>/dev/null
    elif command -v apk >/dev/null; then
        $root apk add -q musl-dev gcc >&2
    elif command -v dnf >/dev/null; then
        $root dnf install -y -q musl-gcc >&2
    fi
    command -v musl-gcc >/dev/null || without "musl's C compiler is missing (musl-tools on Debian)"
fi
echo "$target"
