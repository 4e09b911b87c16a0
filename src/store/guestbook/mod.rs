//! The guestbook's own file: opened for reading by whoever looks at it, for writing
//! by whoever sends a form or looks after it.

mod comments;
mod decide;
mod log;
mod receive;
mod thread;

use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row};

use super::vfs::brief;
use super::{BUSY, Blog, GUESTBOOK_FILE, data_folder, explain, head, now, open_file, schema};
use crate::comment::Subject;
use crate::config::Place;
use crate::error::{Error, Result};
use crate::guestbook::token::{self, Form};
use crate::guestbook::{Book, Message, PER_PAGE, Publish, Settings, Shown, Slice, Typed};
use crate::listing::Moment;
use crate::turn::{self, Turn};
use crate::url;

pub use comments::{Comments, comments, comments_to_write};
pub use log::{BRIEFLY, EACH, LONGEST};
pub use receive::Received;

/// The file that writers queue at.
const QUEUE_FILE: &str = "guestbook.lock";

/// How many messages the feed has.
pub const IN_FEED: usize = 30;

/// The guestbook, open.
pub struct Guestbook {
    /// Never closed, as the blog's; closing would empty the log at each request.
    connection: ManuallyDrop<Connection>,
    folder: PathBuf,
    /// Whether SQLite was shown no more of the schema than the usual message needs.
    brief: Cell<bool>,
    /// Pages in the log, as of this program's last commit.
    logged: Arc<AtomicI64>,
    /// What the owner settled.
    pub settings: Settings,
}

/// Makes the tables and their two rows in an empty file.
///
/// # Errors
/// Whatever SQLite says.
pub fn create(path: &Path) -> Result<()> {
    let make = || {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NOFOLLOW;
        let connection = Connection::open_with_flags(":memory:", flags)?;
        let attached = path.to_string_lossy();
        connection.execute("ATTACH ?1 AS guestbook", [attached])?;
        connection.execute_batch("PRAGMA guestbook.journal_mode = WAL; BEGIN IMMEDIATE;")?;
        schema::create(&connection, "guestbook")?;
        connection.execute_batch(
            "INSERT INTO settings (publish, secret, per_address, per_minute, links, words, expires,
                                   mail, sendmail)
             VALUES ('after-first', randomblob(32), 10, 30, 2, '', 90, '', '/usr/sbin/sendmail');
             INSERT INTO tally (last, seq, minute, sent, day, salt, mailed, unsent, good, bad)
             VALUES (0, 1, 0, 0, 0, x'', 0, '', 0, 0);
             COMMIT;",
        )
    };
    make().map_err(|error| explain(&error, path))
}

