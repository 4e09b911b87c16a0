//! Whether all is well: `mayfly check` and `/admin/check/`, which say so of a blog that
//! is, name what is not, and touch nothing.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::site::{Reply, Signed, Site, copy_program};

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// A folder of programs as a host has it. Only the one that is asked has anything in it.
fn programs(site: &Site) -> PathBuf {
    let folder = site.scratch().join("programs");
    fs::create_dir_all(&folder).unwrap();
    chmod(&folder, 0o755);
    for source in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/cgi-bin")).unwrap() {
        let program = folder.join(source.unwrap().path().file_stem().unwrap());
        if program.ends_with("admin") {
            copy_program(env!("CARGO_BIN_EXE_admin"), &program);
        } else {
            fs::write(&program, "").unwrap();
        }
        chmod(&program, 0o755);
    }
    folder
}

fn page(browser: &Signed<'_>, programs: &Path) -> Reply {
    let asked = browser.ask("/admin/check/");
    asked.program(programs.join("admin")).run().ok()
}

/// What the command line says, by the first word of each line; and whether it failed.
fn told(site: &Site, arguments: &[&str]) -> (Vec<String>, bool) {
    let output = site.mayfly(&[&["check"], arguments].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    let failed = output.status.code() == Some(1);
    assert!(failed || output.status.success(), "{text}");
    (text.lines().map(String::from).collect(), failed)
}

#[track_caller]
fn says(lines: &[String], words: &str) {
    assert!(
        lines.iter().any(|line| line.contains(words)),
        "no {words:?}: {lines:#?}"
    );
}

/// Every file of the blog, with what is in it.
fn files(site: &Site) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(site.data()).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let files = paths.filter(|path| path.is_file());
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    files
        .map(|path| (name(&path), fs::read(&path).unwrap()))
        .collect()
}

#[test]
fn a_blog_that_is_well_is_said_to_be() {
    let site = Site::new()
        .post("2025-07-05-a.md", "kind: note", "Text.")
        .with_account();
    let browser = site.sign_in();
    let host = programs(&site);
    let page = page(&browser, &host);
    assert_eq!(page.texts(".facts .bad"), [""; 0]);
    let well = page.texts(".facts .well");
    for words in [
        "links are pretty",
        "only its owner may read the blog's files",
        "all files of the blog have one owner",
        "there is room",
        "file locks hold",
        "blog.db has schema 1",
        "desk.db is whole",
        "guestbook.db has its own indexes and no others",
        "% of blog.db is free",
        "years, months and days count their posts",
        "the library lists the files",
        "a search finds everything",
        "nobody but its owner may change a program",
        "the clock is not behind",
        "all programs are there and may run",
    ] {
        says(&well, words);
    }
    says(&page.texts(".facts .odd"), "you came without HTTPS");
    // Of a disk that is nearly full, or of programs that run as nobody, the line is another.
    let (lines, failed) = told(&site, &["--cgi-bin", host.to_str().unwrap()]);
    assert!(!failed, "{lines:#?}");
    says(&lines, "ok   blog.db has schema 1");
    says(&lines, "ok   all programs are there and may run");
    says(&lines, "look no backup of this blog is known");
    says(&lines, "look whether strangers get the data was not asked");
}

#[test]
fn looking_touches_nothing() {
    let site = Site::new()
        .post("2025-07-05-a.md", "kind: note", "Text.")
        .with_account();
    let browser = site.sign_in();
    let host = programs(&site);
    let before = files(&site);
    page(&browser, &host);
    told(&site, &[]);
    assert!(files(&site) == before, "{:?}", files(&site).keys());
}

#[test]
fn programs_that_are_missing_or_switched_off_are_named() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let host = programs(&site);
    chmod(&host.join("grep"), 0o000);
    chmod(&host.join("qr"), 0o644);
    fs::remove_file(host.join("twin")).unwrap();
    fs::rename(host.join("tag"), host.join("tag.cgi")).unwrap();
    chmod(&host.join("page"), 0o777);
    let shown = page(&browser, &host);
    says(
        &shown.texts(".facts .bad"),
        "others on this host may change page:",
    );
    let odd = shown.texts(".facts .odd");
    says(&odd, "switched off: grep, qr.");
    says(&odd, "not there: twin. Their pages fail");
    // It knows every program there is.
    let mut all: Vec<String> = fs::read_dir(&host)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.ends_with("admin"))
        .map(|path| {
            fs::remove_file(&path).unwrap();
            path.file_stem().unwrap().to_str().unwrap().to_owned()
        })
        .collect();
    all.push("twin".into());
    all.sort();
    says(
        &page(&browser, &host).texts(".facts .odd"),
        &format!("not there: {}. Their", all.join(", ")),
    );
}

