//! The guestbooks that are written in, Mayfly's and the usual ones: made for each
//! run, on a disk, with a thousand messages in them, and looked through afterwards.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use mayfly::guestbook::token::Form;
use rusqlite::Connection as Database;

use crate::client::{Ask, Connection, Repeat};
use crate::server::Folder;
use crate::{Result, blog, failed};

/// How many messages each has at first, so that its page shows a whole hundred.
const BEFORE: i64 = 1000;

/// No page of many messages is shorter.
pub const PAGE: usize = 10_000;

/// Far above what any run sends, so that the limits are counted and never met.
const LIMIT: i64 = 1_000_000;

/// Forms are sent as if they had been opened that many seconds before.
const OPENED: i64 = 60;

/// The usual guestbook in C, and the same with `synchronous = FULL`, which waits for the
/// disk before it answers, as Mayfly does.
pub const USUAL: &str = "C, dynamic";
pub const DURABLE: &str = "C, dynamic, FULL";

/// A guestbook behind a web server.
#[derive(Clone, Debug)]
pub struct Book {
    /// What tables call it.
    pub name: String,
    /// Where the web server answers.
    pub address: SocketAddr,
    /// The guestbook's own address there.
    pub target: String,
    /// Its file.
    pub file: PathBuf,
    /// What signs Mayfly's forms; the others have nothing of the kind.
    pub secret: Option<Vec<u8>>,
}

/// What was found in a guestbook's file once all had been written.
#[derive(Clone, Debug)]
pub struct Found {
    /// The guestbook.
    pub name: String,
    /// The web server before it.
    pub server: &'static str,
    /// Messages that were answered as written.
    pub answered: usize,
    /// Those of them that are not in the file.
    pub lost: usize,
    /// Messages that are in it more than once.
    pub twice: usize,
    /// Requests that were answered otherwise, or not at all.
    pub refused: usize,
}

impl Book {
    /// The request that writes the message of a number.
    pub fn post(&self, number: u64) -> io::Result<Vec<u8>> {
        let mut body = format!("name=Ann+Writer&message={}", text(number).replace(' ', "+"));
        if let Some(secret) = &self.secret {
            let form = Form::new(mayfly::store::now() - OPENED * 1_000_000);
            let form = form.map_err(|error| io::Error::other(format!("{error:?}")))?;
            body.push_str(&format!("&site=&form={}&subject=", form.token(secret)));
        }
        Ok(format!(
            "POST {} HTTP/1.1\r\nHost: localhost:{}\r\nUser-Agent: load\r\nAccept: */*\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.target,
            self.address.port(),
            body.len()
        )
        .into_bytes())
    }

    /// The request that looks at the newest hundred.
    pub fn get(&self) -> Vec<u8> {
        format!(
            "GET {} HTTP/1.1\r\nHost: localhost:{}\r\nUser-Agent: load\r\nAccept: */*\r\n\r\n",
            self.target,
            self.address.port()
        )
        .into_bytes()
    }

    /// Insists that it shows its page.
    pub fn check(&self) -> Result<()> {
        let request = self.get();
        let ask = Ask {
            address: self.address,
            request: &request,
        };
        match Connection::default().ask(&ask, Repeat::Safely)? {
            (200, length) if length >= PAGE => Ok(()),
            (status, length) => Err(failed(format!(
                "{} is answered with {status} and {length} bytes",
                self.target
            ))),
        }
    }

    /// Looks for each message that was answered.
    pub fn look(&self, server: &'static str, answered: &[u64], refused: usize) -> Result<Found> {
        let file = Database::open(&self.file)?;
        let sql = match self.secret {
            Some(_) => "SELECT text FROM message",
            None => "SELECT message FROM guestbook",
        };
        let mut times = BTreeMap::new();
        let mut statement = file.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let text: String = row.get(0)?;
            let number = text.split(' ').nth(1).and_then(|word| word.parse().ok());
            *times.entry(number.unwrap_or(0_u64)).or_insert(0) += 1;
        }
        Ok(Found {
            name: self.name.clone(),
            server,
            answered: answered.len(),
            lost: answered
                .iter()
                .filter(|number| !times.contains_key(number))
                .count(),
            twice: times
                .iter()
                .filter(|(number, times)| **number > 0 && **times > 1)
                .count(),
            refused,
        })
    }
}

/// The text of the message of a number. Those that are there from the beginning
/// have the number 0.
fn text(number: u64) -> String {
    format!(
        "Message {number} is one of many that are sent at once, about as long as what people write: \
         a line or two, some thanks, and a question that nobody answers."
    )
}

/// Makes a blog of which the guestbook publishes at once, in a folder of its own.
/// Nothing is switched off: forms are signed and may be sent once, messages are
/// judged, and both limits are counted.
pub fn ours(folder: &Folder, mayfly: &Path) -> Result<PathBuf> {
    let data = folder.sub("data")?;
    let made = data.display().to_string();
    let command = |arguments: &[&str]| blog::run(mayfly, arguments);
    command(&["init", &made, "--title", "A load test", "--zone", "UTC"])?;
    command(&[
        "--data",
        &made,
        "guestbook",
        "settings",
        "--publish",
        "at-once",
    ])?;
    let file = Database::open(data.join("guestbook.db"))?;
    file.execute(
        "WITH RECURSIVE number (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM number WHERE id < ?1)
         INSERT INTO message (id, moment, name, site, text, reply, replied, why)
         SELECT id, 1750000000000000 + id * 60000000, 'Ann Writer', '', ?2, '', 0, 'made up' FROM number",
        (BEFORE, text(0)),
    )?;
    file.execute("UPDATE tally SET last = ?1", [BEFORE])?;
    // Nobody means so many in earnest: what owners settle ends at 10,000.
    file.execute(
        "UPDATE settings SET per_address = ?1, per_minute = ?1",
        [LIMIT],
    )?;
    Ok(data)
}

/// What signs the forms of the blog in a folder.
pub fn secret(data: &Path) -> Result<Vec<u8>> {
    let file = Database::open(data.join("guestbook.db"))?;
    Ok(file.query_row("SELECT secret FROM settings", [], |row| row.get(0))?)
}

/// Makes the file of a usual guestbook: a table with three indexes, in WAL mode.
pub fn usual(path: &Path) -> Result<()> {
    let file = Database::open(path)?;
    file.execute_batch(
        "PRAGMA journal_mode = WAL;
         CREATE TABLE guestbook (
             id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, message TEXT NOT NULL,
             created TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
         );
         CREATE INDEX guestbook_created ON guestbook (created);
         CREATE INDEX guestbook_name ON guestbook (name);
         CREATE INDEX guestbook_message ON guestbook (message);",
    )?;
    file.execute(
        "WITH RECURSIVE number (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM number WHERE id < ?1)
         INSERT INTO guestbook (name, message, created)
         SELECT 'Ann Writer', ?2, printf('2025-06-15 %02d:%02d:%02d', id / 3600, id / 60 % 60, id % 60)
         FROM number",
        (BEFORE, text(0)),
    )?;
    Ok(())
}
