//! Counts, kept when posts are saved so that no page has to count: how many posts
//! each tag, pair of tags and period has.

use std::collections::HashMap;
use std::fmt::Write as _;

use rusqlite::{Transaction, params};

use super::now;
use super::publish::Trace;
use crate::error::Result;
use crate::listing::Moment;

/// How many related tags a tag's page names.
const RELATED: usize = 10;

/// Counts one post in (`by` 1) or out (`by` -1). When one is counted out, its
/// rows have to be gone from `listing`.
pub(super) fn one(tx: &Transaction<'_>, post: &Trace, by: i64) -> Result<()> {
    let names: Vec<&str> = post.tags.split_ascii_whitespace().collect();
    let mut ids = Vec::with_capacity(names.len());
    for name in &names {
        ids.push(super::publish::tag_id(tx, name)?);
        tx.prepare_cached("UPDATE tag SET posts = posts + ?2 WHERE name = ?1")?
            .execute((name, by))?;
    }
    for &tag in &ids {
        for &other in ids.iter().filter(|&&other| other != tag) {
            tx.prepare_cached(
                "INSERT INTO tag_pair (tag, other, posts) VALUES (?1, ?2, ?3)
                 ON CONFLICT (tag, other) DO UPDATE SET posts = posts + excluded.posts",
            )?
            .execute([tag, other, by])?;
        }
        tx.prepare_cached("DELETE FROM tag_pair WHERE tag = ?1 AND posts <= 0")?
            .execute([tag])?;
    }
    for (name, id) in names.iter().zip(&ids) {
        relate(tx, name, *id)?;
    }
    let day = post.date.number();
    for number in [day / 10_000, day / 100, day] {
        period(tx, number, post, by)?;
    }
    years(tx)
}

/// Counts everything anew.
pub(super) fn all(tx: &Transaction<'_>) -> Result<()> {
    tx.execute_batch(
        "DELETE FROM period; DELETE FROM tag_pair; UPDATE tag SET posts = 0, related = '';",
    )?;
    for divisor in [10_000, 100, 1] {
        tx.execute(
            "INSERT INTO period (date, entries, links, quotes, notes, oldest, newest, changed)
             SELECT date / ?1, sum(tag = 1), sum(tag = 2), sum(tag = 3), sum(tag = 4),
                    min(moment), max(moment), ?2
             FROM listing CROSS JOIN (SELECT column1 AS kind FROM (VALUES (1), (2), (3), (4)))
                  CROSS JOIN tagging USING (moment)
             WHERE tag = kind
             GROUP BY date / ?1",
            [divisor, now()],
        )?;
    }
    let mut pairs: HashMap<(i64, i64), i64> = HashMap::new();
    let mut totals: HashMap<i64, i64> = HashMap::new();
    for tags in tags_by_post(tx)? {
        for &tag in &tags {
            *totals.entry(tag).or_default() += 1;
            for &other in tags.iter().filter(|&&other| other != tag) {
                *pairs.entry((tag, other)).or_default() += 1;
            }
        }
    }
    let mut pairs: Vec<((i64, i64), i64)> = pairs.into_iter().collect();
    pairs.sort_unstable();
    let mut insert =
        tx.prepare_cached("INSERT INTO tag_pair (tag, other, posts) VALUES (?1, ?2, ?3)")?;
    for ((tag, other), posts) in pairs {
        insert.execute([tag, other, posts])?;
    }
    let mut tags = tx.prepare("SELECT name, id FROM tag")?;
    let tags = tags.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (name, id) in tags.collect::<rusqlite::Result<Vec<(String, i64)>>>()? {
        let posts = totals.get(&id).copied().unwrap_or(0);
        tx.prepare_cached("UPDATE tag SET posts = ?2 WHERE name = ?1")?
            .execute((&name, posts))?;
        if posts > 0 {
            relate(tx, &name, id)?;
        }
    }
    years(tx)
}

/// Writes down which years have posts: every page links to them.
fn years(tx: &Transaction<'_>) -> Result<()> {
    tx.prepare_cached(
        "UPDATE site SET years = coalesce(
           (SELECT group_concat(date, ' ' ORDER BY date) FROM period WHERE date < 10000), '')",
    )?
    .execute([])?;
    Ok(())
}

/// The ids of each post's tags. The table is in the order of tags, so it is read
/// once and put into the order of posts here: 48 MB for a million posts.
fn tags_by_post(tx: &Transaction<'_>) -> Result<Vec<Vec<i64>>> {
    let mut statement = tx.prepare("SELECT moment, tag FROM tagging WHERE tag > 15")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut rows = rows.collect::<rusqlite::Result<Vec<(Moment, i64)>>>()?;
    rows.sort_unstable();
    let posts = rows.chunk_by(|one, next| one.0 == next.0);
    Ok(posts
        .map(|post| post.iter().map(|(_, tag)| *tag).collect())
        .collect())
}

/// Writes down which tags most often stand beside one.
pub(super) fn relate(tx: &Transaction<'_>, name: &str, id: i64) -> Result<()> {
    let mut nearest = tx.prepare_cached(
        "SELECT tag.name, tag_pair.posts FROM tag_pair JOIN tag ON tag.id = tag_pair.other
         WHERE tag_pair.tag = ?1 ORDER BY tag_pair.posts DESC, tag.name LIMIT ?2",
    )?;
    let mut related = String::new();
    let mut rows = nearest.query(params![id, RELATED as i64])?;
    while let Some(row) = rows.next()? {
        let (other, posts): (String, i64) = (row.get(0)?, row.get(1)?);
        // A String takes all that is written to it.
        if write!(related, "{other} {posts} ").is_err() {
            break;
        }
    }
    tx.prepare_cached("UPDATE tag SET related = ?2 WHERE name = ?1")?
        .execute((name, related.trim_end()))?;
    Ok(())
}

fn period(tx: &Transaction<'_>, number: i64, post: &Trace, by: i64) -> Result<()> {
    let of_kind = |kind: i64| if post.kind == kind { by } else { 0 };
    tx.prepare_cached(
        "INSERT INTO period (date, entries, links, quotes, notes, oldest, newest, changed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7)
         ON CONFLICT (date) DO UPDATE SET
           entries = entries + excluded.entries, links = links + excluded.links,
           quotes = quotes + excluded.quotes, notes = notes + excluded.notes,
           oldest = min(oldest, excluded.oldest), newest = max(newest, excluded.newest),
           changed = excluded.changed",
    )?
    .execute([
        number,
        of_kind(1),
        of_kind(2),
        of_kind(3),
        of_kind(4),
        post.moment,
        now(),
    ])?;
    if by > 0 {
        return Ok(());
    }
    tx.prepare_cached(
        "DELETE FROM period WHERE date = ?1 AND entries + links + quotes + notes <= 0",
    )?
    .execute([number])?;
    // The days a number stands for: itself, or all that begin with it.
    let scale = match number {
        ..=9_999 => 10_000,
        10_000..=999_999 => 100,
        _ => 1,
    };
    tx.prepare_cached(
        "UPDATE period SET
           oldest = (SELECT moment FROM listing WHERE moment >= oldest
                     AND listing.date / ?2 = ?1 ORDER BY moment LIMIT 1),
           newest = (SELECT moment FROM listing WHERE moment <= newest
                     AND listing.date / ?2 = ?1 ORDER BY moment DESC LIMIT 1)
         WHERE date = ?1",
    )?
    .execute([number, scale])?;
    Ok(())
}
