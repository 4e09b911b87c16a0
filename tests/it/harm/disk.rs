//! A disk that fails at one call, whichever: for each program the test counts from its
//! first call on its data to its last.

use std::cell::Cell;
use std::fs;

use super::shim::{self, How};
use super::{PAGES, agrees, blog, clear, lasting, note, number, of_the_guestbook, stored, whole};
use crate::site::{Request, Site, multipart};

/// No program makes so many calls.
const ENOUGH: usize = 3000;

/// Every so manieth call fails, unless the environment says: with `MAYFLY_FAULTS=1` each
/// of them does, which took five minutes on two busy processors.
fn step() -> usize {
    std::env::var("MAYFLY_FAULTS").map_or(13, |step| step.parse().unwrap())
}

/// Calls `harm` with the number of a call, from `first` on, until there was no such call,
/// and gives the last that there was.
fn each_call(site: &Site, first: usize, step: usize, mut harm: impl FnMut(usize)) -> usize {
    for at in (first..ENOUGH).step_by(step) {
        let met = shim::met(site);
        // It is there where the last one was met.
        drop(fs::remove_file(&met));
        harm(at);
        if !met.exists() {
            return at - 1;
        }
    }
    panic!("there is no end");
}

#[test]
fn a_reader_shows_the_right_page_or_says_that_it_can_t_whichever_read_fails() {
    let site = blog();
    for page in PAGES {
        let right = lasting(&site.get(page).ok().body);
        for how in [How::Io, How::Short, How::Full, How::Kill] {
            each_call(&site, 1, step().min(2), |at| {
                let request = shim::harmed(&site, site.ask(page), at, how);
                let Ok(reply) = request.run_or_end().map(clear) else {
                    assert_eq!(how, How::Kill, "{page} at {at}");
                    return;
                };
                match reply.status {
                    200 => assert!(
                        lasting(&reply.body) == right,
                        "another page at {at} by {how:?}\n{}",
                        reply.exchange
                    ),
                    500.. => {}
                    status => panic!("{page} is {status} at {at} by {how:?}\n{}", reply.exchange),
                }
            });
        }
        site.get(page).ok();
    }
    whole(&site);
    agrees(&site);
}

#[test]
fn who_asks_for_what_has_moved_is_led_there_or_told_whichever_read_fails() {
    let site = blog();
    for (old, new) in [
        ("/2025/Jul/5/old/", "/2025/Jul/5/a-post/"),
        ("/tags/lake/", "/tags/sea/"),
        ("/2024/", "/2025/"),
    ] {
        site.sql(&format!(
            "INSERT INTO redirect (path, target) VALUES ('{old}', '{new}')"
        ));
        site.ask(old).run().status(301);
        for how in [How::Io, How::Short] {
            each_call(&site, 1, 1, |at| {
                let reply = shim::harmed(&site, site.ask(old), at, how).run();
                let reply = clear(reply);
                assert!(
                    reply.status == 301 || reply.status >= 500,
                    "{old} is {} at {at} by {how:?}",
                    reply.status
                );
            });
        }
    }
}

/// A form that is sent again and again, each time with another text.
struct Form<'a> {
    name: &'a str,
    /// The request that sends a text.
    request: &'a dyn Fn(&str) -> Request<'a>,
    /// The status of an answer that says it is done.
    done: u16,
    /// How many rows have a text.
    stored: &'a dyn Fn(&str) -> i64,
}

/// Sends the form with each call failing in its turn: all is there or nothing, and what
/// was answered is.
fn all_or_nothing(site: &Site, form: &Form<'_>) {
    let round = Cell::new(0);
    let ways = [How::Io, How::Full, How::Short, How::Kill];
    // Another of the calls of each thirteen for each way.
    for (first, how) in (1..).step_by(3).zip(ways) {
        let first = if step() == 1 { 1 } else { first };
        let (mut done, mut failed) = (0, 0);
        let calls = each_call(site, first, step(), |at| {
            round.set(round.get() + 1);
            let text = format!("{}-{}x", form.name, round.get());
            let request = shim::harmed(site, (form.request)(&text), at, how);
            let reply = request.run_or_end().map(clear).ok();
            let said = |what: &str| {
                let exchange = reply.as_ref().map(|reply| reply.exchange.to_string());
                format!(
                    "{what}: {text} by {how:?} at {at}\n{}",
                    exchange.unwrap_or_default()
                )
            };
            assert!(reply.is_some() || how == How::Kill, "{}", said("no answer"));
            whole(site);
            let stored = (form.stored)(&text);
            assert!(stored <= 1, "{}", said("twice"));
            match reply.as_ref().map(|reply| reply.status) {
                Some(status) if status == form.done => {
                    done += 1;
                    assert_eq!(stored, 1, "{}", said("lost"));
                }
                Some(500..) | None => failed += 1,
                Some(_) => panic!("{}", said("another answer")),
            }
        });
        agrees(site);
        let name = form.name;
        println!("{name}, {how:?}: {calls} calls, {done} done, {failed} failed");
        assert!(calls > 0 && done > 0, "{name} by {how:?}");
        // Nothing is in the way of the next one.
        let text = format!("{}-after-{how:?}", form.name);
        clear((form.request)(&text).run()).status(form.done);
        assert_eq!((form.stored)(&text), 1);
    }
}

/// What a stranger sends to an address is a row of a table.
fn a_strangers_is_stored_or_refused(target: &str, table: &'static str) {
    let site = blog();
    all_or_nothing(
        &site,
        &Form {
            name: table,
            request: &|text| of_the_guestbook(&site, target, text),
            done: 303,
            stored: &|text| stored(&site, "guestbook.db", table, text),
        },
    );
}

#[test]
fn a_message_is_stored_or_refused_whichever_call_fails() {
    a_strangers_is_stored_or_refused("/guestbook/", "message");
}

#[test]
fn a_comment_is_stored_or_refused_whichever_call_fails() {
    a_strangers_is_stored_or_refused("/comments/1/", "comment");
}

#[test]
fn a_post_is_published_or_refused_whichever_call_fails() {
    let site = blog().with_account();
    let browser = site.sign_in();
    all_or_nothing(
        &site,
        &Form {
            name: "post",
            request: &|text| note(&browser, text),
            done: 303,
            stored: &|text| stored(&site, "blog.db", "post", text),
        },
    );
}

#[test]
fn a_file_is_kept_or_refused_whichever_call_fails() {
    let site = blog().with_account();
    let browser = site.sign_in();
    let token = browser.token();
    let pdf = |text: &str| format!("%PDF-1.7\n{text}");
    all_or_nothing(
        &site,
        &Form {
            name: "file",
            request: &|text| {
                let body = multipart(&[
                    ("token", None, token.as_bytes()),
                    ("file", Some("a.pdf"), pdf(text).as_bytes()),
                ]);
                browser.parts(&body)
            },
            done: 200,
            stored: &|text| {
                let listed = number(&site, "desk.db", "SELECT count(*) FROM media");
                let folder = fs::read_dir(site.data().join("media")).unwrap();
                let same = folder.filter(|entry| {
                    let path = entry.as_ref().unwrap().path();
                    path.is_file() && fs::read_to_string(path).unwrap() == pdf(text)
                });
                i64::try_from(same.count()).unwrap().min(listed)
            },
        },
    );
}
