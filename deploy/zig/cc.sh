#!/bin/sh
# zig as the C compiler that Rust's build scripts ask for: they name a target with its
# vendor, aarch64-unknown-linux-musl, and zig without.
for argument; do
    shift
    case $argument in
    --target=*) set -- "$@" -target "$(echo "${argument#--target=}" | sed 's/-unknown-/-/')" ;;
    *) set -- "$@" "$argument" ;;
    esac
done
# What zig adds of its own, checks for undefined behaviour, wants a library of zig's.
exec "$(dirname "$0")/zig.sh" cc -fno-sanitize=undefined "$@"
