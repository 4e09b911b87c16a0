//! The comments under posts: how many, whether more may come, and the files in which
//! pages of posts find them.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use rusqlite::{OptionalExtension, Transaction};

use super::{Guestbook, message};
use crate::comment::{BELOW, Choice, Subject};
use crate::date::Date;
use crate::error::{Error, Result};
use crate::guestbook::{Message, Publish, Thread};
use crate::store::comment::{self, FOLDER, STATE};
use crate::store::{Desk, kept, now, post};

impl Guestbook {
    /// The newest comments under all posts, newest first.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    pub fn comments(&self, most: usize) -> Result<Vec<Message>> {
        let mut statement = self.connection.prepare(
            "SELECT id, post, moment, name, site, text, reply, replied FROM comment
             ORDER BY id DESC LIMIT ?1",
        )?;
        let messages = statement.query_map([i64::try_from(most).unwrap_or(i64::MAX)], message)?;
        Ok(messages.collect::<rusqlite::Result<_>>()?)
    }

    /// What stands under a post.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    pub fn thread(&self, post: i64) -> Result<Thread> {
        let sql = "SELECT choice, comments FROM thread WHERE post = ?1";
        let found = self
            .connection
            .query_row(sql, [post], |row| Ok((row.get(0)?, row.get(1)?)));
        let (choice, comments) = found.optional()?.unwrap_or_default();
        let mut newest = self.newest(post, None, BELOW)?;
        newest.reverse();
        Ok(Thread {
            post,
            choice: Choice::numbered(choice),
            comments,
            newest,
        })
    }

    /// Whether a post takes comments now, on a blog that takes them for so many days.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    pub fn takes_comments(&self, subject: &Subject, days: i64) -> Result<bool> {
        let sql = "SELECT choice FROM thread WHERE post = ?1";
        let choice = self
            .connection
            .query_row(sql, [subject.id], |row| row.get(0));
        let choice = Choice::numbered(choice.optional()?.unwrap_or_default());
        Ok(self.settings.publish != Publish::Closed && choice.takes(days, subject.moment, now()))
    }

    /// The posts that have comments, or for which the owner settled something, newest
    /// first, without the comments themselves.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    pub fn threads(&self) -> Result<Vec<Thread>> {
        let sql = "SELECT post, choice, comments FROM thread ORDER BY post DESC";
        let mut statement = self.connection.prepare(sql)?;
        let threads = statement.query_map([], |row| {
            Ok(Thread {
                post: row.get(0)?,
                choice: Choice::numbered(row.get(1)?),
                comments: row.get(2)?,
                newest: Vec::new(),
            })
        })?;
        Ok(threads.collect::<rusqlite::Result<_>>()?)
    }

    /// Settles whether a post takes comments.
    ///
    /// # Errors
    /// Whatever keeps the file from being written.
    pub fn choose(&mut self, post: i64, choice: Choice) -> Result<()> {
        self.change(|tx| {
            note(tx, post, 0)?;
            let sql = "UPDATE thread SET choice = ?2 WHERE post = ?1";
            tx.execute(sql, [post, choice.number()])?;
            Ok(())
        })
    }

    /// Has all posts with comments written out anew by the next `show`, and what is
    /// there now forgotten: it may be another blog's.
    ///
    /// # Errors
    /// Whatever keeps the file or the folder from being written.
    pub fn show_all(&mut self) -> Result<()> {
        let folder = self.folder.join(FOLDER);
        let was_there = match fs::remove_dir_all(&folder) {
            Ok(()) => true,
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => {
                let folder = folder.display();
                return Err(Error::Internal(format!(
                    "{folder} can't be emptied: {error}"
                )));
            }
        };
        self.change(|tx| {
            tx.execute(
                "INSERT OR IGNORE INTO unshown
                 SELECT post FROM thread UNION ALL SELECT 0 FROM settings WHERE ?1 OR publish = ?2",
                (was_there, Publish::Closed.name()),
            )?;
            Ok(())
        })
    }

    /// Writes out what posts show of their comments, where that has changed. One
    /// writer at a time does so, with what all before it have stored: none puts an
    /// older state in place of a newer one.
    ///
    /// # Errors
    /// Whatever keeps the folder from being written; the next writer tries again.
    pub fn show(&mut self, render: impl Fn(&Thread) -> String) -> Result<()> {
        if self.is_shown()? {
            return Ok(());
        }
        let turn = self.turn()?;
        let folder = self.folder.join(FOLDER);
        let unwritten = |error: io::Error| {
            Error::Unavailable(format!("{} can't be written: {error}", folder.display()))
        };
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)
            .map_err(unwritten)?;
        let quiet = kept::hush(&self.folder)?;
        for post in self.unshown()?.into_iter().filter(|post| *post != 0) {
            let thread = self.thread(post)?;
            let text = format!("{}\n{}", thread.choice.name(), render(&thread));
            replace(&folder, &comment::file(post), &text).map_err(unwritten)?;
        }
        let sql = "SELECT seq, publish FROM tally, settings";
        let (seq, publish): (i64, String) = self
            .connection
            .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let closed = match Publish::named(&publish) {
            Publish::Closed => " closed",
            _ => "",
        };
        // A second later than the last time at least: a date in HTTP tells nothing finer.
        let changed = now().max(comment::changed(&folder) + 1_000_000);
        replace(&folder, STATE, &format!("{seq} {changed}{closed}\n")).map_err(unwritten)?;
        self.connection.execute("DELETE FROM unshown", [])?;
        drop(quiet);
        drop(turn);
        Ok(())
    }

    /// Whether pages of posts show all comments as they are.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    pub fn is_shown(&self) -> Result<bool> {
        Ok(self.unshown()?.is_empty())
    }

    fn unshown(&self) -> Result<Vec<i64>> {
        self.widen()?;
        let mut statement = self.connection.prepare("SELECT post FROM unshown")?;
        let posts = statement.query_map([], |row| row.get(0))?;
        Ok(posts.collect::<rusqlite::Result<_>>()?)
    }
}

