//! Importing again: nothing twice, only what changed, and addresses that last.

use super::*;

const POSTS: &str = "SELECT id, date, slug, title, tags, origin FROM post ORDER BY id";

#[test]
fn nothing_changes_where_nothing_changed() {
    let blog = Blog::new();
    blog.run(&[&fixtures()]);
    let (posts, seq) = (blog.rows(POSTS), blog.seq());
    let before = fs::read(blog.data().join("blog.db")).unwrap();
    let said = blog.run(&[&fixtures()]);
    assert!(
        said.stdout.starts_with("Imported 13 posts: 13 unchanged."),
        "{}",
        said.stdout
    );
    assert!(!said.stdout.contains("remark"), "{}", said.stdout);
    assert_eq!((blog.rows(POSTS), blog.seq()), (posts, seq));
    assert!(before == fs::read(blog.data().join("blog.db")).unwrap());
}

#[test]
fn only_what_changed_is_stored_anew() {
    let blog = Blog::new();
    blog.post(
        "a.md",
        "title: A\ndate: 2020-01-01 10:00\ntags: [x, y]",
        "One.",
    )
    .post("b.md", "title: B\ndate: 2020-01-01 10:00", "Two.")
    .post("c.md", "title: C\nkind: page", "Three.");
    assert!(blog.import().starts_with("Imported 3 posts: 3 new."));
    let seq = blog.seq();
    blog.post(
        "a.md",
        "title: A\ndate: 2020-01-01 10:00\ntags: [x, z]",
        "One.",
    )
    .post("c.md", "title: C\nkind: page", "Drei.");
    let said = blog.import();
    assert_eq!(said, "Imported 3 posts: 2 updated, 1 unchanged.\n");
    assert_eq!(blog.seq(), seq + 1);
    assert_eq!(blog.rows(POSTS)[0], "1|20200101|a|A|x z|a.md");
    assert_eq!(
        blog.rows("SELECT name FROM tag WHERE posts > 0 ORDER BY name"),
        ["x", "z"]
    );
    assert_eq!(blog.count("SELECT count(*) FROM listing"), 2);
    assert!(blog.get("/c/").1.contains("Drei."));
}

#[test]
fn a_moved_post_is_followed() {
    let blog = Blog::new();
    blog.post(
        "a.md",
        "title: A\ndate: 2020-01-01 10:00\naliases: /first/",
        "One.",
    )
    .post("p.md", "title: P\nkind: page", "Page.");
    blog.import();
    blog.post("a.md", "title: A\ndate: 2020-01-01 10:00\nslug: b", "One.")
        .post("p.md", "title: P\nkind: page\nslug: q", "Page.");
    blog.import();
    blog.post("a.md", "title: A\ndate: 2021-02-03 10:00\nslug: c", "One.");
    assert!(
        blog.import()
            .starts_with("Imported 2 posts: 1 updated, 1 unchanged.")
    );
    assert_eq!(blog.rows(POSTS), ["1|20210203|c|A||a.md"]);
    // One step from anywhere.
    assert_eq!(
        blog.rows("SELECT path, target FROM redirect ORDER BY path"),
        [
            "/2020/Jan/1/a/|/2021/Feb/3/c/",
            "/2020/Jan/1/b/|/2021/Feb/3/c/",
            "/first/|/2021/Feb/3/c/",
            "/p/|/q/",
        ]
    );
    assert_eq!(blog.rows("SELECT path, origin FROM page"), ["/q/|p.md"]);
}

#[test]
fn a_post_is_known_by_its_address_where_its_file_moved() {
    let blog = Blog::new();
    blog.post("old/a.md", "title: A\ndate: 2020-01-01 10:00", "One.")
        .post("old/p.md", "title: P\nkind: page", "Page.");
    blog.import();
    blog.remove("old/a.md").remove("old/p.md");
    blog.post("new/a.md", "title: A\ndate: 2020-01-01 10:00", "One!")
        .post("new/p.md", "title: P\nkind: page", "Page!");
    assert_eq!(blog.import(), "Imported 2 posts: 2 updated.\n");
    assert_eq!(blog.rows(POSTS), ["1|20200101|a|A||new/a.md"]);
    assert_eq!(blog.rows("SELECT path, origin FROM page"), ["/p/|new/p.md"]);
}

#[test]
fn files_of_one_name_in_two_folders_are_two_posts() {
    let blog = Blog::new();
    blog.post("one/a.md", "title: A\ndate: 2020-01-01 10:00", "One.")
        .post("two/a.md", "title: A\ndate: 2020-01-01 10:00", "Two.");
    for fate in ["2 new", "2 unchanged"] {
        let said = blog.run(&["files/one", "files/two"]);
        assert!(said.stdout.contains(fate), "{}", said.stdout);
    }
    assert_eq!(
        blog.rows("SELECT origin, slug FROM post ORDER BY id"),
        ["a.md|a", "two/a.md|a-2"]
    );
}

