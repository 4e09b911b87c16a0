//! Reading static pages.

use rusqlite::{Connection, OptionalExtension};

use super::Blog;
use crate::error::Result;
use crate::page::{Page, Ready};
use crate::path::Path;
use crate::post::LocalTime;

/// The page at a path, which may lack its last slash.
///
/// # Errors
/// 404 for no such page, 301 where something that was here has moved, 410 where it
/// was deleted.
pub fn at(blog: &Blog, path: &Path) -> Result<Page> {
    let canonical = format!("{}/", path.as_str().trim_end_matches('/'));
    match find(blog, &canonical)? {
        Some(page) => path.must_be(&canonical).map(|()| page),
        None => Err(blog.missing(path)),
    }
}

/// The page at exactly this path, if there is one.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn find(blog: &Blog, path: &str) -> Result<Option<Page>> {
    let sql = "SELECT title, updated, summary, html FROM page WHERE path = ?1";
    let found = blog.connection.query_row(sql, [path], |row| {
        Ok(Page {
            path: path.to_owned(),
            title: row.get(0)?,
            updated: LocalTime(row.get(1)?),
            summary: row.get(2)?,
            html: row.get(3)?,
        })
    });
    Ok(found.optional()?)
}

/// The whole of a page, as it was stored: to compare a new version with.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn stored(db: &Connection, path: &str) -> Result<Option<Ready>> {
    let mut statement = db.prepare_cached(
        "SELECT path, title, updated, summary, html, nav, origin, text, id FROM page WHERE path = ?1",
    )?;
    let found = statement.query_row([path], |row| {
        Ok(Ready {
            page: Page {
                path: row.get(0)?,
                title: row.get(1)?,
                updated: LocalTime(row.get(2)?),
                summary: row.get(3)?,
                html: row.get(4)?,
            },
            id: row.get(8)?,
            nav: row.get(5)?,
            origin: row.get(6)?,
            text: row.get(7)?,
        })
    });
    Ok(found.optional()?)
}
