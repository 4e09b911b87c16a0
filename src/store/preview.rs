//! Links that show a draft to whoever has them.

use rusqlite::{OptionalExtension, params};

use super::{Desk, draft, source};
use crate::draft::Draft;
use crate::error::Result;
use crate::listing::Moment;

/// What a link shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The draft as it is.
    Draft(Box<Draft>),
    /// The address at which it was published.
    Public(String),
}

/// Makes a link to a draft.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn add(desk: &mut Desk, hash: &[u8], draft: i64, expires: Moment) -> Result<()> {
    let sql = "INSERT INTO preview (hash, draft, post, expires) VALUES (?1, ?2, NULL, ?3)";
    desk.private(|desk| desk.execute(sql, params![hash, draft, expires]))?;
    Ok(())
}

/// Revokes every link to a draft, and forgets those that have expired.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn revoke(desk: &mut Desk, draft: i64, now: Moment) -> Result<()> {
    let sql = "DELETE FROM preview WHERE draft = ?1 OR expires <= ?2";
    desk.private(|desk| desk.execute(sql, [draft, now]))?;
    Ok(())
}

/// How many links to a draft work, and when the last of them expires.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn of_draft(desk: &Desk, draft: i64, now: Moment) -> Result<(i64, Moment)> {
    let sql =
        "SELECT count(*), coalesce(max(expires), 0) FROM preview WHERE draft = ?1 AND expires > ?2";
    Ok(desk
        .connection
        .query_row(sql, [draft, now], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// What the link of that hash shows, if it still works.
///
/// # Errors
/// Whatever keeps the files from being read.
pub fn find(desk: &Desk, hash: &[u8], now: Moment) -> Result<Option<Shown>> {
    let sql = "SELECT draft, post FROM preview WHERE hash = ?1 AND expires > ?2";
    let found = desk
        .connection
        .query_row(sql, params![hash, now], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let Some((number, post)) = found else {
        return Ok(None);
    };
    if let Some((draft, _)) = draft::find(&desk.connection, number)? {
        return Ok(Some(Shown::Draft(Box::new(draft))));
    }
    let post: Option<i64> = post;
    let source = match post {
        Some(post) => source::find(&desk.connection, post)?,
        None => None,
    };
    let public = source.filter(|source| !source.waits);
    Ok(public.map(|source| Shown::Public(source.path)))
}