#[test]
fn a_post_without_a_date_keeps_its_first_one() {
    let blog = Blog::new();
    blog.file("a.md", "# A\n\nOne.\n");
    let file = fs::File::options()
        .write(true)
        .open(blog.files().join("a.md"))
        .unwrap();
    let day = |seconds| std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
    file.set_modified(day(1_577_880_000)).unwrap();
    let said = blog.import();
    assert!(
        said.contains("no date: the file was last changed on 2020-01-01"),
        "{said}"
    );
    file.set_modified(day(1_600_000_000)).unwrap();
    assert_eq!(blog.import(), "Imported 1 post: 1 unchanged.\n");
    assert_eq!(blog.rows(POSTS), ["1|20200101|a|A||a.md"]);
}

#[test]
fn drafts_stay_on_the_desk_until_they_are_published() {
    let blog = Blog::new();
    let seq = blog.seq();
    blog.post("a.md", "title: A\ndraft: true\ntags: [x]", "One.");
    assert_eq!(blog.import(), "Imported 1 post: 1 draft.\n");
    assert_eq!(blog.import(), "Imported 1 post: 1 unchanged.\n");
    blog.post("a.md", "title: A\ndraft: true\ntags: [x]", "Two.");
    assert_eq!(blog.import(), "Imported 1 post: 1 draft.\n");
    assert_eq!(
        blog.rows("SELECT title, text, origin FROM draft"),
        ["A|Two.|a.md"]
    );
    assert_eq!((blog.seq(), blog.rows(POSTS)), (seq, vec![]));

    blog.post("a.md", "title: A\ndate: 2020-01-01 10:00", "Two.");
    assert_eq!(blog.import(), "Imported 1 post: 1 new.\n");
    assert_eq!(blog.count("SELECT count(*) FROM draft"), 0);

    blog.post("a.md", "title: A\ndraft: true", "Three.");
    let said = blog.import();
    assert!(
        said.contains("1 left as published") && said.contains("marked as a draft"),
        "{said}"
    );
    assert_eq!(blog.rows("SELECT text FROM post"), ["Two."]);
    assert_eq!(blog.count("SELECT count(*) FROM draft"), 0);
}

#[test]
fn a_date_to_come_is_waited_for() {
    let blog = Blog::new();
    let seq = blog.seq();
    let next = "SELECT next_due = (SELECT min(moment) FROM scheduled) FROM site";
    let waiting = "SELECT date, slug, text FROM scheduled ORDER BY moment";
    blog.post("a.md", "title: A\ndate: 2999-01-01 10:00", "One.")
        .post("b.md", "title: A\ndate: 2999-01-01 10:00", "Two.");
    assert!(blog.import().starts_with("Imported 2 posts: 2 scheduled."));
    assert_eq!(blog.import(), "Imported 2 posts: 2 unchanged.\n");
    assert_eq!(blog.rows(waiting), ["29990101|a|One.", "29990101|b|Two."]);
    assert_eq!(blog.count(next), 1);

    blog.post("a.md", "title: A\ndate: 2998-01-01 10:00", "One!");
    assert_eq!(
        blog.import(),
        "Imported 2 posts: 1 unchanged, 1 scheduled.\n"
    );
    assert_eq!(blog.rows(waiting), ["29980101|a|One!", "29990101|b|Two."]);
    assert_eq!((blog.count(next), blog.seq()), (1, seq));
    assert_eq!(blog.leads("/2998/Jan/1/a/"), "404");

    blog.post("a.md", "title: A\ndate: 2020-01-01 10:00", "One!")
        .post("b.md", "title: A\ndraft: true", "Two.");
    assert_eq!(blog.import(), "Imported 2 posts: 1 new, 1 draft.\n");
    assert_eq!(blog.count("SELECT count(*) FROM scheduled"), 0);
    assert_eq!(blog.rows("SELECT next_due FROM site"), ["NULL"]);

    blog.post("a.md", "title: A\ndate: 2999-01-01 10:00", "One?");
    let said = blog.import();
    assert!(said.contains("1 left as published"), "{said}");
    assert_eq!(blog.rows("SELECT text FROM post"), ["One!"]);
}

#[test]
fn a_post_that_becomes_a_page_moves() {
    let blog = Blog::new();
    blog.post("a.md", "title: A\ndate: 2020-01-01 10:00", "One.");
    blog.import();
    blog.post("a.md", "title: A\nkind: page", "One.");
    blog.import();
    assert_eq!(blog.rows(POSTS), [""; 0]);
    assert!(blog.leads("/2020/Jan/1/a/").ends_with("/a/"));
    blog.post("a.md", "title: A\ndate: 2020-01-01 10:00", "One.");
    blog.import();
    assert_eq!(blog.rows("SELECT path FROM page"), [""; 0]);
    assert!(blog.leads("/a/").ends_with("/2020/Jan/1/a/"));
    assert_eq!(blog.leads("/2020/Jan/1/a/"), "200");
}
