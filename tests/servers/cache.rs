//! Real caches in front of the real programs, with the files of `deploy/`: they
//! answer by themselves, they ask again, and they never keep anything for longer
//! than a page says.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::blog::{mayfly, new_blog, text};
use crate::client::{Answer, Client};
use crate::proxy::{Kind, Proxy};
use crate::setup::{Way, hand_over};

/// What the programs promise: s-maxage and stale-while-revalidate together.
const PROMISE: Duration = Duration::from_secs(30);

/// What a cache that counts whole seconds, the last one included, adds to it.
const ROUNDING: Duration = Duration::from_secs(2);

/// What is added to a promise on a machine that does other things, too.
const SLACK: Duration = Duration::from_secs(30);

macro_rules! for_every_cache {
    ($check:ident) => {
        mod $check {
            use super::*;

            #[test]
            fn varnish_before_lighttpd() {
                super::super::$check(Kind::Varnish, Way::Lighttpd);
            }

            #[test]
            fn varnish_before_apache() {
                super::super::$check(Kind::Varnish, Way::Apache);
            }

            #[test]
            fn nginx_before_lighttpd() {
                super::super::$check(Kind::Nginx, Way::Lighttpd);
            }

            #[test]
            fn nginx_before_apache() {
                super::super::$check(Kind::Nginx, Way::Apache);
            }
        }
    };
}

mod real {
    use super::*;
    for_every_cache!(copies_are_shown_asked_about_and_replaced);
    for_every_cache!(a_scheduled_post_is_there_at_its_second);
    for_every_cache!(nobody_gets_a_copy_of_what_is_not_for_them);
}

/// Hits, then a 304 for a copy that is old, then what was published meanwhile.
fn copies_are_shown_asked_about_and_replaced(kind: Kind, way: Way) {
    let proxy = Proxy::start(kind, way, &blog(&format!("copies-{kind:?}-{way:?}")));
    let client = Client::new();
    let home = proxy.url("/");
    let first = client.get(&home);
    assert_eq!((first.status, cached(&first)), (200, false), "{kind:?}");
    let again = client.get(&home);
    assert!(cached(&again), "{kind:?} asked for what it had");
    assert_eq!(again.body, first.body);
    // Whoever has the page is told so by the cache itself.
    let tag = again.header("ETag").to_owned();
    let known = client.get_with(&home, "If-None-Match", &tag);
    assert_eq!(known.status, 304, "{kind:?}");

    // A copy that is no longer fresh is confirmed by the programs, not fetched anew.
    let confirmed = until(PROMISE + SLACK, || {
        assert_eq!(client.get(&home).body, first.body);
        (asked_about(&proxy) > 0).then_some(())
    });
    assert!(
        confirmed.is_some(),
        "{kind:?} never asked about what it had"
    );

    let other = proxy.url("/notes/");
    assert!(!client.get(&other).text().contains("News of the day."));
    publish(
        &proxy,
        "2025-07-07-news.md",
        "kind: note",
        "News of the day.",
    );
    let published = Instant::now();
    let seen = until(PROMISE + SLACK, || {
        let answer = client.get(&home);
        let is_new = answer.text().contains("News of the day.");
        (is_new && published.elapsed() > PROMISE + ROUNDING).then_some(())
    });
    assert!(
        seen.is_some(),
        "{kind:?} kept the old page: {:?}",
        published.elapsed()
    );
    // Past the promise no request may be answered with the old page, however
    // few there were before: this one has a copy that nobody has asked for since.
    let other = client.get(&other);
    assert!(other.text().contains("News of the day."));
}

/// A copy made shortly before a post is due is not shown after it.
fn a_scheduled_post_is_there_at_its_second(kind: Kind, way: Way) {
    let proxy = Proxy::start(kind, way, &blog(&format!("due-{kind:?}-{way:?}")));
    let client = Client::new();
    let home = proxy.url("/");
    let due = now() + 6;
    schedule(&proxy, due);
    // Asked all the time, so that there is a copy whenever one may be kept.
    let (mut hits, mut early) = (0, 0);
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let asked = now_micros();
        let answer = client.get(&home);
        let shown = answer.text().contains("At its second.");
        let late = asked >= due * 1_000_000;
        assert!(
            !late || shown,
            "{kind:?} showed the old page past the minute"
        );
        hits += usize::from(cached(&answer));
        early += usize::from(!late);
        if late {
            break;
        }
        assert!(Instant::now() < deadline, "the clock stands still");
        thread::sleep(Duration::from_millis(20));
    }
    assert!(
        hits > 0,
        "{kind:?} never answered by itself in {early} requests"
    );
}

