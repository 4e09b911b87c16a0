//! What a request costs, where it can be counted: `budget.toml` has the most that
//! each page may take, and this fails when one takes more. None of it depends on
//! how fast the machine is or on what else it does.
//!
//! Counted on the programs that `make build` puts into `dist/`, over a blog that
//! is the same everywhere. `UPDATE=1 cargo test --test budget` rewrites the file;
//! the change of it then stands in the commit that caused it.

#![cfg(target_os = "linux")]
// In a test a broken assumption should end it where it is met.
#![allow(unsafe_code, reason = "tests start, trace and end processes")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

// What is counted, shared with the load test.
mod calls;
mod memory;
mod page;
mod process;
// What only this counts, and what it is compared with.
#[path = "budget/elf.rs"]
mod elf;
#[path = "budget/executed.rs"]
mod executed;
#[path = "budget/limits.rs"]
mod limits;
#[path = "budget/message.rs"]
mod message;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use elf::Elf;
use limits::{Found, Limits};
use page::Page;
use process::Program;
use rusqlite::Connection;
use tempfile::TempDir;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn failed(what: impl Into<String>) -> Box<dyn std::error::Error> {
    what.into().into()
}

/// Posts of the blog: enough for second pages, quick to make.
const POSTS: &str = "2000";

/// The most that a schema may have: SQLite reads it on every request.
const SCHEMA_ROWS: u64 = 16;

/// Kilobytes that no process may pass.
const MEMORY: u64 = 8 * 1024;

/// Microseconds of processor time that no page may take, on the slowest machine
/// that is thinkable: what takes longer reads what it shouldn't.
const TIME: f64 = 20_000.0;

/// Whoever runs a program learns nothing of who built it, and anybody else builds the same.
#[test]
fn no_program_says_where_it_was_built() {
    must_be_current();
    let home = std::env::var("HOME").unwrap();
    let folders = [
        root().to_str().unwrap().to_owned(),
        std::env::var("CARGO_HOME").unwrap_or(format!("{home}/.cargo")),
        std::env::var("RUSTUP_HOME").unwrap_or(format!("{home}/.rustup")),
    ];
    let mut files: Vec<PathBuf> = fs::read_dir(programs())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(
        files.len() > 15,
        "dist/cgi-bin has {} programs",
        files.len()
    );
    files.push(root().join("dist/mayfly"));
    for file in files {
        assert!(Elf::read(&file).is_static(), "{}", file.display());
        let bytes = fs::read(&file).unwrap();
        for folder in &folders {
            let found = memchr::memmem::find(&bytes, folder.as_bytes());
            assert_eq!(found, None, "{} names {folder}", file.display());
        }
    }
}

#[test]
fn no_page_costs_more_than_its_budget() {
    let kit = Kit::new();
    let mut found = Found::new();
    found.add("blog", "schema_rows", kit.schema_rows());
    let style = ["style.css", "posts.css"].map(|part| root().join("src/view").join(part));
    let style = style.map(|part| fs::metadata(part).unwrap().len());
    found.add("blog", "css_bytes", style.iter().sum::<u64>());
    for page in kit.pages() {
        let file = Elf::read(&programs().join(page.program));
        found.add(page.program, "file_bytes", file.size());
        count(&kit, &page, &mut found);
    }
    let file = Elf::read(&programs().join("guestbook"));
    found.add("guestbook", "file_bytes", file.size());
    message::count(&kit.blog, &programs(), &mut found).unwrap();
    for page in kit.kept_pages() {
        count(&kit, &page, &mut found);
    }
    let file = root().join("tests/load/budget.toml");
    if std::env::var("UPDATE").is_ok_and(|value| value == "1") {
        fs::write(&file, found.to_toml()).unwrap();
        return;
    }
    let limits = Limits::read(&file);
    let broken = limits.broken_by(&found);
    assert!(
        broken.is_empty(),
        "{}\nIf it is worth it: UPDATE=1 cargo test --test budget, and say why in the commit.{}",
        broken.join("\n"),
        limits.hint(),
    );
}

fn count(kit: &Kit, page: &Page, found: &mut Found) {
    let program = page.run(&kit.blog, &programs()).unwrap();
    let calls = calls::of(&program).unwrap().len();
    found.add(page.name, "system_calls", calls as u64);
    found.add(page.name, "faults", fewest_faults(&program));
    found.add(page.name, "page_bytes", body(&program) as u64);
    // Another processor's instructions are other ones, and so many.
    if cfg!(target_arch = "x86_64") {
        let executed = executed::by(&program).unwrap();
        found.add(page.name, "instructions", executed.instructions);
    }
}

