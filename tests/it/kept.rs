//! Kept pages: what was rendered once and is sent as a file from then on, and what is
//! never sent. `sent` does as the web servers of `deploy/` do.

mod answer;
mod hand;
mod race;
pub use race::Ends;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::Command;

use crate::backup::back_up;
use crate::guestbook::{run, write_at};
use crate::site::{Site, TITLE};

const POST: &str = "/2025/Jul/5/a-post/";

/// A blog that keeps its pages as files too, of a post with a tag and a static page.
fn keeping() -> Site {
    let site = known();
    settle(&site, &["keep-pages=files"]);
    site
}

/// The same blog as it is made, but for the address that it has to know.
fn known() -> Site {
    let site = Site::new()
        .with_option("--base-url", "http://blog.example")
        .post(
            "a-post.md",
            "title: A post\ndate: 2025-07-05 15:05\nslug: a-post\ntags: [tea, cups]",
            "Text.",
        )
        .post("about.md", "kind: page\ntitle: About\nslug: /about/", "Me.");
    site.let_time_pass();
    site
}

/// Settles something, and lets a second pass.
fn settle(site: &Site, settings: &[&str]) {
    let output = site.mayfly(&[&["settings"], settings].concat());
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    site.let_time_pass();
}

fn folder(site: &Site) -> PathBuf {
    site.data().join("kept")
}

/// The file that a web server would send, by its name.
fn file(site: &Site, path: &str, name: &str) -> Option<PathBuf> {
    let now = fs::read_to_string(folder(site).join("now/.name")).ok()?;
    let below = format!("{}{path}{name}", now.trim_end());
    Some(folder(site).join(below)).filter(|file| file.is_file())
}

/// The page that a web server would send without starting a program.
fn sent(site: &Site, path: &str) -> Option<String> {
    fs::read_to_string(file(site, path, "index.html")?).ok()
}

/// Has a page rendered.
fn ask(site: &Site, path: &str) -> String {
    site.get(path).ok().body
}

