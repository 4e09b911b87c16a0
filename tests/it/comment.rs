//! Comments on posts: `/comments/`, `/comments/7/`, `/comments/7/12/` and their feeds,
//! and what the page of a post shows of them.

use std::fs;

use crate::backup::{back_up, restore};
use crate::guestbook::{file, in_another_minute, run, token, write_at};
use crate::site::{Reply, Site};

const POST: &str = "/2025/Jul/5/a-post/";

/// A blog with a post, whose owner publishes comments at once and sets no limits.
fn open() -> Site {
    let site = Site::new();
    site.import(
        "a-post.md",
        "title: A post & more\ndate: 2025-07-05 15:05\nslug: a-post",
        "Text.",
    );
    run(
        &site,
        "settings --publish at-once --per-address 0 --per-minute 0",
    );
    run(&site, "comments --always");
    site
}

fn comment(site: &Site, name: &str, text: &str) -> Reply {
    write_at(site, "/comments/1/", name, text)
}

fn tag(reply: &Reply) -> String {
    reply.header("ETag").unwrap().to_owned()
}

#[test]
fn a_comment_is_sent_and_shown_on_its_post() {
    let site = open();
    let page = site.get(POST).ok();
    assert_eq!(page.attributes("#comments a", "href"), ["/comments/1/"]);
    let form = site.get("/comments/1/").ok();
    assert_eq!(form.texts("h1"), ["Comments on A post & more"]);
    assert_eq!(form.attributes("form", "action"), ["/comments/1/"]);
    assert!(form.body.len() < 20 * 1024, "{} bytes", form.body.len());
    let sent = comment(&site, "Ann", "Well <b>said</b>.\r\nhttps://a.example/");
    sent.leads_to(303, &format!("http://blog.example{POST}#m1"));
    let page = site.get(POST).ok().lacks("<b>said");
    assert_eq!(page.texts("#comments h2"), ["1 comment"]);
    assert_eq!(
        page.texts("#m1 > p:not(:first-child)"),
        ["Well <b>said</b>.https://a.example/"]
    );
    page.has("<a href=\"https://a.example/\" rel=\"ugc nofollow\">");
    site.get("/comments/1/1/")
        .ok()
        .has("Ann on A post &amp; more");
    site.get("/comments/")
        .ok()
        .has("On <a href=\"/2025/Jul/5/a-post/\">");
    for feed in ["/comments/feed.atom", "/comments/1/feed.atom"] {
        let feed = site.get(feed).ok();
        assert!(feed.has("<name>Ann</name>").body.contains("/comments/1/1/"));
    }
    site.get("/guestbook/").ok().has("Nobody has written");
    site.get("/guestbook/1/").status(404);
    site.get("/comments/2/").status(404);
    site.get("/comments/1/2/").status(404);
    site.get("/comments/x/").status(404);
    site.get("/comments/1").status(301);
    write_at(&site, "/comments/2/", "Ann", "To nothing.").status(404);
    write_at(&site, "/comments/1/1/", "Ann", "To a comment.").status(405);
}

#[test]
fn links_are_plain_where_the_server_does_not_rewrite() {
    let site = open();
    comment(&site, "Ann", "Hello.").status(303);
    let page = site.plain("/cgi-bin/post/2025/Jul/5/a-post/").ok();
    page.has("href=\"/cgi-bin/comment/1/1/\"")
        .has("href=\"/cgi-bin/comment/1/\"");
    let form = site.plain("/cgi-bin/comment/1/").ok();
    assert_eq!(form.attributes("form", "action"), ["/cgi-bin/comment/1/"]);
}

#[test]
fn a_copy_of_the_post_is_old_once_a_comment_appears() {
    let site = open();
    let known = tag(&site.get(POST).ok());
    let asked = |known: &str| site.ask(POST).var("HTTP_IF_NONE_MATCH", known).run();
    asked(&known).status(304);
    comment(&site, "Ann", "One.").status(303);
    let next = tag(&asked(&known).ok().has("One."));
    asked(&next).status(304);
    run(&site, "reject 1");
    let last = tag(&asked(&next).ok().lacks("One."));
    run(&site, "undo");
    asked(&last).ok().has("One.");
    run(&site, "reply 1 Thanks");
    asked(&last).ok().has("Thanks");
}

#[test]
fn what_waits_is_on_no_page_until_it_is_approved() {
    let site = open();
    run(&site, "settings --publish after-approval");
    let sent = comment(&site, "Ann", "A secret so far.").status(303);
    let own = sent
        .header("Location")
        .unwrap()
        .replacen("http://blog.example", "", 1);
    assert!(own.starts_with("/comments/1/1/?key="), "{own}");
    site.get(&own).ok().has("A secret so far.");
    site.get(&own.replacen("/comments/1/", "/guestbook/", 1))
        .status(404);
    for page in [
        POST,
        "/comments/",
        "/comments/1/",
        "/comments/feed.atom",
        "/comments/1/feed.atom",
    ] {
        site.get(page).ok().lacks("A secret");
    }
    site.get("/comments/1/1/").status(404);
    run(&site, "approve 1");
    site.get(POST).ok().has("A secret so far.");
}

