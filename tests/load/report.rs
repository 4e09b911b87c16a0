//! `REPORT.md` and its plots: every figure with what it varied between, and every
//! row that is missing with the reason.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::behind::Load;
use crate::cost::Cost;
use crate::plot::{self, Axis, Bar, Line};
use crate::stats::Samples;
use crate::{Figures, Result};

/// What a page may cost at most and what is aimed at, in processes that do nothing.
const GOALS: [(&str, f64, f64); 7] = [
    ("304", 2.8, 2.2),
    ("redirect", 2.8, 2.2),
    ("post", 3.3, 2.6),
    ("home", 4.0, 3.0),
    ("tag, first page", 4.5, 3.2),
    ("tag, last page", 4.5, 3.2),
    ("month", 4.5, 3.4),
];

/// Writes the report and its plots into a folder; gives back the report's name.
pub fn write(figures: &Figures, folder: &Path) -> Result<PathBuf> {
    let plots = folder.join("plots");
    fs::create_dir_all(&plots)?;
    let mut text = String::new();
    heading(&mut text, figures)?;
    processes(&mut text, figures, &plots)?;
    closed(&mut text, figures)?;
    constant(&mut text, figures, &plots)?;
    rivals(&mut text, figures, &plots)?;
    growth(&mut text, figures, &plots)?;
    writes_and_missing(&mut text, figures)?;
    let report = folder.join("REPORT.md");
    fs::write(&report, text)?;
    Ok(report)
}

fn heading(text: &mut String, figures: &Figures) -> Result<()> {
    let how = if figures.quick {
        "make bench QUICK=1"
    } else {
        "make bench"
    };
    writeln!(
        text,
        "# What a request costs\n\n\
         Written by `{how}` in {:.0} s; nobody edits it. The figures are this machine's, at that hour: \
         compare those of one run, and above all the ratios.\n",
        figures.seconds
    )?;
    for line in &figures.machine {
        writeln!(text, "- {line}")?;
    }
    writeln!(
        text,
        "\n`empty` is `empty.c`: it writes a constant page and exits, built as Mayfly's programs are (musl, \
         static, at a fixed address). Programs are measured in turn, A B C A B C, so that what disturbs the \
         machine disturbs all of them. The blog has {} made-up posts, a page shows 30.\n",
        thousands(figures.posts as f64)
    )?;
    Ok(())
}

fn processes(text: &mut String, figures: &Figures, plots: &Path) -> Result<()> {
    let Some(empty) = figures.pages.first() else {
        return Ok(());
    };
    writeln!(
        text,
        "## 1. One process\n\n\
         Its own processor time, user and system, as the kernel counts it when it ends. The ratio is that of \
         the 10th percentiles. Memory is what was resident at most, its share of the page cache included.\n\n\
         | page | ratio to `empty` | at most | goal | CPU us, p10 | median | min | max | faults | system calls | memory KB | bytes |\n\
         |---|---|---|---|---|---|---|---|---|---|---|---|"
    )?;
    let mut bars = Vec::new();
    for (cost, (calls, memory)) in figures.pages.iter().zip(&figures.counts) {
        let ratio = cost.cpu.p10() / empty.cpu.p10();
        let goal = GOALS.iter().find(|goal| goal.0 == cost.name);
        let (most, goal) = goal.map_or((0.0, 0.0), |goal| (goal.1, goal.2));
        let or_none = |value: f64| {
            if value > 0.0 {
                format!("{value:.1}")
            } else {
                String::new()
            }
        };
        writeln!(
            text,
            "| {} | **{ratio:.2}** | {} | {} | {:.0} | {:.0} | {:.0} | {:.0} | {:.0} | {calls} | {memory} | {} |",
            cost.name,
            or_none(most),
            or_none(goal),
            cost.cpu.p10(),
            cost.cpu.median(),
            cost.cpu.min(),
            cost.cpu.max(),
            cost.faults.median(),
            thousands(cost.bytes as f64),
        )?;
        bars.push(Bar {
            name: cost.name.clone(),
            value: ratio,
            range: (ratio, ratio),
            goal,
            ours: cost.name != "empty",
        });
    }
    let title = "CPU time of one process, in processes that do nothing (red: the goal)";
    picture(
        text,
        plots,
        "cost",
        title,
        &plot::bars(title, |value| format!("{value:.2}"), &bars),
    )
}

