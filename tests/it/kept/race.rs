//! Kept pages while others publish: what a slow program can do, and what killed
//! ones leave.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use mayfly::config::Place;
use mayfly::kept::{Generation, Page};
use mayfly::path::Path;
use mayfly::store::kept;
use mayfly::url::Reached;

use super::{POST, ask, keeping, sent, settle};
use crate::site::Site;

fn place(site: &Site) -> Place {
    let base = Some(String::new());
    Place {
        data: Some(site.data()),
        reached: Reached {
            base,
            ..Reached::default()
        },
        ..Place::default()
    }
}

/// What is published, on a blog without comments.
fn generation(site: &Site) -> Generation {
    let blog = rusqlite::Connection::open(site.data().join("blog.db")).unwrap();
    let row = blog.query_row("SELECT seq, changed FROM site", [], |row| {
        Ok(Generation {
            seq: row.get(0)?,
            comments: 0,
            changed: row.get(1)?,
            files: true,
        })
    });
    row.unwrap()
}

#[test]
fn a_slow_program_can_only_write_into_the_old_folder() {
    let site = keeping();
    let old = generation(&site);
    let keep = |place_of: &str, generation, body: &str| {
        let path = Path::parse(place_of.as_bytes()).unwrap();
        let page = Page {
            generation,
            path: &path,
            length: body.len() as u64,
            modified: 1_751_724_300,
        };
        let again = |out: &mut dyn Write| write!(out, "Status: 200 OK\r\n\r\n{body}");
        kept::keep(&place(&site), &page, &again).unwrap();
    };
    ask(&site, "/");
    settle(&site, &["title=New"]);
    // Before anybody has asked for the new page, and after that.
    keep(POST, old, "old");
    assert_eq!((sent(&site, "/"), sent(&site, POST)), (None, None));
    let new = generation(&site);
    assert_ne!(old, new);
    ask(&site, "/");
    keep(POST, old, "old");
    assert_eq!(sent(&site, POST), None);
    keep(POST, new, "new");
    assert_eq!(sent(&site, POST).as_deref(), Some("new"));
    // Whoever is about to publish has the lock: no link is made meanwhile.
    let quiet = kept::hush(&site.data()).unwrap().unwrap();
    assert_eq!(sent(&site, POST), None);
    ask(&site, POST);
    assert_eq!(sent(&site, POST), None);
    drop(quiet);
    assert_eq!(sent(&site, POST), None);
    ask(&site, "/");
    assert_eq!(
        sent(&site, POST).as_deref(),
        Some("new"),
        "the same generation"
    );
}

/// Publishers are killed at any point, while others ask and a web server sends what
/// there is: nobody is ever sent a page that is older than what was acknowledged.
#[test]
fn no_page_is_older_than_what_was_acknowledged_whoever_is_killed() {
    let site = keeping();
    let titled = |page: &str| {
        let from = page.find("<title>Round ")? + "<title>Round ".len();
        page[from..]
            .split(|byte: char| !byte.is_ascii_digit())
            .next()?
            .parse::<u64>()
            .ok()
    };
    let began = Instant::now();
    settle(&site, &["title=Round 0"]);
    let long = began.elapsed();
    let (acknowledged, over) = (AtomicU64::new(0), AtomicBool::new(false));
    let (files, programs) = (AtomicU64::new(0), AtomicU64::new(0));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !over.load(Ordering::SeqCst) {
                    let least = acknowledged.load(Ordering::SeqCst);
                    let page = ask(&site, "/");
                    assert!(titled(&page) >= Some(least), "a program");
                    // What somebody has seen may not be taken back from others.
                    acknowledged.fetch_max(titled(&page).unwrap(), Ordering::SeqCst);
                    programs.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        scope.spawn(|| {
            while !over.load(Ordering::SeqCst) {
                let least = acknowledged.load(Ordering::SeqCst);
                if let Some(page) = sent(&site, "/") {
                    assert!(
                        titled(&page) >= Some(least),
                        "a file: {:?} {least}",
                        titled(&page)
                    );
                    files.fetch_add(1, Ordering::SeqCst);
                }
                thread::yield_now();
            }
        });
        let _ends = Ends(&over);
        for round in 1..=30_u32 {
            let mut publisher = Command::new(env!("CARGO_BIN_EXE_mayfly"));
            publisher.env_clear().arg("--data").arg(site.data());
            publisher.args(["settings", &format!("title=Round {round}")]);
            let mut publisher = publisher.stdout(Stdio::null()).spawn().unwrap();
            if round % 3 > 0 {
                // Somewhere between its start and its end, in another place each time.
                thread::sleep(long * round / 30);
                publisher.kill().unwrap();
            }
            if publisher.wait().unwrap().success() {
                acknowledged.fetch_max(round.into(), Ordering::SeqCst);
            }
            site.let_time_pass();
            // Until there is a kept page again, so that each round has one to remove.
            let_one_be_kept(&site);
        }
    });
    let counts = [files, programs, acknowledged].map(AtomicU64::into_inner);
    assert!(counts.iter().all(|count| *count >= 10), "{counts:?}");
}

/// Ends the threads of a test however it ends itself.
pub struct Ends<'a>(pub &'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

fn let_one_be_kept(site: &Site) {
    let kept = (0..1000).any(|_| {
        ask(site, "/");
        sent(site, "/").is_some()
    });
    assert!(kept, "nothing is kept any longer");
}
