//! What the feed reads: the newest posts, in full.

use super::{Blog, post};
use crate::error::Result;
use crate::listing::Moment;
use crate::post::Post;

/// How many posts the feed has. Readers ask every hour or so, and few blogs
/// publish thirty times between two visits.
const POSTS: i64 = 30;

/// The newest posts, newest first.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn newest(blog: &Blog) -> Result<Vec<Post>> {
    // Every moment is within the bound, which lets the key be searched, not scanned.
    let mut statement = blog.connection.prepare(
        "SELECT id, p.moment, p.date, p.slug, kind, published, updated, title, tags, summary, words,
                link_url, via_url, via_title, source, source_url, p.html
         FROM listing CROSS JOIN post p ON p.id = listing.post
         WHERE listing.moment <= ?1 ORDER BY listing.moment DESC LIMIT ?2",
    )?;
    let posts = statement.query_map([Moment::MAX, POSTS], post::from_row)?;
    Ok(posts.collect::<rusqlite::Result<_>>()?)
}
