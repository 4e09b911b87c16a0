//! Limits of a host that are too low: an answer is whole or there is none, in which case
//! the web server says 500 by itself; and nothing is half written.
//!
//! Programs run below them as on a host for many, as a user whom limits bind and who has
//! the data. Root raises a limit on processor time again, and none on processes holds it.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;

use super::{agrees, blog, clear, note, number, of_the_guestbook, stored, whole};
use crate::guestbook;
use crate::site::{NAME, PASSWORD, Reply, Request, Site};

/// Limits as the shell sets them: memory in KB, seconds of processor time, files in
/// blocks of 512 bytes, open files, and processes of the user.
pub const LIMITS: [&str; 24] = [
    "-v 3000", "-v 6000", "-v 8000", "-v 10000", "-v 12000", "-v 16000", "-v 24000", "-v 65536",
    "-t 0", "-t 1", "-f 0", "-f 1", "-f 16", "-f 64", "-f 200", "-n 3", "-n 4", "-n 5", "-n 6",
    "-n 8", "-p 0", "-p 1", "-p 2", "-p 4",
];

/// A user that no host has, so that nobody else's processes count, in place of root.
const USER: u32 = 61_904;

/// The request below a limit.
pub fn limited<'a>(site: &Site, request: Request<'a>, limit: &str) -> Request<'a> {
    let folder = site.data();
    let folder = folder.parent().unwrap();
    let runs_as_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    if !runs_as_root {
        return request.limited(&format!("ulimit {limit}"));
    }
    give(folder, USER);
    // Where the programs are, others may have no way to: the one capability is for that.
    request.limited(&format!(
        "exec setpriv --reuid={USER} --regid={USER} --clear-groups --bounding-set=-all,+dac_read_search \
         --inh-caps=-all,+dac_read_search --ambient-caps=-all,+dac_read_search \
         sh -c 'ulimit {limit} && exec \"$@\"' sh \"$@\"; false"
    ))
}

/// Gives a user a folder with all that is in it.
fn give(path: &Path, user: u32) {
    chown(path, Some(user), Some(user)).unwrap();
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            give(&entry.unwrap().path(), user);
        }
    }
}

/// What comes of a request below a limit: an answer that is clear, or none where there is
/// no room for a program or its time is over.
#[track_caller]
pub fn answer(site: &Site, request: Request<'_>, limit: &str) -> Option<Reply> {
    match limited(site, request, limit).run_or_end() {
        Ok(reply) => Some(clear(reply)),
        Err(ended) => {
            // No program of ours has begun: the loader has files to open, and what it says
            // is its own. Whatever ends one later is answered.
            let before = ["error while loading shared libraries", "Cannot"];
            let before = before.iter().any(|word| ended.stderr.contains(word));
            let killed = ended.exit.is_none() && ended.stderr.is_empty();
            assert!(
                !limit.starts_with("-f") && !limit.starts_with("-p") && (before || killed),
                "{limit}: no answer\n{ended}"
            );
            None
        }
    }
}

/// Sends a form below each limit: all is there or nothing, and what was answered is.
fn sent(site: &Site, file: &str, table: &str, send: &dyn Fn(&str, &str) -> Option<u16>) {
    let mut refused = 0;
    for (number_of, limit) in LIMITS.iter().enumerate() {
        let text = format!("limited-{number_of}x");
        let answer = send(&text, limit);
        let stored = stored(site, file, table, &text);
        assert!(stored <= 1, "{limit}");
        match answer {
            Some(303) => assert_eq!(stored, 1, "{limit}"),
            Some(status) => {
                assert!(status >= 500, "{limit}: {status}");
                refused += 1;
            }
            None => {}
        }
        whole(site);
    }
    agrees(site);
    assert!(refused > 0);
}

#[test]
fn a_message_is_whole_or_not_there_however_low_a_limit_is() {
    let site = blog();
    sent(&site, "guestbook.db", "message", &|text, limit| {
        let request = of_the_guestbook(&site, "/guestbook/", text);
        answer(&site, request, limit).map(|reply| reply.status)
    });
}

