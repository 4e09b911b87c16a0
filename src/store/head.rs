//! The column `head` of `site`, `post` and `settings`: all that pages read of a row, in one
//! text, for SQLite takes 2,700 instructions to compile each column that a statement names.

use std::io::Read;
use std::str::FromStr;

use rusqlite::{Connection, MAIN_DB, Row};

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

/// The column `head` of a table's one row, from a file whose schema was shown shortened.
///
/// To compile a statement for one value of one row takes five times as long. The file's
/// own schema says that the column is generated, and SQLite opens no blob of such a one; the
/// schema that is shown does not.
///
/// # Errors
/// Any says no more than that another way has to be tried.
pub fn of_only_row(connection: &Connection, table: &str) -> rusqlite::Result<String> {
    let mut head = connection.blob_open(MAIN_DB, table, "head", 1, true)?;
    let mut text = vec![0; head.len()];
    head.read_exact(&mut text).map_err(|_| unreadable(0))?;
    head.close()?;
    String::from_utf8(text).map_err(|_| unreadable(0))
}

/// The fields of a text.
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

/// Bytes among the fields of a column, as SQL's `hex` spells them.
#[cfg(feature = "guestbook")]
pub fn bytes(field: &str, column: usize) -> rusqlite::Result<Vec<u8>> {
    let pairs = field.as_bytes().chunks(2).map(std::str::from_utf8);
    let bytes = pairs.map(|pair| u8::from_str_radix(pair.ok()?, 16).ok());
    bytes
        .collect::<Option<Vec<u8>>>()
        .ok_or_else(|| unreadable(column))
}

/// The error for a column that holds what was never stored in it.
pub fn unreadable(column: usize) -> rusqlite::Error {
    rusqlite::Error::InvalidColumnType(column, "head".into(), rusqlite::types::Type::Text)
}
