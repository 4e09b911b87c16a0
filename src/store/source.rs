//! Posts read back as their authors wrote them, to be rendered anew.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::listing::date_column;
use super::publish::{refresh_nav, slug_for};
use super::{redirect, scheduled};
use crate::draft::Draft;
use crate::error::{Error, Result};
use crate::listing::Moment;
use crate::markdown;
use crate::media::Shelf;
use crate::post::{Kind, LocalTime};
use crate::publish::{self, Press, Writing};
use crate::url;

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

/// The scheduled posts, each with its id.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn scheduled(tx: &Transaction<'_>) -> Result<Vec<(i64, Writing)>> {
    let mut statement = tx.prepare_cached(
        "SELECT id, moment, updated, slug, kind, title, tags, link_url, via_url, via_title, source,
                source_url, context, origin, text
         FROM scheduled ORDER BY moment",
    )?;
    let posts = statement.query_map([], writing)?;
    Ok(posts.collect::<rusqlite::Result<_>>()?)
}

/// Renders what is scheduled anew, with the local times and the days it has in the
/// time zone of `press`. Its moments stay.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn reschedule(tx: &Transaction<'_>, press: &Press) -> Result<()> {
    for (id, mut writing) in scheduled(tx)? {
        if let Some(date) = publish::local_date(writing.moment, &press.zone) {
            writing.slug = slug_for(tx, date, &writing.slug, Some(id))?;
        }
        let slug = writing.slug.clone();
        let mut ready = publish::post(writing, press)
            .map_err(|error| Error::Internal(format!("the post \"{slug}\": {error}")))?;
        ready.post.id = id;
        super::scheduled::put(tx, &ready)?;
    }
    Ok(())
}

/// The static pages, each with its id and its place in the navigation.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn pages(tx: &Transaction<'_>) -> Result<Vec<(i64, i64, Writing)>> {
    let mut statement = tx.prepare_cached(
        "SELECT id, nav, path, title, updated, origin, text FROM page ORDER BY path",
    )?;
    let pages = statement.query_map([], static_page)?;
    Ok(pages.collect::<rusqlite::Result<_>>()?)
}

/// What is public, or is to be at a set minute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// As its author wrote it.
    pub writing: Writing,
    /// Of a page: its place in the navigation.
    pub nav: i64,
    /// Its pretty path.
    pub path: String,
    /// Whether it still waits for its minute.
    pub waits: bool,
}

impl Source {
    /// It as a draft, another version of what is public under `id`.
    pub fn draft(&self, id: i64) -> Draft {
        let writing = self.writing.clone();
        Draft {
            title: writing.title,
            slug: writing.slug.trim_matches('/').to_owned(),
            tags: writing.tags.join(" "),
            link_url: writing.link_url,
            via_url: writing.via_url,
            via_title: writing.via_title,
            source: writing.source,
            source_url: writing.source_url,
            context: writing.context,
            text: writing.text,
            nav: self.nav,
            post: Some(id),
            // The date of a page says when it changed, and not where it is.
            moment: Some(writing.moment).filter(|_| writing.kind != Kind::Page),
            updated: writing.updated,
            origin: writing.origin,
            ..Draft::new(writing.kind)
        }
    }
}

/// The post, the scheduled post or the page of an id.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn find(db: &Connection, id: i64) -> Result<Option<Source>> {
    for (table, waits) in [("post", false), ("scheduled", true)] {
        let mut statement = db.prepare_cached(&format!(
            "SELECT id, moment, updated, slug, kind, title, tags, link_url, via_url, via_title, source,
                    source_url, context, origin, text, published, date
             FROM {table} WHERE id = ?1"
        ))?;
        let found = statement.query_row([id], |row| {
            let mut writing = writing(row)?.1;
            if !waits {
                writing.settled = Some((LocalTime(row.get(15)?), LocalTime(row.get(2)?)));
            }
            Ok((writing, date_column(row, 16)?))
        });
        if let Some((writing, date)) = found.optional()? {
            return Ok(Some(Source {
                nav: 0,
                path: url::post(date, &writing.slug),
                waits,
                writing,
            }));
        }
    }
    let mut statement = db.prepare_cached(
        "SELECT id, nav, path, title, updated, origin, text FROM page WHERE id = ?1",
    )?;
    let found = statement.query_row([id], static_page).optional()?;
    Ok(found.map(|(_, nav, writing)| Source {
        nav,
        path: writing.slug.clone(),
        waits: false,
        writing,
    }))
}

fn static_page(row: &Row<'_>) -> rusqlite::Result<(i64, i64, Writing)> {
    let updated = moment(&LocalTime(row.get(4)?));
    let mut writing = Writing::new(Kind::Page, updated.unwrap_or(0));
    writing.updated = updated;
    writing.slug = row.get(2)?;
    writing.title = row.get(3)?;
    writing.origin = row.get(5)?;
    writing.text = row.get(6)?;
    Ok((row.get(0)?, row.get(1)?, writing))
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