#[test]
fn a_post_is_whole_or_not_there_however_low_a_limit_is() {
    let site = blog().with_account();
    let browser = site.sign_in();
    sent(&site, "blog.db", "post", &|text, limit| {
        let form = note(&browser, text);
        answer(&site, form, limit).map(|reply| reply.status)
    });
}

#[test]
fn whoever_only_reads_is_answered_where_no_file_may_grow() {
    let site = blog().with_account();
    let browser = site.sign_in();
    let due = [
        ("kind", "note"),
        ("text", "Due."),
        ("date", "2090-01-01T00:00"),
    ];
    browser.publish(&due);
    site.sql("UPDATE scheduled SET moment = 1751752800000000; UPDATE site SET next_due = 1751752800000000");
    let home = answer(&site, site.ask("/"), "-f 0").unwrap();
    home.status(200).lacks("Due.").has("Text about boats.");
    for file in ["guestbook.db-shm", "desk.db-shm"] {
        drop(fs::remove_file(site.data().join(file)));
    }
    for page in ["/guestbook/", "/comments/1/"] {
        answer(&site, site.ask(page), "-f 0").unwrap();
    }
    answer(&site, browser.ask("/admin/"), "-f 0").unwrap();
    // As soon as they may, all is as it should be.
    site.get("/").ok().has("Due.");
    whole(&site);
}

#[test]
fn the_right_password_is_never_called_wrong_for_want_of_memory() {
    let site = blog().with_account();
    let mut told = 0;
    for limit in LIMITS.iter().filter(|limit| limit.starts_with("-v")) {
        let request = site.signing_in(NAME, PASSWORD);
        let Some(reply) = answer(&site, request, limit) else {
            continue;
        };
        let known = reply.log().contains("can't be hashed: out of memory");
        told += usize::from(known);
        assert!(
            reply.status == 303 || reply.status >= 500,
            "{}",
            reply.exchange
        );
    }
    assert!(told > 0);
}

/// The limit on processes is met where one is started: for mail.
#[test]
fn a_host_without_room_for_sendmail_loses_no_message() {
    let site = blog();
    let program = site.scratch().join("sendmail");
    let got = site.scratch().join("got");
    let script = format!("#!/bin/sh\nexec cat >>{}\n", got.display());
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let settings = format!(
        "settings --publish after-approval --mail me@example.org --sendmail {}",
        program.display()
    );
    guestbook::run(&site, &settings);
    let send = |text: &str, limit: &str| {
        let request = of_the_guestbook(&site, "/guestbook/", text);
        answer(&site, request, limit).unwrap().status(303)
    };
    let reply = send("no-room", "-p 1");
    assert!(reply.log().contains("no mail went to"), "{}", reply.log());
    assert!(!got.exists());
    assert_eq!(stored(&site, "guestbook.db", "queue", "no-room"), 1);
    guestbook::file(&site)
        .execute("UPDATE tally SET mailed = 0", [])
        .unwrap();
    assert!(send("room", "-p 4096").log().is_empty());
    assert!(fs::read_to_string(got).unwrap().contains("me@example.org"));
    whole(&site);
}

/// The limit on processor time is met by what takes long: a backup of a large blog.
#[test]
fn a_backup_that_takes_too_long_leaves_none_and_no_lock() {
    let site = blog().with_account();
    let browser = site.sign_in();
    guestbook::file(&site)
        .execute("UPDATE message SET text = hex(randomblob(6000000))", [])
        .unwrap();
    let make = || browser.form("/admin/backup/", &[("do", "make")]);
    let made = || number_of_backups(&site);
    if let Ok(reply) = limited(&site, make(), "-t 1").run_or_end() {
        panic!("in less than a second\n{}", reply.exchange);
    }
    assert_eq!(made(), 0);
    whole(&site);
    make().run().status(303);
    assert_eq!(made(), 1);
    assert_eq!(
        number(&site, "guestbook.db", "SELECT count(*) FROM message"),
        1
    );
}

fn number_of_backups(site: &Site) -> usize {
    let folder = fs::read_dir(site.data().join("backups")).unwrap();
    let names = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(".tar.gz")).count()
}
