//! Links that show a draft to whoever has them: until they expire or are revoked, and
//! never to a robot or a cache.

use crate::site::{Signed, Site};

/// A draft, and a link to it as a pretty path.
fn linked(browser: &Signed<'_>, fields: &[(&str, &str)]) -> (String, String) {
    let draft = browser.form("/admin/new/", fields).run().status(303).path();
    let page = browser.fill(&draft, &[("do", "link")]).run().ok();
    let link = page.attributes("#link", "value").swap_remove(0);
    (draft, link.replace("http://blog.example", ""))
}

const NOTE: [(&str, &str); 2] = [("kind", "note"), ("text", "Not *yet*.")];

#[test]
fn whoever_has_the_link_sees_the_draft_as_it_is() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let (draft, link) = linked(&browser, &NOTE);
    let page = site
        .get(&link)
        .ok()
        .has("Not <em>yet</em>.")
        .lacks("<form method=\"post\"");
    assert_eq!(page.header("X-Robots-Tag"), Some("noindex, nofollow"));
    assert_eq!(page.header("Cache-Control"), Some("private, no-store"));
    assert!(page.cookies().is_empty());
    let typed = [("text", "Not quite."), ("do", "save")];
    browser.fill(&draft, &typed).run().status(303);
    site.get(&link).ok().has("Not quite.");
    for list in ["/", "/feed.atom", "/sitemap.xml"] {
        site.get(list).ok().lacks("Not quite").lacks(&link);
    }
    // The desk itself can't say the link again.
    let token = link.split('/').nth(3).unwrap();
    let desk = std::fs::read(site.data().join("desk.db")).unwrap();
    let log = std::fs::read(site.data().join("desk.db-wal")).unwrap_or_default();
    for file in [desk, log] {
        assert!(!file.windows(token.len()).any(|run| run == token.as_bytes()));
    }
    site.ask(&link).method("POST").run().status(405);
}

#[test]
fn a_link_that_is_none_shows_nothing() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let (draft, link) = linked(&browser, &NOTE);
    let token = link.split('/').nth(3).unwrap();
    for other in [
        "0".repeat(64),
        token[..63].to_owned(),
        format!("{token}0"),
        token.to_uppercase(),
    ] {
        let page = site.get(&format!("/login/preview/{other}/"));
        assert_ne!(page.status, 200, "{other}");
        page.lacks("Not <em>yet</em>");
    }
    let desk = rusqlite::Connection::open(site.data().join("desk.db")).unwrap();
    desk.execute_batch("UPDATE preview SET expires = 1")
        .unwrap();
    site.get(&link).status(404).lacks("yet");
    let page = browser.fill(&draft, &[("do", "link")]).run().ok();
    let again = page.attributes("#link", "value").swap_remove(0);
    let again = again.replace("http://blog.example", "");
    site.get(&again).ok();
    browser.get(&draft).ok().has("1 link works");
    browser.fill(&draft, &[("do", "unlink")]).run().status(303);
    site.get(&again).status(404);
}

#[test]
fn a_link_to_what_was_published_leads_there_and_to_what_was_deleted_nowhere() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let (draft, link) = linked(&browser, &NOTE);
    let post = browser
        .fill(&draft, &[("do", "publish")])
        .run()
        .status(303)
        .path();
    site.get(&link)
        .leads_to(303, &format!("http://blog.example{post}"));
    let (draft, link) = linked(&browser, &[("kind", "note"), ("text", "Never.")]);
    browser.fill(&draft, &[("do", "discard")]).run().status(303);
    site.get(&link).status(404);
}

#[test]
fn pages_and_drafts_of_changes_have_links_too() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let page = [("kind", "page"), ("title", "About"), ("text", "I *write*.")];
    let (_, link) = linked(&browser, &page);
    site.get(&link).ok().has("<em>write</em>");
    let post = browser.publish(&NOTE);
    let posts = browser.get("/admin/posts/").ok();
    let edit = posts.attributes("ul.rows li > a", "href").swap_remove(0);
    let change = [("text", "Now."), ("do", "link")];
    let made = browser.fill(&edit, &change).run().ok();
    let link = made.attributes("#link", "value").swap_remove(0);
    site.get(&link.replace("http://blog.example", ""))
        .ok()
        .has("Now.");
    site.get(&post).ok().lacks("Now.");
    // What can't be published can't be shown either, and says why.
    let wrong = [("kind", "entry"), ("text", "No title."), ("do", "link")];
    browser.form("/admin/new/", &wrong).run().status(422);
}
