//! Posts that wait for their minute. Nothing runs between requests, so the first
//! request after that minute publishes them.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, Transaction, TransactionBehavior};

use super::listing::date_column;
use super::publish::{self, Counting};
use super::{BLOG_FILE, BUSY, ROOMY, kept, note_change, now, open_file};
use crate::error::Result;
use crate::post::{Kind, LocalTime, Post, Ready};

/// The columns of `scheduled` in the order in which `ready` reads them.
macro_rules! columns {
    () => {
        "id, moment, date, slug, kind, published, updated, title, tags, summary, words,
         link_url, via_url, via_title, source, source_url, html, context, origin, image, text, label, listed"
    };
}

/// Lets a post wait for its moment, in place of the one of its id, if one waits.
/// Returns the id, which it keeps when it is published.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn put(tx: &Transaction<'_>, ready: &Ready) -> Result<i64> {
    let id = publish::own_id(tx, ready.post.id)?;
    let columns = publish::Columns::new(ready, ready.post.moment);
    let mut values = columns.params();
    values.extend([&ready.label as &dyn rusqlite::ToSql, &ready.listed, &id]);
    tx.prepare_cached(
        "INSERT OR REPLACE INTO scheduled
               (moment, date, slug, kind, published, updated, title, tags, summary, words, link_url,
                via_url, via_title, source, source_url, context, origin, html, image, text, label, listed, id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
                 ?20, ?21, ?22, ?23)",
    )?
    .execute(values.as_slice())?;
    settle_next(tx)?;
    Ok(id)
}

/// Gives a scheduled post other tags.
///
/// # Errors
/// Whatever keeps the file from being written.
#[cfg(feature = "admin")]
pub(super) fn retag(tx: &Transaction<'_>, id: i64, tags: &str, listed: &str) -> Result<()> {
    tx.execute(
        "UPDATE scheduled SET tags = ?2, listed = ?3 WHERE id = ?1",
        rusqlite::params![id, tags, listed],
    )?;
    Ok(())
}

/// Takes a scheduled post back before its moment. Returns whether there was one.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn remove(tx: &Transaction<'_>, id: i64) -> Result<bool> {
    let removed = tx.execute("DELETE FROM scheduled WHERE id = ?1", [id])?;
    settle_next(tx)?;
    Ok(removed > 0)
}

/// The post of that id, while it waits.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn stored(db: &Connection, id: i64) -> Result<Option<Ready>> {
    let sql = concat!("SELECT ", columns!(), " FROM scheduled WHERE id = ?1");
    let mut statement = db.prepare_cached(sql)?;
    Ok(statement.query_row([id], ready).optional()?)
}

/// Publishes what has come due, once, however many requests arrive together: the
/// first has the lock, and the others find nothing left to do.
pub(super) fn publish_due(folder: &Path) -> Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let mut blog = open_file(&folder.join(BLOG_FILE), flags)?;
    blog.busy_timeout(BUSY)?;
    blog.pragma_update(None, "cache_size", ROOMY)?;
    let tx = blog.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let now = now();
    let due = {
        let sql = concat!(
            "SELECT ",
            columns!(),
            " FROM scheduled WHERE moment <= ?1 ORDER BY moment, id"
        );
        let mut statement = tx.prepare(sql)?;
        let due = statement.query_map([now], ready)?;
        due.collect::<rusqlite::Result<Vec<Ready>>>()?
    };
    if due.is_empty() {
        return Ok(());
    }
    for post in &due {
        publish::add(&tx, post, Counting::Each)?;
    }
    tx.execute("DELETE FROM scheduled WHERE moment <= ?1", [now])?;
    tx.execute("UPDATE site SET seq = seq + 1", [])?;
    note_change(&tx)?;
    settle_next(&tx)?;
    let _quiet = kept::hush(folder)?;
    Ok(tx.commit()?)
}

/// A post from a row of all its columns, the id before them
/// and behind them what lists show.
pub(super) fn ready(row: &Row<'_>) -> rusqlite::Result<Ready> {
    let kind = row.get(4)?;
    let post = Post {
        id: row.get(0)?,
        moment: row.get(1)?,
        date: date_column(row, 2)?,
        slug: row.get(3)?,
        kind: Kind::from_number(kind).ok_or(rusqlite::Error::IntegralValueOutOfRange(4, kind))?,
        published: LocalTime(row.get(5)?),
        updated: LocalTime(row.get(6)?),
        title: row.get(7)?,
        tags: row.get(8)?,
        summary: row.get(9)?,
        words: row.get::<_, u32>(10)? as usize,
        link_url: row.get(11)?,
        via_url: row.get(12)?,
        via_title: row.get(13)?,
        source: row.get(14)?,
        source_url: row.get(15)?,
        image: row.get(19)?,
        html: row.get(16)?,
    };
    Ok(Ready {
        post,
        context: row.get(17)?,
        origin: row.get(18)?,
        text: row.get(20)?,
        label: row.get(21)?,
        listed: row.get(22)?,
    })
}

/// Notes when the first post is due.
pub(super) fn settle_next(tx: &Transaction<'_>) -> Result<()> {
    tx.execute(
        "UPDATE site SET next_due = (SELECT min(moment) FROM scheduled)",
        [],
    )?;
    Ok(())
}
