//! What searching a large blog costs: `make build`, then `cargo run --release --locked
//! --example search-load`. A million posts are made the first time, and kept in
//! `target/load`; `POSTS=10000` asks for fewer. The figures of NOTES.md are from here.

#![allow(unsafe_code, reason = "what a process cost is asked of the kernel")]
#![allow(
    dead_code,
    reason = "what is shared with the load test is not all needed here"
)]

mod blog;
mod page;
mod process;

use std::error::Error;
use std::fs;
use std::mem::MaybeUninit;
use std::path::Path;
use std::time::Instant;

use mayfly::media::Shelf;
use mayfly::post::Kind;
use mayfly::publish::{self, Press, Writing};
use mayfly::store::publish::Counting;
use mayfly::store::{self, BLOG_FILE, SEARCH_FILE};
use process::Program;
use rusqlite::Connection;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn failed(what: impl Into<String>) -> Box<dyn Error> {
    what.into().into()
}

fn say(what: &str) {
    eprintln!("search: {what}");
}

/// Words of the made-up posts, of which each is in more than half of them: the most
/// that two words can cost.
const COMMON: [&str; 20] = [
    "server", "page", "process", "file", "reader", "request", "query", "index", "garden", "river",
    "library", "question", "measure", "release", "mistake", "simple", "careful", "honest", "often",
    "perhaps",
];

/// Tags, from the commonest to rare ones, and words that few posts have in their links.
const RARER: [&str; 9] = [
    "tag:performance",
    "tag:rust",
    "tag:photography",
    "topic 20",
    "topic 500",
    "tag:topic-900",
    "\"river window\"",
    "example.net",
    "kind:quote",
];

/// 200 searches for two things: 110 pairs of common words and 90 of one with something
/// rarer, always the same.
fn queries() -> Vec<String> {
    let pair = |number: usize| {
        let (one, other) = (
            COMMON[number % 20],
            COMMON[(number * 7 + number / 20 + 3) % 20],
        );
        format!("{one} {other}")
    };
    let mixed = |number: usize| format!("{} {}", COMMON[number % 20], RARER[number % 9]);
    (0..110).map(pair).chain((0..90).map(mixed)).collect()
}

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (dist, kept) = (root.join("dist"), root.join("target/load"));
    let posts: u64 = match std::env::var("POSTS") {
        Ok(posts) => posts.parse()?,
        Err(_) => 1_000_000,
    };
    let folder = blog::of(posts, &kept, &dist.join("mayfly"))?;
    make_index(&folder, &dist)?;
    sizes(&folder)?;
    searches(&folder, &dist)?;
    publishing(&folder)
}

/// The index is not made while a large blog is filled.
fn make_index(folder: &Path, dist: &Path) -> Result<()> {
    let started = Instant::now();
    let made = folder.display().to_string();
    let rebuild = ["--data", &made, "rebuild", "--search"];
    blog::run(&dist.join("mayfly"), &rebuild)?;
    println!(
        "index made anew      {:>8.1} s",
        started.elapsed().as_secs_f64()
    );
    Ok(())
}

fn sizes(folder: &Path) -> Result<()> {
    let blog = Connection::open(folder.join(BLOG_FILE))?;
    let text: i64 = blog.query_row(
        "SELECT sum(octet_length(text) + octet_length(title)) FROM post",
        [],
        |row| row.get(0),
    )?;
    let index = fs::metadata(folder.join(SEARCH_FILE))?.len();
    println!("text                 {:>8.1} MB", text as f64 / 1e6);
    println!("search.db            {:>8.1} MB", index as f64 / 1e6);
    Ok(())
}

fn searches(folder: &Path, dist: &Path) -> Result<()> {
    let mut costs = Vec::new();
    // The last one is apart: every word that begins so is read.
    for query in queries().into_iter().chain(["perhaps gar*".into()]) {
        let fields = serde_urlencoded::to_string([("q", &query)])?;
        let uri = format!("/search/?{fields}");
        let program = Program::new(&dist.join("cgi-bin/search"))?
            .variable("MAYFLY_DATA", &folder.display().to_string())?
            .request("/cgi-bin/search", "/", &uri, &fields)?;
        // The first run reads from the disk; of the others the least disturbed counts.
        let mut least = f64::MAX;
        for round in 0..4 {
            let run = program.run()?;
            if !run.output.starts_with(b"Status: 200") {
                return Err(failed(format!("{query}: no page")));
            }
            if round > 0 {
                least = least.min(run.cpu);
            }
        }
        costs.push((least / 1000.0, query));
    }
    let prefix = costs.pop();
    costs.sort_by(|one, other| one.0.total_cmp(&other.0));
    let at = |share: f64| &costs[((costs.len() as f64 * share) as usize).min(costs.len() - 1)];
    for (name, share) in [("median", 0.5), ("95th percentile", 0.95), ("dearest", 1.0)] {
        let (cost, query) = at(share);
        println!("search, {name:<16} {cost:>5.1} ms of CPU   {query}");
    }
    if let Some((cost, query)) = prefix {
        println!("search, with a prefix    {cost:>5.1} ms of CPU   {query}");
    }
    Ok(())
}

/// What publishing one post costs the index, apart from what it costs the blog.
fn publishing(folder: &Path) -> Result<()> {
    let press = Press {
        zone: jiff::tz::TimeZone::UTC,
        shelf: Shelf::of(folder),
    };
    let (index, aside) = (folder.join(SEARCH_FILE), folder.join("search.aside"));
    let mut costs = Vec::new();
    for number in 0..40 {
        let mut writing = Writing::new(Kind::Note, store::now());
        writing.slug = format!("published-to-be-measured-{number}-{}", std::process::id());
        writing.text = format!("{} number {number}. ", COMMON.join(" ")).repeat(12);
        let ready = publish::post(writing, &press).map_err(|wrong| failed(format!("{wrong:?}")))?;
        // Without the index at hand, only the blog is written.
        fs::rename(&index, &aside)?;
        let mut desk = store::open_desk(folder)?;
        desk.change(|tx| store::publish::add(tx, &ready, Counting::Each))?;
        drop(desk);
        fs::rename(&aside, &index)?;
        let blog = Connection::open(folder.join(BLOG_FILE))?;
        let (before, started) = (cpu(), Instant::now());
        store::search::follow(&blog, folder)?;
        costs.push((cpu() - before, started.elapsed().as_secs_f64() * 1e3));
    }
    costs.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (median, most) = (costs[costs.len() / 2], costs[costs.len() - 1]);
    println!(
        "publishing, median   {:>8.1} ms of CPU, {:.1} ms in all",
        median.0, median.1
    );
    println!(
        "publishing, dearest  {:>8.1} ms of CPU, {:.1} ms in all",
        most.0, most.1
    );
    Ok(())
}

/// Milliseconds of processor time that this process has had.
fn cpu() -> f64 {
    let mut usage = MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: the kernel fills the structure in.
    let usage = unsafe {
        libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr());
        usage.assume_init()
    };
    let millis = |time: libc::timeval| time.tv_sec as f64 * 1e3 + time.tv_usec as f64 / 1e3;
    millis(usage.ru_utime) + millis(usage.ru_stime)
}
