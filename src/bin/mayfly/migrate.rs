//! `mayfly migrate`: brings a blog of an older version up to this one.

use std::error::Error;
use std::path::Path;

use clap::Args;
use mayfly::store::desk;
use mayfly::store::migrate::UPGRADES;
use mayfly::store::schema::VERSION;

use crate::say;

/// Bring the blog's files up to this version of Mayfly
///
/// Programs of another version answer 503 until this has run. Each step is a
/// transaction: a kill leaves a file at one version or the next.
#[derive(Args)]
pub struct Options {}

pub fn run(_: Options, data: &Path) -> Result<(), Box<dyn Error>> {
    let mut found = desk::upgrade(data, UPGRADES)?;
    found.retain(|(_, version)| *version != VERSION);
    if found.is_empty() {
        say(&format!("All files are at version {VERSION} already."))?;
    }
    for (file, version) in found {
        say(&format!(
            "{file} was at version {version} and is at {VERSION} now."
        ))?;
    }
    Ok(())
}
