//! What is stored: facts and what is derived from them agree, however they came
//! to be there, and checking and making anew see to it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::SystemTime;

use rusqlite::Connection;
use rusqlite::types::Value;

use crate::site::Site;

/// What is derived of the periods; when each was changed depends on the clock.
const PERIODS: &str =
    "SELECT date, entries, links, quotes, notes, oldest, newest FROM period ORDER BY date";

/// Every row of what a statement reads, as text to compare.
fn rows(site: &Site, sql: &str) -> Vec<String> {
    let blog = Connection::open(site.data().join("blog.db")).unwrap();
    let mut statement = blog.prepare(sql).unwrap();
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| {
        let values = (0..columns).map(|index| row.get::<_, Value>(index));
        values.collect::<rusqlite::Result<Vec<Value>>>()
    });
    rows.unwrap()
        .map(|row| format!("{:?}", row.unwrap()))
        .collect()
}

/// The derived tables, tags by their names: ids depend on the order of arrival.
fn derived(site: &Site) -> BTreeMap<&'static str, Vec<String>> {
    let named = "SELECT name, id FROM tag UNION ALL
                 SELECT column1, column2 FROM (VALUES ('=1', 1), ('=2', 2), ('=3', 3), ('=4', 4))";
    let tables = [
        ("period", PERIODS.to_owned()),
        (
            "tag",
            "SELECT name, posts, html, related FROM tag WHERE posts > 0 ORDER BY name".to_owned(),
        ),
        (
            "tagging",
            format!(
                "SELECT named.name, moment FROM tagging JOIN ({named}) named ON named.id = tag
                 ORDER BY 1, 2"
            ),
        ),
        (
            "tag_pair",
            "SELECT a.name, b.name, tag_pair.posts FROM tag_pair
             JOIN tag a ON a.id = tag JOIN tag b ON b.id = other ORDER BY 1, 2"
                .to_owned(),
        ),
        (
            "listing",
            "SELECT moment, date, slug, label, html FROM listing ORDER BY moment".to_owned(),
        ),
        (
            "post",
            "SELECT head, around, html FROM post ORDER BY moment".to_owned(),
        ),
        ("site", "SELECT years, nav, next_due FROM site".to_owned()),
    ];
    tables.map(|(name, sql)| (name, rows(site, &sql))).into()
}

/// Insists that what is derived is what making it anew gives.
#[track_caller]
pub fn agrees(site: &Site) {
    let check = site.mayfly(&["check"]);
    let said = String::from_utf8_lossy(&check.stdout).into_owned();
    assert!(check.status.success(), "{said}");
    let before = derived(site);
    assert!(site.mayfly(&["rebuild"]).status.success());
    assert_eq!(derived(site), before);
}

/// Files with posts of all kinds: name, front matter, text.
fn posts() -> Vec<(String, String, String)> {
    let kinds = [
        "entry\ntitle: Some title",
        "link\ntitle: Found\nlink: https://example.org/",
        "quote\nsource: Somebody",
        "note",
    ];
    let tags = ["sea", "sea, wind", "wind, sea, kites", "", "kites"];
    let post = |number: usize| {
        let (month, day) = (1 + number % 12, 1 + number % 5);
        let kind = kinds[number % kinds.len()];
        let front = format!(
            "kind: {kind}\ntags: [{}]\ndate: {}-{month:02}-{day:02} 12:00",
            tags[number % tags.len()],
            2020 + number % 3,
        );
        (
            format!("{number}.md"),
            front,
            format!("Text [{number}](/tags/)."),
        )
    };
    (0..25).map(post).collect()
}

/// What `mayfly check` finds wrong.
pub fn contradictions(site: &Site) -> Vec<String> {
    let output = site.mayfly(&["check"]);
    let told = String::from_utf8(output.stdout).unwrap();
    let wrong: Vec<String> = told
        .lines()
        .filter(|line| line.starts_with("BAD"))
        .map(String::from)
        .collect();
    assert_eq!(
        output.status.code(),
        Some(i32::from(!wrong.is_empty())),
        "{told}"
    );
    wrong
}

