//! Making one more archive in a folder of them: a copy, packed, read back and looked
//! over before it gets its name.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::archive::{self, Uploads};
use super::{Progress, failed};
use crate::error::{Error, Result};
use crate::store::backup;

/// What an archive's name begins and ends with; the time stands between.
const NAME: (&str, &str) = ("mayfly-", ".tar.gz");

/// How times are written in names, and what `0` stands for a digit in.
const TIME: (&str, &[u8]) = ("%Y%m%dT%H%M%SZ", b"00000000T000000Z");

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The archive.
    pub path: PathBuf,
    /// How many uploads are in it.
    pub uploads: u64,
    /// How many older ones were deleted.
    pub deleted: usize,
}

/// Backs the blog in `data` up into a folder of archives, of which the newest `keep` stay.
///
/// # Errors
/// 503 where another backup into that folder is under way, where the disk is full, or
/// where somebody does not stop writing; 500 for a blog that is not well.
pub fn make(
    data: &Path,
    into: &Path,
    uploads: &Uploads,
    keep: Option<usize>,
    progress: &mut Progress<'_>,
) -> Result<Made> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(into);
    made.map_err(failed(into))?;
    let _alone = alone(into)?;
    let time = Timestamp::now().strftime(TIME.0);
    let path = into.join(format!("{}{time}{}", NAME.0, NAME.1));
    if path.exists() {
        let text = format!("{} is there already", path.display());
        return Err(Error::Unavailable(text));
    }
    // In the folder of the archives, so that the last step is only a new name.
    let work = archive::workplace(".mayfly-", into)?;
    backup::copy(data, work.path(), |done, whole| {
        progress("copying", done, whole);
    })?;
    let draft = work.path().join("archive");
    archive::pack(work.path(), uploads, &draft, progress)?;
    let read = archive::workplace(".mayfly-", into)?;
    let uploads = archive::unpack(&draft, read.path(), progress)?;
    backup::verify(read.path()).map_err(|error| match error {
        Error::Internal(cause) => Error::Internal(format!(
            "the blog is not well, so this backup was not kept: {cause}"
        )),
        other => other,
    })?;
    fs::rename(&draft, &path).map_err(failed(&path))?;
    let synced = File::open(into).and_then(|folder| folder.sync_all());
    synced.map_err(failed(into))?;
    backup::stamp(data)?;
    let deleted = match keep {
        Some(keep) => rotate(into, keep)?,
        None => 0,
    };
    Ok(Made {
        path,
        uploads,
        deleted,
    })
}

/// Holds the folder for as long as the file is open, and clears away what a
/// backup that was killed has left in it.
fn alone(into: &Path) -> Result<File> {
    let lock = File::create(into.join(".mayfly-lock")).map_err(failed(into))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let text = format!("another backup into {} is under way", into.display());
            return Err(Error::Unavailable(text));
        }
        Err(TryLockError::Error(error)) => return Err(failed(into)(error)),
    }
    let clear = || {
        for entry in fs::read_dir(into)? {
            let entry = entry?;
            let left = entry.file_name().to_string_lossy().starts_with(".mayfly-");
            if left && entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            }
        }
        Ok(())
    };
    clear().map_err(failed(into))?;
    Ok(lock)
}

/// The names of the archives in a folder, oldest first, as they tell. None where there
/// is no such folder.
///
/// # Errors
/// Whatever keeps the folder from being read.
pub fn archives(folder: &Path) -> Result<Vec<String>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed(folder))? {
        let entry = entry.map_err(failed(folder))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.retain(|name| made_at(name).is_some());
    names.sort_unstable();
    Ok(names)
}

/// Deletes the oldest archives.
fn rotate(into: &Path, keep: usize) -> Result<usize> {
    let names = archives(into)?;
    let old = &names[..names.len().saturating_sub(keep)];
    for name in old {
        fs::remove_file(into.join(name)).map_err(failed(into))?;
    }
    Ok(old.len())
}

/// When an archive was made, as its name says, in seconds since 1970; nothing for what
/// we did not name, which is not ours to delete or to hand out.
pub fn made_at(name: &str) -> Option<i64> {
    let time = name.strip_prefix(NAME.0)?.strip_suffix(NAME.1)?;
    let like = |(byte, pattern): (u8, &u8)| match pattern {
        b'0' => byte.is_ascii_digit(),
        _ => byte == *pattern,
    };
    let fits = time.len() == TIME.1.len() && time.bytes().zip(TIME.1).all(like);
    fits.then_some(())?;
    let time = DateTime::strptime(TIME.0, time).ok()?;
    Some(TimeZone::UTC.to_timestamp(time).ok()?.as_second())
}
