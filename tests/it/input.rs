//! Standard input and the variables that announce it: read as far as they say
//! and not one byte further, and refused where they lie.

use crate::site::{Input, Site};
use crate::stand_in::LIMIT;

#[test]
fn a_page_is_answered_while_its_input_stays_open() {
    // Every request of the suite is made so. Here bytes are waiting, too.
    let site = Site::new();
    let noise = b"what belongs to the next request".to_vec();
    for method in ["GET", "HEAD", "POST"] {
        let request = site.ask("/").method(method);
        let reply = request.stdin(Input::Open(noise.clone())).run();
        assert_eq!(reply.exchange.unread, noise, "{}", reply.exchange);
    }
}

#[test]
fn a_body_is_read_to_its_announced_end() {
    let site = Site::new();
    let post = || site.request("home").stand_in("echo").method("POST");
    post().body(b"a=1&b=2").run().ok().has("a=1&b=2");
    post().run().ok();

    let following = b"a=1&b=2GET / HTTP/1.1\r\n".to_vec();
    let reply = post()
        .stdin(Input::Open(following))
        .var("CONTENT_LENGTH", "7")
        .run()
        .ok();
    assert_eq!(reply.body, "a=1&b=2");
    assert_eq!(reply.exchange.unread, b"GET / HTTP/1.1\r\n");
}

#[test]
fn a_body_that_was_cut_short_is_refused() {
    let site = Site::new();
    let post = site.request("home").stand_in("echo").method("POST");
    let cut = post
        .stdin(Input::Ended(b"a=1".to_vec()))
        .var("CONTENT_LENGTH", "7");
    cut.run().status(400).has("cut short").lacks("a=1");
}

#[test]
fn a_length_is_digits_or_it_is_refused() {
    let site = Site::new();
    let long = "9".repeat(400);
    for (length, status) in [
        ("", 200),
        ("0", 200),
        ("000", 200),
        ("-1", 400),
        ("-5", 400),
        ("+5", 400),
        ("5x", 400),
        ("5, 3", 400),
        (" 5", 400),
        ("0x5", 400),
        ("5.0", 400),
        ("\u{0665}", 400),
        ("18446744073709551616", 400),
        (&long, 400),
    ] {
        let waiting = || Input::Open(b"12345".to_vec());
        for request in [
            site.ask("/"),
            site.request("home").stand_in("echo").method("POST"),
        ] {
            let reply = request
                .var("CONTENT_LENGTH", length)
                .stdin(waiting())
                .run()
                .status(status);
            // A number that is too large is one all the same: that body is read away.
            let unread: &[u8] = match length.len() < 20 {
                true => b"12345",
                false => b"",
            };
            assert_eq!(reply.exchange.unread, unread, "{}", reply.exchange);
            assert_eq!(
                reply.log(),
                "",
                "a visitor's mistake is nothing for the log"
            );
        }
    }
}

#[test]
fn a_body_on_get_is_refused() {
    let site = Site::new();
    site.ask("/").body(b"q=1").run().status(400);
    site.ask("/").method("HEAD").body(b"q=1").run().status(400);
}

#[test]
fn too_long_a_body_is_read_away_and_refused() {
    let site = Site::new();
    let post = |bytes: usize| {
        let post = site.request("home").stand_in("echo").method("POST");
        post.body(&vec![b'x'; bytes]).run()
    };
    post(LIMIT).ok();
    // Nine servers lose the answer of a program that leaves a body unread.
    let reply = post(LIMIT + 1).status(413).has("64 bytes");
    assert!(reply.exchange.unread.is_empty());
    let reply = post(300_000).status(413);
    assert!(reply.exchange.unread.is_empty());
    let reply = post(3 << 20).status(413);
    assert!(reply.exchange.unread.is_empty());
    // But nobody keeps a program reading for ever.
    let reply = post(66 << 20).status(413);
    assert!(!reply.exchange.unread.is_empty());
    // 2^64 - 1 is a number, and no reason to set memory aside.
    let huge = site.request("home").stand_in("echo").method("POST");
    let huge = huge
        .stdin(Input::Ended(Vec::new()))
        .var("CONTENT_LENGTH", u64::MAX.to_string());
    huge.run().status(413);
}

