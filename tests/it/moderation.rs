//! `/admin/guestbook/`: what waits, what was decided and why, and deciding it.

use crate::guestbook::{file, run, token, write};
use crate::site::{Signed, Site};

const WAITING: &str = "/admin/guestbook/";
const PUBLISHED: &str = "/admin/guestbook/published/";
const REJECTED: &str = "/admin/guestbook/rejected/";
const SETTINGS: &str = "/admin/guestbook/settings/";

/// A blog at which every message waits, and three that do.
fn three() -> Site {
    let site = Site::new().with_account();
    run(
        &site,
        "settings --publish after-approval --per-address 0 --per-minute 0",
    );
    for text in ["One <b>1</b>.", "Two.", "Three."] {
        write(&site, "Ann", text).status(303);
    }
    site
}

/// Sends a form and looks where it leads.
fn send(browser: &Signed<'_>, target: &str, fields: &[(&str, &str)]) {
    let sent = browser.form(target, fields).run();
    sent.leads_to(303, &format!("http://blog.example{target}"));
}

/// The messages on a page, in order.
fn shown(browser: &Signed<'_>, target: &str) -> Vec<String> {
    browser.get(target).ok().texts(".said .text")
}

#[test]
fn what_waits_is_shown_as_it_was_typed_with_the_reason() {
    let site = three();
    let browser = site.sign_in();
    let page = browser.get(WAITING).ok().lacks("<b>1</b>");
    assert_eq!(
        page.texts(".said .text"),
        ["Three.", "Two.", "One <b>1</b>."]
    );
    assert_eq!(
        page.texts(".said .why")[0],
        "Held: waits as every message does."
    );
    page.has("Waiting (3)");
    let place = mayfly::config::Place {
        data: Some(site.data().to_owned()),
        ..Default::default()
    };
    assert_eq!(mayfly::store::guestbook::waiting(&place).unwrap(), 3);
}

#[test]
fn one_is_approved_beside_it_and_that_is_undone_once() {
    let site = three();
    let browser = site.sign_in();
    send(&browser, WAITING, &[("approve", "2")]);
    assert_eq!(shown(&browser, WAITING), ["Three.", "One <b>1</b>."]);
    assert_eq!(shown(&browser, PUBLISHED), ["Two."]);
    site.get("/guestbook/").ok().has("Two.");
    let page = browser
        .get(PUBLISHED)
        .ok()
        .has("Published: you approved it.");
    let moment = page.attributes(".undo button", "value").swap_remove(0);
    for _ in 0..2 {
        send(&browser, PUBLISHED, &[("undo", &moment)]);
        assert_eq!(shown(&browser, WAITING).len(), 3);
    }
    site.get("/guestbook/").ok().lacks("Two.");
}

#[test]
fn many_are_decided_at_once_and_only_those_that_were_shown() {
    let site = three();
    let browser = site.sign_in();
    send(
        &browser,
        WAITING,
        &[
            ("do", "reject-ticked"),
            ("id", "1"),
            ("id", "3"),
            ("shown", "2"),
        ],
    );
    assert_eq!(shown(&browser, WAITING), ["Two."]);
    assert_eq!(shown(&browser, REJECTED), ["Three.", "One <b>1</b>."]);
    write(&site, "Ann", "Four, unseen.").status(303);
    let all = [("do", "approve-all"), ("shown", "2"), ("shown", "99")];
    send(&browser, WAITING, &all);
    assert_eq!(shown(&browser, WAITING), ["Four, unseen."]);
    send(&browser, REJECTED, &[("hold", "1")]);
    let page = browser.get(WAITING).ok().has("Held: you put it back.");
    assert_eq!(page.texts(".said .text").len(), 2);
    send(&browser, REJECTED, &[("approve", "3")]);
    assert_eq!(shown(&browser, PUBLISHED), ["Three.", "Two."]);
}

#[test]
fn the_owner_replies() {
    let site = three();
    let browser = site.sign_in();
    let target = "/admin/guestbook/2/";
    browser.get(target).ok().has("Two.");
    send(
        &browser,
        target,
        &[("do", "reply"), ("reply", "Thanks,\r\nAnn <3")],
    );
    send(&browser, target, &[("approve", "2")]);
    site.get("/guestbook/2/").ok().has("Thanks,<br>Ann &lt;3");
    browser.get(PUBLISHED).ok().has("Your reply, ");
    send(&browser, target, &[("do", "reply"), ("reply", " ")]);
    site.get("/guestbook/2/").ok().lacks("Thanks");
}

#[test]
fn settings_are_changed_or_what_is_wrong_is_said() {
    let site = three();
    let browser = site.sign_in();
    let mut fields = [
        ("publish", "at-once"),
        ("per_address", "7"),
        ("per_minute", "8"),
        ("links", "9"),
        ("words", "casino\r\npills"),
        ("expires", "10"),
        ("mail", "me@example.org"),
        ("sendmail", "/bin/sh"),
    ];
    send(&browser, SETTINGS, &fields);
    let page = browser.get(SETTINGS).ok().has("\ncasino\npills</textarea>");
    let value = |id| page.attributes(id, "value").swap_remove(0);
    let values = ["#per_address", "#per_minute", "#links", "#expires", "#mail"].map(value);
    assert_eq!(values, ["7", "8", "9", "10", "me@example.org"]);
    assert_eq!(page.attributes("input[checked]", "value"), ["at-once"]);
    let told = run(&site, "settings");
    assert!(
        told.contains("/usr/sbin/sendmail"),
        "the browser chose a program: {told}"
    );
    for (place, wrong) in [
        (1, "-1"),
        (5, "99999999"),
        (3, "many"),
        (6, "me@a.example,you@b.example"),
    ] {
        let right = fields[place].1;
        fields[place].1 = wrong;
        let page = browser.form(SETTINGS, &fields).run().status(422);
        assert_eq!(page.texts("[role=alert]").len(), 1, "{wrong}");
        fields[place].1 = right;
    }
    assert_eq!(run(&site, "settings"), told);
}

#[test]
fn lists_are_paged_by_key() {
    let site = three();
    let fill = "WITH RECURSIVE n(i) AS (SELECT 4 UNION ALL SELECT i + 1 FROM n WHERE i < 120)
                INSERT INTO queue SELECT i, 0, i * 1000000, 'N', '', 'Text ' || i, '', 0, 'r', 3 FROM n";
    file(&site).execute_batch(fill).unwrap();
    let browser = site.sign_in();
    let (mut next, mut seen) = (REJECTED.to_owned(), Vec::new());
    loop {
        let page = browser.get(&next).ok();
        seen.push(page.texts(".said .text").len());
        let links = page.attributes("nav[aria-label='More messages'] a", "href");
        match links.into_iter().find(|link| link.contains("before")) {
            Some(link) => next = link,
            None => break,
        }
    }
    assert_eq!(seen, [50, 50, 17]);
    browser.get(WAITING).ok().has("Waiting (3)");
}

#[test]
fn a_form_that_says_nothing_does_nothing() {
    let site = three();
    let browser = site.sign_in();
    for fields in [
        &[][..],
        &[("do", "dance-all"), ("shown", "1")],
        &[("do", "approve")],
    ] {
        browser.form(WAITING, fields).run().status(400);
    }
    let forged = token(&site, 60);
    let form = site.form(WAITING, &[("token", &forged), ("approve", "1")]);
    form.run().status(403);
    assert_eq!(shown(&browser, WAITING).len(), 3);
}
