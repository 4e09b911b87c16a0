//! What feeds read: the posts of a list in full, and where its past is cut into
//! documents.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Blog, archive, page, post, redirect, tag};
use crate::error::{Error, Result};
use crate::feed::{Feed, Overview, POSTS, Part, Scope, Wanted, stretch};
use crate::listing::Moment;
use crate::path::Path;
use crate::post::Post;
use crate::url;

/// The feed at an address.
///
/// # Errors
/// 404 where there is no such list or nothing so old in it, 301 where it was
/// renamed or spelled another way.
pub fn read(blog: &Blog, wanted: &Wanted) -> Result<Feed> {
    let Wanted::Feed {
        scope,
        format,
        before,
        path,
    } = wanted
    else {
        return Err(Error::NotFound);
    };
    let db = &blog.connection;
    let missing = || match scope {
        Scope::Tagged(names) => {
            let to = |names: &str| {
                let page = url::tag(names);
                format!("{}.{}", page.trim_end_matches('/'), format.name())
            };
            redirect::of_tags(db, path, names, to).unwrap_or_else(|error| error)
        }
        _ => blog.missing(path),
    };
    let list = list(db, scope)?.ok_or_else(missing)?;
    path.must_be(&format!("{}.{}", scope.stem(), format.name()))?;
    let (posts, part) = match before {
        None => newest(db, &list)?,
        Some(before) => older(db, &list, *before)?,
    };
    Ok(Feed::of(scope, posts, part))
}

/// What `/feeds/` shows: the feeds, or an author's own page at that address.
///
/// # Errors
/// 301 where it was spelled another way.
pub fn overview(blog: &Blog, path: &Path) -> Result<Overview> {
    path.must_be(url::FEEDS)?;
    match page::find(blog, url::FEEDS)? {
        Some(page) => Ok(Overview::Static(page)),
        None => tag::all(&blog.connection).map(Overview::Tags),
    }
}

/// A list that has feeds, as its posts are found.
enum List {
    /// All posts between two moments, both included.
    Time(Moment, Moment),
    /// The posts that have all of these tags, the rarest first; a kind is one, too.
    Tags(Vec<i64>),
}

/// The list of that scope, if the blog has it.
fn list(db: &Connection, scope: &Scope) -> Result<Option<List>> {
    Ok(match scope {
        Scope::All => Some(List::Time(Moment::MIN, Moment::MAX)),
        Scope::Kind(kind) => Some(List::Tags(vec![kind.number()])),
        // `search` answers it, from the index.
        Scope::Search(_) => None,
        Scope::Period(period) => {
            archive::counts(db, *period)?.map(|counts| List::Time(counts.oldest, counts.newest))
        }
        Scope::Tagged(names) => {
            let mut sought =
                db.prepare("SELECT posts, id FROM tag WHERE name = ?1 AND posts > 0")?;
            let mut tags: Vec<(i64, i64)> = Vec::with_capacity(names.len());
            for name in names {
                let tag = sought.query_row([name], |row| Ok((row.get(0)?, row.get(1)?)));
                tags.extend(tag.optional()?);
            }
            tags.sort_unstable();
            (tags.len() == names.len())
                .then(|| List::Tags(tags.into_iter().map(|(_, id)| id).collect()))
        }
    })
}

/// The document that readers subscribe to.
fn newest(db: &Connection, list: &List) -> Result<(Vec<Post>, Part)> {
    let posts = list.posts(db, (Moment::MIN, Moment::MAX))?;
    let end = posts.last().map_or(Moment::MIN, |post| post.moment);
    let past = match posts.len() < POSTS {
        true => Vec::new(),
        false => list.before(db, end)?,
    };
    let older = past.first().map(|post| {
        let mut around: Vec<Moment> = posts.iter().map(|post| post.moment).collect();
        around.extend(&past);
        stretch(&around, *post).1
    });
    let part = Part {
        older,
        end: older.map(|_| end),
        ..Part::default()
    };
    Ok((posts, part))
}

/// The document right before a moment: one that the past is cut into, or what of
/// it is older where the moment lies within.
fn older(db: &Connection, list: &List, before: Moment) -> Result<(Vec<Post>, Part)> {
    let past = list.before(db, before)?;
    let later = list.after(db, before.saturating_sub(1))?;
    let newest = *past.first().ok_or(Error::NotFound)?;
    let around = [&past[..], &later[..]].concat();
    let (start, end) = stretch(&around, newest);
    let posts = list.posts(db, (start, end.min(before).saturating_sub(1)))?;
    // What all of the newest document's readers have seen by now is past.
    let archive = before == end && posts.len() + later.len() > POSTS;
    let further = list.before(db, start)?;
    let older = further.first().map(|post| {
        let around = [&further[..], &around[..]].concat();
        stretch(&around, *post).1
    });
    let newer = match (archive, later.first()) {
        (true, Some(post)) => {
            let after = list.after(db, *post)?;
            let around = [&past[..], &[*post], &after[..]].concat();
            (after.len() >= POSTS).then(|| stretch(&around, *post).1)
        }
        _ => None,
    };
    let part = Part {
        before: Some(before),
        archive,
        older,
        end: None,
        newer,
    };
    Ok((posts, part))
}

