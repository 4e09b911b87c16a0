//! A clock that was set back by a year, or was a year ahead until now.

use super::{PAGES, agrees, blog, clear, lasting, note, number, of_the_guestbook, shim};
use crate::site::{NAME, PASSWORD, Site};

const YEAR: i64 = 365 * 24 * 3600;

#[test]
fn pages_and_their_names_are_the_same_after_the_clock_was_set_back() {
    let site = blog();
    for page in PAGES {
        let before = site.get(page).ok();
        let after = shim::clock(site.ask(page), -YEAR).run().ok();
        assert!(
            lasting(&before.body) == lasting(&after.body),
            "{}",
            after.exchange
        );
        for name in ["ETag", "Last-Modified"] {
            assert_eq!(before.header(name), after.header(name), "{page}");
        }
        if let Some(tag) = before.header("ETag") {
            let request = site.ask(page).var("HTTP_IF_NONE_MATCH", tag);
            shim::clock(request, -YEAR).run().status(304);
        }
    }
}

#[test]
fn nobody_is_signed_out_or_locked_out_by_a_clock_that_was_set_back() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    shim::clock(browser.ask("/admin/"), -YEAR).run().ok();
    // Somebody guessed before, so often that each has to wait.
    for _ in 0..7 {
        site.signing_in(NAME, "wrong").run();
    }
    let again = || shim::clock(site.signing_in(NAME, PASSWORD), -YEAR).run();
    assert!(
        matches!(again().status, 303 | 429 | 200),
        "{}",
        again().exchange
    );
    let waits = again()
        .header("Retry-After")
        .map(|wait| wait.parse::<i64>().unwrap());
    assert!(waits.unwrap_or(0) <= 15 * 60, "{waits:?}");
}

#[test]
fn what_is_written_after_the_clock_was_set_back_is_newer_than_what_was_there() {
    let site = blog().with_account();
    let browser = site.sign_in();
    let publish = |text: &str| {
        clear(shim::clock(note(&browser, text), -YEAR).run()).status(303);
    };
    let state = || {
        let home = site.get("/").ok();
        let changed = number(&site, "blog.db", "SELECT changed FROM site");
        (
            home.header("ETag").map(String::from),
            changed,
            number(&site, "blog.db", "SELECT seq FROM site"),
        )
    };
    let mut before = state();
    for text in ["One", "Two"] {
        publish(text);
        let after = state();
        assert_ne!(before.0, after.0);
        assert!(
            after.1 > before.1 && after.2 > before.2,
            "{before:?} {after:?}"
        );
        before = after;
    }
    // A form that was handed out in what is the future now.
    for target in ["/guestbook/", "/comments/1/"] {
        let text = format!("Back then at {target}");
        shim::clock(of_the_guestbook(&site, target, &text), -YEAR)
            .run()
            .status(303);
        let sql = format!(
            "SELECT (SELECT count(*) FROM message WHERE text = '{text}')
                  + (SELECT count(*) FROM comment WHERE text = '{text}')
                  + (SELECT count(*) FROM queue WHERE text = '{text}')"
        );
        assert_eq!(number(&site, "guestbook.db", &sql), 1, "{target}");
    }
    agrees(&site);
}

#[test]
fn a_post_that_waits_goes_on_waiting_and_one_that_is_public_stays_so() {
    let site = blog();
    site.import(
        "later.md",
        "title: Later on\nslug: later\ndate: 2999-07-05",
        "Not yet.",
    );
    shim::clock(site.ask("/"), -YEAR)
        .run()
        .ok()
        .lacks("Later on");
    let years = 1100 * YEAR;
    shim::clock(site.ask("/"), years).run().ok().has("Later on");
    for seconds in [0, -YEAR] {
        shim::clock(site.ask("/"), seconds)
            .run()
            .ok()
            .has("Later on");
        shim::clock(site.ask("/2999/Jul/5/later/"), seconds)
            .run()
            .ok();
    }
    // What the wrong clock left is told.
    let check = site.mayfly(&["check"]);
    let said = String::from_utf8_lossy(&check.stdout).into_owned();
    assert!(said.contains("BAD  the blog was changed after"), "{said}");
}
