//! Whether there is a page for a code to lead to.

use super::{Blog, page, post};
use crate::error::{Error, Result};
use crate::path::Path;
use crate::qr::Wanted;
use crate::url;

/// Insists that the page of a code is there.
///
/// # Errors
/// As its page: 404 for none, 301 to the code of where it has moved or where it was
/// spelled another way, 410 where it was deleted.
pub fn check(blog: &Blog, wanted: &Wanted) -> Result<()> {
    let there = match &wanted.address {
        Some((date, slug)) => post::at(&blog.connection, *date, slug)?.is_some(),
        None => page::find(blog, &wanted.page)?.is_some(),
    };
    if there {
        return wanted.path.must_be(&url::qr(&wanted.page));
    }
    match blog.missing(&Path::parse(wanted.page.as_bytes())?) {
        Error::Moved(page) => Err(Error::Moved(url::qr(&page))),
        error => Err(error),
    }
}
