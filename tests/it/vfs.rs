//! Programs read the file through a layer of their own, and through SQLite's where
//! that is not enough. Nobody should be able to tell which.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use rusqlite::Connection;

use crate::site::Site;

#[test]
fn a_file_with_a_write_ahead_log_is_read_with_it() {
    let site = Site::new();
    let writer = Connection::open(site.data().join("blog.db")).unwrap();
    let mode: String = writer
        .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
        .unwrap();
    assert_eq!(mode, "wal");
    writer
        .execute_batch("UPDATE site SET title = 'In the log'")
        .unwrap();
    let log = fs::metadata(site.data().join("blog.db-wal")).unwrap();
    assert!(log.len() > 0, "nothing is in the log alone");
    site.get("/").ok().has("In the log");
}

#[test]
fn a_log_beside_a_file_that_has_none_is_left_to_sqlite() {
    let site = Site::new();
    fs::write(site.data().join("blog.db-wal"), [7; 100]).unwrap();
    site.get("/").ok();
}

#[test]
fn a_writer_that_waits_to_commit_goes_first() {
    let site = Site::new();
    let (held, blog) = (Connection::open, site.data().join("blog.db"));
    let (reader, writer) = (held(&blog).unwrap(), held(&blog).unwrap());
    reader.execute_batch("BEGIN").unwrap();
    let title = "SELECT title FROM site";
    let _: String = reader.query_row(title, [], |row| row.get(0)).unwrap();
    writer
        .execute_batch("BEGIN IMMEDIATE; UPDATE site SET title = 'Changed'")
        .unwrap();
    // It stands on the pending byte now, for there is a reader.
    writer.execute_batch("COMMIT").unwrap_err();
    site.get("/").status(503).lacks("Changed");
    reader.execute_batch("COMMIT").unwrap();
    writer.execute_batch("COMMIT").unwrap();
    site.get("/").ok().has("Changed");
}

#[test]
fn an_empty_journal_is_none_and_one_of_a_live_writer_is_its_own() {
    let site = Site::new();
    fs::write(site.data().join("blog.db-journal"), "").unwrap();
    site.get("/").ok();
    let writer = Connection::open(site.data().join("blog.db")).unwrap();
    writer
        .execute_batch("BEGIN IMMEDIATE; UPDATE site SET title = 'Unfinished'")
        .unwrap();
    site.get("/").ok().lacks("Unfinished");
}

#[test]
fn each_request_sees_the_newest_commit() {
    let site = Site::new();
    let writer = Connection::open(site.data().join("blog.db")).unwrap();
    // Requests and commits in turn: each page is of one state, the newest.
    for round in 0..5 {
        let title = format!("Round {round}");
        writer
            .execute("UPDATE site SET title = ?1, seq = seq + 1", [&title])
            .unwrap();
        site.get("/").ok().has(&title);
    }
}

#[test]
fn another_size_of_pages_is_read_as_well() {
    for size in [1024, 8192, 65536] {
        let site = Site::new();
        site.sql(&format!("PRAGMA page_size = {size}; VACUUM"));
        site.get("/").ok();
        site.get("/tags/").ok();
    }
}

#[test]
fn a_schema_of_more_than_one_page_is_read_as_well() {
    let site = Site::new();
    let columns: Vec<String> = (0..400).map(|n| format!("a_long_name_{n} TEXT")).collect();
    site.sql(&format!("CREATE TABLE filler ({})", columns.join(", ")));
    site.get("/").ok();
    site.get("/tags/").ok();
}

#[test]
fn a_file_that_is_replaced_is_read_anew() {
    let site = Site::new();
    let blog = site.data().join("blog.db");
    let copy = site.scratch().join("blog.db");
    fs::copy(&blog, &copy).unwrap();
    let other = Connection::open(&copy).unwrap();
    other
        .execute_batch("UPDATE site SET title = 'Restored'")
        .unwrap();
    drop(other);
    site.get("/").ok().lacks("Restored");
    fs::rename(&copy, &blog).unwrap();
    site.get("/").ok().has("Restored");
}

/// How often a program opened the blog's file.
fn opens(calls: &[String]) -> usize {
    calls
        .iter()
        .filter(|call| call.contains("/blog.db\""))
        .count()
}

