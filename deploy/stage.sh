#!/bin/sh
# Lays out, in the new folder FOLDER, what a tarball holds: `blog/` to be uploaded as it is, the
# page that says how, and for whoever has a shell, `server/`. PROGRAMS has the programs
# under their own names, MAYFLY is the command line.
#
#     deploy/stage.sh PROGRAMS MAYFLY FOLDER
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
programs=$1 mayfly=$2 folder=$3
umask 022
mkdir "$folder" "$folder/blog" "$folder/server"

# A link where one can be made: nothing is changed in it.
program() { ln "$1" "$2" 2>/dev/null || install -m 755 "$1" "$2"; }
for source in "$root"/cgi-bin/*.rs; do
    name=$(basename "$source" .rs)
    program "$programs/$name" "$folder/blog/$name.cgi"
done
program "$mayfly" "$folder/server/mayfly"

file() { if [ -x "$1" ]; then install -m 755 "$1" "$2"; else install -m 644 "$1" "$2"; fi; }
file "$root/deploy/apache/htaccess" "$folder/blog/.htaccess"
# For hosts that run programs in cgi-bin/ alone, one level below the rules.
sed -E '/RewriteRule|RedirectMatch/ s#([a-z]+\.cgi)(/|\$| |")#cgi-bin/\1\2#' \
    "$root/deploy/apache/htaccess" >"$folder/htaccess-for-cgi-bin.txt"
file "$root/deploy/shared/INSTALL.html" "$folder/INSTALL.html"
for name in CHANGELOG.md LICENSE-APACHE LICENSE-MIT; do file "$root/$name" "$folder/$name"; done

# What is read or included from here by whoever has a server; the rest of deploy/ builds.
file "$root/deploy/install.sh" "$folder/server/install.sh"
for page in "$root"/deploy/*.md; do file "$page" "$folder/server/$(basename "$page")"; done
for each in "$root"/deploy/*/*; do
    server=$(basename "$(dirname "$each")")
    case $server in shared | zig) continue ;; esac
    mkdir -p "$folder/server/$server"
    file "$each" "$folder/server/$server/$(basename "$each")"
done
