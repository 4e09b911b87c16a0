//! Which posts are meant, where many are changed at once: by words, tag, kind and year,
//! all of which have to fit.

use crate::date::Date;
use crate::post::Kind;
use crate::url;

/// What the posts have in common. Empty is every post.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pick {
    /// Words, as for a search; or empty.
    pub words: String,
    /// A tag's name, or empty.
    pub tag: String,
    /// Their kind.
    pub kind: Option<Kind>,
    /// Their year.
    pub year: Option<u16>,
}

/// A post as a list of them shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its id.
    pub id: i64,
    /// Its pretty path.
    pub path: String,
    /// Its day.
    pub date: Date,
    /// What to call it.
    pub label: String,
    /// Its kind.
    pub kind: Kind,
    /// Names, a space between them.
    pub tags: String,
}

impl Pick {
    /// The names of the fields of a form, in their order.
    pub const FIELDS: [&'static str; 4] = ["q", "tag", "kind", "year"];

    /// Reads the fields, in their order. What makes no sense is left out.
    pub fn of(typed: [String; 4]) -> Pick {
        let [words, tag, kind, year] = typed;
        Pick {
            words,
            tag,
            kind: Kind::DATED.into_iter().find(|known| known.name() == kind),
            year: year
                .parse()
                .ok()
                .filter(|year| (1000..=9999).contains(year)),
        }
    }

    /// What the fields have in them, in their order.
    pub fn typed(&self) -> [String; 4] {
        [
            self.words.clone(),
            self.tag.clone(),
            self.kind
                .map_or_else(String::new, |kind| kind.name().to_owned()),
            self.year.map_or_else(String::new, |year| year.to_string()),
        ]
    }

    /// The query of an address that finds the same posts, with a field more.
    pub fn query(&self, more: (&str, &str)) -> String {
        let typed = self.typed();
        let fields = Pick::FIELDS
            .into_iter()
            .zip(typed.iter().map(String::as_str));
        url::search(&fields.chain([more]).collect::<Vec<_>>())
    }
}
