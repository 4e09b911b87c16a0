//! What a program is told of a request, and which requests reach none.

use std::fs;
use std::io::Read;
use std::net::Shutdown;

use super::{Place, assert_variables, mirrors};

#[test]
fn variables_of_a_pretty_link() {
    let server = mirrors();
    let (data, cgi_bin) = (server.place.data(), server.place.cgi_bin());
    let reply = server.ask(
        "GET",
        "/2025/Jul/5/a%20slug/?x=1&y=a%20b",
        "User-Agent: probe/1\r\nCookie: a=1\r\nCookie: b=2\r\nX-Custom: c\r\n\
         Authorization: Basic dTpw\r\nProxy: http://evil/\r\nProxy-Authorization: x\r\n\
         X_Under: u\r\nConnection: keep-alive\r\n",
        b"",
    );
    let media = data.join("media");
    assert_variables(
        &reply,
        &[
            ("argc", "0"),
            ("cwd", cgi_bin.to_str().unwrap()),
            ("stdin", "/dev/"),
            ("GATEWAY_INTERFACE", "CGI/1.1"),
            ("SERVER_PROTOCOL", "HTTP/1.1"),
            (
                "SERVER_SOFTWARE",
                concat!("Mayfly/", env!("CARGO_PKG_VERSION")),
            ),
            ("SERVER_NAME", "blog.example"),
            ("SERVER_PORT", &server.port.to_string()),
            ("SERVER_ADDR", "127.0.0.1"),
            ("REMOTE_ADDR", "127.0.0.1"),
            ("REQUEST_METHOD", "GET"),
            ("REQUEST_SCHEME", "http"),
            ("REQUEST_URI", "/2025/Jul/5/a%20slug/?x=1&y=a%20b"),
            ("QUERY_STRING", "x=1&y=a%20b"),
            ("SCRIPT_NAME", "/cgi-bin/post"),
            ("SCRIPT_FILENAME", cgi_bin.join("post").to_str().unwrap()),
            ("PATH_INFO", "/2025/Jul/5/a slug/"),
            (
                "PATH_TRANSLATED",
                &format!("{}/2025/Jul/5/a slug/", media.display()),
            ),
            ("DOCUMENT_ROOT", media.to_str().unwrap()),
            ("REDIRECT_STATUS", "200"),
            ("REDIRECT_URL", "/2025/Jul/5/a slug/"),
            ("MAYFLY_DATA", data.to_str().unwrap()),
            ("PATH", &std::env::var("PATH").unwrap()),
            ("HTTP_HOST", "blog.example:81"),
            ("HTTP_USER_AGENT", "probe/1"),
            ("HTTP_COOKIE", "a=1, b=2"),
            ("HTTP_X_CUSTOM", "c"),
            ("body", ""),
        ],
    );
    assert!(
        reply
            .variable("REMOTE_PORT")
            .unwrap()
            .parse::<u16>()
            .is_ok()
    );
    for absent in [
        "CONTENT_LENGTH",
        "CONTENT_TYPE",
        "HTTP_AUTHORIZATION",
        "HTTP_PROXY",
        "HTTP_PROXY_AUTHORIZATION",
        "HTTP_X_UNDER",
        "HTTP_CONNECTION",
        "SECRET",
    ] {
        assert_eq!(reply.variable(absent), None, "{absent}");
    }
}

#[test]
fn variables_of_plain_links() {
    let server = mirrors();
    let reply = server.get("/cgi-bin/tag/a+b/?page=2");
    assert_variables(
        &reply,
        &[
            ("SCRIPT_NAME", "/cgi-bin/tag"),
            ("PATH_INFO", "/a+b/"),
            ("QUERY_STRING", "page=2"),
            ("REQUEST_URI", "/cgi-bin/tag/a+b/?page=2"),
        ],
    );
    assert_eq!(reply.variable("REDIRECT_STATUS"), None);
    assert_eq!(reply.variable("REDIRECT_URL"), None);

    let reply = server.get("/cgi-bin/home");
    assert_variables(
        &reply,
        &[("SCRIPT_NAME", "/cgi-bin/home"), ("QUERY_STRING", "")],
    );
    assert_eq!(reply.variable("PATH_INFO"), None);
    assert_eq!(reply.variable("PATH_TRANSLATED"), None);

    // With the suffix, whether the file has it or not; and the other way round.
    let file = |name| {
        server
            .place
            .cgi_bin()
            .join(name)
            .to_str()
            .unwrap()
            .to_owned()
    };
    for (link, name, program) in [
        ("/cgi-bin/tag.cgi/x/", "/cgi-bin/tag.cgi", file("tag")),
        ("/cgi-bin/old.cgi/x/", "/cgi-bin/old.cgi", file("old.cgi")),
        ("/cgi-bin/old/x/", "/cgi-bin/old", file("old.cgi")),
    ] {
        let reply = server.get(link);
        let wanted = [
            ("SCRIPT_NAME", name),
            ("SCRIPT_FILENAME", &program),
            ("PATH_INFO", "/x/"),
        ];
        assert_variables(&reply, &wanted);
    }
}

