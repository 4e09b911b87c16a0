//! Kept answers: what a program sends again, headers and all, where no web server does.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use mayfly::kept::{END, Stamp};
use mayfly::path::Path;

use super::{POST, ask, calls, file, folder, known, settle};
use crate::site::{Request, Site};

/// The answer that a program would send to whoever comes by the blog's own address.
fn answer(site: &Site, path: &str) -> Option<PathBuf> {
    file(site, "/", &name(site, "", path))
}

/// How it is called, for a blog below a path.
fn name(site: &Site, base: &str, path: &str) -> String {
    let blog = fs::metadata(site.data().join("blog.db")).unwrap();
    let path = Path::parse(path.as_bytes()).unwrap();
    mayfly::kept::answer(Stamp::of(&blog), base, &path).unwrap()
}

/// What no program writes, of the length of what they do.
const FORGED: &str = "<!doctype html>";

/// Puts it into the answer that was kept.
pub fn forge(site: &Site, path: &str) {
    let file = answer(site, path).unwrap();
    let kept = fs::read_to_string(&file).unwrap();
    fs::write(file, kept.replace("<!DOCTYPE html>", FORGED)).unwrap();
}

/// Whether what a program sends comes out of that file.
pub fn is_kept(site: &Site, path: &str) -> bool {
    ask(site, path).contains(FORGED)
}

#[test]
fn a_program_sends_its_own_answer_again_and_opens_no_database() {
    let site = known();
    for path in [
        "/",
        POST,
        "/2025/Jul/",
        "/tags/tea/",
        "/entries/",
        "/about/",
    ] {
        let first = site.ask(path).exchange().stdout;
        let kept = fs::read(answer(&site, path).unwrap()).unwrap();
        assert!(kept.strip_suffix(&[END]) == Some(&first[..]), "{path}");
        assert_eq!(site.ask(path).exchange().stdout, first, "{path}");
        assert_eq!(file(&site, path, "index.html"), None);
    }
    let kept = calls(&site);
    let opened = kept.lines().filter(|call| call.starts_with("open"));
    let opened: Vec<&str> = opened.collect();
    assert!(
        opened.iter().all(|call| !call.contains("blog.db")),
        "{kept}"
    );
    assert!(
        opened.iter().any(|call| call.contains("/answer-")),
        "{kept}"
    );
    settle(&site, &["title=Another"]);
    assert!(ask(&site, "/").contains("<title>Another</title>"));
}

#[test]
fn whoever_has_the_kept_answer_is_told_so_and_no_database_is_opened() {
    let site = known();
    // HEAD keeps nothing.
    let page = site.ask(POST).method("HEAD").run().ok();
    let said = |name: &str| page.header(name).unwrap().to_owned();
    let (tag, date) = (said("ETag"), said("Last-Modified"));
    let packed = tag.replace("W/", "").replace("0\"", "0-gzip\"");
    let questions = [
        ("HTTP_IF_NONE_MATCH", tag.clone()),
        ("HTTP_IF_NONE_MATCH", format!("\"another\", {packed}")),
        ("HTTP_IF_NONE_MATCH", "*".to_owned()),
        ("HTTP_IF_MODIFIED_SINCE", date),
    ];
    let answers = |opens: bool| {
        let answers = questions.each_ref().map(|(name, value)| {
            let (reply, calls) = site.ask(POST).var(name, value).traced("open,openat");
            let opened = calls.iter().any(|call| call.contains("blog.db"));
            assert_eq!(opened, opens, "{calls:#?}");
            reply.status(304).exchange.stdout
        });
        answers.map(|answer| String::from_utf8(answer).unwrap())
    };
    let rendered = answers(true);
    ask(&site, POST);
    assert_eq!(answers(false), rendered);

    // An older copy is no longer good, and what was kept is the newer one.
    forge(&site, POST);
    for (name, value) in [
        ("HTTP_IF_NONE_MATCH", "W/\"0-0\"".to_owned()),
        (
            "HTTP_IF_MODIFIED_SINCE",
            "Sat, 05 Jul 2025 14:05:00 GMT".into(),
        ),
        (
            "HTTP_IF_MODIFIED_SINCE",
            "Sat, 05 Jul 3025 14:05:00 GMT".into(),
        ),
        ("HTTP_IF_MODIFIED_SINCE", "yesterday".into()),
    ] {
        site.ask(POST).var(name, value).run().ok().has(FORGED);
    }
}

