//! A response as a value, written once, at the end: until then an error can
//! still become a whole page.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, IoSlice, Write};
use std::rc::Rc;

use crate::cache::{self, Version};
use crate::view::Page;

/// Scripts nowhere, styles in the page, pictures and sounds from wherever the
/// author links them; forms and frames stay with the blog. Kept short, since
/// servers cut header blocks off at 4,000 bytes.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src * data:; \
     media-src *; frame-src https:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A body too long to be held: it is read from elsewhere while it is sent.
pub trait Source: fmt::Debug {
    /// How long it is, in bytes.
    fn length(&self) -> u64;

    /// Writes it, all of that length.
    ///
    /// # Errors
    /// Whatever the writer says, or what it is read from. Whoever asked then has less than
    /// was announced, and knows it by that.
    fn send(&self, out: &mut dyn Write) -> io::Result<()>;
}

/// What a program answers.
#[derive(Clone, Debug)]
pub struct Response {
    status: u16,
    content_type: &'static str,
    headers: Vec<(&'static str, String)>,
    /// In the pieces it was made in.
    body: Vec<Cow<'static, str>>,
    /// What comes instead of the body.
    source: Option<Rc<dyn Source>>,
    complaint: Option<String>,
    shows: Option<Version>,
}

impl Response {
    /// An HTML page.
    pub fn html(page: Page) -> Response {
        Response::new("text/html; charset=utf-8", page.0)
            .with("Content-Security-Policy", POLICY.into())
    }

