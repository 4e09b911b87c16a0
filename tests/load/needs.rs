//! What the load test installs: packages of the distribution, where it may.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::server::is_root;
use crate::{Result, failed, say};

/// Makes sure that a package is there: that its file is, or where none is named,
/// that the distribution says so.
///
/// # Errors
/// Which package is missing, where it could not be installed.
pub fn package(file: &str, package: &str) -> Result<()> {
    let is_there = || match file {
        "" => is_installed(package),
        file => Path::new(file).exists(),
    };
    if is_there() {
        return Ok(());
    }
    say(&format!("installing {package}"));
    let install = [
        "apt-get",
        "install",
        "-y",
        "-qq",
        "--no-install-recommends",
        package,
    ];
    let command: Vec<&str> = match is_root() {
        true => install.to_vec(),
        false => ["sudo", "-n"].into_iter().chain(install).collect(),
    };
    let try_it = || {
        Command::new(command[0])
            .args(&command[1..])
            .env("DEBIAN_FRONTEND", "noninteractive")
            // Nothing that is installed here is to be started by itself.
            .env("RUNLEVEL", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
    };
    let done = try_it().is_ok_and(|status| status.success());
    match done && is_there() {
        true => Ok(()),
        false => Err(failed(format!(
            "not here, and could not be installed: apt-get install {package}"
        ))),
    }
}

fn is_installed(package: &str) -> bool {
    let status = Command::new("dpkg-query")
        .args(["-W", "-f", "${db:Status-Status}", package])
        .output();
    status.is_ok_and(|output| output.stdout == b"installed")
}

/// Runs a compiler, quietly unless it fails.
pub fn compile(command: &mut Command) -> Result<()> {
    let name = command.get_program().display().to_string();
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| failed(format!("{name}: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().find(|line| line.contains("error"));
    let line = line.or(said.lines().last()).unwrap_or_default();
    Err(failed(format!("{name} failed: {line}")))
}
