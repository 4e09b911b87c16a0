//! Reading static pages.

use rusqlite::OptionalExtension;

use super::Blog;
use crate::error::Result;
use crate::page::Page;
use crate::path::Path;
use crate::post::LocalTime;

/// The page at a path, which may lack its last slash.
///
/// # Errors
/// 404 for no such page, 301 where something that was here has moved, 410 where it
/// was deleted.
pub fn at(blog: &Blog, path: &Path) -> Result<Page> {
    let canonical = format!("{}/", path.as_str().trim_end_matches('/'));
    let sql = "SELECT title, updated, summary, html FROM page WHERE path = ?1";
    let found = blog.connection.query_row(sql, [&canonical], |row| {
        Ok(Page {
            path: canonical.clone(),
            title: row.get(0)?,
            updated: LocalTime(row.get(1)?),
            summary: row.get(2)?,
            html: row.get(3)?,
        })
    });
    match found.optional()? {
        Some(page) => path.must_be(&canonical).map(|()| page),
        None => Err(blog.missing(path)),
    }
}
