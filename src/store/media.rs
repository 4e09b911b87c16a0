//! Uploaded files: rows of `desk.db`, and the files in `media/` that they tell of.

mod folder;
mod uses;

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::desk::Effect;
use super::{Desk, now};
use crate::error::{Error, Result};
use crate::media::{Item, Kept, Use, widths_of};
use crate::url::MEDIA;

pub use folder::{Alike, align, compare};
use uses::uses;
pub use uses::{TOLD, Uses};

/// How many files a page of the library has.
pub const PER_PAGE: usize = 48;

const COLUMNS: &str = "id, file, name, bytes, width, height, alt, added";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Item> {
    Ok(Item {
        id: row.get(0)?,
        file: row.get(1)?,
        name: row.get(2)?,
        bytes: row.get::<_, i64>(3)?.unsigned_abs(),
        width: row.get(4)?,
        height: row.get(5)?,
        alt: row.get(6)?,
        added: row.get(7)?,
    })
}

/// Enters a file that was taken in. One that is known stays as it is described.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn add(desk: &mut Desk, kept: &Kept, name: &str) -> Result<Item> {
    let (width, height) = kept.size.unwrap_or_default();
    let bytes = i64::try_from(kept.bytes).unwrap_or(i64::MAX);
    let file = kept.address.trim_start_matches(MEDIA);
    desk.private(|desk| {
        let sql = format!(
            "INSERT INTO media (file, name, bytes, width, height, alt, added) VALUES (?1, ?2, ?3, ?4, ?5, '', ?6)
             ON CONFLICT (file) DO UPDATE SET name = iif(name = '', excluded.name, name)
             RETURNING {COLUMNS}"
        );
        let values = params![file, name, bytes, width, height, now()];
        desk.query_row(&sql, values, from_row)
    })
}

/// The files whose name or description has all the words, the newest first, from
/// behind a number on; and the number to go on from, where there are more.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn page(desk: &Desk, words: &str, before: Option<i64>) -> Result<(Vec<Item>, Option<i64>)> {
    let sql = format!(
        "SELECT {COLUMNS} FROM media WHERE id < ?1 AND NOT EXISTS
           (SELECT 1 FROM (SELECT ?2 AS word UNION ALL SELECT ?3 UNION ALL SELECT ?4)
            WHERE instr(lower(name || ' ' || alt || ' ' || file), word) = 0)
         ORDER BY id DESC LIMIT ?5"
    );
    // Three words find a file among thousands; SQLite's lower() is for ASCII alone,
    // and so is this.
    let words = words.to_ascii_lowercase();
    let mut words = words.split_whitespace();
    let mut word = || words.next().unwrap_or_default();
    let (first, second, third) = (word(), word(), word());
    let mut statement = desk.connection.prepare(&sql)?;
    let before = before.unwrap_or(i64::MAX);
    let rows = statement.query_map(
        params![before, first, second, third, PER_PAGE as i64 + 1],
        from_row,
    )?;
    let mut items = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    let more = items.len() > PER_PAGE;
    items.truncate(PER_PAGE);
    let next = items.last().filter(|_| more).map(|item| item.id);
    Ok((items, next))
}

/// How many files there are.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn count(desk: &Desk) -> Result<i64> {
    let sql = "SELECT count(*) FROM media";
    Ok(desk.connection.query_row(sql, [], |row| row.get(0))?)
}

/// The file of that number.
///
/// # Errors
/// 404 where there is none.
pub fn find(desk: &Desk, id: i64) -> Result<Item> {
    item(&desk.connection, id)?.ok_or(Error::NotFound)
}

fn item(connection: &Connection, id: i64) -> rusqlite::Result<Option<Item>> {
    let sql = format!("SELECT {COLUMNS} FROM media WHERE id = ?1");
    connection.query_row(&sql, [id], from_row).optional()
}

/// Where files are used.
///
/// # Errors
/// Whatever keeps the files from being read.
pub fn uses_of(desk: &Desk, items: &[Item]) -> Result<Uses> {
    uses(&desk.connection, items)
}

/// Says what a file is called and what it shows. Returns whether there is such a file.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn describe(desk: &mut Desk, id: i64, name: &str, alt: &str) -> Result<bool> {
    desk.private(|desk| {
        let sql = "UPDATE media SET name = ?2, alt = ?3 WHERE id = ?1";
        Ok(desk.execute(sql, params![id, name, alt])? > 0)
    })
}

/// Deletes a file that nothing shows, from the folder and from the library. Returns
/// what shows it, in which case it stays. Nobody publishes meanwhile.
///
/// # Errors
/// 404 where there is no such file, and whatever keeps it from being deleted.
pub fn remove(desk: &mut Desk, data: &Path, id: i64) -> Result<Vec<Use>> {
    desk.attempt(|tx| {
        let item = item(tx, id)?.ok_or(Error::NotFound)?;
        let found = uses(tx, std::slice::from_ref(&item))?.of(&item.file);
        if !found.is_empty() {
            return Ok((found, Effect::None));
        }
        // The row goes last: whoever is interrupted can do it once more.
        let folder = data.join("media");
        for name in widths_of(&item.file).chain([item.file.clone()]) {
            match fs::remove_file(folder.join(&name)) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    let cause = format!("media/{name} can't be deleted: {error}");
                    return Err(Error::Internal(cause));
                }
                _ => {}
            }
        }
        tx.execute("DELETE FROM media WHERE id = ?1", [id])?;
        Ok((Vec::new(), Effect::Private))
    })
}
