//! Changing the tags of stored posts, some hundred at a time. Each step is one
//! transaction with everything that follows from it, so whoever is killed between two
//! of them leaves a blog that is whole, and whoever goes on later has only the rest
//! to do. Readers wait for the end of a step, which takes milliseconds.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Transaction, params};

use super::desk::{Desk, Effect};
use super::publish::tag_id;
use super::search::log;
use super::{now, tally};
use crate::error::{Error, Result};
use crate::listing::Moment;
use crate::publish;
use crate::retag::Change;

/// How many posts a step changes: as many as `search.db` can be told of without
/// being made anew.
pub const STEP: usize = log::WHOLE;

/// Changes the tags of these posts, in one transaction. Returns how many of them had
/// something to change.
///
/// # Errors
/// Whatever keeps a file from being written; then nothing was changed.
pub fn step(desk: &mut Desk, change: &Change, posts: &[i64]) -> Result<usize> {
    desk.attempt(|tx| {
        let changed = all(tx, change, posts)?;
        let effect = match changed {
            0 => Effect::None,
            _ => Effect::Public,
        };
        Ok((changed, effect))
    })
}

fn all(tx: &Transaction<'_>, change: &Change, posts: &[i64]) -> Result<usize> {
    let mut sought = tx.prepare_cached("SELECT moment, tags, date FROM post WHERE id = ?1")?;
    let mut delta = Delta::default();
    let mut changed = Vec::with_capacity(posts.len());
    let mut periods = BTreeSet::new();
    for &post in posts {
        // One that was taken back meanwhile has nothing to change.
        let mut rows = sought.query([post])?;
        let Some(row) = rows.next()? else { continue };
        let (moment, before): (Moment, String) = (row.get(0)?, row.get(1)?);
        let date: i64 = row.get(2)?;
        drop(rows);
        let Some(after) = change.applied(&before) else {
            continue;
        };
        one(tx, post, moment, (&before, &after))?;
        delta.note(&before, &after);
        changed.push(post);
        periods.extend([date / 10_000, date / 100, date]);
    }
    for period in periods {
        tx.prepare_cached("UPDATE period SET changed = ?2 WHERE date = ?1")?
            .execute([period, now()])?;
    }
    shift(tx, &delta)?;
    log::note_all(tx, &changed)?;
    Ok(changed.len())
}

/// One post: what it has itself, and the lists it is in.
fn one(tx: &Transaction<'_>, post: i64, moment: Moment, tags: (&str, &str)) -> Result<()> {
    let (before, after) = tags;
    let listed: String = tx
        .prepare_cached("SELECT html FROM listing WHERE moment = ?1")?
        .query_row([moment], |row| row.get(0))?;
    let listed = publish::relisted(&listed, after).map_err(Error::Internal)?;
    tx.prepare_cached("UPDATE listing SET html = ?2 WHERE moment = ?1")?
        .execute(params![moment, listed])?;
    tx.prepare_cached("UPDATE post SET tags = ?2 WHERE id = ?1")?
        .execute(params![post, after])?;
    let names = |tags: &'_ str| -> Vec<String> {
        tags.split_ascii_whitespace().map(String::from).collect()
    };
    let (before, after) = (names(before), names(after));
    for gone in before.iter().filter(|name| !after.contains(name)) {
        tx.prepare_cached("DELETE FROM tagging WHERE tag = ?1 AND moment = ?2")?
            .execute([tag_id(tx, gone)?, moment])?;
    }
    for new in after.iter().filter(|name| !before.contains(name)) {
        tx.prepare_cached("INSERT OR IGNORE INTO tagging (tag, moment) VALUES (?1, ?2)")?
            .execute([tag_id(tx, new)?, moment])?;
    }
    Ok(())
}

/// How the counts change with the tags of many posts.
#[derive(Default)]
struct Delta {
    tags: BTreeMap<String, i64>,
    pairs: BTreeMap<(String, String), i64>,
}

impl Delta {
    /// Takes in one post whose tags change.
    fn note(&mut self, before: &str, after: &str) {
        for (tags, others, by) in [(before, after, -1), (after, before, 1)] {
            let names: Vec<&str> = tags.split_ascii_whitespace().collect();
            let stays = |name: &str| others.split_ascii_whitespace().any(|other| other == name);
            for &name in names.iter().filter(|name| !stays(name)) {
                *self.tags.entry(name.to_owned()).or_default() += by;
            }
            for &one in &names {
                for &other in names.iter().filter(|&&other| other != one) {
                    if !(stays(one) && stays(other)) {
                        let pair = (one.to_owned(), other.to_owned());
                        *self.pairs.entry(pair).or_default() += by;
                    }
                }
            }
        }
    }
}

/// Brings the counts up to date with what was noted.
fn shift(tx: &Transaction<'_>, delta: &Delta) -> Result<()> {
    for (name, by) in delta.tags.iter().filter(|(_, by)| **by != 0) {
        tag_id(tx, name)?;
        tx.prepare_cached("UPDATE tag SET posts = posts + ?2 WHERE name = ?1")?
            .execute((name, by))?;
    }
    let mut ids = BTreeMap::new();
    for name in delta
        .pairs
        .keys()
        .map(|(name, _)| name)
        .chain(delta.tags.keys())
    {
        if !ids.contains_key(name) {
            ids.insert(name, tag_id(tx, name)?);
        }
    }
    for ((one, other), by) in delta.pairs.iter().filter(|(_, by)| **by != 0) {
        tx.prepare_cached(
            "INSERT INTO tag_pair (tag, other, posts) VALUES (?1, ?2, ?3)
             ON CONFLICT (tag, other) DO UPDATE SET posts = posts + excluded.posts",
        )?
        .execute([ids[one], ids[other], *by])?;
        tx.prepare_cached("DELETE FROM tag_pair WHERE tag = ?1 AND other = ?2 AND posts <= 0")?
            .execute([ids[one], ids[other]])?;
    }
    for (name, id) in ids {
        tally::relate(tx, name, id)?;
    }
    Ok(())
}
