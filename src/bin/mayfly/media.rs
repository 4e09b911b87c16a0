//! `mayfly media add`: takes pictures and documents into the blog's `media/`.

use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use mayfly::media::{Kept, Refused, keep, shown};
use mayfly::store::{self, open_desk};

use crate::failure::Failure;
use crate::say;

/// Take pictures and documents in, for posts to show
///
/// Pictures are turned upright, freed of everything but their pixels (where they
/// were taken, for one), and made in the widths that pages use. The line that is
/// printed for each goes into a post.
///
/// JPEG, PNG, WebP, GIF and AVIF are shown; SVG and PDF are for download. An AVIF
/// stays in its one size, freed of what is no picture. What a file is
/// is told by its content. At most 24 MB and 25 million pixels.
#[derive(Args)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Take files in, and print the Markdown that shows each
    Add {
        /// Files
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
}

pub fn run(options: Options, data: &Path) -> Result<(), Box<dyn Error>> {
    let Command::Add { files } = options.command;
    // Whoever names the wrong directory should hear that, not that it has no media.
    let mut desk = open_desk(data)?;
    let mut refused = 0;
    for path in &files {
        let kept = File::open(path)
            .map_err(Refused::Source)
            .and_then(|mut file| keep(data, &mut file));
        match kept {
            Ok(kept) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                store::media::add(&mut desk, &kept, &shown(&name))?;
                say(&markdown(&kept))?;
            }
            Err(why) => {
                refused += 1;
                crate::complain(&format!("{}: {why}", path.display()))?;
            }
        }
    }
    match refused {
        0 => Ok(()),
        1 => Err(Failure::new("1 file was not taken in: see above").into()),
        count => Err(Failure::new(format!("{count} files were not taken in: see above")).into()),
    }
}

fn markdown(kept: &Kept) -> String {
    match kept.kind.is_shown() {
        true => format!("![]({})", kept.address),
        false => format!("[Download]({})", kept.address),
    }
}
