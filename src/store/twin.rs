//! What twins read: a post or a page with its source.

use rusqlite::OptionalExtension;

use super::{Blog, page, post};
use crate::error::{Error, Result};
use crate::path::Path;
use crate::twin::{Twin, Wanted};

/// The post or page that a twin is of.
///
/// # Errors
/// As its page: 404 for none, 301 to the twin of where it has moved or where it was
/// spelled another way, 410 where it was deleted.
pub fn read(blog: &Blog, wanted: &Wanted) -> Result<Twin> {
    let found = match &wanted.address {
        Some((date, slug)) => {
            let sql = concat!(
                "SELECT id, date, slug, head, html, context, text FROM post",
                " WHERE date = ?1 AND slug = ?2"
            );
            let row = blog
                .connection
                .query_row(sql, (date.number(), slug), |row| {
                    Ok(Twin::Post {
                        post: post::from_row(row)?,
                        context: row.get(5)?,
                        text: row.get(6)?,
                    })
                });
            row.optional()?
        }
        None => page::stored(&blog.connection, &wanted.page)?.map(Twin::Page),
    };
    let Some(twin) = found else {
        return Err(instead(blog, wanted));
    };
    wanted.path.must_be(&wanted.form.of(&wanted.page))?;
    Ok(twin)
}

/// Where something was once: at this very address, as other engines had it, or at
/// that of its page.
fn instead(blog: &Blog, wanted: &Wanted) -> Error {
    match blog.missing(&wanted.path) {
        Error::NotFound => match Path::parse(wanted.page.as_bytes()) {
            Ok(page) => match blog.missing(&page) {
                Error::Moved(page) => Error::Moved(wanted.form.of(&page)),
                error => error,
            },
            Err(error) => error,
        },
        error => error,
    }
}
