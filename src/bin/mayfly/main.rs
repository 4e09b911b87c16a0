//! The operator's command line: which commands there are, and how it ends.
//!
//! A command lives in a file of its own beside this one. It returns what went
//! wrong, and only `main` turns that into words on stderr and an exit code.

mod failure;
mod serve;

use std::error::Error;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use failure::Failure;

const EXAMPLES: &str = "\
Examples:
  mayfly --data blog serve                          look at the blog in a browser
  mayfly --data blog serve --listen 127.0.0.1:8099  the same on another port
  MAYFLY_DATA=/srv/blog mayfly serve --plain        with links that need no rewriting

The blog is the directory that --data names, else the one in the variable
MAYFLY_DATA, else the one in mayfly.conf beside this program (data = /path).

Exit codes: 0 done, 1 failed (stderr says why), 2 a mistake in the command.";

/// Looks after a Mayfly weblog
#[derive(Parser)]
#[command(name = "mayfly", version, after_help = EXAMPLES)]
struct CommandLine {
    /// The blog's data directory [env: MAYFLY_DATA, else mayfly.conf]
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,

    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    Serve(serve::Options),
}

fn main() -> ExitCode {
    let line = CommandLine::parse();
    match run(line) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut report = format!("mayfly: {error}\n");
            let mut cause = error.source();
            while let Some(error) = cause {
                report.push_str(&format!("  because: {error}\n"));
                cause = error.source();
            }
            match io::stderr().write_all(report.as_bytes()) {
                // Where stderr is closed the exit code is all that is left to tell.
                Ok(()) | Err(_) => ExitCode::FAILURE,
            }
        }
    }
}

fn run(line: CommandLine) -> Result<(), Box<dyn Error>> {
    let data = data_directory(line.data)?;
    match line.command {
        Command::Serve(options) => serve::run(options, &data),
    }
}

/// The data directory: `--data`, else `MAYFLY_DATA`, else `mayfly.conf`.
fn data_directory(given: Option<PathBuf>) -> Result<PathBuf, Failure> {
    if let Some(data) = given {
        return Ok(data);
    }
    if let Some(data) = std::env::var_os("MAYFLY_DATA").filter(|data| !data.is_empty()) {
        return Ok(PathBuf::from(data));
    }
    let program = std::env::current_exe()
        .map_err(|error| Failure::new("can't find this program's own file").because(error))?;
    let conf = program.with_file_name("mayfly.conf");
    let text = match std::fs::read_to_string(&conf) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(Failure::new(format!(
                "which blog? Say --data DIR, set MAYFLY_DATA, or write `data = /path` into {}",
                conf.display()
            )));
        }
        Err(error) => {
            return Err(Failure::new(format!("can't read {}", conf.display())).because(error));
        }
    };
    text.lines()
        .filter_map(|line| line.split_once('='))
        .find(|(key, _)| key.trim() == "data")
        .map(|(_, path)| PathBuf::from(path.trim()))
        .filter(|path| !path.as_os_str().is_empty())
        .ok_or_else(|| {
            Failure::new(format!(
                "{} has no line `data = /path`: add one",
                conf.display()
            ))
        })
}
