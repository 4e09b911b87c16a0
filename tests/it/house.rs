//! What holds for all that an owner changes: visitors see it at once, and the desk tells
//! what there is.

use crate::site::Site;

fn blog() -> Site {
    Site::new()
        .post("2025-07-05-a.md", "kind: note\ntags: [sea]", "Boats.")
        .post(
            "2025-07-06-b.md",
            "kind: entry\ntitle: Waves\ntags: [sea, wind]",
            "About.",
        )
        .post("2999-07-06-c.md", "kind: note", "To come.")
        .post(
            "about.md",
            "kind: page\ntitle: About\nslug: about\nnav: 1",
            "Me.",
        )
        .post("draft.md", "kind: note\ndraft: true", "Unfinished.")
        .with_account()
}

/// The address of a form, what is typed into it, and a page that shows it.
type Change = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
);

/// Every form of this part of the admin that changes what visitors see, with a page that
/// shows it.
const CHANGES: &[Change] = &[
    (
        "/admin/tags/sea/",
        &[("do", "describe"), ("description", "Salt.")],
        "/tags/sea/",
    ),
    (
        "/admin/tags/sea/",
        &[("do", "rename"), ("to", "coast")],
        "/tags/coast/",
    ),
    (
        "/admin/tags/",
        &[
            ("do", "merge"),
            ("from", "wind"),
            ("to", "coast"),
            ("sure", "1"),
        ],
        "/tags/coast/",
    ),
    (
        "/admin/many/",
        &[("do", "add"), ("name", "new"), ("all", "1"), ("sure", "1")],
        "/",
    ),
    (
        "/admin/many/",
        &[
            ("do", "remove"),
            ("name", "new"),
            ("all", "1"),
            ("sure", "1"),
        ],
        "/",
    ),
    (
        "/admin/tags/coast/",
        &[("do", "delete"), ("sure", "1")],
        "/",
    ),
    (
        "/admin/redirects/",
        &[("do", "save"), ("from", "/old"), ("to", "/about/")],
        "/",
    ),
    (
        "/admin/redirects/",
        &[("do", "import"), ("list", "/older /about/")],
        "/",
    ),
    (
        "/admin/redirects/",
        &[("do", "remove"), ("was", "/old")],
        "/",
    ),
    ("/admin/navigation/", &[("place-/about/", "")], "/"),
];

#[test]
fn whatever_visitors_see_changes_the_entity_tag() {
    let site = blog();
    let tag = |page: &str| site.get(page).ok().header("ETag").unwrap().to_owned();
    for (address, fields, page) in CHANGES {
        let before = tag("/");
        let reply = site.sign_in().form(address, fields).run();
        assert!(
            matches!(reply.status, 200 | 303),
            "{address} {fields:?}\n{}",
            reply.exchange
        );
        let after = tag(page);
        assert_ne!(after, before, "{address} {fields:?}");
        // Whoever has the page from before is given the new one.
        site.ask(page).var("HTTP_IF_NONE_MATCH", &before).run().ok();
        // Done again, or with nothing to do, it is no change; another name is gone then.
        site.sign_in().form(address, fields).run();
        if fields[0].1 != "import" && fields[0].1 != "save" {
            assert_eq!(tag(page), after, "{address} {fields:?} again");
        }
    }
    assert!(site.mayfly(&["check"]).status.success());
}

#[test]
fn the_desk_tells_what_there_is() {
    let site = blog();
    let page = site.sign_in().get("/admin/").ok();
    let numbers = page.texts(".numbers > div");
    for number in [
        "Entries1",
        "Links0",
        "Quotes0",
        "Notes1",
        "Pages1",
        "Last backupnone known",
    ] {
        assert!(
            numbers.iter().any(|known| known == number),
            "{number}: {numbers:?}"
        );
    }
    page.has("Waves")
        .has("Boats.")
        .has("To come.")
        .has("All 1 to come")
        .has("Unfinished.")
        .has(" KB");
    // A missing guestbook is no trouble.
    std::fs::remove_file(site.data().join("guestbook.db")).unwrap();
    let page = site.sign_in().get("/admin/").ok();
    assert!(
        page.texts(".numbers > div")
            .iter()
            .any(|known| known == "guestbook.dbnone")
    );
}

#[test]
fn the_desk_tells_of_the_last_backup_and_of_messages_that_wait() {
    let site = blog();
    let into = site.scratch();
    let made = site.mayfly(&["backup", into.to_str().unwrap()]);
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let guestbook = rusqlite::Connection::open(site.data().join("guestbook.db")).unwrap();
    let message = "INSERT INTO queue VALUES (1, 0, 5, 'Kim', '', 'Hello.', '', 0, 'first', 2)";
    guestbook.execute_batch(message).unwrap();
    let page = site.sign_in().get("/admin/").ok();
    let page = page.lacks("none known");
    assert_eq!(page.texts(".note"), ["1 message waits in the guestbook."]);
}
