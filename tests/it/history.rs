//! Earlier versions of drafts and posts: kept with each save, compared, and had back.

use crate::site::{Signed, Site};

/// Saves a draft with another text.
fn save(browser: &Signed<'_>, draft: &str, text: &str, how: &str) {
    browser
        .fill(draft, &[("text", text), ("do", how)])
        .run()
        .status(303);
}

fn begin(browser: &Signed<'_>, text: &str) -> String {
    let fields = [("kind", "note"), ("text", text)];
    browser
        .form("/admin/new/", &fields)
        .run()
        .status(303)
        .path()
}

/// The addresses of the earlier versions that a form's page leads to, the last first.
fn versions(browser: &Signed<'_>, form: &str) -> (String, Vec<String>) {
    let page = browser.get(form).ok();
    let links = page.links();
    let history = links
        .into_iter()
        .find(|link| link.contains("/history/"))
        .unwrap();
    let list = browser.get(&history).ok();
    (history, list.attributes("ul.rows li > a", "href"))
}

#[test]
fn a_save_keeps_what_was_there_before() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let draft = begin(&browser, "The cat sat.\n\nOn the mat.");
    assert_eq!(versions(&browser, &draft).1.len(), 0);
    save(&browser, &draft, "The cat sat.\n\nOn the mat.", "save");
    assert_eq!(versions(&browser, &draft).1.len(), 0, "nothing was changed");
    save(&browser, &draft, "The dog sat.\n\nOn the mat.", "save");
    save(&browser, &draft, "The dog stood.\n\nOn the mat.", "save");
    let (history, kept) = versions(&browser, &draft);
    assert_eq!(kept.len(), 2);

    let page = browser.get(&kept[1]).ok();
    assert_eq!(page.texts(".diff del"), ["The cat sat."]);
    assert_eq!(page.texts(".diff ins"), ["The dog stood."]);
    assert!(page.texts(".diff del b").contains(&"cat".to_owned()));
    // It is as safe as any page that shows what was typed.
    save(&browser, &draft, "<script>alert(1)</script>", "save");
    browser.get(&kept[1]).ok().lacks("<script>alert");

    let back = browser.fill(&kept[1], &[("do", "restore")]);
    drop(back);
    let page = browser.get(&kept[1]).ok();
    let back = browser.fill_in(&page, &history, &[("do", "restore")]).run();
    assert_eq!(back.status(303).path(), draft);
    let page = browser.get(&draft).ok();
    assert!(page.texts("textarea")[0].starts_with("The cat sat."));
    // What was there is an earlier version now.
    let (_, kept) = versions(&browser, &draft);
    assert_eq!(kept.len(), 4);
    browser.get(&kept[0]).ok().has("&lt;script&gt;");
}

#[test]
fn of_what_the_browser_saves_by_itself_one_in_ten_minutes_is_kept() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let draft = begin(&browser, "At first.");
    for number in 0..20 {
        save(
            &browser,
            &draft,
            &format!("Typed on, {number}."),
            "autosave",
        );
    }
    assert_eq!(
        versions(&browser, &draft).1.len(),
        1,
        "what the author saved"
    );
    let desk = rusqlite::Connection::open(site.data().join("desk.db")).unwrap();
    desk.execute_batch("UPDATE revision SET saved = '2025-01-01T00:00:00Z'")
        .unwrap();
    save(&browser, &draft, "Later.", "autosave");
    save(&browser, &draft, "Later still.", "save");
    let kept = versions(&browser, &draft).1;
    assert_eq!(kept.len(), 2);
    browser.get(&kept[0]).ok().has("Typed on, 19.");
}

#[test]
fn what_was_public_is_kept_and_had_back() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let post = browser.publish(&[("kind", "note"), ("text", "As it was.")]);
    let posts = browser.get("/admin/posts/").ok();
    let edit = posts.attributes("ul.rows li > a", "href").swap_remove(0);
    save(&browser, &edit, "As it is.", "publish");
    let (history, kept) = versions(&browser, &edit);
    assert_eq!(kept.len(), 1);
    browser.get(&history).ok().has("Public until");
    let page = browser.get(&kept[0]).ok();
    assert_eq!(page.texts(".diff del"), ["As it was."]);
    let back = browser.fill_in(&page, &history, &[("do", "restore")]).run();
    let draft = back.status(303).path();
    site.get(&post).ok().has("As it is.");
    browser.fill(&draft, &[("do", "publish")]).run().status(303);
    site.get(&post).ok().has("As it was.");
    assert_eq!(versions(&browser, &edit).1.len(), 2);
}

