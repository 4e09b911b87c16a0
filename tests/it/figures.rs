//! No document states a figure that the load test's report does not show, or names a
//! test that is not there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The lines below a heading, up to the next one.
fn below<'a>(text: &'a str, heading: &str) -> &'a str {
    let (_, rest) = text.split_once(&format!("\n{heading}\n")).unwrap();
    rest.split_once("\n## ")
        .map_or(rest, |(section, _)| section)
}

fn is_row(line: &&str) -> bool {
    line.starts_with('|')
}

/// The first table in a text.
fn table(text: &str) -> Vec<&str> {
    let lines = text.lines().skip_while(|line| !is_row(line));
    let table: Vec<&str> = lines.take_while(is_row).collect();
    assert!(table.len() > 6, "a whole table: {table:?}");
    table
}

/// Whole numbers and fractions, as they are spelled.
fn figures(text: &str) -> BTreeSet<&str> {
    text.split(|character: char| !character.is_ascii_digit() && !",.".contains(character))
        .map(|word| word.trim_matches([',', '.']))
        .filter(|word| !word.is_empty())
        .collect()
}

#[test]
fn the_readme_has_the_table_of_the_report() {
    let (readme, report) = (read("README.md"), read("tests/load/REPORT.md"));
    let costs = below(&readme, "## What it costs");
    assert_eq!(table(costs), table(below(&report, "## In short")));
}

#[test]
fn what_the_readme_says_of_costs_was_measured() {
    let readme = read("README.md");
    let prose = below(&readme, "## What it costs");
    let known = [read("tests/load/REPORT.md"), read("tests/load/NOTES.md")].concat();
    // The name of a setting is no figure.
    let prose = prose.replace("QUICK=1", "");
    let unknown: Vec<_> = figures(&prose)
        .difference(&figures(&known))
        .copied()
        .collect();
    assert!(unknown.is_empty(), "measured nowhere: {unknown:?}");
}

#[test]
fn what_the_demo_blog_says_of_costs_was_measured() {
    let post = read("src/bin/mayfly/demo/2025-07-19-what-a-page-costs.md");
    let report = read("tests/load/REPORT.md");
    let section = below(&post, "## One page, one process");
    let rows: Vec<&str> = section.lines().filter(is_row).collect();
    assert!(rows.len() > 6, "two tables: {rows:?}");
    // Its name, not a figure.
    let rows = rows.join("\n").replace("(304)", "");
    let unknown: Vec<_> = figures(&rows)
        .difference(&figures(&report))
        .copied()
        .collect();
    assert!(unknown.is_empty(), "measured nowhere: {unknown:?}");
}

/// The text of every test below a folder.
fn sources(folder: &Path, found: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        match ending {
            _ if path.ends_with("node_modules") => {}
            _ if path.is_dir() => sources(&path, found),
            Some("rs") => found.push_str(&fs::read_to_string(&path).unwrap()),
            _ => {}
        }
    }
}

#[test]
fn what_is_said_of_security_is_tried() {
    let mut tests = String::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"),
        &mut tests,
    );
    let security = read("deploy/SECURITY.md");
    let quoted = security.split('`').skip(1).step_by(2);
    let named = quoted.filter_map(|quoted| quoted.split_once("::"));
    let missing: Vec<_> = named
        .clone()
        .filter(|(noun, test)| match *test {
            "*" => !tests.contains(&format!("mod {noun};")),
            test => !tests.contains(&format!("fn {test}(")),
        })
        .collect();
    assert!(named.count() > 25);
    assert!(missing.is_empty(), "named and not there: {missing:?}");
}
