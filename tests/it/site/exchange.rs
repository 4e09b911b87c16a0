//! One request: variables and input, one program started with them, and what
//! it wrote.
//!
//! Standard input is a pipe that nobody closes, unless a test wants it otherwise:
//! that is what eight of twenty servers do, and a program that waits for its
//! end hangs there.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs;
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::{Reply, Site};
use crate::stand_in;

/// Nothing a program does takes this long: whatever does has hung.
const PATIENCE: Duration = Duration::from_secs(25);

/// What standard input holds, and what follows it.
#[derive(Clone, Debug)]
pub enum Input {
    /// These bytes, then silence: the pipe stays open.
    Open(Vec<u8>),
    /// These bytes, then the end.
    Ended(Vec<u8>),
}

/// Where standard output and standard error lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Streams {
    /// To two pipes, as under Apache.
    Apart,
    /// Both to one pipe, as under mini_httpd, thttpd and merecat.
    Together,
    /// Standard error is closed, as under bozohttpd.
    ErrorClosed,
    /// To a pipe of one page that does not wait while it is full.
    Narrow,
    /// To a pipe that nobody reads any longer.
    Gone,
}

/// A request that has not been made yet.
#[must_use]
pub struct Request<'a> {
    site: &'a Site,
    program: PathBuf,
    variables: BTreeMap<OsString, OsString>,
    arguments: Vec<OsString>,
    input: Input,
    streams: Streams,
    limits: String,
    folder: Option<PathBuf>,
}