#[test]
fn the_owner_settles_which_posts_take_comments_and_for_how_long() {
    let site = Site::new().with_account();
    site.import(
        "a-post.md",
        "title: A post\ndate: 2025-07-05 15:05\nslug: a-post",
        "Text.",
    );
    run(&site, "settings --publish at-once --per-address 0");
    let takes = |expected: bool| {
        let page = site.get(POST).ok();
        assert_eq!(page.texts("#comments").len(), usize::from(expected));
        let form = site.get("/comments/1/").ok();
        assert_eq!(form.texts("form.book").len(), usize::from(expected));
        let sent = comment(&site, "Ann", "Hello.");
        assert_eq!(sent.status, if expected { 303 } else { 422 });
        if expected {
            run(&site, "reject 1");
            file(&site)
                .execute_batch("DELETE FROM queue; UPDATE tally SET last = 0")
                .unwrap();
        } else {
            sent.has("takes no more comments").has("Hello.</textarea>");
        }
    };
    takes(false);
    run(&site, "comments --days 30");
    takes(false);
    run(&site, "comments --days 36500");
    takes(true);
    run(
        &site,
        &format!("comments --close https://blog.example{POST}#x"),
    );
    takes(false);
    run(&site, &format!("comments --days 0 --open {POST}"));
    takes(true);
    run(&site, &format!("comments --as-blog {POST}"));
    takes(false);
    let browser = site.sign_in();
    let target = "/admin/guestbook/comments/";
    let there = format!("http://blog.example{target}");
    let always = [("do", "blog"), ("comments", "always"), ("days", "")];
    browser.form(target, &always).run().leads_to(303, &there);
    takes(true);
    browser
        .form(target, &[("closed", "1")])
        .run()
        .leads_to(303, &there);
    takes(false);
    let one = [("do", "post"), ("post", POST), ("choice", "open")];
    browser.form(target, &one).run().leads_to(303, &there);
    takes(true);
    browser.get(target).ok().has("takes more: always");
    for wrong in [
        &[
            ("do", "post"),
            ("post", "/2025/Jul/5/none/"),
            ("choice", "open"),
        ],
        &[("do", "blog"), ("comments", "days"), ("days", "0")],
    ] {
        browser.form(target, wrong).run().status(422);
    }
    run(&site, "settings --publish closed");
    comment(&site, "Ann", "Hello.").status(422);
}

#[test]
fn no_post_offers_a_form_while_the_guestbook_is_closed() {
    let site = open();
    site.import("b.md", "title: B\ndate: 2025-07-06 15:05\nslug: b", "Text.");
    comment(&site, "Ann", "Before.").status(303);
    let offered = |expected: bool| {
        for post in [POST, "/2025/Jul/6/b/"] {
            let form = site.get(post).ok().texts("#comments > .aside");
            assert_eq!(form.len(), usize::from(expected), "{post}");
        }
    };
    offered(true);
    let known = tag(&site.get(POST).ok());
    run(&site, "settings --publish closed");
    site.ask(POST).var("HTTP_IF_NONE_MATCH", &known).run().ok();
    offered(false);
    assert!(site.mayfly(&["rebuild"]).status.success());
    offered(false);
    site.get(POST).ok().has("Before.");
    run(&site, "settings --publish at-once");
    offered(true);
}

#[test]
fn a_reply_has_the_name_that_the_owner_has_now() {
    let site = open();
    comment(&site, "Ann", "One.").status(303);
    run(&site, "reply 1 Thanks");
    let by = |name: &str| {
        for page in [POST, "/comments/1/1/"] {
            let found = site.get(page).ok().texts("blockquote b");
            assert_eq!(found, [name], "{page}");
        }
    };
    by("A test's blog");
    for name in ["Me & <me>", "Another"] {
        let author = format!("author={name}");
        assert!(site.mayfly(&["settings", &author]).status.success());
        by(name);
    }
}

