//! What attackers send, sent for real to Apache and lighttpd as `deploy/` sets them up:
//! `deploy/SECURITY.md` is the list of what each of these holds.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use crate::blog::{mayfly, new_blog, text};
use crate::raw::{Reply, Wire};
use crate::server::Server;
use crate::setup::{Links, Programs, Setup, Way};

/// Longer than a server waits for whoever sends nothing, on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Where the blog is, as its owner says.
const HOME: &str = "https://blog.example";

/// A host that is not the blog's.
const EVIL: &str = "Host: evil.example\r\n";

/// Makes a test behind each of the two of every check that is named.
macro_rules! on_both_servers {
    ($($check:ident)*) => {$(
        mod $check {
            use crate::setup::Way;

            #[test]
            fn apache() {
                super::$check(&crate::attacks::serve(Way::Apache));
            }

            #[test]
            fn lighttpd() {
                super::$check(&crate::attacks::serve(Way::Lighttpd));
            }
        }
    )*};
}
pub(crate) use on_both_servers;

on_both_servers! {
    no_path_leads_to_a_file
    no_input_becomes_a_header
    no_host_but_the_owners_is_linked
    signing_in_leads_to_no_other_site
    strange_requests_get_an_answer
}

/// A server with a blog of its own.
pub fn serve(way: Way) -> Server {
    static DATA: OnceLock<PathBuf> = OnceLock::new();
    let data = DATA.get_or_init(|| {
        let data = new_blog("attacks", &["--base-url", HOME]);
        mayfly(&["--data", text(&data), "seed", "--posts", "40"]);
        data
    });
    let setup = Setup {
        way,
        links: Links::Pretty,
        base: "/",
    };
    Server::start(setup, Programs::Built, Some(data))
}

/// Sends a request as it stands, up to the blank line, and reads what comes back.
fn ask(server: &Server, first_line: &str, headers: &str) -> Reply {
    let mut wire = Wire::to(&server.on_host(""), PATIENCE);
    let request = format!("{first_line} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n");
    wire.send(request.as_bytes());
    wire.reply(first_line.starts_with("HEAD"))
}

/// Asks for a page of the blog.
pub fn get(server: &Server, target: &str) -> Reply {
    ask(server, &format!("GET {target}"), "Host: blog.example\r\n")
}

/// The ways of writing "the folder above" and what is put around them.
fn climbs() -> Vec<String> {
    let up = [
        "..",
        "%2e%2e",
        "%2E.",
        ".%2e",
        "%252e%252e",
        "..;",
        "%c0%ae%c0%ae",
        "%e0%80%ae.",
        "..%00",
        "..%01",
        "..\\",
        "%uff0e.",
    ];
    let slash = ["/", "%2f", "%5c", "//", "/./", "%252f", "%c0%af"];
    let mut all = Vec::new();
    for up in up {
        for slash in slash {
            all.push(format!("{up}{slash}").repeat(9));
        }
    }
    all
}

fn no_path_leads_to_a_file(server: &Server) {
    let starts = [
        "/",
        "/media/",
        "/cgi-bin/",
        "/cgi-bin/post/",
        "/cgi-bin/page/",
        "/tags/",
        "/qr/",
        "/admin/media/",
        "/2025/Jul/5/",
    ];
    let files = [
        "etc/passwd",
        "blog.db",
        "desk.db",
        "var/lib/mayfly/desk.db",
        "mayfly.conf",
    ];
    for (number, climb) in climbs().into_iter().enumerate() {
        // Each way up from each start, and one after the other each file.
        for start in starts {
            let file = files[number % files.len()];
            let target = format!("{start}{climb}{file}");
            let reply = get(server, &target);
            assert!(
                (300..500).contains(&reply.status),
                "{target}: {}",
                reply.status
            );
            holds_no_file(&target, &reply);
        }
    }
    for target in [
        "/cgi-bin/post/etc/passwd",
        "/cgi-bin/../blog.db",
        "/media/../blog.db",
        "/media/../desk.db-wal",
        "/cgi-bin/.htaccess",
        "/cgi-bin/mayfly.conf",
        "/cgi-bin/home.bak",
        "/media/%00.png",
        "//etc/passwd",
        "/file:///etc/passwd",
        "/?file=../../../../etc/passwd",
        "/search/?q=../../../../etc/passwd",
        "/?config=/etc/passwd&configdir=/etc&template=/etc/passwd",
        "/?-s",
        "/cgi-bin/home?-d+allow_url_include%3d1",
        "/cgi-bin/home?+-v",
    ] {
        holds_no_file(target, &get(server, target));
    }
}

