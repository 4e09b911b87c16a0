//! A blog of an older version: every program says so, the admin offers to bring it up,
//! and whoever is killed while doing so leaves what there was.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use mayfly::cgi;
use mayfly::error::{Error, Result};
use mayfly::request::Request;
use mayfly::response::Response;
use mayfly::store::desk;
use mayfly::store::migrate::Upgrade;
use rusqlite::Connection;

use crate::site::{Reply, Site, copy_program};

/// From a version that never was: there has been no other than the first.
const UPGRADES: &[Upgrade] = &[
    Upgrade {
        file: "blog",
        from: 0,
        sql: "UPDATE blog.site SET tagline = 'As of version 1'",
    },
    Upgrade {
        file: "desk",
        from: 0,
        sql: "DELETE FROM desk.attempt",
    },
];

/// The same that takes a while, and changes every page of the file twice.
const SLOW: &[Upgrade] = &[Upgrade {
    file: "blog",
    from: 0,
    sql: "UPDATE blog.post SET text = upper(text) || hex(randomblob(4000));
          UPDATE blog.post SET text = text || hex(randomblob(4000));",
}];

/// The variable that names the blog which this process is to bring up.
const VARIABLE: &str = "UPGRADE_OF";

/// The same for one that is brought up in a moment.
const QUICK: &str = "QUICK_UPGRADE_OF";

const FILES: [&str; 3] = ["guestbook.db", "blog.db", "desk.db"];

/// Makes a blog one of an older version.
pub fn older(site: &Site) {
    for name in FILES {
        let file = Connection::open(site.data().join(name)).unwrap();
        file.pragma_update(None, "user_version", 0).unwrap();
    }
}

fn versions(site: &Site) -> Vec<i64> {
    let version = |name: &str| {
        let file = Connection::open(site.data().join(name)).unwrap();
        file.query_row("PRAGMA user_version", [], |row| row.get(0))
            .unwrap()
    };
    FILES.map(version).to_vec()
}

/// The program `admin`, as one of the version after `UPGRADES` would be.
pub fn of_another_version(request: &Request) -> Result<Response> {
    let mut host = cgi::host();
    let data = request.place.data.as_deref().unwrap_or(Path::new("/"));
    host.programs = data.with_file_name("scratch");
    upgrade(request, &host)
}

fn upgrade(request: &Request, host: &mayfly::host::Host) -> Result<Response> {
    mayfly::upgrade::instead(request, host, UPGRADES, Error::Unavailable("old".into()))
}

fn send(site: &Site, page: &Reply, stand_in: bool) -> Reply {
    let secret = page.attributes("input[name=secret]", "value");
    let body = serde_urlencoded::to_string([("secret", &secret[0])]).unwrap();
    let asked = match stand_in {
        true => site.ask("/admin/").stand_in("upgrade"),
        false => site.ask("/admin/").program(admin(site)),
    };
    asked
        .method("POST")
        .var("CONTENT_TYPE", "application/x-www-form-urlencoded")
        .body(body.as_bytes())
        .run()
}

/// The program in a folder of its own, where its proof is looked for.
fn admin(site: &Site) -> PathBuf {
    let program = site.scratch().join("admin");
    if !program.exists() {
        copy_program(env!("CARGO_BIN_EXE_admin"), &program);
    }
    program
}

fn prove(site: &Site, page: &Reply) {
    let word = page.texts("pre code").swap_remove(0);
    fs::write(site.scratch().join("mayfly-setup.txt"), word).unwrap();
}

#[test]
fn the_admin_brings_an_older_blog_up_for_whoever_owns_the_account() {
    let site = Site::new()
        .post("2025-07-05-a.md", "kind: note", "Text.")
        .with_account();
    older(&site);
    site.get("/").status(503);
    let page = site.ask("/admin/").stand_in("upgrade").run().status(503);
    page.header("Content-Security-Policy").unwrap();
    assert_eq!(page.texts("main button"), ["Upgrade the blog"]);
    // Nobody but whoever can put a file beside the programs.
    let refused = send(&site, &page, true).status(422);
    assert_eq!(
        refused.texts("[role=alert]"),
        [
            "There is no mayfly-setup.txt beside the programs yet. Put it there, then send this form again."
        ]
    );
    prove(&site, &site.ask("/admin/").stand_in("upgrade").run());
    send(&site, &page, true).status(422).has("another word");
    assert_eq!(versions(&site), [0, 0, 0]);
    site.get("/").status(503);

    prove(&site, &page);
    send(&site, &page, true).leads_to(303, "http://blog.example/admin/");
    assert_eq!(versions(&site), [1, 1, 1]);
    assert!(!site.scratch().join("mayfly-setup.txt").exists());
    site.get("/").ok().has("As of version 1").has("Text.");
    site.sign_in().get("/admin/").ok();
}

