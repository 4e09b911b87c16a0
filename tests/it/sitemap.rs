//! What search engines may know of: `/sitemap.xml`, the files it leads to, and
//! `/robots.txt`. `tests/servers/validate.rs` holds them to the protocol's schema.

use roxmltree::Document;

use crate::site::Site;

fn blog() -> Site {
    Site::new()
        .with_option("--base-url", "https://example.org/blog")
        .post(
            "2024-12-31-old.md",
            "kind: note\ntags: [sea]\ndate: 2024-12-31 10:00",
            "Boats.",
        )
        .post(
            "2025-07-05-new.md",
            "kind: entry\ntitle: New\ntags: [sea, wind]\ndate: 2025-07-05 15:05\nupdated: 2025-07-09 08:00",
            "Waves.",
        )
        .post("about.md", "kind: page\ntitle: About\ndate: 2025-01-02 03:04", "Us.")
        .post("draft.md", "kind: note\ndate: 2025-07-06\ndraft: true", "Secret.")
        .post("late.md", "kind: note\ndate: 2990-01-01", "Later.")
}

/// The addresses of a file below the blog's own, each with its `lastmod`.
fn listed(site: &Site, target: &str) -> Vec<(String, String)> {
    let reply = site.get(target).ok();
    assert_eq!(reply.header("Content-Type"), Some("application/xml"));
    let document = Document::parse(&reply.body).unwrap();
    let entries = document
        .root_element()
        .children()
        .filter(|node| node.is_element());
    let text = |entry: roxmltree::Node<'_, '_>, name: &str| {
        let child = entry
            .children()
            .find(|child| child.tag_name().name() == name);
        child
            .and_then(|child| child.text())
            .unwrap_or_default()
            .to_owned()
    };
    let base = "https://example.org/blog";
    entries
        .map(|entry| {
            let address = text(entry, "loc");
            (
                address.strip_prefix(base).unwrap_or(&address).to_owned(),
                text(entry, "lastmod"),
            )
        })
        .collect()
}

fn paths(site: &Site, target: &str) -> Vec<String> {
    listed(site, target)
        .into_iter()
        .map(|(path, _)| path)
        .collect()
}

#[test]
fn the_index_leads_to_every_public_page_and_to_no_other() {
    let site = blog();
    let files = paths(&site, "/sitemap.xml");
    assert_eq!(
        files,
        [
            "/sitemap-pages.xml",
            "/sitemap-tags.xml",
            "/sitemap-2024.xml",
            "/sitemap-2025.xml"
        ]
    );
    let all: Vec<String> = files.iter().flat_map(|file| paths(&site, file)).collect();
    assert_eq!(
        all,
        [
            "/",
            "/entries/",
            "/notes/",
            "/about/",
            "/tags/",
            "/tags/sea/",
            "/tags/wind/",
            "/2024/Dec/31/old/",
            "/2025/Jul/5/new/",
        ]
    );
    for page in all {
        site.get(&page).ok();
    }
}

#[test]
fn it_tells_when_each_was_changed() {
    let site = blog();
    let posts = listed(&site, "/sitemap-2025.xml");
    assert_eq!(posts[0].1, "2025-07-09T08:00:00+00:00");
    assert_eq!(
        listed(&site, "/sitemap-2024.xml")[0].1,
        "2024-12-31T10:00:00+00:00"
    );
    let about = listed(&site, "/sitemap-pages.xml").pop().unwrap();
    assert_eq!(
        about,
        ("/about/".to_owned(), "2025-01-02T03:04:00+00:00".to_owned())
    );
    // The file of a year changes whenever anything of it does.
    site.sql("UPDATE period SET changed = 0");
    site.import(
        "2024-12-31-old.md",
        "kind: note\ntags: [sea]\ndate: 2024-12-31 10:00",
        "Ships.",
    );
    let years = listed(&site, "/sitemap.xml");
    assert!(years[2].1.as_str() > "2026", "{years:?}");
    assert_eq!(years[3].1, "1970-01-01T00:00:00Z");
}

#[test]
fn what_is_too_much_for_a_file_is_cut_by_months_and_days() {
    let site = blog();
    site.sql("UPDATE period SET entries = 60000 WHERE date IN (2025, 202507)");
    let files = paths(&site, "/sitemap.xml");
    assert_eq!(files[2..], ["/sitemap-2024.xml", "/sitemap-2025-07-05.xml"]);
    assert_eq!(paths(&site, &files[3]), ["/2025/Jul/5/new/"]);
    site.sql("UPDATE period SET entries = 1 WHERE date = 202507");
    assert_eq!(paths(&site, "/sitemap.xml")[3], "/sitemap-2025-07.xml");
    assert_eq!(paths(&site, "/sitemap-2025-07.xml"), ["/2025/Jul/5/new/"]);
}

#[test]
fn a_file_of_fifty_thousand_addresses_fits_into_little_memory() {
    let site = Site::new();
    assert!(site.mayfly(&["seed", "--posts", "300"]).status.success());
    // As many rows as a file may have, each leading to one of the posts.
    site.sql(
        "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 50010)
         INSERT INTO listing (moment, post, date, slug, label, html)
         SELECT n, 1 + n % 300, 20150101, 'a-slug-as-long-as-those-of-titles-are-' || n, '', '' FROM n;
         INSERT INTO period SELECT 20150101, 1, 0, 0, 0, 1, 50010, 0
         ON CONFLICT (date) DO UPDATE SET oldest = 1, newest = 50010;",
    );
    let request = site
        .ask("/sitemap-2015-01-01.xml")
        .limited("ulimit -v 40000");
    let reply = request.run().ok();
    assert_eq!(reply.body.matches("<loc>").count(), 50_000);
    assert!(reply.body.len() < 50 << 20);
    Document::parse(&reply.body).unwrap();
}

#[test]
fn there_are_no_other_files() {
    let site = blog();
    for none in [
        "/sitemap-1999.xml",
        "/sitemap-x.xml",
        "/sitemap-2025-13.xml",
        "/sitemap-.xml",
    ] {
        site.get(none).status(404);
    }
    site.get("/sitemap-2025-7-5.xml")
        .leads_to(301, "http://blog.example/sitemap-2025-07-05.xml");
    let known = site.get("/sitemap.xml").ok();
    let known = known.header("ETag").unwrap().to_owned();
    site.ask("/sitemap-2024.xml")
        .var("HTTP_IF_NONE_MATCH", known)
        .run()
        .status(304);
}

#[test]
fn robots_are_led_to_the_sitemap_and_away_from_what_has_no_end() {
    let site = blog();
    let robots = site.get("/robots.txt").ok();
    assert_eq!(
        robots.header("Content-Type"),
        Some("text/plain; charset=utf-8")
    );
    let robots = robots
        .has("User-agent: *\n")
        .has("Disallow: /search/\n")
        .has("Disallow: /admin/\n");
    robots.has("\nSitemap: https://example.org/blog/sitemap.xml\n");
    let plain = Site::new();
    let robots = plain.plain("/cgi-bin/page/robots.txt").ok();
    let robots = robots.has("Disallow: /cgi-bin/search\n");
    robots.has("Sitemap: http://blog.example/cgi-bin/sitemap/sitemap.xml\n");
    plain.plain("/cgi-bin/sitemap/sitemap.xml").ok();
}
