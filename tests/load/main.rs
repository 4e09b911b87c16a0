//! `make bench`: what a request costs, alone and behind real web servers, beside
//! what other ways of making the same page cost. It writes `tests/load/REPORT.md`
//! and its plots; `QUICK=1` does less of everything.
//!
//! `budget.rs` beside it holds what can be counted on any machine.

#![allow(unsafe_code, reason = "what a process cost is asked of the kernel")]

// What is measured.
mod blog;
mod book;
mod page;
mod plan;
mod rivals;
// What it takes to be measured.
mod machine;
mod needs;
mod process;
mod server;
// Measuring.
mod behind;
mod calls;
mod client;
mod cost;
mod disk;
mod guestbook;
mod kept;
mod memory;
mod others;
mod stats;
mod writes;
// Telling.
mod plot;
mod report;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use behind::{Load, Site};
use book::Found;
use client::Question;
use cost::Cost;
use disk::Disk;
use machine::Machine;
use others::Checked;
use page::Page;
use plan::Plan;
use process::Program;
use rivals::Rivals;
use server::{Folder, Kind};
use writes::Written;

/// What may fail here ends a row of the report or the whole run, with a sentence.
type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn failed(what: impl Into<String>) -> Box<dyn Error> {
    what.into().into()
}

/// Progress, for whoever waits.
fn say(what: &str) {
    eprintln!("bench: {what}");
}

/// Everything that the report tells.
#[derive(Default)]
pub struct Figures {
    /// Whether less of everything was done.
    pub quick: bool,
    /// The day of the run.
    pub day: String,
    /// The machine, a line for each thing.
    pub machine: Vec<String>,
    /// The posts of the large blog.
    pub posts: u64,
    /// What each page costs; `empty` comes first.
    pub pages: Vec<Cost>,
    /// System calls and peak memory in KB of the same.
    pub counts: Vec<(usize, u64)>,
    /// As fast as answers come, behind each server.
    pub closed: Vec<Load>,
    /// At constant rates.
    pub constant: Vec<Load>,
    /// What other clients say of the home page.
    pub checked: Vec<Checked>,
    /// What the rivals' processes cost; `empty` and our home page come first.
    pub rivals: Vec<Cost>,
    /// The rivals behind each server.
    pub against: Vec<Load>,
    /// Pages by a program and as files, behind each server.
    pub sent: Vec<Load>,
    /// Pages over blogs of other sizes.
    pub growth: Vec<(u64, Vec<Cost>)>,
    /// What the disk allows.
    pub disk: Disk,
    /// Writers behind each server.
    pub written: Vec<Written>,
    /// 64 of them without a pause.
    pub minute: Option<Written>,
    /// What was in the files afterwards.
    pub found: Vec<Found>,
    /// Rows that are left out, and why.
    pub missing: Vec<(String, String)>,
    /// Seconds that the measuring took.
    pub seconds: f64,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [what, rest @ ..] = &arguments[..]
        && what == disk::WRITER
    {
        return ended(disk::write(rest));
    }
    let quick = std::env::var("QUICK").is_ok_and(|value| !value.is_empty() && value != "0");
    ended(bench(quick))
}

