//! A response as a value, written once, at the end: until then an error can
//! still become a whole page.

use std::fmt::Write as _;
use std::io::{self, IoSlice, Write};

use maud::Markup;

/// Scripts nowhere, styles in the page, pictures and sounds from wherever the
/// author links them; forms and frames stay with the blog. Kept short, since
/// servers cut header blocks off at 4,000 bytes.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src * data:; \
     media-src *; frame-src https:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What a program answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    status: u16,
    content_type: &'static str,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Response {
    /// An HTML page.
    pub fn html(page: Markup) -> Response {
        let response = Response::text("text/html; charset=utf-8", page.into_string());
        response.with("Content-Security-Policy", POLICY.into())
    }

    /// A body of another kind.
    pub fn text(content_type: &'static str, body: String) -> Response {
        Response {
            status: 200,
            content_type,
            headers: Vec::new(),
            body,
        }
        .with("X-Content-Type-Options", "nosniff".into())
        .with("Referrer-Policy", "strict-origin-when-cross-origin".into())
    }

    /// The same response with another status code.
    pub fn status(self, status: u16) -> Response {
        Response { status, ..self }
    }

    /// The same response, which a cache may keep but has to check each time.
    pub fn tagged(self, tag: String) -> Response {
        self.with("ETag", tag)
            .with("Cache-Control", "no-cache".into())
    }

    /// The same response with one header more. A value with a control character
    /// in it would begin a header of its own, so such a header is left out.
    pub fn with(mut self, name: &'static str, value: String) -> Response {
        if !value.contains(char::is_control) {
            self.headers.push((name, value));
        }
        self
    }

    /// Writes the response as RFC 3875, section 6, has it. `Status` comes first
    /// and `Content-Type` second, for busybox and bozohttpd heed them nowhere
    /// else. For HEAD the body is left out here, as nine servers do not.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write_to(&self, out: &mut impl Write, head_only: bool) -> io::Result<()> {
        let mut head = String::with_capacity(768);
        let bodyless = self.status == 304;
        let mut line = |name: &str, value: &str| {
            head.extend([name, ": ", value, "\r\n"]);
        };
        let mut status = String::with_capacity(32);
        // A String takes all that is written to it.
        if write!(status, "{} {}", self.status, reason(self.status)).is_err() {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        line("Status", &status);
        line("Content-Type", self.content_type);
        if !bodyless {
            line("Content-Length", &self.body.len().to_string());
        }
        for (name, value) in &self.headers {
            line(name, value);
        }
        head.push_str("\r\n");
        let body = if head_only || bodyless {
            ""
        } else {
            self.body.as_str()
        };
        write_both(out, head.as_bytes(), body.as_bytes())
    }
}

/// Writes both pieces, in one call where the system takes them whole.
fn write_both(out: &mut impl Write, head: &[u8], body: &[u8]) -> io::Result<()> {
    let (mut head, mut body) = (head, body);
    while !head.is_empty() || !body.is_empty() {
        match out.write_vectored(&[IoSlice::new(head), IoSlice::new(body)]) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => {
                let of_head = written.min(head.len());
                head = &head[of_head..];
                body = &body[written - of_head..];
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The reason phrase of a status we send (RFC 9110, section 15).
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        301 => "Moved Permanently",
        303 => "See Other",
        304 => "Not Modified",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        410 => "Gone",
        411 => "Length Required",
        413 => "Content Too Large",
        414 => "URI Too Long",
        431 => "Request Header Fields Too Large",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    }
}
