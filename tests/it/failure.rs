//! What visitor and operator are told when the blog can't be read: the one a
//! page without causes, the other a line that says what to do.

use std::fs;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use rusqlite::Connection;

use crate::site::{Reply, Site};

/// Every program, for all of them open the blog.
const ADDRESSES: [&str; 6] = [
    "/",
    "/2025/Jul/5/slug/",
    "/2025/",
    "/tags/",
    "/about/",
    "/feed.atom",
];

/// Insists on a failure that is told as it should be, by every program.
#[track_caller]
fn fails(site: &Site, data: &Path, status: u16, cause: &str) {
    for address in ADDRESSES {
        let request = site.ask(address);
        let reply = request.var("MAYFLY_DATA", data.to_str().unwrap()).run();
        told(reply.status(status), cause, address);
    }
}

#[track_caller]
fn told(reply: Reply, cause: &str, address: &str) {
    let log = reply.log().to_owned();
    assert_eq!(log.lines().count(), 1, "{}", reply.exchange);
    assert!(
        log.starts_with("mayfly ") && log.contains(cause),
        "{}",
        reply.exchange
    );
    assert!(log.contains(" GET "), "{address}: {log}");
    let id = &reply.texts("main code")[0];
    assert!(log.contains(&format!("[{id}]")), "{}", reply.exchange);
    assert_eq!(reply.texts("main h1").len(), 1);
    assert_eq!(
        reply.attributes("meta[name=robots]", "content"),
        ["noindex"]
    );
    assert!(reply.body.contains("<style>"), "a page without styles");
    let wait = reply.header("Retry-After").map(str::parse::<u16>);
    assert_eq!(reply.status == 503, matches!(wait, Some(Ok(1..=60))));
    assert_eq!(reply.header("ETag"), None);
    for secret in [
        "blog.db",
        "sqlite",
        "SQLite",
        "mayfly init",
        "/nowhere",
        "desk.db",
    ] {
        assert!(!reply.body.contains(secret), "{secret}: {}", reply.exchange);
    }
}

#[test]
fn no_data_directory() {
    let site = Site::new();
    fails(&site, "/nowhere".as_ref(), 500, "mayfly init");
    fails(&site, "/etc/passwd".as_ref(), 500, "mayfly init");
    fails(&site, &site.scratch(), 500, "mayfly init");
    for address in ADDRESSES {
        let reply = site.ask(address).without("MAYFLY_DATA").run();
        told(reply.status(500), "mayfly.conf", address);
    }
}

#[test]
fn something_else_where_the_file_should_be() {
    let site = Site::new();
    let folder = site.scratch();
    let file = folder.join("blog.db");

    fs::create_dir(&file).unwrap();
    fails(&site, &folder, 503, "look whether it is a file");
    fs::remove_dir(&file).unwrap();

    // A link may lead to a file of somebody else's.
    std::os::unix::fs::symlink(site.data().join("blog.db"), &file).unwrap();
    fails(&site, &folder, 500, "blog.db");
    fs::remove_file(&file).unwrap();

    fs::write(&file, "Dear diary,\n".repeat(1000)).unwrap();
    fails(&site, &folder, 500, "is not a SQLite file");

    fs::write(&file, "").unwrap();
    fails(&site, &folder, 500, "no blog of Mayfly's");
    fs::remove_file(&file).unwrap();

    let foreign = Connection::open(&file).unwrap();
    foreign
        .execute_batch("CREATE TABLE site (title TEXT); INSERT INTO site VALUES ('x')")
        .unwrap();
    fails(&site, &folder, 500, "no blog of Mayfly's");
    foreign.execute_batch("PRAGMA user_version = 1").unwrap();
    fails(&site, &folder, 500, "blog.db");
    drop(foreign);

    // The other file of a blog is none.
    fs::copy(site.data().join("desk.db"), &file).unwrap();
    fails(&site, &folder, 500, "no blog of Mayfly's");
}

