//! `mayfly migrate`: brings a blog of an older version up to this one.

use std::error::Error;
use std::path::Path;

use clap::Args;
use mayfly::store::desk;
use mayfly::store::schema::VERSION;

use crate::say;

/// Bring the blog's files up to this version of Mayfly
///
/// Programs of another version answer 503 until this has run. Each step is a
/// transaction: a kill leaves a file at one version or the next.
#[derive(Args)]
pub struct Options {}

pub fn run(_: Options, data: &Path) -> Result<(), Box<dyn Error>> {
    let found = desk::upgrade(data)?;
    match found.iter().all(|version| *version == VERSION) {
        true => say(&format!("Both files are at version {VERSION} already."))?,
        false => say(&format!(
            "blog.db was at version {} and desk.db at {}; both are at {VERSION} now.",
            found[0], found[1]
        ))?,
    }
    Ok(())
}
