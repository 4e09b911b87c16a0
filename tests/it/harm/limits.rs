//! Limits of a host that are too low: an answer is whole or there is none, in which case
//! the web server says 500 by itself; and nothing is half written.

use super::{PAGES, agrees, blog, clear, lasting, note, of_the_guestbook, stored, whole};
use crate::site::Site;

/// Limits as the shell sets them: memory in KB, seconds of processor time, files in
/// blocks of 512 bytes, open files, and processes of the user.
const LIMITS: [&str; 22] = [
    "-v 3000", "-v 6000", "-v 8000", "-v 10000", "-v 12000", "-v 16000", "-v 24000", "-v 65536",
    "-t 0", "-t 1", "-f 0", "-f 1", "-f 16", "-f 64", "-f 200", "-n 3", "-n 4", "-n 5", "-n 6",
    "-n 8", "-p 0", "-p 1",
];

#[test]
fn a_page_is_whole_or_not_there_however_low_a_limit_is() {
    let site = blog();
    for page in PAGES {
        let right = lasting(&site.get(page).ok().body);
        for limit in LIMITS {
            let request = site.ask(page).limited(&format!("ulimit {limit}"));
            // None where the kernel or the loader ended it before it began.
            let Some(reply) = request.run_or_end().map(clear) else {
                continue;
            };
            if reply.status < 500 {
                assert!(
                    reply.status == 200 && lasting(&reply.body) == right,
                    "{limit}\n{}",
                    reply.exchange
                );
            }
        }
    }
    whole(&site);
    agrees(&site);
}

/// Sends a form below each limit: all is there or nothing, and what was answered is.
fn sent(site: &Site, file: &str, table: &str, send: &dyn Fn(&str, &str) -> Option<u16>) {
    let mut refused = 0;
    for (number_of, limit) in LIMITS.iter().enumerate() {
        let text = format!("limited-{number_of}x");
        let answer = send(&text, limit);
        let stored = stored(site, file, table, &text);
        assert!(stored <= 1, "{limit}");
        match answer {
            Some(303) => assert_eq!(stored, 1, "{limit}"),
            Some(status) => {
                assert!(status >= 500, "{limit}: {status}");
                refused += 1;
            }
            None => {}
        }
        // That is a signal's limit for who does not answer it, and its answer is clear.
        assert!(
            !limit.starts_with("-f") || answer.is_some(),
            "{limit}: no answer"
        );
        whole(site);
    }
    agrees(site);
    assert!(refused > 0);
}

#[test]
fn a_message_is_whole_or_not_there_however_low_a_limit_is() {
    let site = blog();
    sent(&site, "guestbook.db", "message", &|text, limit| {
        let request = of_the_guestbook(&site, "/guestbook/", text);
        let reply = request.limited(&format!("ulimit {limit}")).run_or_end();
        reply.map(|reply| clear(reply).status)
    });
}

#[test]
fn a_post_is_whole_or_not_there_however_low_a_limit_is() {
    let site = blog().with_account();
    let browser = site.sign_in();
    sent(&site, "blog.db", "post", &|text, limit| {
        let form = note(&browser, text);
        let reply = form.limited(&format!("ulimit {limit}")).run_or_end();
        reply.map(|reply| clear(reply).status)
    });
}
