//! Finding tags by how they begin.

use super::Desk;
use crate::error::Result;
use crate::tag::Tag;

/// How many tags are offered.
const MOST: i64 = 10;

/// The tags of most posts among those that begin so.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn tags(desk: &Desk, begun: &str) -> Result<Vec<Tag>> {
    // Names are made of ASCII, so the greatest character ends whatever begins so.
    let mut statement = desk.connection.prepare(
        "SELECT name, posts FROM tag WHERE name >= ?1 AND name < ?1 || char(1114111) AND posts > 0
         ORDER BY posts DESC, name LIMIT ?2",
    )?;
    let tags = statement.query_map((begun, MOST), |row| {
        Ok(Tag {
            name: row.get(0)?,
            posts: row.get(1)?,
        })
    })?;
    Ok(tags.collect::<rusqlite::Result<_>>()?)
}
