//! Pictures of figures, as SVG written by hand: a few kilobytes each, readable on
//! light and on dark pages.

use std::fmt::Write as _;

/// A bar with what it varied between.
#[derive(Clone, Debug)]
pub struct Bar {
    /// What stands before it.
    pub name: String,
    /// How long it is.
    pub value: f64,
    /// The smallest and the largest that was measured.
    pub range: (f64, f64),
    /// What it should not go beyond, or reach at least; 0 for nothing.
    pub goal: f64,
    /// Whether it is ours.
    pub ours: bool,
}

/// A line through points.
#[derive(Clone, Debug)]
pub struct Line {
    /// What its end is marked with.
    pub name: String,
    /// Where it goes through.
    pub points: Vec<(f64, f64)>,
    /// Whether it is dashed.
    pub dashed: bool,
    /// Which colour it has: a number below 6.
    pub colour: usize,
}

/// The width of every picture; the names take this much of it.
const WIDTH: f64 = 720.0;
const NAMES: f64 = 170.0;

const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#222}.quiet{fill:#666}.title{font-weight:bold}\
.grid{stroke:#ddd}.bar{fill:#9aa7b5}.ours{fill:#2a78c8}.range{stroke:#222;stroke-width:1.5}\
.goal{stroke:#c33;stroke-width:2}path{fill:none;stroke-width:2}\
.c0{--c:#888}.c1{--c:#2a78c8}.c2{--c:#c0392b}.c3{--c:#218a4c}.c4{--c:#9b59b6}.c5{--c:#c77c11}\
path{stroke:var(--c)}text[class^=c]{fill:var(--c)}\
@media(prefers-color-scheme:dark){text{fill:#ddd}.quiet{fill:#999}.grid{stroke:#444}.bar{fill:#66727f}\
.ours{fill:#5aa2ea}.range{stroke:#ddd}.goal{stroke:#f77}\
.c0{--c:#aaa}.c1{--c:#5aa2ea}.c2{--c:#f0776a}.c3{--c:#4fbf7f}.c4{--c:#c490dc}.c5{--c:#e0a243}}";

fn picture(title: &str, height: f64, content: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height:.0}\" role=\"img\">\n\
         <title>{title}</title><style>{STYLE}</style>\n\
         <text class=\"title\" x=\"0\" y=\"16\">{title}</text>\n{content}</svg>\n"
    )
}

/// Bars from the left, each with its value at its end.
pub fn bars(title: &str, format: impl Fn(f64) -> String, bars: &[Bar]) -> String {
    let longest = bars
        .iter()
        .map(|bar| bar.range.1.max(bar.goal).max(bar.value));
    let longest = longest.fold(f64::MIN_POSITIVE, f64::max);
    let scale = (WIDTH - NAMES - 70.0) / longest;
    let mut content = String::new();
    for (place, bar) in bars.iter().enumerate() {
        let top = 28.0 + place as f64 * 24.0;
        let middle = top + 9.0;
        let class = if bar.ours { "ours" } else { "bar" };
        let (low, high) = (NAMES + bar.range.0 * scale, NAMES + bar.range.1 * scale);
        let end = NAMES + bar.value * scale;
        put(
            &mut content,
            format_args!(
                "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{}</text>\
             <rect class=\"{class}\" x=\"{NAMES}\" y=\"{top:.0}\" width=\"{:.1}\" height=\"18\"/>\
             <line class=\"range\" x1=\"{low:.1}\" x2=\"{high:.1}\" y1=\"{middle}\" y2=\"{middle}\"/>\
             <text x=\"{:.1}\" y=\"{:.0}\">{}</text>\n",
                NAMES - 8.0,
                top + 13.0,
                escape(&bar.name),
                end - NAMES,
                end.max(high) + 6.0,
                top + 13.0,
                format(bar.value),
            ),
        );
        if bar.goal > 0.0 {
            let x = NAMES + bar.goal * scale;
            put(
                &mut content,
                format_args!(
                    "<line class=\"goal\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.0}\" y2=\"{:.0}\"/>\n",
                    top - 2.0,
                    top + 20.0,
                ),
            );
        }
    }
    picture(title, 36.0 + bars.len() as f64 * 24.0, &content)
}

/// How an axis is divided.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Axis {
    /// From zero, in even steps.
    Even,
    /// In powers of ten.
    Powers,
}

impl Axis {
    /// Where it begins and ends, and the marks on it.
    fn span(self, values: impl Iterator<Item = f64> + Clone) -> (f64, f64, Vec<f64>) {
        let largest = values.clone().fold(f64::MIN_POSITIVE, f64::max);
        let smallest = values.fold(f64::MAX, f64::min);
        match self {
            Axis::Even => {
                let rough = largest / 5.0;
                let power = 10_f64.powf(rough.log10().floor());
                let step = [1.0, 2.0, 5.0, 10.0].iter().map(|by| by * power);
                let step = step.clone().find(|step| *step >= rough).unwrap_or(rough);
                let count = (largest / step).ceil();
                let marks = (0..=count as usize).map(|mark| mark as f64 * step);
                (0.0, count * step, marks.collect())
            }
            Axis::Powers => {
                let low = smallest.max(1e-3).log10().floor();
                let high = largest.log10().ceil().max(low + 1.0);
                let powers = (low as i32)..=(high as i32);
                (low, high, powers.map(|power| 10_f64.powi(power)).collect())
            }
        }
    }

    fn place(self, value: f64) -> f64 {
        match self {
            Axis::Even => value,
            Axis::Powers => value.max(1e-3).log10(),
        }
    }
}

/// Lines over a grid, named at their ends.
pub fn lines(
    title: &str,
    (across, x): (&str, Axis),
    (upward, y): (&str, Axis),
    lines: &[Line],
) -> String {
    let (left, right, top, bottom) = (60.0, WIDTH - 150.0, 48.0, 300.0);
    let points = || lines.iter().flat_map(|line| line.points.iter());
    let (from_x, to_x, marks_x) = x.span(points().map(|point| point.0));
    let (from_y, to_y, marks_y) = y.span(points().map(|point| point.1));
    let at_x = |value| left + (x.place(value) - from_x) / (to_x - from_x) * (right - left);
    let at_y = |value| bottom - (y.place(value) - from_y) / (to_y - from_y) * (bottom - top);
    let mut content = format!(
        "<text class=\"quiet\" x=\"0\" y=\"36\">{}</text>\
         <text class=\"quiet\" x=\"{right}\" y=\"{:.0}\" text-anchor=\"end\">{}</text>\n",
        escape(upward),
        bottom + 36.0,
        escape(across),
    );
    for mark in marks_y {
        let y = at_y(mark);
        put(
            &mut content,
            format_args!(
                "<line class=\"grid\" x1=\"{left}\" x2=\"{right}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text class=\"quiet\" x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\n",
                left - 6.0,
                y + 4.0,
                short(mark),
            ),
        );
    }
    for mark in marks_x {
        let x = at_x(mark);
        put(
            &mut content,
            format_args!(
                "<line class=\"grid\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{top}\" y2=\"{bottom}\"/>\
             <text class=\"quiet\" x=\"{x:.1}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text>\n",
                bottom + 18.0,
                short(mark),
            ),
        );
    }
    // Names that would cover each other move down.
    let mut ends: Vec<(f64, &Line)> = lines
        .iter()
        .filter_map(|line| line.points.last().map(|end| (at_y(end.1), line)))
        .collect();
    ends.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut free = 0.0;
    for (y, line) in ends {
        let y = y.max(free);
        free = y + 15.0;
        put(
            &mut content,
            format_args!(
                "<text class=\"c{}\" x=\"{:.0}\" y=\"{:.1}\">{}</text>\n",
                line.colour,
                right + 8.0,
                y + 4.0,
                escape(&line.name),
            ),
        );
    }
    for line in lines {
        let mut path = String::new();
        for (place, point) in line.points.iter().enumerate() {
            let letter = if place == 0 { 'M' } else { 'L' };
            put(
                &mut path,
                format_args!("{letter}{:.1} {:.1}", at_x(point.0), at_y(point.1)),
            );
        }
        let dashes = if line.dashed {
            " stroke-dasharray=\"5 4\""
        } else {
            ""
        };
        let colour = line.colour;
        put(
            &mut content,
            format_args!("<path class=\"c{colour}\" d=\"{path}\"{dashes}/>\n"),
        );
    }
    picture(title, bottom + 44.0, &content)
}

fn put(text: &mut String, piece: std::fmt::Arguments<'_>) {
    // A String takes all that is written to it.
    if text.write_fmt(piece).is_err() {}
}

/// A mark of an axis.
fn short(value: f64) -> String {
    match value {
        _ if value >= 1000.0 => mayfly::view::thousands(value as i64),
        _ => format!("{value}"),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
