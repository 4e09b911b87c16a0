#!/bin/sh
# Installs what the tests start beside cargo: real web servers, a browser, tracers,
# musl's compiler. Where it may not install, it names what is missing and fails: a test
# that was left out looks just like one that passed.
set -u
export PATH="$PATH:/usr/sbin:/sbin"
missing=
need() { command -v "$1" >/dev/null || missing="$missing $2"; }
need apache2 apache2
need lighttpd lighttpd
need nginx nginx-light
need varnishd varnish
need curl curl
need xmllint libxml2-utils
need newsboat newsboat
need python3 python3
test -e /usr/lib/lighttpd/mod_magnet.so || missing="$missing lighttpd-modules-lua"
python3 -c "import venv, ensurepip" 2>/dev/null || missing="$missing python3-venv"
need fcgiwrap fcgiwrap
need busybox busybox
test -x /usr/lib/apache2/suexec || missing="$missing apache2-suexec-pristine"
if [ "${1:-}" = all ]; then
    need caddy caddy
    need civetweb civetweb
    need h2o h2o
    need perl perl
    need yaws yaws
    need uwsgi-core uwsgi-core
    need mini_httpd mini-httpd
    need webfsd webfs
fi
if [ "${1:-}" = scan ]; then
    need wapiti wapiti
    need sqlmap sqlmap
fi
need strace strace
need valgrind valgrind
need node nodejs
need chromium chromium
need npm npm
need musl-gcc musl-tools
need cc gcc
[ -z "$missing" ] && exit 0

root=$([ "$(id -u)" = 0 ] || echo "sudo -n")
echo "Installing$missing." >&2
if command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    # A server that starts by itself on port 80 is not wanted, only its files.
    $root apt-get update -qq >/dev/null 2>&1
    # shellcheck disable=SC2086
    $root env RUNLEVEL=1 apt-get install -y -qq --no-install-recommends $missing >/dev/null && exit 0
fi
echo "The tests need these packages, which could not be installed:$missing" >&2
exit 1
