//! What is published, as its author looks it over.

use rusqlite::params;

use super::Desk;
use super::listing::date_column;
use crate::error::Result;
use crate::listing::Moment;
use crate::post::Kind;
use crate::published::{Listed, StaticPage};
use crate::url;

/// The posts right before a moment, the newest first.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn posts(desk: &Desk, before: Moment, limit: usize) -> Result<Vec<Listed>> {
    let mut statement = desk.connection.prepare(
        "SELECT post.id, listing.moment, listing.date, listing.slug, label, kind
         FROM listing CROSS JOIN post ON post.id = listing.post
         WHERE listing.moment < ?1 ORDER BY listing.moment DESC LIMIT ?2",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![before, limit], listed)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// All that waits for its minute, the first first.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn scheduled(desk: &Desk) -> Result<Vec<Listed>> {
    let mut statement = desk
        .connection
        .prepare("SELECT id, moment, date, slug, label, kind FROM scheduled ORDER BY moment, id")?;
    let rows = statement.query_map([], listed)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The static pages, in the order of the navigation, and then those that are not in it.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn pages(desk: &Desk) -> Result<Vec<StaticPage>> {
    let mut statement = desk
        .connection
        .prepare("SELECT id, path, title, nav FROM page ORDER BY nav = 0, nav, path")?;
    let rows = statement.query_map([], |row| {
        Ok(StaticPage {
            id: row.get(0)?,
            path: row.get(1)?,
            title: row.get(2)?,
            nav: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn listed(row: &rusqlite::Row<'_>) -> rusqlite::Result<Listed> {
    Ok(Listed {
        id: row.get(0)?,
        moment: row.get(1)?,
        path: url::post(date_column(row, 2)?, row.get_ref(3)?.as_str()?),
        label: row.get(4)?,
        kind: Kind::from_number(row.get(5)?).unwrap_or(Kind::Note),
    })
}
