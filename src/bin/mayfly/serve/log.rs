//! What the operator reads in the terminal while the server runs.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use super::answer::Answer;

/// Prints one line on stderr.
///
/// Text from a request or a program may hold the escape sequences that move a
/// terminal's cursor or set its title, so control characters are spelled out.
pub fn say(line: &str) {
    write(&plain(line));
}

/// The request that one line of the log is about.
pub struct Entry {
    request: String,
    started: Instant,
}

impl Entry {
    /// Notes when a request came in and what it asks for.
    pub fn start(method: &str, target: &str) -> Self {
        Self {
            request: plain(&format!("{method:<4} {target}")),
            started: Instant::now(),
        }
    }

    /// Prints the line: the request, the status, who answered, size and time.
    pub fn finish(self, answer: &Answer) {
        let status = answer.response.status().as_u16();
        let (colour, dim, off) = if colours() {
            let colour = match status {
                0..300 => "\x1b[32m",
                300..400 => "\x1b[36m",
                400..500 => "\x1b[33m",
                _ => "\x1b[31m",
            };
            (colour, "\x1b[2m", "\x1b[0m")
        } else {
            ("", "", "")
        };
        let size = format!("{} B", grouped(answer.length));
        let time = human(self.started.elapsed());
        write(&format!(
            "{:<44}  {colour}{status}{off}  {:<9}  {size:>12}  {dim}{time:>8}{off}",
            self.request, answer.from
        ));
    }
}

fn colours() -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    io::stderr().is_terminal() && !refused
}

fn write(line: &str) {
    // One write per line, so that lines of requests at the same time do not
    // mix. A closed stderr means that nobody reads the log: serving goes on.
    match io::stderr().write_all(format!("{line}\n").as_bytes()) {
        Ok(()) | Err(_) => {}
    }
}

fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() && character != '\t' {
            safe.extend(character.escape_debug());
        } else {
            safe.push(character);
        }
    }
    safe
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn human(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1000.0;
    match milliseconds {
        0.0..10.0 => format!("{milliseconds:.1} ms"),
        10.0..1000.0 => format!("{milliseconds:.0} ms"),
        _ => format!("{:.1} s", milliseconds / 1000.0),
    }
}
