//! Reading the archive: what each year, month and day has.

use rusqlite::{Connection, OptionalExtension, Row};

use super::Blog;
use super::listing::{mention, of_time};
use crate::archive::{Counts, Page, Period, Wanted};
use crate::date::month_number;
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
    let Some(counts) = counts(db, period)? else {
        return Err(blog.missing(&wanted.path));
    };
    wanted.path.must_be(&period.path())?;
    let bounds = (counts.oldest, counts.newest);
    let (cut, order) = (wanted.cut, Order::OldestFirst);
    let slice =
        || of_time(db, bounds, cut, order, blog.site.per_page)?.settled(cut, order, &period.path());
    Ok(match period {
        Period::Year(year) => Page::Year {
            year,
            months: months(db, year)?,
        },
        Period::Month(year, month) => Page::Month {
            year,
            month,
            counts,
            days: days(db, year, month)?,
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

/// The periods whose numbers lie between two, both included.
fn between(blog: &Connection, from: i64, to: i64) -> Result<Vec<Counts>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM period WHERE date BETWEEN ?1 AND ?2 ORDER BY date"
    );
    let mut statement = blog.prepare(sql)?;
    let rows = statement.query_map([from, to], counts_from)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn days(blog: &Connection, year: u16, month: u8) -> Result<Vec<Counts>> {
    let month = month_number(year, month) * 100;
    between(blog, month + 1, month + 31)
}

fn months(blog: &Connection, year: u16) -> Result<Vec<(Counts, Vec<Mention>)>> {
    let mut titles = blog.prepare(
        "SELECT date, slug, label FROM tagging CROSS JOIN listing USING (moment)
         WHERE tag = ?1 AND moment BETWEEN ?2 AND ?3 ORDER BY moment LIMIT ?4",
    )?;
    let mut months = Vec::with_capacity(12);
    for counts in between(blog, month_number(year, 1), month_number(year, 12))? {
        let bounds = (Kind::Entry.number(), counts.oldest, counts.newest, TITLES);
        let entries = titles
            .query_map(bounds, mention)?
            .collect::<rusqlite::Result<_>>()?;
        months.push((counts, entries));
    }
    Ok(months)
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
