//! What an import says, and what it leaves alone.

use super::*;

#[test]
fn a_dry_run_changes_nothing() {
    let blog = Blog::new();
    blog.post(
        "a.md",
        "title: A\ndate: 2020-01-01 10:00\naliases: /x/",
        "One.",
    )
    .post("d.md", "title: D\ndraft: true", "Two.")
    .post("s.md", "title: S\ndate: 2999-01-01 10:00", "Three.");
    let read = |name| fs::read(blog.data().join(name)).unwrap();
    let before = (read("blog.db"), read("desk.db"));
    let said = blog.run(&["files", "--dry-run"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines: Vec<String> = said.stdout.lines().map(words).collect();
    assert_eq!(
        lines,
        [
            "Kind Date Address Title",
            "new entry 2020-01-01 /2020/Jan/1/a/ A",
            "draft entry D",
            "scheduled entry 2999-01-01 /2999/Jan/1/s/ S",
            "Would import 3 posts: 1 new, 1 draft, 1 scheduled. 1 old address leads to one of them.",
        ]
    );
    assert!(before == (read("blog.db"), read("desk.db")));
}

#[test]
fn a_map_names_every_old_address() {
    let blog = Blog::new();
    blog.post("2020-01-01-a.md", "layout: post\naliases: /x/", "One.")
        .post("b.md", "title: B\ndate: 2020-01-02 10:00", "Two.");
    let seq = blog.seq();
    let arguments = [
        "files",
        "--dry-run",
        "--map",
        "--permalink",
        "/news/:year/:title/",
    ];
    let said = blog.run(&arguments);
    assert_eq!(
        said.stdout,
        "/x/\t/2020/Jan/1/a/\n/news/2020/a/\t/2020/Jan/1/a/\n/news/2020/b/\t/2020/Jan/2/b/\n"
    );
    assert!(
        said.stderr.starts_with("Would import 2 posts"),
        "{}",
        said.stderr
    );
    assert_eq!(
        (blog.seq(), blog.count("SELECT count(*) FROM post")),
        (seq, 0)
    );
    let said = blog.run(&["files", "--map"]);
    assert!(
        said.stdout.contains("/x/\t/2020/Jan/1/a/\n"),
        "{}",
        said.stdout
    );
    assert_eq!(blog.count("SELECT count(*) FROM post"), 2);
}

#[test]
fn a_bad_file_is_named_with_its_line_and_the_others_are_imported() {
    let blog = Blog::new();
    blog.post("a.md", "title: A\ndate: 2020-01-01 10:00", "One.")
        .post("b.md", "title: B\ndate: someday", "Two.")
        .post("c.md", "title: C\ndate: 0001-01-01", "Three.")
        .post(
            "d.md",
            &format!("title: D\ndate: 2020-01-01\ntags: [{}]", "t".repeat(101)),
            "Four.",
        )
        .post("e.md", "title: E\nkind: note\ndate: 2020-01-01", "")
        .post(
            "f.md",
            "title: F\ndate: 2020-01-01",
            &"word ".repeat((8 << 20) / 5 + 1),
        );
    fs::write(blog.files().join("g.md"), vec![b'x'; 10 << 20]).unwrap();
    let said = blog.run(&["files"]);
    assert_eq!(said.code, 1);
    assert!(
        said.stdout.starts_with("Imported 1 post: 1 new."),
        "{}",
        said.stdout
    );
    let expected = [
        "files/b.md:3: `someday` is not a date",
        "files/g.md: it has 10 MB, and a post at most 8",
        "files/c.md: its date is outside",
        "files/d.md: the tag \"tttttttttttttttttttttttttttttttttttttttt\u{2026}\" is longer than 100",
        "files/e.md: a note needs a text",
        "files/f.md: its text is longer than 8 MB",
        "mayfly: 6 files could not be read",
    ];
    assert_eq!(
        said.stderr.lines().count(),
        expected.len(),
        "{}",
        said.stderr
    );
    for (line, expected) in said.stderr.lines().zip(expected) {
        assert!(line.starts_with(expected), "{line:?} is not {expected:?}");
    }
    assert_eq!(blog.rows("SELECT title FROM post"), ["A"]);
}

#[test]
fn odd_files_are_no_reason_to_stop() {
    let blog = Blog::new();
    let title = "long ".repeat(60);
    blog.post(
        "a.md",
        &format!("title: {title}\ndate: 2020-01-01 10:00"),
        "A\u{7}\u{1}b.",
    )
    .post("\u{1b}[2J.md", "title: E\ndate: someday", "x");
    let said = blog.run(&["files"]);
    assert!(!said.stderr.contains('\u{1b}'), "{:?}", said.stderr);
    assert_eq!(said.code, 1);
    let slug = &blog.rows("SELECT slug FROM post")[0];
    assert!(slug.len() <= 100, "{slug}");
    assert!(blog.get(&format!("/2020/Jan/1/{slug}/")).1.contains("Ab."));
    let html = &blog.rows("SELECT html FROM post")[0];
    assert!(!html.contains(['\u{1}', '\u{7}']), "{html:?}");
}

#[test]
fn what_cannot_be_done_is_said() {
    let blog = Blog::new();
    for (arguments, code, expected) in [
        (
            &["none.md"][..],
            1,
            "none.md: there is no such file or folder",
        ),
        (
            &["files"],
            1,
            "files: there is no Markdown file in this folder",
        ),
        (
            &["files", "--permalink", "weekly"],
            2,
            "`weekly` is no permalink pattern",
        ),
        (&[], 2, "PATH"),
    ] {
        let said = blog.run(arguments);
        assert_eq!(
            (said.code, said.stdout.as_str()),
            (code, ""),
            "{arguments:?}"
        );
        assert!(said.stderr.contains(expected), "{}", said.stderr);
    }
    let said = Command::new(env!("CARGO_BIN_EXE_mayfly"))
        .arg("--data")
        .arg(blog.files())
        .args(["import", "x.md"])
        .output()
        .unwrap();
    let said = Said::of(said);
    assert_eq!(said.code, 1);
    assert!(
        said.stderr.contains("there is no blog in"),
        "{}",
        said.stderr
    );
    let help = blog.run(&["--help"]);
    assert!(help.stdout.contains("Exit codes:"), "{}", help.stdout);
}
