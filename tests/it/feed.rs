//! Feeds: `/feed.atom` and its like for every list, in Atom (RFC 4287), RSS 2.0 and
//! JSON Feed 1.1, which readers can rely on for years.

mod history;
mod links;

use roxmltree::{Document, Node};

use serde_json::Value;

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
    let id = text(root, "id");
    assert!(
        id.starts_with("tag:mayfly,2026:") && id.ends_with(":/"),
        "{id}"
    );
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

/// A blog whose lists have more posts than feeds have.
fn long() -> Site {
    let site = Site::new();
    assert!(site.mayfly(&["seed", "--posts", "400"]).status.success());
    site
}

fn json(site: &Site, target: &str) -> Value {
    let reply = site.get(target).ok();
    assert_eq!(reply.header("Content-Type"), Some("application/feed+json"));
    serde_json::from_str(&reply.body).unwrap()
}

/// The path and the query of an address on the test's host.
fn target(address: &str) -> String {
    address
        .strip_prefix("http://blog.example")
        .unwrap()
        .to_owned()
}

fn numbers(site: &Site, sql: &str) -> usize {
    let blog = rusqlite::Connection::open(site.data().join("blog.db")).unwrap();
    blog.query_row(sql, [], |row| row.get::<_, u32>(0)).unwrap() as usize
}

#[test]
fn every_list_has_a_feed_in_three_formats() {
    let site = blog().post("2025-07-07-q.md", "kind: quote\ntags: [sea]", "Said.");
    for (stem, name, titles) in [
        ("/feed", "", 3),
        ("/entries", ": Entries", 1),
        ("/links", ": Links", 1),
        ("/quotes", ": Quotes", 1),
        ("/notes", ": Notes", 0),
        ("/tags/sea", ": sea", 2),
        ("/tags/sea+wind", ": sea + wind", 1),
        ("/2025", ": 2025", 3),
        ("/2025/Jul", ": July 2025", 3),
        ("/2025/Jul/5", ": 5th July 2025", 1),
    ] {
        let title = format!("{TITLE}{name}");
        let atom = site.get(&format!("{stem}.atom")).ok();
        let atom = Document::parse(&atom.body).unwrap();
        assert_eq!(text(atom.root_element(), "title"), title);
        assert_eq!(entries(&atom).len(), titles, "{stem}");
        let rss = site.get(&format!("{stem}.rss")).ok();
        assert_eq!(rss.header("Content-Type"), Some("application/rss+xml"));
        let rss = Document::parse(&rss.body).unwrap();
        let items = rss
            .descendants()
            .filter(|node| node.has_tag_name("item"))
            .count();
        assert_eq!(items, titles, "{stem}");
        let json = json(&site, &format!("{stem}.json"));
        assert_eq!(json["title"], title);
        assert_eq!(json["items"].as_array().unwrap().len(), titles, "{stem}");
        assert_eq!(
            json["feed_url"],
            format!("https://example.org/blog{stem}.json")
        );
    }
}

#[test]
fn lists_that_are_not_there_have_no_feed_and_moved_ones_lead_on() {
    let site = blog();
    for none in [
        "/tags/none.atom",
        "/tags/none+sea.rss",
        "/1999.json",
        "/2025/Aug.atom",
        "/2025/Xyz.atom",
        "/feed.atom?before=5",
        "/feed.atom?before=x",
        "/feed.atom?after=5",
    ] {
        site.get(none).status(404);
    }
    site.get("/tags/wind+sea.atom")
        .leads_to(301, "http://blog.example/tags/sea+wind.atom");
    site.get("/2025/07.json?before=9")
        .leads_to(301, "http://blog.example/2025/Jul.json?before=9");
}

#[test]
fn rss_has_all_of_a_post() {
    let reply = blog().get("/entries.rss").ok();
    let feed = Document::parse(&reply.body).unwrap();
    let item = feed.descendants().find(|node| node.has_tag_name("item"));
    let said = |name: &str| {
        let mut found = item.unwrap().children();
        let found = found.find(|child| child.tag_name().name() == name);
        found.and_then(|node| node.text()).unwrap_or_default()
    };
    assert_eq!(said("title"), "First & <last>");
    assert_eq!(said("link"), "https://example.org/blog/2025/Jul/5/first/");
    assert_eq!(said("pubDate"), "Sat, 05 Jul 2025 15:05:00 +0000");
    assert_eq!(said("updated"), "2025-07-09T08:00:00+00:00");
    assert_eq!(said("category"), "sea");
    assert!(said("guid").starts_with("tag:mayfly,2026:"));
    assert!(said("encoded").contains("href=\"https://example.org/blog/tags/sea/\""));
    let channel = "<lastBuildDate>Wed, 09 Jul 2025 08:00:00 +0000</lastBuildDate>";
    assert!(reply.body.contains(channel));
}

