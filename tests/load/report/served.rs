//! The part of the report about what was asked over HTTP.

use std::fmt::Write as _;
use std::path::Path;

use super::{picture, reached, thousands};
use crate::behind::Load;
use crate::plot::{self, Axis, Bar, Line};
use crate::stats::Samples;
use crate::{Figures, Result};

/// As fast as answers come.
pub fn closed(text: &mut String, figures: &Figures) -> Result<()> {
    writeln!(
        text,
        "## 2. Behind a real server\n\n\
         lighttpd with mod_cgi, Apache with the event MPM and mod_cgid, and Apache with the prefork MPM and \
         mod_cgi (where `empty`, unlike Mayfly, waits 47 ms for Apache), set up with the files of `deploy/`, \
         pretty links rewritten. The client runs on the same machine and takes its share of it.\n\n\
         As fast as answers come. The ratio is that of the medians to `empty` behind the same server at as many \
         connections; min, median and max are of the turns.\n\n\
         | server | connections | page | ratio to `empty` | requests/s | min | max | p50 ms | p99 ms | errors |\n\
         |---|---|---|---|---|---|---|---|---|---|"
    )?;
    for load in &figures.closed {
        let empty = figures.closed.iter().find(|other| {
            other.name == "empty"
                && (other.server, other.connections) == (load.server, load.connections)
        });
        let of_empty = empty.map_or(f64::NAN, |empty| empty.rate.median());
        writeln!(
            text,
            "| {} | {} | {} | {:.2} | **{}** | {} | {} | {} | {} | {} |",
            load.server,
            load.connections,
            load.name,
            load.rate.median() / of_empty,
            thousands(load.rate.median()),
            thousands(load.rate.min()),
            thousands(load.rate.max()),
            millis(&load.p50),
            millis(&load.p99),
            load.errors,
        )?;
    }
    others(text, figures)
}

/// What others' clients say of the same page.
fn others(text: &mut String, figures: &Figures) -> Result<()> {
    if figures.checked.is_empty() {
        return Ok(());
    }
    writeln!(
        text,
        "\nThe home page again, asked for by this client and by another, one after the other:\n\n\
         | server | client | how | requests/s, ours | its | p50 ms, ours | its | p99 ms, ours | its |\n\
         |---|---|---|---|---|---|---|---|---|"
    )?;
    for check in &figures.checked {
        let millis = |(_, latency): (f64, Option<(f64, f64)>)| {
            latency.map_or((String::new(), String::new()), |(p50, p99)| {
                (millis_of(p50), millis_of(p99))
            })
        };
        let (ours, theirs) = (millis(check.ours), millis(check.theirs));
        writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            check.server,
            check.client,
            check.how,
            thousands(check.ours.0),
            thousands(check.theirs.0),
            ours.0,
            theirs.0,
            ours.1,
            theirs.1,
        )?;
    }
    Ok(())
}

/// At set moments.
pub fn constant(text: &mut String, figures: &Figures, plots: &Path) -> Result<()> {
    writeln!(
        text,
        "\n### At a constant rate\n\n\
         Each request is due at a set moment, and its latency counts from there, whether or not there was a \
         connection free to send it: waiting is not left out. The rates are shares of what `empty` reached at \
         8 connections. Where less came out than was asked for, the latency only says how long the run was.\n\n\
         | server | page | asked for | answered | p50 ms | p99 ms | p99 min | p99 max | errors |\n\
         |---|---|---|---|---|---|---|---|---|"
    )?;
    for load in &figures.constant {
        writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            load.server,
            load.name,
            thousands(load.asked),
            thousands(load.rate.median()),
            millis(&load.p50),
            millis(&load.p99),
            millis_of(load.p99.min()),
            millis_of(load.p99.max()),
            load.errors,
        )?;
    }
    for server in servers(figures.constant.iter().map(|load| load.server)) {
        let mut lines = Vec::new();
        for (colour, name) in ["empty", "home", "post"].iter().enumerate() {
            let loads = figures.constant.iter();
            let loads: Vec<&Load> = loads
                .filter(|load| load.server == server && load.name == *name)
                .collect();
            let line = |what: &str, dashed, value: fn(&Load) -> f64| Line {
                name: format!("{name}, {what}"),
                points: loads.iter().map(|load| (load.asked, value(load))).collect(),
                dashed,
                colour,
            };
            lines.push(line("p50", false, |load| load.p50.median()));
            lines.push(line("p99", true, |load| load.p99.median()));
        }
        let title = format!("Latency at a constant rate behind {server}");
        let drawn = plot::lines(
            &title,
            ("requests a second", Axis::Even),
            ("milliseconds", Axis::Powers),
            &lines,
        );
        let name = format!("latency-{}", server.to_lowercase());
        picture(text, plots, &name, &title, &drawn)?;
    }
    Ok(())
}

