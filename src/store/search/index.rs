//! Making the index, and bringing it up to date after each change. blog.db comes
//! first: whatever happens in between, the index follows later.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, Transaction, TransactionBehavior};

use super::log::Log;
use crate::error::{Error, Result};
use crate::post::Kind;
use crate::store::{BUSY, ROOMY, SEARCH_FILE, explain, schema};

/// How many posts a blog may have for the index to be made anew on the way.
const FEW: i64 = 20_000;

/// The columns of `post` that the index is made of.
macro_rules! sql {
    ($rest:expr) => {
        concat!(
            "SELECT id, moment, date, kind, title, tags, text, source FROM post ",
            $rest
        )
    };
}

/// Brings the index up to what is published: by the log of changes, or as a
/// whole where that does not go back far enough and the blog is small.
///
/// # Errors
/// What to do, where neither is possible or the file can't be written.
pub fn follow(blog: &Connection, folder: &Path) -> Result<()> {
    let path = folder.join(SEARCH_FILE);
    let (log, seq) = Log::read(blog)?;
    let changed = update(&path, &log, seq, blog).map_err(|error| explain(&error, &path))?;
    match changed {
        true => Ok(()),
        false if posts(blog)? <= FEW => rebuild(blog, folder, |_| {}),
        false => Err(Error::Unavailable(format!(
            "{} is behind by more than is remembered: run `mayfly rebuild --search`",
            path.display()
        ))),
    }
}

/// Takes over what the log has. Returns whether that was everything.
fn update(path: &Path, log: &Log, seq: i64, blog: &Connection) -> rusqlite::Result<bool> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let mut search = Connection::open_with_flags(path, flags)?;
    search.busy_timeout(BUSY)?;
    search.pragma_update(None, "cache_size", ROOMY)?;
    let tx = search.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let seen: i64 = tx.query_row("SELECT seq FROM state", [], |row| row.get(0))?;
    if seen == seq {
        return Ok(true);
    }
    // A file older than a restored backup of blog.db has seen another future.
    let Some(changed) = log.after(seen).filter(|_| seen < seq) else {
        return Ok(false);
    };
    for post in changed {
        take_out(&tx, post)?;
        let mut read = blog.prepare(sql!("WHERE id = ?1"))?;
        let mut rows = read.query([post])?;
        if let Some(row) = rows.next()? {
            put_in(&tx, row)?;
        }
    }
    tx.execute("UPDATE state SET seq = ?1", [seq])?;
    tx.commit()?;
    Ok(true)
}

/// Makes the index anew beside the old one and then puts it in its place, so that
/// whoever searches meanwhile has the old one. `done` hears how many posts are in.
///
/// # Errors
/// Whatever keeps the files from being read or written.
pub fn rebuild(blog: &Connection, folder: &Path, done: impl Fn(u64)) -> Result<()> {
    let (path, new) = (
        folder.join(SEARCH_FILE),
        folder.join(format!("{SEARCH_FILE}.new-{}", std::process::id())),
    );
    // Made by us and not by SQLite, which would let others of the host read it.
    let opened = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&new);
    opened.map_err(|error| Error::Internal(format!("{}: {error}", new.display())))?;
    let made = make(blog, &new, done).map_err(|error| explain(&error, &new));
    let placed = made.and_then(|()| {
        let journal = folder.join(format!("{SEARCH_FILE}-journal"));
        // What an interrupted writer left belongs to the file that goes.
        match fs::remove_file(journal) {
            Ok(()) | Err(_) => {}
        }
        fs::rename(&new, &path)
            .map_err(|error| Error::Internal(format!("{}: {error}", path.display())))
    });
    if placed.is_err() {
        match fs::remove_file(&new) {
            Ok(()) | Err(_) => {}
        }
    }
    placed
}

fn make(blog: &Connection, new: &Path, done: impl Fn(u64)) -> rusqlite::Result<()> {
    let mut search = Connection::open_in_memory()?;
    search.execute("ATTACH ?1 AS search", [new.to_string_lossy()])?;
    // Nobody reads the file before it is whole, and nobody misses it.
    search.execute_batch(
        "PRAGMA search.journal_mode = OFF; PRAGMA search.synchronous = OFF;
         PRAGMA search.cache_size = -65536;",
    )?;
    schema::create(&search, "search")?;
    let (_, seq) = Log::read(blog)?;
    let tx = search.transaction()?;
    let mut read = blog.prepare(sql!("ORDER BY moment"))?;
    let mut rows = read.query([])?;
    let mut number = 0;
    while let Some(row) = rows.next()? {
        put_in(&tx, row)?;
        number += 1;
        if number % 256 == 0 {
            done(number);
        }
    }
    tx.execute("INSERT INTO state (seq) VALUES (?1)", [seq])?;
    tx.commit()?;
    search.execute_batch("PRAGMA search.synchronous = FULL; PRAGMA search.journal_mode = TRUNCATE;")
}

fn posts(blog: &Connection) -> rusqlite::Result<i64> {
    let sql =
        "SELECT coalesce(sum(entries + links + quotes + notes), 0) FROM period WHERE date < 10000";
    blog.query_row(sql, [], |row| row.get(0))
}

fn take_out(tx: &Transaction<'_>, post: i64) -> rusqlite::Result<()> {
    let key = tx
        .prepare_cached("SELECT key FROM doc WHERE post = ?1")?
        .query_row([post], |row| row.get::<_, i64>(0))
        .optional()?;
    if let Some(key) = key {
        tx.prepare_cached("DELETE FROM word WHERE rowid = ?1")?
            .execute([key])?;
        tx.prepare_cached("DELETE FROM doc WHERE key = ?1")?
            .execute([key])?;
    }
    Ok(())
}

fn put_in(tx: &Transaction<'_>, row: &Row<'_>) -> rusqlite::Result<()> {
    let mut key = row.get::<_, i64>(1)?.div_euclid(1_000_000);
    let mut taken = tx.prepare_cached("SELECT 1 FROM doc WHERE key = ?1")?;
    while taken.exists([key])? {
        key += 1;
    }
    let kind = row.get(3)?;
    let word = Kind::from_number(kind).map_or("", Kind::name);
    let tags = row.get_ref(5)?.as_str()?;
    tx.prepare_cached(
        "INSERT INTO word (rowid, title, tags, text, source, kind) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute((
        key,
        row.get_ref(4)?.as_str()?,
        tags,
        row.get_ref(6)?.as_str()?,
        row.get_ref(7)?.as_str()?,
        format!("kind{word}"),
    ))?;
    tx.prepare_cached("INSERT INTO doc (key, post, date, kind, tags) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute((
            key,
            row.get::<_, i64>(0)?,
            row.get::<_, i64>(2)?,
            kind,
            tags,
        ))?;
    Ok(())
}
