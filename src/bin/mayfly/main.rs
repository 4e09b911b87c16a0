//! The operator's command line: which commands there are, and how it ends.
//!
//! A command lives in a file of its own beside this one. It returns what went
//! wrong, and only `main` turns that into words on stderr and an exit code.

mod backup;
mod check;
mod demo;
mod failure;
mod guestbook;
mod import;
mod init;
mod media;
mod migrate;
mod rebuild;
mod restore;
mod seed;
mod serve;
mod settings;
mod user;

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
    Import(import::Options),
    Init(init::Options),
    Media(media::Options),
    Serve(serve::Options),
    Settings(settings::Options),
    Guestbook(guestbook::Options),
    Check(check::Options),
    Backup(backup::Options),
    Restore(restore::Options),
    Rebuild(rebuild::Options),
    Migrate(migrate::Options),
    Seed(seed::Options),
    User(user::Options),
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
    let data = mayfly::cgi::command_line_data(line.data.as_deref());
    let named = || {
        data.as_deref().ok_or_else(|| {
            Failure::new(
                "which blog? Say --data DIR, set MAYFLY_DATA, or write `data = /path` into \
                 mayfly.conf beside this program",
            )
        })
    };
    match line.command {
        Command::Import(options) => import::run(options, named()?),
        Command::Init(options) => init::run(options, data.as_deref()),
        Command::Serve(options) => serve::run(options, named()?),
        Command::Settings(options) => settings::run(options, named()?),
        Command::Media(options) => media::run(options, named()?),
        Command::Guestbook(options) => guestbook::run(options, named()?),
        Command::Check(options) => check::run(options, named()?),
        Command::Backup(options) => backup::run(options, named()?),
        Command::Restore(options) => restore::run(options, named()?),
        Command::Rebuild(options) => rebuild::run(options, named()?),
        Command::Migrate(options) => migrate::run(options, named()?),
        Command::Seed(options) => seed::run(options, named()?),
        Command::User(options) => user::run(options, named()?),
    }
}

/// Tells the person at the terminal what goes wrong on the way.
fn complain(text: &str) -> io::Result<()> {
    writeln!(io::stderr(), "{text}")
}

/// Tells the person at the terminal something.
fn say(text: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{text}")
}
