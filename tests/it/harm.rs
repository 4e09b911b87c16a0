//! What goes wrong around a blog, and what people are told then: a disk that fails at any
//! one call, files with flipped bytes, limits that are too low, places that can't be
//! written to, a clock that was set back.

mod clock;
mod disk;
mod every;
mod flipped;
mod limits;
mod place;
mod shim;

use rusqlite::Connection;

use crate::guestbook;
use crate::site::{Reply, Request, Signed, Site};

/// What no answer may have in it, whoever asked.
const SECRETS: [&str; 9] = [
    "SELECT ",
    "INSERT ",
    "panicked",
    "src/",
    "sqlite",
    "SQLite",
    ".db",
    "I/O error",
    "os error",
];

/// Insists that an answer is whole and that one which tells of a failure says so to each
/// in his words: a sentence and an id to the visitor, the cause to the log.
#[track_caller]
fn clear(reply: Reply) -> Reply {
    if reply.status < 500 {
        return reply;
    }
    assert!(matches!(reply.status, 500 | 503), "{}", reply.exchange);
    let log = reply.log().to_owned();
    assert!(log.starts_with("mayfly "), "{}", reply.exchange);
    let owners = reply.header("Cache-Control") == Some("private, no-store");
    // The owner is told more, who can do something about it.
    let secrets = if owners { &SECRETS[..4] } else { &SECRETS[..] };
    for secret in secrets {
        assert!(!reply.body.contains(secret), "{secret}: {}", reply.exchange);
    }
    reply
}

/// What a statement counts in one of the files.
pub fn number(site: &Site, file: &str, sql: &str) -> i64 {
    let db = Connection::open(site.data().join(file)).unwrap();
    db.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// Insists that every file is whole and that counts agree with rows.
#[track_caller]
pub fn whole(site: &Site) {
    for file in ["blog.db", "desk.db", "guestbook.db", "search.db"] {
        let db = Connection::open(site.data().join(file)).unwrap();
        let said: String = db
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(said, "ok", "{file}");
    }
    let counted = "SELECT last = (SELECT max(id) FROM (
                       SELECT id FROM message UNION ALL SELECT id FROM comment UNION ALL SELECT id FROM queue
                   )) FROM tally";
    assert_eq!(number(site, "guestbook.db", counted), 1);
}

/// A blog with a post, a message and a comment.
pub fn blog() -> Site {
    let front = "title: A post\ndate: 2025-07-05 15:05\nslug: a-post\ntags: [sea, wind]";
    let site = Site::new().post("a-post.md", front, "Text about boats.");
    guestbook::run(
        &site,
        "settings --publish at-once --per-address 0 --per-minute 0",
    );
    guestbook::run(&site, "comments --always");
    guestbook::write(&site, "Ann", "A message.").status(303);
    guestbook::write_at(&site, "/comments/1/", "Ann", "A comment.").status(303);
    site
}

/// Pages of that blog, of all kinds that strangers' texts or posts are on.
pub const PAGES: [&str; 8] = [
    "/",
    "/2025/Jul/5/a-post/",
    "/tags/sea/",
    "/2025/",
    "/feed.atom",
    "/search/?q=boats",
    "/guestbook/",
    "/comments/1/",
];

/// What changes from one answer to the next, taken out: the tokens of forms.
fn lasting(body: &str) -> String {
    let mut parts = body.split("name=\"form\" value=\"");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(part.split_once('"').map_or("", |(_, rest)| rest));
    }
    text
}

#[track_caller]
/// Insists that `mayfly check` finds nothing.
fn agrees(site: &Site) {
    let check = site.mayfly(&["check"]);
    let said = String::from_utf8_lossy(&check.stdout).into_owned();
    assert!(check.status.success(), "{said}");
}

/// The request that sends a text to the guestbook or below a post.
fn of_the_guestbook<'a>(site: &'a Site, target: &str, text: &str) -> Request<'a> {
    let token = guestbook::token(site, 60);
    let fields = [("name", "Ann"), ("message", text), ("form", &token)];
    site.form(target, &fields)
}

/// The request that publishes a note.
fn note<'a>(browser: &Signed<'a>, text: &str) -> Request<'a> {
    let fields = [("kind", "note"), ("text", text), ("do", "publish")];
    browser.form("/admin/new/", &fields)
}

/// How many rows of a table have a text.
fn stored(site: &Site, file: &str, table: &str, text: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table} WHERE text = '{text}'");
    number(site, file, &sql)
}
