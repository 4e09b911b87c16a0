//! Reading what authors wrote, post after post, until enough was found or the time
//! is up. Nothing but the post at hand is in memory.

use std::time::{Duration, Instant};

use rusqlite::{Connection, Row};

use super::Blog;
use crate::error::Result;
use crate::grep::{Found, Limit, PER_PAGE, Page, Pattern, Place};
use crate::listing::{Mention, Moment};
use crate::post::{Kind, LocalTime};
use crate::store::listing::date_column;
use crate::url;

/// How long one page may look. A stranger may ask for any pattern as often as a server
/// lets them, so a page takes no longer than a slow page of another kind would; the
/// next one goes on from there.
const TIME: Duration = Duration::from_millis(400);

/// The fields of a post that its author filled in, but for the text.
const FIELDS: [(&str, usize); 8] = [
    ("title", 5),
    ("tags", 6),
    ("link", 7),
    ("via", 8),
    ("via title", 9),
    ("source", 10),
    ("source link", 11),
    ("context", 12),
];

/// The posts and pages that match, from a place on.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn page(blog: &Blog, pattern: &mut Pattern, from: &Place) -> Result<Page> {
    let mut search = Search {
        pattern,
        deadline: Instant::now() + TIME,
        page: Page::default(),
    };
    let behind = match from {
        Place::Newest => search
            .posts(&blog.connection, Moment::MAX)?
            .then(String::new),
        Place::Before(moment) => search.posts(&blog.connection, *moment)?.then(String::new),
        Place::Behind(path) => Some(path.clone()),
    };
    if let Some(path) = behind {
        search.pages(&blog.connection, &path)?;
    }
    Ok(search.page)
}

/// The text, behind them.
const TEXT: usize = 13;

struct Search<'a> {
    pattern: &'a mut Pattern,
    deadline: Instant,
    page: Page,
}

impl Search<'_> {
    /// Looks through the posts before a moment. Returns whether it came to the end.
    fn posts(&mut self, blog: &Connection, before: Moment) -> Result<bool> {
        let mut read = blog.prepare(
            "SELECT l.moment, l.date, l.slug, l.label, kind, title, tags, link_url, via_url, via_title,
                    source, source_url, context, text
             FROM listing l CROSS JOIN post p ON p.id = l.post
             WHERE l.moment < ?1 ORDER BY l.moment DESC",
        )?;
        let mut rows = read.query([before])?;
        while let Some(row) = rows.next()? {
            let kind = Kind::from_number(row.get(4)?).unwrap_or(Kind::Note);
            self.look(row, kind)?;
            self.page.reached = Some(date_column(row, 1)?);
            let moment: Moment = row.get(0)?;
            if self.is_over(|| Place::Before(moment)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Looks through the static pages behind a path.
    fn pages(&mut self, blog: &Connection, behind: &str) -> Result<()> {
        let mut read = blog.prepare(
            "SELECT path, updated, path, title, 5, title, '', '', '', '', '', '', '', text
             FROM page WHERE path > ?1 ORDER BY path",
        )?;
        let mut rows = read.query([behind])?;
        while let Some(row) = rows.next()? {
            self.look(row, Kind::Page)?;
            let path: String = row.get(0)?;
            if self.is_over(|| Place::Behind(path)) {
                break;
            }
        }
        Ok(())
    }

    fn is_over(&mut self, here: impl FnOnce() -> Place) -> bool {
        let limit = match () {
            () if self.page.results.len() == PER_PAGE => Limit::Hits,
            () if Instant::now() > self.deadline => Limit::Time,
            () => return false,
        };
        self.page.stopped = Some((limit, here()));
        true
    }

    /// Looks at one post or page.
    fn look(&mut self, row: &Row<'_>, kind: Kind) -> Result<()> {
        self.page.looked += 1;
        let mut fields = Vec::new();
        for (name, column) in FIELDS {
            let field = row.get_ref(column)?.as_str().unwrap_or_default();
            if !field.is_empty() {
                fields.extend(self.pattern.line(field).map(|line| (name, line)));
            }
        }
        let text = row.get_ref(TEXT)?.as_str().unwrap_or_default();
        let (runs, more) = self.pattern.runs(text, self.deadline);
        if fields.is_empty() && runs.is_empty() {
            return Ok(());
        }
        self.page.results.push(Found {
            mention: mention(row, kind)?,
            kind,
            fields,
            runs,
            more,
        });
        Ok(())
    }
}

fn mention(row: &Row<'_>, kind: Kind) -> rusqlite::Result<Mention> {
    let slug: String = row.get(2)?;
    let (path, date) = match kind {
        Kind::Page => {
            let day = LocalTime(row.get(1)?).date();
            (slug, day.ok_or(rusqlite::Error::InvalidQuery)?)
        }
        _ => {
            let date = date_column(row, 1)?;
            (url::post(date, &slug), date)
        }
    };
    Ok(Mention {
        path,
        label: row.get(3)?,
        date,
    })
}
