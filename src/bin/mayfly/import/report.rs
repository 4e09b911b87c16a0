//! Telling the operator what became of the files.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::PathBuf;

use super::outcome::{Entry, Fate, Outcome};

/// Says what is wrong with which file, as compilers do: `file:line: message`.
pub fn problems(outcome: &Outcome) -> io::Result<()> {
    let mut text = String::new();
    for problem in &outcome.problems {
        text.push_str(&clean(&problem.to_string()));
        text.push('\n');
    }
    io::stderr().write_all(text.as_bytes())
}

/// Prints where each old path leads.
pub fn map(outcome: &Outcome) -> io::Result<()> {
    let mut text = String::new();
    for entry in &outcome.entries {
        for old in &entry.old {
            text.push_str(&format!("{old}\t{}\n", entry.address));
        }
    }
    io::stdout().write_all(text.as_bytes())
}

/// Says in a few lines what was done. It goes to stderr where stdout is for a map.
pub fn summary(outcome: &Outcome, paths: &[PathBuf], dry_run: bool, map: bool) -> io::Result<()> {
    let text = sentence(outcome, paths, dry_run);
    match map {
        true => io::stderr().write_all(text.as_bytes()),
        false => io::stdout().write_all(text.as_bytes()),
    }
}

fn sentence(outcome: &Outcome, _: &[PathBuf], dry_run: bool) -> String {
    let entries = &outcome.entries;
    let count = |fate: Fate| entries.iter().filter(|entry| entry.fate == fate).count();
    let told: Vec<String> = Fate::ALL
        .into_iter()
        .map(|fate| (fate, count(fate)))
        .filter(|(_, count)| *count > 0)
        .map(|(fate, count)| match (fate, count) {
            (Fate::Update, _) => format!("{count} updated"),
            (Fate::Draft, 1) => "1 draft".to_owned(),
            (Fate::Draft, _) => format!("{count} drafts"),
            (Fate::Left, _) => format!("{count} left as published"),
            _ => format!("{count} {}", fate.name()),
        })
        .collect();
    let verb = if dry_run { "Would import" } else { "Imported" };
    let mut text = format!("{verb} {}", number(entries.len(), "post", "posts"));
    if !told.is_empty() {
        text.push_str(&format!(": {}", told.join(", ")));
    }
    text.push('.');
    let old: usize = entries.iter().map(|entry| entry.old.len()).sum();
    match old {
        0 => {}
        1 => text.push_str(" 1 old address leads to one of them."),
        _ => text.push_str(&format!(" {old} old addresses lead to them.")),
    }
    if !dry_run {
        remarks(entries, &mut text);
    }
    text.push('\n');
    text
}

/// The remarks of all files; what is said of many is said once.
fn remarks(entries: &[Entry], text: &mut String) {
    let mut groups: Vec<(String, &str, &Entry, usize)> = Vec::new();
    let mut total = 0;
    for entry in entries {
        for remark in &entry.remarks {
            total += 1;
            let shape = shape(remark);
            match groups.iter_mut().find(|(known, ..)| *known == shape) {
                Some((.., count)) => *count += 1,
                None => groups.push((shape, remark, entry, 1)),
            }
        }
    }
    if total == 0 {
        return;
    }
    text.push_str(&format!(" {}:", number(total, "remark", "remarks")));
    for (_, remark, entry, count) in groups {
        let file = entry.file.display().to_string();
        let more = match count {
            1 => String::new(),
            _ => format!(" (and {} more like it)", count - 1),
        };
        // A String takes all that is written to it.
        if write!(text, "\n  {}: {}{more}", clean(&file), clean(remark)).is_err() {
            break;
        }
    }
}

/// What a remark says of any file: without names, numbers and dates.
fn shape(remark: &str) -> String {
    let mut shape = String::with_capacity(remark.len());
    for word in remark.split(' ') {
        let own = word.contains(|c: char| c.is_ascii_digit() || "`/-\u{201c}\u{201d}".contains(c));
        shape.push_str(if own { "*" } else { word });
        shape.push(' ');
    }
    shape
}

/// Text for a terminal. The name of a file may hold what would make one move its
/// cursor or answer with keys of its own.
pub fn clean(text: &str) -> String {
    text.replace(|c: char| c.is_control() && c != '\n', "\u{fffd}")
}

fn number(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
