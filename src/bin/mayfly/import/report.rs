//! Telling the operator what became of the files.

use std::io::{self, Write};

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

/// Where each old path leads, a line each.
pub fn map(outcome: &Outcome) -> String {
    let mut text = String::new();
    for entry in &outcome.entries {
        for old in &entry.old {
            text.push_str(&format!("{old}\t{}\n", entry.address));
        }
    }
    text
}

/// Says in a few lines what was done.
pub fn summary(outcome: &Outcome, dry_run: bool) -> String {
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

/// The remarks of all files but those that are as they were, of which all was
/// said before. What is said of many is said once.
fn remarks(entries: &[Entry], text: &mut String) {
    let mut groups: Vec<(String, &str, &Entry, usize)> = Vec::new();
    let news = entries.iter().filter(|entry| entry.fate != Fate::Unchanged);
    let remarks: Vec<(&Entry, &String)> = news
        .flat_map(|entry| entry.remarks.iter().map(move |remark| (entry, remark)))
        .collect();
    for (entry, remark) in &remarks {
        let shape = shape(remark);
        match groups.iter_mut().find(|(known, ..)| *known == shape) {
            Some((.., count)) => *count += 1,
            None => groups.push((shape, remark, entry, 1)),
        }
    }
    if remarks.is_empty() {
        return;
    }
    text.push_str(&format!(" {}:", number(remarks.len(), "remark", "remarks")));
    for (_, remark, entry, count) in groups {
        let file = clean(&entry.file.display().to_string());
        let remark = clean(remark);
        let more = match count {
            1 => String::new(),
            _ => format!(" (and {} more like it)", count - 1),
        };
        text.push_str(&format!("\n  {file}: {remark}{more}"));
    }
}

/// What a remark says of any file: without what it quotes, numbers and dates.
fn shape(remark: &str) -> String {
    let outside = remark.split('`').step_by(2).collect::<Vec<_>>().join("*");
    let outside = match outside.split_once(" (and ") {
        Some((head, tail)) => format!(
            "{head}{}",
            tail.split_once(')').map_or("", |(_, rest)| rest)
        ),
        None => outside,
    };
    let words = outside.split(' ').map(|word| {
        match word.contains(|c: char| c.is_ascii_digit() || "/-\u{201c}\u{201d}".contains(c)) {
            true => "*",
            false => word,
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Text for a terminal. The name of a file may hold what would make one move its
/// cursor or answer with keys of its own.
pub fn clean(text: &str) -> String {
    text.replace(|c: char| c.is_control() && c != '\n', "\u{fffd}")
}

fn number(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
