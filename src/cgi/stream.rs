//! The streams of the process, by their numbers: nothing is read ahead, and nothing
//! waits to be written.

use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicU64, Ordering};

use super::DEADLINE;

/// Standard input without a buffer: what is not read stays the server's.
pub(super) struct Stdin;

/// How many bytes have been read of it, in all.
pub(super) static READ: AtomicU64 = AtomicU64::new(0);

impl Read for Stdin {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // SAFETY: the buffer is ours and as long as we say.
        let read = unsafe { libc::read(0, buffer.as_mut_ptr().cast(), buffer.len()) };
        let read = usize::try_from(read).map_err(|_| io::Error::last_os_error())?;
        READ.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Reads what is left of a body that was refused, up to so many bytes. A program that
/// ends with input unread has the kernel reset the socket that it shares with Apache's
/// mod_cgid, and Apache then sends its visitor nothing instead of the answer. Not every
/// server says where the input ends: a second without any is the end. It stays a
/// function of its own, or each answer would touch the eight pages of its buffer.
#[cold]
#[inline(never)]
pub(super) fn read_on(mut left: u64) {
    let mut buffer = [0; 32 << 10];
    let mut input = libc::pollfd {
        fd: 0,
        events: libc::POLLIN,
        revents: 0,
    };
    // SAFETY: one structure, which the kernel marks.
    while left > 0 && unsafe { libc::poll(&raw mut input, 1, 1000) } > 0 {
        match Stdin.take(left).read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(read) => left -= read as u64,
        }
    }
}

/// Gives the work on a request another 30 seconds, once it has come some way.
pub fn go_on() {
    // SAFETY: a plain system call, which only sets a clock.
    unsafe { libc::alarm(DEADLINE.1) };
}

/// Standard input for an upload, which takes as long as the line is slow: whoever sends
/// something has another 30 seconds for the next piece, and so has the work on it.
pub(super) struct Patient;

impl Read for Patient {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        go_on();
        Stdin.read(buffer)
    }
}

/// And for an answer that is long: whoever takes some of it has another 30 seconds.
impl Write for Patient {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        go_on();
        Stdout.write(buffer)
    }

    fn write_vectored(&mut self, pieces: &[io::IoSlice<'_>]) -> io::Result<usize> {
        go_on();
        Stdout.write_vectored(pieces)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Standard output without a buffer and without a lock.
pub(super) struct Stdout;

impl Write for Stdout {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[io::IoSlice::new(buffer)])
    }

    fn write_vectored(&mut self, pieces: &[io::IoSlice<'_>]) -> io::Result<usize> {
        let count = i32::try_from(pieces.len()).unwrap_or(i32::MAX);
        loop {
            // SAFETY: an IoSlice has the layout of an iovec, as its documentation
            // promises, and the pieces outlive the call.
            let written = unsafe { libc::writev(1, pieces.as_ptr().cast(), count) };
            if let Ok(written) = usize::try_from(written) {
                return Ok(written);
            }
            let error = io::Error::last_os_error();
            if error.kind() != io::ErrorKind::WouldBlock {
                return Err(error);
            }
            // A server that hands its own socket on may have set it not to wait.
            let mut output = libc::pollfd {
                fd: 1,
                events: libc::POLLOUT,
                revents: 0,
            };
            // SAFETY: one structure, which the kernel marks. Should the call be
            // interrupted, the next write finds out whether there is room.
            unsafe { libc::poll(&raw mut output, 1, -1) };
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