fn ended(outcome: Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

/// What is needed by every part.
struct Bench {
    plan: Plan,
    programs: PathBuf,
    mayfly: PathBuf,
    kept: PathBuf,
    empty: PathBuf,
    figures: Figures,
}

fn bench(quick: bool) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut bench = Bench {
        plan: if quick { Plan::quick() } else { Plan::full() },
        programs: root.join("dist/cgi-bin"),
        mayfly: root.join("dist/mayfly"),
        kept: root.join("target/load"),
        empty: empty(root)?,
        figures: Figures {
            quick,
            day: machine::today(),
            ..Figures::default()
        },
    };
    let posts = bench.plan.sizes[2];
    let blog = blog::of(posts, &bench.kept, &bench.mayfly)?;
    let simple = blog::simple(&blog, &bench.kept)?;
    say("building what Mayfly is compared with");
    let mut rivals = Rivals::prepare(&simple, &blog, &bench.kept)?;
    others::prepare(&bench.kept);
    bench.figures.posts = posts;
    bench.figures.missing.append(&mut rivals.missing);
    let pages = page::all(&blog, &bench.programs)?;
    for posts in bench.plan.sizes {
        blog::of(posts, &bench.kept, &bench.mayfly)?;
    }

    let machine = Machine::look();
    let started = Instant::now();
    say("the cost of one process");
    bench.processes(&pages, &blog)?;
    say("the cost as the blog grows");
    bench.growth()?;
    say("the cost of the others");
    bench.rival_processes(&rivals, &pages, &blog)?;
    for kind in [Kind::Lighttpd, Kind::Apache, Kind::Prefork] {
        say(&format!("behind {}", kind.name()));
        if let Err(error) = bench.behind(kind, &pages, &rivals, &blog) {
            let row = format!("everything behind {}", kind.name());
            bench.leave_out(&row, &error.to_string());
        }
    }
    for kind in [Kind::Lighttpd, Kind::Apache] {
        if let Err(error) = bench.kept_pages(kind) {
            let row = format!("kept pages behind {}", kind.name());
            bench.leave_out(&row, &error.to_string());
        }
    }
    say("what the disk allows");
    if let Err(error) = bench.disk() {
        bench.leave_out("what the disk allows", &error.to_string());
    }
    for kind in [Kind::Lighttpd, Kind::Apache] {
        say(&format!("writing behind {}", kind.name()));
        if let Err(error) = bench.guestbooks(kind, &rivals) {
            let row = format!("writing behind {}", kind.name());
            bench.leave_out(&row, &error.to_string());
        }
    }
    bench.figures.seconds = started.elapsed().as_secs_f64();
    bench.figures.machine = machine.lines();
    let written = report::write(&bench.figures, &root.join("tests/load"))?;
    say(&format!("{} is written", written.display()));
    report::spread(&bench.figures, root)?;
    say("README.md and the demo blog's post have its figures");
    bench.kept()
}

impl Bench {
    fn processes(&mut self, pages: &[Page], blog: &Path) -> Result<()> {
        let mut programs = vec![self.empty_program()?];
        for page in pages {
            programs.push(self.checked(page, blog)?);
        }
        let folder = Folder::new()?;
        programs.extend(self.kept_programs(&folder)?);
        self.figures.pages = cost::compare(&programs, self.plan.rounds)?;
        for (_, program) in &programs {
            let calls = calls::of(program)?.len();
            let counts = (calls, memory::peak(program)?);
            self.figures.counts.push(counts);
        }
        Ok(())
    }

    /// All sizes are measured in one go, so that they can be compared.
    fn growth(&mut self) -> Result<()> {
        let shown = [
            "404",
            "post",
            "home",
            "tag, first page",
            "tag, last page",
            "month",
        ];
        let mut programs = Vec::new();
        for posts in self.plan.sizes {
            let blog = blog::of(posts, &self.kept, &self.mayfly)?;
            for page in page::all(&blog, &self.programs)? {
                // A blog of a hundred posts has no second page of a tag: there the
                // address of the last one leads to the first.
                if shown.contains(&page.name) && (posts > 100 || page.name != "tag, last page") {
                    programs.push(self.checked(&page, &blog)?);
                }
            }
        }
        let mut costs = cost::compare(&programs, self.plan.rounds)?.into_iter();
        for posts in self.plan.sizes {
            let pages = if posts > 100 {
                shown.len()
            } else {
                shown.len() - 1
            };
            let costs = costs.by_ref().take(pages).collect();
            self.figures.growth.push((posts, costs));
        }
        Ok(())
    }

    fn rival_processes(&mut self, rivals: &Rivals, pages: &[Page], blog: &Path) -> Result<()> {
        let home = pages.iter().find(|page| page.name == "home");
        let home = home.ok_or_else(|| failed("there is a home page"))?;
        let mut programs = vec![self.empty_program()?, self.checked(home, blog)?];
        programs[1].0 = "Mayfly".into();
        for rival in &rivals.ready {
            let Some(program) = &rival.program else {
                continue;
            };
            match program.run() {
                Ok(_) => programs.push((rival.name.to_owned(), program.clone())),
                Err(error) => self.leave_out(rival.name, &error.to_string()),
            }
        }
        self.figures.rivals = cost::compare(&programs, self.plan.rival_rounds)?;
        Ok(())
    }

