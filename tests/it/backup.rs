//! Copies of a blog in use, and the way back from one.

mod admin;

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, Ordering};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::site::Site;

fn blog() -> Site {
    Site::new()
        .post("2025-07-05-tea.md", "title: Tea\ntags: [cups]", "Warm.")
        .post("2025-07-06-idea.md", "title: Idea\ndraft: true", "Not yet.")
}

/// Backs the blog up and gives the archives there are then, oldest first.
pub fn back_up(site: &Site, options: &[&str]) -> Vec<PathBuf> {
    let folder = site.scratch().join("backups");
    let arguments = [&["backup", folder.to_str().unwrap()], options].concat();
    ends(&site.mayfly(&arguments), 0, "");
    archives(&folder)
}

fn archives(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    paths.retain(|path| path.to_str().unwrap().ends_with(".tar.gz"));
    paths.sort();
    paths
}

pub fn restore(data: &Path, archive: &Path, options: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mayfly"));
    let command = command.env_clear().arg("--data").arg(data).arg("restore");
    command.arg(archive).args(options).output().unwrap()
}

#[track_caller]
fn ends(output: &Output, code: i32, word: &str) {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    let text = String::from_utf8(text).unwrap();
    assert_eq!(output.status.code(), Some(code), "{text}");
    assert!(text.contains(word), "no {word:?} in: {text}");
}

fn seq(data: &Path) -> i64 {
    let blog = rusqlite::Connection::open(data.join("blog.db")).unwrap();
    let seq = blog.query_row("SELECT seq FROM site", [], |row| row.get(0));
    seq.unwrap()
}

fn drafts(data: &Path) -> i64 {
    let desk = rusqlite::Connection::open(data.join("desk.db")).unwrap();
    let drafts = desk.query_row("SELECT count(*) FROM draft", [], |row| row.get(0));
    drafts.unwrap()
}

#[test]
fn a_restored_blog_is_the_blog_that_was() {
    let site = blog();
    fs::write(site.data().join("media/cup.png"), "a picture").unwrap();
    let page = site.get("/2025/Jul/5/tea/").ok().body;
    let archive = back_up(&site, &[]).remove(0);

    let elsewhere = site.scratch().join("elsewhere");
    ends(&restore(&elsewhere, &archive, &[]), 0, "1 uploads");
    let again = site
        .ask("/2025/Jul/5/tea/")
        .var("MAYFLY_DATA", elsewhere.to_str().unwrap());
    assert_eq!(again.run().ok().body, page);
    assert_eq!(drafts(&elsewhere), 1);
    let upload = fs::read_to_string(elsewhere.join("media/cup.png")).unwrap();
    assert_eq!(upload, "a picture");
    assert!(elsewhere.join("kept").is_dir(), "where pages are kept");
    let entries = fs::read_dir(&elsewhere).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let left: Vec<_> = names.filter(|name| name.starts_with('.')).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn archives_and_restored_files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let site = blog();
    let archive = back_up(&site, &["--without-media"]).remove(0);
    let elsewhere = site.scratch().join("elsewhere");
    ends(&restore(&elsewhere, &archive, &[]), 0, "0 uploads");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(archive.parent().unwrap()), 0o700);
    assert_eq!(mode(&archive), 0o600);
    assert_eq!(mode(&elsewhere), 0o700);
    for name in ["blog.db", "desk.db", "guestbook.db"] {
        assert_eq!(mode(&elsewhere.join(name)), 0o600, "{name}");
    }
}

