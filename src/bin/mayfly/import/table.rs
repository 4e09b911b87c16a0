//! The table of a dry run: a line for each file, and its remarks below.

use std::borrow::Cow;
use std::io::{self, Write};

use console::{Term, measure_text_width, truncate_str};

use super::outcome::{Entry, Outcome};
use super::report::clean;

/// Width in columns of what stands before address and title.
const HEAD: usize = "scheduled  entry  2025-07-05  ".len();

/// A width that cuts nothing.
const ENDLESS: usize = 1 << 20;

/// Prints it, as wide as the terminal, or as wide as it is where there is none.
pub fn print(outcome: &Outcome) -> io::Result<()> {
    let width = Term::stdout()
        .size_checked()
        .map_or(ENDLESS, |(_, columns)| usize::from(columns).max(60));
    io::stdout().write_all(table(&outcome.entries, width).as_bytes())
}

fn table(entries: &[Entry], width: usize) -> String {
    let longest = entries.iter().map(|entry| entry.address.len()).max();
    // Titles are short, and addresses say much the same: they share the room.
    let addresses = longest
        .unwrap_or(0)
        .max("Address".len())
        .min(width.saturating_sub(HEAD) * 3 / 5);
    let titles = width.saturating_sub(HEAD + addresses + 2);
    let mut text = line(["", "Kind", "Date", "Address", "Title"], addresses, titles);
    for entry in entries {
        let title = clean(&entry.title);
        let cells = [
            entry.fate.name(),
            entry.kind.name(),
            &entry.date,
            &entry.address,
            &title,
        ];
        text.push_str(&line(cells, addresses, titles));
        for remark in &entry.remarks {
            wrap(&clean(remark), width, &mut text);
        }
    }
    text
}

fn line(cells: [&str; 5], addresses: usize, titles: usize) -> String {
    let [fate, kind, date, address, title] = cells;
    let address = fit(address, addresses);
    let gap = " ".repeat(addresses.saturating_sub(measure_text_width(&address)));
    let line = format!(
        "{fate:9}  {kind:5}  {date:10}  {address}{gap}  {}",
        fit(title, titles)
    );
    format!("{}\n", line.trim_end())
}

fn fit(text: &str, width: usize) -> Cow<'_, str> {
    truncate_str(text, width, "\u{2026}")
}

/// A remark on lines of its own, set in below its file.
fn wrap(remark: &str, width: usize, text: &mut String) {
    let (first, next) = ("           ! ", "             ");
    let mut line = first.to_owned();
    let mut is_empty = true;
    for word in remark.split(' ') {
        let needed = measure_text_width(&line) + measure_text_width(word) + usize::from(!is_empty);
        if !is_empty && needed > width {
            text.push_str(&format!("{line}\n"));
            line = next.to_owned();
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    text.push_str(&format!("{line}\n"));
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use mayfly::post::Kind;

    use super::super::outcome::Fate;
    use super::*;

    fn entry(title: &str, remark: &str) -> Entry {
        Entry {
            file: PathBuf::new(),
            kind: Kind::Entry,
            date: "2025-07-05".into(),
            address: "/2025/Jul/5/a-rather-long-slug-that-goes-on-and-on/".into(),
            title: title.into(),
            fate: Fate::New,
            old: Vec::new(),
            remarks: vec![remark.into()],
        }
    }

    #[test]
    fn lines_fit_a_narrow_terminal() {
        let long = "word ".repeat(40);
        let entries = [
            entry(&long, &long),
            entry("日本語の題名はふたつの桁を取る文字でできています", "x"),
            entry("a\u{1b}[2Jb", "\u{1b}]0;x\u{7}"),
        ];
        let table = table(&entries, 80);
        for line in table.lines() {
            assert!(measure_text_width(line) <= 80, "{line:?}");
        }
        assert!(!table.contains('\u{1b}'), "{table:?}");
    }

    #[test]
    fn nothing_is_cut_where_there_is_room() {
        let table = table(&[entry("A title", "A remark.")], ENDLESS);
        assert_eq!(
            table,
            "           Kind   Date        Address                                              Title\n\
             new        entry  2025-07-05  /2025/Jul/5/a-rather-long-slug-that-goes-on-and-on/  A title\n           \
             ! A remark.\n"
        );
    }
}
