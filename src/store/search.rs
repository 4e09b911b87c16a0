//! Searching the index of words. `search.db` is read first, for which posts match,
//! and `blog.db` then for the text of the few that are shown.
//!
//! - `index`: making the index, and following what is published
//! - `log`: which posts changed last

mod index;
pub(super) mod log;

use std::collections::HashMap;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use super::listing::mention;
use super::{BUSY, Blog, ROOMY, SEARCH_FILE, data_folder, schema};
use crate::config::Place;
use crate::error::Result;
use crate::post::Kind;
use crate::search::{Found, Index, Order, PER_PAGE, Page, Query, Wanted};

pub use index::{follow, rebuild};

/// How many matches are ranked and counted, the newest first. Ranking one costs
/// about two microseconds, and a common word is in every second post.
const RANKED: i64 = 3000;

/// How many tags are counted out to the visitor.
const TAGS: usize = 12;

/// What the index says of one match.
struct Match {
    key: i64,
    post: i64,
    score: f64,
    year: u16,
    kind: i64,
    tags: String,
}

/// What was found for a request. An index that is missing or broken is no error:
/// the page says so.
///
/// # Errors
/// Whatever keeps `blog.db` from being read.
pub fn page(blog: &Blog, place: &Place, wanted: &Wanted) -> Result<Page> {
    let folder = data_folder(place)?;
    let (search, index) = match open(folder, blog) {
        Ok(opened) => opened,
        Err(cause) => return Ok(Page::empty(Index::Missing(cause))),
    };
    if wanted.query.is_empty() {
        return Ok(Page::empty(index));
    }
    match matches(&search, &wanted.query) {
        Ok(matches) => shown(blog, wanted, index, matches),
        Err(error) => Ok(Page::empty(Index::Missing(advice(folder, &error)))),
    }
}

/// The index, brought up to date where that is possible.
fn open(folder: &Path, blog: &Blog) -> std::result::Result<(Connection, Index), String> {
    let path = folder.join(SEARCH_FILE);
    if !path.exists() {
        return Err(advice(folder, &"is missing"));
    }
    let read = || -> rusqlite::Result<(Connection, i64)> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_NOFOLLOW;
        let search = Connection::open_with_flags(&path, flags)?;
        search.busy_timeout(BUSY)?;
        search.pragma_update(None, "cache_size", ROOMY)?;
        search.execute_batch("BEGIN")?;
        let seen = search.query_row("SELECT seq FROM state", [], |row| row.get(0))?;
        Ok((search, seen))
    };
    let version = |search: &Connection| {
        search.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))
    };
    let (search, seen) = read().map_err(|error| advice(folder, &error))?;
    match version(&search) {
        Ok(schema::VERSION) => {}
        Ok(other) => return Err(advice(folder, &format!("has schema {other}"))),
        Err(error) => return Err(advice(folder, &error)),
    }
    if seen == blog.site.version.seq {
        return Ok((search, Index::Whole));
    }
    // A post that came due was published by a program without the index, or the
    // publisher was killed between the two files: whoever searches catches up.
    drop(search);
    let index = match follow(&blog.connection, folder) {
        Ok(()) => Index::Whole,
        Err(error) => Index::Behind(error.to_string()),
    };
    let (search, _) = read().map_err(|error| advice(folder, &error))?;
    Ok((search, index))
}

/// What the log says of an index that can't be used.
fn advice(folder: &Path, cause: &dyn std::fmt::Display) -> String {
    let file = folder.join(SEARCH_FILE);
    format!(
        "the index {}: {cause}: make it anew with `mayfly rebuild --search`",
        file.display()
    )
}

/// The newest matches, at most one more than are ranked.
fn matches(search: &Connection, query: &Query) -> rusqlite::Result<Vec<Match>> {
    let day = |day: Option<crate::date::Date>| day.map(crate::date::Date::number);
    let mut statement = search.prepare(
        "SELECT doc.key, doc.post, bm25(word, 10.0, 5.0, 1.0, 2.0, 0.0), doc.date / 10000, doc.kind,
                doc.tags
         FROM word CROSS JOIN doc ON doc.key = word.rowid
         WHERE word MATCH ?1 AND doc.date BETWEEN ?2 AND ?3
         ORDER BY word.rowid DESC LIMIT ?4",
    )?;
    let bounds = (
        day(query.from).unwrap_or(0),
        day(query.to).unwrap_or(i64::MAX),
    );
    let rows = statement.query_map(
        params![query.to_fts(), bounds.0, bounds.1, RANKED + 1],
        |row| {
            Ok(Match {
                key: row.get(0)?,
                post: row.get(1)?,
                score: row.get(2)?,
                year: row.get(3)?,
                kind: row.get(4)?,
                tags: row.get(5)?,
            })
        },
    )?;
    rows.collect()
}

