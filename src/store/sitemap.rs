//! What the sitemap reads: addresses, and when what is there was changed. They are
//! handed on one by one, for a file may have 50,000 of them.

use rusqlite::{Row, params};

use super::Blog;
use super::listing::date_column;
use super::{archive, post};
use crate::archive::Period;
use crate::date::timestamp;
use crate::error::{Error, Result};
use crate::post::Kind;
use crate::sitemap::{MOST, Part};
use crate::url;

/// Hands the addresses of a file to `found`, each with the time of its last change
/// as RFC 3339 has it, or nothing where no time would be true.
///
/// # Errors
/// 404 for a period without posts.
pub fn each(blog: &Blog, part: Part, mut found: impl FnMut(&str, &str)) -> Result<()> {
    match part {
        Part::Index => index(blog, &mut found),
        Part::Pages => pages(blog, &mut found),
        Part::Tags => tags(blog, &mut found),
        Part::Posts(period) => posts(blog, period, &mut found),
    }
}

/// The other files. Each is named in as few pieces as the protocol allows.
fn index(blog: &Blog, found: &mut impl FnMut(&str, &str)) -> Result<()> {
    found(&Part::Pages.path(), "");
    found(&Part::Tags.path(), "");
    for year in blog.site.years() {
        for month in pieces(blog, Period::Year(year))? {
            let days = match month.full {
                true => pieces(blog, month.period)?,
                false => vec![month],
            };
            for day in days {
                found(&Part::Posts(day.period).path(), &timestamp(day.changed));
            }
        }
    }
    Ok(())
}

/// A period that may have a file of its own.
struct Piece {
    period: Period,
    /// When anything of it was last published, changed or taken back.
    changed: i64,
    /// Whether it has more posts than a file may have.
    full: bool,
}

/// The period itself, or its months or days where it has too many posts.
fn pieces(blog: &Blog, period: Period) -> Result<Vec<Piece>> {
    let mut periods = blog.connection.prepare_cached(
        "SELECT date, changed, entries + links + quotes + notes FROM period
         WHERE date BETWEEN ?1 AND ?2 ORDER BY date",
    )?;
    let mut between = |first: i64, last: i64| -> Result<Vec<Piece>> {
        let rows = periods.query_map([first, last], piece)?;
        Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
    };
    let number = period.number();
    let whole = between(number, number)?;
    match (whole.first(), period) {
        (Some(piece), Period::Year(_) | Period::Month(..)) if piece.full => {
            between(number * 100 + 1, number * 100 + 99)
        }
        _ => Ok(whole),
    }
}

fn piece(row: &Row<'_>) -> rusqlite::Result<Piece> {
    let number: i64 = row.get(0)?;
    let period = Period::from_number(number);
    Ok(Piece {
        period: period.ok_or(rusqlite::Error::IntegralValueOutOfRange(0, number))?,
        changed: row.get(1)?,
        full: row.get::<_, i64>(2)? > MOST,
    })
}

/// The posts of a period, oldest first.
fn posts(blog: &Blog, period: Period, found: &mut impl FnMut(&str, &str)) -> Result<()> {
    let counts = archive::counts(&blog.connection, period)?.ok_or(Error::NotFound)?;
    // The first columns of a long row are read without the rest of it.
    let mut posts = blog.connection.prepare(
        "SELECT listing.date, listing.slug, head
         FROM listing CROSS JOIN post ON post.id = listing.post
         WHERE listing.moment BETWEEN ?1 AND ?2 ORDER BY listing.moment LIMIT ?3",
    )?;
    let mut rows = posts.query(params![counts.oldest, counts.newest, MOST])?;
    while let Some(row) = rows.next()? {
        let path = url::post(
            date_column(row, 0)?,
            row.get_ref(1)?.as_str().map_err(text)?,
        );
        found(&path, post::changed(row, 2)?);
    }
    Ok(())
}

/// What is neither a post nor a tag.
fn pages(blog: &Blog, found: &mut impl FnMut(&str, &str)) -> Result<()> {
    found("/", "");
    let mut any = blog
        .connection
        .prepare("SELECT 1 FROM tagging WHERE tag = ?1 LIMIT 1")?;
    for kind in Kind::DATED {
        if any.exists([kind.number()])? {
            found(&url::kind(kind), "");
        }
    }
    // Every path begins with a slash, which lets the key be searched, not scanned.
    let mut pages = blog
        .connection
        .prepare("SELECT path, updated FROM page WHERE path > '' ORDER BY path LIMIT ?1")?;
    let mut rows = pages.query([MOST])?;
    while let Some(row) = rows.next()? {
        found(
            row.get_ref(0)?.as_str().map_err(text)?,
            row.get_ref(1)?.as_str().map_err(text)?,
        );
    }
    Ok(())
}

fn tags(blog: &Blog, found: &mut impl FnMut(&str, &str)) -> Result<()> {
    found(url::TAGS, "");
    let mut tags = blog
        .connection
        .prepare("SELECT name FROM tag WHERE name > '' AND posts > 0 ORDER BY name LIMIT ?1")?;
    let mut rows = tags.query([MOST - 1])?;
    while let Some(row) = rows.next()? {
        found(&url::tag(row.get_ref(0)?.as_str().map_err(text)?), "");
    }
    Ok(())
}

fn text(error: rusqlite::types::FromSqlError) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
}
