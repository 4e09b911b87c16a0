//! Kept answers: what a program sends again, headers and all, where no web server does.

use std::fs;
use std::path::PathBuf;

use super::{POST, ask, calls, file, folder, keeping, settle};
use crate::site::{Request, Site};

/// The answer that a program would send to whoever comes by the blog's own address.
fn answer(site: &Site, path: &str) -> Option<PathBuf> {
    let name = mayfly::kept::answer("").unwrap();
    file(site, path, &name)
}

/// What no program writes, of the length of what they do.
const FORGED: &str = "<!doctype html>";

/// Puts it into the answer that was kept.
fn forge(site: &Site, path: &str) {
    let file = answer(site, path).unwrap();
    let kept = fs::read_to_string(&file).unwrap();
    fs::write(file, kept.replace("<!DOCTYPE html>", FORGED)).unwrap();
}

/// Whether what a program sends comes out of that file.
fn is_kept(site: &Site, path: &str) -> bool {
    ask(site, path).contains(FORGED)
}

#[test]
fn a_program_sends_its_own_answer_again_and_opens_no_database() {
    let site = keeping();
    for path in [
        "/",
        POST,
        "/2025/Jul/",
        "/tags/tea/",
        "/entries/",
        "/about/",
    ] {
        let first = site.ask(path).exchange().stdout;
        assert_eq!(
            fs::read(answer(&site, path).unwrap()).unwrap(),
            first,
            "{path}"
        );
        assert_eq!(site.ask(path).exchange().stdout, first, "{path}");
    }
    let kept = calls(&site);
    assert!(
        !kept.contains("blog.db") && kept.contains(".answer-"),
        "{kept}"
    );
    settle(&site, &["title=Another"]);
    assert!(ask(&site, "/").contains("<title>Another</title>"));
}

#[test]
fn whoever_it_would_not_do_for_gets_a_page_of_their_own() {
    let site = keeping();
    let page = site.get(POST).ok();
    forge(&site, POST);
    assert!(is_kept(&site, POST));
    let rendered = |request: Request<'_>| {
        let answer = request.run();
        assert!(!answer.body.contains(FORGED), "{}", answer.body);
        answer
    };
    // A copy has to be compared with something, and HEAD has no body.
    let known = page.header("ETag").unwrap().to_owned();
    rendered(site.ask(POST).var("HTTP_IF_NONE_MATCH", known)).status(304);
    let date = page.header("Last-Modified").unwrap().to_owned();
    rendered(site.ask(POST).var("HTTP_IF_MODIFIED_SINCE", date)).status(304);
    rendered(site.ask(POST).var("HTTP_IF_NONE_MATCH", "\"another\"")).status(200);
    rendered(site.ask(POST).method("HEAD")).status(200);
    rendered(site.ask(POST).method("POST")).status(405);
    rendered(site.ask(&format!("{POST}?x=1"))).status(200);
    let signed = site.ask(POST).var("HTTP_COOKIE", "mayfly-session-0=x");
    let private = rendered(signed).status(200);
    assert_eq!(private.header("Cache-Control"), Some("private, no-cache"));
    // An address that is spelled in another way leads to the right one.
    for respelled in [
        "/2025//Jul/5/a-post/",
        "/2025/jul/5/A-Post/",
        "/2025/Jul/5/a-post",
    ] {
        rendered(site.ask(respelled)).status(301);
    }
    // Links begin with the path that the visitor came by.
    let other = site.request("post").var("PATH_INFO", POST);
    let other = rendered(other.var("REQUEST_URI", format!("/other{POST}")));
    assert!(other.body.contains("href=\"/other/2025/"));
    let plain = site.plain("/cgi-bin/post/2025/Jul/5/a-post/").ok();
    assert!(plain.body.contains("href=\"/cgi-bin/"));
    assert!(is_kept(&site, POST));
}

#[test]
fn what_programs_of_another_version_kept_is_not_sent() {
    let site = keeping();
    ask(&site, "/");
    forge(&site, "/");
    let own = answer(&site, "/").unwrap();
    fs::rename(&own, own.with_file_name(".answer-0.0.9-")).unwrap();
    assert!(!is_kept(&site, "/"));
    // Nor is what can't be read.
    fs::create_dir(&own).unwrap();
    assert!(!is_kept(&site, "/"));
}

#[test]
fn a_blog_below_a_path_has_its_answers_kept_too() {
    let site = keeping();
    settle(&site, &["base-url=http://blog.example/~me/blog"]);
    let asks = || {
        let request = site.request("post").var("PATH_INFO", POST);
        let request = request.var("REQUEST_URI", format!("/~me/blog{POST}"));
        request.run().ok().body
    };
    let page = asks();
    assert!(page.contains("href=\"/~me/blog/2025/"));
    let name = mayfly::kept::answer("/~me/blog").unwrap();
    let kept = fs::read_to_string(file(&site, POST, &name).unwrap()).unwrap();
    assert!(kept.ends_with(&page));
    assert_eq!(asks(), page);
}

#[test]
fn no_answer_is_sent_that_is_older_than_its_link() {
    let site = keeping();
    ask(&site, "/");
    forge(&site, "/");
    assert!(is_kept(&site, "/"));
    fs::remove_file(folder(&site).join("now")).unwrap();
    assert!(!is_kept(&site, "/"));
    // That one has made the link again, to the same generation.
    assert!(is_kept(&site, "/"));
    site.import("b.md", "title: B\ndate: 2025-07-06 15:05\nslug: b", "News.");
    assert!(ask(&site, "/").contains("News."));
    site.let_time_pass();
    assert!(ask(&site, "/").contains("News."));
}
