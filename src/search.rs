//! A search: what is asked for, and what was found.
//!
//! - `query`: what was typed, understood
//! - `plain`: the text of a post as its reader sees it
//! - `spelling`: words that are nearly like one that is nowhere

mod plain;
mod query;
pub mod spelling;

use crate::date::Date;
use crate::error::{Error, Result};
use crate::feed::Format;
use crate::path::{Path, Query as Fields};
use crate::post::Kind;
use crate::url;

pub use plain::plain;
pub use query::{KEY_SECONDS, Query, Term, kind_word};

/// Longest query that is looked at, in characters.
const MAX_LENGTH: usize = 500;

/// How many results a page has.
pub const PER_PAGE: usize = 30;

/// What the results are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The best match first.
    #[default]
    Relevance,
    /// The newest first.
    Date,
}

/// The page of results that a request asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// What was typed.
    pub text: String,
    /// What it means.
    pub query: Query,
    /// What the results are sorted by.
    pub order: Order,
    /// The key of the result that the page begins behind.
    pub after: Option<i64>,
}

/// What a request asks the program for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// `/search/`: the results, or the form alone.
    Page(Wanted),
    /// `/search/feed.atom`: the newest results in full.
    Feed(Wanted, Format),
    /// `/search/opensearch.xml`: how a browser searches here.
    Description,
}

impl Asked {
    /// Reads the path, and the fields of a search.
    ///
    /// # Errors
    /// As `Wanted::parse`, and 301 for `?regex=`, which is another program's.
    pub fn parse(path: &Path, fields: &Fields) -> Result<Asked> {
        match path.segments()[..] {
            [_, "opensearch.xml"] => path.must_be(url::OPENSEARCH).map(|()| Asked::Description),
            [_, file] => {
                let format = file.strip_prefix("feed.").and_then(Format::named);
                let format = format.ok_or(Error::NotFound)?;
                path.must_be(&format!("{}{file}", url::SEARCH))?;
                Wanted::of(fields).map(|wanted| Asked::Feed(wanted, format))
            }
            _ if fields.get("regex")?.is_some() => Err(Error::Moved(url::GREP.into())),
            _ => Wanted::parse(path, fields).map(Asked::Page),
        }
    }
}

impl Wanted {
    /// Reads `?q=`, `?order=date` and `?after=KEY`.
    ///
    /// # Errors
    /// 404 below `/search/` and for a key or an order that there is not, 301 for
    /// another spelling of the path.
    pub fn parse(path: &Path, fields: &Fields) -> Result<Wanted> {
        if path.segments().len() != 1 {
            return Err(Error::NotFound);
        }
        path.must_be(url::SEARCH)?;
        Wanted::of(fields)
    }

    fn of(fields: &Fields) -> Result<Wanted> {
        let text = fields.get("q")?.unwrap_or_default();
        let order = match fields.get("order")? {
            None => Order::Relevance,
            Some("date") => Order::Date,
            Some(_) => return Err(Error::NotFound),
        };
        let after = match fields.get("after")? {
            None => None,
            Some(key) => Some(key.parse().map_err(|_| Error::NotFound)?),
        };
        let text: String = text.chars().take(MAX_LENGTH).collect();
        let text = text.replace(char::is_control, " ");
        let text = text.trim();
        Ok(Wanted {
            query: Query::parse(text),
            text: text.to_owned(),
            order,
            after,
        })
    }

    /// The query of the address of this search with other words, from its start.
    pub fn with_text(&self, text: &str) -> String {
        url::search(&[("q", text), ("order", self.order.name())])
    }

    /// The query of the address of this search in another order.
    pub fn ordered(&self, order: Order) -> String {
        url::search(&[("q", &self.text), ("order", order.name())])
    }

    /// The query of the address of the page behind a result.
    pub fn behind(&self, key: i64) -> String {
        let key = key.to_string();
        url::search(&[
            ("q", &self.text),
            ("order", self.order.name()),
            ("after", &key),
        ])
    }
}

impl Order {
    fn name(self) -> &'static str {
        match self {
            Order::Relevance => "",
            Order::Date => "date",
        }
    }
}

/// In what state the index was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Index {
    /// It has everything.
    Whole,
    /// It lacks what changed last; the text is for the log.
    Behind(String),
    /// There is none that can be used; the text is for the log.
    Missing(String),
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The state of the index.
    pub index: Index,
    /// The results of this page.
    pub results: Vec<Found>,
    /// How many posts match, as far as they were counted.
    pub total: usize,
    /// Whether counting and ranking stopped before the last match: only the
    /// newest were looked at.
    pub stopped: bool,
    /// Whether another page follows.
    pub more: bool,
    /// How many matches each kind has.
    pub kinds: Vec<(Kind, usize)>,
    /// How many matches each year has, the newest year first.
    pub years: Vec<(u16, usize)>,
    /// How many matches the commonest tags have.
    pub tags: Vec<(String, usize)>,
    /// What to look for instead, where nothing was found.
    pub instead: Option<Suggestion>,
}

/// A query that finds something, where the one that was typed does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suggestion {
    /// With words of the blog in the place of some that are nowhere.
    Spelling(String),
    /// With any of the words instead of all.
    Any(String),
}

impl Page {
    /// Nothing found, for whatever reason.
    pub fn empty(index: Index) -> Page {
        Page {
            index,
            results: Vec::new(),
            total: 0,
            stopped: false,
            more: false,
            kinds: Vec::new(),
            years: Vec::new(),
            tags: Vec::new(),
            instead: None,
        }
    }
}

/// The words of an address, in lower case: those that may name something.
pub fn words(path: &str) -> Vec<String> {
    let words = path.split(|character: char| !character.is_alphanumeric());
    let words = words.filter(|word| word.len() > 2 && word.chars().any(char::is_alphabetic));
    words.map(str::to_lowercase).collect()
}

/// Begins what a result's title and excerpt have in common with the query.
pub const BEGIN: char = '\u{2}';

/// Ends it.
pub const END: char = '\u{3}';

/// One result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its key in the index.
    pub key: i64,
    /// Its pretty path.
    pub path: String,
    /// Its day; of a page the one it last changed.
    pub date: Date,
    /// Its kind.
    pub kind: Kind,
    /// Its tags, a space between them.
    pub tags: String,
    /// Its title or first words, with `BEGIN` and `END` around what matches.
    pub label: String,
    /// Where its text matches, marked the same way.
    pub excerpt: String,
}
