//! Mail to the owner by the system's sendmail, started directly, without a shell
//! and without a single variable of the request's.

use std::io::{self, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::guestbook::Settings;
use crate::site::Site;
use crate::url;

/// How long a mail may take to be handed over: its writer waits for that, and the server
/// ends programs that answer too late.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often is looked whether it has been: nothing that waits for a child of its own
/// takes a deadline.
const STEP: Duration = Duration::from_millis(5);

/// Hands a mail to `program`. Nothing of what a stranger wrote may be in `to` or
/// `subject`: they become headers.
///
/// # Errors
/// Whatever keeps the program from being started, the exit code it ended with, or that it
/// was ended because it took too long.
pub fn send(program: &str, to: &str, subject: &str, text: &str) -> io::Result<()> {
    let mut child = Command::new(program)
        .args(["-i", "-t"])
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let mail = format!(
        "To: {to}\nSubject: {subject}\nAuto-Submitted: auto-generated\nMIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n"
    );
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(mail.as_bytes())?;
    }
    match ended(&mut child)? {
        status if status.success() => Ok(()),
        status => Err(io::Error::other(format!("{program} ended with {status}"))),
    }
}

fn ended(child: &mut Child) -> io::Result<ExitStatus> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if Instant::now() > deadline {
            child.kill()?;
            child.wait()?;
            let seconds = PATIENCE.as_secs();
            return Err(io::Error::other(format!(
                "it did not end within {seconds} seconds"
            )));
        }
        thread::sleep(STEP);
    }
}

/// Tells the owner, where they want to be told, that a message waits, and why. The
/// message itself is safe already, so a mail that can't be sent stops nothing.
///
/// # Errors
/// In words, for the log and for the owner: what kept the mail from being sent.
pub fn tell(settings: &Settings, site: &Site, why: Option<String>) -> Result<(), String> {
    let Some(why) = why else { return Ok(()) };
    let address = site.links.settled(url::MODERATION);
    let text = format!(
        "A message waits in the guestbook of {}: it {why}.\n\nApprove or reject it at\n  {}\nor in a \
         terminal, by its number:\n  mayfly guestbook list\n  mayfly guestbook approve NUMBER\n\n\
         The next mail comes no sooner than in ten minutes.",
        site.title,
        address.as_deref().unwrap_or(url::MODERATION),
    );
    let Settings { sendmail, mail, .. } = settings;
    send(sendmail, mail, "A message waits in your guestbook", &text)
        .map_err(|error| format!("no mail went to {mail} through {sendmail}: {error}"))
}