#[test]
fn schema_memory_and_time_stay_small() {
    let kit = Kit::new();
    let rows = kit.schema_rows();
    assert!(
        rows <= SCHEMA_ROWS,
        "blog.db has {rows} rows of schema and may have {SCHEMA_ROWS}: schema.sql"
    );
    for page in kit.pages() {
        let program = page.run(&kit.blog, &programs()).unwrap();
        let peak = memory::peak(&program).unwrap();
        assert!(
            peak <= MEMORY,
            "{}: {peak} KB at most, may have {MEMORY}: src/arena.rs",
            page.name
        );
        let runs = (0..5).map(|_| program.run().unwrap().cpu);
        let cpu = runs.fold(f64::MAX, f64::min);
        assert!(
            cpu <= TIME,
            "{}: {cpu} us of processor time: src/store/",
            page.name
        );
    }
}

/// Most posts have no comments, and their pages hardly notice that others have.
#[test]
fn comments_elsewhere_cost_a_post_5_percent_at_most() {
    let kit = Kit::new();
    let pages = kit.pages();
    let post = pages.iter().find(|page| page.name == "post").unwrap();
    let cost = || {
        let program = post.run(&kit.blog, &programs()).unwrap();
        let page = String::from_utf8(program.run().unwrap().output).unwrap();
        let calls = calls::of(&program).unwrap().len();
        (executed::by(&program).unwrap().instructions, calls, page)
    };
    let (without, calls_without, page) = cost();
    assert!(!page.contains("Write a comment"));
    let other = Connection::open(kit.blog.join("blog.db"))
        .and_then(|file| {
            let sql = "SELECT date, slug FROM post ORDER BY id LIMIT 1";
            file.query_row(sql, [], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))
        })
        .unwrap();
    let other = mayfly::url::post(mayfly::date::Date::from_number(other.0).unwrap(), &other.1);
    let blog = kit.blog.to_str().unwrap();
    let comments = ["--data", blog, "guestbook", "comments", "--always"];
    mayfly(&[&comments[..], &["--close", &other]].concat());
    let (with, calls_with, page) = cost();
    assert!(page.contains("Write a comment"));
    assert!(
        with * 100 <= without * 105,
        "{with} instructions where others have comments, {without} where none do"
    );
    // The state is read, and the post's own file is not there.
    let calls = [calls_with, calls_without];
    assert!(calls_with <= calls_without + 4, "{calls:?} system calls");
}

/// A CPUID instruction leaves a virtual machine, which takes longer than a page.
/// Nobody writes one, but a crate that looks for fast instructions brings it.
#[test]
#[cfg(target_arch = "x86_64")]
fn no_page_executes_cpuid() {
    let kit = Kit::new();
    for page in kit.pages() {
        let program = page.run(&kit.blog, &programs()).unwrap();
        let file = Elf::read(&programs().join(page.program));
        let executed = executed::by(&program).unwrap();
        assert!(
            executed.addresses.len() > 10_000,
            "{}: hardly anything was executed",
            page.name
        );
        let found = cpuid_among(&file, &executed.addresses);
        assert!(
            found.is_empty(),
            "{} executes CPUID at {found:#x?}: objdump -d target/*/release/{}, and look for what \
             detects features (is_x86_feature_detected!)",
            page.name,
            page.program
        );
    }
}

/// A program that has one is found out, or the test above would prove nothing.
#[test]
#[cfg(target_arch = "x86_64")]
fn a_cpuid_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("cpuid.s");
    let program = folder.path().join("cpuid");
    // Two blocks, for callgrind doesn't count the one that ends the process.
    let text = ".globl _start\n_start: xor %eax, %eax\n cpuid\n jmp end\n\
                end: mov $60, %eax\n xor %edi, %edi\n syscall\n";
    fs::write(&source, text).unwrap();
    let options = ["-nostdlib", "-static", "-no-pie", "-o"];
    let mut compiler = Command::new("cc");
    let ended = compiler.args(options).arg(&program).arg(&source).status();
    assert!(ended.unwrap().success());
    let executed = executed::by(&Program::new(&program).unwrap()).unwrap();
    assert_eq!(
        cpuid_among(&Elf::read(&program), &executed.addresses).len(),
        1
    );
}

#[cfg(target_arch = "x86_64")]
fn cpuid_among(file: &Elf, addresses: &[u64]) -> Vec<u64> {
    let is_cpuid = |address: &&u64| {
        let code = file.at(**address).unwrap_or_else(|| {
            panic!("{address:#x} was executed and is not in the program's file")
        });
        // Prefixes change nothing about CPUID but its length.
        let prefix = |byte: &&u8| matches!(byte, 0x26 | 0x2e | 0x36 | 0x3e | 0x40..=0x4f | 0x64..=0x67 | 0xf2 | 0xf3);
        let prefixes = code.iter().take(14).take_while(prefix).count();
        code[prefixes..].starts_with(&[0x0f, 0xa2])
    };
    addresses.iter().filter(is_cpuid).copied().collect()
}

