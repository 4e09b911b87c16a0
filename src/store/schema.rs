//! Making the files from `schema.sql`, and telling them from other files.

use std::path::Path;

use rusqlite::Connection;

use crate::error::Error;

/// The schema's version, as `PRAGMA user_version` of every file has it.
pub const VERSION: i64 = 1;

/// "Mayf", so that `file` and SQLite's own tools can tell whose file it is.
pub const APPLICATION_ID: i64 = 0x4d61_7966;

/// The schema, commented as prose for people.
const SCHEMA: &str = include_str!("../../schema.sql");

/// The tables that a program reads besides, should the day come, publishing. A
/// statement about another one fails, as every test of its page would show. None
/// at all stands for all of them.
pub fn read_by(program: &str) -> &'static [&'static str] {
    match program {
        "home" => &["site", "listing"],
        "post" => &["site", "post", "listing", "redirect"],
        "archive" => &["site", "period", "tagging", "listing", "redirect"],
        "tag" => &["site", "tag", "tagging", "tag_pair", "listing", "redirect"],
        "page" => &["site", "page", "redirect"],
        "guestbook" => &["site", "page", "redirect"],
        "sitemap" => &[
            "site", "period", "listing", "post", "tagging", "tag", "page",
        ],
        "kind" => &["site", "page", "tagging", "listing"],
        "feed" => &[
            "site", "listing", "post", "tag", "tagging", "period", "page", "redirect",
        ],
        _ => &[],
    }
}

/// Makes the tables of one file, attached under its name (`blog`, `desk` or `search`).
///
/// # Errors
/// Whatever SQLite says.
pub fn create(connection: &Connection, file: &str) -> rusqlite::Result<()> {
    for statement in statements() {
        let makes = |what: &str| statement.starts_with(&format!("CREATE {what} {file}."));
        if makes("TABLE") || makes("VIRTUAL TABLE") {
            connection.execute_batch(&statement)?;
        }
    }
    connection.execute_batch(&format!(
        "PRAGMA {file}.application_id = {APPLICATION_ID}; PRAGMA {file}.user_version = {VERSION};"
    ))
}

/// Makes the tables of `search.db`, attached as `search`. `stems`: whether a word is
/// found by its stem, which is the tokenizer's matter.
///
/// # Errors
/// Whatever SQLite says.
pub fn create_index(connection: &Connection, stems: bool) -> rusqlite::Result<()> {
    create(connection, "search")?;
    if stems {
        let word = statements().into_iter().find(|sql| sql.contains(TOKENIZER));
        let word = word.unwrap_or_default().replace(TOKENIZER, STEMMER);
        connection.execute_batch(&format!("DROP TABLE search.word; {word};"))?;
    }
    Ok(())
}

/// How texts become words, as `schema.sql` has it and as FTS5 cuts English words
/// down to their stems.
pub const TOKENIZER: &str = "'unicode61 remove_diacritics 2'";

/// See `TOKENIZER`.
pub const STEMMER: &str = "'porter unicode61 remove_diacritics 2'";

/// The statements without comments and without spaces that only align: SQLite
/// keeps each one's text and parses it again on every open.
fn statements() -> Vec<String> {
    let lines = SCHEMA
        .lines()
        .map(|line| line.split("--").next().unwrap_or_default());
    let text = lines
        .flat_map(str::split_whitespace)
        .collect::<Vec<_>>()
        .join(" ");
    let text = text.replace("( ", "(").replace(" )", ")");
    text.split(';')
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(String::from)
        .collect()
}

/// The error for a file that another version of Mayfly made.
pub fn wrong_version(found: i64, file: &Path) -> Error {
    let file = file.display();
    if found < VERSION {
        Error::Unavailable(format!(
            "{file} has schema {found} and this program needs {VERSION}: run `mayfly migrate`"
        ))
    } else {
        Error::Unavailable(format!(
            "{file} has schema {found}, newer than the {VERSION} this program knows: install the \
             programs that belong to it"
        ))
    }
}

/// The error for a file that is somebody else's, or that nothing is in yet.
pub fn foreign(file: &Path) -> Error {
    Error::Internal(format!(
        "{} is a SQLite file, but no blog of Mayfly's: make one with `mayfly init`",
        file.display()
    ))
}
