//! The blog opened for writing: both files on one connection, each table under
//! its own name whichever file it is in.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::migrate::{self, Upgrade};
use super::{
    BLOG_FILE, BUSY, DESK_FILE, GUESTBOOK_FILE, ROOMY, data_folder, explain, kept, now, scheduled,
    schema, search, settled,
};
use crate::config::Place;
use crate::error::{Error, Result};
use crate::kept::Keep;
use crate::settings::Settings;
use crate::site::Site;
use crate::turn;

/// The blog, open for writing.
pub struct Desk {
    pub(super) connection: Connection,
    pub(super) folder: PathBuf,
    /// Why the index of words could not follow the last change.
    behind: Option<Error>,
}

/// What a change turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing that is to stay.
    None,
    /// Something that no visitor sees.
    Private,
    /// Something that visitors see.
    Public,
}

/// Makes a blog in a directory that has none: the directory, its files, and the
/// folder for uploads. All of it is the owner's alone.
///
/// # Errors
/// A message that names what is there already or can't be made.
pub fn create(folder: &Path, settings: &Settings) -> Result<Desk> {
    let blog = folder.join(BLOG_FILE);
    if blog.exists() {
        return Err(Error::Internal(format!(
            "{} is there already: it was left as it is",
            blog.display()
        )));
    }
    make_files(folder)
        .map_err(|error| Error::Internal(format!("{} can't be made: {error}", folder.display())))?;
    if settings.keep_pages != Keep::Off {
        kept::prepare(folder)?;
    }
    let desk = attach(folder)?;
    let connection = &desk.connection;
    // A rollback journal for the file that is read all the time: a lone reader
    // of a WAL file pays a fifth more. WAL for the one that is written often.
    connection.execute_batch(
        "PRAGMA blog.journal_mode = TRUNCATE; PRAGMA desk.journal_mode = WAL; BEGIN IMMEDIATE;",
    )?;
    schema::create(connection, "blog")?;
    schema::create(connection, "desk")?;
    connection.execute(
        "INSERT INTO site (title, tagline, uid, author, base_url, links, zone, language, footer,
                           per_page, keep, comments, seq, changed, next_due, years, nav, style, changes, last_id)
         VALUES (?1, ?2, lower(hex(randomblob(8))), ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?12, 0, 1, ?10, NULL, '', '', ?11,
                 '1', 0)",
        (
            &settings.title,
            &settings.tagline,
            &settings.author,
            &settings.base_url,
            &settings.links,
            &settings.zone,
            &settings.language,
            &settings.footer,
            settings.per_page,
            now(),
            &settings.style,
            settings.keep_pages as i64,
        ),
    )?;
    connection.execute_batch("INSERT INTO desk.lock VALUES (0); COMMIT")?;
    #[cfg(feature = "guestbook")]
    super::guestbook::create(&folder.join(GUESTBOOK_FILE))?;
    search::rebuild(connection, folder, |_| {})?;
    Ok(desk)
}

/// The directory, the folder for uploads and the files, empty. The files are for
/// the owner's eyes: where all sites of a host run as one user, a file that
/// others may read shows them every draft. SQLite gives its journals the same mode.
fn make_files(folder: &Path) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    fs::create_dir_all(folder.join("media"))?;
    for name in [BLOG_FILE, DESK_FILE, GUESTBOOK_FILE] {
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(folder.join(name))?;
    }
    Ok(())
}

/// Opens a blog for writing.
///
/// # Errors
/// A message that says what to do where there is none, where it is of another
/// version, or where it may not be written.
pub fn open_desk(folder: &Path) -> Result<Desk> {
    let desk = open_any_version(folder)?;
    for (file, name) in [("blog", BLOG_FILE), ("desk", DESK_FILE)] {
        let version = format!("PRAGMA {file}.user_version");
        let version = desk.connection.query_row(&version, [], |row| row.get(0))?;
        if version != schema::VERSION {
            return Err(schema::wrong_version(version, &folder.join(name)));
        }
    }
    Ok(desk)
}

/// Opens the blog of a request for writing, and publishes what has come due.
///
/// # Errors
/// As `open_desk`, and where no data directory is named.
pub fn open_desk_at(place: &Place) -> Result<Desk> {
    let folder = data_folder(place)?;
    let desk = open_desk(folder)?;
    let sql = "SELECT next_due FROM site WHERE next_due <= ?1";
    if desk.connection.prepare(sql)?.exists([now()])? {
        scheduled::publish_due(folder)?;
    }
    Ok(desk)
}

