//! What becomes of what a program says, or fails to say.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::{MIRROR, Place, assert_variables};

#[test]
fn this_very_program_is_never_started() {
    let place = Place::new().program("home", MIRROR);
    let second_name = place.cgi_bin().join("mayfly");
    fs::hard_link(env!("CARGO_BIN_EXE_mayfly"), &second_name)
        .or_else(|_| symlink(env!("CARGO_BIN_EXE_mayfly"), &second_name))
        .unwrap();
    let server = place.serve();
    assert_eq!(server.get("/cgi-bin/mayfly").status(), 404);
}

#[test]
fn switched_off_program_is_forbidden() {
    let server = Place::new()
        .program("home", MIRROR)
        .program("tag", MIRROR)
        .serve();
    let file = server.place.cgi_bin().join("tag");
    assert_eq!(server.get("/tags/").status(), 200);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o0)).unwrap();
    assert_eq!(server.get("/tags/").status(), 403);
    assert_eq!(server.get("/cgi-bin/tag/").status(), 403);
    assert_eq!(server.get("/").status(), 200);
    assert!(server.log().contains("tag: switched off"));
}

#[test]
fn large_bodies_and_outputs_block_nobody() {
    let plain = "echo Content-Type: text/plain; echo";
    let server = Place::new()
        .program("echo", &format!("{plain}; cat"))
        .program("deaf", &format!("{plain}; echo deaf"))
        .program("late", &format!("{plain}; head -c 3000000 /dev/zero; cat"))
        .program(
            "loud",
            &format!("{plain}; head -c 300000 /dev/zero | tr '\\0' x >&2; echo loud"),
        )
        .serve();
    let body: Vec<u8> = (0..5_000_000u32)
        .map(|number| number.to_le_bytes()[0])
        .collect();
    let length = format!("Content-Length: {}\r\n", body.len());
    assert!(server.ask("POST", "/cgi-bin/echo", &length, &body).body == body);
    assert_eq!(
        server.ask("POST", "/cgi-bin/deaf", &length, &body).text(),
        "deaf\n"
    );
    assert_eq!(
        server
            .ask("POST", "/cgi-bin/late", &length, &body)
            .body
            .len(),
        8_000_000
    );
    assert_eq!(server.get("/cgi-bin/loud").text(), "loud\n");
    let log = server.log();
    let complaints = log.lines().filter_map(|line| line.strip_prefix("loud: "));
    assert_eq!(complaints.map(str::len).sum::<usize>(), 300_000);
}

