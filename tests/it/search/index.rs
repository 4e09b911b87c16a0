//! `search.db`: how it follows what is published, and what is noticed, said and mended
//! when it is missing, broken or behind.

use std::os::unix::fs::PermissionsExt;

use super::{B, blog, found, search};
use crate::site::Site;

#[test]
fn the_index_follows_what_is_published() {
    let site = blog();
    assert_eq!(found(&site, "kites"), [B]);
    site.import("2024-06-02-b.md", "kind: note", "Only birds above.");
    assert!(found(&site, "kites").is_empty());
    assert_eq!(found(&site, "birds"), [B]);
    site.import("2025-08-01-e.md", "kind: note", "More birds.");
    assert_eq!(found(&site, "birds").len(), 2);
}

/// What a publisher leaves that is killed between the two files, and what a program
/// does that publishes a scheduled post and knows no index.
#[test]
fn whoever_searches_catches_up() {
    let site = blog();
    let data = site.data();
    let before = std::fs::read(data.join("search.db")).unwrap();
    site.import("2025-08-01-e.md", "kind: note", "Late birds.");
    std::fs::write(data.join("search.db"), before).unwrap();
    assert_eq!(found(&site, "birds").len(), 1);
    let index = rusqlite::Connection::open(data.join("search.db")).unwrap();
    let seen: i64 = index
        .query_row("SELECT seq FROM state", [], |row| row.get(0))
        .unwrap();
    let blog = rusqlite::Connection::open(data.join("blog.db")).unwrap();
    let seq: i64 = blog
        .query_row("SELECT seq FROM site", [], |row| row.get(0))
        .unwrap();
    assert_eq!(seen, seq);
}

#[test]
fn words_are_found_by_their_stems_where_the_owner_wants_it() {
    let site = blog();
    assert!(found(&site, "boat").is_empty());
    let rebuild = |whether: &str| {
        let output = site.mayfly(&["rebuild", "--search", "--stems", whether]);
        assert!(output.status.success());
    };
    rebuild("on");
    let page = search(&site, "boat garden OR sailing").ok();
    assert_eq!(page.texts(".found mark"), ["boats", "Sails"]);
    // It stays so, whatever becomes of the index.
    site.import("2025-08-01-e.md", "kind: note", "A sailing boat.");
    assert_eq!(found(&site, "sails boats").len(), 2);
    std::fs::remove_file(site.data().join("search.db")).unwrap();
    assert!(site.mayfly(&["rebuild", "--search"]).status.success());
    assert_eq!(found(&site, "boat").len(), 4);
    rebuild("off");
    assert_eq!(found(&site, "boat").len(), 1);
}

#[test]
fn an_index_that_is_missing_or_broken_is_noticed_and_mended() {
    let site = blog();
    let file = site.data().join("search.db");
    for damage in [
        None,
        Some("not a database, however long it may be"),
        Some(""),
    ] {
        std::fs::remove_file(&file).unwrap();
        if let Some(content) = damage {
            std::fs::write(&file, content).unwrap();
        }
        let page = search(&site, "boats").status(503);
        assert!(
            page.log().contains("mayfly rebuild --search"),
            "{}",
            page.log()
        );
        page.has("index is missing or broken");
        let rebuilt = site.mayfly(&["rebuild", "--search"]);
        assert!(rebuilt.status.success());
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(found(&site, "boats").len(), 3);
    }
}

/// Bytes that a disk or a program changed in the file: whatever SQLite still makes of
/// it, nobody sees a failure, and what is noticed is said with its cure.
#[test]
fn a_damaged_index_never_fails_a_request() {
    let site = blog();
    let file = site.data().join("search.db");
    let whole = std::fs::read(&file).unwrap();
    let mut noticed = 0;
    for start in (0..whole.len()).step_by(2048) {
        let mut damaged = whole.clone();
        let end = (start + 700).min(whole.len());
        damaged[start..end].fill(0xa5);
        std::fs::write(&file, damaged).unwrap();
        let page = search(&site, "boats red -kites");
        if page.status != 200 {
            let page = page.status(503);
            assert!(
                page.log().contains("mayfly rebuild --search"),
                "{start}: {}",
                page.log()
            );
            page.has("index is missing or broken");
            noticed += 1;
        }
    }
    assert!(noticed > 3, "only {noticed} kinds of damage were noticed");
    // Half of the file, as a copy that was cut short leaves it.
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    search(&site, "boats")
        .status(503)
        .has("index is missing or broken");
    assert!(site.mayfly(&["rebuild", "--search"]).status.success());
    assert_eq!(found(&site, "boats").len(), 3);
}

/// An index of another version, of another blog's future, and one whose words were
/// found in another way: none of them answers for this blog.
#[test]
fn an_index_that_does_not_belong_here_is_not_believed() {
    let site = blog();
    let change = |sql: &str| {
        let index = rusqlite::Connection::open(site.data().join("search.db")).unwrap();
        index.execute_batch(sql).unwrap();
    };
    change("PRAGMA user_version = 99");
    let page = search(&site, "boats").status(503);
    assert!(page.log().contains("schema 99"), "{}", page.log());
    assert!(site.mayfly(&["rebuild", "--search"]).status.success());
    for strange in ["seq = 99, stems = 0", "stems = 1", "seq = 0"] {
        change(&format!(
            "DELETE FROM word WHERE 1; UPDATE state SET {strange}"
        ));
        // A small blog's is made anew on the way.
        assert_eq!(found(&site, "boats").len(), 3, "{strange}");
    }
}

/// A writer that was killed leaves its journal: whoever searches next rolls back.
#[test]
fn a_half_written_index_is_rolled_back() {
    let site = blog();
    let file = site.data().join("search.db");
    let index = rusqlite::Connection::open(&file).unwrap();
    index
        .execute_batch(
            "PRAGMA cache_spill = 1; PRAGMA cache_size = 1; BEGIN; DELETE FROM doc;
                        UPDATE spelling SET word = word || 'x'; DELETE FROM hint;",
        )
        .unwrap();
    // As the file and its journal are at this moment, with nobody left who writes.
    let copy = site.scratch();
    for name in ["search.db", "search.db-journal"] {
        std::fs::copy(site.data().join(name), copy.join(name)).unwrap();
    }
    drop(index);
    for name in ["search.db", "search.db-journal"] {
        std::fs::copy(copy.join(name), site.data().join(name)).unwrap();
    }
    assert_eq!(found(&site, "boats").len(), 3);
}

#[test]
fn the_index_is_smaller_than_the_text() {
    let site = Site::new();
    assert!(site.mayfly(&["seed", "--posts", "1000"]).status.success());
    let blog = rusqlite::Connection::open(site.data().join("blog.db")).unwrap();
    let sql = "SELECT sum(octet_length(text) + octet_length(title)) FROM post";
    let text: i64 = blog.query_row(sql, [], |row| row.get(0)).unwrap();
    let index = std::fs::metadata(site.data().join("search.db"))
        .unwrap()
        .len();
    assert!(
        i64::try_from(index).unwrap() < text,
        "{index} bytes of index for {text} of text"
    );
}
