//! The blog's files, opened: `open_blog` for programs that only read, `open_desk`
//! for whoever publishes. SQL stands in the function that runs it, in the file
//! of its noun; nothing here knows of requests or of HTML.

#[cfg(feature = "admin")]
pub mod account;
pub mod archive;
#[cfg(feature = "admin")]
pub mod attempt;
#[cfg(feature = "admin")]
pub mod backup;
#[cfg(feature = "admin")]
pub mod check;
pub mod comment;
#[cfg(feature = "admin")]
pub mod complete;
#[cfg(feature = "admin")]
pub mod dashboard;
pub mod desk;
pub mod draft;
pub mod feed;
#[cfg(feature = "grep")]
pub mod grep;
#[cfg(feature = "guestbook")]
pub mod guestbook;
mod head;
pub mod home;
pub mod kept;
pub mod kind;
pub mod listing;
#[cfg(feature = "admin")]
pub mod media;
pub mod migrate;
#[cfg(feature = "admin")]
pub mod navigation;
mod neighbour;
pub mod origin;
pub mod page;
#[cfg(feature = "admin")]
pub mod pick;
pub mod post;
#[cfg(feature = "admin")]
pub mod preview;
pub mod publish;
#[cfg(feature = "admin")]
pub mod published;
#[cfg(feature = "qr")]
pub mod qr;
pub mod redirect;
#[cfg(feature = "admin")]
pub mod redirects;
#[cfg(feature = "admin")]
pub mod removed;
#[cfg(feature = "admin")]
pub mod retag;
#[cfg(feature = "admin")]
pub mod revision;
pub mod scheduled;
pub mod schema;
pub mod search;
#[cfg(feature = "admin")]
pub mod session;
#[cfg(feature = "admin")]
pub mod settings;
mod site;
pub mod sitemap;
#[cfg(feature = "save")]
pub mod source;
pub mod tag;
#[cfg(feature = "admin")]
pub mod tags;
mod tally;
#[cfg(feature = "admin")]
pub mod totp;
pub mod twin;
mod vfs;
#[cfg(feature = "admin")]
pub mod writing;

use std::cell::Cell;
use std::fs;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};

use crate::cache::Version;
use crate::config::Place;
use crate::error::{Error, Result};
use crate::path;
use crate::site::Site;
use crate::turn;

pub use crate::now::now;
pub use desk::{Desk, open_desk, open_desk_at};
pub use vfs::register as read_alone;

/// The file of what is published.
pub const BLOG_FILE: &str = "blog.db";

/// The file of what is not.
pub const DESK_FILE: &str = "desk.db";

/// The file of what strangers write.
pub const GUESTBOOK_FILE: &str = "guestbook.db";

/// The file of the index of words.
pub const SEARCH_FILE: &str = "search.db";

/// An empty file that is changed whenever a backup was made, for the desk to tell when.
#[cfg(feature = "admin")]
const STAMP: &str = "last-backup";

/// How long to wait for a lock. Writers hold theirs for milliseconds, so a
/// longer wait means trouble, which the visitor should hear of.
const BUSY: Duration = Duration::from_secs(4);

/// SQLite is built to keep ten pages of a file, which is all that a page of the blog
/// looks at twice, so that a list reads into the same memory again and again.
/// Whoever writes, or reads a file from end to end, asks for this: SQLite's usual
/// 2,000 KiB.
const ROOMY: i32 = -2000;

/// The published blog, open for reading, at one point in time: everything is
/// read in one transaction, so a page never mixes two states.
pub struct Blog {
    /// Never closed: the process ends first, which lets go of the lock and of the
    /// memory for nothing, where closing takes five system calls.
    connection: ManuallyDrop<Connection>,
    /// What every page needs. It is never dropped, either.
    pub site: &'static Site,
    /// Whether it was opened plainly, and shows the tables of its program alone.
    plain: bool,
}

/// Opens `blog.db` for reading and publishes what has come due.
///
/// # Errors
/// 500 where the operator has to act and 503 where waiting helps; the log's
/// line says what to do.
pub fn open_blog(place: &Place) -> Result<Blog> {
    let folder = data_folder(place)?;
    let blog = match read_plainly(folder, place) {
        Ok(blog) => blog,
        Err(_) => match read_blog(folder, place) {
            // A writer that was killed has left its journal. Only somebody who may
            // write can roll it back, so the file is opened for writing, once.
            Err(Failure::NeedsRecovery) => {
                recover(folder)?;
                read_blog(folder, place)
            }
            outcome => outcome,
        }
        .map_err(|failure| failure.into_error(folder))?,
    };
    if !blog.is_due() {
        return Ok(blog);
    }
    // A writer about to commit waits for this reader's lock and lets no new reader
    // in, so the lock has to go before the file is opened again.
    drop(ManuallyDrop::into_inner(blog.connection));
    // A reader that may not write serves what is there; another will publish.
    match scheduled::publish_due(folder) {
        Ok(()) | Err(_) => {}
    }
    read_blog(folder, place).map_err(|failure| failure.into_error(folder))
}