#[track_caller]
fn holds_no_file(target: &str, reply: &Reply) {
    assert!(
        reply.status != 0 && reply.status < 500,
        "{target}: {}",
        reply.status
    );
    let text = reply.text();
    for secret in [
        "root:x:",
        "SQLite format 3",
        "MAYFLY_DATA",
        "\u{7f}ELF",
        "CREATE TABLE",
    ] {
        assert!(!text.contains(secret), "{target} shows {secret}");
    }
}

fn no_input_becomes_a_header(server: &Server) {
    let breaks = [
        "%0d%0a",
        "%0a",
        "%0d",
        "%0D%0A%20",
        "%E5%98%8A%E5%98%8D",
        "%c0%8a",
        "%250d%250a",
        "%00%0a",
    ];
    for line_break in breaks {
        let planted = format!("{line_break}X-Planted:%20yes{line_break}{line_break}<b>planted</b>");
        for target in [
            format!("/{planted}"),
            format!("/2025{planted}"),
            format!("/tags/{planted}"),
            format!("/tags/{planted}/"),
            format!("/tags/a+{planted}"),
            format!("/2025/Jul/5/{planted}"),
            format!("/search/?q={planted}"),
            format!("/?before={planted}"),
            format!("/feed.atom?before={planted}"),
            format!("/login/?to={planted}"),
            format!("/login/?to=/admin/{planted}"),
            format!("/admin/{planted}"),
            format!("/qr/{planted}"),
            format!("/guestbook/?before={planted}"),
            format!("/cgi-bin/home{planted}"),
            format!("/cgi-bin/post/{planted}"),
        ] {
            let reply = get(server, &target);
            assert!(
                reply.status != 0 && reply.status < 500,
                "{target}: {}",
                reply.status
            );
            assert_eq!(reply.header("X-Planted"), "", "{target}");
            assert!(!reply.text().contains("<b>planted"), "{target}");
        }
    }
    // As a browser's cookie, or as a page it comes from.
    for header in [
        "Cookie: mayfly-session=a%0d%0aX-Planted: yes",
        "Referer: /\rX-Planted: yes",
        "Cookie: a=\u{1}\u{2}",
    ] {
        let reply = ask(
            server,
            "GET /admin/",
            &format!("Host: blog.example\r\n{header}\r\n"),
        );
        assert!(
            reply.status != 0 && reply.status < 500,
            "{header}: {}",
            reply.status
        );
        assert_eq!(reply.header("X-Planted"), "", "{header}");
    }
}

fn no_host_but_the_owners_is_linked(server: &Server) {
    let hosts = [
        EVIL,
        "Host: blog.example:evil.example\r\n",
        "Host: blog.example@evil.example\r\n",
        "Host: evil.example/path?\r\n",
        "Host: blog.example\r\nX-Forwarded-Host: evil.example\r\n",
        "Host: blog.example\r\nForwarded: host=evil.example;proto=http\r\n",
        "Host: blog.example\r\nX-Original-URL: //evil.example/\r\nX-Rewrite-URL: /admin/\r\n",
        "Host: blog.example\r\nProxy: http://evil.example/\r\n",
    ];
    for host in hosts {
        for target in [
            "/",
            "/feed.atom",
            "/feed.json",
            "/sitemap.xml",
            "/tags",
            "/2025",
            "/admin/",
            "/login/",
            "/opensearch.xml",
            "/no/such/page",
        ] {
            let reply = ask(server, &format!("GET {target}"), host);
            let what = format!("{target} with {host:?}: {}", reply.status);
            assert!(reply.status != 0 && reply.status < 500, "{what}");
            // Whoever asks another host for an address that has moved stays with it; a
            // cache keeps that under that host. Nothing else may name it.
            if !(reply.status < 400 && reply.status > 300 && host == EVIL) {
                assert!(!reply.text().contains("//evil.example"), "{what}");
                assert!(!reply.header("Location").contains("evil.example"), "{what}");
            }
        }
    }
    let reply = ask(
        server,
        "GET http://evil.example/feed.atom",
        "Host: blog.example\r\n",
    );
    assert!(!reply.text().contains("evil.example"), "{}", reply.status);
}