fn generations(site: &Site) -> usize {
    let entries = fs::read_dir(folder(site)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names
        .filter(|name| mayfly::kept::order(name).is_some())
        .count()
}

#[test]
fn a_page_that_was_rendered_is_sent_as_a_file_until_something_is_published() {
    let site = keeping();
    for path in [
        "/",
        POST,
        "/2025/Jul/",
        "/tags/",
        "/tags/tea/",
        "/tags/cups+tea/",
        "/entries/",
        "/about/",
    ] {
        assert_eq!(sent(&site, path), None);
        let page = ask(&site, path);
        assert!(!page.is_empty());
        assert_eq!(sent(&site, path), Some(page), "{path}");
    }
    site.import(
        "b.md",
        "title: Another\ndate: 2025-07-06 15:05\nslug: b",
        "News.",
    );
    assert_eq!(sent(&site, "/"), None);
    site.let_time_pass();
    assert!(ask(&site, "/").contains("News."));
    assert!(sent(&site, "/").unwrap().contains("News."));
    assert_eq!(sent(&site, POST), None, "of another generation");
    assert!(ask(&site, POST).contains("Text."));
    assert!(sent(&site, POST).is_some());
}

#[test]
fn nothing_is_kept_while_the_disk_does_not_say_whether_comments_have_changed() {
    let site = keeping();
    let state = site.data().join("comments/state");
    fs::create_dir_all(&state).unwrap();
    ask(&site, "/");
    assert_eq!(sent(&site, "/"), None);
    fs::remove_dir(&state).unwrap();
    ask(&site, "/");
    assert!(sent(&site, "/").is_some());
}

#[test]
fn the_short_file_is_the_same_page_and_both_tell_when_it_changed() {
    let site = keeping();
    let page = site.get(POST).ok();
    let files = ["index.html", "index.html.gz"].map(|name| file(&site, POST, name).unwrap());
    let unpacked = Command::new("gzip")
        .arg("-dc")
        .arg(&files[1])
        .output()
        .unwrap();
    assert!(unpacked.status.success());
    assert!(unpacked.stdout == page.body.as_bytes());
    let found = files.map(|file| fs::metadata(file).unwrap());
    assert!(found[1].len() < found[0].len() / 2);
    // Servers make `Last-Modified` of it: the program's own, to the second.
    for file in &found {
        let date = mayfly::cache::http_date(file.mtime());
        assert_eq!(page.header("Last-Modified"), Some(date.as_str()));
        assert_eq!(file.permissions().mode() & 0o777, 0o644);
    }
    assert_ne!(found[0].mtime_nsec(), found[1].mtime_nsec());
    let top = fs::metadata(folder(&site)).unwrap();
    assert_eq!(top.permissions().mode() & 0o777, 0o755);
}

#[test]
fn nothing_is_kept_that_is_not_the_same_for_everybody() {
    let site = keeping();
    // With a query, by another method, in part, as a redirect, for whoever is signed in.
    site.get("/?x=1").ok();
    site.get("/tags/tea/?x=1").ok();
    site.ask(POST).method("HEAD").run().ok();
    site.get("/2025/jul/5/A-Post/").status(301);
    site.get("/2025/Jul/5/none/").status(404);
    site.ask(POST)
        .var("HTTP_COOKIE", "mayfly-session-0=x")
        .run()
        .ok();
    let known = site.plain("/cgi-bin/post/2025/Jul/5/a-post/").ok();
    let known = known.header("ETag").unwrap().to_owned();
    site.ask(POST)
        .var("HTTP_IF_NONE_MATCH", known)
        .run()
        .status(304);
    // By another way than the one that the blog is said to be at.
    let other = site.request("post").var("PATH_INFO", POST);
    other.var("REQUEST_URI", format!("/other{POST}")).run().ok();
    assert_eq!(generations(&site), 0);

    // A stranger's host is in nothing that is kept, nor a cookie of somebody else's.
    let request = site.ask(POST).var("HTTP_HOST", "evil.example");
    request.var("HTTP_COOKIE", "theme=dark").run().ok();
    let page = sent(&site, POST).unwrap();
    assert!(!page.contains("evil") && page.contains("http://blog.example/2025/"));
    assert_eq!(page, ask(&site, POST));
    // What others answer, and paths that have more than one spelling.
    for path in [
        "/search/",
        "/guestbook/",
        "/feeds/",
        "/feed.atom",
        "/robots.txt",
        "/sitemap.xml",
    ] {
        site.get(path).ok();
        assert_eq!(sent(&site, path), None, "{path}");
    }
    site.get(&format!("/{}/", "no-page")).status(404);
    assert_eq!(sent(&site, "/no-page/"), None);
}

#[test]
fn nothing_is_kept_where_it_is_unknown_where_the_blog_is() {
    let site = keeping();
    settle(&site, &["base-url="]);
    let found = |words: &str| {
        let check = site.mayfly(&["check"]);
        let told = String::from_utf8_lossy(&check.stdout);
        assert!(told.contains(words), "{told}");
        check.status.success()
    };
    ask(&site, "/");
    assert_eq!(generations(&site), 0);
    assert!(!found("while it is unknown where the blog is"));
    settle(&site, &["base-url=http://blog.example", "links=plain"]);
    ask(&site, "/");
    assert_eq!(generations(&site), 0);
    assert!(!found("no pages are kept with plain links"));
    settle(&site, &["links=pretty"]);
    assert!(found("from the next request on, also as files"));
    ask(&site, "/");
    assert!(sent(&site, "/").is_some());
    assert!(found("pages are kept in kept/"));
    fs::remove_dir_all(folder(&site)).unwrap();
    ask(&site, "/");
    assert!(!found("kept/ is missing"));
    // Whoever has set up no web server for files lacks nothing that was asked for.
    settle(&site, &["keep-pages=on"]);
    fs::remove_dir_all(folder(&site)).unwrap();
    assert!(found("kept/ is missing"));
    settle(&site, &["base-url="]);
    assert!(found("while it is unknown where the blog is"));
}

#[test]
fn it_is_on_until_somebody_wants_none_and_what_was_kept_goes_with_it() {
    let site = known();
    ask(&site, "/");
    fs::write(folder(&site).join("notes.txt"), "somebody's own").unwrap();
    assert_eq!(generations(&site), 1);
    settle(&site, &["keep-pages=off"]);
    assert_eq!((generations(&site), sent(&site, "/")), (0, None));
    ask(&site, "/");
    assert_eq!(generations(&site), 0);
    assert!(folder(&site).join("notes.txt").exists());
    let check = site.mayfly(&["check"]);
    assert!(String::from_utf8_lossy(&check.stdout).contains("none are kept"));
}

/// What the home program asks the system for, by strace.
fn calls(site: &Site) -> String {
    let trace = site.scratch().join("trace");
    let program = PathBuf::from(env!("CARGO_BIN_EXE_home"));
    let request = site.ask("/").program("/usr/bin/strace".into());
    let request = request.argument("-o").argument(trace.to_str().unwrap());
    let answer = request.argument(program.to_str().unwrap()).exchange();
    assert!(answer.stdout.starts_with(b"Status: 200"), "{answer}");
    fs::read_to_string(trace).unwrap()
}

#[test]
fn where_it_is_off_a_request_looks_once_for_what_is_not_there() {
    let site = known();
    settle(&site, &["keep-pages=off"]);
    let off = calls(&site);
    assert_eq!(off.matches("kept/").count(), 1, "{off}");
    assert!(!off.contains("comments"), "{off}");
    settle(&site, &["keep-pages=on"]);
    let first = calls(&site);
    assert!(
        first.contains("/answer-") && !first.contains("index.html") && !first.contains("sync"),
        "{first}"
    );
    settle(&site, &["keep-pages=files"]);
    let first = calls(&site);
    assert!(first.contains("index.html.gz"), "{first}");
}

#[test]
fn while_a_post_waits_for_its_minute_programs_answer() {
    let site = keeping();
    ask(&site, "/");
    assert!(sent(&site, "/").is_some());
    site.import(
        "soon.md",
        "kind: note\ndate: 2099-07-01 12:00\nslug: soon",
        "Later.",
    );
    site.let_time_pass();
    assert_eq!(sent(&site, "/"), None);
    ask(&site, "/");
    assert_eq!(sent(&site, "/"), None);
    let check = site.mayfly(&["check"]);
    assert!(String::from_utf8_lossy(&check.stdout).contains("once what is scheduled is public"));
    site.sql("UPDATE scheduled SET moment = 1751800000000000; UPDATE site SET next_due = 1751800000000000");
    assert!(ask(&site, "/").contains("Later."));
    site.let_time_pass();
    ask(&site, "/");
    assert!(sent(&site, "/").unwrap().contains("Later."));
}

#[test]
fn a_comment_is_on_the_kept_page_of_its_post_at_once() {
    let site = keeping();
    run(
        &site,
        "settings --publish at-once --per-address 0 --per-minute 0",
    );
    run(&site, "comments --always");
    site.let_time_pass();
    ask(&site, POST);
    assert!(sent(&site, POST).is_some());
    write_at(&site, "/comments/1/", "Ann", "Well said.").status(303);
    assert_eq!(sent(&site, POST), None);
    assert!(ask(&site, POST).contains("Well said."));
    // Within the second of the comment it is not kept.
    assert_eq!(sent(&site, POST), None);
    let state = site.data().join("comments/state");
    fs::write(&state, "1 1751724300000000\n").unwrap();
    ask(&site, POST);
    assert!(sent(&site, POST).unwrap().contains("Well said."));
    run(&site, "reject 1");
    assert_eq!(sent(&site, POST), None);
    assert!(!ask(&site, POST).contains("Well said."));

    // Days that end by themselves end on no file.
    run(&site, "undo");
    fs::write(&state, "9 1751724300000000\n").unwrap();
    run(&site, "comments --days 36500");
    site.let_time_pass();
    assert!(ask(&site, POST).contains("/comments/1/"));
    assert_eq!(sent(&site, POST), None);
    ask(&site, "/");
    assert!(sent(&site, "/").is_some());
}

#[test]
fn two_generations_are_there_at_most_and_nobody_elses_files_go() {
    let site = keeping();
    let foreign = ["photos", "17", "5.0-g-x"];
    for name in foreign {
        fs::create_dir(folder(&site).join(name)).unwrap();
    }
    let elsewhere = site.scratch().join("precious");
    fs::create_dir(&elsewhere).unwrap();
    fs::write(elsewhere.join("file"), "kept").unwrap();
    symlink(&elsewhere, folder(&site).join("1.0-0-x")).unwrap();
    for round in 1..=4 {
        settle(&site, &[&format!("title=Round {round}")]);
        ask(&site, "/");
        ask(&site, "/about/");
        assert!(
            sent(&site, "/about/")
                .unwrap()
                .contains(&format!("Round {round}"))
        );
        // The link of such a name is counted, and stays.
        assert_eq!(generations(&site), round.min(2) + 1, "{round}");
    }
    assert!(elsewhere.join("file").exists());
    for name in foreign {
        assert!(folder(&site).join(name).exists(), "{name}");
    }
}

#[test]
fn a_full_folder_takes_no_more_pages() {
    let site = keeping();
    ask(&site, "/");
    let size = file(&site, "/", ".size").unwrap();
    let taken = fs::metadata(&size).unwrap().len();
    assert!((2..20).contains(&taken), "{taken}");
    fs::write(&size, vec![b'.'; 16 << 10]).unwrap();
    ask(&site, POST);
    assert_eq!(sent(&site, POST), None);
    assert!(sent(&site, "/").is_some());
}

#[test]
fn nothing_is_published_that_kept_pages_would_not_show() {
    let site = keeping();
    ask(&site, "/");
    // The lock can't be opened: somebody put a folder there.
    let lock = folder(&site).join("lock");
    fs::remove_file(&lock).unwrap();
    fs::create_dir(&lock).unwrap();
    let refused = site.mayfly(&["settings", "title=Unseen"]);
    let told = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success());
    assert!(
        told.contains("kept") && told.contains("nothing was changed"),
        "{told}"
    );
    assert!(!ask(&site, "/").contains("Unseen"));
    fs::remove_dir(&lock).unwrap();
    settle(&site, &["title=Seen"]);
    assert!(ask(&site, "/").contains("Seen"));
}

#[test]
fn an_upgrade_and_a_restored_backup_end_what_was_kept_before() {
    let site = keeping();
    ask(&site, "/");
    let archive = back_up(&site, &[]).swap_remove(0);
    assert!(sent(&site, "/").is_some());
    assert!(site.mayfly(&["migrate"]).status.success());
    assert_eq!(sent(&site, "/"), None);
    settle(&site, &["title=Later"]);
    ask(&site, "/");
    assert!(sent(&site, "/").unwrap().contains("Later"));
    let restored = site.mayfly(&["restore", "--replace", archive.to_str().unwrap()]);
    assert!(restored.status.success(), "{restored:?}");
    assert_eq!(sent(&site, "/"), None);
    site.let_time_pass();
    ask(&site, "/");
    assert!(sent(&site, "/").unwrap().contains(TITLE));
}
