//! The command line: what it makes, what it refuses, what it says and how it
//! ends. `import` and `serve` have files of their own.

use std::collections::{BTreeSet, VecDeque};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::site::{Site, copy_program};

/// Runs the command line without a word about where the blog is.
fn mayfly(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mayfly"));
    command.env_clear().args(arguments).output().unwrap()
}

/// How it ended, and all it said.
fn told(output: &Output) -> (Option<i32>, String) {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

/// Insists on an exit code and on words that were said.
#[track_caller]
fn ends(output: &Output, code: i32, words: &[&str]) {
    let (ended, text) = told(output);
    assert_eq!(ended, Some(code), "{text}");
    for word in words {
        assert!(text.contains(word), "no {word:?} in: {text}");
    }
    // Paragraphs are for help; what went wrong is said in a few lines.
    assert!(code != 1 || text.lines().count() <= 30, "{text}");
}

#[test]
fn every_command_explains_itself() {
    let (code, help) = told(&mayfly(&["--help"]));
    assert_eq!(code, Some(0));
    assert!(help.contains("Examples:") && help.contains("Exit codes:"));
    let commands = help.split("Commands:").nth(1).unwrap();
    let commands: Vec<(&str, &str)> = commands
        .lines()
        .skip(1)
        .take_while(|line| !line.is_empty())
        .map(|line| line.trim().split_once("  ").unwrap_or((line.trim(), "")))
        .filter(|(name, _)| *name != "help")
        .collect();
    let names: Vec<&str> = commands.iter().map(|(name, _)| *name).collect();
    for name in [
        "backup", "check", "import", "init", "migrate", "rebuild", "restore", "seed", "serve",
        "settings", "user",
    ] {
        assert!(names.contains(&name), "{names:?}");
    }
    for (name, description) in commands {
        let description = description.trim();
        assert!(description.len() > 10, "{name} has no description");
        let (code, help) = told(&mayfly(&[name, "--help"]));
        assert_eq!(code, Some(0));
        assert!(help.starts_with(description), "{name}: {help}");
    }
}

#[test]
fn it_tells_its_version() {
    let version = format!("mayfly {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(told(&mayfly(&["--version"])), (Some(0), version));
}

#[test]
fn mistakes_in_the_command_end_with_2() {
    for arguments in [
        &["frobnicate"][..],
        &[],
        &["--data"],
        &["check", "--frobnicate"],
        &["seed"],
        &["seed", "--posts", "0"],
        &["seed", "--posts", "many"],
        &["init", "x", "--links", "curly"],
    ] {
        ends(&mayfly(arguments), 2, &[]);
    }
    let zone = mayfly(&["init", "never-made", "--zone", "Mars/Olympus"]);
    ends(&zone, 2, &["Mars/Olympus", "Europe/Berlin"]);
    for url in [
        "example.org",
        "ftp://example.org",
        "https://",
        "https://x/\"><b>",
    ] {
        let base = mayfly(&["init", "never-made", "--base-url", url]);
        ends(&base, 2, &["https://example.org/blog"]);
    }
    ends(
        &mayfly(&["init", "never-made", "--language", "en us"]),
        2,
        &["pt-BR"],
    );
    assert!(!Path::new("never-made").exists());
}

#[test]
fn a_command_without_a_blog_says_how_to_name_one() {
    for command in [
        &["check"][..],
        &["rebuild"],
        &["migrate"],
        &["serve"],
        &["seed", "--posts", "1"],
        &["backup", "never-made"],
        &["restore", "none.tar.gz"],
    ] {
        ends(
            &mayfly(command),
            1,
            &["--data", "MAYFLY_DATA", "mayfly.conf"],
        );
    }
    ends(&mayfly(&["init"]), 1, &["mayfly init DIR"]);
}

#[test]
fn a_directory_without_a_blog_is_told_from_one() {
    let site = Site::new();
    let empty = site.scratch();
    let empty = empty.to_str().unwrap();
    for command in [&["rebuild"][..], &["migrate"], &["seed", "--posts", "1"]] {
        let arguments = [&["--data", empty], command].concat();
        ends(&mayfly(&arguments), 1, &["no blog", "mayfly init"]);
    }
    ends(
        &mayfly(&["--data", empty, "check"]),
        1,
        &["blog.db is missing"],
    );
    assert_eq!(
        fs::read_dir(empty).unwrap().count(),
        0,
        "looking made files"
    );
}

#[test]
fn the_blog_may_be_named_in_three_ways() {
    let site = Site::new().post("2025-07-05-a.md", "kind: note", "Text.");
    let data = site.data();
    let mut by_variable = Command::new(env!("CARGO_BIN_EXE_mayfly"));
    let by_variable = by_variable
        .env_clear()
        .env("MAYFLY_DATA", &data)
        .arg("check");
    ends(&by_variable.output().unwrap(), 0, &["blog.db is whole"]);

    let copy = site.scratch().join("mayfly");
    copy_program(env!("CARGO_BIN_EXE_mayfly"), &copy);
    let conf = format!("# where it lies\ndata = {}\n", data.display());
    fs::write(site.scratch().join("mayfly.conf"), conf).unwrap();
    let by_file = Command::new(&copy)
        .env_clear()
        .arg("check")
        .output()
        .unwrap();
    ends(&by_file, 0, &["blog.db is whole"]);
    // What is said aloud counts for more.
    let none = site.scratch().join("none");
    let mut by_option = Command::new(&copy);
    let by_option = by_option.env_clear().arg("--data").arg(none).arg("rebuild");
    ends(&by_option.output().unwrap(), 1, &["no blog"]);
}

#[test]
fn a_new_blog_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let site = Site::new();
    let mode = |name: &str| {
        let file = fs::metadata(site.data().join(name)).unwrap();
        file.permissions().mode() & 0o777
    };
    assert_eq!(mode(""), 0o700);
    assert_eq!((mode("blog.db"), mode("desk.db")), (0o600, 0o600));
    assert!(site.data().join("media").is_dir());
    ends(&site.mayfly(&["check"]), 0, &["ok   blog.db has schema 1"]);
}

#[test]
fn a_blog_that_is_there_is_left_alone() {
    let site = Site::new().post("2025-07-05-a.md", "kind: note", "Text.");
    let data = site.data();
    let before = fs::read(data.join("blog.db")).unwrap();
    for demo in [&["--title", "Other"][..], &["--demo"]] {
        let output = mayfly(&[&["init", data.to_str().unwrap()], demo].concat());
        ends(&output, 1, &["is there already"]);
    }
    assert!(fs::read(data.join("blog.db")).unwrap() == before);
}

#[test]
fn settings_reach_the_pages() {
    let site = Site::new()
        .with_option("--title", "Tea\tand\n cake")
        .with_option("--tagline", "Every day")
        .with_option("--language", "de");
    let page = site.get("/").ok();
    assert_eq!(page.texts("title, .tagline"), ["Tea and cake", "Every day"]);
    assert_eq!(page.attributes("html", "lang"), ["de"]);
}

#[test]
fn the_demo_has_all_kinds_and_no_dead_link() {
    let site = Site::new().with_flag("--demo");
    ends(&site.mayfly(&["check"]), 0, &[]);
    let mut seen = BTreeSet::from(["/".to_owned()]);
    let mut waiting = VecDeque::from(["/".to_owned()]);
    let mut kinds = BTreeSet::new();
    while let Some(target) = waiting.pop_front() {
        let page = site.get(&target);
        assert_eq!(page.status, 200, "{target} is linked to\n{}", page.exchange);
        kinds.extend(page.attributes("article.full", "class"));
        let ids = page.attributes("[id]", "id");
        for link in page.links() {
            let (address, fragment) = link.split_once('#').unwrap_or((&link, ""));
            if address.is_empty() && !fragment.is_empty() {
                assert!(
                    ids.iter().any(|id| id == fragment),
                    "{target} has no #{fragment}"
                );
            }
            if let Some(file) = address.strip_prefix("/media/") {
                assert!(site.data().join("media").join(file).is_file(), "{address}");
            } else if address.starts_with('/') && seen.insert(address.to_owned()) {
                waiting.push_back(address.to_owned());
            }
        }
    }
    assert!(seen.len() > 60, "only {} pages", seen.len());
    for kind in ["entry", "link", "quote", "note", "page"] {
        let found = kinds.iter().any(|class| class.ends_with(kind));
        assert!(found, "no {kind}: {kinds:?}");
    }
}

#[test]
fn made_up_posts_go_into_an_empty_blog_only() {
    let site = Site::new().post("2025-07-05-a.md", "kind: note", "Text.");
    ends(
        &site.mayfly(&["seed", "--posts", "10"]),
        1,
        &["has posts already", "empty blog"],
    );
    assert_eq!(site.get("/").ok().texts("article").len(), 1);
}

#[test]
fn migrating_a_current_blog_does_nothing() {
    let site = Site::new();
    let before = fs::read(site.data().join("blog.db")).unwrap();
    ends(&site.mayfly(&["migrate"]), 0, &["at version 1 already"]);
    assert!(fs::read(site.data().join("blog.db")).unwrap() == before);
}

#[test]
fn a_newer_blog_is_left_to_the_programs_it_belongs_to() {
    let site = Site::new();
    site.sql("PRAGMA user_version = 2");
    ends(
        &site.mayfly(&["migrate"]),
        1,
        &["schema 2", "belongs to it"],
    );
    ends(&site.mayfly(&["rebuild"]), 1, &["schema 2"]);
    ends(&site.mayfly(&["check"]), 1, &["schema 2"]);
    site.get("/").status(503);
    site.sql("PRAGMA user_version = 0");
    ends(&site.mayfly(&["rebuild"]), 1, &["mayfly migrate"]);
}

#[test]
fn the_guestbook_is_brought_up_with_the_rest() {
    let site = Site::new();
    let file = || rusqlite::Connection::open(site.data().join("guestbook.db")).unwrap();
    for (version, says) in [(0, "run `mayfly migrate`"), (2, "newer than")] {
        let set = format!("PRAGMA user_version = {version}");
        file().execute_batch(&set).unwrap();
        let page = site.get("/guestbook/").status(503);
        assert!(page.log().contains(says), "{}", page.log());
        let list = site.mayfly(&["guestbook", "list"]);
        ends(&list, 1, &["guestbook.db", says]);
        let left = ["guestbook.db has schema", "belongs to it"];
        ends(&site.mayfly(&["migrate"]), 1, &left);
        // What needs no guestbook does not mind.
        site.get("/").ok();
    }
    file().execute_batch("PRAGMA user_version = 1").unwrap();
    let next = mayfly::store::migrate::Upgrade {
        file: "guestbook",
        from: 1,
        sql: "ALTER TABLE guestbook.message ADD COLUMN mood TEXT NOT NULL DEFAULT 'fine'",
    };
    let found = mayfly::store::desk::upgrade(&site.data(), &[next]).unwrap();
    let files = ["guestbook.db", "blog.db", "desk.db"];
    assert_eq!(found, files.map(|name| (name, 1)));
    file().execute_batch("SELECT mood FROM message").unwrap();
    for name in files {
        let file = rusqlite::Connection::open(site.data().join(name)).unwrap();
        let version: i64 = file
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .unwrap();
        assert_eq!(version, 2, "{name}");
    }
}

#[test]
fn a_damaged_file_is_named() {
    let site = Site::new();
    let blog = site.data().join("blog.db");
    fs::write(
        &blog,
        "this is no database, however long it is. ".repeat(200),
    )
    .unwrap();
    for command in ["check", "rebuild", "migrate"] {
        ends(
            &site.mayfly(&[command]),
            1,
            &["blog.db", "not a SQLite file"],
        );
    }
}
