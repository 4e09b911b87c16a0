//! The page that makes backups and hands them out: `/admin/backup/`.

use std::fs;
use std::path::PathBuf;

use super::{archives, blog, drafts, ends, restore};
use crate::site::{NAME, PASSWORD, Request, Signed, Site};
use crate::totp;

const PAGE: &str = "/admin/backup/";

/// A blog with an upload.
fn with_upload(content: &[u8]) -> Site {
    let site = blog().with_account();
    fs::write(site.data().join("media/cup.png"), content).unwrap();
    site
}

/// Presses the button. What is there then, by its name, is all that there is.
fn made(site: &Site, browser: &Signed<'_>) -> String {
    let pressed = browser.form(PAGE, &[("do", "make")]).run();
    pressed.leads_to(303, "http://blog.example/admin/backup/");
    let archive = archives(&site.data().join("backups")).pop().unwrap();
    archive.file_name().unwrap().to_str().unwrap().to_owned()
}

/// The request for an archive.
fn asking<'a>(browser: &Signed<'a>, how: &str, name: &str, password: &str) -> Request<'a> {
    browser.form(PAGE, &[(how, name), ("password", password)])
}

/// What comes when an archive is asked for: the headers, and a file with the rest.
fn download(site: &Site, browser: &Signed<'_>, how: &str, name: &str) -> (String, PathBuf) {
    let answer = asking(browser, how, name, PASSWORD).exchange();
    assert_eq!(answer.exit, Some(0), "{answer}");
    let end = answer.stdout.windows(4).position(|run| run == b"\r\n\r\n");
    let end = end.unwrap() + 4;
    let head = String::from_utf8(answer.stdout[..end].to_vec()).unwrap();
    let path = site.scratch().join(format!("{how}.tar.gz"));
    fs::write(&path, &answer.stdout[end..]).unwrap();
    let length = format!("Content-Length: {}\r\n", answer.stdout.len() - end);
    assert!(head.contains(&length), "{head}");
    (head, path)
}

#[test]
fn what_the_button_made_is_restored_with_uploads_or_without() {
    let site = with_upload(b"a picture");
    let page = site.get("/2025/Jul/5/tea/").ok().body;
    let browser = site.sign_in();
    let name = made(&site, &browser);
    for (how, uploads) in [("download", 0), ("download-all", 1)] {
        let (_, archive) = download(&site, &browser, how, &name);
        let elsewhere = site.scratch().join(how);
        let restored = restore(&elsewhere, &archive, &[]);
        ends(&restored, 0, &format!("{uploads} uploads"));
        let again = site.ask("/2025/Jul/5/tea/");
        let again = again.var("MAYFLY_DATA", elsewhere.to_str().unwrap());
        assert_eq!(again.run().ok().body, page);
        assert_eq!(drafts(&elsewhere), 1);
        let upload = fs::read(elsewhere.join("media/cup.png")).ok();
        assert_eq!(upload.is_some(), uploads == 1);
        assert!(upload.is_none_or(|upload| upload == b"a picture"));
    }
}

#[test]
fn other_programs_read_a_download_too() {
    let site = with_upload(&[b'x'; 200_000]);
    // Longer than the names of the first tar.
    let long = format!("media/{}.txt", "long".repeat(40));
    fs::write(site.data().join(&long), "text").unwrap();
    let browser = site.sign_in();
    let name = made(&site, &browser);
    let (_, archive) = download(&site, &browser, "download-all", &name);
    let mut tar = std::process::Command::new("tar");
    let listed = tar.arg("-tzf").arg(&archive).output().unwrap();
    assert!(listed.status.success(), "{listed:?}");
    let mut names: Vec<_> = std::str::from_utf8(&listed.stdout)
        .unwrap()
        .lines()
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "blog.db",
            "desk.db",
            "guestbook.db",
            "media/cup.png",
            long.as_str()
        ]
    );
}

#[test]
fn a_download_is_its_owners_alone_and_nobody_keeps_it() {
    let site = blog().with_account();
    let browser = site.sign_in();
    let name = made(&site, &browser);
    let (head, _) = download(&site, &browser, "download", &name);
    for line in [
        "Content-Type: application/gzip",
        "Cache-Control: private, no-store",
        "X-Content-Type-Options: nosniff",
        &format!("Content-Disposition: attachment; filename=\"{name}\""),
    ] {
        assert!(head.contains(&format!("{line}\r\n")), "no {line}: {head}");
    }
}

