//! What drafts, and what was public, were before they were changed.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::Desk;
use super::draft::{self, COLUMNS, Columns, columns, from_row, places};
use crate::date::timestamp;
use crate::draft::Draft;
use crate::error::Result;
use crate::listing::Moment;

/// How many are kept of a draft or a post.
pub const KEPT: i64 = 100;

/// Of versions that the browser saved by itself, one in so many microseconds is kept.
const APART: Moment = 600_000_000;

/// A version of before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Its number.
    pub id: i64,
    /// What it was.
    pub draft: Draft,
    /// When it was saved, RFC 3339; or when it ceased to be public.
    pub saved: String,
    /// Whether readers saw it.
    pub public: bool,
}

/// Keeps what a draft is, if saving `new` changes it. What the browser saved by itself is
/// kept once in ten minutes, and what the author saved always.
pub(super) fn keep(
    desk: &Connection,
    (id, version): (i64, i64),
    new: &Draft,
    now: Moment,
) -> rusqlite::Result<()> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM draft WHERE id = ?1 AND version = ?2 AND deleted IS NULL AND (auto = 0 OR NOT EXISTS
            (SELECT 1 FROM revision WHERE draft = ?1 AND saved > ?3))"
    );
    let recently = timestamp(now - APART);
    let found = desk
        .prepare_cached(sql)?
        .query_row(params![id, version, recently], from_row)
        .optional()?;
    if found.is_none_or(|before| before == *new) {
        return Ok(());
    }
    let sql = concat!(
        "INSERT INTO revision (",
        columns!(),
        ", saved, draft, public) SELECT ",
        columns!(),
        ", saved, id, 0 FROM draft WHERE id = ?1"
    );
    desk.execute(sql, [id])?;
    prune(desk, id, new.post)
}

/// Keeps what is public, before the draft of that number is put in its place.
pub(super) fn keep_public(desk: &mut Desk, draft: i64, public: &Draft) -> Result<()> {
    desk.private(|desk| {
        let last = concat!(
            "SELECT ",
            columns!(),
            " FROM revision WHERE post = ?1 AND public = 1 ORDER BY id DESC LIMIT 1"
        );
        let last = desk.query_row(last, [public.post], from_row).optional()?;
        if last.as_ref() == Some(public) {
            return Ok(());
        }
        let columns = Columns::new(public);
        let saved = timestamp(super::now());
        let mut values = columns.params();
        values.extend([&saved as &dyn rusqlite::ToSql, &draft]);
        let sql = concat!(
            "INSERT INTO revision (",
            columns!(),
            ", saved, draft, public) VALUES (",
            places!(),
            ", ?20, ?21, 1)"
        );
        desk.execute(sql, values.as_slice())?;
        prune(desk, draft, public.post)
    })
}

/// The versions that a draft and a post had, the last first.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn all(desk: &Desk, draft: Option<i64>, post: Option<i64>) -> Result<Vec<Revision>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        ", id, saved, public FROM revision WHERE draft = ?1 OR post = ?2 ORDER BY id DESC"
    );
    let mut statement = desk.connection.prepare(sql)?;
    let rows = statement.query_map(params![draft, post], revision)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// One version that a draft or a post had.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn find(
    desk: &Desk,
    id: i64,
    draft: Option<i64>,
    post: Option<i64>,
) -> Result<Option<Revision>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        ", id, saved, public FROM revision WHERE id = ?1 AND (draft = ?2 OR post = ?3)"
    );
    let mut statement = desk.connection.prepare(sql)?;
    let found = statement.query_row(params![id, draft, post], revision);
    Ok(found.optional()?)
}

/// Deletes the versions of what is neither public nor on the desk nor in the bin.
pub(super) fn sweep(desk: &mut Desk) -> Result<()> {
    desk.private(|desk| {
        desk.execute_batch(
            "DELETE FROM revision WHERE draft NOT IN (SELECT id FROM draft)
               AND (post IS NULL OR post NOT IN (
                    SELECT post FROM draft WHERE post IS NOT NULL
                    UNION ALL SELECT id FROM page UNION ALL SELECT id FROM scheduled)
                  AND NOT EXISTS (SELECT 1 FROM blog.post WHERE blog.post.id = revision.post));
             DELETE FROM preview WHERE draft NOT IN (SELECT id FROM draft) AND post IS NULL;",
        )
    })
}

/// Forgets the oldest of too many.
fn prune(desk: &Connection, draft: i64, post: Option<i64>) -> rusqlite::Result<()> {
    let sql = "DELETE FROM revision WHERE id IN (
                 SELECT id FROM revision WHERE draft = ?1 OR post = ?2
                 ORDER BY id DESC LIMIT -1 OFFSET ?3)";
    desk.execute(sql, params![draft, post, KEPT])?;
    Ok(())
}

fn revision(row: &Row<'_>) -> rusqlite::Result<Revision> {
    Ok(Revision {
        draft: draft::from_row(row)?,
        id: row.get(COLUMNS)?,
        saved: row.get(COLUMNS + 1)?,
        public: row.get(COLUMNS + 2)?,
    })
}