impl Desk {
    /// The post of a number, as its comments name it.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    pub fn subject(&self, id: i64) -> Result<Option<Subject>> {
        post::subject(&self.connection, id)
    }

    /// The number of the post at an address, of which the beginning does not matter.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    pub fn post_at(&self, address: &str) -> Result<Option<i64>> {
        let path = address.split(['?', '#']).next().unwrap_or_default();
        let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let [.., year, month, day, slug] = segments[..] else {
            return Ok(None);
        };
        let Some(date) = Date::parse(year, month, day) else {
            return Ok(None);
        };
        let found = post::at(&self.connection, date, &slug.to_ascii_lowercase())?;
        Ok(found.map(|(id, _)| id))
    }

    /// Days for which posts take comments: 0 for none, less for ever.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    pub fn comments(&self) -> Result<i64> {
        let sql = "SELECT comments FROM site";
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }

    /// Settles for how many days posts take comments.
    ///
    /// # Errors
    /// Whatever keeps the file from being written.
    pub fn take_comments(&mut self, days: i64) -> Result<()> {
        self.change(|tx| {
            tx.execute("UPDATE site SET comments = ?1", [days])?;
            Ok(())
        })
    }
}

/// Counts comments of a post that have come or gone, as those of the guestbook are
/// not, and has what the post shows written out.
pub(super) fn note(tx: &Transaction<'_>, post: i64, more: i64) -> rusqlite::Result<()> {
    if post == 0 {
        return Ok(());
    }
    tx.prepare_cached(
        "INSERT INTO thread (post, choice, comments) VALUES (?1, 0, max(?2, 0))
         ON CONFLICT (post) DO UPDATE SET comments = max(comments + ?2, 0)",
    )?
    .execute([post, more])?;
    tx.prepare_cached("INSERT OR IGNORE INTO unshown (post) VALUES (?1)")?
        .execute([post])?;
    Ok(())
}

/// Puts a file in place of another, whole, and on the disk before it is there.
fn replace(folder: &Path, name: &str, text: &str) -> io::Result<()> {
    let beside = folder.join(format!("{name}.new"));
    let mut file = File::create(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_data()?;
    fs::rename(&beside, folder.join(name))
}
