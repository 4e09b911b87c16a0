//! Editing what is published: readers see the old version until the new one is
//! published, and every address that has worked keeps working.

use crate::schema;
use crate::site::{Signed, Site};

/// A blog with one post, and the address and the form of that.
const ENTRY: [(&str, &str); 4] = [
    ("kind", "entry"),
    ("title", "Harbours"),
    ("text", "Of the *first* sort."),
    ("tags", "sea boats"),
];

fn count(site: &Site, file: &str, table: &str) -> i64 {
    let db = rusqlite::Connection::open(site.data().join(file)).unwrap();
    let sql = format!("SELECT count(*) FROM {table}");
    db.query_row(&sql, [], |row| row.get(0)).unwrap()
}

fn edit_of(browser: &Signed<'_>, label: &str) -> String {
    let page = browser.get("/admin/posts/").ok();
    let labels = page.texts("ul.rows li > a");
    let at = labels.iter().position(|found| found == label).unwrap();
    page.attributes("ul.rows li > a", "href").swap_remove(at)
}

#[test]
fn a_post_is_edited_as_a_draft_and_changes_when_that_is_published() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let post = browser.publish(&ENTRY);
    let edit = edit_of(&browser, "Harbours");
    let page = browser.get(&edit).ok().has(&format!("href=\"{post}\""));
    assert_eq!(page.texts("textarea"), ["Of the *first* sort."]);
    assert_eq!(
        count(&site, "desk.db", "draft"),
        0,
        "looking stores nothing"
    );

    let again = browser.fill(&edit, &[("do", "save")]).run().status(303);
    assert_eq!(
        again.path(),
        edit,
        "nothing was changed, so there is no draft"
    );
    assert_eq!(count(&site, "desk.db", "draft"), 0);

    let changed = [("text", "Of the second sort."), ("do", "save")];
    let draft = browser.fill(&edit, &changed).run().status(303).path();
    site.get(&post).ok().has("<em>first</em>").lacks("second");
    assert_eq!(browser.get(&edit).status(303).path(), draft);
    browser
        .get("/admin/")
        .ok()
        .has(&format!("href=\"{draft}\""));

    let done = browser.fill(&draft, &[("do", "publish")]).run().status(303);
    assert_eq!(done.path(), post);
    site.get(&post)
        .ok()
        .has("second sort")
        .lacks("first")
        .lacks("Updated");
    site.get("/").ok().has("second sort").lacks("first");
    site.get("/search/?q=second").ok().has(&post);
    site.get("/search/?q=first").ok().lacks(&post);
    assert_eq!(count(&site, "desk.db", "draft"), 0);
    assert_eq!(count(&site, "blog.db", "post"), 1);
    schema::agrees(&site);
}

#[test]
fn readers_are_told_of_a_change_only_where_the_author_says_so() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let post = browser.publish(&ENTRY);
    let edit = edit_of(&browser, "Harbours");
    let updated = || {
        let entry = site.get("/feed.json").ok().body;
        let feed: serde_json::Value = serde_json::from_str(&entry).unwrap();
        let item = &feed["items"][0];
        (item["id"].to_string(), item["date_modified"].is_string())
    };
    let (id, told) = updated();
    assert!(!told);
    let change = |text: &str, more: &[(&str, &str)]| {
        let fields = [&[("text", text), ("do", "publish")], more].concat();
        browser.fill(&edit, &fields).run().status(303);
    };
    change("A comma.", &[]);
    assert_eq!(updated(), (id.clone(), false));
    change("Another harbour.", &[("tell", "yes")]);
    assert_eq!(updated(), (id.clone(), true));
    // A small change later does not take that back.
    change("Another harbour!", &[]);
    assert_eq!(updated(), (id, true));
    site.get(&post).ok().has("Another harbour!");
}

#[test]
fn another_slug_and_another_date_leave_redirects_without_detours() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let first = browser.publish(&ENTRY);
    let edit = edit_of(&browser, "Harbours");
    let change = |fields: &[(&str, &str)]| {
        let fields = [fields, &[("do", "publish")]].concat();
        browser.fill(&edit, &fields).run().status(303).path()
    };
    let second = change(&[("slug", "ports")]);
    assert!(second.ends_with("/ports/"), "{second}");
    let third = change(&[("date", "2020-02-29T12:30")]);
    assert_eq!(third, "/2020/Feb/29/ports/");
    for old in [&first, &second] {
        site.get(old)
            .leads_to(301, &format!("http://blog.example{third}"));
    }
    site.get("/2020/").ok().has("Harbours");
    // Back again: its first address is its own, and the others lead there.
    let back = change(&[("slug", "harbours")]);
    assert_eq!(back, "/2020/Feb/29/harbours/");
    for old in [&first, &second, &third] {
        site.get(old)
            .leads_to(301, &format!("http://blog.example{back}"));
    }
    schema::agrees(&site);
}

