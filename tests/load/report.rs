//! `REPORT.md` and its plots: every figure with what it varied between, and every
//! row that is missing with the reason.

mod goals;
mod served;
mod short;
mod writes;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::behind::Load;
use crate::cost::Cost;
use crate::plot::{self, Axis, Bar, Line};
use crate::{Figures, Result};

/// What a page may cost at most and what is aimed at, in processes that do nothing.
const GOALS: [(&str, f64, f64); 12] = [
    ("304", 2.8, 2.2),
    ("redirect", 2.8, 2.2),
    ("post", 3.3, 2.6),
    ("home", 4.0, 3.0),
    ("tag, first page", 4.5, 3.2),
    ("tag, last page", 4.5, 3.2),
    ("month", 4.5, 3.4),
    ("304, kept", 2.8, 2.2),
    ("post, kept", 3.3, 2.6),
    ("home, kept", 4.0, 3.0),
    ("tag, first page, kept", 4.5, 3.2),
    ("month, kept", 4.5, 3.4),
];

pub use short::spread;

/// Writes the report and its plots into a folder; gives back the report's name.
pub fn write(figures: &Figures, folder: &Path) -> Result<PathBuf> {
    let plots = folder.join("plots");
    fs::create_dir_all(&plots)?;
    let mut text = String::new();
    heading(&mut text, figures)?;
    processes(&mut text, figures, &plots)?;
    served::closed(&mut text, figures)?;
    served::constant(&mut text, figures, &plots)?;
    served::kept(&mut text, figures)?;
    served::rivals(&mut text, figures, &plots)?;
    growth(&mut text, figures, &plots)?;
    writes::section(&mut text, figures, &plots)?;
    missing(&mut text, figures)?;
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
         Written by `{how}` on {} in {:.0} s; nobody edits it. The figures are this machine's, at that hour: \
         compare those of one run, and above all the ratios.\n",
        figures.day, figures.seconds
    )?;
    for line in &figures.machine {
        writeln!(text, "- {line}")?;
    }
    writeln!(
        text,
        "\n`empty` is `empty.c`: it writes a constant page and exits, built as Mayfly's programs are (musl, \
         static, at a fixed address). Programs are measured in turn, A B C A B C, so that what disturbs the \
         machine disturbs all of them. The blog has {} made-up posts, a page shows 30.\n\n\
         ## In short\n\n\
         Eight requests at once; the sections below say what each figure is, and what it varied between.\n\n{}",
        thousands(figures.posts as f64),
        short::table(figures)?,
    )?;
    goals::table(text, figures)?;
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
         the 10th percentiles. Each program is copied ten times meanwhile, for where a file happens to lie in \
         memory matters (`NOTES.md`). Memory is what was resident at most, its share of the page cache included. \
         The first rows are of a blog that does not know where it is, and renders each page anew. As soon as it knows, \
         its pages are kept: the first visitor after a change has one rendered and sent, and then kept; all others \
         are sent that again. A page of a list beyond the first is always rendered.\n\n\
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

/// Of each page in the largest blog: its name, the posts of the smallest blog in
/// which it is about as long, and what it costs, of what it costs there. A month of
/// few posts is a shorter page, and says nothing of growth.
fn grown(figures: &Figures) -> Vec<(String, u64, f64)> {
    let Some((_, largest)) = figures.growth.last() else {
        return Vec::new();
    };
    let compared = |page: &Cost| {
        let same = |cost: &&Cost| cost.name == page.name && cost.bytes * 10 > page.bytes * 9;
        figures.growth.iter().find_map(|(posts, costs)| {
            let first = costs.iter().find(same)?;
            let ratio = page.cpu.p10() / first.cpu.p10();
            Some((page.name.clone(), *posts, ratio))
        })
    };
    largest.iter().filter_map(compared).collect()
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
         posts have no second page of a tag, and their month shows fewer than 30: each page of the largest blog is \
         compared with the smallest in which it is about as long.\n\n\
         | page | {} | largest to smallest | within 10 % |\n|---|{}---|---|",
        sizes.join(" | "),
        "---|".repeat(sizes.len()),
    )?;
    let mut lines = Vec::new();
    for (colour, (page, smallest, ratio)) in grown(figures).into_iter().enumerate() {
        let row: Vec<(u64, Option<&Cost>)> = figures
            .growth
            .iter()
            .map(|(posts, costs)| (*posts, costs.iter().find(|cost| cost.name == page)))
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
        writeln!(
            text,
            "| {page} | {} | {ratio:.2} (to {}) | {} |",
            cells.join(" | "),
            thousands(smallest as f64),
            if ratio <= goals::GROWTH {
                "yes"
            } else {
                "**no**"
            },
        )?;
        let known = row
            .iter()
            .filter_map(|(posts, cost)| Some((*posts as f64, (*cost)?.cpu.p10())));
        lines.push(Line {
            name: page,
            points: known.collect(),
            dashed: false,
            colour,
        });
    }
    let title = "CPU time of one process against the number of posts";
    let drawn = plot::lines(
        title,
        ("posts", Axis::Powers),
        ("microseconds", Axis::Even),
        &lines,
    );
    picture(text, plots, "growth", title, &drawn)
}

/// What was reached of a page over eight connections, in requests a second.
fn reached<'a>(loads: impl IntoIterator<Item = &'a Load>, server: &str, page: &str) -> Option<f64> {
    let mut loads = loads.into_iter();
    let load =
        loads.find(|load| (load.server, load.connections) == (server, 8) && load.name == page);
    load.map(|load| load.rate.median())
}

fn missing(text: &mut String, figures: &Figures) -> Result<()> {
    writeln!(text, "## What is missing\n")?;
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
    writeln!(text, "\n![{title}](plots/{name}.svg)\n")?;
    Ok(())
}

fn thousands(value: f64) -> String {
    mayfly::view::thousands(value.round() as i64)
}