#[test]
fn pretty_links_find_their_program() {
    let server = mirrors();
    for (link, program, path_info) in [
        ("/", "home", Some("/")),
        ("/2025/", "archive", Some("/2025/")),
        ("/2025/Jul/5/slug/", "post", Some("/2025/Jul/5/slug/")),
        ("/tags", "tag", None),
        ("/tags/", "tag", Some("/")),
        ("/tags/a+b/", "tag", Some("/a+b/")),
        ("/feed.atom", "feed", Some("/feed.atom")),
        ("/about/", "page", Some("/about/")),
        ("/.hidden", "page", Some("/.hidden")),
        ("//tags//a/", "tag", Some("/a/")),
        ("/x/./b", "page", Some("/x/b")),
        ("/x/%2e%2E/b/..", "home", Some("/")),
        ("/caf%C3%A9", "page", Some("/café")),
        ("/100%25?%2F", "page", Some("/100%")),
    ] {
        let reply = server.get(link);
        let script = format!("/cgi-bin/{program}");
        assert_eq!(reply.variable("SCRIPT_NAME"), Some(script), "{link}");
        assert_eq!(reply.variable("PATH_INFO").as_deref(), path_info, "{link}");
        assert_eq!(reply.variable("REQUEST_URI").as_deref(), Some(link));
    }
    // A byte that is no UTF-8 reaches the program as it is.
    let reply = server.get("/tags/%FF/x");
    assert!(
        reply
            .body
            .windows(14)
            .any(|bytes| bytes == b"PATH_INFO=/\xFF/x")
    );
}

#[test]
fn bad_paths_reach_no_program() {
    let server = mirrors();
    fs::write(server.place.cgi_bin().join(".hidden"), "").unwrap();
    fs::create_dir(server.place.cgi_bin().join("folder")).unwrap();
    for (path, status) in [
        ("/a%2Fb", 404),
        ("/a%2fb/%2e%2e", 404),
        ("/a%00b", 404),
        ("/%", 400),
        ("/%zz", 400),
        ("/%4", 400),
        ("/../../etc/passwd", 400),
        ("/%2e%2e/x", 400),
        ("/cgi-bin/%2e%2e/%2e%2e/etc", 400),
        ("/cgi-bin/", 404),
        ("/cgi-bin/.hidden", 404),
        ("/cgi-bin/folder/x", 404),
        ("/cgi-bin/nothing/x", 404),
        ("/cgi-bin/-home", 404),
        ("/cgi-bin/ho%20me", 404),
        ("/cgi-bin/%FF", 404),
    ] {
        let reply = server.get(path);
        assert_eq!(reply.status(), status, "{path}");
        assert_eq!(
            reply.header("content-type"),
            Some("text/html; charset=utf-8")
        );
    }
    let log = server.log();
    assert!(
        log.contains("nothing: there is no such program in "),
        "{log}"
    );
}

