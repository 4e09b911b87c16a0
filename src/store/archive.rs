//! Reading the archive: what each year, month and day has.

use rusqlite::{Connection, OptionalExtension, Row};

use super::Blog;
use super::listing::{mention, of_time};
use crate::archive::{Counts, Page, Period, Wanted};
use crate::error::Result;
use crate::listing::{Mention, Order};
use crate::post::Kind;

/// How many titles of entries a year's page shows of each month. A month of a
/// person's blog has fewer; of a million posts it has thousands.
const TITLES: i64 = 40;

/// What an archive page shows.
///
/// # Errors
/// 404 where the period has no posts, 301 where it was spelled another way.
pub fn page(blog: &Blog, wanted: &Wanted) -> Result<Page> {
    let Some(period) = wanted.period else {
        return Err(blog.missing(&wanted.path));
    };
    let db = &blog.connection;
    let parts = parts(db, period)?;
    let Some(counts) = Counts::of_all(period, &parts) else {
        return Err(blog.missing(&wanted.path));
    };
    wanted.path.must_be(&period.path())?;
    let bounds = (counts.oldest, counts.newest);
    let (cut, order) = (wanted.cut, Order::OldestFirst);
    let slice = || {
        of_time(blog, bounds, cut, order, blog.site.per_page)?.settled(cut, order, &period.path())
    };
    Ok(match period {
        Period::Year(year) => Page::Year {
            year,
            months: titled(db, parts)?,
        },
        Period::Month(year, month) => Page::Month {
            year,
            month,
            counts,
            days: parts,
            slice: slice()?,
            around: around(db, period, 6)?,
        },
        Period::Day(date) => Page::Day {
            date,
            counts,
            slice: slice()?,
            around: around(db, period, 8)?,
        },
    })
}

macro_rules! columns {
    () => {
        "date, entries, links, quotes, notes, oldest, newest"
    };
}

fn counts_from(row: &Row<'_>) -> rusqlite::Result<Counts> {
    Ok(Counts {
        number: row.get(0)?,
        of_kind: [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?],
        oldest: row.get(5)?,
        newest: row.get(6)?,
    })
}

pub(super) fn counts(blog: &Connection, period: Period) -> Result<Option<Counts>> {
    let sql = concat!("SELECT ", columns!(), " FROM period WHERE date = ?1");
    Ok(blog
        .query_row(sql, [period.number()], counts_from)
        .optional()?)
}

/// The months of a year, the days of a month, or the day itself, as far as they have posts.
fn parts(blog: &Connection, period: Period) -> Result<Vec<Counts>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM period WHERE date BETWEEN ?1 AND ?2 ORDER BY date"
    );
    let number = period.number();
    let bounds = match period {
        Period::Year(_) | Period::Month(..) => [number * 100 + 1, number * 100 + 99],
        Period::Day(_) => [number, number],
    };
    let mut statement = blog.prepare(sql)?;
    let rows = statement.query_map(bounds, counts_from)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Months with the titles of their first entries.
fn titled(blog: &Connection, months: Vec<Counts>) -> Result<Vec<(Counts, Vec<Mention>)>> {
    let mut titles = blog.prepare(
        "SELECT date, slug, label FROM tagging CROSS JOIN listing USING (moment)
         WHERE tag = ?1 AND moment BETWEEN ?2 AND ?3 ORDER BY moment LIMIT ?4",
    )?;
    let months = months.into_iter().map(|counts| {
        let bounds = (Kind::Entry.number(), counts.oldest, counts.newest, TITLES);
        let entries = titles.query_map(bounds, mention)?;
        Ok((counts, entries.collect::<rusqlite::Result<_>>()?))
    });
    months.collect()
}

/// The nearest periods with posts, of the same number of digits.
fn around(blog: &Connection, period: Period, digits: u32) -> Result<[Option<Period>; 2]> {
    let nearest = |sql: &str, bound: i64| {
        let found = blog.query_row(sql, [period.number(), bound], |row| row.get::<_, i64>(0));
        found
            .optional()
            .map(|found| found.and_then(Period::from_number))
    };
    let (lowest, highest) = (10_i64.pow(digits - 1), 10_i64.pow(digits));
    Ok([
        nearest(
            "SELECT date FROM period WHERE date < ?1 AND date >= ?2 ORDER BY date DESC LIMIT 1",
            lowest,
        )?,
        nearest(
            "SELECT date FROM period WHERE date > ?1 AND date < ?2 ORDER BY date LIMIT 1",
            highest,
        )?,
    ])
}
