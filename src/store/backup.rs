//! Copies of a blog that is in use, and the way back from one.
//!
//! `blog.db` and `desk.db` belong together: a post that is published or taken back
//! moves from one to the other. So both are copied at one moment, at which nobody
//! writes; readers are not held up. The guestbook depends on neither: its copy is
//! of one moment too, but of its own, so that strangers can go on writing.

use std::fs;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags, ffi};

use super::check::Depth;
use super::{
    BLOG_FILE, BUSY, DESK_FILE, GUESTBOOK_FILE, STAMP, check, explain, kept, open_desk, open_file,
};
use crate::error::{Error, Result};
use crate::host::Fact;
use crate::kept::Keep;

/// The files a copy of a blog has. Whatever else lies in the data directory is
/// derived from them, but for the folder of uploads.
pub const FILES: [&str; 3] = [BLOG_FILE, DESK_FILE, GUESTBOOK_FILE];

/// What SQLite leaves beside a file. A log that is found beside a file that it
/// was not written for damages it, so these move with the file they belong to.
const BESIDE: [&str; 3] = ["-journal", "-wal", "-shm"];

/// Pages copied between two reports of progress: 4 MB.
const STEP: i32 = 1024;

/// How far a restored blog's `seq` jumps. Visitors' browsers hold pages by the
/// number the blog had reached; more changes than this were never made since
/// the copy, so no number stands for two states.
const JUMP: i64 = 1 << 20;

/// Copies the blog's files into a folder, as they were at one moment. Tells
/// `progress` how many pages are done, and of how many.
///
/// # Errors
/// As for opening the desk; 503 where somebody else does not stop writing.
pub fn copy(folder: &Path, into: &Path, mut progress: impl FnMut(u64, u64)) -> Result<()> {
    let mut desk = open_desk(folder)?;
    // Held until all are copied, and given back without a change.
    let nobody_writes = desk.hold()?;
    let mut files = Vec::new();
    for name in FILES {
        let path = folder.join(name);
        files.push(open(&path).map_err(|error| explain(&error, &path))?);
    }
    let whole = files.iter().map(|(_, pages)| pages).sum();
    let mut done = 0;
    for (name, (file, pages)) in FILES.iter().zip(files) {
        let target = into.join(name);
        copy_file(&file, &target, |copied| progress(done + copied, whole))
            .map_err(|error| unwritten(&error, &target))?;
        done += pages;
    }
    nobody_writes.rollback()?;
    Ok(())
}

/// Notes that a backup was made.
///
/// # Errors
/// Whatever keeps the file from being made.
pub fn stamp(folder: &Path) -> Result<()> {
    let path = folder.join(STAMP);
    let stamped = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&path)
        .and_then(|file| file.set_modified(SystemTime::now()));
    stamped.map_err(|error| Error::Internal(format!("{}: {error}", path.display())))
}

/// A file to copy from, and how many pages it has.
fn open(path: &Path) -> rusqlite::Result<(Connection, u64)> {
    // Opened for writing, though nothing is written: whoever only reads a WAL file
    // can't remove what it made beside it.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let file = open_file(path, flags)?;
    file.busy_timeout(BUSY)?;
    let pages = file.query_row("PRAGMA page_count", [], |row| row.get::<_, i64>(0))?;
    Ok((file, pages.unsigned_abs()))
}

/// Why a copy was not written. SQLite tells a full disk, and takes a quota that is used
/// up for a disk that fails.
fn unwritten(error: &rusqlite::Error, target: &Path) -> Error {
    let code = error.sqlite_error().map(|cause| cause.extended_code);
    match code {
        Some(ffi::SQLITE_IOERR_WRITE) => Error::Unavailable(format!(
            "{}: the disk or the quota is full",
            target.display()
        )),
        _ => explain(error, target),
    }
}

fn copy_file(
    file: &Connection,
    target: &Path,
    mut progress: impl FnMut(u64),
) -> rusqlite::Result<()> {
    let mut copy = Connection::open(target)?;
    let backup = Backup::new(file, &mut copy)?;
    loop {
        let step = backup.step(STEP)?;
        let state = backup.progress();
        progress(u64::try_from(state.pagecount - state.remaining).unwrap_or(0));
        match step {
            StepResult::Done => return Ok(()),
            // A reader that is about to publish what is due may be in the way.
            StepResult::Busy | StepResult::Locked => std::thread::sleep(Duration::from_millis(5)),
            _ => {}
        }
    }
}

/// Insists that a folder holds a blog that is whole, with counts that agree.
///
/// # Errors
/// The first finding that is not well.
pub fn verify(folder: &Path) -> Result<()> {
    let mut facts = check::permissions(folder);
    facts.extend(check::look(folder, Depth::Whole)?);
    match facts.into_iter().find(Fact::is_bad) {
        None => Ok(()),
        Some(fact) => Err(Error::Internal(fact.text)),
    }
}

/// Puts a verified copy's files in a blog's place. A blog that is there already
/// goes into the folder `aside`, with all its files, so that nothing is lost.
///
/// # Errors
/// Whatever keeps a file from being moved; 503 where somebody does not stop writing.
pub fn put(copy: &Path, folder: &Path, aside: &Path) -> Result<()> {
    let there = folder.join(BLOG_FILE).exists();
    let reached = match there {
        true => open_desk(folder)?
            .hold()?
            .query_row("SELECT seq FROM site", [], |row| row.get(0))?,
        false => 0,
    };
    // Done before the copy is in its place: a kill leaves the one blog or the other.
    let mut desk = open_desk(copy)?;
    let tx = desk.hold()?;
    tx.execute("UPDATE site SET seq = max(seq, ?1) + ?2", [reached, JUMP])?;
    let keep = tx.query_row("SELECT keep FROM site", [], |row| row.get(0))?;
    super::note_change(&tx)?;
    tx.commit()?;
    drop(desk);
    if Keep::stored(keep) != Keep::Off {
        kept::prepare(folder)?;
    }
    let _quiet = kept::hush(folder)?;
    if there {
        set_aside(folder, aside)?;
    }
    for name in FILES {
        fs::rename(copy.join(name), folder.join(name)).map_err(|error| {
            Error::Internal(format!(
                "{} can't be moved to its place: {error}",
                copy.join(name).display()
            ))
        })?;
    }
    Ok(())
}

/// Moves the blog that is there out of the way.
fn set_aside(folder: &Path, aside: &Path) -> Result<()> {
    let mut desk = open_desk(folder)?;
    let failed = |error: io::Error| Error::Internal(format!("{}: {error}", aside.display()));
    fs::create_dir(aside).map_err(failed)?;
    // Whoever writes has ended then; whoever comes later finds no file to open.
    let nobody_writes = desk.hold()?;
    for name in FILES {
        for suffix in BESIDE.iter().chain(&[""]) {
            let file = format!("{name}{suffix}");
            match fs::rename(folder.join(&file), aside.join(&file)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
                Ok(()) | Err(_) => {}
            }
        }
    }
    nobody_writes.rollback()?;
    // Closing removes the log by its name, so it has to happen before another
    // file has that name; here it does, with the end of this function.
    Ok(())
}
