//! Waiting in a queue for one's turn to write, first come, first served.
//!
//! SQLite's own way to wait is to sleep and try again, up to 100 ms at a time: under
//! load one writer is overtaken again and again while the file lies idle. A lock
//! that the kernel hands over costs two system calls and is fair.

#![allow(unsafe_code, reason = "a lock that the kernel hands over")]

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Seconds to wait at most. A turn takes less than a millisecond, so whoever waits
/// this long waits for a program that hangs, and should say so.
const PATIENCE: u32 = 8;

/// One's turn, which ends when it is dropped, or with the process.
#[derive(Debug)]
pub struct Turn(#[allow(dead_code, reason = "holding it is its use")] File);

/// Waits for a turn at the file of a queue, which is made if it is missing.
///
/// # Errors
/// `Interrupted` when it took too long; else whatever opening the file says.
pub fn take(queue: &Path) -> io::Result<Turn> {
    let file = open(queue)?;
    if file.try_lock().is_ok() {
        return Ok(Turn(file));
    }
    let rest = ring_after(PATIENCE, ring as *const () as libc::sighandler_t);
    let locked = file.lock();
    // The deadline of the whole program, which `cgi` has set, runs on.
    ring_after(rest, libc::SIG_DFL);
    locked.map(|()| Turn(file))
}

/// Has a file that may not become so large answered by EFBIG instead of a signal, which
/// would end the program without a word. For whoever is about to write: programs that only
/// read need not spend a call on it.
pub fn outlive_too_large() {
    // SAFETY: a plain system call.
    unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
}

/// Takes a turn only where nobody else has it.
///
/// # Errors
/// Whatever opening the file says.
pub fn take_at_once(queue: &Path) -> io::Result<Option<Turn>> {
    let file = open(queue)?;
    Ok(file.try_lock().is_ok().then_some(Turn(file)))
}

fn open(queue: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(libc::O_NOFOLLOW)
        .open(queue)
}

/// Sets what SIGALRM does and when it comes. Returns the seconds that were left.
fn ring_after(seconds: u32, action: libc::sighandler_t) -> u32 {
    // SAFETY: zeroed memory is a valid sigaction: no flags, no signals blocked.
    // Without SA_RESTART the signal ends the wait for a lock, which is its use;
    // the handler does nothing, so it may run anywhere.
    unsafe {
        let mut set: libc::sigaction = std::mem::zeroed();
        set.sa_sigaction = action;
        libc::sigaction(libc::SIGALRM, &raw const set, std::ptr::null_mut());
        libc::alarm(seconds)
    }
}

extern "C" fn ring(_: libc::c_int) {}
