#!/bin/sh
# Stands in for a blog of a few pages, whose links are pretty or plain as the
# request was. Below /faults/ each link is wrong in its own way.
name=$(basename "$0" .cgi)
folder=${SCRIPT_NAME%/*}/
base=${folder%cgi-bin/}
case $SCRIPT_NAME in *.cgi) ending=.cgi ;; *) ending= ;; esac

# link PROGRAM PATH TEXT
link() {
    case $REQUEST_URI in
    "$SCRIPT_NAME"*) printf '<p><a href="%s">%s</a></p>\n' "$folder$1$ending$2" "$3" ;;
    *)
        case $1 in
        home) printf '<p><a href="%s">%s</a></p>\n' "$base" "$3" ;;
        tag) printf '<p><a href="%stags%s">%s</a></p>\n' "$base" "${2:-/}" "$3" ;;
        *) printf '<p><a href="%s">%s</a></p>\n' "$base${2#/}" "$3" ;;
        esac
        ;;
    esac
}

status='200 OK'
case $name$PATH_INFO in
home | home/) content=$(link tag '' Tags; link post /2025/Jul/5/slug/ Post; link feed /feed.atom Feed) ;;
tag | tag/) content=$(link tag /a+b/ 'A and B'; link home '' Home) ;;
tag/a+b/) content=$(link archive /2025/ 2025; link archive /2025/Jul/ July) ;;
archive/2025/ | archive/2025/Jul/) content=$(link page /about/ About) ;;
post/2025/Jul/5/slug/) content=$(link home '' Home; echo '<p><a href="https://example.org/">Away</a></p>') ;;
page/about/) content="<p><img src=\"${base}media/picture.png\" alt=\"\"></p>$(link home '' Home)" ;;
feed/feed.atom) content="<feed xmlns=\"http://www.w3.org/2005/Atom\"/>" ;;
page/faults/)
    content="$(link page /missing/ Missing)<p><a href=\"/../outside/\">Outside</a></p>
<p><a href=\"$base/\">Bare</a><i>unclosed</p><p><a href=\"${base}media/script.txt\">None</a></p>"
    ;;
*) status='404 Not Found' content="<p>Nothing here.</p>" ;;
esac

case $name in
feed) type=application/atom+xml ;;
*)
    type='text/html; charset=utf-8'
    content="<!DOCTYPE html>
<html lang=\"en\">
<head><meta charset=\"utf-8\"><title>$name$PATH_INFO</title></head>
<body><h1>$name</h1>
$content
</body>
</html>"
    ;;
esac
printf 'Status: %s\r\nContent-Type: %s\r\nContent-Length: %s\r\n\r\n%s' \
    "$status" "$type" "$(printf %s "$content" | wc -c)" "$content"