#[test]
fn what_was_public_is_had_back_into_the_draft_that_is_there() {
    // It took the date of what is public, and was nowhere where the draft was saved
    // at the same time.
    let site = Site::new().with_account();
    let browser = site.sign_in();
    browser.publish(&[("kind", "note"), ("text", "As it was.")]);
    let posts = browser.get("/admin/posts/").ok();
    let edit = posts.attributes("ul.rows li > a", "href").swap_remove(0);
    save(&browser, &edit, "As it is.", "publish");
    let (history, kept) = versions(&browser, &edit);
    let page = browser.get(&kept[0]).ok();
    let change = [
        ("text", "As it might be."),
        ("date", "2025-07-01T10:00"),
        ("do", "save"),
    ];
    let draft = browser.fill(&edit, &change).run().status(303).path();
    let back = browser.fill_in(&page, &history, &[("do", "restore")]).run();
    assert_eq!(back.status(303).path(), draft);
    let form = browser.get(&draft).ok();
    assert_eq!(form.texts("textarea"), ["As it was."]);
    assert_eq!(form.attributes("#date", "value"), ["2025-07-01T10:00"]);
    assert_eq!(versions(&browser, &draft).1.len(), 2);
}

#[test]
fn unpublishing_beside_a_draft_of_a_change_keeps_what_was_public() {
    // The draft stayed, and what readers had seen was nowhere any more: found by killing
    // a program that published the change.
    let site = Site::new().with_account();
    let browser = site.sign_in();
    browser.publish(&[("kind", "note"), ("text", "As readers saw it.")]);
    let posts = browser.get("/admin/posts/").ok();
    let edit = posts.attributes("ul.rows li > a", "href").swap_remove(0);
    let change = [("text", "As it might be."), ("do", "save")];
    let draft = browser.fill(&edit, &change).run().status(303).path();
    let taken = browser.fill(&draft, &[("do", "unpublish")]).run();
    assert_eq!(taken.status(303).path(), draft);
    assert_eq!(
        browser.get(&draft).ok().texts("textarea"),
        ["As it might be."]
    );
    let kept = versions(&browser, &draft).1;
    assert_eq!(kept.len(), 1);
    let page = browser.get(&kept[0]).ok();
    assert_eq!(page.texts(".diff del"), ["As readers saw it."]);
}

#[test]
fn a_hundred_are_kept_and_none_of_what_is_gone_for_good() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let draft = begin(&browser, "At first.");
    save(&browser, &draft, "Then.", "save");
    let desk = rusqlite::Connection::open(site.data().join("desk.db")).unwrap();
    desk.execute_batch(
        "CREATE TEMP TABLE one AS SELECT * FROM revision;
         UPDATE one SET id = NULL;
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150)
         INSERT INTO revision SELECT one.* FROM one, n",
    )
    .unwrap();
    save(&browser, &draft, "At last.", "save");
    assert_eq!(versions(&browser, &draft).1.len(), 100);
    browser.fill(&draft, &[("do", "discard")]).run().status(303);
    browser
        .fill("/admin/bin/", &[("do", "purge")])
        .run()
        .status(303);
    let left: i64 = desk
        .query_row("SELECT count(*) FROM revision", [], |row| row.get(0))
        .unwrap();
    assert_eq!(left, 0);
}

#[test]
fn a_version_is_shown_only_of_what_it_was_of() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let (one, other) = (begin(&browser, "One."), begin(&browser, "Other."));
    save(&browser, &one, "One, changed.", "save");
    let kept = versions(&browser, &one).1.swap_remove(0);
    let foreign = kept.replace("/draft/1/", "/draft/2/");
    assert_ne!(foreign, kept);
    browser.get(&foreign).status(404);
    browser.get(&other).ok();
    browser.get(&kept.replace("of=", "of=x")).status(404);
}
