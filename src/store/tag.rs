//! Reading tags and the posts they have in common.

use rusqlite::{Connection, OptionalExtension};

use super::{Blog, listing, redirect};
use crate::error::Result;
use crate::listing::{Cut, Order};
use crate::path::Path;
use crate::tag::{Page, Tag, Tagged, Wanted, parse_related};
use crate::url;

/// What the address of a tag page shows.
///
/// # Errors
/// 404 where a tag does not exist, 301 where it was renamed or spelled another
/// way.
pub fn page(blog: &Blog, wanted: &Wanted) -> Result<Page> {
    match wanted {
        Wanted::All(path) => {
            path.must_be(url::TAGS)?;
            all(&blog.connection).map(Page::All)
        }
        Wanted::Tagged { names, cut, path } => tagged(blog, names, *cut, path).map(Page::Tagged),
    }
}

/// Every tag that posts have, in the order of the alphabet.
pub(super) fn all(blog: &Connection) -> Result<Vec<Tag>> {
    // Every name is greater than '', which lets the key be searched, not scanned.
    let mut statement =
        blog.prepare("SELECT name, posts FROM tag WHERE name > '' AND posts > 0 ORDER BY name")?;
    let tags = statement.query_map([], |row| {
        Ok(Tag {
            name: row.get(0)?,
            posts: row.get(1)?,
        })
    })?;
    Ok(tags.collect::<rusqlite::Result<_>>()?)
}

struct Found {
    id: i64,
    posts: i64,
    description: String,
    related: String,
}

fn tagged(blog: &Blog, names: &[String], cut: Cut, path: &Path) -> Result<Tagged> {
    let mut statement = blog
        .connection
        .prepare("SELECT id, posts, html, related FROM tag WHERE name = ?1 AND posts > 0")?;
    let mut tags = Vec::with_capacity(names.len());
    for name in names {
        let found = statement.query_row([name], |row| {
            Ok(Found {
                id: row.get(0)?,
                posts: row.get(1)?,
                description: row.get(2)?,
                related: row.get(3)?,
            })
        });
        match found.optional()? {
            Some(tag) => tags.push(tag),
            None => {
                let instead =
                    blog.with_redirects(|blog| redirect::of_tags(blog, path, names, url::tag));
                return Err(instead.unwrap_or_else(|error| error));
            }
        }
    }
    path.must_be(&url::tag(&names.join("+")))?;
    tags.sort_by_key(|tag| tag.posts);
    let ids: Vec<i64> = tags.iter().map(|tag| tag.id).collect();
    let (posts, description, related) = match &tags[..] {
        [tag] => (
            tag.posts,
            tag.description.clone(),
            parse_related(&tag.related),
        ),
        _ => (
            in_common(&blog.connection, &ids)?,
            String::new(),
            Vec::new(),
        ),
    };
    if posts == 0 {
        return Err(blog.missing(path));
    }
    let slice = listing::of_tags(blog, &ids, cut, blog.site.per_page)?;
    let slice = slice.settled(cut, Order::NewestFirst, path.as_str())?;
    Ok(Tagged {
        names: names.to_vec(),
        posts,
        description,
        related,
        slice,
    })
}

/// How many posts have all of two or three tags. Two are counted when posts are
/// saved; three are counted here, along the rarest of them.
fn in_common(blog: &Connection, ids: &[i64]) -> Result<i64> {
    let count = match *ids {
        [one, other] => blog
            .query_row("SELECT posts FROM tag_pair WHERE tag = ?1 AND other = ?2", [one, other], |row| {
                row.get(0)
            })
            .optional()?,
        [one, other, third] => blog
            .query_row(
                "SELECT count(*)
                 FROM tagging a CROSS JOIN tagging b USING (moment) CROSS JOIN tagging c USING (moment)
                 WHERE a.tag = ?1 AND b.tag = ?2 AND c.tag = ?3",
                [one, other, third],
                |row| row.get(0),
            )
            .optional()?,
        _ => None,
    };
    Ok(count.unwrap_or(0))
}
