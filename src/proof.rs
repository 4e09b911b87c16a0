//! Whose account it is, where nobody can sign in: shown by a file beside the programs.
//!
//! Whoever can put a file there has the account. So a page shows a word, and asks for
//! a file that holds it. The word is a hash of a secret that only the form of the
//! same page knows: a web server that hands the file out tells a stranger nothing by
//! it, since the form has to bring the secret.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::OpenOptionsExt;

use crate::error::Result;
use crate::form::Form;
use crate::host::Host;
use crate::token;

/// The file.
pub const FILE: &str = "mayfly-setup.txt";

/// Digits of the word: 128 bits of a hash, which nobody finds a secret for.
const WORD: usize = 32;

/// What is asked of one visitor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    secret: String,
}

impl Proof {
    /// A new one, for a form that is shown first.
    ///
    /// # Errors
    /// Whatever keeps the system from giving random bytes.
    pub fn new() -> Result<Proof> {
        let secret = token::random()?;
        Ok(Proof { secret })
    }

    /// That of a form which comes back. Nothing but what such a page made is taken: the
    /// word that is shown is made of it.
    ///
    /// # Errors
    /// As for any form.
    pub fn read(form: &Form) -> Result<Proof> {
        let secret = form.line("secret")?;
        match secret.len() == 64 && secret.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            true => Ok(Proof { secret }),
            false => Proof::new(),
        }
    }

    /// What the form has to bring back, in its field `secret`.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// What the file has to hold.
    pub fn word(&self) -> String {
        let mut word = token::derive(&self.secret, "setup");
        word.truncate(WORD);
        word
    }

    /// Insists on the file. It is opened without following a link, so that it says
    /// something about this folder and no other.
    ///
    /// # Errors
    /// A sentence for the visitor.
    pub fn check(&self, host: &Host) -> std::result::Result<(), String> {
        let opened = OpenOptions::new()
            .read(true)
            .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
            .open(host.programs.join(FILE));
        let mut text = String::new();
        let read = opened.and_then(|file| file.take(200).read_to_string(&mut text));
        match read {
            Err(error) if error.kind() == ErrorKind::NotFound => Err(format!(
                "There is no {FILE} beside the programs yet. Put it there, then send this form again."
            )),
            Err(error) => Err(format!("{FILE} can't be read: {error}.")),
            Ok(_) if token::same(text.trim(), &self.word()) => Ok(()),
            Ok(_) => Err(format!(
                "{FILE} is there but holds another word: it has to hold the one that this page shows."
            )),
        }
    }
}

/// Takes the file away once it is used up. One that stays does no harm: nothing asks for
/// its word again.
pub fn forget(host: &Host) {
    match fs::remove_file(host.programs.join(FILE)) {
        Ok(()) | Err(_) => {}
    }
}
