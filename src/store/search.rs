//! Searching the index of words. `search.db` is read first, for which posts match,
//! and `blog.db` then for the text of the few that are shown.
//!
//! - `index`: making the index, and following what is published
//! - `log`: which posts changed last
//! - `feed`: the newest results in full
//! - `hint`: what might be meant by an address at which nothing is
//! - `excerpt`: where the text of a result matches
//! - `rank`: how well a post matches
//! - `suggest`: what else to look for when there is none

/// Who was quoted and where links lead, in one text.
macro_rules! source {
    () => {
        "concat_ws(' ', source, via_title, link_url, via_url, source_url)"
    };
}

mod excerpt;
mod feed;
mod hint;
mod index;
pub(super) mod log;
mod rank;
mod suggest;

use std::collections::HashMap;
use std::path::Path;

use rusqlite::{Connection, ToSql, params};

use super::{BUSY, Blog, ROOMY, SEARCH_FILE, data_folder, only_read, open_file, schema};
use crate::config::Place;
use crate::date::Date;
use crate::error::Result;
use crate::post::Kind;
use crate::search::{Index, Order, PER_PAGE, Page, Query, Wanted};

pub use feed::feed;
pub use hint::hints;
pub use index::{follow, rebuild};
pub use log::{has_stems, settle_stems};

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
    date: i64,
    kind: i64,
    tags: String,
    slug: String,
}

/// The index, open for reading.
struct Opened {
    connection: Connection,
    /// Whether words are found by their stems.
    stems: bool,
    index: Index,
}

/// What was found for a request. An index that is missing or broken is no error:
/// the page says so.
///
/// # Errors
/// Whatever keeps `blog.db` from being read.
pub fn page(blog: &Blog, place: &Place, wanted: &Wanted) -> Result<Page> {
    if wanted.query.is_empty() {
        return Ok(Page::empty(Index::Whole));
    }
    let folder = data_folder(place)?;
    let search = match open(folder, blog) {
        Ok(search) => search,
        Err(cause) => return Ok(Page::empty(Index::Missing(cause))),
    };
    let matches = matches(&search.connection, &wanted.query, wanted.order, RANKED + 1);
    let found = matches.and_then(|matches| {
        let instead = match matches.is_empty() {
            true => suggest::suggest(&search.connection, &wanted.text, &wanted.query)?,
            false => None,
        };
        Ok((matches, instead))
    });
    match found {
        Ok((matches, instead)) => {
            let mut page = shown(blog, wanted, search, matches)?;
            page.instead = instead;
            Ok(page)
        }
        Err(error) => Ok(Page::empty(Index::Missing(advice(folder, &error)))),
    }
}

/// The index, brought up to date where that is possible.
fn open(folder: &Path, blog: &Blog) -> std::result::Result<Opened, String> {
    let path = folder.join(SEARCH_FILE);
    if !path.exists() {
        return Err(advice(folder, &"is missing"));
    }
    let read = || -> rusqlite::Result<(Connection, i64, [i64; 2])> {
        let search = open_file(&path, only_read())?;
        rank::register(&search)?;
        search.busy_timeout(BUSY)?;
        search.pragma_update(None, "cache_size", ROOMY)?;
        search.execute_batch("BEGIN")?;
        let version = search.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        let state = match version {
            schema::VERSION => search.query_row("SELECT seq, stems FROM state", [], |row| {
                Ok([row.get(0)?, row.get(1)?])
            })?,
            _ => [0, 0],
        };
        Ok((search, version, state))
    };
    let opened = |search: (Connection, i64, [i64; 2]), index| match search {
        (connection, schema::VERSION, [_, stems]) => Ok(Opened {
            connection,
            stems: stems != 0,
            index,
        }),
        (_, version, _) => Err(advice(folder, &format!("has schema {version}"))),
    };
    let (log, _) = log::Log::read(&blog.connection).map_err(|error| error.to_string())?;
    match read() {
        Ok(search) if search.2 == [blog.site.version.seq, i64::from(log.stems)] => {
            return opened(search, Index::Whole);
        }
        // A post that came due was published by a program without the index, or the
        // publisher was killed between the two files, or while it wrote the second:
        // whoever searches catches up, or rolls back.
        Ok(_) | Err(_) => {}
    }
    let index = match follow(&blog.connection, folder) {
        Ok(()) => Index::Whole,
        Err(error) => Index::Behind(error.to_string()),
    };
    opened(read().map_err(|error| advice(folder, &error))?, index)
}

