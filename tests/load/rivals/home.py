#!/usr/bin/python3
"""Python with the sqlite3 module."""

import os
import sqlite3
from html import escape

db = sqlite3.connect(os.environ["BLOG"])
posts = db.execute(
    "SELECT published, path, title, link, tags, body FROM post ORDER BY published DESC LIMIT 30"
)

page = ["""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A load test</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header><h1><a href="/">A load test</a></h1><nav><a href="/tags/">Tags</a></nav></header>
<main>
"""]
last = ""
for published, path, title, link, tags, body in posts:
    if published[:10] != last:
        last = published[:10]
        page.append(f"<h2>{last}</h2>\n")
    page.append("<article>\n")
    if title:
        page.append(f'<h3><a href="{escape(link or "/" + path)}">{escape(title)}</a></h3>\n')
    page.append(
        f'{body}\n<p><a href="/{escape(path)}"><time datetime="{published}">{published[11:16]}</time></a>\n'
    )
    for tag in map(escape, tags.split()):
        page.append(f'<a href="/tags/{tag}/">{tag}</a>\n')
    page.append("</p>\n</article>\n")
page.append('</main>\n<footer><a href="/feed.atom">Feed</a></footer>\n</body>\n</html>\n')
print("Content-Type: text/html; charset=utf-8\r\n\r\n" + "".join(page), end="")