    /// A page for whoever is signed in. Nobody keeps a copy of it, and nothing in
    /// it runs or looks its way but what carries the nonce, a number used once.
    pub fn signed(page: Page, nonce: &str) -> Response {
        let policy = format!(
            "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; \
             connect-src 'self'; img-src 'self' data: blob:; frame-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        );
        Response::new("text/html; charset=utf-8", page.0)
            .with("Content-Security-Policy", policy)
            .private()
    }

    /// A feed.
    pub fn atom(feed: String) -> Response {
        Response::text("application/atom+xml", feed)
    }

    /// The page that a post is written on. The frame that shows what readers will see
    /// takes over this policy, so it allows what their pages do: pictures and players
    /// from anywhere, and styles. Scripts still need the nonce.
    pub fn written(page: Page, nonce: &str) -> Response {
        let policy = format!(
            "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'unsafe-inline'; \
             connect-src 'self'; img-src * data: blob:; media-src *; frame-src https:; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        );
        Response::new("text/html; charset=utf-8", page.0)
            .with("Content-Security-Policy", policy)
            .private()
    }

    /// A body of another kind.
    pub fn text(content_type: &'static str, body: String) -> Response {
        Response::new(content_type, vec![body.into()])
    }

    /// A body of another kind, in the pieces it was made in.
    pub fn pieces(content_type: &'static str, body: Vec<String>) -> Response {
        Response::new(content_type, body.into_iter().map(Cow::from).collect())
    }

    /// A body that is read while it is sent.
    pub fn from_source(content_type: &'static str, source: Rc<dyn Source>) -> Response {
        let mut response = Response::new(content_type, Vec::new());
        response.source = Some(source);
        response
    }

    fn new(content_type: &'static str, body: Vec<Cow<'static, str>>) -> Response {
        Response {
            status: 200,
            content_type,
            headers: Vec::new(),
            body,
            source: None,
            complaint: None,
            shows: None,
        }
        .with("X-Content-Type-Options", "nosniff".into())
        .with("Referrer-Policy", "strict-origin-when-cross-origin".into())
    }

    /// The same response with another status code.
    pub fn status(self, status: u16) -> Response {
        Response { status, ..self }
    }

    /// The same response, and a line for the server's log, if there is one: the page is there, but
    /// the operator has to mend something.
    pub fn complaining(self, complaint: impl Into<Option<String>>) -> Response {
        Response {
            complaint: complaint.into(),
            ..self
        }
    }

    /// The state of the blog that it shows, where it is a page that is there.
    pub fn shown(&self) -> Option<Version> {
        self.shows.filter(|_| self.status == 200)
    }

    /// Whether sending it may take a while.
    pub fn is_long(&self) -> bool {
        self.source.is_some()
    }

    /// Its body, in pieces.
    pub fn body(&self) -> &[Cow<'static, str>] {
        &self.body
    }

    /// What the log is to be told.
    pub fn complaint(&self) -> Option<&str> {
        self.complaint.as_deref()
    }

    /// The same response, which caches may keep as the version says.
    pub fn tagged(self, version: Version) -> Response {
        let mut tagged = self.with("ETag", version.tag());
        tagged.shows = Some(version);
        let dated = match version.modified() {
            Some(second) => tagged.with("Last-Modified", cache::http_date(second)),
            None => tagged,
        };
        dated.with("Cache-Control", version.control())
    }

    /// What a visitor hears who has the page already. What the page is tagged with is
    /// to be added (RFC 9110, section 15.4.5).
    pub fn not_modified() -> Response {
        Response::text("text/html; charset=utf-8", String::new()).status(304)
    }

    /// Answers a browser that asks, before a page of another site reads, whether it may
    /// (Fetch standard, section 3.3). To ask with an entity tag takes leave.
    pub fn preflight() -> Response {
        Response::text("text/plain; charset=utf-8", String::new())
            .with("Allow", "GET, HEAD, OPTIONS".into())
            .with("Access-Control-Allow-Methods", "GET, HEAD".into())
            .with(
                "Access-Control-Allow-Headers",
                "If-None-Match, If-Modified-Since".into(),
            )
            .with("Access-Control-Max-Age", "86400".into())
    }

    /// The same response, which pages of any site may read.
    pub fn open(self) -> Response {
        self.with("Access-Control-Allow-Origin", "*".into())
            .with("Access-Control-Expose-Headers", "ETag, Link".into())
    }

    /// The same response, which caches may keep but ask about each time. An answer
    /// without a word on that is kept for minutes by some, a redirect for ever by most.
    pub fn checked(self) -> Response {
        self.with("Cache-Control", "no-cache".into())
    }

    /// The same response for somebody whose browser may keep it, and asks each time.
    pub fn personal(mut self) -> Response {
        let mut headers = self.headers.iter_mut();
        let control = headers.find(|(name, _)| *name == "Cache-Control");
        if let Some((_, value)) = control.filter(|(_, value)| !value.starts_with("private")) {
            *value = "private, no-cache".into();
        }
        self
    }

    /// The same response, of which nobody keeps a copy.
    pub fn private(self) -> Response {
        self.with("Cache-Control", "private, no-store".into())
    }

    /// The same response with one header more. A value with a control character
    /// in it would begin a header of its own, so such a header is left out.
    pub fn with(mut self, name: &'static str, value: String) -> Response {
        // To look at bytes first takes a third of what decoding each character does.
        let is_plain = |byte: u8| byte.is_ascii() && !byte.is_ascii_control();
        if value.bytes().all(is_plain) || !value.contains(char::is_control) {
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
        line(
            "Status",
            &format!("{} {}", self.status, reason(self.status)),
        );
        line("Content-Type", self.content_type);
        if !bodyless {
            let held = || self.body.iter().map(|piece| piece.len() as u64).sum();
            let length = self
                .source
                .as_ref()
                .map_or_else(held, |source| source.length());
            line("Content-Length", &length.to_string());
        }
        for (name, value) in &self.headers {
            line(name, value);
        }
        head.push_str("\r\n");
        let mut pieces = vec![IoSlice::new(head.as_bytes())];
        if !head_only && !bodyless {
            pieces.extend(self.body.iter().map(|piece| IoSlice::new(piece.as_bytes())));
        }
        write_all(out, &mut pieces)?;
        match &self.source {
            Some(source) if !head_only => source.send(out),
            _ => Ok(()),
        }
    }
}

/// Writes the pieces, in one call where the system takes them whole.
fn write_all(out: &mut impl Write, mut pieces: &mut [IoSlice<'_>]) -> io::Result<()> {
    while !pieces.is_empty() {
        match out.write_vectored(pieces) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => IoSlice::advance_slices(&mut pieces, written),
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
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        413 => "Content Too Large",
        414 => "URI Too Long",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    }
}
