//! A post: what it is made of, and which address asks for one.

use crate::date::{Date, two_digits};
use crate::listing::{Mention, Moment};
use crate::path::Path;
use crate::url;

/// The five kinds of post; the numbers are those in `schema.sql`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A title and a text.
    Entry = 1,
    /// Somebody else's page, with a commentary.
    Link = 2,
    /// Somebody else's words.
    Quote = 3,
    /// A text that may do without a title.
    Note = 4,
    /// A static page, outside the dates.
    Page = 5,
}

impl Kind {
    /// Every kind, in the order of their numbers.
    pub const ALL: [Kind; 5] = [Kind::Entry, Kind::Link, Kind::Quote, Kind::Note, Kind::Page];

    /// Every kind that has a date, in the order of their numbers.
    pub const DATED: [Kind; 4] = [Kind::Entry, Kind::Link, Kind::Quote, Kind::Note];

    /// The kind of that number.
    pub fn from_number(number: i64) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// The number that stands for the kind in the database.
    pub fn number(self) -> i64 {
        self as i64
    }

    /// "entry", as front matter and style sheets call it.
    pub fn name(self) -> &'static str {
        ["entry", "link", "quote", "note", "page"][self as usize - 1]
    }

    /// "entries"
    pub fn plural(self) -> &'static str {
        ["entries", "links", "quotes", "notes", "pages"][self as usize - 1]
    }

    /// The dated kind that a list of it is named by: "entries".
    pub fn from_plural(name: &str) -> Option<Kind> {
        let mut kinds = Kind::DATED.into_iter();
        kinds.find(|kind| kind.plural() == name)
    }

    /// "Entries", as headings call them.
    pub fn title(self) -> &'static str {
        ["Entries", "Links", "Quotes", "Notes", "Pages"][self as usize - 1]
    }
}

/// When a post was published, in the blog's own time zone and in the form of RFC
/// 3339: `2025-07-05T15:05:00+01:00`. It is settled when the post is saved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalTime(pub String);

impl LocalTime {
    /// The local day.
    pub fn date(&self) -> Option<Date> {
        let part = |from: usize, to: usize| self.0.get(from..to)?.parse().ok();
        Date::new(
            part(0, 4)?,
            u8::try_from(part(5, 7)?).ok()?,
            u8::try_from(part(8, 10)?).ok()?,
        )
    }

    /// "3:05 pm"
    pub fn clock(&self) -> String {
        let part = |from: usize, to: usize| self.0.get(from..to).and_then(|n| n.parse::<u8>().ok());
        let (hour, minute) = (part(11, 13).unwrap_or(0), part(14, 16).unwrap_or(0));
        let mut text = ((hour + 11) % 12 + 1).to_string();
        text.push(':');
        text.extend(two_digits(minute));
        text.push_str(if hour < 12 { " am" } else { " pm" });
        text
    }
}

/// A published post, rendered. What a kind does not have is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// Stays when slug and date change.
    pub id: i64,
    /// Its place in time.
    pub moment: Moment,
    /// Its local day.
    pub date: Date,
    /// The last segment of its address: `[a-z0-9-]`.
    pub slug: String,
    /// Its kind.
    pub kind: Kind,
    /// When it was published.
    pub published: LocalTime,
    /// When it was last changed, if the author thinks that worth telling.
    pub updated: LocalTime,
    /// Plain text.
    pub title: String,
    /// Names, a space between them.
    pub tags: String,
    /// Its first words, without markup.
    pub summary: String,
    /// How many words it has.
    pub words: usize,
    /// Of a link: what it is about.
    pub link_url: String,
    /// Of a link: where the author found it.
    pub via_url: String,
    /// Of a link: what that place is called.
    pub via_title: String,
    /// Of a quote: who said it.
    pub source: String,
    /// Of a quote: where.
    pub source_url: String,
    /// Where its first picture is, stored: one of the blog's own is still marked.
    pub image: String,
    /// Its text as HTML, stored: its links are still marked.
    pub html: String,
}

impl Post {
    /// `/2025/Jul/5/slug/`
    pub fn path(&self) -> String {
        url::post(self.date, &self.slug)
    }

    /// The names of its tags.
    pub fn tag_names(&self) -> impl Iterator<Item = &str> {
        self.tags.split_ascii_whitespace()
    }

    /// What to call it in a sentence or a window's title.
    pub fn label(&self) -> String {
        let cut = |text: &str| shorten(text, 60);
        match (self.title.is_empty(), self.kind) {
            (false, _) => self.title.clone(),
            (true, Kind::Quote) if !self.source.is_empty() => {
                format!("A quote from {}", cut(&self.source))
            }
            _ => cut(&self.summary),
        }
    }
}

/// The text, or as many of its whole words as fit and an ellipsis.
pub fn shorten(text: &str, limit: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(limit) else {
        return text.to_owned();
    };
    let end = text[..end].rfind(' ').unwrap_or(end);
    format!(
        "{}\u{2026}",
        text[..end].trim_end_matches([' ', ',', '.', ';', ':'])
    )
}

/// A dated post, ready to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ready {
    /// The post; its id is 0 until it is stored.
    pub post: Post,
    /// Of a quote: Markdown to follow the source.
    pub context: String,
    /// What an import knows it by, or empty.
    pub origin: String,
    /// Markdown.
    pub text: String,
    /// How other pages name it.
    pub label: String,
    /// Its article element as lists show it.
    pub listed: String,
}

/// A post and its neighbours in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The post.
    pub post: Post,
    /// The one before it.
    pub previous: Option<Mention>,
    /// The one after it.
    pub next: Option<Mention>,
}

/// The post that a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The day and the slug, if the path can be a post's.
    pub address: Option<(Date, String)>,
    /// The path as it was asked for, which may be a redirect's.
    pub path: Path,
}

impl Wanted {
    /// Reads `/2025/Jul/5/slug/`, and what people make of it: `/2025/07/05/Slug`.
    /// Whether to redirect is settled when the post is found, for an imported
    /// blog may have had that very path for something else.
    pub fn parse(path: &Path) -> Wanted {
        Wanted {
            address: address(&path.segments()),
            path: path.clone(),
        }
    }
}

/// The day and the slug that a path's segments name, if they can be a post's.
pub fn address(segments: &[&str]) -> Option<(Date, String)> {
    let &[year, month, day, slug] = segments else {
        return None;
    };
    Some((Date::parse(year, month, day)?, slug.to_ascii_lowercase()))
}
