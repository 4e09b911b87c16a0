//! Storing posts and pages that are ready: in their own table, in every list
//! they belong to, and with the redirects that keep old addresses working.

use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::search::log;
use super::{listing::date_column, neighbour, redirect, tally};
use crate::date::Date;
use crate::error::Result;
use crate::listing::Moment;
use crate::page;
use crate::post::Ready;
use crate::url;

/// When counts, and what posts know of their neighbours, are brought up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counting {
    /// With each post.
    Each,
    /// Later, all at once, by `settle`: cheaper for many posts.
    Later,
    /// Later as well, for the post is only rendered anew: its words are what they were.
    Anew,
}

/// What a stored post left in other tables.
pub(super) struct Trace {
    pub moment: Moment,
    pub date: Date,
    pub slug: String,
    pub kind: i64,
    pub tags: String,
}

/// Stores a new post. Returns its id: the one that it has already, where it was
/// scheduled or public before, else the next one.
///
/// Its moment is the first free one from its own on; its address has to be
/// free (`slug_for` finds one that is).
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn add(tx: &Transaction<'_>, ready: &Ready, counting: Counting) -> Result<i64> {
    let moment = free_moment(tx, ready.post.moment)?;
    let id = own_id(tx, ready.post.id)?;
    let columns = Columns::new(ready, moment);
    let mut values = columns.params();
    values.push(&id);
    tx.prepare_cached(
        "INSERT INTO post (moment, date, slug, kind, published, updated, title, tags, summary, words,
                           link_url, via_url, via_title, source, source_url, context, origin, html, image,
                           text, id, around)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
                 ?20, ?21, char(10))",
    )?
    .execute(values.as_slice())?;
    list(tx, ready, id, moment, counting)?;
    if counting == Counting::Each {
        neighbour::around(tx, moment)?;
    }
    Ok(id)
}

/// Brings up to date what was left for later, of every post.
///
/// # Errors
/// Whatever keeps the file from being read or written.
pub fn settle(tx: &Transaction<'_>) -> Result<()> {
    neighbour::all(tx)?;
    tally::all(tx)
}

/// The id that something has, or where that is 0 one that nothing ever had: feeds
/// name posts by it, and a reader would take a new post for the old one.
pub(super) fn own_id(tx: &Transaction<'_>, id: i64) -> Result<i64> {
    match id {
        0 => Ok(tx
            .prepare_cached("UPDATE site SET last_id = last_id + 1 RETURNING last_id")?
            .query_row([], |row| row.get(0))?),
        id => Ok(id),
    }
}

/// Stores another version of a post. Its id stays; its old address leads to the
/// new one.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn replace(tx: &Transaction<'_>, id: i64, ready: &Ready, counting: Counting) -> Result<()> {
    let Some(old) = trace(tx, id)? else {
        return Ok(());
    };
    unlist(tx, &old, counting)?;
    let moment = free_moment(tx, ready.post.moment)?;
    let columns = Columns::new(ready, moment);
    let mut values = columns.params();
    values.push(&id);
    tx.prepare_cached(
        "UPDATE post SET moment = ?1, date = ?2, slug = ?3, kind = ?4, published = ?5, updated = ?6,
                title = ?7, tags = ?8, summary = ?9, words = ?10, link_url = ?11, via_url = ?12,
                via_title = ?13, source = ?14, source_url = ?15, context = ?16, origin = ?17,
                html = ?18, image = ?19, text = ?20
         WHERE id = ?21",
    )?
    .execute(values.as_slice())?;
    list(tx, ready, id, moment, counting)?;
    if counting == Counting::Each {
        neighbour::around(tx, moment)?;
        if moment != old.moment {
            neighbour::around(tx, old.moment)?;
        }
    }
    let before = url::post(old.date, &old.slug);
    if before != ready.post.path() {
        redirect::add(tx, &before, &ready.post.path())?;
    }
    Ok(())
}

