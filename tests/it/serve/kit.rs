//! A directory of shell programs, `mayfly serve` over it, and visitors who speak
//! to it in their own words.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

use tempfile::TempDir;

/// Prints how often and with what it was started: arguments, directory,
/// variables, and what standard input is and holds.
pub(super) const MIRROR: &str = r#"
printf 'Content-Type: text/plain\r\n\r\n'
echo "argc=$#"
echo "cwd=$(pwd)"
echo "stdin=$(readlink /proc/self/fd/0 | cut -c 1-5)"
env | LC_ALL=C sort
printf 'body='
cat
"#;

/// A running server over a directory of programs and one of data.
pub(super) struct Server {
    pub(super) child: Child,
    pub(super) stdout: BufReader<ChildStdout>,
    pub(super) first_line: String,
    pub(super) port: u16,
    pub(super) place: Place,
}

/// The directories of a test: `cgi-bin`, `blog` with its `media`, and a log.
pub(super) struct Place(TempDir);

impl Place {
    pub(super) fn new() -> Self {
        let place = Self(TempDir::new().unwrap());
        fs::create_dir_all(place.data().join("media")).unwrap();
        fs::create_dir(place.cgi_bin()).unwrap();
        place
    }

    pub(super) fn program(self, name: &str, script: &str) -> Self {
        let file = self.cgi_bin().join(name);
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        self
    }

    pub(super) fn media(self, name: &str, content: &[u8]) -> Self {
        let file = self.data().join("media").join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
        self
    }

    /// A pipe with a name, by which a test and a program wait for each other.
    pub(super) fn fifo(self, name: &str) -> Self {
        let made = Command::new("mkfifo")
            .arg(self.data().join(name))
            .status()
            .unwrap();
        assert!(made.success());
        self
    }

    pub(super) fn root(&self) -> PathBuf {
        self.0.path().canonicalize().unwrap()
    }

    pub(super) fn data(&self) -> PathBuf {
        self.root().join("blog")
    }

    pub(super) fn cgi_bin(&self) -> PathBuf {
        self.root().join("cgi-bin")
    }

    pub(super) fn command(&self) -> Command {
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

    pub(super) fn serve(self) -> Server {
        self.serve_with(&[])
    }

    pub(super) fn serve_with(self, arguments: &[&str]) -> Server {
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
    pub(super) fn connect(&self) -> Visitor {
        Visitor(BufReader::new(
            TcpStream::connect(("127.0.0.1", self.port)).unwrap(),
        ))
    }

    pub(super) fn get(&self, target: &str) -> Reply {
        self.ask("GET", target, "", b"")
    }

    pub(super) fn ask(&self, method: &str, target: &str, headers: &str, body: &[u8]) -> Reply {
        let mut visitor = self.connect();
        visitor.send(
            format!("{method} {target} HTTP/1.1\r\nHost: blog.example:81\r\n{headers}\r\n")
                .as_bytes(),
        );
        visitor.send(body);
        visitor.read(method == "HEAD")
    }

    pub(super) fn terminate(&self) {
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
    pub(super) fn end(mut self) -> (ExitStatus, String, String) {
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
    pub(super) fn log(self) -> String {
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
pub(super) struct Visitor(pub(super) BufReader<TcpStream>);

impl Visitor {
    pub(super) fn send(&mut self, bytes: &[u8]) {
        self.0.get_mut().write_all(bytes).unwrap();
    }

    pub(super) fn read(&mut self, head: bool) -> Reply {
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
pub(super) struct Reply {
    pub(super) lines: Vec<String>,
    pub(super) body: Vec<u8>,
}

impl Reply {
    pub(super) fn status(&self) -> u16 {
        self.lines[0].split(' ').nth(1).unwrap().parse().unwrap()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let fields = self.lines[1..]
            .iter()
            .filter_map(|line| line.split_once(": "));
        fields
            .filter(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .next()
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A variable as the mirror saw it.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        assert_eq!(self.status(), 200, "{}", self.text());
        let text = self.text();
        let mut fields = text.lines().filter_map(|line| line.split_once('='));
        fields
            .find(|(field, _)| *field == name)
            .map(|(_, value)| value.to_owned())
    }
}

#[track_caller]
pub(super) fn assert_variables(reply: &Reply, wanted: &[(&str, &str)]) {
    for (name, value) in wanted {
        assert_eq!(reply.variable(name).as_deref(), Some(*value), "{name}");
    }
}

pub(super) fn mirrors() -> Server {
    let names = ["home", "post", "tag", "page", "archive", "feed", "old.cgi"];
    names
        .iter()
        .fold(Place::new(), |place, name| place.program(name, MIRROR))
        .serve()
}
