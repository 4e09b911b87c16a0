//! Writers that are killed, that wait for one another, and readers beside them; and
//! bodies that have no end.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::MetadataExt;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::{file, open, token, write};
use crate::site::Site;

/// The program as a server starts it for a form that is sent, to be killed at will.
fn writer(site: &Site, text: &str) -> Child {
    let body = format!("name=Ann&message={text}&form={}", token(site, 60));
    let mut child = program(site, body.len() as u64, Stdio::piped());
    // A writer that is gone already does not read on.
    drop(child.stdin.take().unwrap().write_all(body.as_bytes()));
    child
}

fn program(site: &Site, length: u64, stdin: Stdio) -> Child {
    Command::new(env!("CARGO_BIN_EXE_guestbook"))
        .env_clear()
        .env("MAYFLY_DATA", site.data())
        .env("REQUEST_METHOD", "POST")
        .env("SCRIPT_NAME", "/cgi-bin/guestbook")
        .env("PATH_INFO", "/")
        .env("REQUEST_URI", "/guestbook/")
        .env("HTTP_HOST", "blog.example")
        .env("CONTENT_TYPE", "application/x-www-form-urlencoded")
        .env("CONTENT_LENGTH", length.to_string())
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn answer(child: &mut Child) -> String {
    let mut text = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

/// Numbers that look random and are the same in every run.
pub fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

#[test]
fn what_was_answered_is_there_once_however_writers_are_killed() {
    let site = open();
    site.data();
    let answered = thread::scope(|scope| {
        let writers = (0..4_u64).map(|number| {
            let site = &site;
            scope.spawn(move || {
                let mut state = number + 1;
                let mut answered = Vec::new();
                for round in 0..25 {
                    let text = format!("{number}-{round}");
                    let mut child = writer(site, &text);
                    // Anywhere in its life, or after it; nothing is asserted of when.
                    // The last of each is left alone among those that are killed.
                    if round < 24 {
                        thread::sleep(Duration::from_micros(next(&mut state) % 12_000));
                        drop(child.kill());
                    }
                    if answer(&mut child).starts_with("Status: 303") {
                        answered.push(text);
                    }
                    child.wait().unwrap();
                }
                answered
            })
        });
        let writers: Vec<_> = writers.collect();
        let answered = writers.into_iter().map(|writer| writer.join().unwrap());
        answered.flatten().collect::<Vec<_>>()
    });
    assert!(answered.len() >= 4, "only {answered:?} were answered");
    // One more, undisturbed: whoever was killed holds no lock and left no half message.
    write(&site, "Ann", "last").status(303);
    let db = file(&site);
    let stored = |text: &str| -> i64 {
        let sql = "SELECT count(*) FROM message WHERE text = ?1";
        db.query_row(sql, [text], |row| row.get(0)).unwrap()
    };
    for text in answered.iter().map(String::as_str).chain(["last"]) {
        assert_eq!(stored(text), 1, "{text}");
    }
    let whole = "SELECT (SELECT count(*) FROM message) = (SELECT count(DISTINCT text) FROM message)
                        AND (SELECT integrity_check FROM pragma_integrity_check) = 'ok'
                        AND (SELECT max(id) FROM message) = (SELECT last FROM tally)";
    assert!(
        db.query_row(whole, [], |row| row.get::<_, bool>(0))
            .unwrap()
    );
}

#[test]
fn readers_wait_for_no_writer() {
    let site = open();
    write(&site, "Ann", "Before.").status(303);
    let turn = File::open(site.data().join("guestbook.lock")).unwrap();
    turn.lock().unwrap();
    let db = file(&site);
    db.execute_batch("BEGIN IMMEDIATE; UPDATE message SET text = 'Half done'")
        .unwrap();
    for page in ["/guestbook/", "/guestbook/1/", "/guestbook/feed.atom"] {
        site.get(page).ok().has("Before.").lacks("Half done");
    }
    db.execute_batch("COMMIT").unwrap();
    site.get("/guestbook/").ok().has("Half done");
}

#[test]
fn writers_take_turns_in_the_order_they_came() {
    let site = open();
    write(&site, "Ann", "first").status(303);
    let queue = site.data().join("guestbook.lock");
    let turn = File::open(&queue).unwrap();
    turn.lock().unwrap();
    let inode = format!(":{} ", turn.metadata().unwrap().ino());
    // The kernel lists who waits for which file behind an arrow. It hands its list
    // out piece by piece, and in between it changes: so nothing is counted in it.
    let is_waiting = |child: &Child| {
        let locks = fs::read_to_string("/proc/locks").unwrap();
        let process = format!(" {} ", child.id());
        let mut waits = locks.lines().filter(|line| line.contains("->"));
        waits.any(|line| line.contains(&process) && line.contains(&inode))
    };
    let mut writers = Vec::new();
    for number in 0..16 {
        let child = writer(&site, &format!("turn{number:02}"));
        while !is_waiting(&child) {
            thread::yield_now();
        }
        writers.push(child);
    }
    turn.unlock().unwrap();
    for mut child in writers {
        assert!(answer(&mut child).starts_with("Status: 303"));
        child.wait().unwrap();
    }
    let db = file(&site);
    let mut statement = db
        .prepare("SELECT text FROM message WHERE id > 1 ORDER BY id")
        .unwrap();
    let texts = statement
        .query_map([], |row| row.get::<_, String>(0))
        .unwrap();
    let texts: Vec<String> = texts.map(Result::unwrap).collect();
    let expected: Vec<String> = (0..16).map(|number| format!("turn{number:02}")).collect();
    assert_eq!(texts, expected);
}

/// The answer, and the peak of the memory that the program had, in KB.
fn measured(mut child: Child) -> (String, i64) {
    let text = answer(&mut child);
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::uninit();
    let id = libc::pid_t::try_from(child.id()).unwrap();
    // SAFETY: the child is ours and was not waited for; the kernel fills the
    // structure in where it says that it did.
    let peak = unsafe {
        assert_eq!(
            libc::wait4(id, std::ptr::null_mut(), 0, usage.as_mut_ptr()),
            id
        );
        usage.assume_init().ru_maxrss
    };
    (text, peak)
}

#[test]
fn a_body_of_ten_gigabytes_costs_no_memory() {
    let site = open();
    let (sent, short) = measured(writer(&site, "Short."));
    assert!(sent.starts_with("Status: 303"), "{sent}");
    // Announced, and sent for as long as anybody reads.
    let zero = File::open("/dev/zero").unwrap();
    let (refused, long) = measured(program(&site, 10_000_000_000, zero.into()));
    assert!(refused.starts_with("Status: 413"), "{refused}");
    // The kernel counts what the test itself had when it made the process, in both.
    assert!(
        long < short + 2048,
        "{long} KB, and {short} KB for a short form"
    );
}
