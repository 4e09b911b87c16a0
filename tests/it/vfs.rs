//! Programs read the file through a layer of their own, and through SQLite's where
//! that is not enough. Nobody should be able to tell which.

use std::fs;

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
