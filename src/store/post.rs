//! Reading one post.

use rusqlite::{Connection, OptionalExtension, Row};

use super::listing::{date_column, mention};
use super::{Blog, scheduled};
use crate::date::Date;
use crate::error::Result;
use crate::post::{Kind, LocalTime, Page, Post, Ready, Wanted};

/// The columns of `post` that pages show, in the order `from_row` reads them.
macro_rules! columns {
    () => {
        "id, moment, date, slug, kind, published, updated, title, tags, summary, words,
         link_url, via_url, via_title, source, source_url, html"
    };
}

/// The post and its neighbours.
///
/// # Errors
/// 404 for no such post, 301 where it has moved or was asked for by another
/// spelling, 410 where it was deleted.
pub fn page(blog: &Blog, wanted: &Wanted) -> Result<Page> {
    let Some((date, slug)) = &wanted.address else {
        return Err(blog.missing(&wanted.path));
    };
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM post WHERE date = ?1 AND slug = ?2"
    );
    let found = blog
        .connection
        .query_row(sql, (date.number(), slug), from_row)
        .optional()?;
    let Some(post) = found else {
        return Err(blog.missing(&wanted.path));
    };
    wanted.path.must_be(&post.path())?;
    let neighbour = |sql: &str| {
        blog.connection
            .query_row(sql, [post.moment], mention)
            .optional()
    };
    Ok(Page {
        previous: neighbour(
            "SELECT date, slug, label FROM listing WHERE moment < ?1 ORDER BY moment DESC LIMIT 1",
        )?,
        next: neighbour(
            "SELECT date, slug, label FROM listing WHERE moment > ?1 ORDER BY moment LIMIT 1",
        )?,
        post,
    })
}

/// The whole of a post, as it was stored: to compare a new version with.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn stored(db: &Connection, id: i64) -> Result<Option<Ready>> {
    let mut statement = db.prepare_cached(
        "SELECT id, p.moment, p.date, p.slug, kind, published, updated, title, tags, summary, words,
                link_url, via_url, via_title, source, source_url, p.html, context, origin, text,
                label, listing.html
         FROM post p CROSS JOIN listing USING (moment) WHERE id = ?1",
    )?;
    Ok(statement.query_row([id], scheduled::ready).optional()?)
}

/// The id and the title of the post at an address.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn at(db: &Connection, date: Date, slug: &str) -> Result<Option<(i64, String)>> {
    let mut statement =
        db.prepare_cached("SELECT id, title FROM post WHERE date = ?1 AND slug = ?2")?;
    let found = statement.query_row((date.number(), slug), |row| Ok((row.get(0)?, row.get(1)?)));
    Ok(found.optional()?)
}

/// A post from a row that begins with `columns`.
pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Post> {
    let kind = row.get(4)?;
    Ok(Post {
        id: row.get(0)?,
        moment: row.get(1)?,
        date: date_column(row, 2)?,
        slug: row.get(3)?,
        kind: Kind::from_number(kind).ok_or(rusqlite::Error::IntegralValueOutOfRange(4, kind))?,
        published: LocalTime(row.get(5)?),
        updated: LocalTime(row.get(6)?),
        title: row.get(7)?,
        tags: row.get(8)?,
        summary: row.get(9)?,
        words: row.get::<_, u32>(10)? as usize,
        link_url: row.get(11)?,
        via_url: row.get(12)?,
        via_title: row.get(13)?,
        source: row.get(14)?,
        source_url: row.get(15)?,
        html: row.get(16)?,
    })
}
