//! `mayfly backup`: one file that has the whole blog, made while it is in use.

pub mod archive;

use std::error::Error;
use std::fs::{self, DirBuilder, File, TryLockError};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use mayfly::store::backup;

use crate::failure::Failure;
use crate::say;
use crate::seed::progress;

const EXAMPLES: &str = "\
Examples:
  mayfly --data blog backup ~/backups             one more archive in that folder
  mayfly --data blog backup ~/backups --keep 14   the same, and only the newest 14 stay
  17 3 * * *  mayfly --data blog backup ~/backups --keep 14 --quiet   a line for cron";

/// Copy the blog, while it is in use, into one file
///
/// The archive (.tar.gz) has blog.db and desk.db as they were at one moment, guestbook.db, and
/// the uploads. It is read back and looked over before it gets its name, so
/// what is in the folder can be restored. `mayfly restore` does so.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// The folder for archives; it is made if there is none
    #[arg(value_name = "FOLDER")]
    into: PathBuf,
    /// How many archives to keep: older ones of this folder are deleted
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    keep: Option<u16>,
    /// Leave the uploads out
    #[arg(long)]
    without_media: bool,
    /// Say nothing when all is well
    #[arg(long)]
    quiet: bool,
}

/// What an archive's name begins and ends with; the time stands between.
const NAME: (&str, &str) = ("mayfly-", ".tar.gz");

pub fn run(options: Options, data: &Path) -> Result<(), Box<dyn Error>> {
    let into = &options.into;
    let made = DirBuilder::new().recursive(true).mode(0o700).create(into);
    made.map_err(|error| Failure::new(format!("{} can't be made", into.display())).because(error))?;
    let _alone = alone(into)?;
    let time = Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
    let path = into.join(format!("{}{time}{}", NAME.0, NAME.1));
    if path.exists() {
        return Err(Failure::new(format!("{} is there already", path.display())).into());
    }

    // In the folder of the archives, so that the last step is only a new name.
    let work = archive::workplace(".mayfly-", into)?;
    let bar = progress(0);
    bar.set_message("copying");
    backup::copy(data, work.path(), |done, whole| {
        bar.set_length(whole);
        bar.set_position(done);
    })?;
    let media = (!options.without_media).then(|| data.join("media"));
    let draft = work.path().join("archive");
    archive::pack(work.path(), media.as_deref(), &draft, &bar)?;
    bar.set_message("reading back");
    let read = archive::workplace(".mayfly-", into)?;
    let uploads = archive::unpack(&draft, read.path(), &bar)?;
    backup::verify(read.path()).map_err(|error| {
        Failure::new("the blog is not well, so this backup was not kept").because(error)
    })?;
    bar.finish_and_clear();
    fs::rename(&draft, &path)?;
    File::open(into)?.sync_all()?;
    backup::stamp(data)?;

    let deleted = match options.keep {
        Some(keep) => rotate(into, usize::from(keep))?,
        None => 0,
    };
    if !options.quiet {
        let size = indicatif::HumanBytes(fs::metadata(&path)?.len());
        say(&format!(
            "{}: {size}, {uploads} uploads, read back and found whole.",
            path.display()
        ))?;
        if deleted > 0 {
            say(&format!("Deleted {deleted} older."))?;
        }
    }
    Ok(())
}

/// Holds the folder for as long as the file is open, and clears away what a
/// backup that was killed has left in it.
fn alone(into: &Path) -> Result<File, Box<dyn Error>> {
    let lock = File::create(into.join(".mayfly-lock"))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let text = format!("another backup into {} is under way", into.display());
            return Err(Failure::new(text).into());
        }
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    for entry in fs::read_dir(into)? {
        let entry = entry?;
        let left = entry.file_name().to_string_lossy().starts_with(".mayfly-");
        if left && entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(lock)
}

/// Deletes the oldest archives, which their names tell.
fn rotate(into: &Path, keep: usize) -> Result<usize, Box<dyn Error>> {
    let mut names: Vec<String> = fs::read_dir(into)?
        .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_, _>>()?;
    names.retain(|name| is_archive(name));
    names.sort_unstable();
    let old = &names[..names.len().saturating_sub(keep)];
    for name in old {
        fs::remove_file(into.join(name))?;
    }
    Ok(old.len())
}

/// Whether we named it: nothing else in the folder is ours to delete.
fn is_archive(name: &str) -> bool {
    let time = name
        .strip_prefix(NAME.0)
        .and_then(|rest| rest.strip_suffix(NAME.1));
    let pattern = b"00000000T000000Z";
    time.is_some_and(|time| {
        time.len() == pattern.len()
            && time
                .bytes()
                .zip(pattern)
                .all(|(byte, pattern)| match pattern {
                    b'0' => byte.is_ascii_digit(),
                    _ => byte == *pattern,
                })
    })
}
