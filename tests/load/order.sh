#!/bin/sh
# Writes .cargo/order.ld: which functions the public pages execute, for the linker
# to lay side by side. Spread over the whole program as they are compiled, they
# are found in twice as many runs of 64 KB, and the kernel maps each of those by
# a fault of its own. Run it after `make build`, when much has changed in what pages
# execute; a list that is old costs some faults and is right otherwise.
set -e
cd "$(dirname "$0")/../.."
target=$(uname -m)-unknown-linux-musl
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags=$(sed -n '/^LIBSQLITE3_FLAGS/,/"""$/p' .cargo/config.toml | tr '\n' ' ' | sed 's/.*= *"""//; s/""".*//')
export LIBSQLITE3_FLAGS="$flags -USQLITE_ENABLE_FTS5" CARGO_PROFILE_RELEASE_STRIP=none CARGO_PROFILE_RELEASE_LTO=fat
build="cargo build --release --locked --target $target --target-dir target/order --no-default-features"
$build --bin home --bin post --bin archive --bin tag --bin page --bin kind --bin feed
$build --features guestbook --bin guestbook
dist/mayfly init "$work/blog" --title Order --zone UTC --base-url http://example.org >/dev/null
dist/mayfly --data "$work/blog" seed --posts 2000 >/dev/null

# The functions of one page, a line each. The third word is the entity tag the
# visitor has, or of the guestbook the form that is sent.
page() {
    query=
    case $2 in *\?*) query=${2#*\?} ;; esac
    path=${2%%\?*}
    case $1 in tag) info=${path#/tags} ;; guestbook) info=/ ;; *) info=$path ;; esac
    method=GET
    case $3 in name=*) method=POST ;; esac
    printf %s "$3" >"$work/form"
    env -i REQUEST_METHOD=$method HTTP_HOST=example.org SERVER_SOFTWARE=lighttpd/1.4 SERVER_PROTOCOL=HTTP/1.1 \
        MAYFLY_DATA="$work/blog" SCRIPT_NAME="/cgi-bin/$1" PATH_INFO="$info" REQUEST_URI="$2" \
        QUERY_STRING="$query" HTTP_IF_NONE_MATCH="$3" \
        CONTENT_TYPE=application/x-www-form-urlencoded CONTENT_LENGTH=$(wc -c <"$work/form") \
        /usr/bin/valgrind --tool=callgrind --demangle=no --compress-strings=no \
        --callgrind-out-file="$work/profile" "target/order/$target/release/$1" \
        <"$work/form" >"$work/page" 2>/dev/null
    sed -n "s/^fn=//p" "$work/profile" | sed "s/'[0-9]*\$//" | sort -u
}
tag() { tr -d '\r' <"$work/page" | sed -n 's/^ETag: //p'; }
{
    page home /
    known=$(tag)
    page home / "$known"
    page home '/?after=0'
    page tag /tags/performance/
    post=$(tr '>' '\n' <"$work/page" | sed -n 's/.*class="u-url" href="\([^"]*\)".*/\1/p' | head -1)
    page tag '/tags/performance/?after=0'
    page tag /tags/cgi+rust/
    page tag /tags/
    page post "$post"
    page archive "$(echo "$post" | cut -d/ -f1-3)/"
    page archive "$(echo "$post" | cut -d/ -f1-2)/"
    page page /nothing/here/
    page feed /feed.atom
    page kind /links/
    # And three of them as they were kept, also for who has them; none is in the second of a change.
    dist/mayfly --data "$work/blog" settings keep-pages=on >/dev/null
    for kept in "home /" "tag /tags/performance/" "post $post"; do
        until [ -e "$work/blog/kept/now${kept#* }index.html.gz" ]; do page $kept >/dev/null; done
        page $kept
        page $kept "$(tag)"
    done
} >"$work/functions"
# Whoever writes takes what follows. A form that is sent at once is taken for a machine's, so
# some time has to pass; the first message makes tables and files, the second is like all others.
dist/mayfly --data "$work/blog" guestbook settings --publish at-once >/dev/null
form() { tr '>' '\n' <"$work/page" | sed -n 's/.*name="form" value="\([^"]*\)".*/\1/p'; }
{
    for message in first second; do
        page guestbook /guestbook/
        sent="name=Ann&message=The+$message&site=&subject=&form=$(form)"
        sleep 6
        page guestbook /guestbook/ "$sent"
        grep -q '^Status: 303' "$work/page" || { echo "the $message message was not taken" >&2; exit 1; }
    done
} >"$work/writing"
[ "$(wc -l <"$work/functions")" -gt 3000 ] || { echo "hardly anything was executed" >&2; exit 1; }

# Those that most pages execute come first. What differs from one build to the next
# in a name is left open: Rust's hashes, and the numbers of what gcc splits off.
{
    echo "/* Written by tests/load/order.sh. What the public pages execute stands side by side, and"
    echo "   the arena behind all other variables, so that those share its first page. */"
    echo "SECTIONS"
    echo "{"
    echo "    .hot :"
    echo "    {"
    echo "        *crt1.o(.text .text.*)"
    echo "        *libc.a:mem*.lo(.text .text.*)"
    for functions in functions writing; do
        sort "$work/$functions" | uniq -c | sort -k1,1nr -k2 | awk '{ print $2 }'
    done | grep -v '^0x\|^(' |
        sed 's/17h[0-9a-f]\{16\}E/17h*E/; s/Cs[0-9A-Za-z]\{5,14\}_/Cs*_/g; s/\.\(constprop\|isra\|part\)\.[0-9].*$/*/; s/\.[0-9]*$/*/' |
        awk '!known[$0]++ { print "        *(.text." $0 ")" }'
    echo "    }"
    echo "}"
    echo "INSERT BEFORE .text;"
    echo "SECTIONS { .arena (NOLOAD) : { *(.bss.*ARENA*) } }"
    echo "INSERT AFTER .bss;"
} >.cargo/order.ld
echo "$(wc -l <.cargo/order.ld) lines in .cargo/order.ld"
# Cargo does not see that what the linker reads has changed.
touch src/lib.rs