fn closed(text: &mut String, figures: &Figures) -> Result<()> {
    writeln!(
        text,
        "## 2. Behind a real server\n\n\
         lighttpd with mod_cgi and Apache with the event MPM and mod_cgid, set up with the files of `deploy/`, \
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
    if !figures.checked.is_empty() {
        writeln!(
            text,
            "\nThe same home page at 8 connections, counted by this client and by wrk:\n"
        )?;
    }
    for (server, ours, theirs) in &figures.checked {
        writeln!(
            text,
            "- {server}: {} and {} requests/s",
            thousands(*ours),
            thousands(*theirs)
        )?;
    }
    writeln!(text)?;
    Ok(())
}

fn constant(text: &mut String, figures: &Figures, plots: &Path) -> Result<()> {
    writeln!(
        text,
        "### At a constant rate\n\n\
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
    writeln!(text)?;
    for server in servers(&figures.constant) {
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

fn rivals(text: &mut String, figures: &Figures, plots: &Path) -> Result<()> {
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
        writeln!(
            text,
            "| {} | {} | **{}** | {:.1} | {} | {} | {} | {} | {} | {} |",
            load.server,
            load.name,
            thousands(load.rate.median()),
            mayfly.map_or(f64::NAN, |mayfly| mayfly.rate.median()) / load.rate.median(),
            thousands(load.rate.min()),
            thousands(load.rate.max()),
            millis(&load.p50),
            millis(&load.p99),
            load.errors,
            thousands(load.bytes as f64),
        )?;
    }
    writeln!(text)?;
    for server in servers(&figures.against) {
        let mut loads: Vec<&Load> = figures
            .against
            .iter()
            .filter(|load| load.server == server)
            .collect();
        loads.sort_by(|one, other| other.rate.median().total_cmp(&one.rate.median()));
        let bars: Vec<Bar> = loads
            .iter()
            .map(|load| Bar {
                name: load.name.clone(),
                value: load.rate.median(),
                range: (load.rate.min(), load.rate.max()),
                goal: 0.0,
                ours: load.name == "Mayfly",
            })
            .collect();
        let title = format!("The home page behind {server}, requests a second at 8 connections");
        let name = format!("throughput-{}", server.to_lowercase());
        picture(
            text,
            plots,
            &name,
            &title,
            &plot::bars(&title, thousands, &bars),
        )?;
    }
    Ok(())
}

fn growth(text: &mut String, figures: &Figures, plots: &Path) -> Result<()> {
    let sizes: Vec<String> = figures
        .growth
        .iter()
        .map(|(posts, _)| thousands(*posts as f64))
        .collect();
    writeln!(
        text,
        "## 4. As the blog grows\n\n\
         CPU in us, 10th percentile and in brackets min, median and max, over blogs of that many posts. A hundred \
         posts have no second page of a tag.\n\n\
         | page | {} | last to first |\n|---|{}---|",
        sizes.join(" | "),
        "---|".repeat(sizes.len()),
    )?;
    let Some((_, largest)) = figures.growth.last() else {
        return Ok(());
    };
    let mut lines = Vec::new();
    for (colour, page) in largest.iter().enumerate() {
        let known = |costs: &[Cost]| costs.iter().find(|cost| cost.name == page.name).cloned();
        let row: Vec<(u64, Option<Cost>)> = figures
            .growth
            .iter()
            .map(|(posts, costs)| (*posts, known(costs)))
            .collect();
        let cells = row.iter().map(|(_, cost)| match cost {
            Some(Cost { cpu, .. }) => format!(
                "**{:.0}** ({:.0}, {:.0}, {:.0})",
                cpu.p10(),
                cpu.min(),
                cpu.median(),
                cpu.max()
            ),
            None => String::new(),
        });
        let cells: Vec<String> = cells.collect();
        let mut points: Vec<(f64, f64)> = Vec::new();
        for (posts, cost) in &row {
            points.extend(cost.as_ref().map(|cost| (*posts as f64, cost.cpu.p10())));
        }
        let first = points.first().map_or(f64::NAN, |point| point.1);
        writeln!(
            text,
            "| {} | {} | {:.2} |",
            page.name,
            cells.join(" | "),
            page.cpu.p10() / first
        )?;
        lines.push(Line {
            name: page.name.clone(),
            points,
            dashed: false,
            colour,
        });
    }
    writeln!(text)?;
    let title = "CPU time of one process against the number of posts";
    let drawn = plot::lines(
        title,
        ("posts", Axis::Powers),
        ("microseconds", Axis::Even),
        &lines,
    );
    picture(text, plots, "growth", title, &drawn)
}

fn writes_and_missing(text: &mut String, figures: &Figures) -> Result<()> {
    writeln!(
        text,
        "## 5. Writes\n\nNot measured yet: no program writes on a visitor's request, for there is no guestbook yet.\n\n\
         ## What is missing\n"
    )?;
    for (row, why) in &figures.missing {
        writeln!(text, "- {row}: {why}")?;
    }
    if figures.missing.is_empty() {
        writeln!(text, "Nothing: every row was measured.")?;
    }
    Ok(())
}

fn picture(text: &mut String, plots: &Path, name: &str, title: &str, drawn: &str) -> Result<()> {
    fs::write(plots.join(format!("{name}.svg")), drawn)?;
    writeln!(text, "![{title}](plots/{name}.svg)\n")?;
    Ok(())
}

fn servers(loads: &[Load]) -> Vec<&'static str> {
    let mut names: Vec<&str> = loads.iter().map(|load| load.server).collect();
    names.dedup();
    names
}

fn millis(samples: &Samples) -> String {
    millis_of(samples.median())
}

fn millis_of(value: f64) -> String {
    match value {
        _ if value < 10.0 => format!("{value:.2}"),
        _ => thousands(value),
    }
}

fn thousands(value: f64) -> String {
    mayfly::view::thousands(value.round() as i64)
}
