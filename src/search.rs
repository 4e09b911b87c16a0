//! A search: what was typed, understood, and what was found. Anything may be
//! typed; what makes no sense as an operator is taken for a word.

use crate::date::Date;
use crate::error::{Error, Result};
use crate::listing::Mention;
use crate::path::{Path, Query as Fields};
use crate::post::Kind;
use crate::url;

/// Longest query that is looked at, in characters.
const MAX_LENGTH: usize = 500;

/// Most terms of a query: each one is a walk through the index.
const MAX_TERMS: usize = 16;

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
        Ok(Wanted {
            query: Query::parse(&text),
            text: text.trim().to_owned(),
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

/// A word or a phrase to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The words, as they were typed.
    pub words: String,
    /// Whether more letters may follow: `perf*`.
    pub prefix: bool,
    /// Whether it has to be a tag.
    pub tag: bool,
}

/// What was typed, understood: every group has to match, and of a group one term.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// What has to be there.
    pub wanted: Vec<Vec<Term>>,
    /// What must not be there.
    pub unwanted: Vec<Term>,
    /// `kind:link`
    pub kind: Option<Kind>,
    /// `from:2024` or `from:2024-05-01`: the first day.
    pub from: Option<Date>,
    /// `to:2024` or `to:2024-05-31`: the last day.
    pub to: Option<Date>,
    /// Whether more was typed than is looked for.
    pub cut: bool,
}

impl Query {
    /// Understands what was typed. It never fails.
    pub fn parse(text: &str) -> Query {
        let mut query = Query::default();
        let mut or = false;
        let mut terms = 0;
        for piece in pieces(text) {
            if piece == "OR" {
                or = !query.wanted.is_empty();
                continue;
            }
            let (bare, unwanted) = match piece.strip_prefix('-') {
                Some(bare) => (bare, true),
                None => (piece, false),
            };
            if !unwanted && query.restrict(bare) {
                continue;
            }
            let Some(term) = Term::parse(bare) else {
                continue;
            };
            terms += 1;
            if terms > MAX_TERMS {
                query.cut = true;
                break;
            }
            match (unwanted, or) {
                (true, _) => query.unwanted.push(term),
                (false, true) => match query.wanted.last_mut() {
                    Some(group) => group.push(term),
                    None => query.wanted.push(vec![term]),
                },
                (false, false) => query.wanted.push(vec![term]),
            }
            or = false;
        }
        query
    }

    /// Whether there is something the index can be asked for.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty() && self.kind.is_none()
    }

    /// Takes what restricts the search, if it is that.
    fn restrict(&mut self, piece: &str) -> bool {
        let Some((name, value)) = piece.split_once(':') else {
            return false;
        };
        match name.to_ascii_lowercase().as_str() {
            "kind" => {
                let value = value.to_ascii_lowercase();
                let named = |kind: &Kind| kind.name() == value || kind.plural() == value;
                let kind = Kind::DATED.into_iter().find(named);
                self.kind = kind.or(self.kind);
                kind.is_some()
            }
            "from" => {
                let day = parse_day(value, 1, 1);
                self.from = day.or(self.from);
                day.is_some()
            }
            "to" => {
                let day = parse_day(value, 12, 31);
                self.to = day.or(self.to);
                day.is_some()
            }
            _ => false,
        }
    }

    /// The restrictions that were typed, each with the query without it.
    pub fn restrictions(text: &str) -> Vec<(&str, String)> {
        let all = pieces(text);
        let is_one = |piece: &str| {
            Query::default().restrict(piece) || Term::parse(piece).is_some_and(|term| term.tag)
        };
        let without = |at: usize| {
            let others = all.iter().enumerate().filter(|(other, _)| *other != at);
            let others: Vec<&str> = others.map(|(_, piece)| *piece).collect();
            others.join(" ")
        };
        let found = all.iter().enumerate().filter(|(_, piece)| is_one(piece));
        found.map(|(at, piece)| (*piece, without(at))).collect()
    }

    /// The query in the language of SQLite's FTS5. Every word stands in quotes,
    /// where nothing but a quote has a meaning, and a quote is doubled.
    pub fn to_fts(&self) -> String {
        let mut all: Vec<String> = Vec::new();
        if let Some(kind) = self.kind {
            all.push(format!("kind : \"kind{}\"", kind.name()));
        }
        for group in &self.wanted {
            let any: Vec<String> = group.iter().map(Term::to_fts).collect();
            all.push(format!("({})", any.join(" OR ")));
        }
        let mut expression = format!("({})", all.join(" AND "));
        for term in &self.unwanted {
            expression = format!("({expression} NOT {})", term.to_fts());
        }
        expression
    }
}

