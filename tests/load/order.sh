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
# Beside it, the page about a missing page has hints.
install -m 755 dist/cgi-bin/search "target/order/$target/release/"
dist/mayfly init "$work/blog" --title Order --zone UTC --base-url http://example.org >/dev/null
dist/mayfly --data "$work/blog" settings keep-pages=off >/dev/null
dist/mayfly --data "$work/blog" seed --posts 2000 >/dev/null

# The functions of one page, a line each: its status, its program, its address, and the entity
# tag the visitor has, or of the guestbook the form that is sent. With another status what was
# to be executed was something else.
page() {
    query=
    case $3 in *\?*) query=${3#*\?} ;; esac
    path=${3%%\?*}
    case $2 in tag) info=${path#/tags} ;; guestbook) info=/ ;; *) info=$path ;; esac
    method=GET known=$4 form=
    case $4 in name=*) method=POST known= form=$4 ;; esac # a body would have a GET refused
    printf %s "$form" >"$work/form"
    env -i REQUEST_METHOD=$method HTTP_HOST=example.org SERVER_SOFTWARE=lighttpd/1.4 SERVER_PROTOCOL=HTTP/1.1 \
        MAYFLY_DATA="$work/blog" SCRIPT_NAME="/cgi-bin/$2" PATH_INFO="$info" REQUEST_URI="$3" \
        QUERY_STRING="$query" HTTP_IF_NONE_MATCH="$known" \
        CONTENT_TYPE=application/x-www-form-urlencoded CONTENT_LENGTH=$(wc -c <"$work/form") \
        /usr/bin/valgrind --tool=callgrind --demangle=no --compress-strings=no \
        --callgrind-out-file="$work/profile" "target/order/$target/release/$2" \
        <"$work/form" >"$work/page" 2>/dev/null
    grep -q "^Status: $1" "$work/page" || { echo "$3: no $1, but $(head -1 "$work/page")" >&2; exit 1; }
    sed -n "s/^fn=//p" "$work/profile" | sed "s/'[0-9]*\$//" | sort -u
}
tag() { tr -d '\r' <"$work/page" | sed -n 's/^ETag: //p'; }
{
    page 200 home /
    page 304 home / "$(tag)"
    page 200 home '/?after=0'
    page 200 tag /tags/performance/
    post=$(tr '>' '\n' <"$work/page" | sed -n 's/.*class="u-url" href="\([^"]*\)".*/\1/p' | head -1)
    page 200 tag '/tags/performance/?after=0'
    page 200 tag /tags/cgi+rust/
    page 200 tag /tags/
    page 200 post "$post"
    page 301 post "${post%/}"
    page 200 archive "$(echo "$post" | cut -d/ -f1-3)/"
    page 200 archive "$(echo "$post" | cut -d/ -f1-2)/"
    page 404 page /nothing/here/
    page 200 feed /feed.atom
    page 200 kind /links/
} >"$work/functions"
# Three of them as they were kept, also for who has them; none is in the second of a change.
dist/mayfly --data "$work/blog" settings keep-pages=on >/dev/null
{
    for kept in "home /" "tag /tags/performance/" "post $post"; do
        until ls "$work"/blog/kept/now/answer-*="$(echo "${kept#* }" | tr / !)" >/dev/null 2>&1; do
            page 200 $kept >>"$work/keeping"
        done
        page 200 $kept
        page 304 $kept "$(tag)"
    done
} >"$work/kept"
# Whoever writes takes what follows. A form that is sent at once is taken for a machine's, so
# some time has to pass; the first message makes tables and files, the second is like all others.
dist/mayfly --data "$work/blog" guestbook settings --publish at-once >/dev/null
form() { tr '>' '\n' <"$work/page" | sed -n 's/.*name="form" value="\([^"]*\)".*/\1/p'; }
{
    for message in first second; do
        page 200 guestbook /guestbook/
        sent="name=Ann&message=The+$message&site=&subject=&form=$(form)"
        sleep 6
        page 303 guestbook /guestbook/ "$sent"
    done
} >"$work/writing"
[ "$(wc -l <"$work/functions")" -gt 3000 ] || { echo "hardly anything was executed" >&2; exit 1; }

# Each object of musl's has one section for all of its functions: they go by the object's name.
nm -A "$(rustc --print sysroot)/lib/rustlib/$target/lib/self-contained/libc.a" 2>/dev/null |
    sed -n 's/.*:\([^:]*\.lo\):[0-9a-f]* [TtW] \(.*\)/\2 \1/p' >"$work/libc"

# What sends a kept answer comes first, for it is little; then what most pages execute. What
# differs from one build to the next in a name is left open: Rust's hashes, for which of its
# libraries a generic function was compiled, and the numbers of what gcc splits off. The
# compiler sets apart what it takes for unlikely, and pages execute some of that.
{
    echo "/* Written by tests/load/order.sh. What the public pages execute stands side by side, and"
    echo "   the arena behind all other variables, so that those share its first page. */"
    echo "SECTIONS"
    echo "{"
    echo "    .hot :"
    echo "    {"
    echo "        *crt1.o(.text .text.*)"
    echo "        *libc.a:mem*.lo(.text .text.*)"
    echo "        *libc.a:__set_thread_area.lo(.text .text.*)"
    echo "        *libc.a:_Exit.lo(.text .text.*)"
    for functions in kept functions writing keeping; do
        sort "$work/$functions" | uniq -c | sort -k1,1nr -k2 | awk '{ print $2 }'
    done | grep -v '^0x\|^(' |
        awk 'NR == FNR { object[$1] = $2; next }
            { print ($1 in object ? "*libc.a:" object[$1] : $1) }' "$work/libc" - |
        sed '/^\*/!{ s/17h[0-9a-f]\{16\}E/17h*E/; s/Cs[0-9A-Za-z]\{5,14\}_/Cs*_/g
            s/\(Cs\*_[0-9][0-9]*[a-z_]*\|Cs\*_9addr2line\|B[0-9A-Za-z]*_\)$/*/; s/\.\(constprop\|isra\|part\)\.[0-9].*$/*/; s/\.[0-9]*$/*/ }' |
        awk '!known[$0]++ {
            print "        " (/^\*libc/ ? $0 "(.text .text.*)" : "*(.text*." $0 ")") }'
    echo "    }"
    echo "}"
    echo "INSERT BEFORE .text;"
    echo "SECTIONS { .arena (NOLOAD) : { *(.bss.*ARENA*) } }"
    echo "INSERT AFTER .bss;"
} >.cargo/order.ld
echo "$(wc -l <.cargo/order.ld) lines in .cargo/order.ld"
# Cargo does not see that what the linker reads has changed.
touch src/lib.rs
