#!/bin/sh
# Stands in for a program that has gone wrong; its own name says how.
case $(basename "$0" .cgi) in
    archive) # Killed half-way. What a pipe can't hold makes the server send the first part.
        printf 'Status: 200\r\nContent-Type: text/plain\r\nContent-Length: 200000\r\n\r\n'
        head -c 150000 /dev/zero | tr '\0' x
        kill -9 $$ ;;
    feed) # Does nothing, for longer than any server should wait for it.
        exec sleep 40 ;;
    *) # Killed before it said anything.
        kill -9 $$ ;;
esac