impl Term {
    /// A term, unless nothing in it is a letter or a digit.
    fn parse(piece: &str) -> Option<Term> {
        let (piece, tag) = match piece.split_at_checked(4) {
            Some((name, value)) if name.eq_ignore_ascii_case("tag:") => (value, true),
            _ => (piece, false),
        };
        let prefix = piece.ends_with('*');
        let words = piece.trim_matches(['"', '*', ' ']);
        words.chars().any(char::is_alphanumeric).then(|| Term {
            words: words.to_owned(),
            prefix,
            tag,
        })
    }

    fn to_fts(&self) -> String {
        let column = if self.tag { "tags : " } else { "" };
        let star = if self.prefix { " *" } else { "" };
        format!("{column}\"{}\"{star}", self.words.replace('"', "\"\""))
    }
}

/// The words of an address that leads nowhere, joined by OR: an old address has most
/// words of the new one, and seldom all of them.
pub fn words(path: &str) -> String {
    let words = path.split(|character: char| !character.is_alphanumeric());
    let words = words.filter(|word| word.len() > 2 && word.chars().any(char::is_alphabetic));
    words.take(8).collect::<Vec<_>>().join(" OR ")
}

/// Parts what was typed at spaces that are not within quotes.
fn pieces(text: &str) -> Vec<&str> {
    let (mut pieces, mut start, mut quoted) = (Vec::new(), 0, false);
    for (at, character) in text.char_indices() {
        match character {
            '"' => quoted = !quoted,
            _ if character.is_whitespace() && !quoted => {
                pieces.push(&text[start..at]);
                start = at + character.len_utf8();
            }
            _ => {}
        }
    }
    pieces.push(&text[start..]);
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// `2024`, `2024-05` or `2024-05-31`; what is left out is the first or the last.
fn parse_day(text: &str, month: u8, day: u8) -> Option<Date> {
    let mut parts = text.split('-');
    let year = parts.next()?.parse().ok()?;
    let month = match parts.next() {
        Some(part) => part.parse().ok()?,
        None => month,
    };
    match parts.next() {
        Some(part) => Date::new(year, month, part.parse().ok()?),
        None if day == 1 => Date::new(year, month, 1),
        None => (28..=day).rev().find_map(|day| Date::new(year, month, day)),
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
        }
    }
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
    /// The post.
    pub mention: Mention,
    /// Its kind.
    pub kind: Kind,
    /// Its tags, a space between them.
    pub tags: String,
    /// Its title or first words, with `BEGIN` and `END` around what matches.
    pub label: String,
    /// Where its text matches, marked the same way.
    pub excerpt: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_understood() {
        let cases = [
            ("boats sails", "((\"boats\") AND (\"sails\"))"),
            ("\"red boats\"", "((\"red boats\"))"),
            (
                "boats OR ships sea",
                "((\"boats\" OR \"ships\") AND (\"sea\"))",
            ),
            ("boats -oars", "(((\"boats\")) NOT \"oars\")"),
            ("perf*", "((\"perf\" *))"),
            (
                "tag:sea kind:links",
                "(kind : \"kindlink\" AND (tags : \"sea\"))",
            ),
            ("AND NOT ( ^ : \"", "((\"AND\") AND (\"NOT\"))"),
            ("a\"b", "((\"a\"\"b\"))"),
        ];
        for (typed, meant) in cases {
            assert_eq!(Query::parse(typed).to_fts(), meant, "{typed}");
        }
        assert!(Query::parse("-boats ** OR \"").is_empty());
    }

    #[test]
    fn days_may_be_months_and_years() {
        let query = Query::parse("x from:2024-02 to:2024-02");
        let days = [query.from, query.to].map(|day| day.map(Date::number));
        assert_eq!(days, [Some(20_240_201), Some(20_240_229)]);
        let odd = Query::parse("from:soon to:2024-13-01");
        assert_eq!((odd.from, odd.to, odd.wanted.len()), (None, None, 2));
    }
}
