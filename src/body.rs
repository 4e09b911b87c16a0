//! The body of a request: whole, for forms, or read while it arrives, for uploads, of
//! which a program need not have more in memory than a piece.

use std::io::{self, Read};

use crate::error::{Error, Result};
use crate::request::{Method, Variables};

/// How much of an unwanted body is read away before it is refused, in bytes. Nine of
/// twenty servers lose the answer of a program that leaves its input unread.
pub const DRAIN: u64 = 1 << 20;

/// What has not been read yet of a request's body.
pub struct Body<'a> {
    input: &'a mut dyn Read,
    left: u64,
}

impl<'a> Body<'a> {
    /// A body of that many bytes. Not one more is read: servers leave the input
    /// open behind it, or pass on what follows.
    pub fn new(input: &'a mut dyn Read, length: u64) -> Body<'a> {
        Body {
            input,
            left: length,
        }
    }

    /// Reads the rest away; see `DRAIN`.
    ///
    /// # Errors
    /// Whatever the input says, and where it ends too early.
    pub fn drain(&mut self) -> io::Result<()> {
        io::copy(self, &mut io::sink()).map(drop)
    }
}

impl Read for Body<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        let most = most.min(buffer.len());
        if most == 0 {
            return Ok(0);
        }
        match self.input.read(&mut buffer[..most])? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                self.left -= read as u64;
                Ok(read)
            }
        }
    }
}

/// Reads as many bytes as are announced and not one more: on GET, eight of twenty
/// servers leave the input open for ever, and five pass on what follows.
///
/// # Errors
/// 411 and 413 for a length that is not told or too large, 400 for one that is wrong.
pub fn whole(
    method: Method,
    variables: &Variables<'_>,
    stdin: &mut impl Read,
    limit: usize,
) -> Result<Vec<u8>> {
    let announced = announced(variables)?;
    if matches!(method, Method::Get | Method::Head) {
        return match announced {
            0 => Ok(Vec::new()),
            _ => Err(Error::BadRequest(
                "A request that reads a page has no body.",
            )),
        };
    }
    if limit == 0 || announced > limit as u64 {
        drain(stdin, announced.min(DRAIN))?;
        return match limit {
            0 => Ok(Vec::new()),
            _ => Err(Error::ContentTooLarge(limit)),
        };
    }
    let mut body = Vec::new();
    let read = stdin
        .take(announced)
        .read_to_end(&mut body)
        .map_err(unreadable)?;
    match read as u64 == announced {
        true => Ok(body),
        false => Err(Error::BadRequest("The body of this request was cut short.")),
    }
}

/// How long the body is said to be, in bytes.
///
/// # Errors
/// 411 where chunks of any length are announced, 400 for what is no number.
pub fn announced(variables: &Variables<'_>) -> Result<u64> {
    if variables.get("HTTP_TRANSFER_ENCODING").is_some() {
        // Four servers pass on the chunks with their framing, and fifteen a
        // length beside it that contradicts them: request smuggling's door.
        return Err(Error::LengthRequired);
    }
    match variables.get("CONTENT_LENGTH") {
        None => Ok(0),
        Some(digits) => content_length(digits),
    }
}

/// How many bytes of the body may still come once so many have been read.
pub fn left(variables: &Variables<'_>, read: u64) -> u64 {
    match announced(variables) {
        Ok(length) => length.saturating_sub(read),
        // Chunks, whose end nobody here looks for, or more than anybody can count.
        Err(Error::LengthRequired) => u64::MAX,
        Err(_) if variables.get("CONTENT_LENGTH").is_some_and(is_number) => u64::MAX,
        // Of a length that is none nothing is read: who knows what the input holds?
        Err(_) => 0,
    }
}

/// Reads so many bytes away, or as many as there are.
///
/// # Errors
/// 400 where the input can't be read.
#[cold]
#[inline(never)]
pub fn drain(stdin: &mut impl Read, bytes: u64) -> Result<()> {
    io::copy(&mut stdin.take(bytes), &mut io::sink())
        .map(|_| ())
        .map_err(unreadable)
}

fn unreadable(_: io::Error) -> Error {
    Error::BadRequest("The body of this request could not be read.")
}

/// `1*DIGIT`, and nothing that merely looks like it: servers pass on `-1`, `5x`
/// and `5, 3` as they come.
fn content_length(digits: &[u8]) -> Result<u64> {
    let refused = Error::BadRequest("The Content-Length of this request is not a number.");
    match std::str::from_utf8(digits) {
        Ok(text) if is_number(digits) => text.parse().map_err(|_| refused),
        _ => Err(refused),
    }
}

fn is_number(digits: &[u8]) -> bool {
    digits.iter().all(u8::is_ascii_digit)
}
