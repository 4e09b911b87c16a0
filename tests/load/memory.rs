//! How much memory a program has at its end, which only the kernel knows.

use std::fs;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::Stdio;
use std::ptr::null_mut;

use crate::process::Program;
use crate::{Result, failed};

/// The most memory that a run had at once, in kilobytes.
///
/// The `ru_maxrss` of a child counts the memory of whoever started it as well, so
/// the kernel is asked about the process itself, while it is ending.
pub fn peak(program: &Program) -> Result<u64> {
    program.forget()?;
    let traced = Traced::start(program)?;
    // SAFETY: the child has stopped, and the option is a number.
    unsafe {
        libc::ptrace(
            libc::PTRACE_SETOPTIONS,
            traced.0,
            null_mut::<libc::c_void>(),
            libc::PTRACE_O_TRACEEXIT,
        );
    }
    let mut signal = 0;
    loop {
        let status = traced.go_on(libc::PTRACE_CONT, signal)?;
        if !libc::WIFSTOPPED(status) {
            return Err(failed("the program ended unseen"));
        }
        if status >> 16 == libc::PTRACE_EVENT_EXIT {
            break;
        }
        signal = libc::WSTOPSIG(status);
    }
    let text = fs::read_to_string(format!("/proc/{}/status", traced.0))?;
    traced.go_on(libc::PTRACE_CONT, 0)?;
    let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|peak| peak.trim().trim_end_matches("kB").trim().parse().ok())
        .ok_or_else(|| failed("the kernel tells no VmHWM"))
}

struct Traced(libc::pid_t);

impl Traced {
    /// Starts the program; it stops before its first instruction.
    fn start(program: &Program) -> Result<Traced> {
        let mut command = program.command();
        command.stdin(program.input()?).stdout(Stdio::null());
        // SAFETY: one system call, which allocates nothing and takes no lock.
        unsafe {
            command.pre_exec(|| {
                match libc::ptrace(libc::PTRACE_TRACEME, 0, null_mut::<u8>(), null_mut::<u8>()) {
                    -1 => Err(io::Error::last_os_error()),
                    _ => Ok(()),
                }
            });
        }
        let child = command.spawn()?;
        let traced = Traced(libc::pid_t::try_from(child.id())?);
        let status = traced.wait()?;
        if !libc::WIFSTOPPED(status) {
            return Err(failed("the program ended before it began"));
        }
        Ok(traced)
    }

    fn go_on(&self, how: libc::c_uint, signal: libc::c_int) -> Result<libc::c_int> {
        // SAFETY: the child has stopped; the last argument is a signal's number.
        let done = unsafe { libc::ptrace(how, self.0, null_mut::<u8>(), signal) };
        match done {
            -1 => Err(io::Error::last_os_error().into()),
            _ => self.wait(),
        }
    }

    fn wait(&self) -> Result<libc::c_int> {
        let mut status = 0;
        // SAFETY: the kernel fills in one number.
        match unsafe { libc::waitpid(self.0, &raw mut status, libc::__WALL) } {
            -1 => Err(io::Error::last_os_error().into()),
            _ => Ok(status),
        }
    }
}