/// What is for one visitor, and what changes something, is never answered from a copy.
fn nobody_gets_a_copy_of_what_is_not_for_them(kind: Kind, way: Way) {
    let proxy = Proxy::start(kind, way, &blog(&format!("own-{kind:?}-{way:?}")));
    let client = Client::new();
    let home = proxy.url("/");
    client.get(&home);
    assert!(cached(&client.get(&home)), "{kind:?}");
    // Signed in: always the programs' own answer, and no copy of it for others.
    let cookie = "theme=dark; mayfly-session-0123abcd=x";
    for _ in 0..2 {
        let own = client.get_with(&home, "Cookie", cookie);
        assert!(!cached(&own), "{kind:?}");
        assert_eq!(own.header("Cache-Control"), "private, no-cache");
    }
    let others = client.get(&home);
    assert!(
        others.header("Cache-Control").starts_with("max-age=0"),
        "{kind:?}"
    );
    // A cookie of somebody else's is no reason to ask.
    assert!(
        cached(&client.get_with(&home, "Cookie", "theme=dark")),
        "{kind:?}"
    );
    let other = proxy.url("/tags/");
    client.get_with(&other, "Cookie", cookie);
    assert!(
        !cached(&client.get(&other)),
        "{kind:?} kept what was not for it"
    );

    // Forms, and the answers to them.
    for _ in 0..2 {
        let form = client.get(&proxy.url("/login/"));
        assert_eq!(form.status, 200);
        assert_eq!(form.header("Cache-Control"), "private, no-store");
        assert!(!cached(&form), "{kind:?}");
        let posted = client.post(&proxy.url("/login/"), "name=a&password=b");
        assert!(!cached(&posted), "{kind:?}");
        let refused = client.post(&home, "a=b");
        assert_eq!((refused.status, cached(&refused)), (405, false), "{kind:?}");
    }
    // What is not there now may be there in a second.
    for _ in 0..2 {
        let none = client.get(&proxy.url("/2025/Jul/8/later/"));
        assert_eq!((none.status, cached(&none)), (404, false), "{kind:?}");
    }
    publish(&proxy, "2025-07-08-later.md", "kind: note", "There now.");
    assert_eq!(client.get(&proxy.url("/2025/Jul/8/later/")).status, 200);
}

/// Whether an answer came out of the cache.
fn cached(answer: &Answer) -> bool {
    matches!(answer.header("X-Cache"), "HIT" | "STALE" | "UPDATING")
}

/// How often the programs confirmed a copy, by the web server's own count.
fn asked_about(proxy: &Proxy) -> usize {
    let log = fs::read_to_string(proxy.behind.folders.run.join("access.log"));
    log.unwrap_or_default().matches(" 304 ").count()
}

fn until<T>(patience: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + patience;
    while Instant::now() < deadline {
        if let Some(found) = ask() {
            return Some(found);
        }
        thread::sleep(Duration::from_millis(50));
    }
    None
}

fn now_micros() -> i64 {
    let since = std::time::UNIX_EPOCH.elapsed().expect("a clock past 1970");
    i64::try_from(since.as_micros()).expect("a clock before 292,000")
}

fn now() -> i64 {
    now_micros() / 1_000_000
}

/// A blog of two posts, in a directory of its own.
fn blog(name: &str) -> PathBuf {
    let data = new_blog(name, &[]);
    let posts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers/posts");
    mayfly(&["--data", text(&data), "import", text(&posts)]);
    data
}

/// Imports a post into the blog that is being served, as its owner would.
fn publish(proxy: &Proxy, name: &str, front: &str, body: &str) {
    let data = &proxy.behind.folders.data;
    let file = proxy.behind.folders.run.join(name);
    fs::write(&file, format!("---\n{front}\n---\n{body}\n")).expect("a written post");
    mayfly(&["--data", text(data), "import", text(&file)]);
    hand_over(data);
}

fn schedule(proxy: &Proxy, due: i64) {
    let time = mayfly::date::timestamp(due * 1_000_000);
    let front = format!("kind: note\ndate: {time}");
    publish(proxy, "soon.md", &front, "At its second.");
}
