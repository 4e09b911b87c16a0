//! Finding the posts that are to be changed together, newest first and a part at a time.
//! Each part ends where the next begins, so that changing what was found in one never
//! hides what is in another.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::listing::date_column;
use super::{BUSY, Desk, ROOMY, SEARCH_FILE, only_read, open_file, schema};
use crate::date::Date;
use crate::error::Result;
use crate::listing::Moment;
use crate::pick::{Found, Pick};
use crate::post::Kind;
use crate::search::Query;
use crate::url;

/// The posts that are meant.
pub struct Picked<'a> {
    desk: &'a Desk,
    pick: &'a Pick,
    way: Way,
}

/// How they are found.
enum Way {
    /// By the index of words.
    Words(Connection, Box<Query>),
    /// By looking at every text, for there is no index.
    Letters,
    /// By the lists of tags, kinds and years.
    Lists,
}

/// Moments or keys that posts lie between, both included.
type Bounds = (i64, i64);

/// The posts that a pick means.
///
/// # Errors
/// Whatever keeps a file from being read.
pub fn open<'a>(desk: &'a Desk, pick: &'a Pick) -> Result<Picked<'a>> {
    let way = match pick.words.is_empty() {
        true => Way::Lists,
        false => {
            let query = Query::parse(&pick.words);
            match index(desk) {
                Ok(index) if !query.is_empty() => Way::Words(index, Box::new(query)),
                Ok(_) | Err(_) => Way::Letters,
            }
        }
    };
    Ok(Picked { desk, pick, way })
}

fn index(desk: &Desk) -> rusqlite::Result<Connection> {
    let index = open_file(&desk.folder.join(SEARCH_FILE), only_read())?;
    index.busy_timeout(BUSY)?;
    index.pragma_update(None, "cache_size", ROOMY)?;
    match index.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))? {
        schema::VERSION => Ok(index),
        _ => Err(rusqlite::Error::InvalidQuery),
    }
}

