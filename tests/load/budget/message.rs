//! What it costs to take in a message and to show the guestbook, while others have the file
//! open: whoever finds nobody there reads all of the log first, which may be longer or shorter.

use std::ffi::CString;
use std::fs;
use std::path::Path;

use mayfly::guestbook::token::Form;
use mayfly::url;
use rusqlite::Connection;

use super::limits::Found;
use super::{body, executed, fewest_faults, mayfly as command};
use crate::process::Program;
use crate::{Result, calls, failed, page};

/// Messages are counted so often, and the cheapest stands for all: the first of a minute and
/// every sixteenth do some work for the others.
const RUNS: usize = 4;

/// Adds the figures of both.
pub fn count(blog: &Path, programs: &Path, found: &mut Found) -> Result<()> {
    let path = blog.display().to_string();
    let most = ["--per-address", "10000", "--per-minute", "10000"];
    let settings = [
        "--data",
        &path,
        "guestbook",
        "settings",
        "--publish",
        "at-once",
    ];
    command(&[&settings[..], &most].concat());
    let file = Connection::open(blog.join("guestbook.db"))?;
    let secret: Vec<u8> = file.query_row("SELECT secret FROM settings", [], |row| row.get(0))?;
    let asked = || -> Result<Program> {
        Program::new(&programs.join("guestbook"))?
            .variable("MAYFLY_DATA", &path)?
            .request("/cgi-bin/guestbook", "/", url::GUESTBOOK, "")
    };
    let message = || -> Result<Program> {
        // As if the form had been opened a minute before.
        let form = Form::new(mayfly::store::now() - 60_000_000)
            .map_err(|error| failed(format!("{error:?}")))?;
        let body = blog.with_file_name("form");
        let token = form.token(&secret);
        fs::write(
            &body,
            format!("name=Ann&message=A+line+of+text.&site=&form={token}&subject="),
        )?;
        posted(asked()?, &body)
    };
    let answer = message()?.run()?.output;
    if page::status(&answer) != 303 {
        return Err(failed(String::from_utf8_lossy(&answer)));
    }
    let (mut system_calls, mut faults, mut instructions) = (u64::MAX, u64::MAX, u64::MAX);
    for _ in 0..RUNS {
        system_calls = system_calls.min(calls::of(&message()?)?.len() as u64);
        faults = faults.min(message()?.run()?.faults as u64);
        faults = faults.min(message()?.run()?.faults as u64);
        if cfg!(target_arch = "x86_64") {
            instructions = instructions.min(executed::by(&message()?)?.instructions);
        }
    }
    found.add("message", "system_calls", system_calls);
    found.add("message", "faults", faults);
    let shown = asked()?;
    found.add(
        "guestbook page",
        "system_calls",
        calls::of(&shown)?.len() as u64,
    );
    found.add("guestbook page", "faults", fewest_faults(&shown));
    found.add("guestbook page", "page_bytes", body(&shown) as u64);
    if cfg!(target_arch = "x86_64") {
        found.add("message", "instructions", instructions);
        found.add(
            "guestbook page",
            "instructions",
            executed::by(&shown)?.instructions,
        );
    }
    Ok(())
}

/// A request that posts the form of a file.
fn posted(mut program: Program, form: &Path) -> Result<Program> {
    let get = CString::new("REQUEST_METHOD=GET")?;
    program.environment.retain(|variable| *variable != get);
    program.input = form.to_owned();
    let length = form.metadata()?.len().to_string();
    program
        .variable("REQUEST_METHOD", "POST")?
        .variable("CONTENT_TYPE", "application/x-www-form-urlencoded")?
        .variable("CONTENT_LENGTH", &length)
}