/// Brings all files to the version that the upgrades lead to. Returns each with the
/// version it had. A guestbook that is not there is none of them.
///
/// # Errors
/// As `open_desk`, but for older versions, which are what it is for.
pub fn upgrade(folder: &Path, upgrades: &[Upgrade]) -> Result<Vec<(&'static str, i64)>> {
    let mut desk = open_any_version(folder)?;
    // Even where no file changes: pages that older programs made are not shown any longer.
    let _quiet = kept::hush(folder)?;
    let mut files = Vec::new();
    // It comes first, so that whoever is killed leaves a desk that asks to go on.
    if desk.folder.join(GUESTBOOK_FILE).exists() {
        let guestbook = ("guestbook", GUESTBOOK_FILE);
        attach_file(&desk.connection, &desk.folder, guestbook)?;
        files.push(guestbook);
    }
    files.extend([("blog", BLOG_FILE), ("desk", DESK_FILE)]);
    let upgrade = |(file, name)| {
        let found = migrate::upgrade(&mut desk.connection, file, upgrades)?;
        Ok((name, found))
    };
    files.into_iter().map(upgrade).collect()
}

/// Whether the public file or the desk is of a version before this one, and neither of
/// a later one.
///
/// # Errors
/// As `open_desk`, but for versions.
#[cfg(feature = "admin")]
pub fn is_older(folder: &Path) -> Result<bool> {
    let desk = open_any_version(folder)?;
    let version = |file: &str| -> Result<i64> {
        let sql = format!("PRAGMA {file}.user_version");
        Ok(desk.connection.query_row(&sql, [], |row| row.get(0))?)
    };
    let versions = [version("blog")?, version("desk")?];
    let (low, high) = (versions.iter().min(), versions.iter().max());
    Ok(low < Some(&schema::VERSION) && high <= Some(&schema::VERSION))
}

fn open_any_version(folder: &Path) -> Result<Desk> {
    for name in [BLOG_FILE, DESK_FILE] {
        let file = folder.join(name);
        if !file.exists() {
            return Err(Error::Internal(format!(
                "there is no blog in {}: {name} is missing. Make one with `mayfly init {}`",
                folder.display(),
                folder.display()
            )));
        }
    }
    attach(folder)
}

fn attach(folder: &Path) -> Result<Desk> {
    turn::outlive_too_large();
    // The connection's own database stays empty and in memory, so that the files
    // are attached under the names that schema.sql gives them.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let connection = Connection::open_with_flags(":memory:", flags)?;
    connection.busy_timeout(BUSY)?;
    let folder = settled(folder);
    attach_file(&connection, &folder, ("blog", BLOG_FILE))?;
    attach_file(&connection, &folder, ("desk", DESK_FILE))?;
    // Sorting has as much memory as the cache of the connection's own database.
    connection.pragma_update(None, "cache_size", ROOMY)?;
    // A transaction whose changes outgrow the cache writes them into the file
    // before it ends, and locks readers out until then. 65,536 pages, 256 MB,
    // keep all but the greatest imports in memory, at no cost to small ones.
    connection.execute_batch(
        "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA blog.cache_spill = 65536;",
    )?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(Desk {
        connection,
        folder,
        behind: None,
    })
}

fn attach_file(connection: &Connection, folder: &Path, (file, name): (&str, &str)) -> Result<()> {
    let path = folder.join(name);
    let attached = path.to_str().ok_or_else(|| {
        Error::Internal(format!("the path {} is not valid UTF-8", path.display()))
    })?;
    connection
        .execute(&format!("ATTACH ?1 AS {file}"), [attached])
        .and_then(|_| {
            // FULL: what was acknowledged survives a power cut.
            connection.execute_batch(&format!("PRAGMA {file}.synchronous = FULL"))
        })
        .and_then(|()| connection.pragma_update(Some(file), "cache_size", ROOMY))
        .map_err(|error| explain(&error, &path))
}

impl Desk {
    /// Runs one change of the blog that the public sees: all of it happens, or
    /// nothing, and `seq` grows.
    ///
    /// # Errors
    /// Whatever the change says; then nothing was changed.
    pub fn change<T>(&mut self, change: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.attempt(|tx| change(tx).map(|outcome| (outcome, Effect::Public)))
    }

