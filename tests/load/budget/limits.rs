//! `budget.toml`: the most that each thing may be, and how much more is let pass.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What was counted, in the order it is written down in.
pub struct Found(Vec<(String, Vec<(&'static str, u64)>)>);

impl Found {
    /// Nothing yet.
    pub fn new() -> Found {
        Found(Vec::new())
    }

    /// A figure of a page, of a program's file or of the blog.
    pub fn add(&mut self, of: &str, what: &'static str, value: u64) {
        let known = self.0.iter().position(|(name, figures)| {
            name == of
                && (figures.iter().any(|figure| figure.0 == "file_bytes")) == (what == "file_bytes")
        });
        let place = known.unwrap_or_else(|| {
            self.0.push((of.to_owned(), Vec::new()));
            self.0.len() - 1
        });
        let figures = &mut self.0[place].1;
        if figures.iter().all(|figure| figure.0 != what) {
            figures.push((what, value));
        }
    }

    /// As the file has it.
    pub fn to_toml(&self) -> String {
        let mut text = format!(
            "# The most that a request may cost, counted by tests/load/budget.rs over a blog of 2,000 posts.\n\
             # Rewritten by `UPDATE=1 cargo test --test budget`, after `make build`.\n\
             rustc = \"{}\"\n",
            rustc()
        );
        for (of, figures) in &self.0 {
            let table = table(of, figures[0].0);
            writeln!(text, "\n[{}.\"{of}\"]", table).unwrap();
            for (what, value) in figures {
                writeln!(text, "{what} = {value}").unwrap();
            }
        }
        text
    }
}

/// Pages and programs share some names.
fn table(of: &str, what: &str) -> &'static str {
    match what {
        "file_bytes" => "program",
        _ if of == "blog" => "all",
        _ => "page",
    }
}

/// The file, read.
pub struct Limits(toml::Table);

impl Limits {
    /// Reads the file.
    pub fn read(file: &Path) -> Limits {
        let text = fs::read_to_string(file).unwrap();
        Limits(text.parse().expect("budget.toml is TOML"))
    }

    /// A sentence for each figure that is larger than it may be.
    pub fn broken_by(&self, found: &Found) -> Vec<String> {
        let mut broken = Vec::new();
        for (of, figures) in &found.0 {
            for &(what, value) in figures {
                let limit = self.0.get(table(of, what)).and_then(|table| table.get(of));
                let limit = limit.and_then(|figures| figures.get(what)?.as_integer());
                let Some(limit) = limit.and_then(|limit| u64::try_from(limit).ok()) else {
                    broken.push(format!("{of}: budget.toml has no {what}"));
                    continue;
                };
                let most = limit + slack(what, limit);
                if value > most {
                    let look = where_to_look(of, what);
                    broken.push(format!(
                        "{of}: {what} {value}, budget {limit}: look at {look}"
                    ));
                }
            }
        }
        broken
    }

    /// Whether another compiler may be to blame.
    pub fn hint(&self) -> String {
        let known = self.0.get("rustc").and_then(|known| known.as_str());
        match known {
            Some(known) if known != rustc() => {
                format!(
                    "\nThe budget was counted with {known}, and this is {}.",
                    rustc()
                )
            }
            _ => String::new(),
        }
    }
}

/// What is not quite the same each time or everywhere. System calls are.
fn slack(what: &str, limit: u64) -> u64 {
    match what {
        "faults" => 4,
        "instructions" | "file_bytes" | "page_bytes" => limit / 50,
        _ => 0,
    }
}

fn where_to_look(of: &str, what: &str) -> String {
    let noun = match of {
        "home" | "304" => "home",
        "redirect" => "redirect",
        "404" => "page",
        "post" => "post",
        "guestbook page" | "message" => "guestbook",
        "feed" => "feed",
        "month" | "year" => "archive",
        _ => "tag",
    };
    match what {
        "system_calls" => {
            format!("src/store/mod.rs, src/store/{noun}.rs, src/cgi.rs (strace shows them)")
        }
        "faults" => "src/arena.rs, and what the page touches for the first time".into(),
        "instructions" => {
            format!("src/store/{noun}.rs, src/view/{noun}.rs (valgrind --tool=callgrind)")
        }
        "page_bytes" => format!("src/view/{noun}.rs, src/view/mod.rs"),
        "css_bytes" => "src/view/style.css, src/view/posts.css".into(),
        "schema_rows" => "schema.sql".into(),
        _ => "Cargo.toml and .cargo/config.toml, for what is linked and how".into(),
    }
}

fn rustc() -> String {
    let output = Command::new("rustc").arg("-V").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.split(" (")
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned()
}
