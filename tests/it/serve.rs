//! `mayfly serve` over small shell programs: how it starts, logs and ends. The
//! files in `serve/` look at everything else.

mod kit;
mod media;
mod program;
mod request;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use kit::{MIRROR, Place, assert_variables, mirrors};

#[test]
fn first_line_says_where() {
    let server = mirrors();
    let data = server.place.data();
    let wanted = format!(
        "Mayfly serves {} on http://127.0.0.1:{}/ (Ctrl-C ends it)\n",
        data.display(),
        server.port
    );
    assert_eq!(server.first_line, wanted);
    server.log();
}

#[test]
fn a_visitor_who_goes_away_disturbs_nobody() {
    let server = Place::new()
        .fifo("started")
        .fifo("go")
        .fifo("done")
        .program("home", MIRROR)
        .program(
            "slow",
            "cd \"$MAYFLY_DATA\"; echo yes > started; read word < go; echo $word > done; echo Content-Type: a/b; echo",
        )
        .serve();
    let data = server.place.data();
    let mut visitor = server.connect();
    visitor.send(b"GET /cgi-bin/slow HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(fs::read_to_string(data.join("started")).unwrap(), "yes\n");
    drop(visitor);
    assert_eq!(server.get("/").status(), 200);
    fs::write(data.join("go"), "finish\n").unwrap();
    assert_eq!(fs::read_to_string(data.join("done")).unwrap(), "finish\n");
    server.log();
}

#[test]
fn sigterm_lets_running_requests_finish() {
    let mut server = Place::new()
        .fifo("started")
        .fifo("go")
        .program(
            "slow",
            "cd \"$MAYFLY_DATA\"; echo yes > started; read word < go; echo Content-Type: a/b; echo; echo $word",
        )
        .serve();
    let data = server.place.data();
    let mut visitor = server.connect();
    visitor.send(b"GET /cgi-bin/slow HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(fs::read_to_string(data.join("started")).unwrap(), "yes\n");
    server.terminate();
    // The signal has arrived once no new connection is accepted.
    while TcpStream::connect(("127.0.0.1", server.port)).is_ok() {
        std::thread::yield_now();
    }
    fs::write(data.join("go"), "finished\n").unwrap();
    assert_eq!(visitor.read(false).text(), "finished\n");
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
    let mut last = String::new();
    server.stdout.read_to_string(&mut last).unwrap();
    assert_eq!(last, "Mayfly has ended after 1 request.\n");
}

#[test]
fn sigterm_waits_for_nobody_for_ever() {
    let server = Place::new()
        .fifo("life")
        .program("hang", "echo here > \"$MAYFLY_DATA/life\"; exec sleep 1000")
        .serve();
    let life = server.place.data().join("life");
    let mut visitor = server.connect();
    visitor.send(b"GET /cgi-bin/hang HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(fs::read_to_string(life).unwrap(), "here\n");
    let (status, last, _) = server.end();
    assert_eq!(status.code(), Some(0));
    assert!(last.contains("cut off"), "{last}");
}

#[test]
fn without_rewriting_only_plain_links_answer() {
    let server = Place::new()
        .program("home", MIRROR)
        .program("page", MIRROR)
        .serve_with(&["--plain"]);
    let start = server.get("/");
    assert_eq!(
        (start.status(), start.header("location")),
        (302, Some("/cgi-bin/home"))
    );
    assert_eq!(server.get("/about/").status(), 404);
    assert_eq!(server.get("/cgi-bin/page/about/").status(), 200);
}

#[test]
fn log_has_a_line_per_request() {
    let server = Place::new()
        .program(
            "page",
            "echo Content-Type: a/b; echo; head -c 12345 /dev/zero",
        )
        .serve();
    server.get("/about/?x=1");
    server.get("/cgi-bin/none");
    let log = server.log();
    let line = log.lines().next().unwrap();
    let words: Vec<_> = line.split_whitespace().collect();
    assert_eq!(
        words[..6],
        ["GET", "/about/?x=1", "200", "page", "12,345", "B"],
        "{line}"
    );
    assert!(words[7] == "ms" || words[7] == "s", "{line}");
    assert!(!log.contains('\x1b'));
    assert!(log.contains("GET  /cgi-bin/none"));

    let server = Place::new()
        .program("home", MIRROR)
        .serve_with(&["--quiet"]);
    assert_eq!(server.get("/").status(), 200);
    assert_eq!(server.log(), "");
}

#[test]
fn what_stops_it_from_starting_is_said() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap();
    let place = Place::new().program("home", MIRROR);
    let empty = TempDir::new().unwrap();
    fs::write(empty.path().join("home.d"), "").unwrap();
    let (data, cgi_bin) = (place.data(), place.cgi_bin());
    let nowhere = empty.path().join("nowhere");
    let try_it = |data: &Path, cgi_bin: &Path, listen: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mayfly"));
        command
            .env_remove("MAYFLY_DATA")
            .arg("--data")
            .arg(data)
            .arg("serve");
        let output = command
            .args(["--listen", listen, "--cgi-bin"])
            .arg(cgi_bin)
            .output()
            .unwrap();
        assert!(output.stdout.is_empty());
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    for (data, cgi_bin, listen, code, words) in [
        (
            &data,
            &cgi_bin,
            taken.to_string().as_str(),
            1,
            "is in use. Choose another: mayfly serve --listen 127.0.0.1:",
        ),
        (&nowhere, &cgi_bin, "127.0.0.1:0", 1, "init"),
        (
            &cgi_bin.join("home"),
            &cgi_bin,
            "127.0.0.1:0",
            1,
            "is a file",
        ),
        (&data, &nowhere, "127.0.0.1:0", 1, "there is no directory"),
        (
            &data,
            &empty.path().to_owned(),
            "127.0.0.1:0",
            1,
            "there are no programs in",
        ),
        (&data, &cgi_bin, "0.0.0.0:0", 1, "--public"),
        (&data, &cgi_bin, "nonsense", 2, "127.0.0.1:8098"),
    ] {
        let (status, said) = try_it(data, cgi_bin, listen);
        assert_eq!(status, code, "{said}");
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn data_directory_is_asked_for() {
    let place = Place::new().program("home", MIRROR);
    let mut command = Command::new(env!("CARGO_BIN_EXE_mayfly"));
    let output = command
        .env_remove("MAYFLY_DATA")
        .arg("serve")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--data DIR"));

    let mut command = Command::new(env!("CARGO_BIN_EXE_mayfly"));
    command.env("MAYFLY_DATA", place.data()).args([
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--cgi-bin",
    ]);
    let mut child = command
        .arg(place.cgi_bin())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    // With its stdout closed by now, it still ends well.
    let pid = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(line.contains(place.data().to_str().unwrap()));
}

#[test]
fn help_has_examples() {
    for arguments in [&["--help"][..], &["serve", "--help"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_mayfly"))
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success());
        assert!(String::from_utf8_lossy(&output.stdout).contains("Examples:"));
    }
}
