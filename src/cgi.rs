//! The process boundary: the only file that touches the environment, standard
//! input, output and error. `run` starts a program, hands its one request to
//! the handler, writes the answer once and ends the process without looking
//! back, for everything it holds goes with it.

#![allow(
    unsafe_code,
    reason = "the process boundary: signals, limits, standard streams"
)]

mod shelf;
mod stream;

use std::ffi::{CStr, CString, OsStr, c_char};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use crate::body::{self, Body};
use crate::error::{Error, Result};
#[cfg(feature = "admin")]
use crate::host::Host;
use crate::now::now;
use crate::request::{Method, Request, Variables};
use crate::response::Response;
use crate::{arena, config, failure, linger, store, turn, url};

use shelf::Shelf;
pub use stream::go_on;
use stream::{Patient, READ, Stdin, Stdout, read_on};

/// Makes a program of a handler. Its limit on bodies is 0 unless it is given.
///
/// The program has no `main` of Rust's own: the runtime's start-up makes eight
/// system calls for threads, signals and a stack guard that nothing here uses.
#[macro_export]
macro_rules! program {
    ($handler:expr) => {
        $crate::program!($handler, 0);
    };
    // A program whose pages may be kept: src/kept.rs.
    ($handler:expr, kept) => {
        #[global_allocator]
        static ARENA: $crate::arena::Arena = $crate::arena::Arena::new();

        /// As below.
        #[unsafe(no_mangle)]
        pub extern "C" fn main() -> i32 {
            $crate::cgi::run_kept(env!("CARGO_BIN_NAME"), $handler)
        }
    };
    ($handler:expr, $limit:expr) => {
        #[global_allocator]
        static ARENA: $crate::arena::Arena = $crate::arena::Arena::new();

        /// The entry that C's start-up code calls. RFC 3875, section 4.4 lets a
        /// server pass parts of the query as arguments; they are not looked at.
        #[allow(unsafe_code, reason = "the name is C's, and no other `main` is linked")]
        #[unsafe(no_mangle)]
        pub extern "C" fn main() -> i32 {
            $crate::cgi::run(env!("CARGO_BIN_NAME"), $limit, $handler)
        }
    };
    // A program that takes uploads of up to so many bytes, which its handler reads
    // while they arrive. It has memory for what it makes of them.
    ($handler:expr, $limit:expr, $upload:expr) => {
        #[global_allocator]
        static ROOMY: $crate::arena::Roomy = $crate::arena::Roomy::new();

        /// As above.
        #[allow(unsafe_code, reason = "the name is C's, and no other `main` is linked")]
        #[unsafe(no_mangle)]
        pub extern "C" fn main() -> i32 {
            $crate::cgi::run_upload(env!("CARGO_BIN_NAME"), [$limit, $upload], $handler)
        }
    };
}

/// Seconds of processor time after which the kernel ends a program, and of real
/// time after which it ends itself: most servers never end one that hangs.
const DEADLINE: (u64, u32) = (10, 30);

/// Bytes of a refused body that are read all the same: more than any server lets
/// through with the files of `deploy/`.
const READ_ON: u64 = 64 << 20;

/// Answers the one request of this process.
pub fn run(program: &'static str, limit: usize, handler: fn(&Request) -> Result<Response>) -> ! {
    run_and(program, limit, handler, None)
}

/// The same for a program that takes no body and whose pages may be kept.
pub fn run_kept(program: &'static str, handler: fn(&Request) -> Result<Response>) -> ! {
    let shelf = Shelf {
        stamp: store::kept::stamp,
        find: store::kept::find,
        keep: store::kept::keep,
    };
    run_and(program, 0, handler, Some(shelf))
}

fn run_and(
    program: &'static str,
    limit: usize,
    handler: fn(&Request) -> Result<Response>,
    shelf: Option<Shelf>,
) -> ! {
    let variables = begin(program);
    match Request::parse(program, &variables, &mut Stdin, limit) {
        Ok(mut request) => {
            request.place.data = data_directory(&variables);
            if let Some(sent) = shelf.and_then(|shelf| shelf.send(&mut request)) {
                end(&variables, status_of(&sent));
            }
            start_sqlite(program, &variables);
            if request.method == Method::Post {
                turn::outlive_too_large();
            }
            let outcome = handler(&request).and_then(|response| match response.shown() {
                Some(version) if request.takes_any() => Err(Error::NotModified(version)),
                _ => Ok(response),
            });
            let is_page = |response| shelf::page(&request, response).is_some();
            let shelf = shelf.filter(|_| outcome.as_ref().is_ok_and(is_page));
            if shelf.is_some() {
                // SAFETY: a plain system call. lighttpd ends a program by SIGTERM once all
                // that it announced has come; what is left to do takes milliseconds.
                unsafe { libc::signal(libc::SIGTERM, libc::SIG_IGN) };
                turn::outlive_too_large();
            }
            let (response, status) = send(program, &variables, Some(&request), outcome);
            if let Some(shelf) = shelf {
                shelf.keep(program, &request, &response);
            }
            end(&variables, status)
        }
        Err(error) => answer(program, &variables, None, Err(error)),
    }
}

