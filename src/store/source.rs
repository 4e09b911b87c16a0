//! Posts read back as their authors wrote them, to be rendered anew.

use rusqlite::{Row, Transaction, params};

use super::publish::refresh_nav;
use super::{redirect, scheduled};
use crate::error::Result;
use crate::listing::Moment;
use crate::markdown;
use crate::media::Shelf;
use crate::post::{Kind, LocalTime};
use crate::publish::Writing;

/// Empties the lists, so that nothing in them outlives the post it came from;
/// `publish::replace` fills them again.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn clear(tx: &Transaction<'_>) -> Result<()> {
    Ok(tx.execute_batch("DELETE FROM listing; DELETE FROM tagging;")?)
}

/// The next posts behind an id, in the order of ids, each with its own.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn posts(tx: &Transaction<'_>, after: i64, limit: i64) -> Result<Vec<(i64, Writing)>> {
    let mut statement = tx.prepare_cached(
        "SELECT id, moment, updated, slug, kind, title, tags, link_url, via_url, via_title, source,
                source_url, context, origin, text
         FROM post WHERE id > ?1 ORDER BY id LIMIT ?2",
    )?;
    let posts = statement.query_map(params![after, limit], writing)?;
    Ok(posts.collect::<rusqlite::Result<_>>()?)
}

/// The scheduled posts; their moments stand for ids.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn scheduled(tx: &Transaction<'_>) -> Result<Vec<Writing>> {
    let mut statement = tx.prepare_cached(
        "SELECT 0, moment, updated, slug, kind, title, tags, link_url, via_url, via_title, source,
                source_url, context, origin, text
         FROM scheduled ORDER BY moment",
    )?;
    let posts = statement.query_map([], |row| writing(row).map(|(_, writing)| writing))?;
    Ok(posts.collect::<rusqlite::Result<_>>()?)
}

/// The static pages, each with its place in the navigation.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn pages(tx: &Transaction<'_>) -> Result<Vec<(i64, Writing)>> {
    let mut statement = tx
        .prepare_cached("SELECT path, title, nav, updated, origin, text FROM page ORDER BY path")?;
    let pages = statement.query_map([], |row| {
        let mut writing = Writing::new(Kind::Page, moment(&LocalTime(row.get(3)?)).unwrap_or(0));
        writing.slug = row.get(0)?;
        writing.title = row.get(1)?;
        writing.origin = row.get(4)?;
        writing.text = row.get(5)?;
        Ok((row.get(2)?, writing))
    })?;
    Ok(pages.collect::<rusqlite::Result<_>>()?)
}

/// Makes anew what is small: the tags' descriptions, redirects without detours, the
/// next moment something is due, the navigation.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn refresh_small(tx: &Transaction<'_>, shelf: &Shelf) -> Result<()> {
    let mut described = tx.prepare("SELECT name, description FROM tag WHERE description > ''")?;
    let tags = described.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (name, description) in tags.collect::<rusqlite::Result<Vec<(String, String)>>>()? {
        let description = markdown::strip(&description);
        let html = markdown::Text::parse(&description, shelf).html(2, &name);
        tx.execute("UPDATE tag SET html = ?2 WHERE name = ?1", [name, html])?;
    }
    redirect::straighten(tx)?;
    scheduled::settle_next(tx)?;
    refresh_nav(tx)
}

fn writing(row: &Row<'_>) -> rusqlite::Result<(i64, Writing)> {
    let kind = row.get(4)?;
    let kind = Kind::from_number(kind).ok_or(rusqlite::Error::IntegralValueOutOfRange(4, kind))?;
    let tags: String = row.get(6)?;
    let writing = Writing {
        kind,
        moment: row.get(1)?,
        updated: moment(&LocalTime(row.get(2)?)),
        slug: row.get(3)?,
        title: row.get(5)?,
        tags: tags.split_ascii_whitespace().map(String::from).collect(),
        link_url: row.get(7)?,
        via_url: row.get(8)?,
        via_title: row.get(9)?,
        source: row.get(10)?,
        source_url: row.get(11)?,
        context: row.get(12)?,
        origin: row.get(13)?,
        text: row.get(14)?,
    };
    Ok((row.get(0)?, writing))
}

fn moment(time: &LocalTime) -> Option<Moment> {
    time.0
        .parse::<jiff::Timestamp>()
        .ok()
        .map(|time| time.as_microsecond())
}