#[test]
fn a_page_that_is_missing_opens_the_blog_once_and_twice_where_it_may_have_moved() {
    let site = Site::new().post("2025-07-05-a.md", "kind: note\ntags: [sea]", "Waves.");
    for (target, opened) in [
        ("/nope/", 1),
        ("/tags/nope/", 2),
        ("/tags/nope+sea/", 2),
        ("/tags/nope.atom", 1),
        ("/tags/sea/?before=1", 1),
        ("/tags/sea.atom?before=1", 1),
        ("/notes/?before=1", 1),
        ("/?before=1", 1),
        ("/2024/", 2),
        ("/2025/Jul/?after=9000000000000000", 1),
        ("/2025/Jul/5/nope/", 2),
        ("/sitemap-2024.xml", 1),
    ] {
        let (reply, calls) = site.ask(target).traced("open,openat");
        reply.status(404);
        assert_eq!(opens(&calls), opened, "{target}: {calls:?}");
    }
}

#[test]
fn what_is_due_is_published_by_three_opens() {
    // To see that it is, to publish it, and to read the page.
    let site = Site::new();
    site.sql("UPDATE site SET next_due = 1");
    let (reply, calls) = site.ask("/").traced("open,openat");
    reply.ok();
    assert_eq!(opens(&calls), 3, "{calls:?}");
}

#[test]
fn a_directory_that_is_a_link_is_followed_by_all_and_a_file_by_none() {
    let site = Site::new().with_account();
    let link = site.scratch().join("link");
    symlink(site.data(), &link).unwrap();
    let linked = |target: &str| {
        let there = link.as_os_str().as_encoded_bytes();
        site.ask(target).var("MAYFLY_DATA", there).run()
    };
    for page in ["/", "/tags/", "/search/?q=a", "/guestbook/", "/feed.atom"] {
        linked(page).ok();
    }
    // Whoever writes, on the command line and in the browser.
    linked("/login/").ok();
    let post = site.scratch().join("2025-07-07-news.md");
    fs::write(&post, "News.").unwrap();
    let data = link.to_str().unwrap();
    let mayfly = |data: &str, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mayfly"));
        command.args(["--data", data]).args(arguments);
        command.output().unwrap()
    };
    let imported = mayfly(data, &["import", post.to_str().unwrap()]);
    assert!(imported.status.success(), "{imported:?}");
    linked("/").ok().has("News.");
    linked("/search/?q=news").ok().has("News</mark>");
    // Whoever has to publish opens the file for writing.
    site.sql("UPDATE site SET next_due = 1");
    linked("/").ok();

    let blog = site.data().join("blog.db");
    let elsewhere = site.scratch().join("blog.db");
    fs::rename(&blog, &elsewhere).unwrap();
    symlink(&elsewhere, &blog).unwrap();
    for data in [&link, &site.data()] {
        let there = data.as_os_str().as_encoded_bytes();
        site.ask("/").var("MAYFLY_DATA", there).run().status(500);
        let refused = mayfly(data.to_str().unwrap(), &["rebuild"]);
        assert!(!refused.status.success());
    }
}

/// Programs are shown a short text of each table. One that is not as it was made is
/// shown as it is, and its pages are the same.
#[test]
fn a_table_that_somebody_changed_is_read_as_it_is() {
    let site = Site::new();
    site.mayfly(&["seed", "--posts", "20"]);
    let pages = ["/", "/tags/", "/links/", "/feed.atom"];
    let before = pages.map(|page| site.get(page).ok().body);
    site.sql(
        "ALTER TABLE listing ADD COLUMN mood TEXT;
         ALTER TABLE post ADD COLUMN weather TEXT;
         CREATE INDEX by_title ON post (title);
         CREATE INDEX by_label ON listing (label);",
    );
    assert_eq!(pages.map(|page| site.get(page).ok().body), before);
}

#[test]
fn a_schema_that_lies_about_its_length_harms_nobody() {
    let site = Site::new();
    let blog = site.data().join("blog.db");
    let whole = fs::read(&blog).unwrap();
    let at = |text: &[u8]| whole.windows(text.len()).position(|run| run == text);
    let text = at(b"CREATE TABLE listing").unwrap();
    // The row's header is before its text: each of its bytes is made larger in turn,
    // and so is the list of where rows begin.
    for place in (text - 40..text).chain(100..130) {
        let mut broken = whole.clone();
        broken[place] = 0xff;
        fs::write(&blog, &broken).unwrap();
        let answer = site.get("/");
        assert!([200, 500, 503].contains(&answer.status), "byte {place}");
    }
}

#[test]
fn a_separator_in_a_setting_separates_nothing() {
    let site = Site::new();
    site.sql(
        "UPDATE site SET title = 'A' || char(31) || 'B', footer = char(31), nav = char(31),
                         style = char(31) || 'p {}'",
    );
    site.get("/").ok().has("AB");
}
