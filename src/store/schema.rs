//! Making the files from `schema.sql`, and telling them from other files.

use std::path::Path;

use rusqlite::Connection;

use crate::error::Error;

#[rustfmt::skip]
mod short;

pub use short::TABLES;

/// The schema's version, as `PRAGMA user_version` of every file has it.
pub const VERSION: i64 = 1;

/// "Mayf", so that `file` and SQLite's own tools can tell whose file it is.
pub const APPLICATION_ID: i64 = 0x4d61_7966;

/// The schema, commented as prose for people.
const SCHEMA: &str = include_str!("../../schema.sql");

/// The tables that a program reads besides, should the day come, publishing; those by
/// which `Blog::missing` finds what has moved are shown when it looks. A
/// statement about another one, or about a column that `Table::short` leaves out, fails,
/// as every test of its page would show. None at all stands for all of them, with all of their columns:
/// `twin` gives out sources, which no page shows.
pub fn read_by(program: &str) -> &'static [&'static str] {
    match program {
        "home" => &["site", "listing"],
        "post" => &["site", "post"],
        "archive" => &["site", "period", "tagging", "listing"],
        "tag" => &["site", "tag", "tagging", "tag_pair", "listing"],
        "page" => &["site", "page", "redirect"],
        "guestbook" => &["site", "page"],
        "comment" => &["site", "post"],
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

/// The tables of search.db that every program reads: the page about a missing page does.
pub const HINTS: [&str; 2] = ["doc", "hint"];

/// The tables of guestbook.db that taking in a message writes, where nothing speaks against
/// it. Whatever else is asked about brings back the whole schema first.
pub const RECEIVING: [&str; 5] = ["settings", "tally", "message", "form", "sender"];

/// Those that the guestbook's pages show.
pub const SHOWING: [&str; 2] = ["settings", "message"];

/// A table of blog.db as its file has it, and as a program that only reads is shown it.
///
/// SQLite parses the text of each table on every open, and most of that text is about
/// writing: types, NOT NULL, STRICT, names of constraints. The short text is what
/// is left for reading, up to the last column that any page reads. It describes the
/// same rows, because SQLite keeps each value's type with the value, finds a
/// column by its number, and reads a row only as far as it is asked
/// (https://sqlite.org/fileformat2.html, 2.1). What says where rows are is kept:
/// INTEGER PRIMARY KEY, keys and their order, UNIQUE, WITHOUT ROWID. A column without a
/// type has no affinity, so what it is compared with is not converted first;
/// pages compare numbers with numbers and texts with texts, and STRICT has seen to
/// it that the columns hold nothing else.
///
/// Of guestbook.db, the tables that are written by way of their short text keep all of
/// their columns. Who writes has them bound as the values that the columns hold: STRICT
/// and NOT NULL are not there to insist.
///
/// The short texts follow from schema.sql: a test below derives them again, and
/// `UPDATE=1 cargo test --lib short` writes what it found. The text that the file
/// has must be the one they were derived from, or it is left as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its text in the file.
    pub stored: &'static str,
    /// What is read in its place, never longer.
    pub short: &'static str,
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::fmt::Write as _;
    use std::path::Path;

    use super::{RECEIVING, TABLES, Table, statements};

    /// The first column of a table that no page reads. All behind it are left out.
    const UNREAD: [(&str, &str); 5] = [
        ("site", "seq"),
        ("post", "moment"),
        ("tag", "description"),
        ("page", "nav"),
        ("settings", "publish"),
    ];

    /// What no program that only reads asks for.
    const WAITING: &str = "scheduled";

    #[test]
    fn short_tables_follow_from_the_schema() {
        let mut file = String::from(
            "//! Derived from schema.sql by `UPDATE=1 cargo test --lib short`; nobody edits it.\n\n\
             use super::Table;\n\n/// The tables that programs read.\n",
        );
        let tables = derived();
        let count = tables.len();
        writeln!(file, "pub const TABLES: [Table; {count}] = [").unwrap();
        for (name, stored, short) in &tables {
            writeln!(
                file,
                "    Table {{\n        name: {name:?},\n        stored: {stored:?},\n        short: {short:?},\n    }},"
            )
            .unwrap();
        }
        file.push_str("];\n");
        if std::env::var("UPDATE").is_ok_and(|value| value == "1") {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/schema/short.rs");
            std::fs::write(path, file).unwrap();
            return;
        }
        let known = TABLES.map(
            |Table {
                 name,
                 stored,
                 short,
             }| (name.into(), stored.into(), short.into()),
        );
        assert_eq!(
            known.to_vec(),
            tables,
            "schema.sql has changed: UPDATE=1 cargo test --lib short"
        );
    }

    fn derived() -> Vec<(String, String, String)> {
        let tables = statements().into_iter().filter_map(|statement| {
            let of = |file: &str| statement.strip_prefix(&format!("CREATE TABLE {file}."));
            let stored = of("blog").or(of("guestbook"))?;
            let name = stored.split(' ').next().unwrap_or_default().to_owned();
            let read = of("blog").is_some() && name != WAITING;
            (read || RECEIVING.contains(&name.as_str())).then(|| {
                let short = short(&name, stored);
                (name, format!("CREATE TABLE {stored}"), short)
            })
        });
        tables.collect()
    }

    /// A table's text without what only matters to whoever writes. What is not known
    /// here has to be thought about: a default, say, would be part of reading.
    fn short(name: &str, stored: &str) -> String {
        let (columns, options) = stored
            .split_once('(')
            .and_then(|(_, rest)| rest.rsplit_once(") "))
            .unwrap();
        let unread = UNREAD.iter().find(|known| known.0 == name);
        let mut parts = Vec::new();
        let mut left_out = false;
        for part in split(columns) {
            let mut words = part.split(' ');
            let column = words.next().unwrap();
            let kind = words.collect::<Vec<_>>().join(" ");
            left_out |= unread.is_some_and(|unread| unread.1 == column);
            let short = match (column, kind.as_str()) {
                ("PRIMARY", _) => part.replace("PRIMARY KEY (", "PRIMARY KEY("),
                ("CONSTRAINT", kind) => {
                    let unique = kind.split_once(" UNIQUE (").unwrap().1;
                    format!("UNIQUE({unique}")
                }
                _ if left_out => continue,
                (column, "INTEGER PRIMARY KEY" | "INTEGER NOT NULL PRIMARY KEY") => {
                    format!("{column} INTEGER PRIMARY KEY")
                }
                (column, "TEXT NOT NULL PRIMARY KEY") => format!("{column} PRIMARY KEY"),
                (column, "TEXT NOT NULL" | "INTEGER NOT NULL" | "INTEGER" | "BLOB NOT NULL") => {
                    column.to_owned()
                }
                // It was made when the row was written, and stands there like any other.
                (column, kind)
                    if kind.starts_with("TEXT NOT NULL GENERATED ")
                        && kind.ends_with(" STORED") =>
                {
                    column.to_owned()
                }
                _ => panic!("{name}: {part:?} is new: does it matter to who reads?"),
            };
            parts.push(short.replace(", ", ","));
        }
        assert_eq!(left_out, unread.is_some(), "{name} has lost a column");
        let without_rowid = match options {
            "STRICT" => "",
            "STRICT, WITHOUT ROWID" => "WITHOUT ROWID",
            _ => panic!("{name}: {options:?} is new"),
        };
        format!("CREATE TABLE {name}({}){without_rowid}", parts.join(","))
    }

    /// What stands between commas, but for those within parentheses.
    fn split(columns: &str) -> Vec<&str> {
        let mut depth = 0;
        columns
            .split(|letter| {
                depth += i32::from(letter == '(') - i32::from(letter == ')');
                letter == ',' && depth == 0
            })
            .map(str::trim)
            .collect()
    }
}
