//! The bin: what was deleted and can be had back for a while.

use rusqlite::{OptionalExtension, params};

use super::draft::{COLUMNS, columns, from_row};
use super::{Desk, revision};
use crate::draft::Draft;
use crate::error::Result;
use crate::listing::Moment;

/// How long the bin keeps what is in it.
pub const DAYS: i64 = 30;

/// Something in the bin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// Its number, as a draft.
    pub id: i64,
    /// Its version, as a draft.
    pub version: i64,
    /// What it is.
    pub draft: Draft,
    /// When it was deleted.
    pub deleted: Moment,
    /// Whether it was public, or waiting to be.
    pub public: bool,
}

/// Puts a draft in the bin.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn put(desk: &mut Desk, id: i64, now: Moment) -> Result<()> {
    let sql = "UPDATE draft SET deleted = ?2 WHERE id = ?1 AND deleted IS NULL";
    desk.private(|desk| desk.execute(sql, params![id, now]))?;
    Ok(())
}

/// What is in the bin, the last first.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn all(desk: &Desk) -> Result<Vec<Removed>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        ", id, version, deleted, public FROM draft WHERE deleted IS NOT NULL
         ORDER BY deleted DESC, id DESC"
    );
    let mut statement = desk.connection.prepare(sql)?;
    let rows = statement.query_map([], removed)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// One thing that is in the bin.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn find(desk: &Desk, id: i64) -> Result<Option<Removed>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        ", id, version, deleted, public FROM draft WHERE id = ?1 AND deleted IS NOT NULL"
    );
    let found = desk.connection.query_row(sql, [id], removed);
    Ok(found.optional()?)
}

/// Lays a draft that was deleted on the desk again.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn restore(desk: &mut Desk, id: i64) -> Result<()> {
    let sql = "UPDATE draft SET deleted = NULL, public = 0 WHERE id = ?1";
    desk.private(|desk| desk.execute(sql, [id]))?;
    Ok(())
}

/// Deletes something for good.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn purge(desk: &mut Desk, id: i64) -> Result<()> {
    let sql = "DELETE FROM draft WHERE id = ?1 AND deleted IS NOT NULL";
    desk.private(|desk| desk.execute(sql, [id]))?;
    revision::sweep(desk)
}

/// Deletes everything in the bin for good.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn empty(desk: &mut Desk) -> Result<()> {
    desk.private(|desk| desk.execute("DELETE FROM draft WHERE deleted IS NOT NULL", []))?;
    revision::sweep(desk)
}

/// Deletes what has been in the bin for too long. What was to be deleted, or was had
/// back, when a program was killed is public, and no longer in the bin either.
pub(super) fn tidy(desk: &mut Desk, now: Moment) -> Result<()> {
    let sql = "SELECT id FROM draft WHERE deleted IS NOT NULL AND (deleted < ?1 OR public = 1 AND (
                 post IN (SELECT id FROM scheduled UNION ALL SELECT id FROM page)
                 OR EXISTS (SELECT 1 FROM blog.post WHERE blog.post.id = draft.post)))";
    let done = {
        let mut done = desk.connection.prepare(sql)?;
        let done = done.query_map([now - DAYS * 86_400_000_000], |row| row.get(0))?;
        done.collect::<rusqlite::Result<Vec<i64>>>()?
    };
    for id in done {
        purge(desk, id)?;
    }
    Ok(())
}

fn removed(row: &rusqlite::Row<'_>) -> rusqlite::Result<Removed> {
    Ok(Removed {
        draft: from_row(row)?,
        id: row.get(COLUMNS)?,
        version: row.get(COLUMNS + 1)?,
        deleted: row.get(COLUMNS + 2)?,
        public: row.get(COLUMNS + 3)?,
    })
}
