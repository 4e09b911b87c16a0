#!/bin/sh
# Stands in for a program: says which one it is and what the server gave it.
# CONTENT_LENGTH bytes are read and no more, as RFC 3875 section 4.2 asks.
answer=$(
    for name in REQUEST_METHOD SCRIPT_NAME PATH_INFO REQUEST_URI QUERY_STRING MAYFLY_DATA; do
        eval "printf '%s=%s\n' \"\$name\" \"\$$name\""
    done
    test "${CONTENT_LENGTH:-0}" -gt 0 && printf 'BODY=%s\n' "$(head -c "$CONTENT_LENGTH")"
    printf 'PROGRAM=%s' "$(basename "$0" .cgi)"
)
printf 'Status: 200\r\nContent-Type: text/plain; charset=utf-8\r\n'
printf 'Content-Length: %s\r\n' "$(printf %s "$answer" | wc -c)"
printf 'X-Program: %s %s\r\n\r\n' "$(basename "$0" .cgi)" "$REQUEST_METHOD"
test "$REQUEST_METHOD" = HEAD || printf %s "$answer"