#[test]
fn json_has_all_of_a_post() {
    let feed = json(&blog(), "/feed.json");
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    let [link, entry] = feed["items"].as_array().unwrap().as_slice() else {
        panic!("not two items: {feed}");
    };
    assert_eq!(link["external_url"], "https://example.com/?a=1&b=2");
    assert_eq!(link["_mayfly"]["kind"], "link");
    assert_eq!(entry["title"], "First & <last>");
    assert_eq!(entry["date_published"], "2025-07-05T15:05:00+00:00");
    assert_eq!(entry["date_modified"], "2025-07-09T08:00:00+00:00");
    assert_eq!(entry["tags"], serde_json::json!(["sea", "wind"]));
    let content = entry["content_html"].as_str().unwrap();
    assert!(content.contains("<a href=\"https://example.org/blog/tags/sea/\">"));
}

#[test]
fn a_program_reads_a_whole_list_by_next_url_each_post_once() {
    let site = long();
    for list in [
        "/feed.json",
        "/links.json",
        "/tags/performance.json",
        "/tags/performance+sqlite.json",
    ] {
        let (mut next, mut seen) = (Some(list.to_owned()), Vec::new());
        while let Some(target_of_page) = next {
            let page = json(&site, &target_of_page);
            let items = page["items"].as_array().unwrap();
            assert!((1..=30).contains(&items.len()), "{target_of_page}");
            let dates = items.iter().map(|item| {
                let date = item["date_published"].as_str().unwrap().to_owned();
                (date, item["id"].as_str().unwrap().to_owned())
            });
            seen.extend(dates);
            next = page["next_url"].as_str().map(target);
        }
        let sql = match list {
            "/feed.json" => "SELECT count(*) FROM post",
            "/links.json" => "SELECT count(*) FROM post WHERE kind = 2",
            "/tags/performance.json" => "SELECT posts FROM tag WHERE name = 'performance'",
            _ => {
                "SELECT count(*) FROM post
                 WHERE ' ' || tags || ' ' LIKE '% performance %' AND ' ' || tags || ' ' LIKE '% sqlite %'"
            }
        };
        assert_eq!(seen.len(), numbers(&site, sql), "{list}");
        assert!(seen.windows(2).all(|pair| pair[0].0 >= pair[1].0), "{list}");
        seen.sort();
        seen.dedup_by(|one, other| one.1 == other.1);
        assert_eq!(seen.len(), numbers(&site, sql), "{list} has a post twice");
    }
}

#[test]
fn people_find_every_feed_on_one_page() {
    let site = blog();
    let page = site.get("/feeds/").ok();
    assert_eq!(page.texts("h1"), ["Feeds"]);
    let feeds = page.attributes("a.format", "href");
    assert_eq!(feeds[..3], ["/feed.atom", "/feed.rss", "/feed.json"]);
    for wanted in [
        "/links.rss",
        "/tags/sea.atom",
        "/tags/wind.json",
        "/2025.atom",
    ] {
        assert!(feeds.iter().any(|feed| feed == wanted), "{wanted}");
    }
    for feed in feeds {
        site.get(&feed).ok();
    }
    site.get("/feeds")
        .leads_to(301, "http://blog.example/feeds/");
    site.import(
        "feeds.md",
        "kind: page\ntitle: Mine\nslug: feeds",
        "My words.",
    );
    site.get("/feeds/").ok().has("My words.");
}

#[test]
fn a_list_names_its_own_feeds_to_programs() {
    let site = blog();
    for (page, stem) in [
        ("/", "/feed"),
        ("/links/", "/links"),
        ("/tags/sea+wind/", "/tags/sea+wind"),
        ("/2025/", "/2025"),
        ("/2025/Jul/5/", "/2025/Jul/5"),
    ] {
        let page = site.get(page).ok();
        let named = page.attributes("head link[rel=alternate]", "href");
        for format in ["atom", "rss", "json"] {
            let feed = format!("{stem}.{format}");
            assert_eq!(
                named.iter().filter(|name| **name == feed).count(),
                1,
                "{feed}"
            );
            site.get(&feed).ok();
        }
    }
}
