//! The bin: what is deleted answers 410 and can be had back, as it was and where it
//! was.

use crate::schema;
use crate::site::Site;

#[test]
fn a_deleted_post_is_gone_and_comes_back_as_it_was() {
    let site = Site::new()
        .post(
            "a.md",
            "kind: link\ntitle: Kelp\nlink: https://example.org/\ndate: 2024-06-01 09:30\ntags: [sea, green]",
            "A *link*.",
        )
        .post("b.md", "kind: note\ndate: 2024-06-01 10:00\ntags: [sea]", "Stays.")
        .with_account();
    let browser = site.sign_in();
    let address = "/2024/Jun/1/a/";
    let before = [
        site.get(address).ok().body,
        site.get("/").ok().body,
        site.get("/tags/sea.atom").ok().body,
    ];
    let posts = browser.get("/admin/posts/").ok();
    let edit = posts.attributes("ul.rows li > a", "href").swap_remove(1);
    let bin = browser.fill(&edit, &[("do", "delete")]).run().status(303);
    assert_eq!(bin.path(), "/admin/bin/");
    site.get(address).status(410);
    site.get("/tags/sea/").ok().lacks("Kelp");
    site.get("/tags/green/").status(404);
    site.get("/links/").ok().lacks("Kelp");
    site.get("/search/?q=link").ok().lacks("Kelp");
    browser.get(&edit).status(404);
    schema::agrees(&site);

    browser
        .get("/admin/bin/")
        .ok()
        .has("Kelp")
        .has("public link");
    let back = browser.fill("/admin/bin/", &[("do", "restore")]).run();
    assert_eq!(back.status(303).path(), address);
    let after = [
        site.get(address).ok().body,
        site.get("/").ok().body,
        site.get("/tags/sea.atom").ok().body,
    ];
    assert_eq!(after, before);
    browser.get("/admin/bin/").ok().has("The bin is empty.");
    schema::agrees(&site);
}

#[test]
fn drafts_go_into_the_bin_and_come_back() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let fields = [("kind", "note"), ("text", "A thought.")];
    let draft = browser.form("/admin/new/", &fields).run().path();
    // What was typed last is kept too.
    let typed = [("text", "A second thought."), ("do", "discard")];
    browser.fill(&draft, &typed).run().status(303);
    browser.get(&draft).status(404);
    browser.get("/admin/").ok().has("No drafts.");
    browser.get("/admin/bin/").ok().has("A second thought.");
    let back = browser.fill("/admin/bin/", &[("do", "restore")]).run();
    assert_eq!(back.path(), draft);
    let page = browser.get(&draft).ok();
    assert_eq!(page.texts("textarea"), ["A second thought."]);
}

#[test]
fn what_is_deleted_for_good_is_gone() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let discard = |text: &str| {
        let fields = [("kind", "note"), ("text", text)];
        let draft = browser.form("/admin/new/", &fields).run().path();
        browser.fill(&draft, &[("do", "discard")]).run().status(303);
    };
    for text in ["One.", "Two.", "Three."] {
        discard(text);
    }
    browser
        .fill("/admin/bin/", &[("do", "purge")])
        .run()
        .status(303);
    let page = browser.get("/admin/bin/").ok().lacks("Three.").has("Two.");
    browser
        .form("/admin/bin/", &[("do", "dance")])
        .run()
        .status(400);
    browser
        .form("/admin/bin/", &[("do", "restore"), ("id", "77")])
        .run()
        .status(404);
    // What has been there for a month goes by itself.
    let desk = rusqlite::Connection::open(site.data().join("desk.db")).unwrap();
    let month = 31 * 86_400_000_000_i64;
    let sql = "UPDATE draft SET deleted = deleted - ?1 WHERE text = 'One.'";
    assert_eq!(desk.execute(sql, [month]).unwrap(), 1);
    browser.get("/admin/bin/").ok().lacks("One.").has("Two.");
    browser
        .form("/admin/bin/", &[("do", "empty")])
        .run()
        .status(303);
    browser.get("/admin/bin/").ok().has("The bin is empty.");
    drop(page);
}

#[test]
fn a_deleter_that_was_killed_half_way_has_deleted_nothing() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let post = browser.publish(&[("kind", "note"), ("text", "Kept.")]);
    let posts = browser.get("/admin/posts/").ok();
    let edit = posts.attributes("ul.rows li > a", "href").swap_remove(0);
    // The bin has it, and blog.db has it still.
    browser.fill(&edit, &[("do", "delete")]).run().status(303);
    let desk = rusqlite::Connection::open(site.data().join("desk.db")).unwrap();
    desk.execute_batch("CREATE TEMP TABLE kept AS SELECT * FROM draft")
        .unwrap();
    browser
        .fill("/admin/bin/", &[("do", "restore")])
        .run()
        .status(303);
    desk.execute_batch("INSERT INTO draft SELECT * FROM kept")
        .unwrap();
    browser.get("/admin/bin/").ok().has("The bin is empty.");
    site.get(&post).ok().has("Kept.");
}
