//! Where uploaded files are used: every text an author wrote is looked through for
//! addresses of `media/`, once for however many files. No table is kept of it, which
//! every way to publish would have to keep true; it is looked up when somebody looks
//! at the library, and once more before a file is deleted.

use std::collections::HashMap;

use memchr::memmem::Finder;
use percent_encoding::percent_decode_str;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use crate::date::Date;
use crate::error::Result;
use crate::media::{Item, Use, original};
use crate::post::{Kind, shorten};
use crate::url::{self, MEDIA};

/// How many uses of one file are told; there may be more.
pub const TOLD: usize = 20;

/// What uses which of the files that were asked about.
#[derive(Clone, Debug, Default)]
pub struct Uses(HashMap<String, Vec<Use>>);

impl Uses {
    /// What uses a file.
    pub fn of(&self, file: &str) -> Vec<Use> {
        self.0.get(file).cloned().unwrap_or_default()
    }

    /// By how many it is used, at most `TOLD`.
    pub fn count(&self, file: &str) -> usize {
        self.0.get(file).map_or(0, Vec::len)
    }

    fn look(&mut self, text: &str, media: &Finder<'_>, found: impl Fn() -> Use) {
        for at in media.find_iter(text.as_bytes()) {
            let rest = &text[at + MEDIA.len()..];
            // A name that was put there by hand may have any character in it, but an
            // address in Markdown or in HTML ends at one of these.
            let is_end = |c: char| c.is_whitespace() || "()[]<>\"'?#\\`".contains(c);
            let name = rest.split(is_end).next().unwrap_or_default();
            self.add(&percent_decode_str(name).decode_utf8_lossy(), &found);
        }
    }

    fn add(&mut self, name: &str, found: impl Fn() -> Use) {
        for name in [name, &original(name)] {
            if let Some(uses) = self.0.get_mut(name) {
                let found = found();
                if uses.len() < TOLD && !uses.contains(&found) {
                    uses.push(found);
                }
            }
        }
    }
}

/// Looks for what uses the files: posts, pages, what is scheduled, drafts, the
/// descriptions of tags, the footer, the owner's style rules, redirects.
///
/// # Errors
/// Whatever keeps the files from being read.
pub fn uses(desk: &Connection, items: &[Item]) -> Result<Uses> {
    let files = items.iter().map(|item| (item.file.clone(), Vec::new()));
    let mut uses = Uses(files.collect());
    if uses.0.is_empty() {
        return Ok(uses);
    }
    let media = Finder::new(MEDIA);
    for (sql, told) in SOURCES {
        let mut statement = desk.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            for column in [0, 1] {
                if let Ok(ValueRef::Text(text)) = row.get_ref(column) {
                    let text = std::str::from_utf8(text).unwrap_or_default();
                    uses.look(text, &media, || told(row));
                }
            }
        }
    }
    let mut statement = desk.prepare("SELECT path, target FROM blog.redirect")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let target = text(row, 1);
        let found = || Use {
            what: "redirect".into(),
            label: text(row, 0),
            path: url::REDIRECTS.into(),
        };
        // One within the blog is kept decoded: all of the rest is the name.
        match target.strip_prefix(MEDIA) {
            Some(name) => uses.add(name, found),
            None => uses.look(&target, &media, found),
        }
    }
    Ok(uses)
}

/// A question, and what an answer to it says of its own origin.
type Source = (&'static str, fn(&Row<'_>) -> Use);

/// Each asks for two texts, and then for what tells whose they are.
const SOURCES: [Source; 6] = [
    (
        "SELECT text, context, kind, title, summary, date, slug FROM blog.post",
        |row| dated(row, ""),
    ),
    (
        "SELECT text, context, kind, title, summary, date, slug FROM blog.scheduled",
        |row| Use {
            path: url::SCHEDULED.into(),
            ..dated(row, "scheduled ")
        },
    ),
    ("SELECT text, '', path, title FROM blog.page", |row| Use {
        what: "page".into(),
        label: text(row, 3),
        path: text(row, 2),
    }),
    (
        "SELECT text, context, kind, title, id, deleted IS NOT NULL FROM desk.draft",
        |row| Use {
            what: match (row.get(5).unwrap_or(false), kind(row)) {
                (true, kind) => format!("{} in the bin", kind.name()),
                (false, Kind::Entry) => "draft of an entry".into(),
                (false, kind) => format!("draft of a {}", kind.name()),
            },
            label: match text(row, 3) {
                title if title.is_empty() => shorten(text(row, 0).trim(), 60),
                title => title,
            },
            path: match row.get(5).unwrap_or(false) {
                true => url::BIN.into(),
                false => url::draft(row.get(4).unwrap_or_default()),
            },
        },
    ),
    (
        "SELECT description, '', name FROM blog.tag WHERE description <> ''",
        |row| Use {
            what: "description of a tag".into(),
            label: text(row, 2),
            path: url::tag(&text(row, 2)),
        },
    ),
    ("SELECT footer, style FROM blog.site", |_| Use {
        what: "every page".into(),
        label: "The footer or the style".into(),
        path: "/".into(),
    }),
];

fn dated(row: &Row<'_>, state: &str) -> Use {
    let date = row.get(5).ok().and_then(Date::from_number);
    Use {
        what: format!("{state}{}", kind(row).name()),
        label: match text(row, 3) {
            title if title.is_empty() => shorten(&text(row, 4), 60),
            title => title,
        },
        path: date.map_or("/".into(), |date| url::post(date, &text(row, 6))),
    }
}

/// A row whose column is no text is not made by this program.
fn text(row: &Row<'_>, column: usize) -> String {
    row.get(column).unwrap_or_default()
}

fn kind(row: &Row<'_>) -> Kind {
    let number = row.get(2).unwrap_or_default();
    Kind::from_number(number).unwrap_or(Kind::Entry)
}
