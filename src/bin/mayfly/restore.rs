//! `mayfly restore`: a blog from what `mayfly backup` made.

use std::error::Error;
use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use mayfly::backup::archive;
use mayfly::store::{self, BLOG_FILE, backup};
use walkdir::WalkDir;

use crate::backup::shown;
use crate::failure::Failure;
use crate::rebuild;
use crate::say;
use crate::seed::progress;

const EXAMPLES: &str = "\
Examples:
  mayfly --data blog restore backups/mayfly-20261125T031700Z.tar.gz
  mayfly --data blog restore --replace backups/mayfly-20261125T031700Z.tar.gz";

/// Make the blog what it was when a backup was made
///
/// A directory that has a blog is left alone unless `--replace` is given; then
/// the files that are there move into a folder of their own beside the new ones.
/// Uploads are added to those that are there. Run `mayfly rebuild` afterwards
/// only where the notes on the version ask for it.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// The archive
    #[arg(value_name = "FILE")]
    archive: PathBuf,
    /// Take the place of the blog that is there
    #[arg(long)]
    replace: bool,
}

pub fn run(options: Options, data: &Path) -> Result<(), Box<dyn Error>> {
    let there = data.join(BLOG_FILE).exists();
    if there && !options.replace {
        let text = format!(
            "there is a blog in {}: say --replace to put the backup in its place, or name another \
             directory with --data",
            data.display()
        );
        return Err(Failure::new(text).into());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(data)?;
    // In the data directory, so that the last step is only a new name.
    let work = archive::workplace(".restore-", data)?;
    let bar = progress(0);
    let uploads = archive::unpack(&options.archive, work.path(), &mut shown(&bar))?;
    for name in backup::FILES {
        fs::set_permissions(work.path().join(name), Permissions::from_mode(0o600))?;
    }
    backup::verify(work.path())
        .map_err(|error| Failure::new("the backup was not restored").because(error))?;
    add_uploads(&work.path().join("media"), &data.join("media"))?;
    let aside = data.join(
        Timestamp::now()
            .strftime("replaced-%Y%m%dT%H%M%SZ")
            .to_string(),
    );
    backup::put(work.path(), data, &aside)?;
    // What is derived is made anew: what is there knows another blog.
    bar.set_message("indexing");
    store::open_desk(data)?.rebuild_search(|done| bar.set_position(done))?;
    rebuild::comments(data)?;
    bar.finish_and_clear();
    say(&format!(
        "Restored the blog in {}, with {uploads} uploads.",
        data.display()
    ))?;
    if there {
        say(&format!("What was there is in {}.", aside.display()))?;
    }
    Ok(())
}

/// An upload that is there already stays as it is: its name comes from its content.
fn add_uploads(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    for entry in WalkDir::new(from) {
        let entry = entry?;
        let target = to.join(entry.path().strip_prefix(from)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target)?;
        } else if !target.exists() {
            fs::rename(entry.path(), &target)?;
            fs::set_permissions(&target, Permissions::from_mode(0o644))?;
        }
    }
    Ok(())
}
