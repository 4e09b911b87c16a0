//! The blog as strangers reach it, asked with curl: it knows HTTPS, and whoever looks
//! after a server has it or can have it.

use std::error::Error;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::process::{Command, Stdio};

use mayfly::check::SECRET;
use mayfly::host::Fact;
use mayfly::url;

use crate::failure::Failure;

/// What an SQLite file begins with (https://sqlite.org/fileformat2.html, 1.3).
const MAGIC: &[u8] = b"SQLite format 3";

/// For how long one address is asked, in seconds.
const PATIENCE: &str = "10";

/// An address that can be asked.
pub fn address(typed: &str) -> Result<String, String> {
    let host = ["https://", "http://"]
        .iter()
        .find_map(|scheme| typed.strip_prefix(scheme));
    match host {
        Some(host) if !host.is_empty() && !host.starts_with('/') => Ok(typed.to_owned()),
        _ => Err("an address begins with https:// or http:// and a host".into()),
    }
}

/// Asks for the blog, and for the data at every address it could have.
pub fn ask(base_url: &str, data: &Path) -> Result<Vec<Fact>, Box<dyn Error>> {
    let mut facts = Vec::new();
    facts.push(match base_url.starts_with("https://") {
        true => Fact::well("the blog has an address with HTTPS"),
        false => Fact::odd(
            "without HTTPS whoever is on the way can read the password of whoever signs in",
        ),
    });
    match get(base_url)? {
        Answer::Begun(_) => facts.push(Fact::well(format!("{base_url} answers with a page"))),
        Answer::Refused(why) => {
            facts.push(Fact::bad(format!("{base_url} answers with no page: {why}")));
        }
        // Then nothing else that is asked there is answered either.
        Answer::None(why) => {
            facts.push(Fact::bad(format!("{base_url} does not answer: {why}")));
            return Ok(facts);
        }
    }
    let data = data.canonicalize().unwrap_or_else(|_| data.to_owned());
    let asked = url::exposed(&data, base_url, &SECRET);
    for path in &asked {
        let address = format!("{}{path}", url::origin(base_url));
        if matches!(get(&address)?, Answer::Begun(bytes) if bytes == MAGIC) {
            facts.push(Fact::bad(format!(
                "everybody can download {address}, so drafts, hashes of passwords and what waits in the \
                 guestbook lie open: move the data directory out of what the web server hands out, write \
                 its new place into mayfly.conf, and then change every password"
            )));
            return Ok(facts);
        }
    }
    facts.push(Fact::well(format!(
        "strangers don't get the blog's files, asked for at {} addresses where they could be",
        asked.len()
    )));
    Ok(facts)
}

/// What came of asking; where something went wrong, in curl's words.
enum Answer {
    /// A status below 400, and its first bytes.
    Begun(Vec<u8>),
    /// A status from 400 on.
    Refused(String),
    /// No answer at all.
    None(String),
}

/// curl's exit code for a status from 400 on, with `--fail`.
const FAILED: i32 = 22;

fn get(address: &str) -> Result<Answer, Box<dyn Error>> {
    let range = format!("0-{}", MAGIC.len() - 1);
    let curl = Command::new("curl")
        .args(["--silent", "--show-error", "--fail", "--globoff"])
        .args(["--proto", "=http,https", "--max-time", PATIENCE])
        .args(["--range", &range, "--url", address])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut curl = curl.map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            Failure::new("--url needs curl: install it, or look at /admin/check/")
        }
        _ => Failure::new("curl can't be started").because(error),
    })?;
    let mut begins = Vec::new();
    if let Some(stdout) = curl.stdout.take() {
        // A server that knows no ranges sends the whole file, which nobody wants: here
        // the pipe is closed, and curl ends.
        stdout.take(MAGIC.len() as u64).read_to_end(&mut begins)?;
    }
    let ended = curl.wait_with_output()?;
    let said = String::from_utf8_lossy(&ended.stderr).trim().to_owned();
    Ok(match ended.status.code() {
        _ if begins.len() == MAGIC.len() => Answer::Begun(begins),
        Some(0) => Answer::Begun(begins),
        Some(FAILED) => Answer::Refused(said),
        _ => Answer::None(said),
    })
}