    /// Runs one change that tells afterwards what came of it: the public sees
    /// something else, only the author does, or it is to be as if nothing had
    /// been done.
    ///
    /// # Errors
    /// Whatever the change says; then nothing was changed.
    pub fn attempt<T>(
        &mut self,
        change: impl FnOnce(&Transaction<'_>) -> Result<(T, Effect)>,
    ) -> Result<T> {
        let folder = self.folder.clone();
        let tx = self.hold()?;
        let before = tx.query_row("SELECT seq FROM site", [], |row| row.get::<_, i64>(0))?;
        let (outcome, effect) = change(&tx)?;
        match effect {
            Effect::None => tx.rollback()?,
            // What the public does not see may be when it will see something.
            Effect::Private => {
                let quiet = kept::hush(&folder)?;
                tx.commit()?;
                drop(quiet);
            }
            Effect::Public => {
                tx.execute("UPDATE site SET seq = ?1", [before + 1])?;
                super::note_change(&tx)?;
                let quiet = kept::hush(&folder)?;
                tx.commit()?;
                drop(quiet);
                self.follow();
            }
        }
        Ok(outcome)
    }

    /// Keeps all other writers from both files until the transaction ends.
    ///
    /// # Errors
    /// 503 where somebody else does not stop writing.
    pub(super) fn hold(&mut self) -> Result<Transaction<'_>> {
        Ok(self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?)
    }

    /// Lets the index of words follow what was published. What was published stays
    /// so even if that fails: whoever searches next tries again.
    fn follow(&mut self) {
        let followed = search::follow(&self.connection, &self.folder);
        self.behind = followed.err();
    }

    /// Why a search may miss what was changed last, if it may.
    pub fn behind(&self) -> Option<&Error> {
        self.behind.as_ref()
    }

    /// Settles whether a search finds words by their stems (English ones: `sailing` by
    /// `sails`). The index has to be made anew for it. Of a small blog it is, at
    /// once; returns whether that was done. For any other `behind` has what to do.
    ///
    /// # Errors
    /// Whatever keeps the file from being written.
    pub fn settle_stems(&mut self, stems: bool) -> Result<bool> {
        if self.has_stems()? == stems {
            return Ok(false);
        }
        self.change(|tx| search::settle_stems(tx, stems))?;
        Ok(self.behind.is_none())
    }

    /// Whether a search finds words by their stems.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    pub fn has_stems(&self) -> Result<bool> {
        search::has_stems(&self.connection)
    }

    /// Makes the index of words anew. `done` hears how many posts are in.
    ///
    /// # Errors
    /// Whatever keeps the files from being read or written.
    pub fn rebuild_search(&mut self, done: impl Fn(u64)) -> Result<()> {
        let tx = self.connection.transaction()?;
        search::rebuild(&tx, &self.folder, done)?;
        self.behind = None;
        Ok(())
    }

    /// Prepares for millions of rows in one change: a larger cache, and no wait for
    /// the disk but at the end. A power cut in the middle may then damage the file,
    /// so this is for blogs that are made up.
    ///
    /// # Errors
    /// Whatever SQLite says.
    pub fn hurry(&self) -> Result<()> {
        self.connection
            .execute_batch("PRAGMA blog.cache_size = -262144; PRAGMA blog.synchronous = OFF;")?;
        Ok(())
    }

    /// How many dated posts are published.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    pub fn posts(&self) -> Result<i64> {
        let sql = "SELECT coalesce(sum(entries + links + quotes + notes), 0) FROM period WHERE date < 10000";
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }

    /// What every page needs to know of the blog.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    pub fn site(&self, place: &Place) -> Result<Site> {
        Ok(super::site::read(&self.connection, place)?)
    }

    /// A draft and its version.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    pub fn draft(&self, id: i64) -> Result<Option<(crate::draft::Draft, i64)>> {
        super::draft::find(&self.connection, id)
    }

    /// What is public, or scheduled, under an id.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    #[cfg(feature = "save")]
    pub fn source(&self, id: i64) -> Result<Option<super::source::Source>> {
        super::source::find(&self.connection, id)
    }

    /// The number of the draft that is another version of a post, if there is one.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    pub fn draft_of(&self, post: i64) -> Result<Option<i64>> {
        Ok(super::draft::of_post(&self.connection, post)?)
    }

    /// Runs one short change of `desk.db` alone: the public file is not locked.
    #[cfg(feature = "admin")]
    pub(super) fn private<T>(
        &mut self,
        change: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        // BEGIN IMMEDIATE would lock every attached file. A write to the desk locks
        // the desk, and comes first so that nothing read before it is stale.
        let tx = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Deferred)?;
        tx.execute("UPDATE desk.lock SET taken = taken + 1", [])?;
        let outcome = change(&tx)?;
        tx.commit()?;
        Ok(outcome)
    }

    /// The blog's time zone, by its name.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    pub fn zone(&self) -> Result<String> {
        Ok(self
            .connection
            .query_row("SELECT zone FROM site", [], |row| row.get(0))?)
    }
}