#[test]
fn another_version_of_the_schema() {
    let site = Site::new();
    site.sql("PRAGMA user_version = 0");
    fails(&site, &site.data(), 503, "run `mayfly migrate`");
    site.sql("PRAGMA user_version = 99");
    fails(&site, &site.data(), 503, "newer than");
}

#[test]
fn a_damaged_file() {
    let site = Site::new();
    let path = site.data().join("blog.db");
    let whole = fs::read(&path).unwrap();
    // The whole of it but the header, which still says that it is a blog.
    let mut file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start(100)).unwrap();
    file.write_all(&vec![0xa5; whole.len() - 100]).unwrap();
    drop(file);
    fails(&site, &site.data(), 500, "is damaged");
    // And a copy that ended early.
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    fails(&site, &site.data(), 500, "is damaged");
    fs::write(&path, &whole).unwrap();
    site.get("/").ok();
}

#[test]
fn a_row_that_is_missing() {
    let site = Site::new();
    site.sql("DELETE FROM site");
    fails(&site, &site.data(), 500, "blog.db");
}

#[test]
fn a_lock_that_nobody_gives_back() {
    let site = Site::new();
    let writer = Connection::open(site.data().join("blog.db")).unwrap();
    writer.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let reply = site.get("/").status(503);
    told(reply, "stayed locked", "/");
    // What needs no blog is answered all the same.
    site.ask("/").method("DELETE").run().status(405);
    writer.execute_batch("COMMIT").unwrap();
    site.get("/").ok();
}

#[test]
fn a_writer_at_work_keeps_nobody_waiting() {
    let site = Site::new();
    let writer = Connection::open(site.data().join("blog.db")).unwrap();
    writer
        .execute_batch("BEGIN IMMEDIATE; UPDATE site SET title = 'Unfinished'")
        .unwrap();
    site.get("/").ok().lacks("Unfinished");
    writer.execute_batch("COMMIT").unwrap();
    site.get("/").ok().has("Unfinished");
}

/// Leaves the blog as a writer does that is killed while it writes: half of the
/// new pages are in the file, and its journal has the old ones.
fn kill_a_writer(site: &Site) {
    let data = site.data();
    let (blog, journal) = (data.join("blog.db"), data.join("blog.db-journal"));
    let kept = site.scratch();
    let writer = Connection::open(&blog).unwrap();
    // A cache of no pages makes it write before it commits.
    writer
        .execute_batch(
            "PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN IMMEDIATE;
             UPDATE site SET title = 'Half-written';
             CREATE TABLE filler (text TEXT);
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
             INSERT INTO filler SELECT hex(randomblob(2000)) FROM n;",
        )
        .unwrap();
    fs::copy(&blog, kept.join("blog.db")).unwrap();
    fs::copy(&journal, kept.join("blog.db-journal")).unwrap();
    writer.execute_batch("ROLLBACK").unwrap();
    drop(writer);
    fs::copy(kept.join("blog.db"), &blog).unwrap();
    fs::copy(kept.join("blog.db-journal"), &journal).unwrap();
    let mut hot = [0; 8];
    fs::File::open(&journal)
        .unwrap()
        .read_exact(&mut hot)
        .unwrap();
    assert_eq!(
        hot,
        [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7],
        "not a hot journal"
    );
}

#[test]
fn what_a_killed_writer_left_is_rolled_back() {
    for address in ADDRESSES {
        let site = Site::new();
        kill_a_writer(&site);
        let reply = site.get(address);
        assert!(
            reply.status == 200 || reply.status == 404,
            "{}",
            reply.exchange
        );
        assert_eq!(reply.log(), "");
        reply.lacks("Half-written");
        let journal = fs::read(site.data().join("blog.db-journal")).unwrap_or_default();
        assert!(
            journal.iter().all(|&byte| byte == 0),
            "the journal is still hot"
        );
    }
}

#[test]
fn a_missing_page_leads_back_into_the_blog() {
    let site = Site::new();
    let reply = site.get("/none/").status(404);
    assert_eq!(reply.log(), "");
    assert!(
        reply.links().contains(&"/tags/".to_owned()),
        "{:?}",
        reply.links()
    );
    assert_eq!(reply.header("ETag"), None);
}
