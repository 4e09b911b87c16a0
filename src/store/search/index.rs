//! Making the index, and bringing it up to date after each change. blog.db comes
//! first: whatever happens in between, the index follows later.

use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, Transaction, TransactionBehavior};

use super::log::{self, Log};
use crate::date::Date;
use crate::error::{Error, Result};
use crate::post::{Kind, LocalTime};
use crate::search::{KEY_SECONDS, kind_word, plain, spelling, words};
use crate::store::{BUSY, ROOMY, SEARCH_FILE, explain, open_file, schema};

/// How many posts a blog may have for the index to be made anew on the way.
const FEW: i64 = 20_000;

/// What the index is made of. A walk over all posts goes along `listing`, which is
/// in the order of time.
macro_rules! sql {
    ($rest:expr) => {
        concat!(
            "SELECT id, l.moment, l.date, kind, tags, l.slug, l.label, title, ",
            source!(),
            ", p.html FROM listing l CROSS JOIN post p ON p.id = l.post ",
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
    let cause = match changed {
        Followed::Whole => return Ok(()),
        _ if posts(blog)? <= FEW => return rebuild(blog, folder, |_| {}),
        Followed::TooFar => "is behind by more than is remembered",
        Followed::Otherwise => "has words as they were found before (--stems)",
    };
    Err(Error::Unavailable(format!(
        "{} {cause}: run `mayfly rebuild --search`",
        path.display()
    )))
}

/// How far an index could follow.
enum Followed {
    /// It has everything.
    Whole,
    /// It has missed more than the log has.
    TooFar,
    /// Its words were made in another way than the owner wants by now.
    Otherwise,
}

/// Takes over what the log has.
fn update(path: &Path, log: &Log, seq: i64, blog: &Connection) -> rusqlite::Result<Followed> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let mut search = open_file(path, flags)?;
    search.busy_timeout(BUSY)?;
    search.pragma_update(None, "cache_size", ROOMY)?;
    // Waits for the disk twice instead of four times. What a power cut could still
    // damage, on a file system that writes out of order, can be made again.
    search.pragma_update(None, "synchronous", "NORMAL")?;
    let tx = search.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let (seen, stems): (i64, bool) = tx.query_row("SELECT seq, stems FROM state", [], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    if stems != log.stems {
        return Ok(Followed::Otherwise);
    }
    if seen == seq {
        return Ok(Followed::Whole);
    }
    // A file older than a restored backup of blog.db has seen another future.
    let Some(changed) = log.after(seen).filter(|_| seen < seq) else {
        return Ok(Followed::TooFar);
    };
    for post in changed {
        match post {
            log::PAGES => put_pages(&tx, blog)?,
            post => {
                take_out(&tx, post)?;
                let mut read = blog.prepare(sql!(
                    "WHERE l.moment = (SELECT moment FROM post WHERE id = ?1)"
                ))?;
                if let Some(row) = read.query([post])?.next()? {
                    put_in(&tx, &Entry::of_post(row)?, None)?;
                }
            }
        }
    }
    tx.execute("UPDATE state SET seq = ?1", [seq])?;
    tx.commit()?;
    Ok(Followed::Whole)
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
    let (log, seq) = Log::read(blog)?;
    schema::create_index(&search, log.stems)?;
    let tx = search.transaction()?;
    let mut read = blog.prepare(sql!("ORDER BY l.moment"))?;
    let mut rows = read.query([])?;
    let (mut number, mut known, mut last) = (0, HashSet::new(), i64::MIN);
    while let Some(row) = rows.next()? {
        let mut entry = Entry::of_post(row)?;
        // In order of time no free key has to be looked for, however many share one.
        entry.key = entry.key.max(last.saturating_add(1));
        last = entry.key;
        put_in(&tx, &entry, Some(&mut known))?;
        number += 1;
        if number % 256 == 0 {
            done(number);
        }
    }
    put_pages(&tx, blog)?;
    let mut known: Vec<String> = known.into_iter().collect();
    known.sort_unstable();
    spell(&tx, known.iter().map(String::as_str))?;
    tx.execute(
        "INSERT INTO state (seq, stems) VALUES (?1, ?2)",
        (seq, log.stems),
    )?;
    tx.commit()?;
    search.execute_batch("PRAGMA search.synchronous = FULL; PRAGMA search.journal_mode = TRUNCATE;")
}

fn posts(blog: &Connection) -> rusqlite::Result<i64> {
    let sql =
        "SELECT coalesce(sum(entries + links + quotes + notes), 0) FROM period WHERE date < 10000";
    blog.query_row(sql, [], |row| row.get(0))
}

fn take_out(tx: &Transaction<'_>, post: i64) -> rusqlite::Result<()> {
    let found = tx
        .prepare_cached("SELECT key, slug FROM doc WHERE post = ?1")?
        .query_row([post], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((key, slug)): Option<(i64, String)> = found else {
        return Ok(());
    };
    for table in ["word WHERE rowid", "doc WHERE key"] {
        tx.prepare_cached(&format!("DELETE FROM {table} = ?1"))?
            .execute([key])?;
    }
    let mut hint = tx.prepare_cached("DELETE FROM hint WHERE word = ?1 AND key = ?2")?;
    for word in words(&slug) {
        hint.execute((word, key))?;
    }
    Ok(())
}

/// What the index has to know of a post or a page.
struct Entry<'a> {
    post: i64,
    /// Where its place in the index is, or begins to be looked for.
    key: i64,
    date: i64,
    kind: i64,
    tags: &'a str,
    slug: &'a str,
    label: &'a str,
    title: &'a str,
    source: String,
    text: String,
}

impl<'a> Entry<'a> {
    fn of_post(row: &'a Row<'_>) -> rusqlite::Result<Entry<'a>> {
        let text = |column| -> rusqlite::Result<&str> { Ok(row.get_ref(column)?.as_str()?) };
        Ok(Entry {
            post: row.get(0)?,
            key: row.get::<_, i64>(1)?.div_euclid(1_000_000 * KEY_SECONDS),
            date: row.get(2)?,
            kind: row.get(3)?,
            tags: text(4)?,
            slug: text(5)?,
            label: text(6)?,
            title: text(7)?,
            source: row.get(8)?,
            text: plain(text(9)?),
        })
    }

    /// A page has no id and no moment: it gets a number below 0, and stands at the
    /// day it last changed.
    fn of_page(number: i64, row: &'a Row<'_>) -> rusqlite::Result<Entry<'a>> {
        let text = |column| -> rusqlite::Result<&str> { Ok(row.get_ref(column)?.as_str()?) };
        let day = LocalTime(row.get(2)?).date();
        Ok(Entry {
            post: -number,
            key: day.map_or(0, Date::midnight).div_euclid(KEY_SECONDS),
            date: day.map_or(0, Date::number),
            kind: Kind::Page.number(),
            tags: "",
            slug: text(0)?,
            label: text(1)?,
            title: text(1)?,
            source: String::new(),
            text: plain(text(3)?),
        })
    }
}