/// The same page by a program and as a file.
pub fn kept(text: &mut String, figures: &Figures) -> Result<()> {
    writeln!(
        text,
        "\n### Kept pages\n\n\
         A page that a program rendered is kept until anything is published (`deploy/README.md`). Behind any server \
         a program sends its answer again, and opens no database; with `keep-pages=files` a server that is set up \
         for it starts none. At 8 connections, in turn; the packed file is packed once, when it is made.\n\n\
         | server | page | requests/s | ratio to the rendered one | min | max | p50 ms | p99 ms | errors | bytes |\n\
         |---|---|---|---|---|---|---|---|---|---|"
    )?;
    for load in &figures.sent {
        let page = load.name.split(',').next().unwrap_or_default();
        let rendered = reached(&figures.sent, load.server, page);
        row(
            text,
            load,
            load.rate.median() / rendered.unwrap_or(f64::NAN),
        )?;
    }
    text.push('\n');
    Ok(())
}

/// A row of a table of loads: whom was asked for what, how many answers came a second and
/// what ratio that is, and how they came.
fn row(text: &mut String, load: &Load, ratio: f64) -> Result<()> {
    writeln!(
        text,
        "| {} | {} | **{}** | {ratio:.1} | {} | {} | {} | {} | {} | {} |",
        load.server,
        load.name,
        thousands(load.rate.median()),
        thousands(load.rate.min()),
        thousands(load.rate.max()),
        millis(&load.p50),
        millis(&load.p99),
        load.errors,
        thousands(load.bytes as f64),
    )?;
    Ok(())
}

/// What others cost.
pub fn rivals(text: &mut String, figures: &Figures, plots: &Path) -> Result<()> {
    writeln!(
        text,
        "## 3. Against what people would pick instead\n\n\
         The home page over the same {} posts, which the others have in one table with an index on its time. \
         Each is written as its users write it (`rivals/`) and links its style sheet, where Mayfly sends its own \
         along. axum has Mayfly's own store and view in one process that keeps running and keeps the file open: \
         the difference is what starting a process costs.\n\n\
         One process:\n\n\
         | program | ratio to `empty` | ratio to Mayfly | CPU us, p10 | median | min | max | faults | bytes |\n\
         |---|---|---|---|---|---|---|---|---|",
        thousands(figures.posts as f64)
    )?;
    if let [empty, mayfly, ..] = &figures.rivals[..] {
        for cost in &figures.rivals {
            writeln!(
                text,
                "| {} | {:.2} | **{:.2}** | {} | {} | {} | {} | {:.0} | {} |",
                cost.name,
                cost.cpu.p10() / empty.cpu.p10(),
                cost.cpu.p10() / mayfly.cpu.p10(),
                thousands(cost.cpu.p10()),
                thousands(cost.cpu.median()),
                thousands(cost.cpu.min()),
                thousands(cost.cpu.max()),
                cost.faults.median(),
                thousands(cost.bytes as f64),
            )?;
        }
    }
    writeln!(
        text,
        "\nBehind a server, at 8 connections:\n\n\
         | server | program | requests/s | Mayfly's ratio to it | min | max | p50 ms | p99 ms | errors | bytes |\n\
         |---|---|---|---|---|---|---|---|---|---|"
    )?;
    for load in &figures.against {
        let mayfly = figures
            .against
            .iter()
            .find(|other| other.server == load.server && other.name == "Mayfly");
        let mayfly = mayfly.map_or(f64::NAN, |mayfly| mayfly.rate.median());
        row(text, load, mayfly / load.rate.median())?;
    }
    for server in servers(figures.against.iter().map(|load| load.server)) {
        let (running, started): (Vec<&Load>, Vec<&Load>) = figures
            .against
            .iter()
            .filter(|load| load.server == server)
            .partition(|load| RUNNING.contains(&load.name.as_str()));
        let started_title =
            format!("Home pages a second behind {server}: a process for each request");
        let running_title =
            format!("Home pages a second behind {server}: beside what keeps running");
        let ours = started.iter().copied().filter(|load| load.name == "Mayfly");
        let running = running.into_iter().chain(ours).collect();
        for (name, title, loads) in [
            ("throughput", started_title, started),
            ("running", running_title, running),
        ] {
            let name = format!("{name}-{}", server.to_lowercase());
            let drawn = plot::bars(&title, thousands, &bars(loads));
            picture(text, plots, &name, &title, &drawn)?;
        }
    }
    Ok(())
}

/// Those that answer without starting a process. Beside them all others would be
/// too short to be told apart.
const RUNNING: [&str; 3] = [
    "PHP, php-fpm",
    "axum, long-running",
    "axum, nothing before it",
];

fn bars(mut loads: Vec<&Load>) -> Vec<Bar> {
    loads.sort_by(|one, other| other.rate.median().total_cmp(&one.rate.median()));
    let bars = loads.iter().map(|load| Bar {
        name: load.name.clone(),
        value: load.rate.median(),
        range: (load.rate.min(), load.rate.max()),
        goal: 0.0,
        ours: load.name == "Mayfly",
    });
    bars.collect()
}

/// Each web server once.
pub fn servers(names: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut names: Vec<&str> = names.collect();
    names.dedup();
    names
}

fn millis(samples: &Samples) -> String {
    millis_of(samples.median())
}

/// Milliseconds, with the digits that matter.
pub fn millis_of(value: f64) -> String {
    match value {
        _ if value < 10.0 => format!("{value:.2}"),
        _ => thousands(value),
    }
}