impl Picked<'_> {
    /// Whether every text was looked at, since the index of words can't be asked.
    pub fn is_by_letters(&self) -> bool {
        matches!(self.way, Way::Letters)
    }

    /// How many there are.
    ///
    /// # Errors
    /// Whatever keeps a file from being read.
    pub fn count(&self) -> Result<i64> {
        let pick = self.pick;
        if matches!(self.way, Way::Lists) && pick.tag.is_empty() {
            let kinds = match pick.kind {
                Some(Kind::Entry) => "entries",
                Some(Kind::Link) => "links",
                Some(Kind::Quote) => "quotes",
                Some(_) => "notes",
                None => "entries + links + quotes + notes",
            };
            let sql = format!(
                "SELECT coalesce(sum({kinds}), 0) FROM period WHERE date < 10000 AND date = coalesce(?1, date)"
            );
            let year = pick.year.map(i64::from);
            return Ok(self
                .desk
                .connection
                .query_row(&sql, [year], |row| row.get(0))?);
        }
        let all = self.walk("count(*)", self.bounds(i64::MAX)?, i64::MAX, |row| {
            row.get(0)
        })?;
        Ok(all.first().copied().unwrap_or(0))
    }

    /// The next of them before a place, each with its id and its own place.
    ///
    /// # Errors
    /// Whatever keeps a file from being read.
    pub fn before(&self, place: i64, limit: usize) -> Result<Vec<(i64, i64)>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let columns = match self.way {
            Way::Words(..) => "doc.post, doc.key",
            Way::Letters | Way::Lists => "listing.post, listing.moment",
        };
        self.walk(columns, self.bounds(place)?, limit, |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
    }

    fn walk<T>(
        &self,
        columns: &str,
        (first, last): Bounds,
        limit: i64,
        read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let (pick, blog) = (self.pick, &self.desk.connection);
        let kind = pick.kind.map(Kind::number);
        let tag = match pick.tag.is_empty() {
            true => None,
            false => Some(self.tag()?),
        };
        let found = match &self.way {
            Way::Words(index, query) => {
                let mut walk = index.prepare(&format!(
                    "SELECT {columns} FROM word CROSS JOIN doc ON doc.key = word.rowid
                     WHERE word MATCH ?1 AND word.rowid BETWEEN ?2 AND ?3 AND doc.kind < 5
                       AND doc.kind = coalesce(?4, doc.kind)
                       AND (?5 = '' OR instr(' ' || doc.tags || ' ', ' ' || ?5 || ' '))
                       AND doc.date BETWEEN ?6 AND ?7
                     ORDER BY word.rowid DESC LIMIT ?8"
                ))?;
                let from = query.from.map_or(0, Date::number).max(self.year(101));
                let to = query.to.map_or(i64::MAX, Date::number).min(self.year(1231));
                let (oldest, newest) = query.keys();
                let (first, last) = (first.max(oldest), last.min(newest));
                let rows = walk.query_map(
                    params![query.to_fts(), first, last, kind, pick.tag, from, to, limit],
                    read,
                )?;
                rows.collect::<rusqlite::Result<_>>()?
            }
            Way::Letters => {
                let mut walk = blog.prepare(&format!(
                    "SELECT {columns} FROM listing CROSS JOIN post ON post.id = listing.post
                     WHERE listing.moment BETWEEN ?2 AND ?3 AND kind = coalesce(?4, kind)
                       AND (?5 = '' OR instr(' ' || tags || ' ', ' ' || ?5 || ' '))
                       AND (instr(lower(title), lower(?1)) OR instr(lower(text), lower(?1)))
                     ORDER BY listing.moment DESC LIMIT ?6"
                ))?;
                let rows = walk.query_map(
                    params![pick.words, first, last, kind, pick.tag, limit],
                    read,
                )?;
                rows.collect::<rusqlite::Result<_>>()?
            }
            Way::Lists => {
                // Along the narrow list of a tag or of a kind, where there is one.
                let (lead, probe) = match (tag, kind) {
                    (Some(tag), kind) => (Some(tag), kind),
                    (None, kind) => (kind, None),
                };
                // Whoever counts needs no more than that.
                let (from, lists) = match (lead, columns) {
                    (None, _) => ("listing", "?3 IS NULL"),
                    (Some(_), "count(*)") => ("tagging listing", "listing.tag = ?3"),
                    (Some(_), _) => ("tagging a CROSS JOIN listing USING (moment)", "a.tag = ?3"),
                };
                let mut walk = blog.prepare(&format!(
                    "SELECT {columns} FROM {from}
                     WHERE listing.moment BETWEEN ?1 AND ?2 AND {lists}
                       AND (?4 IS NULL OR EXISTS
                             (SELECT 1 FROM tagging b WHERE b.tag = ?4 AND b.moment = listing.moment))
                     ORDER BY listing.moment DESC LIMIT ?5"
                ))?;
                let rows = walk.query_map(params![first, last, lead, probe, limit], read)?;
                rows.collect::<rusqlite::Result<_>>()?
            }
        };
        Ok(found)
    }

    /// The id of the tag; one that no post has where there is no such tag.
    fn tag(&self) -> Result<i64> {
        let sql = "SELECT id FROM tag WHERE name = ?1";
        let found = self
            .desk
            .connection
            .query_row(sql, [&self.pick.tag], |row| row.get(0));
        Ok(found.optional()?.unwrap_or(-1))
    }

    /// A day of the year that is meant, and none where every year is.
    fn year(&self, day: i64) -> i64 {
        match self.pick.year {
            Some(year) => i64::from(year) * 10_000 + day,
            None if day > 1000 => i64::MAX,
            None => 0,
        }
    }

    fn bounds(&self, before: i64) -> Result<Bounds> {
        let last = before.saturating_sub(1);
        let (Some(year), Way::Letters | Way::Lists) = (self.pick.year, &self.way) else {
            return Ok((i64::MIN, last));
        };
        let sql = "SELECT oldest, newest FROM period WHERE date = ?1";
        let found = self
            .desk
            .connection
            .query_row(sql, [i64::from(year)], |row| Ok((row.get(0)?, row.get(1)?)));
        let (oldest, newest): (Moment, Moment) = found.optional()?.unwrap_or((1, 0));
        Ok((oldest, newest.min(last)))
    }
}

/// What a list shows of posts, in the order of their ids here.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn shown(desk: &Desk, ids: &[i64]) -> Result<Vec<Found>> {
    let mut sought = desk.connection.prepare(
        "SELECT post.id, post.date, post.slug, label, kind, tags
         FROM post CROSS JOIN listing USING (moment) WHERE id = ?1",
    )?;
    let mut found = HashMap::new();
    for id in ids {
        let post = sought.query_row([id], |row| {
            let date = date_column(row, 1)?;
            Ok(Found {
                id: row.get(0)?,
                path: url::post(date, row.get_ref(2)?.as_str()?),
                date,
                label: row.get(3)?,
                kind: Kind::from_number(row.get(4)?).unwrap_or(Kind::Note),
                tags: row.get(5)?,
            })
        });
        // One that was taken back meanwhile is not there.
        found.extend(post.optional()?.map(|post| (*id, post)));
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}
