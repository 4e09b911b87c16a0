//! Posts and pages for programs: `/2025/Jul/5/slug.md`, which `mayfly import` takes
//! back, and `/2025/Jul/5/slug.json`.

use serde_json::Value;

use crate::site::Site;

/// Posts of every kind, with what YAML and JSON stumble over.
fn blog() -> Site {
    Site::new()
        .with_option("--zone", "Europe/Berlin")
        .with_option("--base-url", "https://example.org/blog")
        .post(
            "2025-07-05-first.md",
            "kind: entry\ntitle: \"First: a \\\"#1\\\" \\\\ {x} \u{1f600}\"\ntags: [\"2025\", sea, \"yes\"]\n\
             date: 2025-07-05 15:05\nupdated: 2025-07-09 08:00\nslug: \"123\"",
            "---\n\nIt *began* with [a link](/tags/sea/).\n\n```yaml\n---\nkey: '\u{2028}'\n---\n```\n\n    code",
        )
        .post(
            "2025-07-06-found.md",
            "kind: link\ntitle: 'yes'\nlink: https://example.com/?a=1&b=2#x\nvia: https://example.net/\n\
             via_title: \"Some: one\"",
            "Remark.",
        )
        .post(
            "2025-07-07-said.md",
            "kind: quote\nsource: \"Anna \\\"B\\\"\"\nsource_url: https://example.org/\ncontext: \"on *paper*: now\"",
            "Words.",
        )
        .post("2025-07-08-note.md", "kind: note", "A note.")
        .post("2025-07-08-other.md", "kind: note", "Another of the same second.")
        .post("about.md", "kind: page\ntitle: 'About: us'\nnav: 2\ndate: 2025-01-02 03:04", "Us.")
}

const POSTS: [&str; 5] = [
    "/2025/Jul/5/123",
    "/2025/Jul/6/found",
    "/2025/Jul/7/said",
    "/2025/Jul/8/note",
    "/2025/Jul/8/other",
];

fn json(site: &Site, target: &str) -> Value {
    let reply = site.get(target).ok();
    assert_eq!(reply.header("Content-Type"), Some("application/json"));
    serde_json::from_str(&reply.body).unwrap()
}

/// All that is stored of posts and pages but what names a file or counts.
fn stored(site: &Site) -> Vec<Vec<rusqlite::types::Value>> {
    let file = rusqlite::Connection::open(site.data().join("blog.db")).unwrap();
    let mut rows = Vec::new();
    for sql in [
        "SELECT moment, date, slug, kind, published, updated, title, tags, summary, words, link_url,
                via_url, via_title, source, source_url, context, image, html, text
         FROM post ORDER BY moment",
        "SELECT path, title, nav, updated, summary, html, text FROM page",
        "SELECT moment, date, slug, label, html FROM listing ORDER BY moment",
    ] {
        let mut statement = file.prepare(sql).unwrap();
        let columns = statement.column_count();
        let found = statement
            .query_map([], |row| (0..columns).map(|index| row.get(index)).collect())
            .unwrap();
        rows.extend(found.map(Result::unwrap));
    }
    rows
}

#[test]
fn the_source_of_a_blog_makes_the_same_blog_again() {
    let site = blog();
    let copy = Site::new()
        .with_option("--zone", "Europe/Berlin")
        .with_option("--base-url", "https://example.org/blog");
    let copy = POSTS.iter().chain(&["/about"]).fold(copy, |copy, path| {
        let reply = site.get(&format!("{path}.md")).ok();
        assert_eq!(reply.header("Content-Type"), Some("text/markdown"));
        let name = path.trim_start_matches('/').replace('/', "-");
        copy.file(&format!("{name}.md"), &reply.body)
    });
    let (before, after) = (stored(&site), stored(&copy));
    assert_eq!(before.len(), 5 + 1 + 5);
    assert_eq!(before, after);
}

#[test]
fn a_source_reads_as_its_author_would_write_it() {
    let reply = blog().get("/2025/Jul/6/found.md").ok();
    assert_eq!(
        reply.body,
        "---\nkind: link\ntitle: \"yes\"\nslug: \"found\"\ndate: 2025-07-06T00:00:00+02:00\n\
         link: \"https://example.com/?a=1&b=2#x\"\nvia: \"https://example.net/\"\n\
         via_title: \"Some: one\"\n---\n\nRemark.\n"
    );
}

