//! What browsers and shared caches are told, and what they are answered when they
//! ask: `tests/servers/cache.rs` puts real ones in front.

use mayfly::cache::http_date;

use crate::site::{Reply, Site};

/// One page of each program that only reads.
const PAGES: [&str; 9] = [
    "/",
    "/2025/",
    "/2025/Jul/5/first/",
    "/tags/sea/",
    "/notes/",
    "/about/",
    "/feed.atom",
    "/sitemap.xml",
    "/robots.txt",
];

fn blog() -> Site {
    Site::new()
        .post("2025-07-05-first.md", "kind: note\ntags: [sea]", "Waves.")
        .post("about.md", "kind: page\ntitle: About", "Us.")
}

/// Makes the last change one of that second.
fn changed_at(site: &Site, second: i64) {
    site.sql(&format!("UPDATE site SET changed = {second} * 1000000 + 5"));
}

fn now() -> i64 {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

fn since(site: &Site, page: &str, second: i64) -> Reply {
    site.ask(page)
        .var("HTTP_IF_MODIFIED_SINCE", http_date(second))
        .run()
}

#[test]
fn whoever_knows_the_date_alone_is_answered_by_it() {
    let site = blog();
    let changed = now() - 1000;
    changed_at(&site, changed);
    for page in PAGES {
        let reply = site.get(page).ok();
        let date = reply.header("Last-Modified");
        assert_eq!(date, Some(http_date(changed).as_str()), "{page}");
        let again = since(&site, page, changed).status(304);
        assert_eq!(again.header("Last-Modified"), date, "{page}");
        assert_eq!(again.header("ETag"), reply.header("ETag"), "{page}");
        since(&site, page, changed - 1).ok();
    }
    // A tag says more than a date, so a date beside it is not looked at.
    let both = site.ask("/").var("HTTP_IF_NONE_MATCH", "\"other\"");
    both.var("HTTP_IF_MODIFIED_SINCE", http_date(changed))
        .run()
        .ok();
    for nonsense in [
        "yesterday",
        "0",
        "Sat, 05 Jul 2025",
        "Sat, 05 Jul 3025 14:05:00 GMT",
    ] {
        site.ask("/")
            .var("HTTP_IF_MODIFIED_SINCE", nonsense)
            .run()
            .ok();
    }
}

#[test]
fn no_date_is_given_while_its_second_lasts() {
    let site = blog();
    changed_at(&site, now() + 3600);
    assert_eq!(site.get("/").ok().header("Last-Modified"), None);
    since(&site, "/", now()).ok();
}

#[test]
fn two_changes_never_share_a_second() {
    let site = blog();
    let changed = || {
        let file = rusqlite::Connection::open(site.data().join("blog.db")).unwrap();
        let sql = "SELECT changed / 1000000 FROM site";
        file.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    let mut seconds = vec![changed()];
    for text in ["One.", "Two.", "Three."] {
        site.import("2025-07-05-first.md", "kind: note\ntags: [sea]", text);
        seconds.push(changed());
    }
    assert!(
        seconds.windows(2).all(|pair| pair[0] < pair[1]),
        "{seconds:?}"
    );
}

#[test]
fn shared_caches_may_answer_for_some_seconds_and_browsers_ask() {
    let site = blog();
    for page in PAGES {
        let reply = site.get(page).ok();
        let control = reply.header("Cache-Control");
        assert_eq!(
            control,
            Some("max-age=0, s-maxage=10, stale-while-revalidate=20"),
            "{page}"
        );
        assert_eq!(reply.header("Vary"), None, "{page}");
    }
}

#[test]
fn a_scheduled_post_shortens_what_caches_may_keep() {
    let site = blog();
    let control = |due: i64| {
        site.sql(&format!("UPDATE site SET next_due = {due}"));
        site.get("/")
            .ok()
            .header("Cache-Control")
            .unwrap()
            .to_owned()
    };
    let far = control((now() + 3600) * 1_000_000);
    assert_eq!(far, "max-age=0, s-maxage=10, stale-while-revalidate=20");
    // However slow this machine is, there are at most eight seconds left.
    let near = control((now() + 8) * 1_000_000);
    let shared = near.strip_prefix("max-age=0, s-maxage=").unwrap();
    let (shared, _) = shared.split_once(", stale-while-revalidate=0").unwrap();
    assert!(shared.parse::<u8>().unwrap() <= 8, "{near}");
}

#[test]
fn whoever_is_signed_in_sees_at_once_what_they_publish() {
    let site = blog();
    for page in PAGES {
        let signed = site
            .ask(page)
            .var("HTTP_COOKIE", "a=b; mayfly-session-0123abcd=x");
        let signed = signed.run().ok();
        assert_eq!(
            signed.header("Cache-Control"),
            Some("private, no-cache"),
            "{page}"
        );
        assert_eq!(signed.body, site.get(page).ok().body);
        let others = site
            .ask(page)
            .var("HTTP_COOKIE", "a=b; theme=dark")
            .run()
            .ok();
        assert!(
            others
                .header("Cache-Control")
                .unwrap()
                .starts_with("max-age=0, s-maxage=")
        );
    }
}

#[test]
fn what_is_no_page_is_asked_about_each_time() {
    let site = blog();
    site.sql("INSERT INTO redirect VALUES ('/old/', '/about/'), ('/gone/', '')");
    for (page, status) in [
        ("/none/", 404),
        ("/gone/", 410),
        ("/old/", 301),
        ("/about", 301),
    ] {
        let reply = site.get(page).status(status);
        assert_eq!(reply.header("Cache-Control"), Some("no-cache"), "{page}");
    }
    let post = site.ask("/").method("POST").body(b"x").run().status(405);
    assert_eq!(post.header("Cache-Control"), Some("no-cache"));
}

#[test]
fn a_copy_is_confirmed_after_one_statement() {
    // Every other table is gone, so a second statement would fail.
    let site = blog();
    changed_at(&site, now() - 1000);
    let tag = site.get("/").ok().header("ETag").unwrap().to_owned();
    site.sql("DROP TABLE post; DROP TABLE listing; DROP TABLE tagging; DROP TABLE tag; DROP TABLE page; DROP TABLE period;");
    for page in PAGES {
        site.ask(page)
            .var("HTTP_IF_NONE_MATCH", &tag)
            .run()
            .status(304);
        since(&site, page, now()).status(304);
    }
    assert_eq!(site.get("/").status, 500);
}