#[test]
fn counts_are_the_same_however_posts_arrive() {
    let all = posts();
    let at_once = all.iter().fold(Site::new(), |site, (name, front, text)| {
        site.post(name, front, text)
    });
    let one_by_one = Site::new();
    for (name, front, text) in &all {
        one_by_one.import(name, front, text);
    }
    // Posts that were something else before leave nothing behind.
    let changed = Site::new();
    for (name, _, text) in &all {
        changed.import(name, "kind: note\ntags: [was, sea]\ndate: 2019-01-01", text);
    }
    for (name, front, text) in all.iter().rev() {
        changed.import(name, front, text);
    }
    let expected = derived(&at_once);
    assert_eq!(expected["listing"].len(), 25);
    assert_eq!(derived(&one_by_one), expected, "one by one");
    let settled = derived(&changed);
    for table in ["period", "tag", "tag_pair", "site"] {
        // Moments of one noon are given out in order of arrival.
        assert_eq!(counts(&settled[table]), counts(&expected[table]), "{table}");
    }
    for site in [&at_once, &one_by_one, &changed] {
        assert_eq!(contradictions(site), [""; 0]);
        let before = derived(site);
        assert!(site.mayfly(&["rebuild"]).status.success());
        assert_eq!(derived(site), before, "rebuilt");
    }
}

/// Rows without their moments, which are numbers of sixteen digits.
fn counts(rows: &[String]) -> Vec<String> {
    let is_moment = |word: &str| word.chars().filter(char::is_ascii_digit).count() >= 16;
    rows.iter()
        .map(|row| row.split(", ").filter(|word| !is_moment(word)).collect())
        .collect()
}

#[test]
fn made_up_blogs_are_always_the_same() {
    let dump = |site: &Site| {
        let tables = "post listing tag tagging tag_pair page redirect scheduled";
        let tables = tables.split(' ');
        tables
            .map(|table| rows(site, &format!("SELECT * FROM {table} ORDER BY 1, 2")))
            .chain([rows(site, PERIODS)])
            .collect::<Vec<_>>()
    };
    let seeded = || {
        let site = Site::new();
        let output = site.mayfly(&["seed", "--posts", "500"]);
        assert!(output.status.success());
        assert!(String::from_utf8_lossy(&output.stdout).contains("posts a second"));
        site
    };
    let (one, other) = (seeded(), seeded());
    let first = dump(&one);
    assert_eq!(first[0].len(), 500);
    assert!(first == dump(&other), "two seeds differ");
    assert_eq!(contradictions(&one), [""; 0]);
    for page in ["/", "/tags/", "/tags/performance/", "/2010/", "/2010/Mar/"] {
        assert!(
            one.get(page).ok().body == other.get(page).ok().body,
            "{page}"
        );
    }
    assert!(other.mayfly(&["rebuild"]).status.success());
    assert!(first == dump(&other), "a rebuilt blog differs");
}

/// A way to break a blog, and what `mayfly check` should say of it.
const BREAKAGES: [(&str, &str); 11] = [
    (
        "DELETE FROM listing WHERE post = 1",
        "every post is listed once",
    ),
    (
        "UPDATE listing SET post = 99 WHERE post = 1",
        "every post is listed once",
    ),
    (
        "UPDATE post SET around = char(10) WHERE id = 2",
        "every post knows its neighbours",
    ),
    (
        "UPDATE listing SET label = 'Another' WHERE post = 1",
        "every post knows its neighbours",
    ),
    (
        "INSERT INTO tagging VALUES (16, 5)",
        "every list leads to posts",
    ),
    (
        "UPDATE tag SET posts = posts + 1 WHERE name = 'sea'",
        "every tag counts its posts",
    ),
    (
        "INSERT INTO tagging SELECT 99, moment FROM listing",
        "every tagging has its tag",
    ),
    (
        "UPDATE period SET notes = notes + 1 WHERE date < 10000",
        "years, months and days count their posts",
    ),
    (
        "DELETE FROM period WHERE date > 20000000",
        "every post's day is counted",
    ),
    (
        "INSERT INTO redirect VALUES ('/a', '/b'), ('/b', '/c'), ('/d', '/e'), ('/e', '/d')",
        "no redirect leads to a redirect",
    ),
    (
        "UPDATE site SET next_due = 5",
        "next_due is the first scheduled moment",
    ),
];

