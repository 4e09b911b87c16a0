//! `mayfly import`: brings in posts from files of Jekyll, Hugo, Zola or Mayfly.
//!
//! First every file is read; what is wrong with one is said, and the others go
//! on. Then one transaction stores them all, so that an import that is ended
//! midway leaves the blog as it was.
//!
//! - `source`: the files, each with the name it is known by
//! - `writing`: what a file says, as the blog's own types have it
//! - `outcome`: what became of each file
//! - `run`: the transaction, with `dated`, `undated` and `old` for its parts
//! - `report`, `table`: telling the operator

mod dated;
mod old;
mod outcome;
mod report;
mod run;
mod source;
mod table;
mod undated;
mod writing;

use std::error::Error;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::tz::TimeZone;
use mayfly::import::{Permalink, Rules};
use mayfly::media::Shelf;
use mayfly::publish::Press;
use mayfly::store::Desk;
use mayfly::store::desk::{Effect, open_desk};

use crate::failure::Failure;
use outcome::Outcome;
use source::Reading;

const EXAMPLES: &str = "\
Examples:
  mayfly --data blog import ~/site/_posts             a folder of Jekyll's
  mayfly --data blog import ~/site --dry-run          look first: nothing is stored
  mayfly --data blog import notes.md drafts/          a file and a folder
  mayfly --data blog import ~/site/content --permalink /:year/:month/:slug/
  mayfly --data blog import ~/site --dry-run --map > moved.tsv

Importing again updates what has changed and adds what is new. Files are known
by their path below PATH, so name the same PATH each time.

Front matter may be YAML, TOML or JSON. Drafts go to the desk, posts with a date
to come wait for it, and the addresses posts had before lead to the new ones.

Exit codes: 0 all files were imported, 1 some could not be read (stderr names
them; the others were imported) or nothing was done, 2 a mistake in the command.";

/// Bring in posts from Markdown files
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// Markdown files, or folders to look for them in
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Show what would happen, and store nothing
    #[arg(long)]
    dry_run: bool,
    /// Print a line for each old address: the old path, a tab, the new path
    #[arg(long)]
    map: bool,
    /// How the old site made its addresses: date, pretty, ordinal, none, or a
    /// pattern such as /:year/:month/:day/:title/
    #[arg(long, value_name = "PATTERN")]
    permalink: Option<Permalink>,
}

pub fn run(options: Options, data: &Path) -> Result<(), Box<dyn Error>> {
    let mut desk = open_desk(data)?;
    let press = Press {
        zone: zone(&desk)?,
        shelf: Shelf::of(data),
    };
    let rules = Rules {
        zone: press.zone.clone(),
        permalink: options.permalink,
    };
    let mut reading = source::read(&options.paths, &rules);
    let problems = std::mem::take(&mut reading.problems);
    let read = reading.sources.len();
    let mut outcome = match read {
        0 => Outcome::default(),
        _ => store(&mut desk, reading, &press, options.dry_run)?,
    };
    outcome.problems.splice(0..0, problems);
    report::problems(&outcome)?;
    if read > 0 {
        let summary = report::summary(&outcome, options.dry_run);
        if options.map {
            // Stdout is for the map alone.
            io::stderr().write_all(summary.as_bytes())?;
            io::stdout().write_all(report::map(&outcome).as_bytes())?;
        } else {
            if options.dry_run {
                table::print(&outcome)?;
            }
            io::stdout().write_all(summary.as_bytes())?;
        }
    }
    match outcome.problems.len() {
        0 => Ok(()),
        1 => Err(Failure::new("1 file could not be read: see above").into()),
        count => Err(Failure::new(format!("{count} files could not be read: see above")).into()),
    }
}

/// Stores the posts that this program carries within itself: names of files and
/// what stands in them.
pub fn embedded(
    desk: &mut Desk,
    posts: &[(&str, &str)],
    press: &Press,
) -> Result<(), Box<dyn Error>> {
    let rules = Rules {
        zone: press.zone.clone(),
        permalink: None,
    };
    let mut reading = source::embedded(posts, &rules);
    let mut problems = std::mem::take(&mut reading.problems);
    problems.extend(store(desk, reading, press, false)?.problems);
    match problems.into_iter().next() {
        None => Ok(()),
        Some(problem) => Err(problem.into()),
    }
}

fn store(
    desk: &mut Desk,
    reading: Reading,
    press: &Press,
    dry_run: bool,
) -> Result<Outcome, Box<dyn Error>> {
    let bar = progress(reading.sources.len());
    let outcome = desk.attempt(|tx| {
        let outcome = run::run(tx, &reading.sources, press, &|| bar.inc(1))?;
        let effect = match dry_run {
            true => Effect::None,
            false => outcome.effect,
        };
        Ok((outcome, effect))
    });
    bar.finish_and_clear();
    let outcome = outcome?;
    warn(desk)?;
    Ok(outcome)
}

/// Says on stderr when a search may miss what was just changed.
pub fn warn(desk: &Desk) -> io::Result<()> {
    match desk.behind() {
        Some(cause) => writeln!(io::stderr(), "mayfly: the search is behind: {cause}"),
        None => Ok(()),
    }
}

/// A bar on stderr, which shows nothing where that is no terminal.
fn progress(files: usize) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(files).unwrap_or(u64::MAX));
    match ProgressStyle::with_template("{bar:30} {pos} of {len} files  {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn zone(desk: &Desk) -> Result<TimeZone, Box<dyn Error>> {
    let name = desk.zone()?;
    TimeZone::get(&name).map_err(|error| {
        Failure::new(format!("the blog's time zone `{name}` is unknown here"))
            .because(error)
            .into()
    })
}
