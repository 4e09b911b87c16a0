//! The table of a dry run: a line for each file, and its remarks below.

use std::io::{self, Write};

use super::outcome::Outcome;
use super::report::clean;

/// Prints it.
pub fn print(outcome: &Outcome) -> io::Result<()> {
    let mut text = String::new();
    for entry in &outcome.entries {
        text.push_str(&format!(
            "{:5} {:10} {:9} {} {}\n",
            entry.kind.name(),
            entry.date,
            entry.fate.name(),
            entry.address,
            clean(&entry.title)
        ));
        for remark in &entry.remarks {
            text.push_str(&format!("      {}\n", clean(remark)));
        }
    }
    io::stdout().write_all(text.as_bytes())
}
