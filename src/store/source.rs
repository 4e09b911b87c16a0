//! Posts read back as their authors wrote them, to be rendered anew.

use rusqlite::{Row, Transaction, params};

use super::publish::{refresh_nav, slug_for};
use super::{redirect, scheduled};
use crate::error::{Error, Result};
use crate::listing::Moment;
use crate::markdown;
use crate::media::Shelf;
use crate::post::{Kind, LocalTime};
use crate::publish::{self, Press, Writing};

/// Takes out of the lists what has outlived the post it came from. Every post has to
/// be in them, put there by `publish::replace`: then counting tells whether there is
/// more, and only a blog that was damaged is looked at row by row.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn sweep(tx: &Transaction<'_>) -> Result<()> {
    let number = |sql: &str| tx.query_row(sql, [], |row| row.get::<_, i64>(0));
    let posts = number("SELECT count(*) FROM post")?;
    if number("SELECT count(*) FROM listing")? != posts {
        tx.execute_batch(
            "DELETE FROM listing WHERE NOT EXISTS
               (SELECT 1 FROM post WHERE post.id = listing.post AND post.moment = listing.moment)",
        )?;
    }
    // A post has as many tags as spaces between them and one, or none.
    let tags = number(
        "SELECT coalesce(sum(length(tags) - length(replace(tags, ' ', '')) + (tags > '')), 0) FROM post",
    )?;
    if number("SELECT count(*) FROM tagging")? == posts + tags {
        return Ok(());
    }
    let mut known = tx.prepare("SELECT id, name FROM tag")?;
    let known = known.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let known = known.collect::<rusqlite::Result<Vec<(i64, String)>>>()?;
    tx.execute_batch("DELETE FROM tagging WHERE tag > 4 AND tag NOT IN (SELECT id FROM tag)")?;
    let mut untag = tx.prepare(
        "DELETE FROM tagging WHERE tag = ?1 AND NOT EXISTS
           (SELECT 1 FROM listing CROSS JOIN post ON post.id = listing.post
            WHERE listing.moment = tagging.moment
              AND (kind = ?1 OR instr(' ' || tags || ' ', ' ' || ?2 || ' ')))",
    )?;
    let kinds = Kind::DATED.map(|kind| (kind.number(), String::new()));
    for (tag, name) in kinds.iter().chain(&known) {
        untag.execute(params![tag, if name.is_empty() { "-" } else { name }])?;
    }
    Ok(())
}

/// The next posts behind an id, in the order of ids, each with its own. Their local
/// times are settled: a post keeps its day and its address.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn posts(tx: &Transaction<'_>, after: i64, limit: i64) -> Result<Vec<(i64, Writing)>> {
    let mut statement = tx.prepare_cached(
        "SELECT id, moment, updated, slug, kind, title, tags, link_url, via_url, via_title, source,
                source_url, context, origin, text, published
         FROM post WHERE id > ?1 ORDER BY id LIMIT ?2",
    )?;
    let posts = statement.query_map(params![after, limit], |row| {
        let (id, mut writing) = writing(row)?;
        writing.settled = Some((LocalTime(row.get(15)?), LocalTime(row.get(2)?)));
        Ok((id, writing))
    })?;
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

/// Renders what is scheduled anew, with the local times and the days it has in the
/// time zone of `press`. Its moments stay.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn reschedule(tx: &Transaction<'_>, press: &Press) -> Result<()> {
    for mut writing in scheduled(tx)? {
        super::scheduled::remove(tx, writing.moment)?;
        if let Some(date) = publish::local_date(writing.moment, &press.zone) {
            writing.slug = slug_for(tx, date, &writing.slug, None)?;
        }
        let slug = writing.slug.clone();
        let ready = publish::post(writing, press)
            .map_err(|error| Error::Internal(format!("the post \"{slug}\": {error}")))?;
        super::scheduled::add(tx, &ready)?;
    }
    Ok(())
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
        settled: None,
    };
    Ok((row.get(0)?, writing))
}

fn moment(time: &LocalTime) -> Option<Moment> {
    time.0
        .parse::<jiff::Timestamp>()
        .ok()
        .map(|time| time.as_microsecond())
}
