//! Writing at the desk: drafts that are saved against the version they began from,
//! and published.

use rusqlite::{Connection, OptionalExtension, params};

use super::publish::{self, Counting};
use super::{Desk, draft};
use crate::date::Date;
use crate::draft::Draft;
use crate::error::Result;
use crate::post::Ready;

/// What became of a save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is the draft's new version.
    As(i64),
    /// Somebody else saved before; this is theirs, and nothing was overwritten.
    Behind(Box<Draft>, i64),
    /// The draft is not on the desk any more.
    Gone,
}

/// Begins a draft. Returns its number.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn begin(desk: &mut Desk, new: &Draft, saved: &str) -> Result<i64> {
    desk.private(|desk| {
        desk.execute(
            "INSERT INTO draft (kind, title, slug, tags, link_url, via_url, via_title, source,
                                source_url, context, text, origin, saved)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            params![
                new.kind.number(),
                new.title,
                new.slug,
                new.tags,
                new.link_url,
                new.via_url,
                new.via_title,
                new.source,
                new.source_url,
                new.context,
                new.text,
                new.origin,
                saved,
            ],
        )?;
        Ok(desk.last_insert_rowid())
    })
}

/// Saves a draft, unless it has changed since `version`. What the form does not ask
/// about, its kind and its origin, stays.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn save(desk: &mut Desk, id: i64, version: i64, new: &Draft, saved: &str) -> Result<Saved> {
    let changed = desk.private(|desk| {
        desk.execute(
            "UPDATE draft SET title = ?3, slug = ?4, tags = ?5, link_url = ?6, via_url = ?7,
                    via_title = ?8, source = ?9, source_url = ?10, context = ?11, text = ?12,
                    saved = ?13, version = version + 1
             WHERE id = ?1 AND version = ?2",
            params![
                id,
                version,
                new.title,
                new.slug,
                new.tags,
                new.link_url,
                new.via_url,
                new.via_title,
                new.source,
                new.source_url,
                new.context,
                new.text,
                saved,
            ],
        )
    })?;
    Ok(match changed {
        0 => match draft::find(&desk.connection, id)? {
            Some((theirs, version)) => Saved::Behind(Box::new(theirs), version),
            None => Saved::Gone,
        },
        _ => Saved::As(version + 1),
    })
}

/// Stores a post where the public sees it, and only then takes its draft off the
/// desk. A crash between leaves both, and `tidy` finishes; doing it twice changes
/// nothing, for the post is known by the draft's origin. `render` is given the slug
/// that is free on the post's day.
///
/// # Errors
/// What `render` says, and whatever keeps a file from being written.
pub fn publish(
    desk: &mut Desk,
    id: i64,
    version: i64,
    (date, slug, origin): (Date, &str, &str),
    render: impl FnOnce(String) -> Result<Ready>,
) -> Result<()> {
    desk.change(|tx| {
        if published(tx, origin)? {
            return Ok(());
        }
        let ready = render(publish::slug_for(tx, date, slug, None)?)?;
        publish::add(tx, &ready, Counting::Each).map(|_| ())
    })?;
    desk.private(|desk| {
        desk.execute(
            "DELETE FROM draft WHERE id = ?1 AND version = ?2",
            [id, version],
        )
    })?;
    Ok(())
}

/// Takes off the desk what was published before a program was killed.
///
/// # Errors
/// Whatever keeps a file from being written.
pub fn tidy(desk: &mut Desk) -> Result<()> {
    let mut statement = desk
        .connection
        .prepare("SELECT origin FROM draft WHERE origin LIKE 'desk/%'")?;
    let origins = statement.query_map([], |row| row.get::<_, String>(0))?;
    let origins = origins.collect::<rusqlite::Result<Vec<_>>>()?;
    drop(statement);
    for origin in origins {
        if published(&desk.connection, &origin)? {
            desk.private(|desk| desk.execute("DELETE FROM draft WHERE origin = ?1", [&origin]))?;
        }
    }
    Ok(())
}

/// Whether one of the thousand newest posts came from there. Origins have no index:
/// only whoever was killed while publishing asks again, and soon.
fn published(blog: &Connection, origin: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM post WHERE id > (SELECT max(id) FROM post) - 1000 AND origin = ?1";
    Ok(blog
        .query_row(sql, [origin], |_| Ok(()))
        .optional()?
        .is_some())
}
