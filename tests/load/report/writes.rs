//! The part of the report about writing.

use std::fmt::Write as _;
use std::path::Path;

use super::served::{millis_of, servers};
use super::{picture, thousands};
use crate::disk::{Rates, WAYS, WRITERS};
use crate::plot::{self, Bar};
use crate::writes::{Beside, Written};
use crate::{Figures, Result, book};

/// All of section 5.
pub fn section(text: &mut String, figures: &Figures, plots: &Path) -> Result<()> {
    writeln!(
        text,
        "## 5. Writes\n\n\
         A name and a message are posted to a guestbook and answered with 303. Its page shows the newest hundred, \
         Mayfly's as many of them as fit into 20 KB. Mayfly's publishes at once, and its limits per address and per minute are a million: all of them are \
         counted, none is met. Each form is signed, as if it had been opened a minute before, and is sent once. The \
         others are the usual guestbook (`rivals/`): one table, three indexes, WAL, `synchronous = NORMAL`, a connection \
         for each request. They have neither forms nor limits, and don't wait for the disk: what they have answered \
         may be gone after a power cut. `{}` is the one in C with `synchronous = FULL`, and promises what Mayfly's does.\n",
        book::DURABLE
    )?;
    disk(text, figures)?;
    writeln!(text, "### Behind a web server\n")?;
    table(text, figures, Beside::Nothing)?;
    writeln!(
        text,
        "\n### With nine reads to each write\n\n\
         Of ten requests each writer asks for the page with nine.\n"
    )?;
    table(text, figures, Beside::Reading)?;
    if let Some(minute) = &figures.minute {
        writeln!(
            text,
            "\n### {} writers without a pause\n\n\
             Into Mayfly's guestbook behind {}: {} messages a second, {} in all. Half of them waited {} ms, one of a \
             hundred {} ms, one of a thousand {} ms, and the one that waited longest **{} ms**. The writer who got the \
             fewest in wrote {}, the one who got the most {}.",
            minute.writers,
            minute.server,
            thousands(minute.rate.median()),
            thousands(minute.writes.count() as f64),
            millis_of(minute.writes.median()),
            millis_of(minute.writes.quantile(0.99)),
            millis_of(minute.writes.quantile(0.999)),
            millis_of(minute.writes.max()),
            minute.shares.0,
            minute.shares.1,
        )?;
    }
    found(text, figures)?;
    pictures(text, figures, plots)
}

fn disk(text: &mut String, figures: &Figures) -> Result<()> {
    let numbers = |of: fn(usize) -> String| WRITERS.map(of).join(" | ");
    writeln!(
        text,
        "### What the disk allows\n\n\
         Without a web server: processes that write at once ({}), each opening the file anew for every message, as \
         a program does that ends with its request; the same table and indexes for all of them. Messages a second, \
         and the longest wait in ms.\n\n\
         | journal, synchronous | left after kill -9 | left after a power cut | {} | longest, {} |\n\
         |---|---|---|{}---|",
        figures.disk.kind,
        numbers(|writers| format!("{writers} at once")),
        WRITERS[WRITERS.len() - 1],
        "---|".repeat(WRITERS.len()),
    )?;
    let mut row = |name: &str, killed: &str, cut: &str, rates: &Rates| {
        let cells = rates
            .iter()
            .map(|(rate, _)| format!("**{}**", thousands(rate.median())));
        let longest = rates.last().map_or(f64::NAN, |(_, longest)| *longest);
        writeln!(
            text,
            "| {name} | {killed} | {cut} | {} | {} |",
            cells.collect::<Vec<_>>().join(" | "),
            millis_of(longest)
        )
    };
    row("`fdatasync` of 4 KB alone", "", "", &figures.disk.syncs)?;
    for (way, rates) in WAYS.iter().zip(&figures.disk.ways) {
        row(way.name, way.killed, way.cut, rates)?;
    }
    writeln!(text)?;
    Ok(())
}

fn table(text: &mut String, figures: &Figures, beside: Beside) -> Result<()> {
    let reads = beside == Beside::Reading;
    let more = if reads {
        [
            " reads/s | read p50 ms | p99 | longest |",
            "---|---|---|---|",
        ]
    } else {
        ["", ""]
    };
    writeln!(
        text,
        "| server | at once | guestbook | writes/s | Mayfly's ratio to it | min | max | p50 ms | p99 | p99.9 | longest |{}\n\
         |---|---|---|---|---|---|---|---|---|---|---|{}",
        more[0], more[1]
    )?;
    for written in figures.written.iter().filter(|w| w.beside == beside) {
        let ours = figures.written.iter().find(|other| {
            other.name == "Mayfly"
                && (other.server, other.writers, other.beside)
                    == (written.server, written.writers, written.beside)
        });
        let ours = ours.map_or(f64::NAN, |ours| ours.rate.median());
        write!(
            text,
            "| {} | {} | {} | **{}** | {:.1} | {} | {} | {} | {} | {} | {} |",
            written.server,
            written.writers,
            written.name,
            thousands(written.rate.median()),
            ours / written.rate.median(),
            thousands(written.rate.min()),
            thousands(written.rate.max()),
            millis_of(written.writes.median()),
            millis_of(written.writes.quantile(0.99)),
            millis_of(written.writes.quantile(0.999)),
            millis_of(written.writes.max()),
        )?;
        if reads {
            let share = written.reads.count() as f64 / written.writes.count().max(1) as f64;
            write!(
                text,
                " {} | {} | {} | {} |",
                thousands(written.rate.median() * share),
                millis_of(written.reads.median()),
                millis_of(written.reads.quantile(0.99)),
                millis_of(written.reads.max()),
            )?;
        }
        writeln!(text)?;
    }
    Ok(())
}

fn found(text: &mut String, figures: &Figures) -> Result<()> {
    writeln!(
        text,
        "\n### What was in the files afterwards\n\n\
         Every message has a number. A run in which Mayfly loses one that it answered, has one twice, or refuses one \
         fails.\n\n\
         | server | guestbook | answered as written | lost | twice | refused |\n\
         |---|---|---|---|---|---|"
    )?;
    for found in &figures.found {
        writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            found.server,
            found.name,
            thousands(found.answered as f64),
            found.lost,
            found.twice,
            found.refused,
        )?;
    }
    Ok(())
}

fn pictures(text: &mut String, figures: &Figures, plots: &Path) -> Result<()> {
    let alone = |written: &&Written| written.beside == Beside::Nothing && written.writers == 8;
    let alone: Vec<&Written> = figures.written.iter().filter(alone).collect();
    for server in servers(alone.iter().map(|written| written.server)) {
        let mut here: Vec<&Written> = alone.clone();
        here.retain(|written| written.server == server);
        here.sort_by(|one, other| other.rate.median().total_cmp(&one.rate.median()));
        let bars: Vec<Bar> = here
            .iter()
            .map(|written| Bar {
                name: written.name.clone(),
                value: written.rate.median(),
                range: (written.rate.min(), written.rate.max()),
                goal: 0.0,
                ours: written.name == "Mayfly",
            })
            .collect();
        let title = format!("Messages a second behind {server}, 8 writers at once");
        let name = format!("writes-{}", server.to_lowercase());
        let drawn = plot::bars(&title, thousands, &bars);
        picture(text, plots, &name, &title, &drawn)?;
    }
    Ok(())
}
