//! Cutting a page out of a list. Each statement walks one key in one direction
//! and stops a row behind the page; a test reads their query plans.

use rusqlite::{Params, Row, params};

use super::Blog;
use crate::date::Date;
use crate::error::Result;
use crate::listing::{Cut, Item, Mention, Moment, Order, Slice};
use crate::url;

/// The posts between two moments, both included.
pub fn of_time(
    blog: &Blog,
    bounds: (Moment, Moment),
    cut: Cut,
    order: Order,
    limit: usize,
) -> Result<Slice> {
    slice(cut, order, limit, |side, limit| {
        let (from, to) = side.within(bounds);
        let sql = match side.newest_first() {
            true => {
                "SELECT moment, date, html FROM listing
                 WHERE moment BETWEEN ?1 AND ?2 ORDER BY moment DESC"
            }
            false => {
                "SELECT moment, date, html FROM listing
                 WHERE moment BETWEEN ?1 AND ?2 ORDER BY moment"
            }
        };
        items(blog, sql, params![from, to], limit)
    })
}

macro_rules! tagged {
    ($tags:literal, $and:literal, $order:literal) => {
        concat!(
            "SELECT listing.moment, date, html FROM tagging a ",
            $tags,
            "CROSS JOIN listing USING (moment) WHERE a.tag = ?1 AND a.moment BETWEEN ?2 AND ?3 ",
            $and,
            "ORDER BY a.moment",
            $order
        )
    };
}

/// The same for one tag, for two and for three.
macro_rules! of_each_number {
    ($order:literal) => {
        [
            tagged!("", "", $order),
            tagged!(
                "CROSS JOIN tagging b USING (moment) ",
                "AND b.tag = ?4 ",
                $order
            ),
            tagged!(
                "CROSS JOIN tagging b USING (moment) CROSS JOIN tagging c USING (moment) ",
                "AND b.tag = ?4 AND c.tag = ?5 ",
                $order
            ),
        ]
    };
}

/// The posts that have all of the tags, of which there are one to three, newest first.
/// The walk goes along the first tag and probes for the others, so the rarest should
/// stand first.
pub fn of_tags(blog: &Blog, tags: &[i64], cut: Cut, limit: usize) -> Result<Slice> {
    slice(cut, Order::NewestFirst, limit, |side, limit| {
        let (from, to) = side.within((Moment::MIN, Moment::MAX));
        let [of_one, of_two, of_three] = match side.newest_first() {
            true => of_each_number!(" DESC"),
            false => of_each_number!(""),
        };
        match *tags {
            [tag] => items(blog, of_one, params![tag, from, to], limit),
            [tag, other] => items(blog, of_two, params![tag, from, to, other], limit),
            [tag, other, third] => {
                items(blog, of_three, params![tag, from, to, other, third], limit)
            }
            _ => Ok(Vec::new()),
        }
    })
}

/// One row of `listing` as another page mentions it; the columns are date, slug
/// and label.
pub fn mention(row: &Row<'_>) -> rusqlite::Result<Mention> {
    let date = date_column(row, 0)?;
    Ok(Mention {
        path: url::post(date, row.get_ref(1)?.as_str()?),
        label: row.get(2)?,
        date,
    })
}

/// A date that the database keeps as a number.
pub fn date_column(row: &Row<'_>, column: usize) -> rusqlite::Result<Date> {
    let number = row.get(column)?;
    Date::from_number(number).ok_or(rusqlite::Error::IntegralValueOutOfRange(column, number))
}

/// The side of a moment that a page lies on.
#[derive(Clone, Copy)]
enum Side {
    Newest,
    Oldest,
    Before(Moment),
    After(Moment),
}

impl Side {
    /// The direction to read in, away from where the page is cut.
    fn newest_first(self) -> bool {
        matches!(self, Side::Newest | Side::Before(_))
    }

    fn within(self, (oldest, newest): (Moment, Moment)) -> (Moment, Moment) {
        match self {
            Side::Newest | Side::Oldest => (oldest, newest),
            Side::Before(moment) => (oldest, newest.min(moment.saturating_sub(1))),
            Side::After(moment) => (oldest.max(moment.saturating_add(1)), newest),
        }
    }
}

fn slice(
    cut: Cut,
    order: Order,
    limit: usize,
    read: impl Fn(Side, usize) -> Result<Vec<Item>>,
) -> Result<Slice> {
    let side = match (cut, order) {
        (Cut::Start, Order::NewestFirst) => Side::Newest,
        (Cut::Start, Order::OldestFirst) => Side::Oldest,
        (Cut::Before(moment), _) => Side::Before(moment),
        (Cut::After(moment), _) => Side::After(moment),
    };
    // One row more than is shown tells whether there is another page.
    let mut items = read(side, limit.saturating_add(1))?;
    let more = items.len() > limit;
    items.truncate(limit);
    if side.newest_first() != (order == Order::NewestFirst) {
        items.reverse();
    }
    // What lies on the other side of the cut is asked for, not supposed: a cut
    // may be typed by hand, and the post it names may be gone.
    let beyond = |side: Side| read(side, 1).map(|items| !items.is_empty());
    let ends = items.iter().map(|item| item.moment);
    let (oldest, newest) = (ends.clone().min(), ends.max());
    let (older, newer) = match (side, oldest, newest) {
        (Side::Newest, ..) => (more, false),
        (Side::Oldest, ..) => (false, more),
        (Side::Before(_), _, Some(newest)) => (more, beyond(Side::After(newest))?),
        (Side::After(_), Some(oldest), _) => (beyond(Side::Before(oldest))?, more),
        _ => (false, false),
    };
    Ok(Slice {
        items,
        older,
        newer,
    })
}

/// The first rows of a statement. It has no LIMIT, for it stops where nobody reads on, and
/// is compiled the sooner.
fn items(blog: &Blog, sql: &str, params: impl Params, limit: usize) -> Result<Vec<Item>> {
    let mut statement = blog.connection.prepare(sql)?;
    let rows = statement.query_map(params, |row| {
        let mut html = String::new();
        blog.site.links.settle(row.get_ref(2)?.as_str()?, &mut html);
        Ok(Item {
            moment: row.get(0)?,
            date: date_column(row, 1)?,
            html,
        })
    })?;
    Ok(rows.take(limit).collect::<rusqlite::Result<_>>()?)
}
