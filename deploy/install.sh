#!/bin/sh
# Copies the programs to a web server's directories: what `make install` runs, and what to run
# in the folder `server` of an unpacked tarball. With --remove it takes them away again.
# Settings, from the environment:
#
#     PREFIX    where the command line goes, as bin/mayfly (/usr/local)
#     CGI_BIN   where the programs go ($PREFIX/lib/mayfly/cgi-bin)
#     DATA      where the blog is; written to mayfly.conf beside the programs
#     SUFFIX    what the programs' names end in: some hosts want .cgi
#     DESTDIR   put before each path, for packages
set -eu
here=$(cd "$(dirname "$0")" && pwd)
prefix=${PREFIX:-/usr/local}
programs=${CGI_BIN:-$prefix/lib/mayfly/cgi-bin}
destination=${DESTDIR:-}
suffix=${SUFFIX:-}
conf=$destination$programs/mayfly.conf

if [ -x "$here/mayfly" ]; then
    mayfly=$here/mayfly from=$here/../blog ending=.cgi
else
    mayfly=$here/../dist/mayfly from=$here/../dist/cgi-bin ending=
fi

if [ "${1:-}" = --remove ]; then
    for file in "$from"/*"$ending"; do
        rm -f "$destination$programs/$(basename "$file" "$ending")$suffix"
    done
    rm -f "$destination$prefix/bin/mayfly"
    # The blog stays, and mayfly.conf says where it is.
    if [ -e "$conf" ]; then
        echo "$conf is left, and the blog: $(sed -n 's/^ *data *= *//p' "$conf")"
    else
        rmdir "$destination$programs" 2>/dev/null || true
    fi
    exit 0
fi

# Puts a file in place in one step, so that no request meets half a program.
put() {
    install -m "$3" "$1" "$2.new"
    mv -f "$2.new" "$2"
}
install -d "$destination$prefix/bin" "$destination$programs"
put "$mayfly" "$destination$prefix/bin/mayfly" 755
count=0
for file in "$from"/*"$ending"; do
    name=$(basename "$file" "$ending")$suffix
    to=$destination$programs/$name
    # What the operator has switched off stays off.
    if [ -f "$to" ] && [ -z "$(find "$to" -perm /111)" ]; then
        put "$file" "$to" 0
        echo "$name is switched off, and stays so: chmod 755 $to"
    else
        put "$file" "$to" 755
    fi
    count=$((count + 1))
done
echo "$count programs in $destination$programs, and $destination$prefix/bin/mayfly"
if [ -n "${DATA:-}" ]; then
    printf 'data = %s\n' "$DATA" >"$conf"
    echo "$conf: data = $DATA"
fi
