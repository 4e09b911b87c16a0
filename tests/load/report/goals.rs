//! What was aimed at, and whether it was reached in this run.

use std::fmt::Write as _;

use super::{GOALS, reached};
use crate::writes::Beside;
use crate::{Figures, Result, book, kept};

/// The most that a process may have in memory, in KB.
const MEMORY: f64 = 8192.0;

/// How much dearer the largest blog may be than the smallest.
pub const GROWTH: f64 = 1.10;

/// Whether a figure has to be at least or at most what was aimed at.
#[derive(Clone, Copy)]
enum Aim {
    Least(f64),
    Most(f64),
}

/// The table of all of them.
pub fn table(text: &mut String, figures: &Figures) -> Result<()> {
    writeln!(
        text,
        "### What was aimed at\n\n| goal | in this run | reached |\n|---|---|---|"
    )?;
    let mut row = |goal: &str, found: Option<f64>, aim: Aim| -> Result<()> {
        let (aimed, reached) = match (aim, found) {
            (Aim::Least(least), found) => (
                format!("at least {least}"),
                found.is_some_and(|f| f >= least),
            ),
            (Aim::Most(most), found) => {
                (format!("at most {most}"), found.is_some_and(|f| f <= most))
            }
        };
        let found = found.map_or("not measured".to_owned(), |found| match found {
            _ if found < 100.0 => format!("{found:.2}"),
            _ => format!("{found:.0}"),
        });
        let reached = if reached { "yes" } else { "**no**" };
        Ok(writeln!(text, "| {goal}: {aimed} | {found} | {reached} |")?)
    };
    let empty = figures
        .pages
        .first()
        .map_or(f64::NAN, |empty| empty.cpu.p10());
    for (page, _, goal) in GOALS {
        let cost = figures.pages.iter().find(|cost| cost.name == page);
        let found = cost.map(|cost| cost.cpu.p10() / empty);
        let goal_of = format!("processor time of {page}, in empty programs");
        row(&goal_of, found, Aim::Most(goal))?;
    }
    let of = |ours: Option<f64>, theirs: Option<f64>| ours.zip(theirs).map(|(a, b)| a / b);
    for (server, least) in [("lighttpd", 0.80), ("Apache", 0.85)] {
        for (page, loads) in [
            ("home".to_owned(), &figures.closed),
            (kept::by_program("home"), &figures.sent),
        ] {
            let found = of(
                reached(loads, server, &page),
                reached(loads, server, "empty"),
            );
            let goal = format!("{page}, behind {server}, of what `empty` reaches");
            row(&goal, found, Aim::Least(least))?;
        }
    }
    for server in ["lighttpd", "Apache"] {
        let sent = kept::by_server("home");
        for (page, ours) in [
            ("home", reached(&figures.against, server, "Mayfly")),
            (&sent, reached(&figures.sent, server, &sent)),
        ] {
            for (rival, least) in [
                ("C, dynamic", 5.0),
                ("Rust, dynamic", 5.0),
                ("Go net/http/cgi", 15.0),
                ("PHP, php-fpm", 1.0),
            ] {
                let found = of(ours, reached(&figures.against, server, rival));
                let goal = format!("{page}, behind {server}, of what {rival} reaches");
                row(&goal, found, Aim::Least(least))?;
            }
        }
    }
    let memory = figures.counts.iter().map(|(_, memory)| *memory).max();
    row(
        "memory of the largest process, in KB",
        memory.map(|memory| memory as f64),
        Aim::Most(MEMORY),
    )?;
    let growth = super::grown(figures).into_iter().map(|(_, _, ratio)| ratio);
    row(
        "the page that grows dearest with the blog, of what it costs in a small one",
        growth.reduce(f64::max),
        Aim::Most(GROWTH),
    )?;
    for server in ["lighttpd", "Apache"] {
        for writers in crate::disk::WRITERS {
            let rate = |name: &str| {
                let mut written = figures
                    .written
                    .iter()
                    .filter(|w| w.beside == Beside::Nothing);
                let written = written.find(|written| {
                    (written.server, written.writers) == (server, writers) && written.name == name
                });
                written.map(|written| written.rate.median())
            };
            for (rival, how) in [
                (book::USUAL, "which may lose what it has answered"),
                (book::DURABLE, "which loses as little"),
            ] {
                let found = of(rate("Mayfly"), rate(rival));
                let goal = format!(
                    "messages behind {server}, {writers} at once, of what {rival} writes, {how}"
                );
                row(&goal, found, Aim::Least(2.0))?;
            }
        }
    }
    writeln!(text)?;
    Ok(())
}
