//! Looking for a regular expression in what authors wrote: what is asked for, and
//! the lines that were found.
//!
//! - `pattern`: the regular expression, and the lines of a text that it matches

mod pattern;

use crate::date::Date;
use crate::error::{Error, Result};
use crate::listing::{Mention, Moment};
use crate::path::{Path, Query as Fields};
use crate::post::Kind;
use crate::url;

pub use pattern::{Mistake, Pattern};

/// How many posts with a match a page shows.
pub const PER_PAGE: usize = 30;

/// The search that a request asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The regular expression, as it was typed.
    pub pattern: String,
    /// Where to begin.
    pub from: Place,
}

/// A place among all posts, the newest first, and the static pages behind them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// Where everything begins.
    #[default]
    Newest,
    /// Behind the post of this moment.
    Before(Moment),
    /// Behind the page at this path; the empty one is before all pages.
    Behind(String),
}

impl Wanted {
    /// Reads `?regex=` and `?from=`.
    ///
    /// # Errors
    /// 404 below `/grep/` and for what is no place, 301 for another spelling of the
    /// path.
    pub fn parse(path: &Path, fields: &Fields) -> Result<Wanted> {
        if path.segments().len() != 1 {
            return Err(Error::NotFound);
        }
        path.must_be(url::GREP)?;
        let from = match fields.get("from")? {
            None | Some("") => Place::Newest,
            Some("pages") => Place::Behind(String::new()),
            Some(path) if path.starts_with('/') => Place::Behind(path.to_owned()),
            Some(moment) => Place::Before(moment.parse().map_err(|_| Error::NotFound)?),
        };
        Ok(Wanted {
            pattern: fields.get("regex")?.unwrap_or_default().to_owned(),
            from,
        })
    }

    /// The query of the address that goes on from a place.
    pub fn going_on(&self, from: &Place) -> String {
        let from = match from {
            Place::Newest => String::new(),
            Place::Before(moment) => moment.to_string(),
            Place::Behind(path) if path.is_empty() => "pages".into(),
            Place::Behind(path) => path.clone(),
        };
        url::search(&[("regex", &self.pattern), ("from", &from)])
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The posts and pages that have a match.
    pub results: Vec<Found>,
    /// How many were looked through.
    pub looked: usize,
    /// The day of the last post that was.
    pub reached: Option<Date>,
    /// Why it ended before the last of them, and where to go on.
    pub stopped: Option<(Limit, Place)>,
}

/// What a search may not use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// As many posts as a page shows have a match.
    Hits,
    /// The time that one page may take.
    Time,
}

/// A post or a page with a match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// It.
    pub mention: Mention,
    /// Its kind.
    pub kind: Kind,
    /// What matches outside its text: the title, the address of a link.
    pub fields: Vec<(&'static str, Line)>,
    /// What matches in its text: runs of lines, with those around each match.
    pub runs: Vec<Vec<Line>>,
    /// Whether more lines match than are shown.
    pub more: bool,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number in the text, counted from 1.
    pub number: u64,
    /// Its pieces; of a long line those around the first match.
    pub pieces: Vec<Piece>,
    /// Whether it has a match, or only stands beside one that has.
    pub matches: bool,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The piece.
    pub text: String,
    /// Whether it is a match.
    pub marked: bool,
}
