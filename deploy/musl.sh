#!/bin/sh
# Prints the musl target to build for, after installing what it takes where that
# is allowed. Prints nothing where it can't be had, and says why on stderr: the
# build then uses the host's own libc, and works all the same. Programs for another
# processor are static or not built at all.
target=$1
without() {
    case $target in "$(uname -m)"-*) ;; *) echo "Nothing is built for $target: $1." >&2; exit 1 ;; esac
    echo "Building for this system's own libc, not static: $1." >&2
    exit 0
}
[ "$(uname -s)" = Linux ] || without "musl is for Linux"
libdir=$(rustc --print target-libdir --target "$target" 2>/dev/null) ||
    without "rustc does not know the target $target"
if [ ! -d "$libdir" ]; then
    rustup target add "$target" >&2 || without "rustup could not add $target"
fi
# rusqlite brings SQLite as C, which has to be compiled against musl too: by zig for another
# processor, which brings musl's headers for each. It is on PATH, or comes from PyPI.
case $target in
"$(uname -m)"-*) ;;
*)
    cd "$(dirname "$0")/.." || exit 1
    if ! command -v zig >/dev/null && ! target/zig/bin/python3 -m ziglang version >/dev/null 2>&1; then
        { python3 -m venv --clear target/zig && target/zig/bin/python3 -m pip install -q \
            --disable-pip-version-check --require-hashes -r deploy/zig/requirements.txt; } >&2 ||
            without "zig is neither here nor to be had from PyPI (python3 -m pip install ziglang)"
    fi
    echo "$target"
    exit 0
    ;;
esac
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
