//! What the home page reads: the newest posts of all kinds.

use super::{Blog, listing};
use crate::error::Result;
use crate::listing::{Cut, Moment, Order, Slice};

/// The posts of one page, newest first.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn page(blog: &Blog, cut: Cut) -> Result<Slice> {
    let all = (Moment::MIN, Moment::MAX);
    let order = Order::NewestFirst;
    listing::of_time(blog, all, cut, order, blog.site.per_page)?.settled(cut, order, "/")
}
