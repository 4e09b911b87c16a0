//! Addresses that once worked.

use rusqlite::{Connection, OptionalExtension, Statement, Transaction};

use crate::error::{Error, Result};
use crate::path::Path;
use crate::url;

/// What to answer at a path where nothing is published: 301, 410 or 404. The path
/// is looked for as it came, then with or without a slash at its end, for other programs
/// were not strict about it.
pub fn instead(blog: &Connection, path: &Path) -> Result<Error> {
    let given = path.as_str();
    let other = match given.strip_suffix('/') {
        Some(bare) => bare.to_owned(),
        None => format!("{given}/"),
    };
    let mut statement = blog.prepare(TARGET)?;
    for form in [given, &other] {
        match leads(&mut statement, form)? {
            Some(target) if target.is_empty() => return Ok(Error::Gone),
            Some(target) => return Ok(Error::Moved(target)),
            None => {}
        }
    }
    Ok(Error::NotFound)
}

/// What to answer at the address of tags of which one is not there. One that was
/// renamed leads on together with the others, too: `to` makes the address of names.
pub fn of_tags(
    blog: &Connection,
    path: &Path,
    names: &[String],
    to: impl Fn(&str) -> String,
) -> Result<Error> {
    let exactly = instead(blog, path)?;
    if !matches!(exactly, Error::NotFound) {
        return Ok(exactly);
    }
    let mut now = Vec::with_capacity(names.len());
    for name in names {
        match target(blog, &url::tag(name))? {
            Some(target) if target.is_empty() => return Ok(Error::Gone),
            Some(target) => match url::tag_of(&target) {
                Some(other) => now.push(other.to_owned()),
                None => return Ok(Error::NotFound),
            },
            None => now.push(name.clone()),
        }
    }
    now.sort_unstable();
    now.dedup();
    let mut there = blog.prepare("SELECT 1 FROM tag WHERE name = ?1 AND posts > 0")?;
    for name in &now {
        if !there.exists([name])? {
            return Ok(Error::NotFound);
        }
    }
    Ok(match now == names {
        true => Error::NotFound,
        false => Error::Moved(to(&now.join("+"))),
    })
}

/// Where a path leads, if it does.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn target(blog: &Connection, path: &str) -> Result<Option<String>> {
    leads(&mut blog.prepare(TARGET)?, path)
}

const TARGET: &str = "SELECT target FROM redirect WHERE path = ?1";

fn leads(target: &mut Statement<'_>, path: &str) -> Result<Option<String>> {
    Ok(target.query_row([path], |row| row.get(0)).optional()?)
}

/// Leads visitors of `path` to `target` from now on, and those of every path that
/// led to `path` too, so that nobody is sent on twice. An empty target says that
/// what was here is gone.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn add(blog: &Transaction<'_>, path: &str, target: &str) -> rusqlite::Result<()> {
    blog.prepare_cached("UPDATE redirect SET target = ?2 WHERE target = ?1")?
        .execute([path, target])?;
    if path == target {
        return free(blog, path);
    }
    blog.prepare_cached(
        "INSERT INTO redirect (path, target) VALUES (?1, ?2)
         ON CONFLICT (path) DO UPDATE SET target = excluded.target",
    )?
    .execute([path, target])?;
    Ok(())
}

/// Shortens redirects that lead to redirects, and ends those that lead in a circle.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn straighten(blog: &Transaction<'_>) -> rusqlite::Result<()> {
    let mut shorten = blog.prepare(
        "UPDATE redirect SET target = next.target FROM redirect next
         WHERE redirect.target = next.path",
    )?;
    // Each round halves a chain, so what is left after these is a circle.
    for _ in 0..16 {
        shorten.execute([])?;
    }
    blog.execute(
        "DELETE FROM redirect WHERE target IN (SELECT path FROM redirect)",
        [],
    )?;
    Ok(())
}

/// Ends a redirect, for something is published at its path now.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn free(blog: &Transaction<'_>, path: &str) -> rusqlite::Result<()> {
    blog.prepare_cached("DELETE FROM redirect WHERE path = ?1")?
        .execute([path])?;
    Ok(())
}
