"""Reads feeds as readers do: `read.py URL...` prints what feedparser makes of each, or
what is wrong with it, as a line of JSON. JSON Feed is held to feed.schema.json."""

import json
import pathlib
import sys
import urllib.request

import fastjsonschema
import feedparser

SCHEMA = json.loads(pathlib.Path(__file__).with_name("feed.schema.json").read_text())


def fetch(url):
    with urllib.request.urlopen(url) as answer:
        return answer.headers, answer.read()


def json_feed(body):
    feed = json.loads(body)
    fastjsonschema.compile(SCHEMA)(feed)
    return [
        {
            "id": item["id"],
            "link": item["url"],
            "title": item.get("title", ""),
            "content": item["content_html"],
            "published": item["date_published"],
            "tags": item.get("tags", []),
        }
        for item in feed["items"]
    ]


def xml_feed(headers, body):
    # A parser that cleans up would hide what others stumble over.
    feed = feedparser.parse(
        body,
        response_headers={"content-type": headers["Content-Type"]},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if feed.bozo:
        raise ValueError(f"feedparser: {feed.bozo_exception}")
    return [
        {
            "id": entry.id,
            "link": entry.link,
            "title": entry.title,
            "content": entry.content[0].value,
            "published": entry.published,
            "day": list(entry.published_parsed[:6]),
            "updated_parsed": list(entry.updated_parsed[:6]),
            "tags": [tag.term for tag in entry.get("tags", [])],
        }
        for entry in feed.entries
    ]


for url in sys.argv[1:]:
    headers, body = fetch(url)
    entries = json_feed(body) if "json" in headers["Content-Type"] else xml_feed(headers, body)
    print(json.dumps({"url": url, "entries": entries}))
