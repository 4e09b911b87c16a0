//! The column `head` of `site` and of `post`: all that pages read of a row, in one text,
//! for SQLite takes 2,700 instructions to compile each column that a statement names.

use std::str::FromStr;

use rusqlite::Row;

/// What parts the fields of a column `head`.
const SEPARATOR: u8 = 0x1f;

/// The fields of a column `head`, which are always as many.
pub fn fields<'a, const COUNT: usize>(
    row: &'a Row<'_>,
    column: usize,
) -> rusqlite::Result<[&'a str; COUNT]> {
    let head: &'a str = row.get_ref(column)?.as_str()?;
    split(head).ok_or_else(|| unreadable(column))
}

/// The same of a text.
pub fn split<const COUNT: usize>(head: &str) -> Option<[&str; COUNT]> {
    let mut fields = [""; COUNT];
    let (mut count, mut start) = (0, 0);
    // They are short, and `str::split` begins anew behind each: 16,000 instructions a page.
    for (at, byte) in head.bytes().chain([SEPARATOR]).enumerate() {
        if byte == SEPARATOR {
            *fields.get_mut(count)? = &head[start..at];
            (count, start) = (count + 1, at + 1);
        }
    }
    (count == COUNT).then_some(fields)
}

/// A number among the fields of a column.
pub fn number<T: FromStr>(field: &str, column: usize) -> rusqlite::Result<T> {
    field.parse().map_err(|_| unreadable(column))
}

/// The error for a column that holds what was never stored in it.
pub fn unreadable(column: usize) -> rusqlite::Error {
    rusqlite::Error::InvalidColumnType(column, "head".into(), rusqlite::types::Type::Text)
}
