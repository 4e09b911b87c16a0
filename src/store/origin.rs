//! What imports know posts by: the names their files had.

use std::collections::{HashMap, HashSet};

use rusqlite::Connection;

use crate::error::Result;

/// Everything that came from a file, by the name of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Published posts: their ids.
    pub posts: HashMap<String, i64>,
    /// Static pages: their paths.
    pub pages: HashMap<String, String>,
    /// Scheduled posts: their ids.
    pub scheduled: HashMap<String, i64>,
    /// Drafts.
    pub drafts: HashSet<String>,
}

/// Reads the names of all tables in one pass each: they have no index, since
/// only an import looks for them.
///
/// # Errors
/// Whatever keeps a file from being read.
pub fn known(db: &Connection) -> Result<Known> {
    let mut known = Known::default();
    let mut posts = db.prepare("SELECT origin, id FROM post WHERE origin <> ''")?;
    for row in posts.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))? {
        known.posts.extend([row?]);
    }
    let mut pages = db.prepare("SELECT origin, path FROM page WHERE origin <> ''")?;
    for row in pages.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))? {
        known.pages.extend([row?]);
    }
    let mut scheduled = db.prepare("SELECT origin, id FROM scheduled WHERE origin <> ''")?;
    for row in scheduled.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))? {
        known.scheduled.extend([row?]);
    }
    let mut drafts = db.prepare("SELECT origin FROM draft WHERE origin IS NOT NULL")?;
    for row in drafts.query_map([], |row| row.get(0))? {
        known.drafts.extend([row?]);
    }
    Ok(known)
}