#[test]
fn data_below_what_is_handed_out_is_told_and_asked_for() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let host = programs(&site);
    let data = site.data().canonicalize().unwrap();
    let ask = |root: &Path| {
        let asked = browser.ask("/admin/check/").program(host.join("admin"));
        asked
            .var("DOCUMENT_ROOT", root.to_str().unwrap())
            .run()
            .ok()
    };
    let page = ask(data.parent().unwrap());
    let below = "below what the web server hands out";
    says(&page.texts(".facts .odd"), below);
    let name = data.file_name().unwrap().to_str().unwrap();
    let asked = page.attributes("#outside", "data-asked").swap_remove(0);
    let asked: Vec<&str> = asked.split(' ').collect();
    for path in [format!("/{name}/desk.db"), "/desk.db".into()] {
        assert!(asked.contains(&path.as_str()), "{asked:?}");
        assert!(page.links().contains(&path), "for whoever runs no script");
    }
    // The script is the page's own, and may ask this host alone.
    let policy = page.header("Content-Security-Policy").unwrap();
    let nonce = page.attributes("#outside ~ script", "nonce").swap_remove(0);
    assert!(policy.contains(&format!("script-src 'nonce-{nonce}'")));
    assert!(policy.contains("connect-src 'self'"));
    let elsewhere = site.scratch().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    ask(&elsewhere).lacks(below);
}

/// What is done to a blog, and the line that tells of it.
const SPOILT: [(&str, &str); 5] = [
    (
        "UPDATE tag SET posts = posts + 1",
        "BAD  not true that every tag counts its posts",
    ),
    (
        "UPDATE site SET changed = 9000000000000000",
        "BAD  the blog was changed after what this host's clock shows",
    ),
    (
        "CREATE INDEX mine ON post (title)",
        "look blog.db has mine, which is not Mayfly's",
    ),
    (
        "ANALYZE",
        "look blog.db has sqlite_stat1, which is not Mayfly's",
    ),
    (
        "CREATE TABLE t (x); INSERT INTO t VALUES (zeroblob(12000000)); DROP TABLE t",
        "% of blog.db is free, and is used again as the blog grows; `sqlite3 blog.db VACUUM`",
    ),
];

#[test]
fn what_is_not_well_is_named_with_what_to_do() {
    for (sql, line) in SPOILT {
        let site = Site::new().post("2025-07-05-a.md", "kind: note\ntags: [sea]", "Text.");
        site.sql(sql);
        let (lines, failed) = told(&site, &[]);
        says(&lines, line);
        assert_eq!(failed, line.starts_with("BAD"), "{lines:#?}");
    }
    let site = Site::new();
    fs::remove_file(site.data().join("search.db")).unwrap();
    says(&told(&site, &[]).0, "look there is no index of words");
    let into = site.scratch().join("backups");
    assert!(
        site.mayfly(&["backup", into.to_str().unwrap()])
            .status
            .success()
    );
    says(&told(&site, &[]).0, "ok   the last backup is less than");
    let stamp = fs::File::options()
        .write(true)
        .open(site.data().join("last-backup"))
        .unwrap();
    let month = std::time::Duration::from_secs(31 * 24 * 3600);
    stamp
        .set_modified(std::time::SystemTime::now() - month)
        .unwrap();
    says(&told(&site, &[]).0, "look the last backup is 31 days old");
    fs::remove_file(site.data().join("guestbook.db")).unwrap();
    let (lines, failed) = told(&site, &[]);
    says(&lines, "guestbook.db is missing: restore a backup");
    assert!(failed);
}

#[test]
fn a_page_says_what_it_left_out_of_a_large_file() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let host = programs(&site);
    site.sql("CREATE TABLE t (x); INSERT INTO t VALUES (zeroblob(70000000)); DROP TABLE t");
    let page = page(&browser, &host);
    says(
        &page.texts(".facts .well"),
        "blog.db is whole, as far as a page has time to look",
    );
    says(
        &page.texts(".facts .odd"),
        "blog.db is too large to compare its counts",
    );
    let (lines, failed) = told(&site, &[]);
    assert!(
        !failed && lines.contains(&"ok   blog.db is whole".to_owned()),
        "{lines:#?}"
    );
}

#[test]
fn an_alarm_is_on_the_desk_too() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let host = programs(&site);
    let desk = || {
        let asked = browser.ask("/admin/").program(host.join("admin"));
        asked.run().ok()
    };
    desk().lacks("To be mended");
    chmod(&site.data(), 0o755);
    chmod(&site.data().join("desk.db"), 0o644);
    let page = page(&browser, &host);
    says(
        &page.texts(".facts .bad"),
        "run chmod 700 on the data directory",
    );
    says(&page.texts("[role=status]"), "Something has to be mended.");
    let desk = desk().has("To be mended: other users of this machine may read");
    assert!(desk.links().contains(&"/admin/check/".to_owned()));
}

#[test]
fn an_address_that_is_none_is_refused_and_one_that_is_dead_is_told() {
    let site = Site::new();
    for wrong in ["blog.example", "ftp://blog.example/", "https:///"] {
        let output = site.mayfly(&["check", "--url", wrong]);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
    }
    // A port that was free a moment ago, on an address nobody else listens at.
    let listener = std::net::TcpListener::bind("127.0.0.77:0").unwrap();
    let dead = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let (lines, failed) = told(&site, &["--url", &dead]);
    says(&lines, &format!("BAD  {dead} does not answer: "));
    assert!(failed);
}
