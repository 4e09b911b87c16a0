//! A form in parts (RFC 7578, RFC 2046 section 5.1), read while it arrives: what a
//! browser sends files with. No more of it is in memory than one piece and the
//! headers of a part. The crates that do this either wait for an asynchronous
//! source, and read one that never makes them wait into memory whole, or have had
//! no release for years.
//!
//! Nothing in it is believed: a part's type is not even read.

use std::io::{self, Read};

use memchr::memmem::Finder;

use crate::error::{Error, Result};

/// The longest boundary there may be (RFC 2046, section 5.1.1), in bytes.
const MAX_BOUNDARY: usize = 70;

/// Most bytes of a part's headers. Browsers send some 150 and the file's name.
const MAX_HEADERS: usize = 4096;

/// Most parts of a form.
const MAX_PARTS: usize = 500;

/// How much is read at a time, in bytes: four pipes full.
const PIECE: usize = 64 * 1024;

/// What breaks the form itself, so that nothing behind it can be told.
const BROKEN: Error = Error::BadRequest(
    "This form is damaged or was cut short on its way, so nothing more of it was taken.",
);

/// A form whose parts are read one after another.
pub struct Multipart<'a> {
    input: &'a mut dyn Read,
    /// What ends each part: a line end, two hyphens, the boundary.
    delimiter: Finder<'static>,
    buffer: Vec<u8>,
    /// What is in the buffer and has not been read.
    start: usize,
    end: usize,
    parts: usize,
    within: bool,
}

/// What is said about a part before it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The name of the field.
    pub name: String,
    /// What the file was called where it came from, in its sender's words; none for
    /// a field that is no file.
    pub file: Option<String>,
}

