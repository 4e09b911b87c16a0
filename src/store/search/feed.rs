//! The newest results of a search in full, for feed readers.

use rusqlite::OptionalExtension;

use super::{advice, matches, open};
use crate::config::Place;
use crate::error::{Error, Result};
use crate::feed::{Feed, POSTS, Part, Scope};
use crate::search::{Index, Order, Wanted};
use crate::store::{Blog, data_folder, post};

/// The feed of a search: the newest posts that match, as many as any feed has. Static
/// pages are no news.
///
/// # Errors
/// 404 where nothing is looked for, 503 where the index can't be used.
pub fn feed(blog: &Blog, place: &Place, wanted: &Wanted) -> Result<(Feed, Index)> {
    if wanted.query.is_empty() {
        return Err(Error::NotFound);
    }
    let folder = data_folder(place)?;
    let search = open(folder, blog).map_err(Error::Unavailable)?;
    // Pages are few, so this many rows hold as many posts as there are to show.
    let limit = i64::try_from(4 * POSTS).unwrap_or(i64::MAX);
    let found = matches(&search.connection, &wanted.query, Order::Date, limit)
        .map_err(|error| Error::Unavailable(advice(folder, &error)))?;
    let mut read = blog.connection.prepare(concat!(
        "SELECT ",
        post::columns!(),
        " FROM post WHERE id = ?1"
    ))?;
    let mut posts = Vec::with_capacity(POSTS);
    for found in found.iter().filter(|found| found.post > 0).take(POSTS) {
        let post = read.query_row([found.post], post::from_row);
        posts.extend(post.optional()?);
    }
    let scope = Scope::Search(wanted.text.clone());
    Ok((Feed::of(&scope, posts, Part::default()), search.index))
}