/// The same for a program that reads uploads while they arrive. The limits are those
/// of an ordinary form and of an upload, in bytes.
pub fn run_upload(
    program: &'static str,
    limits: [usize; 2],
    handler: fn(&Request, &mut Body<'_>) -> Result<Response>,
) -> ! {
    let variables = begin(program);
    turn::outlive_too_large();
    let mut stdin = Patient;
    match Request::parse_upload(program, &variables, &mut stdin, limits) {
        Ok((mut request, length)) => {
            request.place.data = data_directory(&variables);
            start_sqlite(program, &variables);
            let mut body = Body::new(&mut stdin, length);
            let outcome = handler(&request, &mut body);
            // What was refused is read on, for the reason that `read_on` has. Should it be
            // cut short, there is nothing to say about it.
            match body.drain() {
                Ok(()) | Err(_) => {}
            }
            answer(program, &variables, Some(&request), outcome)
        }
        Err(error) => answer(program, &variables, None, Err(error)),
    }
}

fn begin(program: &'static str) -> Variables<'static> {
    prepare();
    let variables = Variables(environment());
    std::panic::set_hook(Box::new(move |panic| {
        let error = Error::Internal(format!("panic: {panic}"));
        answer(program, &Variables(environment()), None, Err(error));
    }));
    variables
}

/// What SQLite needs before it opens a file. Whoever opens none does not wait for it.
fn start_sqlite(program: &'static str, variables: &Variables<'_>) {
    if !arena::lend_to_sqlite() {
        let error = Error::Internal("SQLite did not take the arena it was offered".into());
        answer(program, variables, None, Err(error));
    }
    store::read_alone(program);
}

/// Sets what the process should inherit from nobody.
fn prepare() {
    let (cpu, real) = DEADLINE;
    let limit = libc::rlimit {
        rlim_cur: cpu,
        rlim_max: cpu + 1,
    };
    // SAFETY: plain system calls. A reader that has gone away is answered by
    // EPIPE instead of a signal; files we make are the owner's alone. Where a
    // limit can't be set the host has a lower one, which is as good.
    unsafe {
        libc::signal(libc::SIGPIPE, libc::SIG_IGN);
        libc::umask(0o077);
        libc::setrlimit(libc::RLIMIT_CPU, &raw const limit);
        libc::alarm(real);
    }
}

/// Writes the answer and ends the process.
fn answer(
    program: &str,
    variables: &Variables<'_>,
    request: Option<&Request>,
    outcome: Result<Response>,
) -> ! {
    let (_, status) = send(program, variables, request, outcome);
    end(variables, status)
}

/// Writes the answer. Returns it with what the process is to end with.
fn send(
    program: &str,
    variables: &Variables<'_>,
    request: Option<&Request>,
    outcome: Result<Response>,
) -> (Response, i32) {
    let refused = outcome.is_err();
    let response = outcome.unwrap_or_else(|error| {
        let id = error.cause().map(|cause| {
            let id = failure_id();
            let text = |name| String::from_utf8_lossy(variables.get(name).unwrap_or_default());
            let method = text("REQUEST_METHOD");
            log(&format!(
                "mayfly {program} [{id}] {method} {}: {cause}",
                text("PATH_INFO")
            ));
            id
        });
        failure::page(request, &error, id.as_deref())
    });
    let response = match request.is_some_and(Request::may_be_signed_in) {
        true => response.personal(),
        false => response,
    };
    let response = match url::OPEN.contains(&program) {
        true => response.open(),
        false => response,
    };
    if let Some(complaint) = response.complaint() {
        log(&format!("mayfly {program}: {complaint}"));
    }
    let head_only = request.map_or_else(
        || variables.get("REQUEST_METHOD") == Some(b"HEAD"),
        |request| request.method == Method::Head,
    );
    let written = match response.is_long() {
        true => response.write_to(&mut Patient, head_only),
        false => response.write_to(&mut Stdout, head_only),
    };
    if refused {
        let read = READ.load(Ordering::Relaxed);
        let left = body::left(variables, read).min(READ_ON);
        if left > 0 {
            read_on(left);
        }
    }
    (response, status_of(&written))
}

/// What the process ends with. Whoever asked may have gone away; that is no failure of ours.
fn status_of(written: &io::Result<()>) -> i32 {
    let gone = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
    i32::from(written.as_ref().is_err_and(|error| !gone(error)))
}

/// Ends the process. Apache and lighttpd end a program once its output is closed, so
/// that is left open until then.
fn end(variables: &Variables<'_>, status: i32) -> ! {
    let server = variables.get("SERVER_SOFTWARE").unwrap_or_default();
    linger::exit(server, status)
}

/// The variables as the kernel laid them out, without copies.
fn environment() -> Vec<(&'static [u8], &'static [u8])> {
    unsafe extern "C" {
        static environ: *const *const c_char;
    }
    let mut variables = Vec::with_capacity(48);
    // SAFETY: `environ` is a list of C strings that a null pointer ends, and
    // nothing in a single-threaded program that sets no variable changes it.
    unsafe {
        let mut entry = environ;
        while !entry.is_null() && !(*entry).is_null() {
            let bytes = CStr::from_ptr(*entry).to_bytes();
            if let Some(equals) = bytes.iter().position(|&byte| byte == b'=') {
                variables.push((&bytes[..equals], &bytes[equals + 1..]));
            }
            entry = entry.add(1);
        }
    }
    variables
}

/// `MAYFLY_DATA`, else what `mayfly.conf` beside the program says. The program's
/// own path is asked of the kernel first: bozohttpd gets SCRIPT_FILENAME wrong,
/// and three servers leave it out.
fn data_directory(variables: &Variables<'_>) -> Option<PathBuf> {
    if let Some(named) = variables.get("MAYFLY_DATA") {
        return Some(PathBuf::from(OsStr::from_bytes(named)));
    }
    let script = || {
        variables
            .get("SCRIPT_FILENAME")
            .map(|p| PathBuf::from(OsStr::from_bytes(p)))
    };
    let own = std::fs::read_link("/proc/self/exe").ok();
    [own, script()].into_iter().flatten().find_map(|program| {
        let folder = program.parent()?;
        let text = std::fs::read_to_string(folder.join(config::FILE)).ok()?;
        config::data_directory(&text, folder)
    })
}

/// Whether the operator left a program beside this one switched on: `chmod 0` is how
/// one is switched off. One that can't be asked about counts as on.
pub fn is_on(program: &str) -> bool {
    let Ok(own) = std::fs::read_link("/proc/self/exe") else {
        return true;
    };
    let mut path = own.with_file_name(program).into_os_string();
    if own.extension().is_some_and(|ending| ending == "cgi") {
        path.push(".cgi");
    }
    match CString::new(path.into_encoded_bytes()) {
        // SAFETY: the path is a C string, and the kernel only reads it.
        Ok(path) => unsafe { libc::access(path.as_ptr(), libc::X_OK) == 0 },
        Err(_) => true,
    }
}

/// What this program can tell of the host it runs on.
#[cfg(feature = "admin")]
pub fn host() -> Host {
    let variables = Variables(environment());
    let program = std::fs::read_link("/proc/self/exe").unwrap_or_default();
    let named = variables.get("DOCUMENT_ROOT");
    let root = named.map(|path| PathBuf::from(OsStr::from_bytes(path)));
    // SAFETY: a number is asked for.
    let uid = unsafe { libc::geteuid() };
    let (user, home) = user(uid).unwrap_or_else(|| (uid.to_string(), None));
    Host {
        programs: program.parent().unwrap_or(Path::new("/")).to_owned(),
        program,
        document_root: root.and_then(|root| root.canonicalize().ok()),
        home,
        user,
        uid,
    }
}

/// The name and the home of a user, by the file that every host has.
#[cfg(feature = "admin")]
fn user(uid: u32) -> Option<(String, Option<PathBuf>)> {
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let mut entries = users
        .lines()
        .map(|line| line.split(':').collect::<Vec<_>>());
    let entry = entries.find(|entry| entry.get(2).is_some_and(|id| id.parse() == Ok(uid)))?;
    let home = entry.get(5).filter(|home| !home.is_empty());
    Some(((*entry.first()?).to_owned(), home.map(PathBuf::from)))
}

/// Names a failure in the log and on the page, so that one leads to the other.
fn failure_id() -> String {
    format!("{:x}-{:x}", now() & 0xff_ffff_ffff, std::process::id())
}

/// Writes a line to the server's error log, unless that is where the page goes:
/// three servers give both streams one pipe, and one closes stderr.
fn log(line: &str) {
    if !same_file(1, 2) {
        let line = line.replace(char::is_control, " ");
        // A log that can't be written to leaves nowhere to say so.
        if io::stderr()
            .write_all(format!("{line}\n").as_bytes())
            .is_err()
        {}
    }
}

fn same_file(one: i32, other: i32) -> bool {
    let identity = |descriptor| {
        let mut stat = std::mem::MaybeUninit::<libc::stat>::uninit();
        // SAFETY: the kernel fills the structure in, or says that it did not.
        unsafe {
            (libc::fstat(descriptor, stat.as_mut_ptr()) == 0)
                .then(|| (stat.assume_init_ref().st_dev, stat.assume_init_ref().st_ino))
        }
    };
    identity(other).is_none() || identity(one) == identity(other)
}

/// The data directory of the command line: `--data`, else as for a program.
pub fn command_line_data(option: Option<&Path>) -> Option<PathBuf> {
    option
        .map(Path::to_owned)
        .or_else(|| data_directory(&Variables(environment())))
}
