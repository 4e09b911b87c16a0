//! Tags as their owner keeps them: what there is, descriptions, and other names for
//! them. The posts themselves are changed by `retag`, step by step.

use rusqlite::{OptionalExtension, Transaction, params};

use super::desk::{Desk, Effect};
use super::{publish, redirect, scheduled};
use crate::error::{Error, Result};
use crate::house::tags::Listed;
use crate::retag::Change;
use crate::url;

/// Tags with these letters in their names, in the order of the alphabet, behind a name.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn list(desk: &Desk, letters: &str, after: &str, limit: i64) -> Result<Vec<Listed>> {
    let mut statement = desk.connection.prepare(
        "SELECT name, posts, description > '' FROM tag
         WHERE name > ?1 AND instr(name, ?2) AND (posts > 0 OR description > '')
         ORDER BY name LIMIT ?3",
    )?;
    let tags = statement.query_map(params![after, letters, limit], |row| {
        Ok(Listed {
            name: row.get(0)?,
            posts: row.get(1)?,
            described: row.get(2)?,
        })
    })?;
    Ok(tags.collect::<rusqlite::Result<_>>()?)
}

/// How many posts have a tag, and its description; none for a tag that there is not.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn find(desk: &Desk, name: &str) -> Result<Option<(i64, String)>> {
    let sql = "SELECT posts, description FROM tag WHERE name = ?1";
    let found = desk
        .connection
        .query_row(sql, [name], |row| Ok((row.get(0)?, row.get(1)?)));
    Ok(found.optional()?)
}

/// Stores another description, as it was written and rendered.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn describe(desk: &mut Desk, name: &str, description: &str, html: &str) -> Result<()> {
    desk.attempt(|tx| {
        let sql =
            "UPDATE tag SET description = ?2, html = ?3 WHERE name = ?1 AND description <> ?2";
        let changed = tx.execute(sql, [name, description, html])?;
        let effect = match changed {
            0 => Effect::None,
            _ => Effect::Public,
        };
        Ok(((), effect))
    })
}

/// Some of the posts that have a tag.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn posts(desk: &Desk, name: &str, limit: usize) -> Result<Vec<i64>> {
    let mut statement = desk.connection.prepare_cached(
        "SELECT listing.post FROM tag CROSS JOIN tagging ON tagging.tag = tag.id
                CROSS JOIN listing USING (moment)
         WHERE tag.name = ?1 ORDER BY moment DESC LIMIT ?2",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let posts = statement.query_map(params![name, limit], |row| row.get(0))?;
    Ok(posts.collect::<rusqlite::Result<_>>()?)
}

/// What comes before the posts of a tag are changed: its address leads to the other
/// tag, or says that it is gone, as soon as no post has it any more. Doing it twice
/// changes nothing.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn begin(desk: &mut Desk, name: &str, to: Option<&str>) -> Result<()> {
    let instead = to.map_or_else(String::new, url::tag);
    desk.attempt(|tx| {
        if redirect::target(tx, &url::tag(name))?.as_deref() == Some(&*instead) {
            return Ok(((), Effect::None));
        }
        if let Some(to) = to {
            publish::tag_id(tx, to)?;
            redirect::free(tx, &url::tag(to))?;
            // The other tag's own description stays, if it has one.
            tx.execute(
                "UPDATE tag SET (description, html) = (SELECT description, html FROM tag WHERE name = ?1)
                 WHERE name = ?2 AND description = ''",
                [name, to],
            )?;
        }
        redirect::add(tx, &url::tag(name), &instead)?;
        Ok(((), Effect::Public))
    })
}

/// What comes after: the tag goes, unless a post got it meanwhile, and what is not
/// published yet has it changed as well.
///
/// # Errors
/// Whatever keeps a file from being written.
pub fn finish(desk: &mut Desk, name: &str, change: &Change) -> Result<()> {
    desk.attempt(|tx| {
        tx.execute("DELETE FROM tag WHERE name = ?1 AND posts <= 0", [name])?;
        waiting(tx, change)?;
        drafts(tx, change)?;
        Ok(((), Effect::Private))
    })
}

fn waiting(tx: &Transaction<'_>, change: &Change) -> Result<()> {
    let mut sought = tx.prepare("SELECT id, tags, listed FROM scheduled")?;
    let posts = sought.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    for (id, tags, listed) in posts.collect::<rusqlite::Result<Vec<(i64, String, String)>>>()? {
        if let Some(tags) = change.applied(&tags) {
            let listed = crate::publish::relisted(&listed, &tags).map_err(Error::Internal)?;
            scheduled::retag(tx, id, &tags, &listed)?;
        }
    }
    Ok(())
}

fn drafts(tx: &Transaction<'_>, change: &Change) -> Result<()> {
    let mut sought = tx.prepare("SELECT id, tags FROM draft WHERE tags > ''")?;
    let drafts = sought.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (id, tags) in drafts.collect::<rusqlite::Result<Vec<(i64, String)>>>()? {
        if let Some(tags) = change.applied(&tags) {
            tx.execute(
                "UPDATE draft SET tags = ?2 WHERE id = ?1",
                params![id, tags],
            )?;
        }
    }
    Ok(())
}