#[test]
fn nobody_else_makes_one_or_gets_one() {
    let site = blog().with_account();
    let browser = site.sign_in();
    let fields = [("do", "make")];
    site.get(PAGE).status(303);
    site.form(PAGE, &fields).run().status(403);
    // Signed in, but the form is not one of the blog's.
    let cookies = browser.cookies.clone();
    let forged = site.form(PAGE, &fields).var("HTTP_COOKIE", &cookies);
    forged.run().status(403);
    assert!(!site.data().join("backups").exists());
    let name = made(&site, &browser);
    let fields = [("download", name.as_str()), ("password", PASSWORD)];
    site.form(PAGE, &fields).run().status(403);
    let forged = site.form(PAGE, &fields).var("HTTP_COOKIE", &cookies);
    forged.run().status(403);
}

#[test]
fn nothing_but_archives_is_handed_out() {
    let site = blog().with_account();
    let browser = site.sign_in();
    made(&site, &browser);
    fs::write(site.data().join("backups/notes.tar.gz"), "x").unwrap();
    for name in [
        "../desk.db",
        "../backups/mayfly-20260101T000000Z.tar.gz",
        "notes.tar.gz",
        ".mayfly-lock",
        "mayfly-20260101T000000Z.tar.gz",
        "mayfly-20269901T000000Z.tar.gz",
    ] {
        for how in ["download", "download-all"] {
            asking(&browser, how, name, PASSWORD).run().status(404);
        }
    }
    asking(&browser, "download", "", PASSWORD).run().status(400);
}

/// A browser that was left open gives nothing away, nor does a stolen cookie.
#[test]
fn it_is_handed_out_against_the_password() {
    let site = with_upload(b"a picture");
    let browser = site.sign_in();
    let name = made(&site, &browser);
    for how in ["download", "download-all"] {
        let bare = browser.form(PAGE, &[(how, name.as_str())]);
        let wrong = asking(&browser, how, &name, "a guess");
        for request in [bare, wrong] {
            let page = request.run().status(422);
            assert_eq!(page.texts("#wrong"), ["That is not your password."]);
            assert_eq!(
                page.header("Content-Type"),
                Some("text/html; charset=utf-8")
            );
        }
        download(&site, &browser, how, &name);
    }
    // What each of them is there for says so.
    let page = browser.get(PAGE).ok();
    assert_eq!(
        page.attributes("input[type=password]", "aria-describedby"),
        ["why"]
    );
}

#[test]
fn a_second_factor_is_asked_for_as_well() {
    let site = blog().with_account();
    let browser = site.sign_in();
    let name = made(&site, &browser);
    assert_eq!(browser.get(PAGE).ok().texts("label[for=code]"), [""; 0]);
    let (secret, codes) = totp::switched_on(&browser);
    let page = browser.get(PAGE).ok();
    let label = "Code from the app, or a recovery code";
    assert_eq!(page.texts("label[for=code]"), [label]);
    let code = totp::code_in(&secret, 1);
    // An archive is no text, so it is its first line that tells.
    let asked = |password: &str, code: &str| {
        let fields = [
            ("download", name.as_str()),
            ("password", password),
            ("code", code),
        ];
        let answer = browser.form(PAGE, &fields).exchange().stdout;
        let line = answer.split(|&byte| byte == b'\r').next();
        String::from_utf8_lossy(line.unwrap()).into_owned()
    };
    for (password, code) in [
        ("a guess", code.as_str()),
        (PASSWORD, "123"),
        (PASSWORD, ""),
        ("", &codes[0]),
    ] {
        assert_eq!(asked(password, code), "Status: 422 Unprocessable Content");
    }
    // What came with a wrong password is not used up; what came with the right one is.
    assert_eq!(asked(PASSWORD, &code), "Status: 200 OK");
    assert_eq!(asked(PASSWORD, &code), "Status: 422 Unprocessable Content");
}

#[test]
fn the_password_is_guessed_no_faster_than_by_signing_in() {
    let site = blog().with_account();
    let browser = site.sign_in();
    let name = made(&site, &browser);
    let guess = |password: &str| asking(&browser, "download", &name, password).run();
    let held = (0..20).position(|_| guess("a guess").status == 429);
    assert!(held.is_some(), "twenty guesses in a row");
    // The right one has to wait as well, there as in the form for signing in.
    let page = guess(PASSWORD).status(429);
    assert!(page.texts("#wrong")[0].starts_with("Too many attempts"));
    let form = site.signing_in(NAME, PASSWORD);
    form.var("HTTP_COOKIE", &browser.cookies).run().status(429);
    // Nobody else is held up by whoever guesses in this browser.
    site.sign_in();
}

