//! Writing at the desk: drafts that are saved against the version they began from,
//! published, and taken back.
//!
//! A change of both files is two transactions, and the one that could lose something
//! comes second: what is published is in blog.db before it leaves the desk, and what
//! is taken back is on the desk before it leaves blog.db. (SQLite would not commit both
//! at once: with one file in WAL mode a crash in between leaves either.) Whoever is
//! killed between the two leaves the same thing in both files, which `tidy` sees.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::desk::Effect;
use super::draft::{self, COLUMNS, Columns, columns, from_row, places};
use super::publish::{self, Counting};
use super::source::{self, Source};
use super::{Desk, redirect, removed, revision, scheduled};
use crate::date::{Date, timestamp};
use crate::draft::Draft;
use crate::error::{Error, Result};
use crate::listing::Moment;
use crate::page;
use crate::post::{Kind, Ready};
use crate::publish::Wrong;

/// What became of a new draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It lies on the desk under this number.
    As(i64),
    /// There was one already: of this form, sent before, or of this post.
    There(i64),
}

/// What became of a save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is the draft's new version.
    As(i64),
    /// Somebody else saved before; this is theirs, and nothing was overwritten.
    Behind(Box<Draft>, i64),
    /// The draft is not on the desk any more.
    Gone,
}

/// What is to be published.
pub struct Leaf<'a> {
    /// The draft's number.
    pub id: i64,
    /// Its version: a newer one stays on the desk.
    pub version: i64,
    /// The draft.
    pub draft: &'a Draft,
    /// The day it will have.
    pub date: Date,
    /// The slug it is to have, if that is free.
    pub slug: &'a str,
    /// Whether its minute is still to come.
    pub waits: bool,
}

/// What a draft may have become. Of posts only the thousand newest are looked at, for
/// origins have no index: only whoever was killed while publishing, or pressed
/// twice, asks, and soon.
macro_rules! recent {
    () => {
        "(SELECT id, origin FROM post WHERE id > (SELECT max(id) FROM post) - 1000
          UNION ALL SELECT id, origin FROM scheduled UNION ALL SELECT id, origin FROM page)"
    };
}

/// Begins a draft.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn begin(desk: &mut Desk, new: &Draft, saved: &str) -> Result<Begun> {
    desk.private(|desk| {
        let there =
            "SELECT max(id) FROM draft WHERE (origin = ?1 OR post = ?2) AND deleted IS NULL";
        let there = desk.query_row(there, params![new.origin, new.post], |row| row.get(0))?;
        match there {
            Some(there) => Ok(Begun::There(there)),
            None => draft::insert(desk, new, saved).map(Begun::As),
        }
    })
}

/// Saves a draft, unless it has changed since `version`. What the form does not ask
/// about has to be in it as it was. `auto` says that the browser saves by itself. What
/// it was before is kept as a revision.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn save(
    desk: &mut Desk,
    (id, version): (i64, i64),
    new: &Draft,
    now: Moment,
    auto: bool,
) -> Result<Saved> {
    let saved = timestamp(now);
    let changed = desk.private(|desk| {
        revision::keep(desk, (id, version), new, now)?;
        let columns = Columns::new(new);
        let mut values = columns.params();
        values.extend([&saved as &dyn rusqlite::ToSql, &auto, &id, &version]);
        let sql = concat!(
            "UPDATE draft SET (",
            columns!(),
            ") = (",
            places!(),
            "), saved = ?20, auto = ?21, version = version + 1
             WHERE id = ?22 AND version = ?23 AND deleted IS NULL"
        );
        desk.execute(sql, values.as_slice())
    })?;
    Ok(match changed {
        0 => match draft::find(&desk.connection, id)? {
            Some((theirs, version)) => Saved::Behind(Box::new(theirs), version),
            None => Saved::Gone,
        },
        _ => Saved::As(version + 1),
    })
}

