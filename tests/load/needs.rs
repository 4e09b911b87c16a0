//! What the load test installs: packages of the distribution, where it may.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Once;

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
    let options = ["install", "-y", "-qq", "--no-install-recommends", package];
    // A fresh machine does not know yet what there is to be installed.
    static LISTS: Once = Once::new();
    let mut done = apt_get(&options);
    if !done {
        LISTS.call_once(|| {
            apt_get(&["update", "-qq"]);
        });
        done = apt_get(&options);
    }
    match done && is_there() {
        true => Ok(()),
        false => Err(failed(format!(
            "not here, and could not be installed: apt-get install {package}"
        ))),
    }
}

/// Whether it did what it was asked to.
fn apt_get(options: &[&str]) -> bool {
    let mut command = match is_root() {
        true => Command::new("apt-get"),
        false => {
            let mut sudo = Command::new("sudo");
            sudo.args(["-n", "apt-get"]);
            sudo
        }
    };
    command
        .args(options)
        .env("DEBIAN_FRONTEND", "noninteractive")
        // Nothing that is installed here is to be started by itself.
        .env("RUNLEVEL", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
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
