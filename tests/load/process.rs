//! One process, started as a web server starts it, and what the kernel says that
//! it used.

use std::ffi::CString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, FromRawFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::ptr::{null, null_mut};
use std::slice;

use crate::{Result, failed};

/// A program and its whole environment. CGI programs get no arguments.
#[derive(Clone, Debug)]
pub struct Program {
    /// Where it is.
    pub file: PathBuf,
    /// Its variables, `NAME=value`.
    pub environment: Vec<CString>,
    /// Where its input is.
    pub input: PathBuf,
    /// What is removed before each run, should it be there.
    pub forgotten: Vec<PathBuf>,
}

/// One run of a program.
#[derive(Clone, Debug)]
pub struct Run {
    /// Microseconds that the process ran, in itself and in the kernel for it.
    pub cpu: f64,
    /// Minor page faults.
    pub faults: f64,
    /// What it wrote.
    pub output: Vec<u8>,
}

/// The input of a program that gets none.
const NOTHING: &str = "/dev/null";

/// What lighttpd passes beside the lines about the request itself.
const VARIABLES: [(&str, &str); 14] = [
    ("GATEWAY_INTERFACE", "CGI/1.1"),
    ("SERVER_SOFTWARE", "lighttpd/1.4.69"),
    ("SERVER_PROTOCOL", "HTTP/1.1"),
    ("SERVER_NAME", "example.org"),
    ("SERVER_ADDR", "127.0.0.1"),
    ("SERVER_PORT", "80"),
    ("REMOTE_ADDR", "127.0.0.1"),
    ("REMOTE_PORT", "54321"),
    ("REQUEST_METHOD", "GET"),
    ("REQUEST_SCHEME", "http"),
    ("HTTP_HOST", "example.org"),
    (
        "HTTP_USER_AGENT",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    ),
    (
        "HTTP_ACCEPT",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    ),
    ("HTTP_ACCEPT_LANGUAGE", "en-GB,en;q=0.7"),
];

impl Program {
    /// A program without arguments, in an empty environment.
    pub fn new(file: &Path) -> Result<Program> {
        Ok(Program {
            file: file.to_owned(),
            environment: Vec::new(),
            input: NOTHING.into(),
            forgotten: Vec::new(),
        })
    }

    /// One variable more.
    pub fn variable(mut self, name: &str, value: &str) -> Result<Program> {
        self.environment
            .push(CString::new(format!("{name}={value}"))?);
        Ok(self)
    }

    /// The variables of a GET request.
    pub fn request(self, script: &str, info: &str, uri: &str, query: &str) -> Result<Program> {
        let mut program = self
            .variable("SCRIPT_NAME", script)?
            .variable("PATH_INFO", info)?
            .variable("REQUEST_URI", uri)?
            .variable("QUERY_STRING", query)?;
        let file = program.file.display().to_string();
        program = program.variable("SCRIPT_FILENAME", &file)?;
        for (name, value) in VARIABLES {
            program = program.variable(name, value)?;
        }
        Ok(program)
    }

    /// Removes what no run is to find.
    pub fn forget(&self) -> io::Result<()> {
        let mut removed = self.forgotten.iter().map(fs::remove_file);
        removed.try_for_each(|removed| match removed {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        })
    }

    /// What it reads.
    pub fn input(&self) -> Result<File> {
        Ok(File::open(&self.input)?)
    }

    /// The same run below another program: `strace`, `valgrind`.
    pub fn below(&self, tool: &str, options: &[String]) -> Command {
        let mut command = Command::new(tool);
        command.args(options).arg(&self.file);
        self.surround(&mut command);
        command
    }