impl Blog {
    /// Whether a scheduled post waits that should be public by now.
    fn is_due(&self) -> bool {
        let Version { next_due, now, .. } = self.site.version;
        next_due.is_some_and(|due| due <= now)
    }

    /// The error for a path at which nothing is published: sends the visitor
    /// on where something was once.
    pub fn missing(&self, path: &path::Path) -> Error {
        self.with_redirects(|blog| redirect::instead(blog, path))
            .unwrap_or_else(|error| error)
    }

    /// Looks for where something went. Programs whose pages are nearly always there are not
    /// shown that table, for all of them would parse it, so the file is opened once more.
    fn with_redirects<T>(&self, look: impl FnOnce(&Connection) -> T) -> T {
        let other = match self.plain && !vfs::shows("redirect") {
            true => self
                .connection
                .path()
                .and_then(|file| open_for_redirects(Path::new(file))),
            false => None,
        };
        look(other.as_deref().unwrap_or(&self.connection))
    }
}

/// The file once more, for redirects. Neither connection is closed, which would end the
/// locks of both (POSIX, fcntl): they read the same state. Where the file can't be opened
/// plainly, a writer is waiting for this very reader. That attempt has closed it, so the lock
/// is gone, and what is read is what the writer leaves.
fn open_for_redirects(file: &Path) -> Option<ManuallyDrop<Connection>> {
    let before = vfs::show(&["redirect", "tag"]);
    let plainly = open_plainly(file.to_owned());
    vfs::show(before);
    let opened = plainly.or_else(|_| {
        let connection = open_file(file, only_read())?;
        connection.busy_timeout(BUSY)?;
        Ok::<_, rusqlite::Error>(connection)
    });
    opened.ok().map(ManuallyDrop::new)
}

thread_local! {
    static LEFT: Cell<Option<&'static Site>> = const { Cell::new(None) };
}

/// The blog that this request has opened, if it has. The page about what is missing
/// in it has no other; opening the file once more for that would cost half as much
/// as all of the rest.
pub fn left() -> Option<&'static Site> {
    LEFT.get()
}

/// Why the file could not be read, before it is known whom to blame.
enum Failure {
    NeedsRecovery,
    Sqlite(rusqlite::Error),
    Version(i64),
    Foreign,
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Failure {
        match error.sqlite_error().map(|cause| cause.extended_code) {
            Some(ffi::SQLITE_READONLY_ROLLBACK | ffi::SQLITE_READONLY_RECOVERY) => {
                Failure::NeedsRecovery
            }
            _ => Failure::Sqlite(error),
        }
    }
}

impl Failure {
    fn into_error(self, folder: &Path) -> Error {
        match self {
            Failure::NeedsRecovery => Error::Unavailable(format!(
                "{} was left half-written and can't be mended: let the server's user write to it \
                 and to its directory",
                folder.join(BLOG_FILE).display()
            )),
            Failure::Sqlite(error) => explain(&error, &folder.join(BLOG_FILE)),
            Failure::Version(found) => schema::wrong_version(found, &folder.join(BLOG_FILE)),
            Failure::Foreign => schema::foreign(&folder.join(BLOG_FILE)),
        }
    }
}

/// NO_MUTEX: one thread. NOFOLLOW: a link in the data directory is not ours.
fn only_read() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW
}

/// Opens a file where there is nothing to wait for, to mend or to explain. Any error
/// says no more than that there is.
fn open_plainly(file: PathBuf) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags_and_vfs(file, only_read(), vfs::NAME)?;
    // Whoever has to wait does so in `read_blog`, which starts anew.
    connection.busy_timeout(Duration::ZERO)?;
    // On a file that is only read it takes the lock of a reader, at once: with BEGIN
    // alone, reading the schema would take it first, and give it back.
    connection.execute_batch("BEGIN IMMEDIATE")?;
    Ok(connection)
}

fn read_plainly(folder: &Path, place: &Place) -> rusqlite::Result<Blog> {
    let connection = open_plainly(folder.join(BLOG_FILE))?;
    let site = site::plainly(&connection, place)?;
    Ok(blog(connection, site, true))
}

