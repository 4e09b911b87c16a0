//! The feed, `/feed.atom`: well-formed Atom (RFC 4287) that readers can rely on
//! for years.

use roxmltree::{Document, Node};

use crate::site::{Site, TITLE};

const ATOM: &str = "http://www.w3.org/2005/Atom";

fn blog() -> Site {
    Site::new()
        .with_option("--base-url", "https://example.org/blog")
        .with_option("--tagline", "Tea & <cake>")
        .post(
            "2025-07-05-first.md",
            "kind: entry\ntitle: First & <last>\ntags: [sea, wind]\ndate: 2025-07-05 15:05\n\
             updated: 2025-07-09 08:00",
            "See [the tag](/tags/sea/) & ![it](/media/it.png).",
        )
        .post(
            "2025-07-06-found.md",
            "kind: link\ntitle: Found\nlink: https://example.com/?a=1&b=2",
            "Remark.",
        )
}

/// One child's text.
fn text<'a>(node: Node<'a, '_>, name: &str) -> &'a str {
    let mut found = node
        .children()
        .filter(|child| child.has_tag_name((ATOM, name)));
    let one = found.next().unwrap_or_else(|| panic!("no {name}"));
    assert!(found.next().is_none(), "two of {name}");
    one.text().unwrap_or_default()
}

/// The address in the link of that relation.
fn link<'a>(node: Node<'a, '_>, rel: &str) -> &'a str {
    let is_link = |child: &Node<'_, '_>| {
        child.has_tag_name((ATOM, "link")) && child.attribute("rel") == Some(rel)
    };
    let found = node.children().find(is_link);
    found
        .and_then(|link| link.attribute("href"))
        .unwrap_or_default()
}

fn entries<'a, 'd>(feed: &'a Document<'d>) -> Vec<Node<'a, 'd>> {
    let children = feed.root_element().children();
    children
        .filter(|child| child.has_tag_name((ATOM, "entry")))
        .collect()
}

#[test]
fn the_feed_tells_whose_it_is() {
    let reply = blog().get("/feed.atom").ok();
    let kind = reply.header("Content-Type");
    assert_eq!(kind, Some("application/atom+xml"));
    let feed = Document::parse(&reply.body).unwrap();
    let root = feed.root_element();
    assert!(root.has_tag_name((ATOM, "feed")));
    assert_eq!(text(root, "title"), TITLE);
    assert_eq!(text(root, "subtitle"), "Tea & <cake>");
    assert_eq!(text(root, "id"), "https://example.org/blog/");
    assert_eq!(link(root, "alternate"), "https://example.org/blog/");
    assert_eq!(link(root, "self"), "https://example.org/blog/feed.atom");
    // The newest of all changes, which is not the newest post's.
    assert_eq!(text(root, "updated"), "2025-07-09T08:00:00+00:00");
    // RFC 4287, section 4.1.1: a feed names an author unless all entries do.
    assert!(
        root.descendants()
            .any(|node| node.has_tag_name((ATOM, "name")))
    );
}

#[test]
fn an_entry_has_all_of_its_post() {
    let reply = blog().get("/feed.atom").ok();
    let feed = Document::parse(&reply.body).unwrap();
    let entries = entries(&feed);
    let titles: Vec<&str> = entries.iter().map(|entry| text(*entry, "title")).collect();
    assert_eq!(titles, ["Found", "First & <last>"]);
    let first = entries[1];
    assert_eq!(text(first, "published"), "2025-07-05T15:05:00+00:00");
    assert_eq!(text(first, "updated"), "2025-07-09T08:00:00+00:00");
    let address = "https://example.org/blog/2025/Jul/5/first/";
    assert_eq!(link(first, "alternate"), address);
    let terms = first.children().filter_map(|child| child.attribute("term"));
    assert_eq!(terms.collect::<Vec<_>>(), ["sea", "wind"]);
    let content = first
        .children()
        .find(|child| child.has_tag_name((ATOM, "content")));
    assert_eq!(content.unwrap().attribute("type"), Some("html"));
    assert_eq!(
        text(first, "content").trim(),
        "<p>See <a href=\"https://example.org/blog/tags/sea/\">the tag</a> &amp; \
         <img src=\"https://example.org/blog/media/it.png\" alt=\"it\" loading=\"lazy\" \
         decoding=\"async\">.</p>"
    );
    assert_eq!(link(entries[0], "related"), "https://example.com/?a=1&b=2");
    assert_eq!(text(entries[0], "updated"), text(entries[0], "published"));
}

