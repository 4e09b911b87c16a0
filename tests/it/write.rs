//! Writing in the browser: from an empty form to a published post, with two windows
//! on one draft, and with a program killed in between.

use std::thread;

use crate::site::{Reply, Site};

/// Saves something new, and gives the address of its draft.
fn begin(site: &Site, fields: &[(&str, &str)]) -> String {
    let reply = site.sign_in().form("/admin/new/", fields).run();
    reply.status(303).path()
}

/// The value of a field of a form.
fn value(page: &Reply, name: &str) -> String {
    page.attributes(&format!("[name={name}]"), "value")
        .swap_remove(0)
}

fn count(site: &Site, file: &str, table: &str) -> i64 {
    let db = rusqlite::Connection::open(site.data().join(file)).unwrap();
    let sql = format!("SELECT count(*) FROM {table}");
    db.query_row(&sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn each_kind_has_its_form() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    for (kind, has, lacks) in [
        ("entry", "title", "link_url"),
        ("link", "via_url", "source"),
        ("quote", "source_url", "title"),
        ("note", "title", "source"),
    ] {
        let page = browser.get(&format!("/admin/new/?kind={kind}")).ok();
        let named = |name: &str| page.attributes(&format!("[name={name}]"), "id").len();
        assert_eq!(
            (named(has), named(lacks), named("text")),
            (1, 0, 1),
            "{kind}"
        );
        // Every field that is seen has a label.
        for id in page.attributes("form:not(header form) [id]", "id") {
            assert_eq!(
                page.texts(&format!("label[for={id}]")).len(),
                1,
                "{kind}: {id}"
            );
        }
    }
    let page = browser.get(
        "/admin/new/?kind=link&url=https://example.org/%3Fa%26b&title=A%20%22b%22&text=%3Cb%3E",
    );
    let page = page.ok();
    assert_eq!(value(&page, "link_url"), "https://example.org/?a&b");
    assert_eq!(value(&page, "title"), "A \"b\"");
    assert_eq!(page.texts("textarea"), ["<b>"]);
    assert_eq!(
        count(&site, "desk.db", "draft"),
        0,
        "looking stores nothing"
    );
}

#[test]
fn a_draft_is_kept_and_then_published() {
    let site = Site::new().with_account();
    let text = "\n  First, with **stress**.\r\n\r\nSecond.";
    let fields = [
        ("kind", "entry"),
        ("title", "Tea & time"),
        ("text", text),
        ("tags", "sea, tea"),
    ];
    let draft = begin(&site, &fields);
    let browser = site.sign_in();
    let page = browser.get(&draft).ok();
    assert!(
        page.body
            .contains("\n\n  First, with **stress**.\n\nSecond.</textarea>"),
        "{}",
        page.exchange
    );
    browser
        .get("/admin/")
        .ok()
        .has(&format!("href=\"{draft}\">Tea &amp; time"));
    site.get("/").ok().lacks("Tea");

    let version = value(&page, "version");
    let fields = [
        fields.as_slice(),
        &[("version", &version), ("do", "preview")],
    ]
    .concat();
    let page = browser.form(&draft, &fields).run().ok().has("4 words");
    let frame = page.attributes("iframe", "srcdoc").swap_remove(0);
    assert!(frame.contains("<strong>stress</strong>"), "{frame}");
    site.get("/").ok().lacks("Tea");

    let version = value(&page, "version");
    let fields = [
        &fields[..4],
        &[("version", version.as_str()), ("do", "publish")],
    ]
    .concat();
    let post = browser.form(&draft, &fields).run().status(303).path();
    assert!(post.ends_with("/tea-and-time/"), "{post}");
    site.get(&post).ok().has("<strong>stress</strong>");
    site.get(post.trim_end_matches("tea-and-time/"))
        .ok()
        .has("Tea &amp; time");
    site.get("/tags/sea+tea/").ok().has("Tea &amp; time");
    browser.get(&draft).status(404);
    let check = site.mayfly(&["check"]);
    assert!(
        check.status.success(),
        "{}",
        String::from_utf8_lossy(&check.stdout)
    );
}

#[test]
fn drafts_tell_when_they_were_saved_by_the_blogs_own_clock() {
    let site = Site::new()
        .with_option("--zone", "Asia/Tokyo")
        .with_account();
    begin(&site, &[("kind", "note"), ("text", "Here.")]);
    let desk = rusqlite::Connection::open(site.data().join("desk.db")).unwrap();
    let sql = "UPDATE draft SET saved = '2025-07-05T20:30:00Z'";
    desk.execute_batch(sql).unwrap();
    let page = site.sign_in().get("/admin/").ok();
    page.has("note, saved 2025-07-06 05:30");
}

#[test]
fn what_is_wrong_is_said_and_nothing_typed_is_lost() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let fields = [
        ("kind", "link"),
        ("title", "T"),
        ("link_url", "javascript:alert(1)"),
        ("text", "Typed."),
        ("do", "publish"),
    ];
    let page = browser.form("/admin/new/", &fields).run().status(422);
    let page = page
        .has("It is saved")
        .has("http://")
        .lacks("href=\"javascript");
    assert_eq!(value(&page, "link_url"), "javascript:alert(1)");
    assert_eq!(page.texts("textarea"), ["Typed."]);
    // Sent again from there it is the same draft, and not another one.
    let action = page.attributes("main form", "action").swap_remove(0);
    let version = value(&page, "version");
    let fields = [
        ("version", version.as_str()),
        ("title", "T"),
        ("link_url", "https://example.org/"),
        ("text", "Typed."),
        ("do", "publish"),
    ];
    browser.form(&action, &fields).run().status(303);
    site.get("/").ok().has("https://example.org/");
    assert_eq!(count(&site, "desk.db", "draft"), 0);
}