#[test]
fn a_post_of_a_file_keeps_its_file() {
    let site = Site::new()
        .post("a.md", "kind: note\ndate: 2025-07-05 10:00", "From a file.")
        .with_account();
    let browser = site.sign_in();
    let edit = edit_of(&browser, "From a file.");
    let fields = [("text", "From the browser."), ("do", "publish")];
    browser.fill(&edit, &fields).run().status(303);
    site.import(
        "a.md",
        "kind: note\ndate: 2025-07-05 10:00",
        "From the file again.",
    );
    assert_eq!(count(&site, "blog.db", "post"), 1);
    site.get("/").ok().has("From the file again.");
}

#[test]
fn an_unpublished_post_is_gone_until_it_is_published_again() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let other = browser.publish(&[("kind", "note"), ("text", "Stays."), ("tags", "sea")]);
    let first = browser.publish(&ENTRY);
    let edit = edit_of(&browser, "Harbours");
    let fields = [("slug", "ports"), ("do", "publish")];
    let post = browser.fill(&edit, &fields).run().path();
    let id = |page: &str| {
        let feed = site.get(page).ok().body;
        feed.split("<id>")
            .nth(2)
            .unwrap()
            .split('<')
            .next()
            .unwrap()
            .to_owned()
    };
    let before = id("/tags/boats.atom");

    let draft = browser
        .fill(&edit, &[("do", "unpublish")])
        .run()
        .status(303)
        .path();
    for address in [&post, &first] {
        site.get(address).status(410);
    }
    for list in ["/", "/feed.atom", "/tags/sea/", "/search/?q=sort"] {
        site.get(list).ok().lacks("Harbours");
    }
    site.get(&other).ok();
    schema::agrees(&site);
    let page = browser.get(&draft).ok();
    assert_eq!(page.texts("textarea"), ["Of the *first* sort."]);

    let done = browser.fill(&draft, &[("do", "publish")]).run().status(303);
    assert_eq!(done.path(), post);
    site.get(&post).ok();
    site.get(&first)
        .leads_to(301, &format!("http://blog.example{post}"));
    assert_eq!(
        id("/tags/boats.atom"),
        before,
        "to readers it is the same post"
    );
    schema::agrees(&site);
}

#[test]
fn another_date_for_an_unpublished_post_leaves_its_old_address_leading_to_it() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let post = browser.publish(&ENTRY);
    let edit = edit_of(&browser, "Harbours");
    let draft = browser.fill(&edit, &[("do", "unpublish")]).run().path();
    let fields = [("date", "2021-01-01T00:00"), ("do", "publish")];
    let moved = browser.fill(&draft, &fields).run().status(303).path();
    assert_eq!(moved, "/2021/Jan/1/harbours/");
    site.get(&post)
        .leads_to(301, &format!("http://blog.example{moved}"));
}

#[test]
fn pages_are_written_moved_and_taken_back() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let fields = [
        ("kind", "page"),
        ("title", "About me"),
        ("slug", "/About/Me/"),
        ("nav", "1"),
        ("text", "I *write*."),
    ];
    let page = browser.publish(&fields);
    assert_eq!(page, "/about/me/");
    site.get("/about/me/").ok().has("<em>write</em>");
    site.get("/").ok().has("About me");
    let list = browser.get("/admin/pages/").ok();
    let edit = list.attributes("ul.rows li > a", "href").swap_remove(0);
    let draft = [("text", "I wrote."), ("do", "save")];
    let draft = browser.fill(&edit, &draft).run().status(303).path();
    site.get("/about/me/").ok().has("<em>write</em>");
    let moved = [("slug", "me"), ("nav", "0"), ("do", "publish")];
    assert_eq!(browser.fill(&draft, &moved).run().path(), "/me/");
    site.get("/me/").ok().has("I wrote.");
    site.get("/about/me/")
        .leads_to(301, "http://blog.example/me/");
    site.get("/").ok().lacks("About me");
    browser.fill(&edit, &[("do", "delete")]).run().status(303);
    site.get("/me/").status(410);
    site.get("/about/me/").status(410);
    assert_eq!(count(&site, "blog.db", "page"), 0);
}

