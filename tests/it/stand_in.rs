//! Programs that no blog has: one that panics, one that takes a body, one that
//! tells what it was started with. This very test binary is run again as each.

use mayfly::cgi;
use mayfly::error::Result;
use mayfly::request::Request;
use mayfly::response::Response;

/// The variable that says which program this process is to be.
pub const VARIABLE: &str = "STAND_IN";

/// How many bytes the program `echo` takes.
pub const LIMIT: usize = 64;

/// Arguments that make the test binary run the test below and nothing else.
pub const ARGUMENTS: [&str; 4] = ["--exact", "stand_in::program", "--quiet", "--nocapture"];

/// What the test binary says before the program begins.
pub const PREFIX: &[u8] = b"\nrunning 1 test\n";

#[test]
fn program() {
    let Ok(name) = std::env::var(VARIABLE) else {
        return;
    };
    match name.as_str() {
        "panic" => cgi::run("panic", 0, panic),
        "echo" => cgi::run("echo", LIMIT, echo),
        "limits" => cgi::run("limits", 0, limits),
        "upgrade" => cgi::run("admin", 1000, crate::upgrade::of_another_version),
        _ => unreachable!("no such program"),
    }
}

fn panic(request: &Request) -> Result<Response> {
    request.get()?;
    panic!("a secret\nof <two> lines");
}

fn echo(request: &Request) -> Result<Response> {
    let body = String::from_utf8_lossy(&request.body).into_owned();
    Ok(Response::text("text/plain; charset=utf-8", body))
}

/// What the process has set for itself before any handler is called.
fn limits(_: &Request) -> Result<Response> {
    let mut cpu = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: system calls that ask, the last two by setting what nobody needs
    // any longer.
    let (alarm, umask, sigpipe) = unsafe {
        assert_eq!(libc::getrlimit(libc::RLIMIT_CPU, &raw mut cpu), 0);
        let sigpipe = libc::signal(libc::SIGPIPE, libc::SIG_DFL);
        (libc::alarm(0), libc::umask(0), sigpipe)
    };
    let text = format!(
        "cpu={} alarm={alarm} umask={umask:03o} sigpipe-ignored={}",
        cpu.rlim_cur,
        sigpipe == libc::SIG_IGN
    );
    Ok(Response::text("text/plain; charset=utf-8", text))
}
