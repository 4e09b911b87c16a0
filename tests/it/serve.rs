//! `mayfly serve` over small shell programs: how it starts, logs and ends, and
//! the kit with which the files in `serve/` look at everything else.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod media;
mod program;
mod request;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

use tempfile::TempDir;

/// Prints how often and with what it was started: arguments, directory,
/// variables, and what standard input is and holds.
const MIRROR: &str = r#"
printf 'Content-Type: text/plain\r\n\r\n'
echo "argc=$#"
echo "cwd=$(pwd)"
echo "stdin=$(readlink /proc/self/fd/0 | cut -c 1-5)"
env | LC_ALL=C sort
printf 'body='
cat
"#;

/// A running server over a directory of programs and one of data.
struct Server {
    child: Child,
    stdout: BufReader<ChildStdout>,
    first_line: String,
    port: u16,
    place: Place,
}

/// The directories of a test: `cgi-bin`, `blog` with its `media`, and a log.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(TempDir::new().unwrap());
        fs::create_dir_all(place.data().join("media")).unwrap();
        fs::create_dir(place.cgi_bin()).unwrap();
        place
    }

    fn program(self, name: &str, script: &str) -> Self {
        let file = self.cgi_bin().join(name);
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        self
    }

    fn media(self, name: &str, content: &[u8]) -> Self {
        let file = self.data().join("media").join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
        self
    }

    /// A pipe with a name, by which a test and a program wait for each other.
    fn fifo(self, name: &str) -> Self {
        let made = Command::new("mkfifo")
            .arg(self.data().join(name))
            .status()
            .unwrap();
        assert!(made.success());
        self
    }

    fn root(&self) -> PathBuf {
        self.0.path().canonicalize().unwrap()
    }

    fn data(&self) -> PathBuf {
        self.root().join("blog")
    }

    fn cgi_bin(&self) -> PathBuf {
        self.root().join("cgi-bin")
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mayfly"));
        command
            .env_remove("MAYFLY_DATA")
            .env("SECRET", "not for programs");
        command.arg("--data").arg(self.data());
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--cgi-bin"])
            .arg(self.cgi_bin());
        command
    }

    fn serve(self) -> Server {
        self.serve_with(&[])
    }

    fn serve_with(self, arguments: &[&str]) -> Server {
        let log = File::create(self.root().join("log")).unwrap();
        let mut child = self
            .command()
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut first_line = String::new();
        stdout.read_line(&mut first_line).unwrap();
        let port = first_line
            .rsplit_once("127.0.0.1:")
            .and_then(|(_, rest)| rest.split_once('/'));
        let port = port
            .unwrap_or_else(|| panic!("no port in {first_line:?}"))
            .0
            .parse()
            .unwrap();
        Server {
            child,
            stdout,
            first_line,
            port,
            place: self,
        }
    }
}

impl Server {
    fn connect(&self) -> Visitor {
        Visitor(BufReader::new(
            TcpStream::connect(("127.0.0.1", self.port)).unwrap(),
        ))
    }

    fn get(&self, target: &str) -> Reply {
        self.ask("GET", target, "", b"")
    }

    fn ask(&self, method: &str, target: &str, headers: &str, body: &[u8]) -> Reply {
        let mut visitor = self.connect();
        visitor.send(
            format!("{method} {target} HTTP/1.1\r\nHost: blog.example:81\r\n{headers}\r\n")
                .as_bytes(),
        );
        visitor.send(body);
        visitor.read(method == "HEAD")
    }

    fn terminate(&self) {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
    }

    /// Ends the server and gives its exit status, last words and log.
    fn end(mut self) -> (ExitStatus, String, String) {
        self.terminate();
        let status = self.child.wait().unwrap();
        let mut last = String::new();
        self.stdout.read_to_string(&mut last).unwrap();
        (
            status,
            last,
            fs::read_to_string(self.place.root().join("log")).unwrap(),
        )
    }

    /// Ends the server, which must go well, and gives its log.
    fn log(self) -> String {
        let (status, last, log) = self.end();
        assert!(status.success(), "{status}: {log}");
        assert!(last.starts_with("Mayfly has ended"), "{last}");
        assert_eq!(last.lines().count(), 1);
        log
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Of a test that failed half-way; one that `end`ed is gone already.
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// A connection to the server.
struct Visitor(BufReader<TcpStream>);

impl Visitor {
    fn send(&mut self, bytes: &[u8]) {
        self.0.get_mut().write_all(bytes).unwrap();
    }

    fn read(&mut self, head: bool) -> Reply {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            assert_ne!(
                self.0.read_line(&mut line).unwrap(),
                0,
                "closed within {lines:?}"
            );
            match line.trim_end() {
                "" => break,
                line => lines.push(line.to_owned()),
            }
        }
        let mut reply = Reply {
            lines,
            body: Vec::new(),
        };
        let bodiless = head || [204, 304].contains(&reply.status());
        if let Some(length) = reply.header("content-length").filter(|_| !bodiless) {
            reply.body.resize(length.parse().unwrap(), 0);
            self.0.read_exact(&mut reply.body).unwrap();
        }
        reply
    }
}

/// What the server answered.
struct Reply {
    lines: Vec<String>,
    body: Vec<u8>,
}

impl Reply {
    fn status(&self) -> u16 {
        self.lines[0].split(' ').nth(1).unwrap().parse().unwrap()
    }

    fn header(&self, name: &str) -> Option<&str> {
        let fields = self.lines[1..]
            .iter()
            .filter_map(|line| line.split_once(": "));
        fields
            .filter(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .next()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A variable as the mirror saw it.
    fn variable(&self, name: &str) -> Option<String> {
        assert_eq!(self.status(), 200, "{}", self.text());
        let text = self.text();
        let mut fields = text.lines().filter_map(|line| line.split_once('='));
        fields
            .find(|(field, _)| *field == name)
            .map(|(_, value)| value.to_owned())
    }
}

#[track_caller]
fn assert_variables(reply: &Reply, wanted: &[(&str, &str)]) {
    for (name, value) in wanted {
        assert_eq!(reply.variable(name).as_deref(), Some(*value), "{name}");
    }
}

fn mirrors() -> Server {
    let names = ["home", "post", "tag", "page", "archive", "feed", "old.cgi"];
    names
        .iter()
        .fold(Place::new(), |place, name| place.program(name, MIRROR))
        .serve()
}

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