#[test]
fn check_names_what_is_wrong_and_rebuild_mends_it() {
    let site = Site::new()
        .post("2025-07-05-a.md", "kind: note\ntags: [sea, wind]", "Text.")
        .post("2025-07-06-b.md", "kind: note\ntags: [sea]", "Text.");
    assert_eq!(contradictions(&site), [""; 0]);
    let well = derived(&site);
    for (sql, claim) in BREAKAGES {
        site.sql(sql);
        let wrong = contradictions(&site);
        assert!(
            wrong.iter().any(|line| line.contains(claim)),
            "{sql}: {wrong:?}"
        );
        assert!(
            wrong.iter().all(|line| line.contains("mayfly rebuild")),
            "{wrong:?}"
        );
        assert!(site.mayfly(&["rebuild"]).status.success());
        assert_eq!(contradictions(&site), [""; 0], "{sql}");
        assert_eq!(derived(&site), well, "{sql}");
    }
    let redirects = rows(&site, "SELECT path || ' ' || target FROM redirect");
    assert_eq!(redirects, ["[Text(\"/a /c\")]", "[Text(\"/b /c\")]"]);
}

#[test]
fn a_rebuild_that_is_killed_leaves_a_blog_that_works() {
    let site = Site::new();
    assert!(site.mayfly(&["seed", "--posts", "2500"]).status.success());
    let well = derived(&site);
    // What is derived differs from what would be made, so that one sees how far it came.
    site.sql("UPDATE listing SET html = '<p>Antediluvian.</p>'");
    let before = |site: &Site| {
        rows(
            site,
            "SELECT 1 FROM listing WHERE html LIKE '%Antediluvian%'",
        )
        .len()
    };
    let mut rebuild = Command::new(env!("CARGO_BIN_EXE_mayfly"));
    rebuild.arg("--data").arg(site.data()).arg("rebuild");
    let mut rebuild = rebuild.stdout(Stdio::null()).spawn().unwrap();
    while before(&site) == 2500 {
        thread::yield_now();
    }
    rebuild.kill().unwrap();
    rebuild.wait().unwrap();
    // A part of it is done; what is served is whole, and the next run does the rest.
    assert!(before(&site) > 0, "it ended before it was killed");
    for page in [
        "/",
        "/tags/",
        "/2010/",
        "/tags/performance/",
        "/search/?q=river",
    ] {
        site.get(page).ok();
    }
    assert_eq!(contradictions(&site), [""; 0]);
    assert!(site.mayfly(&["rebuild"]).status.success());
    assert_eq!((before(&site), derived(&site) == well), (0, true));
}

#[test]
fn check_changes_nothing() {
    let site = Site::new().post("2025-07-05-a.md", "kind: note", "Text.");
    site.import("2025-07-06-b.md", "kind: note\ndraft: true", "Text.");
    let state = |folder: &Path| {
        let mut files: Vec<(String, SystemTime, Vec<u8>)> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.metadata().unwrap().is_file())
            .map(|entry| {
                let changed = entry.metadata().unwrap().modified().unwrap();
                let name = entry.file_name().to_string_lossy().into_owned();
                (name, changed, fs::read(entry.path()).unwrap())
            })
            .collect();
        files.sort();
        files
    };
    let before = state(&site.data());
    assert!(before.len() >= 2);
    assert_eq!(contradictions(&site), [""; 0]);
    assert!(state(&site.data()) == before, "check left a trace");
}

#[test]
fn check_sees_files_that_others_may_read_and_files_that_are_missing() {
    use std::os::unix::fs::PermissionsExt;
    let site = Site::new().post("2025-07-05-a.md", "kind: note", "Text.");
    let data = site.data();
    let mode = |path: &Path, mode| fs::set_permissions(path, PermissionsExt::from_mode(mode));
    mode(&data, 0o755).unwrap();
    mode(&data.join("desk.db"), 0o644).unwrap();
    let wrong = contradictions(&site).concat();
    assert!(
        wrong.contains("desk.db") && wrong.contains("chmod 700"),
        "{wrong}"
    );
    mode(&data, 0o700).unwrap();
    fs::remove_file(data.join("desk.db")).unwrap();
    let wrong = contradictions(&site).concat();
    assert!(wrong.contains("desk.db is missing"), "{wrong}");
}

#[test]
fn the_public_file_stays_small() {
    let tables = rows(&Site::new(), "SELECT name FROM sqlite_schema");
    assert!(
        tables.len() <= 16,
        "every request parses {} rows",
        tables.len()
    );
}

#[test]
fn the_schema_that_pages_parse_fits_the_first_page_of_its_file() {
    // A program that reads looks for it there. On pages of its own it is parsed as
    // it stands, which cost each page 426,000 instructions more.
    let file = fs::read(Site::new().data().join("blog.db")).unwrap();
    let kind = file[100];
    assert_eq!(
        kind, 13,
        "a leaf (https://sqlite.org/fileformat2.html, 1.6)"
    );
}