#[test]
fn replies_are_passed_on() {
    let server = Place::new()
        .program("teapot", r#"printf 'Status: 418 Short and stout\nContent-Type: text/x\nX-A: 1\nSet-Cookie: a\nSet-Cookie: b\nConnection: close\nTransfer-Encoding: chunked\n\nbody'"#)
        .program("crlf", r#"printf 'Content-Type: text/plain\r\nStatus: 404\r\n\r\nbody\r\n'"#)
        .program("unmodified", r#"printf 'Status: 304 Not Modified\nETag: "1"\n\n'"#)
        .program("nothing", r#"printf 'Status: 204 No Content\n\n'"#)
        .program("exit", r#"printf 'Content-Type: a/b\n\nwhole'; exit 3"#)
        .program("length", r#"printf 'Content-Type: a/b\nContent-Length: 5\n\n'; test "$REQUEST_METHOD" = HEAD || printf whole"#)
        .serve();
    let reply = server.get("/cgi-bin/teapot");
    assert_eq!(reply.lines[0], "HTTP/1.1 418 Short and stout");
    assert_eq!(reply.header("x-a"), Some("1"));
    assert_eq!(reply.header("content-type"), Some("text/x"));
    assert_eq!(reply.header("connection"), None);
    assert_eq!(reply.header("transfer-encoding"), None);
    assert_eq!(
        reply
            .lines
            .iter()
            .filter(|line| line.starts_with("set-cookie"))
            .count(),
        2
    );
    assert_eq!(reply.text(), "body");

    let reply = server.get("/cgi-bin/crlf");
    assert_eq!((reply.status(), reply.text()), (404, "body\r\n".to_owned()));

    // HEAD, with a program that sends a body all the same, and with one that
    // doesn't; then a bodiless status: the next answer must be found.
    let mut visitor = server.connect();
    for (method, path, length) in [
        ("HEAD", "/cgi-bin/teapot", Some("4")),
        ("HEAD", "/cgi-bin/length", Some("5")),
        ("GET", "/cgi-bin/unmodified", None),
        ("GET", "/cgi-bin/nothing", None),
        ("GET", "/cgi-bin/exit", Some("5")),
    ] {
        visitor.send(format!("{method} {path} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes());
        let reply = visitor.read(method == "HEAD");
        assert_eq!(
            reply.header("content-length"),
            length,
            "{path}: {:?}",
            reply.lines
        );
    }
    assert!(
        server
            .log()
            .contains("exit: exit status: 3 after its answer")
    );
}

#[test]
fn locations() {
    let server = Place::new()
        .program("away", "echo Location: https://example.org/x; echo")
        .program(
            "other",
            "printf 'Status: 303 See Other\nLocation: /about/\nContent-Type: text/html\n\nthere'",
        )
        .media("a.txt", b"a file")
        .program("file", "echo Location: /media/a.txt; echo")
        .program("inside", "echo 'Location: /about/?a=b'; echo")
        .program("circle", "echo Location: /cgi-bin/circle; echo")
        .program("page", MIRROR)
        .serve();
    let reply = server.get("/cgi-bin/away");
    assert_eq!(
        (reply.status(), reply.header("location")),
        (302, Some("https://example.org/x"))
    );
    let reply = server.get("/cgi-bin/other");
    assert_eq!(
        (reply.status(), reply.header("location")),
        (303, Some("/about/"))
    );
    assert_eq!(reply.text(), "there");

    let reply = server.ask("POST", "/cgi-bin/inside", "Content-Length: 3\r\n", b"abc");
    assert_variables(
        &reply,
        &[
            ("REQUEST_METHOD", "GET"),
            ("PATH_INFO", "/about/"),
            ("QUERY_STRING", "a=b"),
            ("REDIRECT_URL", "/about/"),
            ("body", ""),
        ],
    );
    assert_eq!(reply.variable("CONTENT_LENGTH"), None);
    assert_eq!(server.get("/cgi-bin/file").text(), "a file");
    assert_eq!(server.get("/cgi-bin/circle").status(), 500);
    assert!(server.log().contains("a Location led to another Location"));
}

#[test]
fn broken_programs_become_500() {
    let broken = [
        ("crash", "kill -SEGV $$", "signal: 11"),
        (
            "fails",
            "echo \"what \x1b[31mwent wrong\" >&2; exit 3",
            "exit status: 3",
        ),
        ("silent", "exit 0", "it wrote nothing"),
        (
            "garbage",
            "echo hello; echo; echo world",
            "this is no header: hello",
        ),
        ("endless", "yes 'X: y' | head -n 9000", "more than 16 KB"),
        (
            "unended",
            "echo Content-Type: a/b",
            "no empty line ends its headers",
        ),
        (
            "untyped",
            "echo X-A: b; echo; echo body",
            "it sent no Content-Type",
        ),
        (
            "bad-status",
            "echo Status: fine; echo Content-Type: a/b; echo",
            "this is no status",
        ),
        (
            "early",
            "echo Status: 103; echo Content-Type: a/b; echo",
            "this is no status",
        ),
        (
            "short",
            "printf 'Content-Type: a/b\nContent-Length: 9\n\nshort'",
            "its Content-Length is \"9\"",
        ),
        (
            "space",
            "printf 'Bad Name: x\nContent-Type: a/b\n\n'",
            "this is no header",
        ),
        (
            "huge",
            "echo Content-Type: a/b; echo; head -c 70000000 /dev/zero",
            "more than 64 MB",
        ),
    ];
    let place = broken
        .iter()
        .fold(Place::new(), |place, (name, script, _)| {
            place.program(name, script)
        });
    let missing = place.cgi_bin().join("lost");
    fs::write(&missing, "#!/no/such/interpreter\n").unwrap();
    fs::set_permissions(&missing, fs::Permissions::from_mode(0o755)).unwrap();
    let server = place.serve();
    for (name, _, _) in broken {
        let reply = server.get(&format!("/cgi-bin/{name}"));
        assert_eq!(reply.status(), 500, "{name}");
        assert!(reply.text().contains("<h1>500 Internal Server Error</h1>"));
        assert!(reply.text().len() < 600);
    }
    assert_eq!(server.get("/cgi-bin/lost").status(), 500);
    let log = server.log();
    for (name, _, why) in broken {
        let mut lines = log
            .lines()
            .filter(|line| line.starts_with(&format!("{name}: ")));
        assert!(lines.any(|line| line.contains(why)), "{name}, {why}: {log}");
    }
    assert!(log.contains("lost: can't be started: "));
    // What it said itself is there too, and can't colour the terminal.
    assert!(log.contains("fails: what \\u{1b}[31mwent wrong"), "{log}");
}

#[test]
fn a_program_that_hangs_is_ended_with_its_children() {
    let server = Place::new()
        .fifo("life")
        .program("hang", "sleep 1000 > \"$MAYFLY_DATA/life\"")
        .serve_with(&["--timeout", "1"]);
    let life = server.place.data().join("life");
    let ended = std::thread::spawn(move || fs::read(life).unwrap());
    assert_eq!(server.get("/cgi-bin/hang").status(), 504);
    // The pipe ends when the last process that could write to it has.
    assert_eq!(ended.join().unwrap(), b"");
    assert!(server.log().contains("hang: ended by mayfly after 1 s"));
}
