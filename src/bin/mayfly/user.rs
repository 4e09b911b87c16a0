//! `mayfly user`: who may sign in.

use std::error::Error;
use std::io::{self, BufRead, IsTerminal};
use std::path::Path;

use clap::{Args, Subcommand};
use console::Term;
use jiff::Timestamp;
use mayfly::account;
use mayfly::store::{self, open_desk};

use crate::failure::Failure;
use crate::say;

const EXAMPLES: &str = "\
Examples:
  mayfly --data blog user add anna                  asks for a password
  pwgen 20 1 | mayfly --data blog user add anna     takes it from standard input
  mayfly --data blog user password anna             another one; signs out every browser
  mayfly --data blog user totp anna --off           the telephone is lost, and the codes too

Run it as the user that the web server runs the programs as.";

/// Say who may sign in
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Let somebody sign in
    Add {
        /// The name to sign in with
        name: String,
    },
    /// Give somebody another password, and sign out every browser
    Password {
        /// The name to sign in with
        name: String,
    },
    /// Let somebody sign in no longer
    Remove {
        /// The name to sign in with
        name: String,
    },
    /// Tell whether somebody has a second factor, or switch it off
    Totp {
        /// The name to sign in with
        name: String,
        /// Switch it off, for whoever has lost the telephone and the codes
        #[arg(long)]
        off: bool,
    },
    /// Tell who may sign in, and when they were last here
    List,
}

pub fn run(options: Options, data: &Path) -> Result<(), Box<dyn Error>> {
    let mut desk = open_desk(data)?;
    let unknown =
        |name: &str| Failure::new(format!("nobody is called {name}: see `mayfly user list`"));
    match options.what {
        What::Add { name } => {
            account::check_name(&name).map_err(Failure::new)?;
            if store::account::named(&desk, &name)?.is_some() {
                return Err(taken(&name).into());
            }
            let password = account::hash(&password()?)?;
            match store::account::add(&mut desk, &name, &password)? {
                true => say(&format!("{name} can sign in now, at /login/."))?,
                false => return Err(taken(&name).into()),
            }
        }
        What::Password { name } => {
            if store::account::named(&desk, &name)?.is_none() {
                return Err(unknown(&name).into());
            }
            let password = account::hash(&password()?)?;
            store::account::set_password(&mut desk, &name, &password)?;
            say(&format!(
                "{name} has another password. Every browser is signed out."
            ))?;
        }
        What::Remove { name } => match store::account::remove(&mut desk, &name)? {
            true => say(&format!("{name} can sign in no longer."))?,
            false => return Err(unknown(&name).into()),
        },
        What::Totp { name, off } => {
            let account = store::account::named(&desk, &name)?.ok_or_else(|| unknown(&name))?;
            let state = store::totp::state(&desk, account.id)?;
            match (state.is_on, off) {
                (true, true) => {
                    store::totp::switch_off(&mut desk, account.id)?;
                    say(&format!("{name} signs in with the password alone now."))?;
                }
                (true, false) => say(&format!(
                    "{name} has a second factor, and {} recovery codes left.",
                    state.codes
                ))?,
                (false, _) => say(&format!(
                    "{name} has no second factor. It is switched on at /admin/account/totp/."
                ))?,
            }
        }
        What::List => {
            let accounts = store::account::all(&desk)?;
            if accounts.is_empty() {
                say("Nobody can sign in yet: see `mayfly user add`.")?;
            }
            for (name, used) in accounts {
                let used = used.and_then(|used| Timestamp::from_microsecond(used).ok());
                match used {
                    Some(used) => say(&format!(
                        "{name}  last here {}",
                        used.strftime("%Y-%m-%d %H:%M UTC")
                    ))?,
                    None => say(&format!("{name}  signed in nowhere"))?,
                }
            }
        }
    }
    Ok(())
}

fn taken(name: &str) -> Failure {
    Failure::new(format!(
        "{name} can sign in already: `mayfly user password {name}` changes the password"
    ))
}

/// Asks twice on a terminal, without showing what is typed, or takes a line of
/// standard input.
fn password() -> Result<String, Box<dyn Error>> {
    let password = if io::stdin().is_terminal() {
        let terminal = Term::stderr();
        let ask = |question: &str| {
            terminal.write_str(question)?;
            terminal.read_secure_line()
        };
        let (first, second) = (ask("Password: ")?, ask("Once more: ")?);
        if first != second {
            return Err(Failure::new("the two are not the same: nothing was changed").into());
        }
        first
    } else {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    account::check_password(&password).map_err(Failure::new)?;
    Ok(password)
}
