//! What does not depend on how fast the machine is: a program's system calls and
//! its instructions.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use tempfile::NamedTempFile;

use crate::process::Program;
use crate::{Result, failed};

/// The system calls of a run, in order, the `execve` that starts it included.
pub fn system_calls(program: &Program) -> Result<Vec<String>> {
    let log = NamedTempFile::new()?;
    let options = ["-f", "-qq", "-o", text(log.path())?, "--"].map(str::to_owned);
    let ended = program
        .below("strace", &options)
        .stdin(Stdio::null())
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

/// What a program executes outside of the kernel.
#[derive(Clone, Debug)]
pub struct Executed {
    /// How many instructions.
    pub instructions: u64,
    /// Where in the program's memory the different ones stand.
    pub addresses: Vec<u64>,
}

/// Runs a program under callgrind.
pub fn executed(program: &Program) -> Result<Executed> {
    let profile = NamedTempFile::new()?;
    let options = [
        "--tool=callgrind".to_owned(),
        "--dump-instr=yes".to_owned(),
        "--compress-pos=no".to_owned(),
        format!("--callgrind-out-file={}", text(profile.path())?),
    ];
    let ended = program
        .below("valgrind", &options)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output()
        .map_err(|error| failed(format!("valgrind: {error}: apt-get install valgrind")))?;
    let profile = fs::read_to_string(profile.path())?;
    let total = profile
        .lines()
        .find_map(|line| line.strip_prefix("totals: "));
    let Some(instructions) = total.and_then(|total| total.trim().parse().ok()) else {
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        return Err(failed(format!("valgrind counted nothing: {said}")));
    };
    // Each line of costs begins with the address of the instruction.
    let lines = profile.lines().filter_map(|line| line.strip_prefix("0x"));
    let mut addresses: Vec<u64> = lines
        .filter_map(|line| line.split(' ').next())
        .filter_map(|digits| u64::from_str_radix(digits, 16).ok())
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    Ok(Executed {
        instructions,
        addresses,
    })
}

fn text(path: &Path) -> Result<&str> {
    path.to_str()
        .ok_or_else(|| failed("the temporary directory's name is not UTF-8"))
}