#[test]
fn a_blog_that_is_there_is_replaced_only_when_told() {
    let site = blog();
    let archive = back_up(&site, &[]).remove(0);
    site.import("2025-07-07-later.md", "title: Later", "Since then.");
    let reached = seq(&site.data());

    ends(&restore(&site.data(), &archive, &[]), 1, "--replace");
    site.get("/2025/Jul/7/later/").ok();

    let output = restore(&site.data(), &archive, &["--replace"]);
    ends(&output, 0, "What was there is in");
    site.get("/2025/Jul/7/later/").status(404);
    site.get("/2025/Jul/5/tea/").ok();
    let found = |word: &str| {
        site.get(&format!("/search/?q={word}"))
            .ok()
            .texts("article")
    };
    assert_eq!((found("since").len(), found("warm").len()), (0, 1));
    // A browser that has seen the later state must not take this one for it.
    assert!(seq(&site.data()) > reached);

    let mut folders = fs::read_dir(site.data()).unwrap();
    let is_aside = |name: &str| name.starts_with("replaced-");
    let aside = folders.find_map(|entry| {
        let name = entry.unwrap().file_name().into_string().unwrap();
        is_aside(&name).then(|| site.data().join(name))
    });
    let old = site.ask("/2025/Jul/7/later/");
    old.var("MAYFLY_DATA", aside.unwrap().to_str().unwrap())
        .run()
        .ok();
}

/// SQLite reads the log that lies beside a file. That of the blog that is
/// replaced would damage the one that is restored.
#[test]
fn a_log_that_was_left_behind_goes_with_its_file() {
    let site = blog();
    let archive = back_up(&site, &[]).remove(0);
    let desk = rusqlite::Connection::open(site.data().join("desk.db")).unwrap();
    desk.execute_batch("UPDATE draft SET title = 'Changed since'")
        .unwrap();
    assert!(site.data().join("desk.db-wal").exists());
    ends(&restore(&site.data(), &archive, &["--replace"]), 0, "");
    assert!(!site.data().join("desk.db-wal").exists());
    drop(desk);
    let desk = rusqlite::Connection::open(site.data().join("desk.db")).unwrap();
    let title = desk.query_row("SELECT title FROM draft", [], |row| row.get(0));
    assert_eq!(title, Ok("Idea".to_owned()));
    ends(&site.mayfly(&["check"]), 0, "desk.db is whole");
}

#[test]
fn a_backup_of_a_blog_that_is_being_written_is_of_one_moment() {
    let site = blog();
    site.data();
    let writing = AtomicBool::new(true);
    std::thread::scope(|scope| {
        // However the copies end, the writer ends as well.
        let ending = Ending(&writing);
        scope.spawn(|| {
            // A draft becomes a post and a post a draft, each in both files.
            let mut draft = false;
            while writing.load(Ordering::Relaxed) {
                site.import(
                    "2025-07-06-idea.md",
                    &format!("title: Idea\ndraft: {draft}"),
                    "It.",
                );
                draft = !draft;
            }
        });
        for number in 0..8 {
            let folder = site.scratch().join(format!("backups-{number}"));
            let arguments = ["backup", folder.to_str().unwrap()];
            ends(&site.mayfly(&arguments), 0, "found whole");
            let copy = site.scratch().join(format!("copy-{number}"));
            ends(&restore(&copy, &archives(&folder)[0], &[]), 0, "");
            let blog = rusqlite::Connection::open(copy.join("blog.db")).unwrap();
            let sql = "SELECT count(*) FROM post WHERE title = 'Idea'";
            let posts: i64 = blog.query_row(sql, [], |row| row.get(0)).unwrap();
            assert_eq!(posts + drafts(&copy), 1, "neither here nor there, or both");
        }
        drop(ending);
    });
    site.get("/").ok();
}

struct Ending<'a>(&'a AtomicBool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

#[test]
fn only_the_newest_archives_are_kept() {
    let site = blog();
    let folder = site.scratch().join("backups");
    fs::create_dir(&folder).unwrap();
    let old = ["mayfly-20250101T000000Z", "mayfly-20260101T000000Z"];
    for name in old {
        fs::write(folder.join(format!("{name}.tar.gz")), "x").unwrap();
    }
    let others = ["mayfly-notes.tar.gz", "photos.tar.gz"];
    for name in others {
        fs::write(folder.join(name), "x").unwrap();
    }
    let left = back_up(&site, &["--keep", "2"]);
    assert!(
        !left
            .iter()
            .any(|path| path.to_str().unwrap().contains(old[0]))
    );
    assert!(
        left.iter()
            .any(|path| path.to_str().unwrap().contains(old[1]))
    );
    assert_eq!(left.len(), 2 + others.len(), "{left:?}");
    for name in others {
        assert!(folder.join(name).exists(), "{name} is not ours to delete");
    }
}

