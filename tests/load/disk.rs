//! What the disk allows, without any web server: how often it can be waited for,
//! and what each way of SQLite's to write costs when processes write at once that
//! open the file for each message, as programs do which end with their request.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::server::Folder;
use crate::stats::Samples;
use crate::{Result, failed};

mod writer;

pub use writer::write;

/// A way to write.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// What tables call it.
    pub name: &'static str,
    /// What is left of what was answered when a process is killed.
    pub killed: &'static str,
    /// And when the power is cut.
    pub cut: &'static str,
    journal: &'static str,
    synchronous: &'static str,
    /// Whether the last one to close the file copies the log into it and deletes it,
    /// as SQLite does by itself.
    tidies: bool,
    /// Whether writers queue at a lock of their own instead of trying again, and one in
    /// sixteen copies the log and begins it anew.
    queues: bool,
    syncs: Syncs,
}

/// When a writer waits for the disk besides, once the next was let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Syncs {
    Never,
    /// Each writer by itself.
    Alone,
    /// One for all who wait by then.
    Together,
}

const ALL: &str = "all of it";

const USUAL: Way = Way {
    name: "WAL, NORMAL (the usual guestbook)",
    killed: ALL,
    cut: "what was there when the log was last copied; the rest is lost",
    journal: "WAL",
    synchronous: "NORMAL",
    tidies: true,
    queues: false,
    syncs: Syncs::Never,
};

const QUEUE: Way = Way {
    name: "WAL, NORMAL, the log left, a queue",
    cut: "the same",
    tidies: false,
    queues: true,
    ..USUAL
};

/// The ways that are compared.
pub const WAYS: [Way; 7] = [
    Way {
        name: "DELETE, FULL (SQLite's own defaults)",
        cut: "all but perhaps the last: a journal whose deletion was not on the disk yet takes it back",
        journal: "DELETE",
        synchronous: "FULL",
        ..USUAL
    },
    Way {
        name: "WAL, FULL",
        cut: ALL,
        synchronous: "FULL",
        ..USUAL
    },
    USUAL,
    QUEUE,
    Way {
        name: "WAL, FULL, the log left, a queue",
        cut: ALL,
        synchronous: "FULL",
        ..QUEUE
    },
    Way {
        name: "Mayfly's, but with one sync for all who wait by then",
        cut: ALL,
        syncs: Syncs::Together,
        ..QUEUE
    },
    Way {
        name: "**Mayfly's**: WAL, NORMAL, the log left, a queue, and a sync once the next was let in",
        cut: ALL,
        syncs: Syncs::Alone,
        ..QUEUE
    },
];

/// How many write at once.
pub const WRITERS: [usize; 3] = [1, 8, 64];

/// What was measured for each number of writers: messages or syncs a second in each
/// turn, and the longest wait in milliseconds.
pub type Rates = Vec<(Samples, f64)>;

/// What the disk allows.
#[derive(Debug, Default)]
pub struct Disk {
    /// Where the files are: the kind of file system.
    pub kind: String,
    /// `fdatasync` alone, after 4 KB were written.
    pub syncs: Rates,
    /// Each of `WAYS`.
    pub ways: Vec<Rates>,
}

/// Measures all of it, in turn.
pub fn measure(time: Duration, turns: usize) -> Result<Disk> {
    let folder = Folder::on_disk()?;
    let place = folder.sub("writes")?;
    let mut disk = Disk {
        kind: kind(&place),
        ..Disk::default()
    };
    for writers in WRITERS {
        let mut found = vec![(Vec::new(), 0.0_f64); WAYS.len() + 1];
        for _ in 0..turns {
            for (number, (rates, longest)) in found.iter_mut().enumerate() {
                let (rate, wait) = match number {
                    0 => syncs(&place.join("sync"), writers, time)?,
                    number => processes(&place, number - 1, writers, time)?,
                };
                rates.push(rate);
                *longest = longest.max(wait);
            }
        }
        let mut found = found
            .into_iter()
            .map(|(rates, longest)| (Samples::new(rates), longest));
        disk.syncs.extend(found.next());
        disk.ways.resize(WAYS.len(), Vec::new());
        for (way, found) in disk.ways.iter_mut().zip(found) {
            way.push(found);
        }
    }
    Ok(disk)
}

/// Threads that write a page of one file each and wait for the disk.
fn syncs(path: &Path, writers: usize, time: Duration) -> Result<(f64, f64)> {
    let file = File::create(path)?;
    // Room from the start, so that no sync has to write where the file ends.
    file.write_all_at(&vec![1; 4096 * writers], 0)?;
    file.sync_all()?;
    let started = Instant::now();
    let waits: Vec<std::io::Result<Vec<f64>>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..writers)
            .map(|writer| {
                let file = &file;
                scope.spawn(move || {
                    let mut waits = Vec::new();
                    while started.elapsed() < time {
                        let begun = Instant::now();
                        file.write_all_at(&[2; 4096], 4096 * writer as u64)?;
                        file.sync_data()?;
                        waits.push(begun.elapsed().as_secs_f64() * 1000.0);
                    }
                    Ok(waits)
                })
            })
            .collect();
        threads
            .into_iter()
            .filter_map(|thread| thread.join().ok())
            .collect()
    });
    let seconds = started.elapsed().as_secs_f64();
    let waits: Vec<Vec<f64>> = waits.into_iter().collect::<std::io::Result<_>>()?;
    let waits = Samples::new(waits.concat());
    Ok((waits.count() as f64 / seconds, waits.max()))
}

/// The argument that makes this very program a writer.
pub const WRITER: &str = "--write";

/// Processes that write by one of `WAYS`.
fn processes(place: &Path, way: usize, writers: usize, time: Duration) -> Result<(f64, f64)> {
    let file = place.join(format!("way-{way}.db"));
    if !file.exists() {
        create(&file, &WAYS[way])?;
    }
    let mut children = Vec::new();
    for _ in 0..writers {
        children.push(
            Command::new(std::env::current_exe()?)
                .arg(WRITER)
                .arg(way.to_string())
                .arg(&file)
                .arg(time.as_millis().to_string())
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .spawn()?,
        );
    }
    let (mut sum, mut longest) = (0.0, 0.0_f64);
    for child in children {
        let output = child.wait_with_output()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let numbers: Vec<f64> = said
            .split_whitespace()
            .filter_map(|word| word.parse().ok())
            .collect();
        let [rate, wait] = numbers[..] else {
            return Err(failed(format!(
                "a writer of {} failed: {said}",
                WAYS[way].name
            )));
        };
        sum += rate;
        longest = longest.max(wait);
    }
    Ok((sum, longest))
}

fn create(path: &Path, way: &Way) -> Result<()> {
    let file = Connection::open(path)?;
    file.execute_batch(&format!(
        "PRAGMA journal_mode = {};
         CREATE TABLE guestbook (
             id INTEGER PRIMARY KEY, name TEXT NOT NULL, message TEXT NOT NULL, created TEXT NOT NULL
         );
         CREATE INDEX guestbook_created ON guestbook (created);
         CREATE INDEX guestbook_name ON guestbook (name);
         CREATE INDEX guestbook_message ON guestbook (message);",
        way.journal
    ))?;
    Ok(())
}

/// The kind of file system that a folder is on.
fn kind(folder: &Path) -> String {
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    let mut best = (0, "an unknown file system");
    for line in mounts.lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        let [_, at, kind, ..] = fields[..] else {
            continue;
        };
        if folder.starts_with(at) && at.len() >= best.0 {
            best = (at.len(), kind);
        }
    }
    best.1.to_owned()
}
