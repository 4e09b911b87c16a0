#!/bin/sh
# zig, from PATH or from where deploy/musl.sh has put it.
if command -v zig >/dev/null; then
    exec zig "$@"
fi
exec "$(dirname "$0")/../../target/zig/bin/python3" -m ziglang "$@"