    fn behind(&mut self, kind: Kind, pages: &[Page], rivals: &Rivals, blog: &Path) -> Result<()> {
        needs::package(
            &format!("/usr/sbin/{}", kind.executable()),
            kind.executable(),
        )?;
        let site = Site::start(kind, &self.programs, &self.empty, blog)?;
        let shown = [
            "304",
            "404",
            "post",
            "home",
            "tag, first page",
            "tag, last page",
            "month",
        ];
        let home = pages.iter().find(|page| page.name == "home");
        let home = home.ok_or_else(|| failed("there is a home page"))?;
        let few = ["empty", "home", "post"];
        let mut questions = vec![site.empty()?];
        for page in pages.iter().filter(|page| shown.contains(&page.name)) {
            questions.push(site.page(page)?);
        }
        if kind == Kind::Prefork {
            // How it ends a program is all that is different there.
            questions.retain(|(name, _)| few.contains(&name.as_str()));
        }
        let connections = self.plan.connections;
        let loads = behind::closed_loop(site.name(), &questions, connections, self.plan.closed);
        let of_empty = loads
            .iter()
            .find(|load| load.name == "empty" && load.connections == 8)
            .map_or(0.0, |load| load.rate.median());
        self.figures.closed.extend(loads);
        if kind == Kind::Prefork {
            // No rate can be a share of what `empty` reaches while Apache sleeps, and
            // each of the rivals would show once more how long it does.
            self.ask_others(&site, home, None);
            return Ok(());
        }

        let rates: Vec<f64> = self
            .plan
            .rates
            .iter()
            .map(|share| share * of_empty)
            .collect();
        let mut some = questions.clone();
        some.retain(|(name, _)| few.contains(&name.as_str()));
        let loads = behind::constant_rate(site.name(), &some, &rates, self.plan.constant);
        self.figures.constant.extend(loads);
        self.ask_others(&site, home, Some(of_empty));
        let mut questions: Vec<_> = some
            .into_iter()
            .filter(|(name, _)| name != "post")
            .collect();
        if let Some((name, _)) = questions.last_mut() {
            *name = "Mayfly".to_owned();
        }
        let server = rivals.behind(kind)?;
        for rival in &rivals.ready {
            match Question::new(server.address, &rival.target, "", 200) {
                Ok(question) => questions.push((rival.name.to_owned(), question)),
                Err(error) => {
                    self.leave_out(
                        &format!("{} behind {}", rival.name, kind.name()),
                        &error.to_string(),
                    );
                }
            }
        }
        if let Some(address) = rivals.direct {
            let question = Question::new(address, "/", "", 200)?;
            questions.push(("axum, nothing before it".to_owned(), question));
        }
        let loads = behind::closed_loop(site.name(), &questions, &[8], self.plan.against);
        self.figures.against.extend(loads);
        Ok(())
    }

    fn leave_out(&mut self, row: &str, why: &str) {
        say(&format!("without {row}: {why}"));
        self.figures.missing.push((row.to_owned(), why.to_owned()));
    }

    fn empty_program(&self) -> Result<(String, Program)> {
        let program = Program::new(&self.empty)?;
        let target = "/cgi-bin/empty";
        Ok(("empty".to_owned(), program.request(target, "", target, "")?))
    }

    /// The program for a page, once it has answered as it should.
    fn checked(&self, page: &Page, blog: &Path) -> Result<(String, Program)> {
        let program = page.run(blog, &self.programs)?;
        let status = page::status(&program.run()?.output);
        if status != page.status {
            let target = page.target();
            return Err(failed(format!(
                "{target} is answered with {status}, not {}",
                page.status
            )));
        }
        Ok((page.name.to_owned(), program))
    }
}

/// Builds the program that everything is divided by.
fn empty(root: &Path) -> Result<PathBuf> {
    let program = root.join("target/load/empty");
    std::fs::create_dir_all(root.join("target/load"))?;
    needs::package("/usr/bin/musl-gcc", "musl-tools")?;
    needs::compile(
        Command::new("musl-gcc")
            .args(["-static", "-no-pie", "-Os", "-s", "-o"])
            .arg(&program)
            .arg(root.join("tests/load/empty.c")),
    )?;
    Ok(program)
}
