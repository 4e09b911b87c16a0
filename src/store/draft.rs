//! Drafts: rows of `desk.db`, which no page reads.

use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use super::Desk;
use crate::draft::Draft;
use crate::error::Result;
use crate::post::Kind;

/// Lays a draft on the desk in place of the one of the same origin, if there is
/// one. Returns whether that changed anything. `saved` is the time it is now,
/// RFC 3339.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn put(tx: &Transaction<'_>, draft: &Draft, saved: &str) -> Result<bool> {
    let values: [&dyn rusqlite::ToSql; 13] = [
        &draft.kind.number(),
        &draft.title,
        &draft.slug,
        &draft.tags,
        &draft.link_url,
        &draft.via_url,
        &draft.via_title,
        &draft.source,
        &draft.source_url,
        &draft.context,
        &draft.text,
        &draft.origin,
        &saved,
    ];
    let changed = tx
        .prepare_cached(
            "INSERT INTO draft (kind, title, slug, tags, link_url, via_url, via_title, source,
                                source_url, context, text, origin, saved)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
             ON CONFLICT (origin) DO UPDATE SET
               kind = excluded.kind, title = excluded.title, slug = excluded.slug,
               tags = excluded.tags, link_url = excluded.link_url, via_url = excluded.via_url,
               via_title = excluded.via_title, source = excluded.source,
               source_url = excluded.source_url, context = excluded.context,
               text = excluded.text, saved = excluded.saved,
               version = draft.version + 1
             WHERE (kind, title, slug, tags, link_url, via_url, via_title, source, source_url,
                    context, text)
                IS NOT (excluded.kind, excluded.title, excluded.slug, excluded.tags,
                        excluded.link_url, excluded.via_url, excluded.via_title, excluded.source,
                        excluded.source_url, excluded.context, excluded.text)",
        )?
        .execute(values.as_slice())?;
    Ok(changed > 0)
}

/// Takes a draft off the desk. Returns whether there was one.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn remove(tx: &Transaction<'_>, origin: &str) -> Result<bool> {
    let removed = tx
        .prepare_cached("DELETE FROM draft WHERE origin = ?1")?
        .execute([origin])?;
    Ok(removed > 0)
}

/// Every draft with when it was saved, the last one first.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn all(desk: &Desk) -> Result<Vec<(i64, Draft, String)>> {
    let mut statement = desk.connection.prepare(
        "SELECT kind, title, slug, tags, link_url, via_url, via_title, source, source_url, context,
                text, coalesce(origin, ''), id, saved
         FROM draft ORDER BY saved DESC, id DESC",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(12)?, from_row(row)?, row.get(13)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A draft and its version.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn find(desk: &Connection, id: i64) -> Result<Option<(Draft, i64)>> {
    let mut statement = desk.prepare(
        "SELECT kind, title, slug, tags, link_url, via_url, via_title, source, source_url, context,
                text, coalesce(origin, ''), version
         FROM draft WHERE id = ?1",
    )?;
    let found = statement.query_row([id], |row| Ok((from_row(row)?, row.get(12)?)));
    Ok(found.optional()?)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Draft> {
    let kind = row.get(0)?;
    Ok(Draft {
        kind: Kind::from_number(kind).ok_or(rusqlite::Error::IntegralValueOutOfRange(0, kind))?,
        title: row.get(1)?,
        slug: row.get(2)?,
        tags: row.get(3)?,
        link_url: row.get(4)?,
        via_url: row.get(5)?,
        via_title: row.get(6)?,
        source: row.get(7)?,
        source_url: row.get(8)?,
        context: row.get(9)?,
        text: row.get(10)?,
        origin: row.get(11)?,
    })
}
