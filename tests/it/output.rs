//! Standard output and standard error: one whole answer, wherever the two lead.

use std::fs;

use crate::site::{Site, Streams, TITLE};

/// A blog whose home page is longer than a pipe of one page takes at once.
fn long() -> Site {
    let post = "A long line. ".repeat(2000);
    Site::new().post("2025-07-05-long.md", "kind: note", &post)
}

#[test]
fn the_first_two_lines_are_what_servers_look_for() {
    let site = Site::new();
    let written = |target: &str| site.ask(target).exchange().stdout;
    let begins = |target: &str, with: &str| {
        let written = written(target);
        let written = String::from_utf8_lossy(&written);
        assert!(written.starts_with(with), "{target}: {written}");
    };
    begins(
        "/",
        "Status: 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n",
    );
    begins(
        "/none/",
        "Status: 404 Not Found\r\nContent-Type: text/html; charset=utf-8\r\n",
    );
    begins(
        "/tags",
        "Status: 301 Moved Permanently\r\nContent-Type: text/html; charset=utf-8\r\n",
    );
    begins(
        "/feed.atom",
        "Status: 200 OK\r\nContent-Type: application/atom+xml\r\n",
    );
}

#[test]
fn head_is_get_without_the_body() {
    let site = Site::new();
    for target in ["/", "/tags/", "/feed.atom", "/tags", "/none/"] {
        let get = site.get(target);
        let head = site.ask(target).method("HEAD").run();
        assert_eq!(
            (head.status, &head.headers),
            (get.status, &get.headers),
            "{target}"
        );
        assert_eq!(head.body, "");
    }
    // Errors before there is a request have none either.
    let reply = site
        .ask("/")
        .method("HEAD")
        .var("QUERY_STRING", b"\xff")
        .run();
    assert_eq!((reply.status, reply.body.as_str()), (400, ""));
}

#[test]
fn a_redirect_is_absolute_and_has_a_page() {
    let site = Site::new();
    let reply = site
        .get("/tags?a=1&b=2")
        .leads_to(301, "http://blog.example/tags/?a=1&b=2");
    assert_eq!(
        reply.attributes("a", "href"),
        ["http://blog.example/tags/?a=1&b=2"]
    );
    let reply = site.ask("/tags").var("HTTPS", "on").run();
    assert_eq!(reply.header("Location"), Some("https://blog.example/tags/"));
    let reply = site.plain("/cgi-bin/tag/");
    assert_eq!(reply.status, 200, "busybox and yaws never pass this slash");
}

#[test]
fn a_redirect_fits_into_a_header() {
    let site = Site::new();
    let reply = site.get(&format!("/tags?q={}", "x".repeat(7000)));
    reply.leads_to(301, "http://blog.example/tags/");
    let reply = site.ask("/tags").var("QUERY_STRING", "a=1\r\nX: y").run();
    reply.leads_to(301, "http://blog.example/tags/");
}

#[test]
fn a_copy_that_is_current_is_confirmed() {
    let site = Site::new();
    let tag = site.get("/").header("ETag").unwrap().to_owned();
    let sent = |value: &str| site.ask("/").var("HTTP_IF_NONE_MATCH", value).run();
    let opaque = tag.trim_start_matches("W/").trim_matches('"').to_owned();
    for value in [
        tag.clone(),
        format!("W/\"{opaque}\""),
        format!("\"other\", {tag}"),
        format!("\"{opaque}-gzip\""),
    ] {
        let reply = sent(&value).status(304);
        assert_eq!(reply.header("ETag"), Some(tag.as_str()));
    }
    for value in ["\"other\"", "", "zzz", "\"\"", ",,,", "\"-gzip\""] {
        sent(value).ok();
    }
    let news = site.scratch().join("2025-07-07-news.md");
    fs::write(&news, "News.").unwrap();
    assert!(
        site.mayfly(&["import", news.to_str().unwrap()])
            .status
            .success()
    );
    sent(&tag).ok().has("News.");
}

