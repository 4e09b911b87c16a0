//! The system calls of a program, as strace sees them.

use std::fs;
use std::process::Stdio;

use tempfile::NamedTempFile;

use crate::process::Program;
use crate::{Result, failed};

/// The system calls of a run, in order, the `execve` that starts it included.
pub fn of(program: &Program) -> Result<Vec<String>> {
    program.forget()?;
    let log = NamedTempFile::new()?;
    let file = log.path().display().to_string();
    let options = ["-f", "-qq", "-o", &file, "--"].map(str::to_owned);
    let ended = program
        .below("strace", &options)
        .stdin(program.input()?)
        .stdout(Stdio::null())
        .status()
        .map_err(|error| failed(format!("strace: {error}: apt-get install strace")))?;
    if !ended.success() {
        return Err(failed(format!("strace {program:?}: {ended}")));
    }
    // Each line begins with the process id; what begins otherwise is a signal.
    let calls = fs::read_to_string(log.path())?;
    let calls = calls.lines().filter_map(|line| line.split_once(' '));
    let calls = calls.map(|(_, call)| call.trim_start());
    Ok(calls
        .filter(|call| call.starts_with(|first: char| first.is_ascii_lowercase() || first == '_'))
        .map(str::to_owned)
        .collect())
}
