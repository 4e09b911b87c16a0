//! `mayfly check`: looks a blog over and touches nothing.

use std::error::Error;
use std::path::{Path, PathBuf};

use clap::Args;
use mayfly::check;
use mayfly::host::{Fact, Weight};
use mayfly::store::check::Depth;

use crate::failure::Failure;
use crate::say;

mod web;

const EXAMPLES: &str = "\
Examples:
  mayfly --data blog check                                 the data
  mayfly --data blog check --url https://blog.example/     and whether strangers get it
  mayfly --data blog check --cgi-bin /usr/lib/cgi-bin      and the programs there";

/// Look the blog over: permissions, versions, integrity, counts, backup
///
/// It only looks. A line begins with `ok`, with `look` where all works and the owner
/// should know something, or with `BAD`, each with what to do. A BAD one ends it with
/// exit code 1. The page /admin/check/ shows the same, but for what takes long.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// The blog's address: asks there for the data, as a stranger (with curl)
    #[arg(long, value_name = "URL", value_parser = web::address)]
    url: Option<String>,
    /// The folder of the programs [default: cgi-bin beside this one]
    #[arg(long, value_name = "DIR")]
    cgi_bin: Option<PathBuf>,
}

pub fn run(options: Options, data: &Path) -> Result<(), Box<dyn Error>> {
    let parts = check::blog(data, Depth::Whole)?;
    let mut facts: Vec<Fact> = parts.into_iter().flat_map(|(_, facts)| facts).collect();
    let beside = std::env::current_exe()?.with_file_name("cgi-bin");
    match options
        .cgi_bin
        .or_else(|| beside.is_dir().then_some(beside))
    {
        Some(folder) => facts.extend(check::switched(&folder)),
        None => facts.push(Fact::odd(
            "the programs were not looked at: say where they are with --cgi-bin",
        )),
    }
    match options.url {
        Some(url) => facts.extend(web::ask(&url, data)?),
        None => facts.push(Fact::odd(
            "whether strangers get the data was not asked: say the blog's address with --url",
        )),
    }
    for fact in &facts {
        let sign = match fact.weight {
            Weight::Well => "ok  ",
            Weight::Odd => "look",
            Weight::Bad => "BAD ",
        };
        say(&format!("{sign} {}", fact.text))?;
    }
    match facts.iter().filter(|fact| fact.is_bad()).count() {
        0 => Ok(()),
        wrong => Err(Box::new(Failure::new(format!(
            "{wrong} of {} checks failed",
            facts.len()
        )))),
    }
}