#[test]
fn a_page_takes_no_address_that_is_taken() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let page = |slug: &str| {
        let fields = [
            ("kind", "page"),
            ("title", "T"),
            ("slug", slug),
            ("text", "Typed."),
            ("do", "publish"),
        ];
        browser.form("/admin/new/", &fields).run()
    };
    for slug in [
        "tags",
        "2025",
        "admin/x",
        "search",
        "guestbook/x",
        "media/x",
    ] {
        let refused = page(slug).status(422);
        assert_eq!(refused.texts("#slug-wrong").len(), 1, "{slug}");
        assert_eq!(refused.texts("textarea"), ["Typed."]);
    }
    page("about").status(303);
    page("about").status(422).has("another page is at /about/");
    page("guestbook").status(303);
}

#[test]
fn a_change_after_the_time_zone_changed_moves_no_post() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let fields = [&ENTRY[..], &[("date", "2025-07-05T23:30")]].concat();
    let post = browser.publish(&fields);
    site.sql("UPDATE site SET zone = 'Asia/Tokyo'");
    let edit = edit_of(&browser, "Harbours");
    let change = [("text", "Elsewhere."), ("do", "publish")];
    assert_eq!(browser.fill(&edit, &change).run().path(), post);
    site.get(&post).ok().has("Elsewhere.").has("11:30 pm");
}

#[test]
fn an_id_is_never_given_twice() {
    // blog.db once gave the id of the newest post again when that was removed, and
    // feed readers took the next post for the one they knew.
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let id = || {
        let feed = site.get("/feed.atom").ok().body;
        feed.split("<id>")
            .nth(2)
            .unwrap()
            .split('<')
            .next()
            .unwrap()
            .to_owned()
    };
    browser.publish(&ENTRY);
    let first = id();
    let edit = edit_of(&browser, "Harbours");
    browser.fill(&edit, &[("do", "delete")]).run().status(303);
    browser.publish(&[("kind", "note"), ("text", "Another one.")]);
    assert_ne!(id(), first);
    site.import("a.md", "kind: note\ndate: 2030-01-01", "Later.");
    let blog = rusqlite::Connection::open(site.data().join("blog.db")).unwrap();
    let sql = "SELECT (SELECT id FROM scheduled), last_id FROM site";
    let ids: (i64, i64) = blog
        .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert_eq!(ids.0, ids.1);
}

#[test]
fn a_form_that_stayed_open_while_its_draft_was_published_loses_nothing() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let fields = [("kind", "note"), ("text", "At first."), ("do", "save")];
    let draft = browser.form("/admin/new/", &fields).run().path();
    let open = browser.get(&draft).ok();
    let post = browser
        .fill(&draft, &[("do", "publish")])
        .run()
        .status(303)
        .path();
    // Pressed twice, it has been done.
    let again = browser.fill_in(&open, &draft, &[("do", "publish")]).run();
    assert_eq!(again.status(303).path(), post);
    let typed = [("text", "Typed on."), ("do", "publish")];
    let page = browser.fill_in(&open, &draft, &typed).run().status(409);
    assert_eq!(page.texts("textarea"), ["Typed on."]);
    site.get(&post).ok().has("At first.");
    let kept = page.attributes("main form", "action").swap_remove(0);
    assert_ne!(kept, draft, "a number is never given twice");
    let done = browser.fill(&kept, &[("do", "publish")]).run().status(303);
    assert_eq!(done.path(), post, "it is another version of the same post");
    site.get(&post).ok().has("Typed on.");
    assert_eq!(count(&site, "blog.db", "post"), 1);
}

#[test]
fn a_new_form_that_is_sent_twice_makes_one_post() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let page = browser.get("/admin/new/?kind=note").ok();
    let fields = [("text", "Once."), ("do", "publish")];
    let first = browser
        .fill_in(&page, "/admin/new/", &fields)
        .run()
        .status(303);
    let second = browser
        .fill_in(&page, "/admin/new/", &fields)
        .run()
        .status(303);
    assert_eq!(first.path(), second.path());
    assert_eq!(count(&site, "blog.db", "post"), 1);
    assert_eq!(count(&site, "desk.db", "draft"), 0);
}

#[test]
fn a_long_list_of_posts_has_pages() {
    let site = Site::new().with_account();
    assert!(site.mayfly(&["seed", "--posts", "120"]).status.success());
    let browser = site.sign_in();
    let mut next = Some("/admin/posts/".to_owned());
    let mut seen = Vec::new();
    while let Some(address) = next {
        let page = browser.get(&address).ok();
        seen.extend(page.attributes("ul.rows li > a", "href"));
        next = page.attributes("a[rel=next]", "href").into_iter().next();
    }
    assert_eq!(seen.len(), 120);
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 120);
}
