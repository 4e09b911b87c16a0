//! What was typed, understood. Anything may be typed; what makes no sense as an
//! operator is taken for a word.

use crate::date::Date;
use crate::post::Kind;

/// Fewest letters before a star. All words that begin so are read, and with one or two
/// letters those are a good part of the index.
const SHORTEST_PREFIX: usize = 3;

/// How many seconds a key of the index stands for.
pub const KEY_SECONDS: i64 = 64;

/// Most terms of a query: each one is a walk through the index.
const MAX_TERMS: usize = 16;

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
                let kind = Kind::ALL.into_iter().find(named);
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

    /// The words that have to be there, as they were typed.
    pub fn words(&self) -> Vec<&str> {
        let terms = self.wanted.iter().flatten();
        terms.map(|term| term.words.as_str()).collect()
    }

    /// The query for any of several words instead of all, as it is typed. What else
    /// restricts it stays.
    pub fn any(&self) -> Option<String> {
        let words: Vec<String> = self.wanted.iter().flatten().map(Term::typed).collect();
        let mut any = words.join(" OR ");
        for term in &self.unwanted {
            any.push_str(&format!(" -{}", term.typed()));
        }
        if let Some(kind) = self.kind {
            any.push_str(&format!(" kind:{}", kind.name()));
        }
        for (name, day) in [("from", self.from), ("to", self.to)] {
            if let Some(day) = day {
                any.push_str(&format!(" {name}:{}", day.iso()));
            }
        }
        (self.wanted.len() > 1).then_some(any)
    }

    /// The first and the last key of the index that posts of the wanted days may
    /// have: those of UTC, with some days more for the time zone and for posts that
    /// had to go on to the next free key.
    pub fn keys(&self) -> (i64, i64) {
        const DAY: i64 = 86_400;
        let key = |second: i64| second.div_euclid(KEY_SECONDS);
        let first = self.from.map(|day| key(day.midnight() - DAY));
        let last = self.to.map(|day| key(day.midnight() + 30 * DAY));
        (first.unwrap_or(i64::MIN), last.unwrap_or(i64::MAX))
    }

    /// The phrases of `to_fts` in their order, each on its own as far as it says how well
    /// a post matches; those that only restrict the search don't.
    pub fn ranked(&self) -> Vec<Option<String>> {
        let kind = self.kind.iter().map(|_| None);
        let wanted = self.wanted.iter().flatten();
        let wanted = wanted.map(|term| Some(term.to_fts()));
        let unwanted = self.unwanted.iter().map(|_| None);
        kind.chain(wanted).chain(unwanted).collect()
    }

    /// The query in the language of SQLite's FTS5. Every word stands in quotes,
    /// where nothing but a quote has a meaning, and a quote is doubled.
    pub fn to_fts(&self) -> String {
        let mut all: Vec<String> = Vec::new();
        if let Some(kind) = self.kind {
            all.push(format!("kind : \"{}\"", kind_word(kind)));
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
        let stars = piece.ends_with('*');
        let words = piece.trim_matches(['"', '*', ' ']);
        words.chars().any(char::is_alphanumeric).then(|| Term {
            words: words.to_owned(),
            prefix: stars && words.chars().count() >= SHORTEST_PREFIX,
            tag,
        })
    }

    /// The term as it is typed: in quotes where it would be two terms, or an operator. A
    /// quote within it would end them, and parts words as a space does.
    fn typed(&self) -> String {
        let tag = if self.tag { "tag:" } else { "" };
        let words = self.words.replace('"', " ");
        let means_more = words.contains(|c: char| c.is_whitespace() || c == ':');
        let quote = match means_more || words.starts_with('-') || words == "OR" {
            true => "\"",
            false => "",
        };
        let star = if self.prefix { "*" } else { "" };
        format!("{tag}{quote}{words}{quote}{star}")
    }

    fn to_fts(&self) -> String {
        let column = if self.tag { "tags : " } else { "" };
        let star = if self.prefix { " *" } else { "" };
        format!("{column}\"{}\"{star}", self.words.replace('"', "\"\""))
    }
}

/// The word that the index has for a kind: one that no text has.
pub fn kind_word(kind: Kind) -> String {
    format!("kind{}", kind.name())
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
            ("pe*", "((\"pe\"))"),
            (
                "tag:sea kind:links",
                "(kind : \"kindlink\" AND (tags : \"sea\"))",
            ),
            ("kind:page \"a b\"", "(kind : \"kindpage\" AND (\"a b\"))"),
            ("AND NOT ( ^ : \"", "((\"AND\") AND (\"NOT\"))"),
            ("a\"b", "((\"a\"\"b\"))"),
        ];
        for (typed, meant) in cases {
            assert_eq!(Query::parse(typed).to_fts(), meant, "{typed}");
        }
        assert!(Query::parse("-boats ** OR \"").is_empty());
    }

    #[test]
    fn any_of_the_words_may_do() {
        let typed = "red \"tall ships\" tag:sea perf* -blue kind:link from:2024-05";
        let any = "red OR \"tall ships\" OR tag:sea OR perf* -blue kind:link from:2024-05-01";
        assert_eq!(Query::parse(typed).any().as_deref(), Some(any));
        assert_eq!(Query::parse("red kind:link").any(), None);
        // What was a word in quotes becomes no operator.
        let typed = "\"kind:link\" \"-blue\" \"OR\" a\"b c\"d";
        let any = "\"kind:link\" OR \"-blue\" OR \"OR\" OR \"a b c d\"";
        assert_eq!(Query::parse(typed).any().as_deref(), Some(any));
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