#[test]
fn programs_that_only_read_take_no_body() {
    let site = Site::new();
    for program in [
        "home", "post", "archive", "tag", "kind", "page", "feed", "search", "grep", "sitemap",
        "twin", "qr",
    ] {
        let post = site.request(program).method("POST").body(b"title=x");
        let reply = post.run().status(405);
        assert_eq!(reply.header("Allow"), Some("GET, HEAD"));
        assert!(reply.exchange.unread.is_empty());
    }
}

#[test]
fn a_refused_body_that_was_read_is_not_waited_for() {
    // Where the server leaves the input open, the answer's end came a second late.
    let site = Site::new();
    let post = site.ask("/").method("POST").body(b"a=1");
    let (reply, calls) = post.traced("read,poll");
    reply.status(405);
    let on_input = |name: &str| calls.iter().filter(|call| call.contains(name)).count();
    assert_eq!(
        (on_input(" read(0,"), on_input(" poll(")),
        (1, 0),
        "{calls:?}"
    );
}

#[test]
fn a_body_without_a_length_is_refused_and_read_away() {
    let site = Site::new();
    let chunks = b"3\r\na=1\r\n0\r\n\r\n".to_vec();
    for (length, encoding) in [
        ("", "chunked"),
        ("-1", "chunked"),
        ("3", "chunked"),
        ("3", "gzip, chunked"),
    ] {
        let post = site.request("home").stand_in("echo").method("POST");
        let post = post
            .var("HTTP_TRANSFER_ENCODING", encoding)
            .var("CONTENT_LENGTH", length);
        // Under mod_cgid the answer was lost as long as these were left unread.
        let reply = post.stdin(Input::Open(chunks.clone())).run().status(411);
        assert!(reply.exchange.unread.is_empty());
    }
}

#[test]
fn methods_are_known_or_refused() {
    let site = Site::new();
    site.ask("/").method("HEAD").run().ok();
    for method in [
        "PUT",
        "DELETE",
        "OPTIONS",
        "get",
        "G\u{e9}T",
        "UPDATEREDIRECTREF",
    ] {
        let reply = site.ask("/").method(method).run();
        assert!([400, 405].contains(&reply.status), "{}", reply.exchange);
    }
    site.ask("/").method("A23456789ABCDEF").run().status(405);
    site.ask("/").method("A23456789ABCDEF01").run().status(400);
    site.ask("/").without("REQUEST_METHOD").run().status(400);
    site.ask("/").method("").run().status(400);
}

#[test]
fn what_is_too_long_is_refused() {
    let site = Site::new();
    let of = |length: usize| "x".repeat(length);
    let path = |length: usize| {
        site.request("page")
            .var("PATH_INFO", format!("/{}", of(length - 1)))
    };
    path(2048).run().status(404);
    path(2049).run().status(414);
    // Each of these is three bytes in a header.
    let spelled = |length: usize| {
        site.request("page")
            .var("PATH_INFO", format!("/{}", "{".repeat(length)))
    };
    spelled(682).run().status(404);
    spelled(683).run().status(414);
    let query = |length: usize| site.ask("/").var("QUERY_STRING", of(length));
    query(8192).run().ok();
    query(8193).run().status(414);
    for header in [
        "HTTP_COOKIE",
        "HTTP_IF_NONE_MATCH",
        "HTTP_IF_MODIFIED_SINCE",
        "HTTP_HOST",
    ] {
        let sent = |length: usize| site.ask("/").var(header, of(length));
        sent(8192).run().ok();
        sent(8193).run().status(431);
        sent(200_000 / 2).run().status(431);
    }
}

#[test]
fn text_has_to_be_utf8() {
    let site = Site::new();
    for name in [
        "HTTP_COOKIE",
        "HTTP_IF_NONE_MATCH",
        "HTTP_HOST",
        "QUERY_STRING",
        "PATH_INFO",
    ] {
        site.ask("/").var(name, b"/\xff\xfe").run().status(400);
    }
    // What nobody reads is nobody's business.
    for name in [
        "HTTP_USER_AGENT",
        "HTTP_REFERER",
        "REMOTE_ADDR",
        "SERVER_SOFTWARE",
    ] {
        site.ask("/").var(name, b"\xff\xfe\r\n").run().ok();
    }
}