/// Opens a file of the data directory through SQLite's own layer. With NOFOLLOW that
/// refuses a link anywhere on the way to the file. A directory that is one was put
/// there by the operator (`/home` often is), so it is followed here, as `vfs` does;
/// a file that is one is refused all the same.
fn open_file(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    if flags.contains(OpenFlags::SQLITE_OPEN_READ_WRITE) {
        turn::outlive_too_large();
    }
    let opened = Connection::open_with_flags(path, flags);
    let refused = |error: &rusqlite::Error| {
        error.sqlite_error().map(|cause| cause.extended_code) == Some(ffi::SQLITE_CANTOPEN_SYMLINK)
    };
    match (opened, path.parent(), path.file_name()) {
        (Err(error), Some(folder), Some(name)) if refused(&error) => {
            Connection::open_with_flags(settled(folder).join(name), flags)
        }
        (opened, ..) => opened,
    }
}

/// A directory's own name, without links on the way.
fn settled(folder: &Path) -> PathBuf {
    fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned())
}

fn read_blog(folder: &Path, place: &Place) -> std::result::Result<Blog, Failure> {
    let connection = open_file(&folder.join(BLOG_FILE), only_read())?;
    connection.busy_timeout(BUSY)?;
    // Without it, reading the schema and each query would take the lock anew.
    connection.execute_batch("BEGIN")?;
    let version = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version != schema::VERSION {
        let owner =
            connection.query_row("PRAGMA application_id", [], |row| row.get::<_, i64>(0))?;
        return Err(match owner {
            schema::APPLICATION_ID => Failure::Version(version),
            _ => Failure::Foreign,
        });
    }
    let site = site::read(&connection, place)?;
    Ok(blog(connection, site, false))
}

/// The blog with what every page needs, read within the transaction of its page.
fn blog(connection: Connection, site: Site, plain: bool) -> Blog {
    let site: &Site = Box::leak(Box::new(site));
    LEFT.set(Some(site));
    Blog {
        connection: ManuallyDrop::new(connection),
        site,
        plain,
    }
}

/// Opens the file for writing and reads a page, which rolls a journal back.
fn recover(folder: &Path) -> Result<()> {
    let path = folder.join(BLOG_FILE);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let mended = open_file(&path, flags).and_then(|connection| {
        connection.busy_timeout(BUSY)?;
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| {
            row.get::<_, i64>(0)
        })
    });
    mended.map(|_| ()).map_err(|error| explain(&error, &path))
}

fn data_folder(place: &Place) -> Result<&Path> {
    place.data.as_deref().ok_or_else(|| {
        Error::Internal(
            "no data directory is named: set MAYFLY_DATA, or put a file mayfly.conf beside the \
             programs with the line `data = /path/to/blog`"
                .into(),
        )
    })
}

/// What an error of SQLite's means for the operator and for the visitor.
pub fn explain(error: &rusqlite::Error, path: &Path) -> Error {
    let file = path.display();
    let Some(cause) = error.sqlite_error() else {
        return Error::Internal(format!("{file}: {error}"));
    };
    match cause.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Error::Unavailable(format!(
            "{file} stayed locked for {} s: another program is writing and does not end",
            BUSY.as_secs()
        )),
        ErrorCode::CannotOpen => Error::Internal(format!(
            "{file} can't be opened: make it with `mayfly init`, and let the server's user read it \
             and search its directory ({error})"
        )),
        ErrorCode::NotADatabase => Error::Internal(format!("{file} is not a SQLite file")),
        ErrorCode::DatabaseCorrupt => Error::Internal(format!(
            "{file} is damaged: restore a backup, after a look at `mayfly check` ({error})"
        )),
        ErrorCode::DiskFull => Error::Unavailable(format!("{file}: the disk or the quota is full")),
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Error::Internal(format!(
            "{file} may not be written: give it and its directory to the user who writes ({error})"
        )),
        ErrorCode::SystemIoFailure => Error::Unavailable(format!(
            "{file} can't be read: look whether it is a file and whether the disk is well ({error})"
        )),
        _ => match error.to_string() {
            text if text.starts_with("no such table") => schema::foreign(path),
            text => Error::Internal(format!("{file}: {text}")),
        },
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Error {
        explain(&error, &PathBuf::from(BLOG_FILE))
    }
}

/// Writes down when the public sees something else: now, and at least a second after
/// the last time, for a date in HTTP tells nothing finer.
fn note_change(tx: &rusqlite::Transaction<'_>) -> rusqlite::Result<()> {
    tx.execute(
        "UPDATE site SET changed = max(?1, changed + 1000000)",
        [now()],
    )?;
    Ok(())
}