#[test]
fn the_second_of_two_windows_sees_both_versions() {
    let site = Site::new().with_account();
    let draft = begin(&site, &[("kind", "note"), ("text", "At first.")]);
    let browser = site.sign_in();
    let save = |version: &str, text: &str| {
        let fields = [("version", version), ("text", text), ("do", "save")];
        browser.form(&draft, &fields).run()
    };
    save("1", "From the first window.").status(303);
    let page = save("1", "From the second window.").status(409);
    assert_eq!(
        page.texts("textarea"),
        ["From the first window.", "From the second window."]
    );
    assert_eq!(
        browser.get(&draft).ok().texts("textarea"),
        ["From the first window."]
    );
    // Publishing is a save too.
    let fields = [
        ("version", "1"),
        ("text", "From the third window."),
        ("do", "publish"),
    ];
    browser.form(&draft, &fields).run().status(409);
    assert_eq!(count(&site, "blog.db", "post"), 0);
    save(&value(&page, "version"), "Both, joined.").status(303);
    assert_eq!(
        browser.get(&draft).ok().texts("textarea"),
        ["Both, joined."]
    );
}

#[test]
fn two_publishers_at_once_publish_once() {
    let site = Site::new().with_account();
    let draft = begin(&site, &[("kind", "note"), ("text", "Once.")]);
    let browser = site.sign_in();
    let page = browser.get(&draft).ok();
    let statuses: Vec<u16> = thread::scope(|scope| {
        let asked: Vec<_> = (0..10)
            .map(|_| browser.fill_in(&page, &draft, &[("do", "publish")]))
            .map(|form| scope.spawn(move || form.run().status))
            .collect();
        asked.into_iter().map(|one| one.join().unwrap()).collect()
    });
    // Whoever comes second is told so, or led to what the first has published.
    assert!(statuses.contains(&303), "{statuses:?}");
    assert!(
        statuses.iter().all(|status| matches!(status, 303 | 409)),
        "{statuses:?}"
    );
    assert_eq!(
        (
            count(&site, "blog.db", "post"),
            count(&site, "desk.db", "draft")
        ),
        (1, 0)
    );
}