macro_rules! columns {
    () => {
        "id, p.date, p.slug, head, p.html"
    };
}

/// What joins the posts that have two or three tags at once.
macro_rules! tagged {
    () => {
        "tagging a CROSS JOIN tagging b USING (moment) CROSS JOIN tagging c USING (moment)"
    };
}

macro_rules! has_all {
    () => {
        " WHERE a.tag = ?4 AND b.tag = ?5 AND c.tag = ?6 AND a.moment BETWEEN ?1 AND ?2
          ORDER BY a.moment "
    };
}

impl List {
    /// The moments of the newest posts before one: one more than a document has.
    fn before(&self, db: &Connection, moment: Moment) -> Result<Vec<Moment>> {
        let sql = match self {
            List::Time(..) => {
                "SELECT moment FROM listing WHERE moment BETWEEN ?1 AND ?2
                 ORDER BY moment DESC LIMIT ?3"
            }
            List::Tags(tags) if tags.len() == 1 => {
                "SELECT moment FROM tagging WHERE tag = ?4 AND moment BETWEEN ?1 AND ?2
                 ORDER BY moment DESC LIMIT ?3"
            }
            List::Tags(_) => concat!(
                "SELECT a.moment FROM ",
                tagged!(),
                has_all!(),
                "DESC LIMIT ?3"
            ),
        };
        self.moments(db, sql, (Moment::MIN, moment.saturating_sub(1)))
    }

    /// The moments of the oldest posts after one.
    fn after(&self, db: &Connection, moment: Moment) -> Result<Vec<Moment>> {
        let sql = match self {
            List::Time(..) => {
                "SELECT moment FROM listing WHERE moment BETWEEN ?1 AND ?2
                 ORDER BY moment LIMIT ?3"
            }
            List::Tags(tags) if tags.len() == 1 => {
                "SELECT moment FROM tagging WHERE tag = ?4 AND moment BETWEEN ?1 AND ?2
                 ORDER BY moment LIMIT ?3"
            }
            List::Tags(_) => concat!("SELECT a.moment FROM ", tagged!(), has_all!(), "LIMIT ?3"),
        };
        self.moments(db, sql, (moment.saturating_add(1), Moment::MAX))
    }

    fn moments(&self, db: &Connection, sql: &str, bounds: (Moment, Moment)) -> Result<Vec<Moment>> {
        let mut statement = db.prepare(sql)?;
        self.bound(bounds, POSTS + 1, |values| {
            let moments = statement.query_map(values, |row| row.get(0))?;
            moments.collect()
        })
    }

    /// The newest posts between two moments, both included, as many as a document
    /// has.
    fn posts(&self, db: &Connection, bounds: (Moment, Moment)) -> Result<Vec<Post>> {
        let sql = match self {
            List::Time(..) => concat!(
                "SELECT ",
                columns!(),
                " FROM listing CROSS JOIN post p ON p.id = listing.post
                 WHERE listing.moment BETWEEN ?1 AND ?2 ORDER BY listing.moment DESC LIMIT ?3"
            ),
            List::Tags(tags) if tags.len() == 1 => concat!(
                "SELECT ",
                columns!(),
                " FROM tagging CROSS JOIN listing USING (moment) CROSS JOIN post p ON p.id = listing.post
                 WHERE tag = ?4 AND tagging.moment BETWEEN ?1 AND ?2
                 ORDER BY tagging.moment DESC LIMIT ?3"
            ),
            List::Tags(_) => concat!(
                "SELECT ",
                columns!(),
                " FROM ",
                tagged!(),
                " CROSS JOIN listing USING (moment) CROSS JOIN post p ON p.id = listing.post",
                has_all!(),
                "DESC LIMIT ?3"
            ),
        };
        let mut statement = db.prepare(sql)?;
        self.bound(bounds, POSTS, |values| {
            let posts = statement.query_map(values, post::from_row)?;
            posts.collect()
        })
    }

    /// Runs a statement with the values it has: the bounds, the limit, the tags.
    fn bound<T>(
        &self,
        (from, to): (Moment, Moment),
        limit: usize,
        run: impl FnOnce(&[&dyn rusqlite::ToSql]) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        Ok(match self {
            List::Time(oldest, newest) => run(params![from.max(*oldest), to.min(*newest), limit])?,
            List::Tags(tags) => {
                // Of two tags the second is asked for twice.
                let tag = |index: usize| tags.get(index).or(tags.last()).copied().unwrap_or(0);
                match tags.len() {
                    1 => run(params![from, to, limit, tag(0)])?,
                    _ => run(params![from, to, limit, tag(0), tag(1), tag(2)])?,
                }
            }
        })
    }
}
