//! `mayfly check`: looks a blog over and touches nothing.

use std::error::Error;
use std::path::Path;

use clap::Args;
use mayfly::store::check;

use crate::failure::Failure;
use crate::say;

/// Look the blog over: permissions, versions, integrity, counts
///
/// It only looks. What it finds wrong it names together with the remedy, and
/// then ends with exit code 1.
#[derive(Args)]
pub struct Options {}

pub fn run(_: Options, data: &Path) -> Result<(), Box<dyn Error>> {
    let mut findings = check::look(data)?;
    if findings.iter().all(|finding| finding.well) {
        findings.push(check::media(data)?);
    }
    for finding in &findings {
        say(&format!(
            "{}  {}",
            if finding.well { "ok " } else { "BAD" },
            finding.text
        ))?;
    }
    match findings.iter().filter(|finding| !finding.well).count() {
        0 => Ok(()),
        wrong => Err(Box::new(Failure::new(format!(
            "{wrong} of {} checks failed",
            findings.len()
        )))),
    }
}
