//! What is published, as its author looks it over.

use rusqlite::params;

use super::Desk;
use super::listing::date_column;
use crate::draft::Draft;
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

/// How many links are looked through for an address: no index has their addresses, and
/// one would cost every reader some of the schema.
const LINKS: i64 = 20_000;

/// Another post that is about the same address as a link that is being written: its path
/// and its label. `http`, `www.`, fragments and last slashes make no difference. Only
/// the newest links are looked at.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn of_link(desk: &Desk, draft: &Draft) -> Result<Option<(String, String)>> {
    if draft.kind != Kind::Link || draft.link_url.is_empty() {
        return Ok(None);
    }
    let wanted = bare(&draft.link_url);
    let mut statement = desk.connection.prepare(
        "SELECT link_url, post.id, listing.date, listing.slug, label
         FROM tagging CROSS JOIN listing USING (moment) CROSS JOIN post ON post.id = listing.post
         WHERE tag = 2 ORDER BY tagging.moment DESC LIMIT ?1",
    )?;
    let mut rows = statement.query([LINKS])?;
    while let Some(row) = rows.next()? {
        if bare(row.get_ref(0)?.as_str().unwrap_or_default()) == wanted
            && draft.post != Some(row.get(1)?)
        {
            let path = url::post(
                date_column(row, 2)?,
                row.get_ref(3)?.as_str().unwrap_or_default(),
            );
            return Ok(Some((path, row.get(4)?)));
        }
    }
    Ok(None)
}

/// An address without what makes no difference.
fn bare(url: &str) -> &str {
    let url = url.split('#').next().unwrap_or_default();
    let url = url.split_once("://").map_or(url, |(_, rest)| rest);
    url.strip_prefix("www.")
        .unwrap_or(url)
        .trim_end_matches('/')
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