#[test]
fn host_must_be_a_name() {
    let server = mirrors();
    let ask = |request: &str| {
        let mut visitor = server.connect();
        visitor.send(request.as_bytes());
        visitor.read(false)
    };
    for (request, status) in [
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\"><script>\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: me@a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: \r\n\r\n", 400),
        ("no http at all\r\n\r\n", 400),
        ("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        ("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ] {
        assert_eq!(ask(request).status(), status, "{request}");
    }
    for (request, name) in [
        ("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "[::1]"),
        ("GET / HTTP/1.1\r\nHost: LOCALHOST\r\n\r\n", "LOCALHOST"),
        ("GET / HTTP/1.0\r\n\r\n", "127.0.0.1"),
        (
            "GET http://other.example:8/ HTTP/1.1\r\nHost: other.example:8\r\n\r\n",
            "other.example",
        ),
    ] {
        assert_variables(&ask(request), &[("SERVER_NAME", name)]);
    }
}

#[test]
fn too_many_headers_are_refused() {
    let server = mirrors();
    let cookie = format!("Cookie: {}\r\n", "x".repeat(63_970));
    assert_eq!(server.ask("GET", "/", &cookie, b"").status(), 431);
    assert_eq!(
        server
            .ask("GET", "/", &"X: y\r\n".repeat(120), b"")
            .status(),
        431
    );
    let cookie = format!("Cookie: {}\r\n", "x".repeat(30_000));
    assert_eq!(server.ask("GET", "/", &cookie, b"").status(), 200);
}

#[test]
fn http_versions_and_keep_alive() {
    let server = mirrors();
    let mut visitor = server.connect();
    for _ in 0..3 {
        visitor.send(b"GET /about/ HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_eq!(visitor.read(false).status(), 200);
    }
    // Two at once, then a closed sending half: both are still answered.
    visitor.send(b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
    visitor.0.get_ref().shutdown(Shutdown::Write).unwrap();
    assert_variables(&visitor.read(false), &[("PATH_INFO", "/1")]);
    assert_variables(&visitor.read(false), &[("PATH_INFO", "/2")]);

    let mut visitor = server.connect();
    visitor.send(b"GET / HTTP/1.0\r\n\r\n");
    assert_variables(&visitor.read(false), &[("SERVER_PROTOCOL", "HTTP/1.0")]);
    let mut rest = Vec::new();
    assert_eq!(visitor.0.read_to_end(&mut rest).unwrap(), 0);
}

#[test]
fn bodies_arrive_whole() {
    let server = mirrors();
    let reply = server.ask(
        "POST",
        "/cgi-bin/page",
        "Content-Type: a/b\r\nContent-Length: 5\r\n",
        b"x\ny=z",
    );
    assert_variables(
        &reply,
        &[
            ("CONTENT_LENGTH", "5"),
            ("CONTENT_TYPE", "a/b"),
            ("stdin", "pipe:"),
        ],
    );
    assert!(reply.text().ends_with("body=x\ny=z"));

    let reply = server.ask("POST", "/cgi-bin/page", "Content-Length: 0\r\n", b"");
    assert_variables(&reply, &[("CONTENT_LENGTH", "0"), ("stdin", "/dev/")]);

    let chunked = b"3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n";
    let reply = server.ask(
        "PUT",
        "/cgi-bin/page",
        "Transfer-Encoding: chunked\r\n",
        chunked,
    );
    assert_variables(
        &reply,
        &[
            ("CONTENT_LENGTH", "7"),
            ("REQUEST_METHOD", "PUT"),
            ("body", "abcdefg"),
        ],
    );
    assert_eq!(reply.variable("HTTP_TRANSFER_ENCODING"), None);

    for headers in [
        "Content-Length: x\r\n",
        "Content-Length: 5, 6\r\n",
        "Content-Length: -1\r\n",
    ] {
        assert_eq!(
            server.ask("POST", "/", headers, b"").status(),
            400,
            "{headers}"
        );
    }
}

#[test]
fn too_long_bodies_are_refused() {
    let server = mirrors();
    let expect = "Content-Length: 26214401\r\nExpect: 100-continue\r\n";
    assert_eq!(server.ask("POST", "/", expect, b"").status(), 413);
    // Sent in spite of it, the body is read to its end, and so is the answer.
    let body = vec![b'x'; 26_214_401];
    assert_eq!(
        server
            .ask("POST", "/", "Content-Length: 26214401\r\n", &body)
            .status(),
        413
    );
    let mut chunked = format!("{:x}\r\n", body.len()).into_bytes();
    chunked.extend_from_slice(&body);
    chunked.extend_from_slice(b"\r\n0\r\n\r\n");
    assert_eq!(
        server
            .ask("POST", "/", "Transfer-Encoding: chunked\r\n", &chunked)
            .status(),
        413
    );
    assert_variables(&server.get("/"), &[("body", "")]);
}

#[test]
fn a_body_cut_short_starts_nothing() {
    let server = Place::new().program("home", "echo started >&2").serve();
    let mut visitor = server.connect();
    visitor.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
    visitor.0.get_ref().shutdown(Shutdown::Write).unwrap();
    let mut rest = Vec::new();
    visitor.0.read_to_end(&mut rest).unwrap();
    assert!(!server.log().contains("started"));
}