fn signing_in_leads_to_no_other_site(server: &Server) {
    for way in [
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "/%09/evil.example/",
        "/%2f/evil.example/",
        "%2f%2fevil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/admin/../../evil.example/",
        "/admin//evil.example/",
        "//evil.example/admin/",
        "/admin/@evil.example/",
        "http://blog.example@evil.example/admin/",
        "/%5cevil.example/admin/",
        "///evil.example/admin/",
    ] {
        for target in [
            format!("/login/?to={way}"),
            format!("/admin/?to={way}"),
            format!("/{way}"),
            format!("/tags/{way}"),
        ] {
            let reply = get(server, &target);
            assert!(
                reply.status != 0 && reply.status < 500,
                "{target}: {}",
                reply.status
            );
            let location = reply.header("Location");
            let stays = location.is_empty()
                || location.starts_with(HOME)
                || location.starts_with("http://blog.example/")
                || location.starts_with('/')
                    && !location.starts_with("//")
                    && !location.starts_with("/\\");
            assert!(stays, "{target} leads to {location}");
            assert!(!reply.text().contains("href=\"//evil"), "{target}");
        }
    }
}

/// Whatever is sent, something is answered, it is no fault of the programs', and the
/// next one gets the page.
fn strange_requests_get_an_answer(server: &Server) {
    let long = "a".repeat(7000);
    let many = "a=b&".repeat(1700);
    for (line, headers) in [
        (format!("GET /{long}"), String::new()),
        (format!("GET /tags/{long}"), String::new()),
        (format!("GET /?{many}"), String::new()),
        (
            format!("GET /search/?q={}", "%22".repeat(2000)),
            String::new(),
        ),
        (
            format!("GET /search/?q={}", "(".repeat(6000)),
            String::new(),
        ),
        (
            format!("GET /search/?regex={}", "(a*)*".repeat(1000)),
            String::new(),
        ),
        ("GET /".to_owned(), format!("Cookie: {long}\r\n")),
        (
            "GET /".to_owned(),
            format!(
                "Accept-Language: {long}\r\nIf-None-Match: {}\r\n",
                "\"a\",".repeat(1500)
            ),
        ),
        (
            "GET /".to_owned(),
            "If-Modified-Since: never\r\nRange: bytes=0-0,9-9,1-\r\n".to_owned(),
        ),
        ("DELETE /".to_owned(), String::new()),
        ("PUT /admin/".to_owned(), "Content-Length: 0\r\n".to_owned()),
        ("PROPFIND /".to_owned(), String::new()),
        ("M\u{f6}\u{df} /".to_owned(), String::new()),
        (
            "POST /guestbook/".to_owned(),
            "Content-Length: 18446744073709551616\r\n".to_owned(),
        ),
        (
            "POST /guestbook/".to_owned(),
            "Content-Length: -1\r\n".to_owned(),
        ),
        (
            "POST /guestbook/".to_owned(),
            "Content-Length: 1\r\nContent-Length: 2\r\n".to_owned(),
        ),
        (
            "POST /guestbook/".to_owned(),
            "Content-Length: 0\r\nTransfer-Encoding: chunked, identity\r\n".to_owned(),
        ),
        ("GET /%ff%fe%80".to_owned(), String::new()),
        ("GET /tags/%ed%a0%80/".to_owned(), String::new()),
        (
            "GET /2025/Jul/99999999999999999999/a/".to_owned(),
            String::new(),
        ),
        (
            "GET /?before=99999999999999999999999999".to_owned(),
            String::new(),
        ),
        (
            "GET /?before=-9223372036854775808".to_owned(),
            String::new(),
        ),
    ] {
        let short: String = line.chars().take(60).collect();
        let reply = ask(server, &line, &format!("Host: blog.example\r\n{headers}"));
        assert!(
            reply.status != 0 && !matches!(reply.status, 500 | 502..),
            "{short}, {headers:.60}: {}",
            reply.status
        );
        assert!(!reply.text().contains("panicked"), "{short}");
    }
    assert_eq!(get(server, "/").status, 200);
}
