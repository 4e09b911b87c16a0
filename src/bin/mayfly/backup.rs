//! `mayfly backup`: one file that has the whole blog, made while it is in use.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::ProgressBar;
use mayfly::backup::archive::Uploads;
use mayfly::backup::make::make;

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

pub fn run(options: Options, data: &Path) -> Result<(), Box<dyn Error>> {
    let uploads = match options.without_media {
        true => Uploads::default(),
        false => Uploads::find(&data.join("media"))?,
    };
    let bar = progress(0);
    let keep = options.keep.map(usize::from);
    let made = make(data, &options.into, &uploads, keep, &mut shown(&bar))?;
    bar.finish_and_clear();
    if options.quiet {
        return Ok(());
    }
    let size = indicatif::HumanBytes(fs::metadata(&made.path)?.len());
    say(&format!(
        "{}: {size}, {} uploads, read back and found whole.",
        made.path.display(),
        made.uploads
    ))?;
    if made.deleted > 0 {
        say(&format!("Deleted {} older.", made.deleted))?;
    }
    Ok(())
}

/// Shows on a bar how far the work is.
pub fn shown(bar: &ProgressBar) -> impl FnMut(&'static str, u64, u64) + '_ {
    |what, done, whole| {
        bar.set_message(what);
        bar.set_length(whole);
        bar.set_position(done);
    }
}
