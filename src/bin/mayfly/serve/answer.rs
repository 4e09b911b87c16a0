//! What goes back to the visitor, and the pages for what this server refuses.

use std::io;

use http_body_util::channel::Channel;
use http_body_util::{Either, Full};
use hyper::body::Bytes;
use hyper::header::{self, HeaderValue};
use hyper::{Response, StatusCode};
use maud::{DOCTYPE, html};

/// A page is whole in memory, a file of `media/` goes out in pieces.
pub type Body = Either<Full<Bytes>, Channel<Bytes, io::Error>>;

/// A response, and what the log line tells about it.
pub struct Answer {
    /// The response as hyper sends it.
    pub response: Response<Body>,
    /// Who made it: a program's name, `media`, or `-` for the server itself.
    pub from: String,
    /// The bytes of the body that are sent.
    pub length: u64,
}

impl Answer {
    /// An answer whose whole body is at hand.
    pub fn whole(head: Response<()>, from: impl Into<String>, body: Bytes) -> Self {
        let length = body.len() as u64;
        let response = head.map(|()| Either::Left(Full::new(body)));
        Self {
            response,
            from: from.into(),
            length,
        }
    }
}

/// Why the server itself says no. It becomes a small page.
#[derive(Clone, Copy, Debug)]
pub struct Refusal {
    status: StatusCode,
    text: &'static str,
    allow: Option<&'static str>,
}

impl Refusal {
    /// The path can't be read: a bad escape, or a `..` out of the root.
    pub const BAD_PATH: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "The address is not written as a URL may be.",
    );
    /// The Host header is missing, doubled or no name of a host.
    pub const BAD_HOST: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "The request does not say which host it is for.",
    );
    /// The connection ended before the body did.
    pub const BODY_CUT_SHORT: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "The request's body ended too early.",
    );
    /// The program's file may not be run.
    pub const SWITCHED_OFF: Self = Self::new(
        StatusCode::FORBIDDEN,
        "This part of the site is switched off.",
    );
    /// Nothing is there.
    pub const NOT_FOUND: Self = Self::new(StatusCode::NOT_FOUND, "There is nothing here.");
    /// A file can only be read.
    pub const ONLY_READ: Self = Self {
        allow: Some("GET, HEAD"),
        ..Self::new(StatusCode::METHOD_NOT_ALLOWED, "This can only be read.")
    };
    /// CONNECT and TRACE are for proxies, and no program is asked.
    pub const NO_PROXY: Self = Self {
        allow: Some("GET, HEAD, POST"),
        ..Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "This server is not a proxy.",
        )
    };
    /// The body stopped coming.
    pub const TOO_SLOW: Self = Self::new(
        StatusCode::REQUEST_TIMEOUT,
        "The request's body did not arrive in time.",
    );
    /// The body is longer than the server takes.
    pub const TOO_LARGE: Self = Self::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "The request's body is longer than 25 MB.",
    );
    /// The program failed; the terminal says how.
    pub const FAILED: Self = Self::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "The program behind this page failed. The terminal in which mayfly serve runs says how.",
    );
    /// The program ran for too long and was ended.
    pub const OUT_OF_TIME: Self = Self::new(
        StatusCode::GATEWAY_TIMEOUT,
        "The program behind this page took too long and was ended.",
    );

    const fn new(status: StatusCode, text: &'static str) -> Self {
        Self {
            status,
            text,
            allow: None,
        }
    }

    /// The refusal as a page; HEAD gets its headers alone.
    pub fn answer(self, head: bool, from: impl Into<String>) -> Answer {
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width";
                    title { (self.status) }
                }
                body {
                    h1 { (self.status) }
                    p { (self.text) }
                }
            }
        };
        let page = page.into_string().into_bytes();
        let mut response = Response::new(());
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
        set(header::CONTENT_TYPE, "text/html; charset=utf-8");
        set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        set(
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        );
        if let Some(methods) = self.allow {
            set(header::ALLOW, methods);
        }
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(page.len()));
        let body = if head {
            Bytes::new()
        } else {
            Bytes::from(page)
        };
        Answer::whole(response, from, body)
    }
}