/// Puts the pages in, in place of those that were there. There are few, and an
/// author changes one now and then.
fn put_pages(tx: &Transaction<'_>, blog: &Connection) -> rusqlite::Result<()> {
    let mut known = tx.prepare("SELECT post FROM doc WHERE post < 0")?;
    let known = known.query_map([], |row| row.get(0))?;
    for page in known.collect::<rusqlite::Result<Vec<i64>>>()? {
        take_out(tx, page)?;
    }
    let mut read = blog.prepare("SELECT path, title, updated, html FROM page ORDER BY path")?;
    let mut rows = read.query([])?;
    let mut number = 0;
    while let Some(row) = rows.next()? {
        number += 1;
        put_in(tx, &Entry::of_page(number, row)?, None)?;
    }
    Ok(())
}

/// Puts a post in. Its words are noted in `known`, or else in the file.
fn put_in(
    tx: &Transaction<'_>,
    entry: &Entry<'_>,
    known: Option<&mut HashSet<String>>,
) -> rusqlite::Result<()> {
    let mut key = entry.key;
    let mut taken = tx.prepare_cached("SELECT 1 FROM doc WHERE key = ?1")?;
    while taken.exists([key])? {
        key += 1;
    }
    let kind = Kind::from_number(entry.kind).map(kind_word);
    tx.prepare_cached(
        "INSERT INTO word (rowid, text, title, tags, source, kind) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute((
        key,
        &entry.text,
        entry.title,
        entry.tags,
        &entry.source,
        kind.unwrap_or_default(),
    ))?;
    tx.prepare_cached(
        "INSERT INTO doc (key, post, date, kind, tags, slug, label)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute((
        key,
        entry.post,
        entry.date,
        entry.kind,
        entry.tags,
        entry.slug,
        entry.label,
    ))?;
    let mut hint = tx.prepare_cached("INSERT OR IGNORE INTO hint (word, key) VALUES (?1, ?2)")?;
    for word in words(entry.slug) {
        hint.execute((word, key))?;
    }
    let texts = [entry.title, entry.tags, &entry.text, &entry.source];
    let texts = texts.join(" ").to_lowercase();
    let spelled = spelling::words(&texts);
    match known {
        Some(known) => {
            for word in spelled {
                if !known.contains(word) {
                    known.insert(word.to_owned());
                }
            }
            Ok(())
        }
        None => spell(tx, spelled),
    }
}

fn spell<'a>(tx: &Transaction<'_>, words: impl Iterator<Item = &'a str>) -> rusqlite::Result<()> {
    let mut add = tx.prepare_cached("INSERT OR IGNORE INTO spelling (word) VALUES (?1)")?;
    for word in words {
        add.execute([word])?;
    }
    Ok(())
}