#[test]
fn what_a_killed_backup_left_is_cleared_away() {
    let site = blog();
    let left = site.scratch().join("backups/.mayfly-x1y2z3");
    fs::create_dir_all(&left).unwrap();
    fs::write(left.join("blog.db"), "half").unwrap();
    back_up(&site, &[]);
    assert!(!left.exists());
}

#[test]
fn a_blog_that_is_not_well_is_not_backed_up() {
    let site = blog();
    let folder = site.scratch().join("backups");
    site.sql("UPDATE tag SET posts = 7 WHERE name = 'cups'");
    let output = site.mayfly(&["backup", folder.to_str().unwrap()]);
    ends(&output, 1, "mayfly rebuild");
    assert!(archives(&folder).is_empty());
}

#[test]
fn a_damaged_archive_is_refused_and_nothing_changes() {
    let site = blog();
    let archive = back_up(&site, &[]).remove(0);
    let whole = fs::read(&archive).unwrap();
    let page = site.get("/").ok().body;
    let damaged = site.scratch().join("damaged.tar.gz");
    let mut cases = vec![
        Vec::new(),
        b"not an archive".to_vec(),
        whole[..whole.len() / 2].to_vec(),
        whole[..whole.len() - 4].to_vec(),
    ];
    for place in (0..whole.len()).step_by(whole.len() / 20) {
        let mut flipped = whole.clone();
        flipped[place] ^= 0x10;
        // The header's time, flags and system change nothing in what is packed.
        if place >= 10 {
            cases.push(flipped);
        }
    }
    let files = || fs::read_dir(site.data()).unwrap().count();
    let before = files();
    for case in cases {
        fs::write(&damaged, case).unwrap();
        let output = restore(&site.data(), &damaged, &["--replace"]);
        ends(&output, 1, "mayfly: ");
        assert_eq!(site.get("/").ok().body, page);
        assert_eq!(files(), before, "something was left behind");
    }
}

/// Whoever hands an owner an archive must not write outside of the blog.
#[test]
fn an_archive_with_anything_else_in_it_is_refused() {
    let site = blog();
    let archive = back_up(&site, &[]).remove(0);
    let mut whole = Vec::new();
    let mut reader = GzDecoder::new(fs::File::open(&archive).unwrap());
    reader.read_to_end(&mut whole).unwrap();
    let outside = site.scratch().join("outside");
    for (name, kind) in [
        ("../outside", tar::EntryType::Regular),
        (outside.to_str().unwrap(), tar::EntryType::Regular),
        ("media/../../outside", tar::EntryType::Regular),
        ("mayfly.conf", tar::EntryType::Regular),
        ("media/link", tar::EntryType::Symlink),
        ("media/link", tar::EntryType::Link),
    ] {
        let mut header = tar::Header::new_ustar();
        header.as_ustar_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(kind);
        header.set_mode(0o644);
        header.set_size(0);
        if kind != tar::EntryType::Regular {
            header.set_link_name_literal("/etc/passwd").unwrap();
        }
        header.set_cksum();
        let path = site.scratch().join("hostile.tar.gz");
        let file = fs::File::create(&path).unwrap();
        let mut packed = GzEncoder::new(file, Compression::fast());
        packed.write_all(header.as_bytes()).unwrap();
        packed.write_all(&whole).unwrap();
        packed.finish().unwrap();
        let target = site.scratch().join("target");
        ends(&restore(&target, &path, &[]), 1, "no backup of a blog");
        assert!(
            !outside.exists() && !target.join("blog.db").exists(),
            "{name}"
        );
    }
}
