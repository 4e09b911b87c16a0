//! The instructions of a program, as callgrind sees them.

use std::fs;
use std::process::Stdio;

use tempfile::NamedTempFile;

use crate::process::Program;
use crate::{Result, failed};

/// What a program executes outside of the kernel.
#[derive(Clone, Debug)]
pub struct Executed {
    /// How many instructions.
    pub instructions: u64,
    /// Where in the program's memory the different ones stand.
    pub addresses: Vec<u64>,
}

/// Runs a program under callgrind.
pub fn by(program: &Program) -> Result<Executed> {
    let profile = NamedTempFile::new()?;
    let options = [
        "--tool=callgrind".to_owned(),
        "--dump-instr=yes".to_owned(),
        "--compress-pos=no".to_owned(),
        format!("--callgrind-out-file={}", profile.path().display()),
    ];
    let ended = program
        .below("valgrind", &options)
        .stdin(program.input()?)
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
