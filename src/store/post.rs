//! Reading one post.

use rusqlite::{Connection, OptionalExtension, Row};

use super::head::{fields, number};
use super::listing::date_column;
use super::{Blog, neighbour, scheduled};
use crate::comment::Subject;
use crate::date::Date;
use crate::error::Result;
use crate::listing::Mention;
use crate::post::{Kind, LocalTime, Page, Post, Ready, Wanted};

/// The columns of `post` that pages show, in the order `from_row` reads them.
macro_rules! columns {
    () => {
        "id, date, slug, head, html"
    };
}
pub(super) use columns;

/// The post and its neighbours.
///
/// # Errors
/// 404 for no such post, 301 where it has moved or was asked for by another
/// spelling, 410 where it was deleted.
pub fn page(blog: &Blog, wanted: &Wanted) -> Result<Page> {
    let Some((date, slug)) = &wanted.address else {
        return Err(blog.missing(&wanted.path));
    };
    let sql = "SELECT id, head, html, around FROM post WHERE date = ?1 AND slug = ?2";
    let found = blog
        .connection
        .query_row(sql, (date.number(), slug), |row| {
            let [previous, next] = neighbour::mentions(row, 3)?;
            Ok(Page {
                post: post(row, [0, 1, 2], *date, slug.clone())?,
                previous,
                next,
            })
        })
        .optional()?;
    let Some(page) = found else {
        return Err(blog.missing(&wanted.path));
    };
    wanted.path.must_be(&page.post.path())?;
    Ok(page)
}

/// The whole of a post, as it was stored: to compare a new version with.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn stored(db: &Connection, id: i64) -> Result<Option<Ready>> {
    let mut statement = db.prepare_cached(
        "SELECT id, p.moment, p.date, p.slug, kind, published, updated, title, tags, summary, words,
                link_url, via_url, via_title, source, source_url, p.html, context, origin, image, text,
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

impl Blog {
    /// The post of a number, as its comments name it.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    pub fn subject(&self, id: i64) -> Result<Option<Subject>> {
        subject(&self.connection, id)
    }
}

/// The post of a number, as its comments name it.
pub(super) fn subject(db: &Connection, id: i64) -> Result<Option<Subject>> {
    let sql = "SELECT id, date, slug, head, '' FROM post WHERE id = ?1";
    let found = db
        .prepare_cached(sql)?
        .query_row([id], from_row)
        .optional()?;
    Ok(found.map(|post| Subject {
        id,
        moment: post.moment,
        post: Mention {
            path: post.path(),
            label: post.label(),
            date: post.date,
        },
    }))
}

/// When a post was last changed, or else published, by its column `head`.
pub(super) fn changed<'a>(row: &'a Row<'_>, column: usize) -> rusqlite::Result<&'a str> {
    let head: [&str; FIELDS] = fields(row, column)?;
    Ok(match head[3] {
        "" => head[2],
        updated => updated,
    })
}

/// How many fields the column `head` has.
const FIELDS: usize = 14;

/// A post from a row that begins with `columns`.
pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Post> {
    post(row, [0, 3, 4], date_column(row, 1)?, row.get(2)?)
}

/// A post of a day and a slug, by where the columns `id`, `head` and `html` stand in a row.
fn post(
    row: &Row<'_>,
    [id, head, html]: [usize; 3],
    date: Date,
    slug: String,
) -> rusqlite::Result<Post> {
    let [
        moment,
        kind,
        published,
        updated,
        title,
        tags,
        summary,
        words,
        link_url,
        via_url,
        via_title,
        source,
        source_url,
        image,
    ]: [&str; FIELDS] = fields(row, head)?;
    let kind = number(kind, head)?;
    Ok(Post {
        id: row.get(id)?,
        moment: number(moment, head)?,
        date,
        slug,
        kind: Kind::from_number(kind)
            .ok_or(rusqlite::Error::IntegralValueOutOfRange(head, kind))?,
        published: LocalTime(published.to_owned()),
        updated: LocalTime(updated.to_owned()),
        title: title.to_owned(),
        tags: tags.to_owned(),
        summary: summary.to_owned(),
        words: number(words, head)?,
        link_url: link_url.to_owned(),
        via_url: via_url.to_owned(),
        via_title: via_title.to_owned(),
        source: source.to_owned(),
        source_url: source_url.to_owned(),
        image: image.to_owned(),
        html: row.get(html)?,
    })
}