/// A blog that is the same everywhere.
struct Kit {
    _folder: TempDir,
    blog: PathBuf,
}

impl Kit {
    fn new() -> Kit {
        must_be_current();
        // SQLite looks at each folder on the way to a file, so the way has to be
        // equally long everywhere.
        let folder = tempfile::Builder::new()
            .prefix("mayfly-budget-")
            .tempdir_in("/tmp")
            .unwrap();
        let blog = folder.path().join("blog");
        let path = blog.to_str().unwrap();
        mayfly(&["init", path, "--title", "A budget", "--zone", "UTC"]);
        mayfly(&["--data", path, "seed", "--posts", POSTS]);
        page::with_redirect(&blog).unwrap();
        let kit = Kit {
            _folder: folder,
            blog,
        };
        kit.let_time_pass();
        kit
    }

    /// In the second of a change pages have no date of their last one, and cost less.
    fn let_time_pass(&self) {
        let file = Connection::open(self.blog.join("blog.db")).unwrap();
        file.execute("UPDATE site SET changed = changed - 10000000", [])
            .unwrap();
    }

    /// Three of the pages, as answers that were kept: from here on all are, for the blog
    /// knows where it is.
    fn kept_pages(&self) -> Vec<Page> {
        let path = self.blog.to_str().unwrap();
        mayfly(&["--data", path, "settings", "base-url=http://example.org"]);
        self.let_time_pass();
        let named = |page: Page| {
            let name = match page.name {
                "304" => "304, kept",
                "post" => "post, kept",
                "home" => "home, kept",
                _ => return None,
            };
            let kept = page.kept(&self.blog);
            assert!(kept.is_some(), "{} was not kept", page.path);
            Some(Page { name, ..page })
        };
        self.pages().into_iter().filter_map(named).collect()
    }

    fn pages(&self) -> Vec<Page> {
        let pages = page::all(&self.blog, &programs()).unwrap();
        for page in &pages {
            let program = page.run(&self.blog, &programs()).unwrap();
            let status = page::status(&program.run().unwrap().output);
            assert_eq!(status, page.status, "{}", page.target());
        }
        pages
    }

    fn schema_rows(&self) -> u64 {
        let file = Connection::open(self.blog.join("blog.db")).unwrap();
        let rows: rusqlite::Result<u32> =
            file.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0));
        u64::from(rows.unwrap())
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn programs() -> PathBuf {
    root().join("dist/cgi-bin")
}

fn mayfly(arguments: &[&str]) {
    let mut command = Command::new(root().join("dist/mayfly"));
    let output = command.args(arguments).output().expect("make build");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "mayfly {arguments:?}: {said}");
}

/// Counting yesterday's programs would hold nothing.
fn must_be_current() {
    let built = fs::metadata(programs().join("home")).and_then(|file| file.modified());
    let Ok(built) = built else {
        panic!("dist/cgi-bin/home is missing: make build");
    };
    let sources = [
        "src",
        "cgi-bin",
        "schema.sql",
        ".cargo",
        "Cargo.toml",
        "Cargo.lock",
    ];
    let newest = sources.map(|source| newest(&root().join(source)));
    assert!(
        newest.iter().all(|source| *source <= built),
        "dist/ is older than the sources: make build"
    );
    let file = Elf::read(&programs().join("home"));
    assert!(
        file.is_static(),
        "dist/cgi-bin/home is not static, so it costs what nobody should count: deploy/musl.sh says \
         why musl could not be had"
    );
}

fn newest(path: &Path) -> SystemTime {
    let own = fs::metadata(path).unwrap().modified().unwrap();
    match path.is_dir() {
        false => own,
        true => fs::read_dir(path)
            .unwrap()
            .map(|entry| newest(&entry.unwrap().path()))
            .max()
            .unwrap_or(own),
    }
}

/// The fewest of several runs: what else the machine does can only add some.
fn fewest_faults(program: &Program) -> u64 {
    let runs = (0..20).map(|_| program.run().unwrap().faults as u64);
    runs.min().unwrap()
}

fn body(program: &Program) -> usize {
    let output = program.run().unwrap().output;
    let head = output.windows(4).position(|end| end == b"\r\n\r\n");
    output.len() - head.unwrap() - 4
}