#[test]
fn a_post_shows_its_newest_comments_and_counts_all() {
    let site = open();
    let fill = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 130)
                INSERT INTO comment SELECT i, 1, i * 1000000, 'N', '', 'Text ' || i, '', 0, '' FROM n;
                INSERT INTO thread VALUES (1, 0, 130); UPDATE tally SET last = 130";
    file(&site).execute_batch(fill).unwrap();
    comment(&site, "Ann", "The last.").status(303);
    let page = site.get(POST).ok();
    assert_eq!(page.texts("#comments h2"), ["131 comments"]);
    let shown = page.attributes(".said article", "id");
    assert_eq!(
        (shown.len(), shown[0].as_str(), shown[49].as_str()),
        (50, "m82", "m131")
    );
    let (mut next, mut seen) = ("/comments/1/".to_owned(), Vec::new());
    loop {
        let page = site.get(&next).ok();
        seen.push(page.texts(".said article").len());
        match page.attributes("nav.pager a[rel=next]", "href").pop() {
            Some(link) => next = link,
            None => break,
        }
    }
    assert_eq!(seen, [100, 31]);
}

#[test]
fn what_a_killed_writer_left_unwritten_the_next_one_writes() {
    let site = open();
    comment(&site, "Ann", "One.").status(303);
    // As if it had been stored, and then the power was cut.
    fs::remove_dir_all(site.data().join("comments")).unwrap();
    file(&site)
        .execute_batch("INSERT INTO unshown VALUES (1)")
        .unwrap();
    site.get(POST).ok().lacks("One.");
    in_another_minute(&site);
    write_at(&site, "/guestbook/", "Ben", "Something else.").status(303);
    site.get(POST).ok().has("One.");
}

#[test]
fn comments_that_can_t_be_shown_are_stored_and_the_log_says_so() {
    let site = open();
    fs::write(site.data().join("comments"), "in the way").unwrap();
    let sent = comment(&site, "Ann", "One.").status(303);
    assert!(
        sent.log().contains("comments can't be written"),
        "{}",
        sent.log()
    );
    site.get("/comments/1/").ok().has("One.");
    fs::remove_file(site.data().join("comments")).unwrap();
    comment(&site, "Ann", "Two.").status(303);
    site.get(POST).ok().has("One.").has("Two.");
}

/// It used to be shown without them, under a name by which caches would have kept it.
#[test]
fn a_post_whose_comments_can_t_be_read_is_not_shown_without_them() {
    let site = open();
    comment(&site, "Ann", "One.").status(303);
    for name in ["1.html", "state"] {
        let path = site.data().join("comments").join(name);
        let kept = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        let reply = site.get(POST).status(503).lacks("comments/");
        assert!(
            reply.log().contains("without its comments"),
            "{}",
            reply.log()
        );
        fs::remove_dir(&path).unwrap();
        fs::write(&path, kept).unwrap();
        site.get(POST).ok().has("One.");
    }
}

#[test]
fn rebuilding_writes_out_what_posts_show_and_forgets_the_rest() {
    let site = open();
    comment(&site, "Ann", "One.").status(303);
    let folder = site.data().join("comments");
    fs::write(folder.join("1.html"), "blog\nAnother blog's.").unwrap();
    fs::write(folder.join("99.html"), "blog\nNobody's.").unwrap();
    assert!(site.mayfly(&["rebuild"]).status.success());
    site.get(POST).ok().has("One.").lacks("Another");
    assert!(!folder.join("99.html").exists());
}

#[test]
fn comments_come_back_with_a_backup() {
    let site = open();
    comment(&site, "Ann", "One.").status(303);
    let archive = back_up(&site, &[]).remove(0);
    let elsewhere = site.scratch().join("elsewhere");
    assert!(restore(&elsewhere, &archive, &[]).status.success());
    let data = elsewhere.to_str().unwrap();
    site.ask(POST)
        .var("MAYFLY_DATA", data)
        .run()
        .ok()
        .has("One.");
}

#[test]
fn the_number_of_a_deleted_post_is_given_to_no_other() {
    let site = open();
    comment(&site, "Ann", "On the first.").status(303);
    site.sql("DELETE FROM listing; DELETE FROM tagging; DELETE FROM period; DELETE FROM post;");
    site.get("/comments/1/").status(404);
    site.get("/comments/").ok().lacks("On the first.");
    site.import("b.md", "title: B\ndate: 2025-07-06 15:05\nslug: b", "Text.");
    site.get("/2025/Jul/6/b/")
        .ok()
        .lacks("On the first.")
        .has("/comments/2/");
}

#[test]
fn a_form_sent_twice_makes_one_comment() {
    let site = open();
    let body = format!("name=Ann&message=Once&form={}", token(&site, 60));
    for _ in 0..2 {
        let sent = site
            .ask("/comments/1/")
            .method("POST")
            .var("CONTENT_TYPE", "application/x-www-form-urlencoded")
            .body(body.as_bytes())
            .run();
        sent.leads_to(303, &format!("http://blog.example{POST}#m1"));
    }
    assert_eq!(site.get(POST).ok().texts(".said article").len(), 1);
}
