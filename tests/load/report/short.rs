//! The few figures that people read first: at the head of the report, in README.md
//! and in the demo blog's post about cost. All three say the same, for the last two
//! are written from here.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::{reached, thousands};
use crate::writes::Beside;
use crate::{Figures, Result, failed};

/// What the tables begin with, by which they are found.
const OVER: &str = "| page, over ";
const SERVERS: &str = "| server | requests a second |";

/// What the post calls the pages.
const CALLED: [(&str, &str); 5] = [
    ("empty", "an empty program, for comparison"),
    ("home", "home, thirty posts"),
    ("post", "one post"),
    ("tag, first page", "one tag, thirty posts"),
    ("304", "any of them, unchanged (304)"),
];

/// The table at the head of the report.
pub fn table(figures: &Figures) -> Result<String> {
    let mut table = format!(
        "{OVER}{} posts | processor time, in empty programs | lighttpd, requests/s | Apache, requests/s |\n\
         |---|--:|--:|--:|\n",
        thousands(figures.posts as f64)
    );
    let Some(empty) = figures.pages.first() else {
        return Ok(table);
    };
    for page in &figures.pages {
        let [lighttpd, apache] =
            ["lighttpd", "Apache"].map(|server| rate(figures, server, &page.name));
        if lighttpd.is_empty() && apache.is_empty() {
            continue;
        }
        let ratio = page.cpu.p10() / empty.cpu.p10();
        writeln!(
            table,
            "| {} | {ratio:.2} | {lighttpd} | {apache} |",
            page.name
        )?;
    }
    let [lighttpd, apache] = ["lighttpd", "Apache"].map(|server| written(figures, server));
    writeln!(
        table,
        "| a message to the guestbook, on the disk | | {lighttpd} | {apache} |"
    )?;
    Ok(table)
}

/// Eight at once, as many as there were.
fn rate(figures: &Figures, server: &str, page: &str) -> String {
    let loads = figures.closed.iter().chain(&figures.sent);
    reached(loads, server, page).map_or(String::new(), thousands)
}

fn written(figures: &Figures, server: &str) -> String {
    let written = figures.written.iter().find(|written| {
        (written.server, written.writers, written.beside) == (server, 8, Beside::Nothing)
            && written.name == "Mayfly"
    });
    written.map_or(String::new(), |written| thousands(written.rate.median()))
}

/// Brings README.md and the post up to date.
pub fn spread(figures: &Figures, root: &Path) -> Result<()> {
    replace(&root.join("README.md"), &[(OVER, table(figures)?)])?;
    let mut counts = format!(
        "{OVER}{} posts | processor time, µs | system calls | page faults |\n|---|--:|--:|--:|\n",
        thousands(figures.posts as f64)
    );
    for (name, called) in CALLED {
        let known = figures.pages.iter().zip(&figures.counts);
        if let Some((page, (calls, _))) = known.clone().find(|(page, _)| page.name == name) {
            writeln!(
                counts,
                "| {called} | {:.0} | {calls} | {:.0} |",
                page.cpu.p10(),
                page.faults.median()
            )?;
        }
    }
    let servers = format!(
        "{SERVERS}\n|---|--:|\n| Apache, event MPM, mod_cgid | {} |\n| lighttpd | {} |\n",
        rate(figures, "Apache", "home"),
        rate(figures, "lighttpd", "home"),
    );
    let post = root.join("src/bin/mayfly/demo/2025-07-19-what-a-page-costs.md");
    replace(&post, &[(OVER, counts), (SERVERS, servers)])
}

/// Puts tables in the place of those that begin alike.
fn replace(file: &Path, tables: &[(&str, String)]) -> Result<()> {
    let mut text = fs::read_to_string(file)?;
    for (begin, table) in tables {
        let start = text
            .find(begin)
            .ok_or_else(|| failed(format!("{} has no table {begin}", file.display())))?;
        let rows = text[start..].split_inclusive('\n');
        let length: usize = rows
            .take_while(|row| row.starts_with('|'))
            .map(str::len)
            .sum();
        text.replace_range(start..start + length, table);
    }
    Ok(fs::write(file, text)?)
}
