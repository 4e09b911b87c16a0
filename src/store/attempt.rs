//! Counting sign-ins that fail, and holding back whoever fails often.
//!
//! An attempt is counted as failed before the password is looked at, and taken
//! off again when it was right: however many processes try at once, each has
//! waited its turn for this count, and no more than `FREE` of them get further.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{OptionalExtension, params};

use super::{Desk, data_folder, now};
use crate::config::Place;
use crate::error::{Error, Result};
use crate::listing::Moment;

const SECOND: Moment = 1_000_000;

/// Failures that cost no wait: people mistype.
const FREE: i64 = 5;

/// The longest wait. It is short enough for an owner who has lost their browser to
/// get a word in between a guesser's.
const LONGEST: Moment = 15 * 60 * SECOND;

/// How long failures are remembered after the last one.
const MEMORY: Moment = 24 * 3600 * SECOND;

/// How many passwords are hashed at once: each takes 19 MB.
const SLOTS: usize = 4;

/// How often to look for a free slot, and the pause between two looks.
const LOOKS: (usize, Duration) = (100, Duration::from_millis(50));

/// How long to wait after so many failures: nothing, then twice as long each time.
fn wait(failures: i64) -> Moment {
    match failures - FREE {
        ..0 => 0,
        beyond => (SECOND << beyond.min(10)).min(LONGEST),
    }
}

/// Counts an attempt for each key, unless one of them has to wait: then nothing is
/// counted, and the seconds it has to wait are returned.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn begin(desk: &mut Desk, keys: &[String]) -> Result<Option<i64>> {
    desk.private(|desk| {
        let now = now();
        desk.execute("DELETE FROM attempt WHERE last < ?1", [now - MEMORY])?;
        let mut longest = 0;
        for key in keys {
            let known = desk
                .query_row(
                    "SELECT failures, last FROM attempt WHERE key = ?1",
                    [key],
                    |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Moment>(1)?)),
                )
                .optional()?;
            if let Some((failures, last)) = known {
                // A clock that was set back must not make anybody wait for longer.
                longest = longest.max(wait(failures) - (now - last).max(0));
            }
        }
        if longest > 0 {
            return Ok(Some((longest + SECOND - 1) / SECOND));
        }
        for key in keys {
            desk.execute(
                "INSERT INTO attempt (key, failures, last) VALUES (?1, 1, ?2)
                 ON CONFLICT (key) DO UPDATE SET failures = failures + 1, last = excluded.last",
                params![key, now],
            )?;
        }
        Ok(None)
    })
}

/// Takes an attempt off the count, for it was right, and forgets what was counted
/// for its first key, the account or the browser.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn succeeded(desk: &mut Desk, keys: &[String]) -> Result<()> {
    desk.private(|desk| {
        for (index, key) in keys.iter().enumerate() {
            match index {
                0 => desk.execute("DELETE FROM attempt WHERE key = ?1", [key])?,
                _ => desk.execute(
                    "UPDATE attempt SET failures = max(0, failures - 1) WHERE key = ?1",
                    [key],
                )?,
            };
        }
        Ok(())
    })
}

/// Waits until fewer than four passwords are being hashed. The lock is let go of
/// when it is dropped, and by the system when the process ends in any way.
///
/// # Errors
/// 503 where none of the slots became free within five seconds.
pub fn slot(place: &Place) -> Result<File> {
    let folder = data_folder(place)?;
    let failed = |error| Error::Unavailable(format!("the lock for hashing passwords: {error}"));
    let (looks, pause) = LOOKS;
    for look in 0..looks {
        for number in 0..SLOTS {
            let file = OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .mode(0o600)
                .open(lock_file(folder, number))
                .map_err(failed)?;
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
        }
        if look + 1 < looks {
            std::thread::sleep(pause);
        }
    }
    Err(Error::Unavailable(
        "too many people sign in at once: all slots for hashing passwords stayed taken".into(),
    ))
}

/// The file whose lock is one of the slots. Nothing is ever written into it.
pub fn lock_file(folder: &Path, slot: usize) -> PathBuf {
    folder.join(format!("hashing-{slot}.lock"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_have_an_end() {
        assert_eq!(wait(0), 0);
        assert_eq!(wait(FREE - 1), 0);
        assert_eq!(wait(FREE), SECOND);
        assert_eq!(wait(FREE + 3), 8 * SECOND);
        assert_eq!(wait(FREE + 40), LONGEST);
    }
}
