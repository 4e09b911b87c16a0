//! Redirects as their owner keeps them: found, added, changed and removed, so that
//! none leads to another and none stands where something is published.

use rusqlite::{OptionalExtension, Transaction, params};

use super::desk::{Desk, Effect};
use super::redirect;
use crate::date::{Date, month_number, parse_month, parse_number};
use crate::error::Result;
use crate::redirect::{Rule, Target, Trouble};
use crate::tag;
use crate::url;

/// Redirects with these letters in either address, in the order of old addresses,
/// behind one of them: where each leads, which is empty for what is gone.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn list(
    desk: &Desk,
    letters: &str,
    after: &str,
    limit: usize,
) -> Result<Vec<(String, String)>> {
    let mut statement = desk.connection.prepare(
        "SELECT path, target FROM redirect
         WHERE path > ?1 AND (instr(path, ?2) OR instr(target, ?2)) ORDER BY path LIMIT ?3",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found = statement.query_map(params![after, letters, limit], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Where an old address leads, if it does; empty for what is gone.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn find(desk: &Desk, path: &str) -> Result<Option<String>> {
    redirect::target(&desk.connection, path)
}

/// Takes all of these in, or none where there is trouble with one. `instead` is the
/// old address of one that is changed. Returns what is wrong with which.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn put(desk: &mut Desk, rules: &[Rule], instead: &str) -> Result<Vec<(usize, Trouble)>> {
    desk.attempt(|tx| {
        let mut wrong = Vec::new();
        if !instead.is_empty() {
            redirect::free(tx, instead)?;
        }
        for (index, rule) in rules.iter().enumerate() {
            match settled(tx, rule)? {
                Ok(target) => redirect::add(tx, &rule.path, &target)?,
                Err(trouble) => wrong.push((index, trouble)),
            }
        }
        let effect = match wrong.is_empty() {
            true => Effect::Public,
            false => Effect::None,
        };
        Ok((wrong, effect))
    })
}

/// Ends a redirect: its address is not found from then on.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn remove(desk: &mut Desk, path: &str) -> Result<()> {
    desk.attempt(|tx| {
        let there = redirect::target(tx, path)?.is_some();
        redirect::free(tx, path)?;
        let effect = if there { Effect::Public } else { Effect::None };
        Ok(((), effect))
    })
}

/// Where a rule leads in the end.
fn settled(tx: &Transaction<'_>, rule: &Rule) -> Result<std::result::Result<String, Trouble>> {
    if is_published(tx, &rule.path)? {
        return Ok(Err(Trouble::Published));
    }
    let target = match &rule.target {
        Target::Gone => return Ok(Ok(String::new())),
        Target::Elsewhere(url) => return Ok(Ok(url.clone())),
        Target::Here(path) => path,
    };
    // The table has no chains, so one step leads to the end.
    let end = match redirect::target(tx, target)? {
        Some(end) if end.is_empty() => return Ok(Err(Trouble::ToGone)),
        Some(end) => end,
        None => target.clone(),
    };
    Ok(match end == rule.path {
        true => Err(Trouble::Circle),
        false => Ok(end),
    })
}

/// Whether a page answers at an address, so that no redirect from there is ever asked
/// for.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn is_published(tx: &Transaction<'_>, path: &str) -> Result<bool> {
    let there = |sql: &str, key: &dyn rusqlite::ToSql| -> Result<bool> {
        Ok(tx.query_row(sql, [key], |_| Ok(())).optional()?.is_some())
    };
    // The web server sends the former itself, and `page` the latter.
    if path.starts_with(url::MEDIA) || path == url::ROBOTS {
        return Ok(true);
    }
    let slashed = format!("{}/", path.trim_end_matches('/'));
    let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    Ok(match (url::route(path).0, segments.as_slice()) {
        ("page", _) => there("SELECT 1 FROM page WHERE path = ?1", &slashed)?,
        ("post", [year, month, day, slug]) => match Date::parse(year, month, day) {
            Some(date) => tx
                .prepare("SELECT 1 FROM post WHERE date = ?1 AND slug = ?2")?
                .exists(params![date.number(), slug.to_ascii_lowercase()])?,
            None => false,
        },
        ("archive", [year, rest @ ..]) => {
            let year = parse_number(year, 4).unwrap_or(0);
            let number = match rest {
                [] => Some(i64::from(year)),
                [month] => parse_month(month).map(|month| month_number(year, month)),
                [month, day, ..] => Date::parse(&year.to_string(), month, day).map(Date::number),
            };
            there("SELECT 1 FROM period WHERE date = ?1", &number.unwrap_or(0))?
        }
        ("tag", [_, names]) => {
            let mut found = tx.prepare("SELECT 1 FROM tag WHERE name = ?1 AND posts > 0")?;
            let mut all = true;
            for name in tag::parse_names(names).unwrap_or_default() {
                all &= found.exists([name])?;
            }
            all
        }
        ("tag", [_, _, ..]) => false,
        // The other programs answer all of their addresses and ask for no redirect.
        _ => true,
    })
}
