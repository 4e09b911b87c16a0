//! Files in which a disk or a program flipped bytes: no program loops, none is ended by a
//! signal, and where one notices it says so to each in his words.

use std::fs;

use rusqlite::Connection;

use super::{PAGES, blog, clear, lasting};
use crate::guestbook;
use crate::killed::Dice;
use crate::site::Request;

/// In how many copies of the files bytes are flipped, unless the environment says:
/// `MAYFLY_FLIPS=500`.
const CASES: u64 = 48;

const FILES: [&str; 4] = ["blog.db", "desk.db", "search.db", "guestbook.db"];

/// Flips some bytes: anywhere, or where a page says what is in it; one, or a run.
fn flip(bytes: &mut [u8], dice: &mut Dice) {
    for _ in 0..=dice.roll(4) {
        let page = dice.roll(bytes.len() as u64 / 4096) * 4096;
        let within = if dice.roll(2) == 0 { 4096 } else { 64 };
        let at = usize::try_from(page + dice.roll(within)).unwrap();
        let run = if dice.roll(3) == 0 { 32 } else { 1 };
        for byte in bytes.iter_mut().skip(at).take(run) {
            *byte ^= 1 + dice.roll(255) as u8;
        }
    }
}

#[test]
fn flipped_bytes_end_no_program_and_are_told_where_they_are_noticed() {
    let cases = std::env::var("MAYFLY_FLIPS").map_or(CASES, |cases| cases.parse().unwrap());
    let site = blog().with_account();
    let browser = site.sign_in();
    browser
        .form(
            "/admin/new/",
            &[
                ("kind", "note"),
                ("text", "Nobody's business"),
                ("do", "save"),
            ],
        )
        .run()
        .status(303);
    guestbook::run(&site, "settings --publish after-approval");
    guestbook::write(&site, "Eve", "Nobody has read this").status(303);
    // What is in the log belongs to the file for what follows.
    drop(
        Connection::open(site.data().join("guestbook.db"))
            .unwrap()
            .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)"),
    );
    let public = [
        "/2025/",
        "/notes/",
        "/tags/",
        "/tags/sea+wind/",
        "/sitemap.xml",
        "/2025/Jul/5/a-post.md",
        "/qr/2025/Jul/5/a-post.svg",
        "/none/",
        "/login/",
    ];
    let public: Vec<&str> = PAGES.into_iter().chain(public).collect();
    let admin = [
        "/admin/",
        "/admin/posts/",
        "/admin/media/",
        "/grep/?q=boats",
    ];
    let ask = |page: &str| -> Request<'_> {
        match admin.contains(&page) {
            true => browser.ask(page),
            false => site.ask(page),
        }
    };
    let right = |page: &str| {
        let reply = ask(page).run();
        (reply.status, lasting(&reply.body))
    };
    // The first answer may write what makes the second differ. Those that differ each time,
    // by a token or a time, are compared by their status alone.
    let asked: Vec<&str> = public.iter().copied().chain(admin).collect();
    asked.iter().for_each(|page| drop(right(page)));
    let known: Vec<_> = asked
        .iter()
        .map(|page| {
            let (status, body) = right(page);
            (status, Some(body).filter(|body| right(page).1 == *body))
        })
        .collect();
    let keep = |from: &str, to: &str| {
        drop(fs::copy(site.data().join(from), site.scratch().join(to)));
    };
    FILES.iter().for_each(|file| keep(file, file));
    let mut dice = Dice(cases);
    let (mut same, mut told, mut other) = (0, 0, 0);
    let (mut odd, mut found) = (0, 0);
    for case in 0..cases {
        for file in FILES {
            for left in ["-wal", "-shm", "-journal"] {
                drop(fs::remove_file(site.data().join(format!("{file}{left}"))));
            }
            fs::copy(site.scratch().join(file), site.data().join(file)).unwrap();
        }
        let file = FILES[usize::try_from(case).unwrap() % FILES.len()];
        let path = site.data().join(file);
        let mut bytes = fs::read(&path).unwrap();
        flip(&mut bytes, &mut dice);
        fs::write(&path, &bytes).unwrap();
        let before = other;
        for (page, (status, body)) in asked.iter().zip(&known) {
            // Whoever reads the public file alone is not asked about the others.
            let public_only = !admin.contains(page)
                && !["/guestbook/", "/comments/", "/search/", "/login/", "/none/"]
                    .iter()
                    .any(|other| page.starts_with(other));
            if public_only && file != "blog.db" {
                continue;
            }
            let reply = clear(ask(page).run());
            if !admin.contains(page) {
                for hidden in ["Nobody's business", "Nobody has read this"] {
                    assert!(!reply.body.contains(hidden), "{hidden}: {}", reply.exchange);
                }
            }
            match reply.status {
                500.. => told += 1,
                _ if reply.status == *status
                    && body
                        .as_ref()
                        .is_none_or(|body| lasting(&reply.body) == *body) =>
                {
                    same += 1;
                }
                _ => other += 1,
            }
        }
        // A row that SQLite does not miss is missing on a page too, and to the one who counts.
        if other > before {
            odd += 1;
            found += usize::from(!site.mayfly(&["check"]).status.success());
        }
    }
    println!(
        "{cases} files, seed {cases}: {same} answers as ever, {told} told, {other} others, by {odd} \
         of the files, of which mayfly check finds {found}"
    );
    assert!(same > 0 && told > 0, "{same} {told} {other}");
}