#[test]
fn a_publisher_that_was_killed_half_way_has_published() {
    let site = Site::new().with_account();
    let draft = begin(&site, &[("kind", "note"), ("text", "Once.")]);
    let desk = rusqlite::Connection::open(site.data().join("desk.db")).unwrap();
    let columns = "kind, title, slug, tags, link_url, via_url, via_title, source, source_url, context, text, \
                   nav, date, utc_offset, paths, origin, saved, id";
    desk.execute_batch(&format!(
        "CREATE TEMP TABLE kept AS SELECT {columns} FROM draft"
    ))
    .unwrap();
    let browser = site.sign_in();
    let again = browser.fill(&draft, &[("do", "publish")]);
    browser.fill(&draft, &[("do", "publish")]).run().status(303);
    // Such a one has left its draft.
    desk.execute_batch(&format!(
        "INSERT INTO draft ({columns}) SELECT {columns} FROM kept"
    ))
    .unwrap();
    again.run().status(303);
    assert_eq!(
        count(&site, "blog.db", "post"),
        1,
        "doing it twice changes nothing"
    );
    desk.execute_batch(&format!(
        "INSERT INTO draft ({columns}) SELECT {columns} FROM kept"
    ))
    .unwrap();
    browser.get("/admin/").ok().has("No drafts.");
    assert_eq!(
        (
            count(&site, "blog.db", "post"),
            count(&site, "desk.db", "draft")
        ),
        (1, 0)
    );
}

#[test]
fn a_full_disk_publishes_nothing_by_half() {
    let site = Site::new().with_account();
    let text = "A long text. ".repeat(9000);
    let draft = begin(&site, &[("kind", "note"), ("text", &text)]);
    let browser = site.sign_in();
    let fields = [("version", "1"), ("text", text.as_str()), ("do", "publish")];
    // The limit is met by blog.db, which is longer than the desk's log is by then.
    let blocks = std::fs::metadata(site.data().join("blog.db"))
        .unwrap()
        .len()
        / 512;
    let form = browser
        .form(&draft, &fields)
        .limited(&format!("trap '' XFSZ; ulimit -f {blocks}"));
    form.run().status(503);
    assert_eq!(count(&site, "blog.db", "post"), 0);
    let check = site.mayfly(&["check"]);
    assert!(
        check.status.success(),
        "{}",
        String::from_utf8_lossy(&check.stdout)
    );
    let page = browser.get(&draft).ok();
    assert!(page.texts("textarea")[0].len() > 100_000);
    let version = value(&page, "version");
    let fields = [
        ("version", version.as_str()),
        ("text", text.as_str()),
        ("do", "publish"),
    ];
    browser.form(&draft, &fields).run().status(303);
    assert_eq!(
        (
            count(&site, "blog.db", "post"),
            count(&site, "desk.db", "draft")
        ),
        (1, 0)
    );
}

#[test]
fn a_full_disk_leaves_what_is_public_as_it_was() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let draft = begin(&site, &[("kind", "note"), ("text", "It was short.")]);
    browser.fill(&draft, &[("do", "publish")]).run().status(303);
    let posts = browser.get("/admin/posts/").ok();
    let edit = posts.attributes("ul.rows li > a", "href").swap_remove(0);
    let before = site.get("/").ok();
    let text = "A long text. ".repeat(9000);
    let blocks = std::fs::metadata(site.data().join("blog.db"))
        .unwrap()
        .len()
        / 512;
    let change = [("text", text.as_str()), ("do", "publish")];
    let form = browser.fill(&edit, &change);
    form.limited(&format!("trap '' XFSZ; ulimit -f {blocks}"))
        .run()
        .status(503);
    assert_eq!(site.get("/").ok().body, before.body);
    let check = site.mayfly(&["check"]);
    assert!(
        check.status.success(),
        "{}",
        String::from_utf8_lossy(&check.stdout)
    );
    browser.fill(&edit, &change).run().status(303);
    site.get("/")
        .ok()
        .has("A long text.")
        .lacks("It was short.");
    assert_eq!(count(&site, "desk.db", "draft"), 0);
}
