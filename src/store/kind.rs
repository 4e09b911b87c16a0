//! Reading the posts of one kind.

use super::{Blog, listing, page};
use crate::error::Result;
use crate::kind::{Page, Wanted};
use crate::listing::Order;
use crate::url;

/// What the address of a kind shows: an author's own page there comes first, for
/// many blogs have had a page `/links/` for years.
///
/// # Errors
/// 301 where it was spelled another way.
pub fn page(blog: &Blog, wanted: &Wanted) -> Result<Page> {
    let path = url::kind(wanted.kind);
    wanted.path.must_be(&path)?;
    if let Some(page) = page::find(blog, &path)? {
        return Ok(Page::Static(page));
    }
    let kind = [wanted.kind.number()];
    let slice = listing::of_tags(blog, &kind, wanted.cut, blog.site.per_page)?;
    let slice = slice.settled(wanted.cut, Order::NewestFirst, &path)?;
    Ok(Page::Posts(wanted.kind, slice))
}