    /// The run as a command of the standard library.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.file);
        self.surround(&mut command);
        command
    }

    fn surround(&self, command: &mut Command) {
        command.env_clear();
        for variable in &self.environment {
            let text = String::from_utf8_lossy(variable.as_bytes());
            if let Some((name, value)) = text.split_once('=') {
                command.env(name, value);
            }
        }
    }

    /// Starts the program and waits until it ends.
    pub fn run(&self) -> Result<Run> {
        self.run_into(&Streams::new()?)
    }

    /// The same with streams that are used again.
    ///
    /// posix_spawn lends the child this process's memory until it is replaced, so
    /// that no copying of page tables is counted as the program's own time.
    pub fn run_into(&self, streams: &Streams) -> Result<Run> {
        self.forget()?;
        let file = CString::new(self.file.as_os_str().as_bytes())?;
        let input = self.input()?;
        let arguments = pointers(slice::from_ref(&file));
        let environment = pointers(&self.environment);
        let mut id = 0;
        // SAFETY: every pointer is to a C string or to a list of them that a null
        // ends, and all of them outlive the call; the actions are initialised
        // before they are used and destroyed after.
        let error = unsafe {
            let mut actions = MaybeUninit::<libc::posix_spawn_file_actions_t>::uninit();
            libc::posix_spawn_file_actions_init(actions.as_mut_ptr());
            let actions_at = actions.as_mut_ptr();
            libc::posix_spawn_file_actions_adddup2(actions_at, input.as_raw_fd(), 0);
            libc::posix_spawn_file_actions_adddup2(actions_at, streams.write.as_raw_fd(), 1);
            let error = libc::posix_spawn(
                &raw mut id,
                file.as_ptr(),
                actions_at,
                null(),
                arguments.as_ptr(),
                environment.as_ptr(),
            );
            libc::posix_spawn_file_actions_destroy(actions_at);
            error
        };
        if error != 0 {
            let error = io::Error::from_raw_os_error(error);
            return Err(failed(format!("{}: {error}", self.file.display())));
        }
        let (status, used) = wait(id)?;
        if !libc::WIFEXITED(status) || libc::WEXITSTATUS(status) != 0 {
            return Err(failed(format!(
                "{} ended with status {status:#x}",
                self.file.display()
            )));
        }
        let time = |time: libc::timeval| time.tv_sec as f64 * 1e6 + time.tv_usec as f64;
        Ok(Run {
            cpu: time(used.ru_utime) + time(used.ru_stime),
            faults: used.ru_minflt as f64,
            output: streams.drain()?,
        })
    }
}

/// Where a program writes to.
#[derive(Debug)]
pub struct Streams {
    read: File,
    write: File,
}

/// Room for a whole page, so that it is read after the program has ended: a
/// reader on the other core would only add noise.
const ROOM: i32 = 1 << 20;

impl Streams {
    /// A pipe that holds a megabyte.
    pub fn new() -> Result<Streams> {
        let mut ends = [0; 2];
        // SAFETY: the kernel fills in two descriptors, which nobody else owns yet.
        let (read, write) = unsafe {
            if libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) != 0 {
                return Err(io::Error::last_os_error().into());
            }
            libc::fcntl(ends[1], libc::F_SETPIPE_SZ, ROOM);
            libc::fcntl(ends[0], libc::F_SETFL, libc::O_NONBLOCK);
            (File::from_raw_fd(ends[0]), File::from_raw_fd(ends[1]))
        };
        Ok(Streams { read, write })
    }

    fn drain(&self) -> io::Result<Vec<u8>> {
        let mut output = Vec::new();
        match (&self.read).read_to_end(&mut output) {
            Err(error) if error.kind() != ErrorKind::WouldBlock => Err(error),
            _ => Ok(output),
        }
    }
}

fn pointers(strings: &[CString]) -> Vec<*mut libc::c_char> {
    let mut pointers: Vec<_> = strings
        .iter()
        .map(|text| text.as_ptr().cast_mut())
        .collect();
    pointers.push(null_mut());
    pointers
}

fn wait(id: libc::pid_t) -> io::Result<(libc::c_int, libc::rusage)> {
    let mut status = 0;
    let mut used = MaybeUninit::<libc::rusage>::zeroed();
    loop {
        // SAFETY: the kernel fills in both; a structure of zeroes is one too.
        let ended = unsafe { libc::wait4(id, &raw mut status, 0, used.as_mut_ptr()) };
        if ended == id {
            // SAFETY: filled in by the successful call.
            return Ok((status, unsafe { used.assume_init() }));
        }
        let error = io::Error::last_os_error();
        if error.kind() != ErrorKind::Interrupted {
            return Err(error);
        }
    }
}