#[test]
fn whoever_it_would_not_do_for_gets_a_page_of_their_own() {
    let site = known();
    ask(&site, POST);
    forge(&site, POST);
    assert!(is_kept(&site, POST));
    let rendered = |request: Request<'_>| {
        let answer = request.run();
        assert!(!answer.body.contains(FORGED), "{}", answer.body);
        answer
    };
    // HEAD has no body.
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
    let site = known();
    ask(&site, "/");
    forge(&site, "/");
    let own = answer(&site, "/").unwrap();
    fs::rename(&own, own.with_file_name("answer-0.0.9-0.0.0-=!")).unwrap();
    assert!(!is_kept(&site, "/"));
    // Nor is what can't be read. It was kept anew meanwhile.
    fs::remove_file(&own).unwrap();
    symlink("nowhere", &own).unwrap();
    assert!(!is_kept(&site, "/"));
}

#[test]
fn what_a_power_cut_left_of_an_answer_is_not_sent() {
    let site = known();
    let page = ask(&site, POST);
    let own = answer(&site, POST).unwrap();
    let whole = fs::read(&own).unwrap();
    for length in [0, 1, 300, 4096, whole.len() - 1] {
        fs::write(&own, &whole[..length]).unwrap();
        assert_eq!(ask(&site, POST), page, "{length}");
        assert!(fs::read(&own).unwrap() == whole, "{length}: kept anew");
    }
}

#[test]
fn a_page_that_can_t_be_kept_leaves_no_file_behind_and_the_log_says_why() {
    let site = known();
    let page = ask(&site, "/");
    let own = answer(&site, "/").unwrap();
    fs::remove_file(&own).unwrap();
    fs::create_dir(&own).unwrap();
    let reply = site.get("/").status(200);
    assert_eq!(reply.body, page);
    assert!(reply.log().contains("was not kept"), "{}", reply.log());
    let files = fs::read_dir(own.parent().unwrap()).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let left: Vec<String> = names.filter(|name| name.starts_with(".answer")).collect();
    assert_eq!(left, [""; 0]);
}

#[test]
fn what_was_kept_may_be_deleted_at_any_time() {
    let site = known();
    ask(&site, "/");
    let now = fs::canonicalize(folder(&site).join("now")).unwrap();
    fs::remove_dir_all(now).unwrap();
    assert!(answer(&site, "/").is_none());
    ask(&site, "/");
    assert!(answer(&site, "/").is_some());
}

#[test]
fn a_blog_below_a_path_has_its_answers_kept_too() {
    let site = known();
    settle(&site, &["base-url=http://blog.example/~me/blog"]);
    let asks = || {
        let request = site.request("post").var("PATH_INFO", POST);
        let request = request.var("REQUEST_URI", format!("/~me/blog{POST}"));
        request.run().ok().body
    };
    let page = asks();
    assert!(page.contains("href=\"/~me/blog/2025/"));
    let kept = file(&site, "/", &name(&site, "/~me/blog", POST)).unwrap();
    let kept = fs::read_to_string(kept).unwrap();
    assert!(kept.trim_end_matches(char::from(END)).ends_with(&page));
    assert_eq!(asks(), page);
}

#[test]
fn no_answer_is_sent_that_is_older_than_its_link() {
    let site = known();
    ask(&site, "/");
    forge(&site, "/");
    assert!(is_kept(&site, "/"));
    fs::remove_file(folder(&site).join("now")).unwrap();
    assert!(!is_kept(&site, "/"));
    // That one has made the link again, to the same generation, and kept its own answer.
    assert!(answer(&site, "/").is_some() && !is_kept(&site, "/"));
    site.import("b.md", "title: B\ndate: 2025-07-06 15:05\nslug: b", "News.");
    assert!(ask(&site, "/").contains("News."));
    site.let_time_pass();
    assert!(ask(&site, "/").contains("News."));
}