#[test]
fn the_admin_says_where_no_upgrade_leads() {
    let site = Site::new().with_account();
    let ask = |address: &str| site.ask(address).program(admin(&site)).run();
    older(&site);
    ask("/admin/posts/").leads_to(303, "http://blog.example/admin/");
    let page = ask("/admin/").status(503);
    prove(&site, &page);
    let reply = send(&site, &page, false).status(503);
    assert!(reply.texts("[role=alert]")[0].contains("has schema 0"));
    assert_eq!(versions(&site), [0, 0, 0]);
    // Of a blog that is newer the programs are the wrong ones, and nothing is offered.
    site.sql("PRAGMA user_version = 2");
    ask("/admin/").status(503).lacks("Upgrade");
}

/// An address of each program.
pub const ADDRESSES: [&str; 17] = [
    "/",
    "/2025/",
    "/2025/Jul/5/a/",
    "/2025/Jul/5/a.md",
    "/about/",
    "/admin/",
    "/admin/media/",
    "/comments/1/",
    "/feed.atom",
    "/grep/?regex=a",
    "/guestbook/",
    "/links/",
    "/login/",
    "/qr/2025/Jul/5/a.svg",
    "/search/?q=a",
    "/sitemap.xml",
    "/tags/a/",
];

#[test]
fn programs_of_the_old_version_beside_a_newer_blog_answer_503() {
    let site = Site::new().post("2025-07-05-a.md", "kind: note\ntags: [a]", "Text.");
    let sources = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/cgi-bin")).unwrap();
    for source in sources {
        let program = source.unwrap().path();
        let program = program.file_stem().unwrap().to_str().unwrap();
        let routed =
            |address: &&str| mayfly::url::route(address.split('?').next().unwrap()).0 == program;
        assert!(ADDRESSES.iter().any(routed), "no address of {program}");
    }
    for name in FILES {
        let file = Connection::open(site.data().join(name)).unwrap();
        file.pragma_update(None, "user_version", 2).unwrap();
    }
    for address in ADDRESSES {
        let reply = site.get(address).status(503);
        assert!(
            reply.log().contains("newer than the 1 this program knows"),
            "{}",
            reply.exchange
        );
    }
}

/// Not a test of its own: the process that is killed.
#[test]
fn victim() {
    if let Ok(data) = std::env::var(VARIABLE) {
        desk::upgrade(data.as_ref(), SLOW).unwrap();
    }
}

/// Nor is this: the same that changes little.
#[test]
fn quick_victim() {
    if let Ok(data) = std::env::var(QUICK) {
        desk::upgrade(data.as_ref(), UPGRADES).unwrap();
    }
}

/// A process that brings a blog up from an older version, to be killed.
pub fn bringing_up(site: &Site) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "upgrade::quick_victim", "--quiet"]);
    command.env(QUICK, site.data());
    command
}

#[test]
fn an_upgrade_that_is_killed_leaves_what_there_was() {
    let site = Site::new();
    assert!(site.mayfly(&["seed", "--posts", "300"]).status.success());
    older(&site);
    let texts = || {
        let blog = Connection::open(site.data().join("blog.db")).unwrap();
        blog.query_row("SELECT group_concat(text) FROM post", [], |row| {
            row.get::<_, String>(0)
        })
        .unwrap()
    };
    let before = texts();
    let journal = site.data().join("blog.db-journal");
    let mut halfway = 0;
    for _ in 0..5 {
        let mut upgrade = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "upgrade::victim", "--quiet"])
            .env(VARIABLE, site.data())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // The journal is there from the first page that is changed to the last.
        let begun = Instant::now();
        while fs::metadata(&journal).map_or(0, |file| file.len()) == 0 {
            assert!(begun.elapsed() < Duration::from_secs(60), "it never begins");
            assert!(upgrade.try_wait().unwrap().is_none(), "it ended unseen");
            std::thread::yield_now();
        }
        upgrade.kill().unwrap();
        upgrade.wait().unwrap();
        // The page finds what was left, and puts the file right before it reads it.
        if site.get("/").status == 200 {
            break; // It was done a moment before.
        }
        halfway += 1;
        assert_eq!(versions(&site)[1], 0);
        assert!(texts() == before, "half of it was done");
    }
    assert!(halfway > 0, "each was done a moment before");
    desk::upgrade(&site.data(), SLOW).unwrap();
    assert_eq!(versions(&site), [1, 1, 1]);
    site.get("/").ok();
    assert_ne!(texts(), before);
}
