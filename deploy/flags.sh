#!/bin/sh
# Prints, as configuration for cargo, what `make build` tells the compiler and the linker
# beside .cargo/config.toml: under which names the builder's folders go into programs, and
# for a linker that can lay functions in a given order (GNU ld can), .cargo/order.ld, which
# has the order. Where it can't, programs are the same and take some page faults more.
set -eu
target=$1
[ -n "$target" ] || exit 0
here=$(pwd)
cargo=${CARGO_HOME:-$HOME/.cargo}
sysroot=$(rustc --print sysroot)

# A quoted string of TOML.
quoted() { printf '"%s"' "$(printf '%s' "$1" | sed 's/[\\"]/\\&/g')"; }

# A panic names the file it happened in: with the builder's folders in it, two builders would
# get two programs, and whoever runs one would learn the builder's name.
echo "[target.$target]"
echo "rustflags = ["
for pair in "$here=/mayfly" "$cargo=/cargo" "$sysroot=/rust"; do
    echo "  $(quoted "--remap-path-prefix=$pair"),"
done
# No symbols, by the linker: what cargo is told to strip, rustc compiles otherwise (it takes
# other copies of the standard library's generic functions), and .cargo/order.ld, which was
# derived from programs that have symbols, would miss some functions.
case $target in
"$(uname -m)"-*)
    echo '  "-C", "link-arg=-Wl,-s",'
    # Fewer segments are fewer things for the kernel to map; nothing is relocated when a
    # program starts, so nothing is gained by protecting what was.
    options="-Wl,-T,.cargo/order.ld -Wl,-z,noseparate-code -Wl,-z,norelro -Wl,--build-id=none"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    echo 'void _start(void) {}' >"$work/empty.c"
    # shellcheck disable=SC2086
    if cc -nostdlib -static -no-pie $options -o "$work/empty" "$work/empty.c" 2>/dev/null; then
        for option in $options; do echo "  \"-C\", \"link-arg=$option\","; done
    fi
    echo "]"
    ;;
*)
    # Another machine's programs: Rust brings a linker for them, and zig is the C compiler.
    echo '  "-C", "link-arg=-s",'
    echo "]"
    echo 'linker = "rust-lld"'
    echo "[env]"
    name=$(echo "$target" | tr - _)
    echo "CC_$name = $(quoted "$here/deploy/zig/cc.sh")"
    echo "AR_$name = $(quoted "$here/deploy/zig/ar.sh")"
    ;;
esac