/// Stores a post where the public sees it, or lets it wait for its minute, and only
/// then takes its draft off the desk. Doing it twice changes nothing. `render` is
/// given the slug that is free on the post's day, and what was there before. Returns
/// the address.
///
/// # Errors
/// What `render` says, and whatever keeps a file from being written.
pub fn publish(
    desk: &mut Desk,
    leaf: &Leaf<'_>,
    render: impl FnOnce(String, Option<&Source>) -> Result<Ready>,
) -> Result<std::result::Result<String, Wrong>> {
    let Leaf { draft, waits, .. } = leaf;
    keep_public(desk, leaf.id, draft)?;
    let done = desk.attempt(|tx| {
        let id = match draft.post {
            Some(id) => id,
            None => match of_origin(tx, &draft.origin)? {
                Some((id, path)) => return Ok((Ok((path, id)), Effect::None)),
                None => 0,
            },
        };
        let before = source::find(tx, id)?;
        if *waits && before.as_ref().is_some_and(|before| !before.waits) {
            let text = "it is public already, so its date can't be one to come: unpublish it first";
            return Ok((Err(Wrong::new("date", text)), Effect::None));
        }
        let slug = publish::slug_for(tx, leaf.date, leaf.slug, Some(id))?;
        let mut ready = render(slug, before.as_ref())?;
        ready.post.id = id;
        let path = ready.post.path();
        let id = match before {
            _ if *waits => {
                let id = scheduled::put(tx, &ready)?;
                return Ok((Ok((path, id)), Effect::Private));
            }
            Some(before) if before.waits => {
                scheduled::remove(tx, id)?;
                publish::add(tx, &ready, Counting::Each)?
            }
            Some(_) => {
                publish::replace(tx, id, &ready, Counting::Each)?;
                id
            }
            None => publish::add(tx, &ready, Counting::Each)?,
        };
        lead_back(tx, draft, &path)?;
        Ok((Ok((path, id)), Effect::Public))
    })?;
    match done {
        Ok((path, id)) => {
            take_off(desk, (leaf.id, leaf.version), id)?;
            Ok(Ok(path))
        }
        Err(wrong) => Ok(Err(wrong)),
    }
}

/// The same for a page.
///
/// # Errors
/// As `publish`.
pub fn publish_page(
    desk: &mut Desk,
    (id, version): (i64, i64),
    draft: &Draft,
    render: impl FnOnce(Option<&Source>) -> Result<page::Ready>,
) -> Result<std::result::Result<String, Wrong>> {
    keep_public(desk, id, draft)?;
    let done = desk.attempt(|tx| {
        let known = match draft.post {
            None => of_origin(tx, &draft.origin)?,
            Some(_) => None,
        };
        if let Some((id, path)) = known {
            return Ok((Ok((path, id)), Effect::None));
        }
        let page = draft.post.unwrap_or(0);
        let before = source::find(tx, page)?;
        let mut ready = render(before.as_ref())?;
        ready.id = page;
        let path = ready.page.path.clone();
        let mut other = tx.prepare_cached("SELECT 1 FROM page WHERE path = ?1 AND id <> ?2")?;
        if other.exists(params![path, page])? {
            let text = format!("another page is at {path} already");
            return Ok((Err(Wrong::new("slug", text)), Effect::None));
        }
        let page = publish::put_page(tx, &ready)?;
        lead_back(tx, draft, &path)?;
        Ok((Ok((path, page)), Effect::Public))
    })?;
    match done {
        Ok((path, page)) => {
            take_off(desk, (id, version), page)?;
            Ok(Ok(path))
        }
        Err(wrong) => Ok(Err(wrong)),
    }
}

/// Takes a post or a page back from the public: onto the desk, or into the bin where
/// `deleted` is the moment it is now. Its address answers 410. Returns the number of
/// its draft, if it was there.
///
/// # Errors
/// 503 where it was changed at the same time, and whatever keeps a file from being
/// written.
pub fn take_back(
    desk: &mut Desk,
    post: i64,
    saved: &str,
    deleted: Option<Moment>,
) -> Result<Option<i64>> {
    let Some(source) = source::find(&desk.connection, post)? else {
        return Ok(None);
    };
    let mut draft = source.draft(post);
    draft.paths = paths(&desk.connection, &source)?;
    // The draft of a change stays what it is, so what is public has to be kept beside it.
    if let (Some(there), None) = (draft::of_post(&desk.connection, post)?, deleted) {
        revision::keep_public(desk, there, &draft)?;
    }
    let id = desk.private(|desk| {
        let there = draft::of_post(desk, post)?;
        // A file that was imported again after it was deleted has its name twice.
        let free = "UPDATE draft SET origin = NULL WHERE origin = ?1";
        desk.execute(free, [&draft.origin])?;
        match (there, deleted) {
            (Some(there), None) => {
                let keep = "UPDATE draft SET origin = nullif(?2, ''), paths = ?3 WHERE id = ?1";
                desk.execute(keep, params![there, draft.origin, draft.paths])?;
                Ok(there)
            }
            (_, None) => draft::insert(desk, &draft, saved),
            (_, Some(now)) => {
                let id = draft::insert(desk, &draft, saved)?;
                let bin = "UPDATE draft SET deleted = ?2, public = 1 WHERE id = ?1";
                desk.execute(bin, params![id, now])?;
                Ok(id)
            }
        }
    })?;
    desk.attempt(|tx| {
        if source::find(tx, post)?.as_ref() != Some(&source) {
            return Err(Error::Unavailable(format!(
                "the post {post} was changed while it was taken back: nothing was done"
            )));
        }
        let effect = match source.waits {
            true => Effect::Private,
            false => Effect::Public,
        };
        match (source.waits, source.writing.kind) {
            (true, _) => scheduled::remove(tx, post).map(|_| ())?,
            (false, Kind::Page) => publish::remove_page(tx, &source.path, "")?,
            (false, _) => publish::remove(tx, post, "", Counting::Each)?,
        }
        Ok(((), effect))
    })?;
    if let Some(now) = deleted {
        let others = "UPDATE draft SET deleted = ?2 WHERE post = ?1 AND deleted IS NULL";
        desk.private(|desk| desk.execute(others, params![post, now]))?;
    }
    Ok(Some(id))
}

