//! The posts before and after each post, written down beside it when posts are saved: to
//! look for them took a fifth of the instructions of a post's page.

use rusqlite::types::Type;
use rusqlite::{Row, Transaction};

use crate::date::Date;
use crate::error::Result;
use crate::listing::{Mention, Moment};
use crate::url;

/// The neighbour on one side of a post: date, slug and label, or ''.
macro_rules! beside {
    ($side:literal) => {
        concat!(
            "coalesce((SELECT date || ' ' || slug || ' ' || label FROM listing WHERE listing.moment ",
            $side,
            " LIMIT 1), '')"
        )
    };
}

/// What `post.around` should be. No label has a line break, or any control character.
macro_rules! around {
    () => {
        concat!(
            beside!("< post.moment ORDER BY listing.moment DESC"),
            " || char(10) || ",
            beside!("> post.moment ORDER BY listing.moment")
        )
    };
}

/// How many posts have other neighbours than are written down beside them.
#[cfg(feature = "admin")]
pub(super) const WRONG: &str = concat!("SELECT count(*) FROM post WHERE around <> ", around!());

/// Tells the post of a moment, which may be gone by now, and those on both sides of it of
/// their neighbours.
pub(super) fn around(tx: &Transaction<'_>, moment: Moment) -> Result<()> {
    let sql = concat!(
        "UPDATE post SET around = ",
        around!(),
        " WHERE around <> ",
        around!(),
        " AND id IN (SELECT post FROM listing WHERE moment = ?1
           UNION ALL SELECT * FROM
             (SELECT post FROM listing WHERE moment < ?1 ORDER BY moment DESC LIMIT 1)
           UNION ALL SELECT * FROM
             (SELECT post FROM listing WHERE moment > ?1 ORDER BY moment LIMIT 1))"
    );
    tx.prepare_cached(sql)?.execute([moment])?;
    Ok(())
}

/// Tells every post of its neighbours. A row that knows them already is not written.
pub(super) fn all(tx: &Transaction<'_>) -> Result<()> {
    let sql = concat!(
        "UPDATE post SET around = ",
        around!(),
        " WHERE around <> ",
        around!()
    );
    tx.execute(sql, [])?;
    Ok(())
}

/// The neighbours by the column `around`.
pub(super) fn mentions(row: &Row<'_>, column: usize) -> rusqlite::Result<[Option<Mention>; 2]> {
    let around = row.get_ref(column)?.as_str()?;
    around
        .split_once('\n')
        .and_then(|(previous, next)| Some([mention(previous)?, mention(next)?]))
        .ok_or_else(|| rusqlite::Error::InvalidColumnType(column, "around".into(), Type::Text))
}

/// The neighbour that a line names, if there is one; none for what was never stored.
fn mention(line: &str) -> Option<Option<Mention>> {
    if line.is_empty() {
        return Some(None);
    }
    let mut parts = line.splitn(3, ' ');
    let date = Date::from_number(parts.next()?.parse().ok()?)?;
    Some(Some(Mention {
        path: url::post(date, parts.next()?),
        label: parts.next()?.to_owned(),
        date,
    }))
}