impl<'a> Request<'a> {
    pub(super) fn new(site: &'a Site, program: PathBuf) -> Request<'a> {
        let name = program.file_name().unwrap().to_str().unwrap();
        let script = format!("/cgi-bin/{name}");
        let request = Request {
            site,
            program,
            variables: BTreeMap::new(),
            arguments: Vec::new(),
            input: Input::Open(Vec::new()),
            streams: Streams::Apart,
            limits: String::new(),
            folder: None,
        };
        let pairs = [
            ("GATEWAY_INTERFACE", "CGI/1.1"),
            ("HTTP_HOST", "blog.example"),
            ("QUERY_STRING", ""),
            ("REMOTE_ADDR", "192.0.2.1"),
            ("REQUEST_METHOD", "GET"),
            ("REQUEST_URI", &script),
            ("SCRIPT_NAME", &script),
            ("SERVER_NAME", "blog.example"),
            ("SERVER_PORT", "80"),
            ("SERVER_PROTOCOL", "HTTP/1.1"),
            ("SERVER_SOFTWARE", "Apache"),
        ];
        let request = pairs
            .into_iter()
            .fold(request, |request, (name, value)| request.var(name, value));
        request.var("MAYFLY_DATA", site.data().as_os_str().as_bytes())
    }

    /// Sets what a client asked for: REQUEST_URI, and QUERY_STRING with it.
    pub fn asked(self, target: &str) -> Self {
        let query = target.split_once('?').map_or("", |(_, query)| query);
        self.var("REQUEST_URI", target).var("QUERY_STRING", query)
    }

    /// Sets the method.
    pub fn method(self, method: &str) -> Self {
        self.var("REQUEST_METHOD", method)
    }

    /// Sets a variable.
    pub fn var(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let value = OsString::from_vec(value.as_ref().to_vec());
        self.variables.insert(name.into(), value);
        self
    }

    /// Takes a variable away.
    pub fn without(mut self, name: &str) -> Self {
        self.variables.remove(OsStr::new(name));
        self
    }

    /// Takes every variable away but MAYFLY_DATA.
    pub fn bare(mut self) -> Self {
        self.variables.retain(|name, _| name == "MAYFLY_DATA");
        self
    }

    /// Sends a body and its length; the connection stays open behind it.
    pub fn body(self, bytes: &[u8]) -> Self {
        self.var("CONTENT_LENGTH", bytes.len().to_string())
            .stdin(Input::Open(bytes.to_vec()))
    }

    /// Sets standard input, without a word about its length.
    pub fn stdin(self, input: Input) -> Self {
        Request { input, ..self }
    }

    /// Sets standard output and standard error.
    pub fn streams(self, streams: Streams) -> Self {
        Request { streams, ..self }
    }

    /// Passes an argument to the program.
    pub fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Runs the program under a limit of the shell's: `ulimit -v 65536`.
    pub fn limited(mut self, ulimit: &str) -> Self {
        self.limits.push_str(&format!("{ulimit} && "));
        self
    }

    /// Makes the request below strace: the answer, and the calls of these names that the
    /// program made of the kernel, a line each.
    pub fn traced(self, calls: &str) -> (Reply, Vec<String>) {
        let log = self.site.scratch().join("calls");
        let below = format!(
            "exec strace -f -qq -o {} -e trace={calls} \"$@\"",
            log.display()
        );
        let reply = self.limited(&below).run();
        let calls = fs::read_to_string(log).unwrap();
        (reply, calls.lines().map(String::from).collect())
    }

    /// Runs one of the programs of `stand_in` instead.
    pub fn stand_in(mut self, name: &str) -> Self {
        self.program = std::env::current_exe().unwrap();
        self.arguments = stand_in::ARGUMENTS.map(OsString::from).into();
        self.var(stand_in::VARIABLE, name)
    }

    /// Runs another copy of the program, or another program.
    pub fn program(self, program: PathBuf) -> Self {
        Request { program, ..self }
    }

    /// Starts the program in another working directory.
    pub fn inside(self, folder: PathBuf) -> Self {
        let folder = Some(folder);
        Request { folder, ..self }
    }

    /// Makes the request, and holds the answer to every rule there is.
    pub fn run(self) -> Reply {
        let exchange = self.exchange();
        self.held_to_the_rules(exchange)
    }

    /// Makes the request to a program that may be ended before it answers: the answer, held
    /// to every rule, or what came where nothing of one was written.
    pub fn run_or_end(self) -> Result<Reply, Box<Exchange>> {
        let mut exchange = self.exchange();
        if exchange.exit != Some(0) && exchange.stdout.is_empty() {
            return Err(Box::new(exchange));
        }
        // A signal may come when all is written. A part of an answer is not as long as it says.
        exchange.exit = exchange.exit.or(Some(0));
        Ok(self.held_to_the_rules(exchange))
    }

    fn held_to_the_rules(&self, exchange: Exchange) -> Reply {
        let head_only = self.variables.get(OsStr::new("REQUEST_METHOD")) == Some(&"HEAD".into());
        let secret = self.site.data();
        Reply::parse(exchange, head_only, &secret)
    }

    /// Makes the request and gives what came of it, whatever that is.
    pub fn exchange(&self) -> Exchange {
        let (input, mut feed) = io::pipe().unwrap();
        let rest = input.try_clone().unwrap();
        let (output, error, readers) = self.pipes();
        let mut child = self
            .command()
            .stdin(input)
            .stdout(output)
            .stderr(error)
            .spawn()
            .unwrap();
        let (bytes, ends) = match self.input.clone() {
            Input::Open(bytes) => (bytes, false),
            Input::Ended(bytes) => (bytes, true),
        };
        let feeding = thread::spawn(move || {
            // The pipe has a second reader, so this can't fail, only wait.
            feed.write_all(&bytes).unwrap();
            (!ends).then_some(feed)
        });
        let (mut stdout, stderr) = self.read(&mut child, readers);
        if stdout.starts_with(stand_in::PREFIX) {
            stdout.drain(..stand_in::PREFIX.len());
        }
        let exit = child.wait().unwrap();
        // What the program left is read away now, which lets the feeding end.
        let unread = thread::spawn(move || {
            let mut rest = rest;
            let mut unread = Vec::new();
            rest.read_to_end(&mut unread).unwrap();
            unread
        });
        drop(feeding.join().unwrap());
        Exchange {
            program: self.program.clone(),
            variables: self.variables.clone(),
            stdout,
            stderr: String::from_utf8_lossy(&stderr).into_owned(),
            exit: exit.code(),
            unread: unread.join().unwrap(),
        }
    }

    /// Makes the request as Apache's mod_cgi does, which reads the output to its end
    /// and then asks at once whether the program has ended: what it wrote, and
    /// whether it had.
    pub fn ended_with_its_output(&self) -> (Vec<u8>, bool) {
        let mut child = self
            .command()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut written = Vec::new();
        let mut output = child.stdout.take().unwrap();
        output.read_to_end(&mut written).unwrap();
        let ended = child.try_wait().unwrap().is_some();
        child.wait().unwrap();
        (written, ended)
    }

    /// Makes the request and kills the program after a time, unless it has ended by then:
    /// what it wrote.
    pub fn killed_after(&self, delay: Duration) -> Vec<u8> {
        let mut child = self
            .command()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (Input::Open(bytes) | Input::Ended(bytes)) = &self.input;
        // One that has been killed does not read on.
        drop(child.stdin.take().unwrap().write_all(bytes));
        thread::sleep(delay);
        child.kill().unwrap();
        let mut written = Vec::new();
        let mut output = child.stdout.take().unwrap();
        output.read_to_end(&mut written).unwrap();
        child.wait().unwrap();
        written
    }

    fn command(&self) -> Command {
        let mut script = self.limits.clone();
        script.push_str("exec \"$@\"");
        if self.streams == Streams::ErrorClosed {
            script.push_str(" 2>&-");
        }
        // The shell is asked only where it is needed: it adds variables.
        let mut command = if script == "exec \"$@\"" {
            Command::new(&self.program)
        } else {
            let mut command = Command::new("/bin/sh");
            command.args(["-c", &script, "sh"]).arg(&self.program);
            command
        };
        let folder = self.folder.as_deref().or(self.program.parent()).unwrap();
        command
            .args(&self.arguments)
            .env_clear()
            .envs(&self.variables)
            .current_dir(folder);
        command
    }

    fn pipes(&self) -> (Stdio, Stdio, Vec<PipeReader>) {
        let (output, to_output) = io::pipe().unwrap();
        let (error, to_error) = io::pipe().unwrap();
        match self.streams {
            Streams::Apart | Streams::ErrorClosed => {
                (to_output.into(), to_error.into(), vec![output, error])
            }
            Streams::Together => {
                let same = to_output.try_clone().unwrap();
                (to_output.into(), same.into(), vec![output])
            }
            Streams::Narrow => {
                narrow(&to_output);
                (to_output.into(), to_error.into(), vec![output, error])
            }
            Streams::Gone => (to_output.into(), to_error.into(), vec![nothing(), error]),
        }
    }

    /// Reads both streams to their ends, or ends a program that has hung.
    fn read(&self, child: &mut Child, readers: Vec<PipeReader>) -> (Vec<u8>, Vec<u8>) {
        let (send, receive) = mpsc::channel();
        let streams = readers.len();
        for (number, mut reader) in readers.into_iter().enumerate() {
            let send = send.clone();
            thread::spawn(move || {
                let mut bytes = Vec::new();
                reader.read_to_end(&mut bytes).unwrap();
                // Nobody listens any longer once a test has failed.
                drop(send.send((number, bytes)));
            });
        }
        let mut read = [Vec::new(), Vec::new()];
        for _ in 0..streams {
            let Ok((number, bytes)) = receive.recv_timeout(PATIENCE) else {
                child.kill().unwrap();
                child.wait().unwrap();
                panic!("{} hung, with {:?}", self.program.display(), self.variables);
            };
            read[number] = bytes;
        }
        read.into()
    }
}

/// A pipe's end at which nothing will ever arrive.
fn nothing() -> PipeReader {
    io::pipe().unwrap().0
}

fn narrow(pipe: &PipeWriter) {
    let descriptor = pipe.as_raw_fd();
    // SAFETY: two settings of a descriptor that is open, by number.
    unsafe {
        assert!(libc::fcntl(descriptor, libc::F_SETPIPE_SZ, 4096) >= 4096);
        assert_eq!(libc::fcntl(descriptor, libc::F_SETFL, libc::O_NONBLOCK), 0);
    }
}

/// All that is known of a request that was made, for the tests and for whoever
/// reads why one failed.
#[derive(Clone)]
pub struct Exchange {
    program: PathBuf,
    variables: BTreeMap<OsString, OsString>,
    /// What the program wrote to its standard output.
    pub stdout: Vec<u8>,
    /// What it wrote to its standard error.
    pub stderr: String,
    /// Its exit code; none where a signal ended it.
    pub exit: Option<i32>,
    /// What it left of its standard input.
    pub unread: Vec<u8>,
}

impl fmt::Display for Exchange {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "--- {} with", self.program.display())?;
        for (name, value) in &self.variables {
            writeln!(out, "{}={}", name.display(), value.display())?;
        }
        let written = String::from_utf8_lossy(&self.stdout);
        let written = match (written.find("<style>"), written.find("</style>")) {
            (Some(from), Some(to)) => [&written[..from], &written[to..]].concat(),
            _ => written.into_owned(),
        };
        let shown: String = written.chars().take(6000).collect();
        writeln!(out, "--- wrote {} bytes\n{shown}", self.stdout.len())?;
        if shown.len() < written.len() {
            writeln!(out, "[...]")?;
        }
        writeln!(out, "--- and to stderr\n{}", self.stderr)?;
        write!(out, "--- and ended with {:?}", self.exit)
    }
}