/// Takes off the desk what was published before a program was killed, and out of the
/// bin what is public after all or has been there for too long.
///
/// # Errors
/// Whatever keeps a file from being written.
pub fn tidy(desk: &mut Desk, now: Moment) -> Result<()> {
    let mut done: Vec<i64> = Vec::new();
    {
        let mut begun = desk.connection.prepare(concat!(
            "SELECT id FROM draft WHERE deleted IS NULL AND post IS NULL AND origin LIKE 'desk/%'
             AND origin IN (SELECT origin FROM ",
            recent!(),
            ")"
        ))?;
        for id in begun.query_map([], |row| row.get(0))? {
            done.push(id?);
        }
        let mut changing = desk.connection.prepare(concat!(
            "SELECT ",
            columns!(),
            ", id FROM draft WHERE deleted IS NULL AND post IS NOT NULL"
        ))?;
        let drafts = changing.query_map([], |row| Ok((from_row(row)?, row.get(COLUMNS)?)))?;
        for draft in drafts {
            let (draft, id): (_, i64) = draft?;
            let post = draft.post.unwrap_or(0);
            let source = source::find(&desk.connection, post)?;
            if source.is_some_and(|source| source.draft(post).reads_as(&draft)) {
                done.push(id);
            }
        }
    }
    for id in done {
        desk.private(|desk| desk.execute("DELETE FROM draft WHERE id = ?1", [id]))?;
    }
    removed::tidy(desk, now)
}

/// The id and the address of what came from a draft of that origin, if it is public or
/// waits.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn published(desk: &Desk, origin: &str) -> Result<Option<(i64, String)>> {
    of_origin(&desk.connection, origin)
}

/// The same.
fn of_origin(blog: &Connection, origin: &str) -> Result<Option<(i64, String)>> {
    if !origin.starts_with("desk/") {
        return Ok(None);
    }
    let sql = concat!("SELECT id FROM ", recent!(), " WHERE origin = ?1");
    let mut statement = blog.prepare_cached(sql)?;
    let id = statement.query_row([origin], |row| row.get(0)).optional()?;
    Ok(match id {
        Some(id) => source::find(blog, id)?.map(|source| (id, source.path)),
        None => None,
    })
}

/// Takes a draft off the desk that was published as a post. Its revisions are the post's
/// from now on, and links to it lead there.
fn take_off(desk: &mut Desk, (id, version): (i64, i64), post: i64) -> Result<()> {
    desk.private(|desk| {
        desk.execute("UPDATE revision SET post = ?2 WHERE draft = ?1", [id, post])?;
        desk.execute("UPDATE preview SET post = ?2 WHERE draft = ?1", [id, post])?;
        let sql = "DELETE FROM draft WHERE id = ?1 AND version = ?2";
        desk.execute(sql, [id, version])
    })?;
    Ok(())
}

/// Keeps what is public, before another version is put in its place.
fn keep_public(desk: &mut Desk, id: i64, draft: &Draft) -> Result<()> {
    let Some(post) = draft.post else {
        return Ok(());
    };
    match source::find(&desk.connection, post)? {
        Some(source) => revision::keep_public(desk, id, &source.draft(post)),
        None => Ok(()),
    }
}

/// Everything that leads to what is public: its own address, and those from before.
fn paths(blog: &Connection, source: &Source) -> Result<String> {
    if source.waits {
        return Ok(String::new());
    }
    let mut statement = blog.prepare("SELECT path FROM redirect WHERE target = ?1")?;
    let paths = statement.query_map([&source.path], |row| row.get(0))?;
    let mut paths = paths.collect::<rusqlite::Result<Vec<String>>>()?;
    paths.push(source.path.clone());
    Ok(paths.join("\n"))
}

/// Lets the addresses that a post had before it was taken back lead to it again.
fn lead_back(tx: &Transaction<'_>, draft: &Draft, path: &str) -> Result<()> {
    for before in draft.paths.lines().filter(|before| *before != path) {
        if redirect::target(tx, before)?.is_some_and(|target| target.is_empty()) {
            redirect::add(tx, before, path)?;
        }
    }
    Ok(())
}
