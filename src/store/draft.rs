//! Drafts: rows of `desk.db`, which no page reads.

use rusqlite::{Connection, OptionalExtension, Row, ToSql, Transaction};

use super::Desk;
use crate::draft::Draft;
use crate::error::Result;
use crate::post::Kind;

/// The columns that an author fills in or that come with what is being changed, in
/// the order in which `Columns` gives them and `from_row` reads them.
macro_rules! columns {
    () => {
        "kind, title, slug, tags, link_url, via_url, via_title, source, source_url, context, text,
         nav, date, utc_offset, post, moment, updated, paths, origin"
    };
}

/// A place for each of them; the next is ?20.
macro_rules! places {
    () => {
        "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19"
    };
}

#[cfg(feature = "admin")]
pub(super) use {columns, places};

/// How many columns that are.
pub(super) const COLUMNS: usize = 19;

/// A draft's values in the order of the columns.
pub(super) struct Columns<'a> {
    draft: &'a Draft,
    kind: i64,
    /// Two drafts may have none.
    origin: Option<&'a str>,
}

impl<'a> Columns<'a> {
    pub(super) fn new(draft: &'a Draft) -> Columns<'a> {
        Columns {
            draft,
            kind: draft.kind.number(),
            origin: Some(draft.origin.as_str()).filter(|origin| !origin.is_empty()),
        }
    }

    pub(super) fn params(&self) -> Vec<&dyn ToSql> {
        let draft = self.draft;
        vec![
            &self.kind,
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
            &draft.nav,
            &draft.date,
            &draft.utc_offset,
            &draft.post,
            &draft.moment,
            &draft.updated,
            &draft.paths,
            &self.origin,
        ]
    }
}

/// Lays a draft on the desk in place of the one of the same origin, if there is
/// one, even in the bin. Returns whether that changed anything. `saved` is the time
/// it is now, RFC 3339.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn put(tx: &Transaction<'_>, draft: &Draft, saved: &str) -> Result<bool> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        ", id, deleted IS NOT NULL FROM draft WHERE origin = ?1"
    );
    let found = tx
        .prepare_cached(sql)?
        .query_row([&draft.origin], |row| {
            Ok((from_row(row)?, row.get(COLUMNS)?, row.get(COLUMNS + 1)?))
        })
        .optional()?;
    let Some((kept, id, binned)): Option<(Draft, i64, bool)> = found else {
        insert(tx, draft, saved)?;
        return Ok(true);
    };
    // What it is a version of is for the desk to know, and for no file.
    let draft = Draft {
        post: kept.post,
        moment: kept.moment,
        updated: kept.updated,
        paths: kept.paths.clone(),
        ..draft.clone()
    };
    if kept == draft && !binned {
        return Ok(false);
    }
    let columns = Columns::new(&draft);
    let mut values = columns.params();
    values.extend([&saved as &dyn ToSql, &id]);
    let sql = concat!(
        "UPDATE draft SET (",
        columns!(),
        ") = (",
        places!(),
        "), saved = ?20, version = version + 1, deleted = NULL WHERE id = ?21"
    );
    tx.prepare_cached(sql)?.execute(values.as_slice())?;
    Ok(true)
}

/// Lays another draft on the desk. Returns its number.
pub(super) fn insert(desk: &Connection, draft: &Draft, saved: &str) -> rusqlite::Result<i64> {
    let columns = Columns::new(draft);
    let mut values = columns.params();
    values.push(&saved);
    let sql = concat!(
        "INSERT INTO draft (",
        columns!(),
        ", saved) VALUES (",
        places!(),
        ", ?20)"
    );
    desk.prepare_cached(sql)?.execute(values.as_slice())?;
    Ok(desk.last_insert_rowid())
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
    let sql = concat!(
        "SELECT ",
        columns!(),
        ", id, saved FROM draft WHERE deleted IS NULL ORDER BY saved DESC, id DESC"
    );
    let mut statement = desk.connection.prepare(sql)?;
    let rows = statement.query_map([], |row| {
        Ok((row.get(COLUMNS)?, from_row(row)?, row.get(COLUMNS + 1)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A draft and its version.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn find(desk: &Connection, id: i64) -> Result<Option<(Draft, i64)>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        ", version FROM draft WHERE id = ?1 AND deleted IS NULL"
    );
    let mut statement = desk.prepare_cached(sql)?;
    let found = statement.query_row([id], |row| Ok((from_row(row)?, row.get(COLUMNS)?)));
    Ok(found.optional()?)
}

/// The number of the draft that is another version of a post, if there is one.
pub(super) fn of_post(desk: &Connection, post: i64) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT max(id) FROM draft WHERE post = ?1 AND deleted IS NULL";
    desk.query_row(sql, [post], |row| row.get(0))
}

/// A draft from a row that begins with `columns`.
pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Draft> {
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
        nav: row.get(11)?,
        date: row.get(12)?,
        utc_offset: row.get(13)?,
        post: row.get(14)?,
        moment: row.get(15)?,
        updated: row.get(16)?,
        paths: row.get(17)?,
        origin: row.get::<_, Option<String>>(18)?.unwrap_or_default(),
    })
}