/// Takes a post back. Its address, and all that led to it, lead to the path
/// `instead` from now on, or answer 410 where that is empty.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn remove(tx: &Transaction<'_>, id: i64, instead: &str, counting: Counting) -> Result<()> {
    let Some(old) = trace(tx, id)? else {
        return Ok(());
    };
    unlist(tx, &old, counting)?;
    tx.execute("DELETE FROM post WHERE id = ?1", [id])?;
    if counting == Counting::Each {
        neighbour::around(tx, old.moment)?;
    }
    log::note(tx, id)?;
    redirect::add(tx, &url::post(old.date, &old.slug), instead)?;
    Ok(())
}

/// Stores a static page, in place of the one at its path, if there is one, and of
/// the one of its id: the path of that leads to the new one. Returns the id.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn put_page(tx: &Transaction<'_>, ready: &page::Ready) -> Result<i64> {
    let page = &ready.page;
    let mut at = tx.prepare_cached("SELECT id FROM page WHERE path = ?1")?;
    let there = at.query_row([&page.path], |row| row.get(0)).optional()?;
    let id = own_id(
        tx,
        if ready.id == 0 {
            there.unwrap_or(0)
        } else {
            ready.id
        },
    )?;
    let moved = tx
        .prepare_cached("DELETE FROM page WHERE id = ?1 AND path <> ?2 RETURNING path")?
        .query_row((id, &page.path), |row| row.get::<_, String>(0))
        .optional()?;
    tx.prepare_cached(
        "INSERT OR REPLACE INTO page (path, id, title, nav, updated, summary, origin, html, text)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute((
        &page.path,
        id,
        &page.title,
        ready.nav,
        &page.updated.0,
        &page.summary,
        &ready.origin,
        &page.html,
        &ready.text,
    ))?;
    redirect::free(tx, &page.path)?;
    log::note(tx, log::PAGES)?;
    if let Some(before) = moved {
        redirect::add(tx, &before, &page.path)?;
    }
    refresh_nav(tx)?;
    Ok(id)
}

/// Takes a static page back. Its address, and all that led to it, lead to the
/// path `instead` from now on, or answer 410 where that is empty.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn remove_page(tx: &Transaction<'_>, path: &str, instead: &str) -> Result<()> {
    tx.execute("DELETE FROM page WHERE path = ?1", [path])?;
    log::note(tx, log::PAGES)?;
    redirect::add(tx, path, instead)?;
    refresh_nav(tx)
}

/// Writes down which pages the navigation has: every page links to them.
pub(super) fn refresh_nav(tx: &Transaction<'_>) -> Result<()> {
    tx.execute(
        "UPDATE site SET nav = coalesce(
           (SELECT group_concat(path || char(9) || title, char(10) ORDER BY nav, path)
            FROM page WHERE nav > 0), '')",
        [],
    )?;
    Ok(())
}

/// A slug that is free on a day: the one given, or else with a number behind it.
/// `except` is the post that may keep its own.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn slug_for(
    tx: &Transaction<'_>,
    date: Date,
    slug: &str,
    except: Option<i64>,
) -> Result<String> {
    let mut taken = tx.prepare_cached(
        "SELECT 1 FROM post WHERE date = ?1 AND slug = ?2 AND id IS NOT ?3
         UNION ALL SELECT 1 FROM scheduled WHERE date = ?1 AND slug = ?2 AND id IS NOT ?3",
    )?;
    let mut candidate = slug.to_owned();
    let mut number = 2;
    while taken.exists(params![date.number(), candidate, except])? {
        candidate = format!("{slug}-{number}");
        number += 1;
    }
    Ok(candidate)
}

/// The post's values in the order of the columns that `add`, `replace` and
/// `scheduled::add` name.
pub(super) struct Columns<'a> {
    ready: &'a Ready,
    moment: Moment,
    date: i64,
    kind: i64,
    words: i64,
}