#[test]
fn as_data_a_post_is_what_its_feed_has() {
    let site = blog();
    let feed: Value = serde_json::from_str(&site.get("/feed.json").ok().body).unwrap();
    for item in feed["items"].as_array().unwrap() {
        let url = item["url"].as_str().unwrap();
        let path = url.strip_prefix("https://example.org/blog").unwrap();
        let twin = format!("{}.json", path.trim_end_matches('/'));
        assert_eq!(&json(&site, &twin), item);
    }
    let about = json(&site, "/about.json");
    assert_eq!(about["title"], "About: us");
    assert_eq!(about["url"], "https://example.org/blog/about/");
    assert_eq!(about["_mayfly"]["kind"], "page");
}

#[test]
fn a_twin_goes_where_its_page_goes() {
    let site = blog();
    site.import(
        "2025-07-08-note.md",
        "kind: note\nslug: renamed\ndate: 2025-07-09",
        "A note.",
    );
    site.sql("INSERT INTO redirect VALUES ('/gone/', ''), ('/feeds/old.json', '/about/')");
    site.get("/2025/Jul/8/note.md")
        .leads_to(301, "http://blog.example/2025/Jul/9/renamed.md");
    site.get("/2025/07/06/Found.json?a=b")
        .leads_to(301, "http://blog.example/2025/Jul/6/found.json?a=b");
    site.get("/feeds/old.json")
        .leads_to(301, "http://blog.example/about/");
    site.get("/gone.md").status(410);
    for none in [
        "/2025/Jul/6/none.md",
        "/none.json",
        "/2025/Foo/6/found.md",
        "/2025/Jul.md",
    ] {
        site.get(none).status(404);
    }
    let tag = site
        .get("/about.md")
        .ok()
        .header("ETag")
        .unwrap()
        .to_owned();
    let again = site
        .ask("/2025/Jul/6/found.json")
        .var("HTTP_IF_NONE_MATCH", tag);
    again.run().status(304);
}

#[test]
fn a_page_names_its_twins_twice() {
    let site = blog();
    for (page, stem) in [
        ("/2025/Jul/6/found/", "/2025/Jul/6/found"),
        ("/about/", "/about"),
    ] {
        let reply = site.get(page).ok();
        let header = format!(
            "<{stem}.md>; rel=\"alternate\"; type=\"text/markdown\", \
             <{stem}.json>; rel=\"alternate\"; type=\"application/json\""
        );
        assert_eq!(reply.header("Link"), Some(header.as_str()));
        for (kind, ending) in [("text/markdown", "md"), ("application/json", "json")] {
            let named = reply.attributes(&format!("link[rel=alternate][type='{kind}']"), "href");
            assert_eq!(named, [format!("{stem}.{ending}")]);
        }
    }
    let plain = site.plain("/cgi-bin/post/2025/Jul/6/found/").ok();
    let twin = "/cgi-bin/twin/2025/Jul/6/found.md";
    assert!(plain.header("Link").unwrap().contains(&format!("<{twin}>")));
    site.plain(twin).ok().has("Remark.");
}

#[test]
fn pages_of_other_sites_may_read_what_is_for_programs() {
    let site = blog();
    for open in [
        "/about.md",
        "/feed.json",
        "/tags/sea.atom",
        "/sitemap.xml",
        "/none.json",
    ] {
        let reply = site
            .ask(open)
            .var("HTTP_ORIGIN", "https://other.example")
            .run();
        assert_eq!(
            reply.header("Access-Control-Allow-Origin"),
            Some("*"),
            "{open}"
        );
        let preflight = site.ask(open).method("OPTIONS");
        let preflight = preflight
            .var("HTTP_ORIGIN", "https://other.example")
            .var("HTTP_ACCESS_CONTROL_REQUEST_METHOD", "GET")
            .var("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "if-none-match");
        let preflight = preflight.run().ok();
        assert_eq!(preflight.header("Access-Control-Allow-Origin"), Some("*"));
        assert_eq!(
            preflight.header("Access-Control-Allow-Methods"),
            Some("GET, HEAD")
        );
        let headers = preflight.header("Access-Control-Allow-Headers");
        assert_eq!(headers, Some("If-None-Match, If-Modified-Since"));
        assert_eq!(preflight.body, "");
        let post = site.ask(open).method("POST").body(b"x").run();
        post.status(405);
    }
    let page = site.get("/about/").ok();
    assert_eq!(page.header("Access-Control-Allow-Origin"), None);
    site.ask("/about/").method("OPTIONS").run().status(405);
}

#[test]
fn drafts_and_what_is_due_later_have_no_twin() {
    let site = blog()
        .post(
            "draft.md",
            "kind: note\nslug: secret\ndate: 2025-07-06\ndraft: true",
            "Secret.",
        )
        .post(
            "late.md",
            "kind: note\nslug: late\ndate: 2990-01-01",
            "Later.",
        );
    for none in ["/2025/Jul/6/secret.md", "/2990/Jan/1/late.json"] {
        site.get(none).status(404).lacks("Secret").lacks("Later");
    }
}