#[test]
fn the_page_tells_how_old_the_newest_is_and_keeps_three() {
    let site = with_upload(b"a picture");
    let browser = site.sign_in();
    let page = browser.get(PAGE).ok();
    assert!(page.texts(".facts li")[0].contains("no backup of this blog is known"));
    let folder = site.data().join("backups");
    fs::create_dir(&folder).unwrap();
    for day in 1..=3 {
        let name = format!("mayfly-2025010{day}T120000Z.tar.gz");
        fs::write(folder.join(name), "x").unwrap();
    }
    made(&site, &browser);
    let page = browser.get(PAGE).ok();
    assert!(page.texts(".facts li")[0].contains("less than a day old"));
    let listed = page.texts("ul.rows li > span:first-child");
    assert_eq!(listed.len(), 3);
    assert!(
        listed[1].contains("2025") && listed[2].contains("2025"),
        "{listed:?}"
    );
    assert!(page.body.contains("1 file"));
    // What has its uploads, or is no archive of ours, gets none behind it.
    let other = "mayfly-20250103T120000Z.tar.gz";
    asking(&browser, "download-all", other, PASSWORD)
        .run()
        .status(403);
}

#[test]
fn two_at_once_are_one_and_a_clear_answer() {
    let site = blog().with_account();
    let browser = site.sign_in();
    let folder = site.data().join("backups");
    fs::create_dir(&folder).unwrap();
    let held = fs::File::create(folder.join(".mayfly-lock")).unwrap();
    held.lock().unwrap();
    let second = browser.form(PAGE, &[("do", "make")]).run().status(503);
    assert!(second.texts(".error")[0].contains("another backup"));
    assert!(archives(&folder).is_empty());
    drop(held);
    made(&site, &browser);
}

#[test]
fn a_full_disk_is_told_and_leaves_nothing_behind() {
    let site = blog().with_account();
    let browser = site.sign_in();
    let blocks = fs::metadata(site.data().join("blog.db")).unwrap().len() / 512 - 1;
    let form = browser.form(PAGE, &[("do", "make")]);
    let limit = format!("trap '' XFSZ; ulimit -f {blocks}");
    let full = form.limited(&limit).run().status(503);
    let told = &full.texts(".error")[0];
    assert!(told.contains("the disk or the quota is full"), "{told}");
    let left = fs::read_dir(site.data().join("backups")).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, [".mayfly-lock"]);
    made(&site, &browser);
}

#[test]
fn a_blog_that_is_not_well_gets_no_backup_and_says_why() {
    let site = blog().with_account();
    let browser = site.sign_in();
    site.sql("UPDATE tag SET posts = 7 WHERE name = 'cups'");
    let refused = browser.form(PAGE, &[("do", "make")]).run().status(500);
    assert!(refused.texts(".error")[0].contains("mayfly rebuild"));
    assert!(refused.log().contains("no backup was made"));
    assert!(archives(&site.data().join("backups")).is_empty());
}

#[test]
fn a_blog_too_large_for_a_page_is_told_of_the_command_line() {
    let site = blog().with_account();
    let browser = site.sign_in();
    // A hole: as long as the blog must not be, and no longer on the disk than it was.
    let file = fs::File::options()
        .write(true)
        .open(site.data().join("guestbook.db"));
    file.unwrap().set_len((128 << 20) + 1).unwrap();
    let refused = browser.form(PAGE, &[("do", "make")]).run().status(503);
    assert!(refused.texts(".error")[0].contains("mayfly backup"));
}

#[test]
fn more_uploads_than_a_download_takes_are_left_to_be_copied() {
    let site = blog().with_account();
    let browser = site.sign_in();
    let upload = fs::File::create(site.data().join("media/film.mp4")).unwrap();
    upload.set_len((1 << 30) + 1).unwrap();
    let name = made(&site, &browser);
    let page = browser.get(PAGE).ok().has("No download has what is in");
    let offered = |how: &str| page.attributes(&format!("button[name={how}]"), "value");
    assert!(offered("download-all").is_empty());
    assert_eq!(offered("download"), [name.as_str()]);
    asking(&browser, "download-all", &name, PASSWORD)
        .run()
        .status(403);
}

#[test]
fn a_long_download_takes_no_more_memory_than_a_short_one() {
    let site = blog().with_account();
    let browser = site.sign_in();
    let upload = fs::File::create(site.data().join("media/film.mp4")).unwrap();
    upload.set_len(64 << 20).unwrap();
    let name = made(&site, &browser);
    let form = asking(&browser, "download-all", &name, PASSWORD);
    let answer = form.limited("ulimit -v 49152").exchange();
    assert_eq!(answer.exit, Some(0), "{}", answer.stderr);
    assert!(answer.stdout.len() > 64 << 20);
}