impl<'a> Columns<'a> {
    pub(super) fn new(ready: &'a Ready, moment: Moment) -> Columns<'a> {
        let Ready { post, .. } = ready;
        let words = i64::try_from(post.words).unwrap_or(i64::MAX);
        Columns {
            ready,
            moment,
            date: post.date.number(),
            kind: post.kind.number(),
            words,
        }
    }

    pub(super) fn params(&self) -> Vec<&dyn rusqlite::ToSql> {
        let Ready {
            post,
            context,
            origin,
            text,
            ..
        } = self.ready;
        vec![
            &self.moment,
            &self.date,
            &post.slug,
            &self.kind,
            &post.published.0,
            &post.updated.0,
            &post.title,
            &post.tags,
            &post.summary,
            &self.words,
            &post.link_url,
            &post.via_url,
            &post.via_title,
            &post.source,
            &post.source_url,
            context,
            origin,
            &post.html,
            &post.image,
            text,
        ]
    }
}

fn free_moment(tx: &Transaction<'_>, wanted: Moment) -> Result<Moment> {
    let mut taken = tx.prepare_cached("SELECT 1 FROM listing WHERE moment = ?1")?;
    let mut moment = wanted;
    while taken.exists([moment])? {
        moment += 1;
    }
    Ok(moment)
}

fn list(
    tx: &Transaction<'_>,
    ready: &Ready,
    id: i64,
    moment: Moment,
    counting: Counting,
) -> Result<()> {
    let post = &ready.post;
    if counting != Counting::Anew {
        log::note(tx, id)?;
    }
    tx.prepare_cached(
        "INSERT INTO listing (moment, post, date, slug, label, html) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute((moment, id, post.date.number(), &post.slug, &ready.label, &ready.listed))?;
    let mut tag = tx.prepare_cached("INSERT INTO tagging (tag, moment) VALUES (?1, ?2)")?;
    tag.execute([post.kind.number(), moment])?;
    for name in post.tag_names() {
        tag.execute([tag_id(tx, name)?, moment])?;
    }
    redirect::free(tx, &post.path())?;
    if counting == Counting::Each {
        let trace = Trace {
            moment,
            date: post.date,
            slug: post.slug.clone(),
            kind: post.kind.number(),
            tags: post.tags.clone(),
        };
        tally::one(tx, &trace, 1)?;
    }
    Ok(())
}

fn unlist(tx: &Transaction<'_>, old: &Trace, counting: Counting) -> Result<()> {
    tx.prepare_cached("DELETE FROM listing WHERE moment = ?1")?
        .execute([old.moment])?;
    let mut untag = tx.prepare_cached("DELETE FROM tagging WHERE tag = ?1 AND moment = ?2")?;
    untag.execute([old.kind, old.moment])?;
    for name in old.tags.split_ascii_whitespace() {
        untag.execute([tag_id(tx, name)?, old.moment])?;
    }
    if counting == Counting::Each {
        tally::one(tx, old, -1)?;
    }
    Ok(())
}

fn trace(tx: &Transaction<'_>, id: i64) -> Result<Option<Trace>> {
    let from_row = |row: &Row<'_>| {
        Ok(Trace {
            moment: row.get(0)?,
            date: date_column(row, 1)?,
            slug: row.get(2)?,
            kind: row.get(3)?,
            tags: row.get(4)?,
        })
    };
    let sql = "SELECT moment, date, slug, kind, tags FROM post WHERE id = ?1";
    Ok(tx
        .prepare_cached(sql)?
        .query_row([id], from_row)
        .optional()?)
}

/// The id of a tag, which is made if there is none of that name.
pub(super) fn tag_id(tx: &Transaction<'_>, name: &str) -> Result<i64> {
    let known = tx
        .prepare_cached("SELECT id FROM tag WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    let id = tx.query_row(
        "SELECT max(15, coalesce(max(id), 0)) + 1 FROM tag",
        [],
        |row| row.get(0),
    )?;
    tx.execute(
        "INSERT INTO tag (name, id, posts, description, html, related) VALUES (?1, ?2, 0, '', '', '')",
        (name, id),
    )?;
    redirect::free(tx, &url::tag(name))?;
    Ok(id)
}