impl<'a> Multipart<'a> {
    /// A form of that Content-Type.
    ///
    /// # Errors
    /// 400 where its boundary is missing or can't be one.
    pub fn new(content_type: &str, input: &'a mut dyn Read) -> Result<Multipart<'a>> {
        let boundary = parameter(content_type, "boundary").unwrap_or_default();
        let known = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
        if boundary.is_empty()
            || boundary.len() > MAX_BOUNDARY
            || boundary.ends_with(' ')
            || !boundary.bytes().all(known)
        {
            return Err(Error::BadRequest(
                "This form does not say what is between its parts.",
            ));
        }
        let delimiter = format!("\r\n--{boundary}");
        // The first delimiter may be the beginning of the body; seen behind a line
        // end, it is one like the others.
        let mut buffer = vec![0; 2 * PIECE];
        buffer[..2].copy_from_slice(b"\r\n");
        let mut form = Multipart {
            input,
            delimiter: Finder::new(delimiter.as_bytes()).into_owned(),
            buffer,
            start: 0,
            end: 2,
            parts: 0,
            within: true,
        };
        // What comes before it is nobody's (RFC 2046, section 5.1.1).
        form.skip()?;
        Ok(form)
    }

    /// The next part, whatever was left of the one before skipped; none behind the
    /// last one.
    ///
    /// # Errors
    /// 400 for what breaks the format, ends too early or has too many parts.
    pub fn part(&mut self) -> Result<Option<Part>> {
        self.skip()?;
        // Behind the boundary: two hyphens where all ends, else a line's end, with
        // spaces before it that no browser sends.
        if self.available(2)? < 2 {
            return Err(BROKEN);
        }
        if self.unread().starts_with(b"--") {
            return Ok(None);
        }
        while self.available(2)? >= 2 && matches!(self.unread()[0], b' ' | b'\t') {
            self.start += 1;
        }
        if !self.unread().starts_with(b"\r\n") {
            return Err(BROKEN);
        }
        self.parts += 1;
        if self.parts > MAX_PARTS {
            return Err(Error::BadRequest(
                "This form has more parts than are taken at once.",
            ));
        }
        // The line end stays: a part without headers begins with two of them.
        let headers = self.headers()?;
        self.within = true;
        describe(&headers).map(Some)
    }

    /// The text of the part, of up to that many bytes.
    ///
    /// # Errors
    /// 400 for what is longer or no UTF-8.
    pub fn text(&mut self, most: usize) -> Result<String> {
        let mut text = Vec::new();
        let read = self.by_ref().take(most as u64 + 1).read_to_end(&mut text);
        match read {
            Ok(read) if read <= most => String::from_utf8(text)
                .map_err(|_| Error::BadRequest("A field of this form is not valid UTF-8.")),
            Ok(_) => Err(Error::BadRequest("A field of this form is too long.")),
            Err(_) => Err(BROKEN),
        }
    }

    fn headers(&mut self) -> Result<Vec<u8>> {
        loop {
            let seen = &self.unread()[..self.unread().len().min(MAX_HEADERS)];
            if let Some(end) = seen.windows(4).position(|run| run == b"\r\n\r\n") {
                let headers = seen[..end].to_vec();
                self.start += end + 4;
                return Ok(headers);
            }
            let had = self.unread().len();
            if had >= MAX_HEADERS || self.available(had + 1)? == had {
                return Err(BROKEN);
            }
        }
    }

    fn skip(&mut self) -> Result<()> {
        io::copy(self, &mut io::sink())
            .map(drop)
            .map_err(|_| BROKEN)
    }

    fn unread(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Reads on until so many bytes are unread in the buffer, and says how many are.
    fn available(&mut self, wanted: usize) -> Result<usize> {
        self.fill(wanted).map_err(|_| BROKEN)
    }

    fn fill(&mut self, wanted: usize) -> io::Result<usize> {
        while self.end - self.start < wanted {
            if self.end == self.buffer.len() {
                self.buffer.copy_within(self.start..self.end, 0);
                self.end -= self.start;
                self.start = 0;
            }
            match self.input.read(&mut self.buffer[self.end..]) {
                Ok(0) => break,
                Ok(read) => self.end += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(self.end - self.start)
    }
}

/// The bytes of the part that `part` has told of. Its end is 0 bytes, as for a file;
/// a form that ends before the part does is an error.
impl Read for Multipart<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.within || buffer.is_empty() {
            return Ok(0);
        }
        let delimiter = self.delimiter.needle().len();
        let unread = self.fill(delimiter)?;
        let found = self.delimiter.find(self.unread());
        if found == Some(0) {
            self.start += delimiter;
            self.within = false;
            return Ok(0);
        }
        // What could be the beginning of a delimiter waits for the rest of it.
        let ready = match found {
            Some(at) => at,
            None if unread >= delimiter => unread - (delimiter - 1),
            None => return Err(io::ErrorKind::UnexpectedEof.into()),
        };
        let read = ready.min(buffer.len());
        buffer[..read].copy_from_slice(&self.unread()[..read]);
        self.start += read;
        Ok(read)
    }
}

/// Reads the headers of a part, each behind a line end.
fn describe(headers: &[u8]) -> Result<Part> {
    let headers = String::from_utf8_lossy(headers);
    let disposition = headers.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let known = name.eq_ignore_ascii_case("content-disposition");
        known.then_some(value.trim())
    });
    let disposition = disposition.ok_or(BROKEN)?;
    let kind = disposition.split(';').next().unwrap_or_default();
    if !kind.trim().eq_ignore_ascii_case("form-data") {
        return Err(BROKEN);
    }
    Ok(Part {
        name: parameter(disposition, "name").ok_or(BROKEN)?,
        file: parameter(disposition, "filename"),
    })
}

/// A parameter of a header, with what browsers escape in one: a quotation mark and
/// line ends as `%22`, `%0D`, `%0A`, as HTML has it; others put a backslash before it.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let mut rest = header.split_once(';')?.1;
    loop {
        let (name, behind) = rest.split_once('=')?;
        let mut value = String::new();
        let mut letters = behind.chars();
        let quoted = behind.starts_with('"');
        if quoted {
            letters.next();
        }
        loop {
            match letters.next() {
                Some('\\') if quoted => match letters.clone().next() {
                    Some(escaped @ ('"' | '\\')) => {
                        letters.next();
                        value.push(escaped);
                    }
                    _ => value.push('\\'),
                },
                Some('"') if quoted => break,
                // A value whose quotation mark never comes is none.
                None if quoted => return None,
                Some(';') if !quoted => {
                    value.truncate(value.trim_end().len());
                    break;
                }
                None => break,
                Some(letter) => value.push(letter),
            }
        }
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value.replace("%22", "\""));
        }
        rest = letters.as_str().trim_start_matches([';', ' ']);
    }
}