fn shown(blog: &Blog, wanted: &Wanted, index: Index, mut found: Vec<Match>) -> Result<Page> {
    let stopped = found.len() > RANKED as usize;
    found.truncate(RANKED as usize);
    let mut page = Page::empty(index);
    page.total = found.len();
    page.stopped = stopped;
    count(&found, &mut page);
    if wanted.order == Order::Relevance {
        // FTS5's scores are negative, the best the least. Equals stay newest first.
        found.sort_by(|one, other| one.score.total_cmp(&other.score));
    }
    let behind = wanted.after.and_then(|key| {
        let at = found.iter().position(|found| found.key == key)?;
        Some(at + 1)
    });
    let start = behind.unwrap_or(0);
    let part = &found[start..found.len().min(start + PER_PAGE)];
    page.more = start + part.len() < found.len();
    page.results = results(&blog.connection, &wanted.query, part)?;
    Ok(page)
}

fn count(found: &[Match], page: &mut Page) {
    let (mut years, mut tags) = (HashMap::new(), HashMap::new());
    for kind in Kind::DATED {
        let of_kind = found.iter().filter(|found| found.kind == kind.number());
        page.kinds.push((kind, of_kind.count()));
    }
    page.kinds.retain(|(_, posts)| *posts > 0);
    for found in found {
        *years.entry(found.year).or_insert(0) += 1;
        for tag in found.tags.split_ascii_whitespace() {
            *tags.entry(tag).or_insert(0) += 1;
        }
    }
    page.years = years.into_iter().collect();
    page.years.sort_unstable_by(|one, other| other.cmp(one));
    let mut tags: Vec<(&str, usize)> = tags.into_iter().collect();
    tags.sort_unstable_by_key(|&(name, posts)| (usize::MAX - posts, name));
    tags.truncate(TAGS);
    page.tags = tags
        .into_iter()
        .map(|(name, posts)| (name.to_owned(), posts))
        .collect();
}

/// The posts of one page, with what matches marked. They are put into an index of
/// their own in memory, so that what is marked is exactly what was found.
fn results(blog: &Connection, query: &Query, part: &[Match]) -> Result<Vec<Found>> {
    if part.is_empty() {
        return Ok(Vec::new());
    }
    let marked = Connection::open_in_memory()?;
    marked.execute_batch(
        "CREATE VIRTUAL TABLE word USING fts5(title, tags, text, source, kind, prefix = '2',
                                              tokenize = 'unicode61 remove_diacritics 2');
         BEGIN",
    )?;
    let mut read = blog.prepare(
        "SELECT listing.date, listing.slug, listing.label, kind, tags, source, text
         FROM post CROSS JOIN listing USING (moment) WHERE id = ?1",
    )?;
    let mut put = marked.prepare(
        "INSERT INTO word (rowid, title, tags, text, source, kind) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let mut get = marked.prepare(
        "SELECT highlight(word, 0, char(2), char(3)), snippet(word, 2, char(2), char(3), '\u{2026}', 32)
         FROM word WHERE rowid = ?1 AND word MATCH ?2",
    )?;
    let expression = query.to_fts();
    let mut results = Vec::with_capacity(part.len());
    for matched in part {
        let row = read.query_row([matched.post], |row| {
            let tags: String = row.get(4)?;
            let label: String = row.get(2)?;
            let kind = Kind::from_number(row.get(3)?).unwrap_or(Kind::Note);
            let word = format!("kind{}", kind.name());
            let texts: (String, String) = (row.get(5)?, row.get(6)?);
            put.execute(params![matched.key, label, tags, texts.1, texts.0, word])?;
            Ok(Found {
                key: matched.key,
                mention: mention(row)?,
                kind,
                tags,
                label,
                excerpt: String::new(),
            })
        });
        // A post that was taken back since is no result any longer.
        let Some(mut found) = row.optional()? else {
            continue;
        };
        let texts = get
            .query_row(params![matched.key, expression], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        if let Some((label, excerpt)) = texts {
            found.label = label;
            found.excerpt = excerpt;
        }
        results.push(found);
    }
    Ok(results)
}
