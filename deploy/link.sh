#!/bin/sh
# Prints what `make build` passes to cargo for a target whose linker can lay functions in
# a given order (GNU ld and lld can): .cargo/order.ld has the order. Prints nothing
# where it can't; programs are the same there and take some page faults more.
target=$1
[ -n "$target" ] || exit 0
# Fewer segments are fewer things for the kernel to map; nothing is relocated when a
# program starts, so nothing is gained by protecting what was.
options="-Wl,-T,.cargo/order.ld -Wl,-z,noseparate-code -Wl,-z,norelro -Wl,--build-id=none"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo 'void _start(void) {}' >"$work/empty.c"
# shellcheck disable=SC2086
if cc -nostdlib -static -no-pie $options -o "$work/empty" "$work/empty.c" 2>/dev/null; then
    list=$(for option in $options; do printf ',"-C","link-arg=%s"' "$option"; done)
    echo "--config target.$target.rustflags=[${list#,}]"
fi