#[test]
fn a_reader_knows_a_post_again_whatever_becomes_of_it() {
    let site = Site::new().post("a.md", "kind: note\ndate: 2025-07-05\nslug: one", "Text.");
    let id = || {
        let reply = site.get("/feed.atom").ok();
        let feed = Document::parse(&reply.body).unwrap();
        let entries = entries(&feed);
        assert_eq!(entries.len(), 1);
        text(entries[0], "id").to_owned()
    };
    let before = id();
    site.import("a.md", "kind: note\ndate: 2025-07-05\nslug: two", "Text.");
    assert_eq!(id(), before, "another slug");
    site.import(
        "a.md",
        "kind: note\ndate: 2025-07-05\nslug: two\ntitle: T",
        "Other.",
    );
    assert_eq!(id(), before, "another text");
    site.sql("UPDATE site SET base_url = 'https://elsewhere.example'");
    assert_eq!(id(), before, "another host");
    site.import("a.md", "kind: note\ndate: 2025-07-08\nslug: two", "Text.");
    assert_eq!(id(), before, "another day");
}

#[test]
fn ids_differ() {
    let site = (0..3).fold(Site::new(), |site, number| {
        site.post(
            &format!("{number}.md"),
            "kind: note\ndate: 2025-07-05",
            "Text.",
        )
    });
    let reply = site.get("/feed.atom").ok();
    let feed = Document::parse(&reply.body).unwrap();
    let mut ids: Vec<&str> = entries(&feed)
        .iter()
        .map(|entry| text(*entry, "id"))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[test]
fn control_characters_do_not_break_the_feed() {
    let site = Site::new()
        .with_option("--title", "A\u{b}B\u{1f}C")
        .post(
            "2025-07-05-a.md",
            "kind: entry\ntitle: \"One\\x01 \\x0btwo\\uFFFE\"",
            "Bell \u{7}, form feed \u{c}, escape \u{1b}, next line \u{85}, \u{ffff}, mark \u{1}/x.",
        )
        .post(
            "2025-07-06-b.md",
            "kind: quote\nsource: \"Who\\x02\"\ncontext: \"where\\x03\"",
            "Quote \u{2}.",
        );
    let reply = site.get("/feed.atom").ok();
    let feed = Document::parse(&reply.body).unwrap();
    assert_eq!(entries(&feed).len(), 2);
    for page in ["/", "/2025/Jul/5/a/", "/2025/Jul/6/b/"] {
        let page = site.get(page).ok();
        let left = page.body.chars().find(|c| c.is_control() && *c != '\n');
        assert_eq!(left, None, "{}", page.exchange);
    }
}

#[test]
fn only_the_newest_thirty_are_in_it() {
    let site = (1..=31).fold(Site::new(), |site, day| {
        let file = format!("2025-07-{day:02}-a.md");
        site.post(&file, &format!("kind: entry\ntitle: Day {day}"), "Text.")
    });
    let reply = site.get("/feed.atom").ok();
    let feed = Document::parse(&reply.body).unwrap();
    let entries = entries(&feed);
    assert_eq!(entries.len(), 30);
    assert_eq!(text(entries[0], "title"), "Day 31");
    assert_eq!(text(entries[29], "title"), "Day 2");
}

#[test]
fn an_empty_blog_has_a_feed() {
    let reply = Site::new().get("/feed.atom").ok();
    let feed = Document::parse(&reply.body).unwrap();
    assert!(entries(&feed).is_empty());
    text(feed.root_element(), "updated");
}

#[test]
fn links_lead_to_the_programs_where_addresses_are_not_rewritten() {
    let site = blog();
    site.sql("UPDATE site SET base_url = ''");
    let reply = site.plain("/cgi-bin/feed/feed.atom").ok();
    let feed = Document::parse(&reply.body).unwrap();
    let first = entries(&feed)[1];
    let address = "http://blog.example/cgi-bin/post/2025/Jul/5/first/";
    assert_eq!(link(first, "alternate"), address);
    let tag = "href=\"http://blog.example/cgi-bin/tag/sea/\"";
    assert!(text(first, "content").contains(tag));
    site.plain("/cgi-bin/feed/other.atom").status(404);
}
