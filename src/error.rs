//! Everything that can end a request early, and what each end looks like from
//! outside: `status` and `public` are the only mapping from cause to answer.

use std::fmt;

use crate::cache::Version;

/// A `Result` whose error is an answer to the visitor.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a request got no page of its own. Each variant names its HTTP status.
#[derive(Debug)]
pub enum Error {
    /// 301: the page lives at this pretty path now, for good, or elsewhere, at an
    /// address that begins with http.
    Moved(String),
    /// 303: look at this pretty path instead, this once.
    See(String),
    /// 200: a browser asks whether a page of another site may read this. It may.
    Preflight,
    /// 304: the visitor's copy is of this version, which is the current one.
    NotModified(Version),
    /// 400: the request breaks a rule of HTTP or CGI; the text says which.
    BadRequest(&'static str),
    /// 303: first sign in; then this pretty path, with its query, leads on.
    SignIn(String),
    /// 403: it was understood and will not be done; the text says why.
    Forbidden(&'static str),
    /// 404: nothing is published here.
    NotFound,
    /// 405: the program answers only the methods named, for the Allow header.
    MethodNotAllowed(&'static str),
    /// 410: something was published here and has been taken back.
    Gone,
    /// 411: a body whose length nobody states can't be read safely under CGI.
    LengthRequired,
    /// 413: the body is longer than the program takes, in bytes.
    ContentTooLarge(usize),
    /// 414: the path or the query is longer than any page has.
    UriTooLong,
    /// 431: a header the program reads is longer than 8 KB.
    HeaderTooLarge,
    /// 500: it will fail again until the operator mends it; the text says how.
    Internal(String),
    /// 503: it may pass by itself, so the visitor is asked to try again.
    Unavailable(String),
}

impl Error {
    /// The status code of RFC 9110, section 15.
    pub fn status(&self) -> u16 {
        match self {
            Error::Preflight => 200,
            Error::Moved(_) => 301,
            Error::See(_) | Error::SignIn(_) => 303,
            Error::NotModified(_) => 304,
            Error::BadRequest(_) => 400,
            Error::Forbidden(_) => 403,
            Error::NotFound => 404,
            Error::MethodNotAllowed(_) => 405,
            Error::Gone => 410,
            Error::LengthRequired => 411,
            Error::ContentTooLarge(_) => 413,
            Error::UriTooLong => 414,
            Error::HeaderTooLarge => 431,
            Error::Internal(_) => 500,
            Error::Unavailable(_) => 503,
        }
    }

    /// What the visitor is told. Causes inside the server stay in its log.
    pub fn public(&self) -> String {
        match self {
            Error::Moved(_) | Error::See(_) | Error::SignIn(_) => {
                "This page is at another address.".into()
            }
            Error::Preflight | Error::NotModified(_) => String::new(),
            Error::BadRequest(rule) | Error::Forbidden(rule) => (*rule).into(),
            Error::NotFound => "There is no page at this address.".into(),
            Error::MethodNotAllowed(_) => "This page can be read, not written to.".into(),
            Error::Gone => "The page that was here has been taken back.".into(),
            Error::LengthRequired => "A request with a body has to state its length.".into(),
            Error::ContentTooLarge(limit) => format!("This page takes at most {limit} bytes."),
            Error::UriTooLong => "This address is too long.".into(),
            Error::HeaderTooLarge => "A header of this request is too long.".into(),
            Error::Internal(_) => {
                "Something is broken here, and the log says what. The owner has to mend it.".into()
            }
            Error::Unavailable(_) => {
                "This blog can't answer just now. Please try again in a moment.".into()
            }
        }
    }

    /// The cause for the server's log, where the fault is on this side.
    pub fn cause(&self) -> Option<&str> {
        match self {
            Error::Internal(cause) | Error::Unavailable(cause) => Some(cause),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.cause() {
            Some(cause) => out.write_str(cause),
            None => out.write_str(&self.public()),
        }
    }
}

impl std::error::Error for Error {}