/// Opens the guestbook for reading, at one point in time.
///
/// # Errors
/// As `open_blog`.
pub fn open(place: &Place) -> Result<Guestbook> {
    // Who comes first makes the file that all who read share (-shm).
    turn::outlive_too_large();
    open_with(data_folder(place)?, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

/// The same for whoever shows its pages.
///
/// # Errors
/// As `open_blog`.
pub fn open_to_show(place: &Place) -> Result<Guestbook> {
    let (folder, way) = (data_folder(place)?, OpenFlags::SQLITE_OPEN_READ_ONLY);
    turn::outlive_too_large();
    open_briefly(folder, way, &schema::SHOWING).or_else(|_| open_with(folder, way))
}

/// How many messages wait for the owner.
///
/// # Errors
/// As `open_blog`.
pub fn waiting(place: &Place) -> Result<i64> {
    open(place)?.waiting()
}

/// Opens the guestbook for writing.
///
/// # Errors
/// As `open_blog`.
pub fn open_to_write(place: &Place) -> Result<Guestbook> {
    open_with(data_folder(place)?, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

/// The same for whoever takes in one message.
///
/// # Errors
/// As `open_blog`.
pub fn open_to_receive(place: &Place) -> Result<Guestbook> {
    let (folder, way) = (data_folder(place)?, OpenFlags::SQLITE_OPEN_READ_WRITE);
    open_briefly(folder, way, &schema::RECEIVING).or_else(|_| open_with(folder, way))
}

fn open_with(folder: &Path, way: OpenFlags) -> Result<Guestbook> {
    let path = folder.join(GUESTBOOK_FILE);
    let opened = open_file(&path, way | PLAIN).and_then(|connection| {
        connection.busy_timeout(BUSY)?;
        if way == OpenFlags::SQLITE_OPEN_READ_ONLY {
            connection.execute_batch("BEGIN")?;
        }
        let number = |pragma| connection.query_row(pragma, [], |row| row.get::<_, i64>(0));
        let version = number("PRAGMA user_version")?;
        let owner = match version {
            schema::VERSION => schema::APPLICATION_ID,
            _ => number("PRAGMA application_id")?,
        };
        Ok((connection, version, owner))
    });
    let (connection, version, owner) = opened.map_err(|error| explain(&error, &path))?;
    match (version, owner) {
        (schema::VERSION, _) => {}
        (found, schema::APPLICATION_ID) => return Err(schema::wrong_version(found, &path)),
        _ => return Err(schema::foreign(&path)),
    }
    let explained = |error| explain(&error, &path);
    let settings = settings(&connection).map_err(explained)?;
    Guestbook::new(connection, settings, folder, way).map_err(explained)
}

/// One thread, and no links, as for the blog.
const PLAIN: OpenFlags = OpenFlags::SQLITE_OPEN_NO_MUTEX.union(OpenFlags::SQLITE_OPEN_NOFOLLOW);

/// Opens the file with no more of its schema than some tables. Any error says no more
/// than that `open_with` has to.
fn open_briefly(
    folder: &Path,
    way: OpenFlags,
    tables: &'static [&'static str],
) -> rusqlite::Result<Guestbook> {
    let path = folder.join(GUESTBOOK_FILE);
    let (connection, settings) = brief::open(&path, way | PLAIN, tables, |connection| {
        connection.busy_timeout(BUSY)?;
        settled(&head::of_only_row(connection, "settings")?)
    })?;
    if way == OpenFlags::SQLITE_OPEN_READ_ONLY {
        connection.execute_batch("BEGIN")?;
    }
    let guestbook = Guestbook::new(connection, settings, folder, way)?;
    guestbook.brief.set(true);
    Ok(guestbook)
}

fn settings(connection: &Connection) -> rusqlite::Result<Settings> {
    connection.query_row("SELECT head FROM settings", [], |row| {
        settled(row.get_ref(0)?.as_str()?)
    })
}

/// The settings by their column `head`.
fn settled(head: &str) -> rusqlite::Result<Settings> {
    let [
        publish,
        secret,
        per_address,
        per_minute,
        links,
        words,
        expires,
        mail,
        sendmail,
    ] = head::split(head).ok_or_else(|| head::unreadable(0))?;
    Ok(Settings {
        publish: Publish::named(publish),
        secret: head::bytes(secret, 0)?,
        per_address: head::number(per_address, 0)?,
        per_minute: head::number(per_minute, 0)?,
        links: head::number(links, 0)?,
        words: words.to_owned(),
        expires: head::number(expires, 0)?,
        mail: mail.to_owned(),
        sendmail: sendmail.to_owned(),
    })
}

impl Guestbook {
    fn new(
        mut connection: Connection,
        settings: Settings,
        folder: &Path,
        way: OpenFlags,
    ) -> rusqlite::Result<Guestbook> {
        let logged = Arc::new(AtomicI64::new(0));
        if way == OpenFlags::SQLITE_OPEN_READ_WRITE {
            connection.execute_batch("PRAGMA synchronous = NORMAL")?;
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
            log::count(&mut connection, &logged)?;
        }
        Ok(Guestbook {
            connection: ManuallyDrop::new(connection),
            folder: folder.to_owned(),
            brief: Cell::new(false),
            logged,
            settings,
        })
    }

    /// What a page has beside messages: a static page at the guestbook's address,
    /// if the owner wrote one, gives its name and its introduction. `typed` is what its
    /// form holds, if it has one.
    ///
    /// # Errors
    /// Whatever keeps the blog from being read.
    pub fn book(&self, blog: &Blog, typed: Option<&Typed>) -> Result<Book> {
        let sql = "SELECT title, html FROM page WHERE path = ?1";
        let found = blog
            .connection
            .query_row(sql, [url::GUESTBOOK], |row| Ok((row.get(0)?, row.get(1)?)));
        let (title, intro) = found.optional()?.unwrap_or_default();
        Ok(Book {
            post: 0,
            on: None,
            title,
            intro,
            open: self.settings.publish != Publish::Closed,
            typed: self.fresh(typed)?,
        })
    }

    /// The same for the comments on a post.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    pub fn book_on(&self, subject: &Subject, open: bool, typed: Option<&Typed>) -> Result<Book> {
        Ok(Book {
            post: subject.id,
            on: Some(subject.post.clone()),
            title: String::new(),
            intro: String::new(),
            open,
            typed: self.fresh(typed)?,
        })
    }

    /// What a form holds, with a token that no other has.
    fn fresh(&self, typed: Option<&Typed>) -> Result<Typed> {
        let Some(typed) = typed else {
            return Ok(Typed::default());
        };
        Ok(Typed {
            token: Form::new(now())?.token(&self.settings.secret),
            ..typed.clone()
        })
    }

    /// The messages of a page, of the guestbook or under a post: the newest, or those
    /// older than one of them.
    ///
    /// # Errors
    /// 404 for a cut that leaves nothing.
    pub fn page(&self, post: i64, before: Option<i64>) -> Result<Slice> {
        let mut messages = self.newest(post, before, PER_PAGE + 1)?;
        if messages.is_empty() && before.is_some() {
            return Err(Error::NotFound);
        }
        let older = messages.len() > PER_PAGE;
        messages.truncate(PER_PAGE);
        Ok(Slice {
            messages,
            older,
            before,
        })
    }

    /// The newest messages, of the guestbook or under a post, newest first.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    pub fn newest(&self, post: i64, before: Option<i64>, most: usize) -> Result<Vec<Message>> {
        let sql = match post {
            0 => {
                "SELECT id, ?1, moment, name, site, text, reply, replied FROM message
                 WHERE id < ?2 ORDER BY id DESC LIMIT ?3"
            }
            _ => {
                "SELECT id, post, moment, name, site, text, reply, replied FROM comment
                 WHERE post = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3"
            }
        };
        let mut statement = self.connection.prepare(sql)?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let messages = statement.query_map([post, before.unwrap_or(i64::MAX), most], message)?;
        Ok(messages.collect::<rusqlite::Result<_>>()?)
    }

    /// One message, of the guestbook or under a post: a public one for everybody, one
    /// that waits for whoever has its key.
    ///
    /// # Errors
    /// 404 where there is none to be seen.
    pub fn message(&self, post: i64, id: i64, key: Option<&str>) -> Result<Shown> {
        let found = |table: &str| {
            let sql = match table {
                "message" => {
                    "SELECT id, ?2, moment, name, site, text, reply, replied FROM message WHERE id = ?1"
                        .to_owned()
                }
                table => format!(
                    "SELECT id, post, moment, name, site, text, reply, replied FROM {table}
                     WHERE id = ?1 AND post = ?2"
                ),
            };
            self.connection
                .query_row(&sql, [id, post], message)
                .optional()
        };
        if let Some(message) = found(table(post))? {
            return Ok(Shown::Published(message));
        }
        self.widen()?;
        let opens = key.is_some_and(|key| token::opens(&self.settings.secret, id, key));
        // A rejected message looks to its writer as if it still waited: a filter
        // that tells spammers what passes teaches them.
        match opens.then(|| found("queue")).transpose()?.flatten() {
            Some(message) => Ok(Shown::Waiting(message)),
            None => Err(Error::NotFound),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.join(GUESTBOOK_FILE)
    }

    /// Waits for this writer's turn.
    fn turn(&self) -> Result<Turn> {
        let queue = self.folder.join(QUEUE_FILE);
        turn::take(&queue).map_err(|error| {
            Error::Unavailable(format!(
                "{}: no turn to write came; a program may hang, or the server's user may not write \
                 there ({error})",
                queue.display()
            ))
        })
    }

    /// Has SQLite read all of the schema, where it was shown a part.
    fn widen(&self) -> rusqlite::Result<()> {
        widen(&self.connection, &self.brief)
    }
}

/// The same within a transaction.
fn widen(connection: &Connection, brief: &Cell<bool>) -> rusqlite::Result<()> {
    match brief.take() {
        true => connection.execute_batch("PRAGMA writable_schema = RESET"),
        false => Ok(()),
    }
}

/// The table of what is public in the guestbook, or under posts.
fn table(post: i64) -> &'static str {
    match post {
        0 => "message",
        _ => "comment",
    }
}

fn message(row: &Row<'_>) -> rusqlite::Result<Message> {
    Ok(Message {
        id: row.get(0)?,
        post: row.get(1)?,
        moment: row.get::<_, Moment>(2)?,
        name: row.get(3)?,
        site: row.get(4)?,
        text: row.get(5)?,
        reply: row.get(6)?,
        replied: row.get(7)?,
    })
}
