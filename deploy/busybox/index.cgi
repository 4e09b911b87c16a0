#!/bin/sh
# Mayfly under busybox httpd: put this beside the programs, in the cgi-bin below the
# folder that httpd hands out, with mode 755. mayfly.conf beside it says where
# the data is, and what is handed out as files from media/ lies next to cgi-bin:
#
#     busybox httpd -u www-data -p 80 -h /srv/www
#
# An address that ends in a slash is a folder to httpd. Where there is none it looks
# for cgi-bin/index.cgi and runs that: so this script passes each such
# address on to its program, as httpd itself does with all others.
path=${REQUEST_URI%%\?*}
case $path in
/cgi-bin/*)
    rest=${path#/cgi-bin/}
    program=${rest%%/*}
    # Letters alone: nothing but a program of this folder is ever run.
    case $program in
    '' | *[!a-z]*) ;;
    *)
        if test -x "./$program"; then
            export SCRIPT_NAME="/cgi-bin/$program" PATH_INFO="${rest#"$program"}"
            SCRIPT_FILENAME=${SCRIPT_FILENAME%/*}/$program
            exec "./$program"
        fi
        ;;
    esac
    ;;
/)
    printf 'Status: 302\r\nContent-Type: text/plain\r\nLocation: /cgi-bin/home\r\nContent-Length: 0\r\n\r\n'
    exit
    ;;
esac
if test -x ./page; then
    # The blog's own page for what is not there.
    export SCRIPT_NAME=/cgi-bin/page PATH_INFO="$path" REQUEST_URI="/cgi-bin/page$path"
    exec ./page
fi
printf 'Status: 404\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nNot found\n'