#[test]
fn any_copy_is_current_only_of_a_page_that_is_there() {
    let site = Site::new().post("2025-07-05-a.md", "kind: note\ntags: [sea]", "Note.");
    let any = |target: &str| site.ask(target).var("HTTP_IF_NONE_MATCH", "*").run().status;
    for there in ["/", "/tags/sea/", "/2025/Jul/5/a/", "/feed.atom"] {
        assert_eq!(any(there), 304, "{there}");
    }
    for missing in ["/none/", "/tags/none/", "/2025/Jul/5/b/", "/tags/none.atom"] {
        assert_eq!(any(missing), 404, "{missing}");
    }
    assert_eq!(any("/tags"), 301);
}

#[test]
fn what_has_come_due_is_stored_before_it_is_shown() {
    // Apache and lighttpd end a program once its output is closed.
    let site = Site::new().post("later.md", "kind: note\ndate: 2999-01-01", "At last.");
    site.get("/").ok().lacks("At last.");
    let rows = |table: &str| {
        let blog = rusqlite::Connection::open(site.data().join("blog.db")).unwrap();
        let count = format!("SELECT count(*) FROM {table}");
        blog.query_row(&count, [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    assert_eq!((rows("scheduled"), rows("post")), (1, 0));
    site.sql("UPDATE scheduled SET moment = 1751724300000000; UPDATE site SET next_due = 1751724300000000");
    let exchange = site.ask("/").streams(Streams::Gone).exchange();
    assert_eq!(exchange.exit, Some(0), "{exchange}");
    assert_eq!((rows("scheduled"), rows("post")), (0, 1));
    site.get("/").ok().has("At last.");
}

#[test]
fn a_visitor_who_has_gone_is_no_failure() {
    let exchange = long().ask("/").streams(Streams::Gone).exchange();
    assert_eq!(exchange.exit, Some(0), "{exchange}");
    assert_eq!(exchange.stderr, "");
}

#[test]
fn a_pipe_that_takes_little_gets_it_all() {
    let site = long();
    let reply = site.ask("/").streams(Streams::Narrow).run().ok();
    assert!(reply.body.len() > 5 * 4096);
    assert_eq!(reply.body, site.get("/").body);
}

#[test]
fn the_log_never_gets_into_the_page() {
    let site = Site::new();
    let broken = || site.ask("/").var("MAYFLY_DATA", "/nowhere");
    let apart = broken().run().status(500);
    assert!(apart.log().contains("mayfly init"), "{}", apart.exchange);
    let id = &apart.texts("code")[0];
    assert!(apart.log().contains(id.as_str()), "{}", apart.exchange);
    assert_eq!(apart.log().lines().count(), 1);

    for streams in [Streams::Together, Streams::ErrorClosed] {
        let reply = broken().streams(streams).run().status(500);
        reply.lacks("mayfly init");
        site.ask("/").streams(streams).run().ok().has(TITLE);
    }
}

#[test]
fn a_panic_becomes_a_whole_page() {
    let site = Site::new();
    let panics = || site.request("home").stand_in("panic");
    let reply = panics().run().status(500);
    let id = &reply.texts("code")[0];
    assert!(reply.log().contains(id.as_str()), "{}", reply.exchange);
    assert!(
        reply.log().contains("a secret of <two> lines"),
        "{}",
        reply.exchange
    );
    assert_eq!(reply.log().lines().count(), 1);
    reply.lacks("a secret").lacks("two");
    panics()
        .streams(Streams::Together)
        .run()
        .status(500)
        .lacks("a secret");
    panics().streams(Streams::ErrorClosed).run().status(500);
    let head = panics().method("HEAD").run().status(500);
    assert_eq!(head.body, "");
}

#[test]
fn a_line_of_the_log_is_one_line() {
    let site = Site::new();
    let forged = site
        .ask("/")
        .var("PATH_INFO", "/\u{1b}[2J\r\nmayfly home [1]: all is well");
    let reply = forged.var("MAYFLY_DATA", "/nowhere\nmayfly").run();
    assert!(reply.log().lines().count() <= 1, "{}", reply.exchange);
    let reply = site
        .ask("/x")
        .var("MAYFLY_DATA", "/no\u{1b}where\nmayfly")
        .run()
        .status(500);
    assert_eq!(reply.log().lines().count(), 1);
    assert!(!reply.log().contains('\u{1b}'));
}