/// What the log says of an index that can't be used.
fn advice(folder: &Path, cause: &dyn std::fmt::Display) -> String {
    let file = folder.join(SEARCH_FILE);
    format!(
        "the index {}: {cause}: make it anew with `mayfly rebuild --search`",
        file.display()
    )
}

/// The newest matches, at most `limit`. In the order of time nobody asks for their scores.
fn matches(
    search: &Connection,
    query: &Query,
    order: Order,
    limit: i64,
) -> rusqlite::Result<Vec<Match>> {
    let (rarities, score) = match order {
        Order::Relevance => {
            let rarities = rank::rarities(search, query)?;
            let given = ", ?".repeat(rarities.len());
            (rarities, format!("score(word{given})"))
        }
        Order::Date => (Vec::new(), "0.0".to_owned()),
    };
    let mut statement = search.prepare(&format!(
        "SELECT doc.key, doc.post, {score}, doc.date, doc.kind, doc.tags, doc.slug
         FROM word CROSS JOIN doc ON doc.key = word.rowid
         WHERE word MATCH ? AND word.rowid BETWEEN ? AND ? AND doc.date BETWEEN ? AND ?
         ORDER BY word.rowid DESC LIMIT ?"
    ))?;
    let (first, last) = query.keys();
    let from = query.from.map_or(0, Date::number);
    let to = query.to.map_or(i64::MAX, Date::number);
    let fts = query.to_fts();
    let rarities = rarities.iter().map(|rarity| rarity as &dyn ToSql);
    let rest = params![fts, first, last, from, to, limit];
    let values: Vec<&dyn ToSql> = rarities.chain(rest.iter().copied()).collect();
    let rows = statement.query_map(values.as_slice(), |row| {
        Ok(Match {
            key: row.get(0)?,
            post: row.get(1)?,
            score: row.get(2)?,
            date: row.get(3)?,
            kind: row.get(4)?,
            tags: row.get(5)?,
            slug: row.get(6)?,
        })
    })?;
    rows.collect()
}

/// Whether there is something to look for, and something that matches.
fn is_found(search: &Connection, query: &Query) -> rusqlite::Result<bool> {
    Ok(!query.is_empty() && !matches(search, query, Order::Date, 1)?.is_empty())
}

fn shown(blog: &Blog, wanted: &Wanted, search: Opened, mut found: Vec<Match>) -> Result<Page> {
    let stopped = found.len() > RANKED as usize;
    found.truncate(RANKED as usize);
    let mut page = Page::empty(search.index);
    page.total = found.len();
    page.stopped = stopped;
    count(&found, &mut page);
    if wanted.order == Order::Relevance {
        // Scores are negative, the best the least. Equals stay newest first.
        found.sort_by(|one, other| one.score.total_cmp(&other.score));
    }
    let behind = wanted.after.and_then(|key| {
        let at = found.iter().position(|found| found.key == key)?;
        Some(at + 1)
    });
    let start = behind.unwrap_or(0);
    let part = &found[start..found.len().min(start + PER_PAGE)];
    page.more = start + part.len() < found.len();
    page.results = excerpt::results(&blog.connection, &wanted.query, search.stems, part)?;
    Ok(page)
}

fn count(found: &[Match], page: &mut Page) {
    let (mut years, mut tags) = (HashMap::new(), HashMap::new());
    for kind in Kind::ALL {
        let of_kind = found.iter().filter(|found| found.kind == kind.number());
        page.kinds.push((kind, of_kind.count()));
    }
    page.kinds.retain(|(_, posts)| *posts > 0);
    for found in found {
        *years.entry(found.date / 10_000).or_insert(0) += 1;
        for tag in found.tags.split_ascii_whitespace() {
            *tags.entry(tag).or_insert(0) += 1;
        }
    }
    let years = years.into_iter();
    let years = years.map(|(year, posts)| (u16::try_from(year).unwrap_or(0), posts));
    page.years = years.collect();
    page.years.sort_unstable_by(|one, other| other.cmp(one));
    let mut tags: Vec<(&str, usize)> = tags.into_iter().collect();
    tags.sort_unstable_by_key(|&(name, posts)| (usize::MAX - posts, name));
    tags.truncate(TAGS);
    page.tags = tags
        .into_iter()
        .map(|(name, posts)| (name.to_owned(), posts))
        .collect();
}
