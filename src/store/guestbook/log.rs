//! The write-ahead log of the guestbook's file: on the disk before an answer is given, and
//! short.
//!
//! Why WAL and `synchronous = NORMAL`, when nothing may be lost: a writer commits
//! without waiting for the disk, lets the next one go on, and only then syncs
//! the log itself, before it answers. What was answered is on the disk, as with FULL,
//! but the waits of all writers run side by side, and the file system makes one
//! flush of them.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use rusqlite::Connection;

use super::{Guestbook, QUEUE_FILE};
use crate::error::{Error, Result};
use crate::store::{BUSY, GUESTBOOK_FILE, schema};
use crate::turn::{self, Turn};

/// Pages in the log after which a writer copies them into the file and begins the log
/// anew. Each program that finds nobody else there reads all of it, so it stays short.
const CHECKPOINT: i64 = 32;

/// So many messages have one writer among them who looks whether the log is to be copied.
pub const EACH: i64 = 16;

/// Pages in the log after which a writer keeps the others waiting for that. Where some
/// program always has the file open, none could begin the log anew otherwise.
pub const LONGEST: i64 = 1000;

/// How long such a writer waits for readers of the log.
pub const BRIEFLY: Duration = Duration::from_millis(50);

/// Has SQLite say how long the log is after each commit, in the place of its own way to
/// keep it short, which is part of the commit.
pub(super) fn count(connection: &mut Connection, logged: &Arc<AtomicI64>) -> rusqlite::Result<()> {
    let pages = Arc::clone(logged);
    connection.wal_hook(Some(move |_: &mut _, count| {
        pages.store(i64::from(count), Ordering::Relaxed);
        Ok(())
    }))
}

impl Guestbook {
    /// Waits until what was committed is on the disk.
    pub(super) fn settle(&self) -> Result<()> {
        let log = self.folder.join(format!("{GUESTBOOK_FILE}-wal"));
        File::open(&log)
            .and_then(|log| log.sync_data())
            .map_err(|error| {
                Error::Unavailable(format!("{} can't be synced: {error}", log.display()))
            })
    }

    /// Keeps the log short. What is in it is safe there, so a writer who can't copy it
    /// leaves it to the next.
    pub(super) fn tidy(&self) {
        let tidied = match self.logged.load(Ordering::Relaxed) {
            ..CHECKPOINT => Ok(()),
            CHECKPOINT..LONGEST => self.shorten(),
            _ => self.turn().and_then(|turn| self.restart(turn)),
        };
        match tidied {
            Ok(()) | Err(_) => {}
        }
    }

    /// Copies the log into the file, as far as readers let it, and begins the log anew.
    ///
    /// The next writer would begin it anew by itself, but only where somebody has the file
    /// open until then. How much was copied stands in memory that goes with the last of
    /// them, and who comes after that finds all of the log and adds to it.
    fn shorten(&self) -> Result<()> {
        let sql = "PRAGMA wal_checkpoint(PASSIVE)";
        let (pages, copied): (i64, i64) = self
            .connection
            .query_row(sql, [], |row| Ok((row.get(1)?, row.get(2)?)))?;
        let queue = self.folder.join(QUEUE_FILE);
        match turn::take_at_once(&queue) {
            Ok(Some(turn)) if copied == pages => self.commit_again(turn),
            _ => Ok(()),
        }
    }

    /// The same while nobody else can write.
    fn restart(&self, turn: Turn) -> Result<()> {
        self.connection.busy_timeout(BRIEFLY)?;
        let sql = "PRAGMA wal_checkpoint(RESTART)";
        let copied = self.connection.query_row(sql, [], |_| Ok(()));
        self.connection.busy_timeout(BUSY)?;
        copied?;
        self.commit_again(turn)
    }

    /// Writes a page as it is, which begins the log anew where all of it was copied. An
    /// UPDATE would see that it changes nothing, and write nothing.
    fn commit_again(&self, _turn: Turn) -> Result<()> {
        let sql = format!("PRAGMA user_version = {}", schema::VERSION);
        Ok(self.connection.execute_batch(&sql)?)
    }
}
