//! The archive: what a year, a month or a day has.

use crate::date::{Date, days_in_month, month_number, parse_month, parse_number};
use crate::listing::{Cut, Mention, Moment, Slice};
use crate::path::{Path, Query};
use crate::post::Kind;
use crate::{error, url};

/// A stretch of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// `/2025/`
    Year(u16),
    /// `/2025/Jul/`
    Month(u16, u8),
    /// `/2025/Jul/5/`
    Day(Date),
}

impl Period {
    /// Its key in the table `period`: 2025, 202507 or 20250705.
    pub fn number(self) -> i64 {
        match self {
            Period::Year(year) => i64::from(year),
            Period::Month(year, month) => month_number(year, month),
            Period::Day(date) => date.number(),
        }
    }

    /// The period of such a key.
    pub fn from_number(number: i64) -> Option<Period> {
        match number {
            ..=9_999 => u16::try_from(number).ok().map(Period::Year),
            10_000..=999_999 => Some(Period::Month(
                u16::try_from(number / 100).ok()?,
                u8::try_from(number % 100).ok()?,
            )),
            _ => Date::from_number(number).map(Period::Day),
        }
    }

    /// Reads the segments of `/2025/`, `/2025/Jul/`, `/2025/Jul/5/`, and what people
    /// make of them, such as `/2025/07/05`.
    pub fn parse(segments: &[&str]) -> Option<Period> {
        match segments {
            [year] => parse_year(year).map(Period::Year),
            [year, month] => parse_year(year)
                .zip(valid_month(month))
                .map(|(y, m)| Period::Month(y, m)),
            [year, month, day] => Date::parse(year, month, day).map(Period::Day),
            _ => None,
        }
    }

    /// Its pretty path.
    pub fn path(self) -> String {
        match self {
            Period::Year(year) => url::year(year),
            Period::Month(year, month) => url::month(year, month),
            Period::Day(date) => url::day(date),
        }
    }
}

/// The stretch of the calendar that a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The period, if the path names one.
    pub period: Option<Period>,
    /// Which part of its posts.
    pub cut: Cut,
    /// The path as it was asked for, which may be a redirect's.
    pub path: Path,
}

impl Wanted {
    /// Reads the path and the cut.
    ///
    /// # Errors
    /// 404 for a cut that is none.
    pub fn parse(path: &Path, query: &Query) -> error::Result<Wanted> {
        Ok(Wanted {
            period: Period::parse(&path.segments()),
            cut: Cut::parse(query)?,
            path: path.clone(),
        })
    }
}

fn parse_year(segment: &str) -> Option<u16> {
    parse_number(segment, 4).filter(|year| (1000..=9999).contains(year))
}

fn valid_month(segment: &str) -> Option<u8> {
    parse_month(segment).filter(|month| (1..=12).contains(month))
}

/// How many posts of each kind a period has, and between which moments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Its key: 2025, 202507 or 20250705.
    pub number: i64,
    /// The numbers of entries, links, quotes and notes.
    pub of_kind: [i64; 4],
    /// The moment of its first post.
    pub oldest: Moment,
    /// The moment of its last post.
    pub newest: Moment,
}

impl Counts {
    /// What a period has by what its parts have, if any of them has posts.
    pub fn of_all(period: Period, parts: &[Counts]) -> Option<Counts> {
        let all = Counts {
            number: period.number(),
            of_kind: [0; 4],
            oldest: parts.iter().map(|part| part.oldest).min()?,
            newest: parts.iter().map(|part| part.newest).max()?,
        };
        Some(parts.iter().fold(all, |mut all, part| {
            for (all, part) in all.of_kind.iter_mut().zip(part.of_kind) {
                *all += part;
            }
            all
        }))
    }

    /// The posts of all kinds together.
    pub fn total(&self) -> i64 {
        self.of_kind.iter().sum()
    }

    /// The kinds it has any of, each with its number.
    pub fn kinds(&self) -> impl Iterator<Item = (Kind, i64)> {
        Kind::DATED
            .into_iter()
            .zip(self.of_kind)
            .filter(|(_, posts)| *posts > 0)
    }

    /// Of a month's counts: the number of the month, 1 to 12.
    pub fn month(&self) -> u8 {
        u8::try_from(self.number % 100).unwrap_or(0)
    }
}

/// What an archive page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// Months with counts and the titles of their entries.
    Year {
        /// The year.
        year: u16,
        /// Its months that have posts, each with its first entries.
        months: Vec<(Counts, Vec<Mention>)>,
    },
    /// A calendar and the month's posts.
    Month {
        /// The year.
        year: u16,
        /// The month, 1 to 12.
        month: u8,
        /// The month's counts.
        counts: Counts,
        /// Its days that have posts.
        days: Vec<Counts>,
        /// The posts of this page.
        slice: Slice,
        /// The nearest months that have posts, before and after.
        around: [Option<Period>; 2],
    },
    /// The day's posts.
    Day {
        /// The day.
        date: Date,
        /// The day's counts.
        counts: Counts,
        /// The posts of this page.
        slice: Slice,
        /// The nearest days that have posts, before and after.
        around: [Option<Period>; 2],
    },
}

/// The weeks of a month as calendars print them, Monday first; 0 stands for the
/// days of its neighbours.
pub fn weeks(year: u16, month: u8) -> Vec<[u8; 7]> {
    let before = Date::new(year, month, 1).map_or(0, Date::weekday);
    let cells = usize::from(before) + usize::from(days_in_month(year, month));
    let mut weeks = vec![[0; 7]; cells.div_ceil(7)];
    for day in 1..=days_in_month(year, month) {
        let cell = usize::from(before + day - 1);
        weeks[cell / 7][cell % 7] = day;
    }
    weeks
}
