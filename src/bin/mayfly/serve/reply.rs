//! What a program wrote: RFC 3875, section 6, read strictly.
//!
//! Web servers differ in what they let pass, so whatever one of them would
//! spoil is an error here, where the author of a program sees it first.

use hyper::body::Bytes;
use hyper::ext::ReasonPhrase;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};

use super::answer::Answer;

/// The longest block of headers taken. Real servers take less, some 4 KB.
const HEADER_LIMIT: usize = 16 * 1024;

/// A program's reply.
pub enum Reply {
    /// Headers and a body for the visitor.
    Document(Document),
    /// A path that the server is to answer with instead (section 6.2.2).
    Elsewhere(String),
}

/// A reply that goes to the visitor.
pub struct Document {
    head: Response<()>,
    body: Bytes,
}

impl Reply {
    /// Reads a program's whole output; an error says what is wrong with it.
    /// After HEAD, the body may be there or not.
    pub fn parse(output: Bytes, without_body: bool) -> Result<Self, String> {
        let mut headers = HeaderMap::new();
        let mut status = None;
        let mut rest = 0;
        loop {
            let from = output
                .get(rest..HEADER_LIMIT.min(output.len()))
                .unwrap_or_default();
            let Some(length) = from.iter().position(|&byte| byte == b'\n') else {
                return Err(if output.is_empty() {
                    "it wrote nothing".to_owned()
                } else if output.len() >= HEADER_LIMIT {
                    "its headers go on for more than 16 KB, or no empty line ends them".to_owned()
                } else {
                    "no empty line ends its headers".to_owned()
                });
            };
            let line = &from[..length];
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            rest += length + 1;
            if line.is_empty() {
                break;
            }
            let (name, value) = field(line)
                .ok_or_else(|| format!("this is no header: {}", String::from_utf8_lossy(line)))?;
            if name.as_str() == "status" {
                if status.is_some() {
                    return Err("it sent Status twice".to_owned());
                }
                status = Some(code(&value).ok_or_else(|| format!("this is no status: {value:?}"))?);
            } else if !OURS.contains(&name) {
                headers.append(name, value);
            }
        }
        let body = output.slice(rest..);
        let location = headers.get(header::LOCATION);
        if status.is_none()
            && let Some(path) = location.and_then(|value| value.to_str().ok())
            && path.starts_with('/')
        {
            return Ok(Self::Elsewhere(path.to_owned()));
        }
        // A client redirect without a status is a 302 (section 6.2.3).
        let usual = if location.is_some() {
            StatusCode::FOUND
        } else {
            StatusCode::OK
        };
        let named = status.is_some() || location.is_some();
        let (status, reason) = status.unwrap_or((usual, None));
        let mut head = Response::new(());
        *head.status_mut() = status;
        if let Some(reason) = reason {
            head.extensions_mut().insert(reason);
        }
        if !headers.contains_key(header::CONTENT_TYPE) && (!body.is_empty() || !named) {
            return Err("it sent no Content-Type".to_owned());
        }
        let bodiless = matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        if bodiless && !body.is_empty() {
            return Err(format!("it sent a body with {status}"));
        }
        if let Some(length) = headers.get(header::CONTENT_LENGTH)
            && !bodiless
            && !(without_body && body.is_empty())
            && length.as_bytes() != body.len().to_string().as_bytes()
        {
            return Err(format!(
                "its Content-Length is {length:?}, its body has {} bytes",
                body.len()
            ));
        }
        *head.headers_mut() = headers;
        Ok(Self::Document(Document { head, body }))
    }
}

impl Document {
    /// The reply as an answer. HEAD gets the headers of the whole document.
    pub fn answer(self, head: bool, from: String) -> Answer {
        let Self {
            head: mut response,
            body,
        } = self;
        if !head {
            return Answer::whole(response, from, body);
        }
        if !body.is_empty() {
            response
                .headers_mut()
                .insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
        }
        Answer::whole(response, from, Bytes::new())
    }
}

/// Headers about the connection, which is the server's and not the program's.
static OURS: [HeaderName; 6] = [
    HeaderName::from_static("keep-alive"),
    header::CONNECTION,
    header::TRANSFER_ENCODING,
    header::TRAILER,
    header::UPGRADE,
    header::DATE,
];

fn field(line: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    let colon = line.iter().position(|&byte| byte == b':')?;
    let name = HeaderName::from_bytes(&line[..colon]).ok()?;
    let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?;
    Some((name, value))
}

/// The code and, where it has one, the words of a Status header.
///
/// A 1xx is not final, so a program can't answer with it.
fn code(value: &HeaderValue) -> Option<(StatusCode, Option<ReasonPhrase>)> {
    let (code, reason) = match value.as_bytes().split_at_checked(3)? {
        (code, []) => (code, &[][..]),
        (code, [b' ', reason @ ..]) => (code, reason),
        _ => return None,
    };
    let status = StatusCode::from_bytes(code)
        .ok()
        .filter(|status| status.as_u16() >= 200)?;
    let reason = match reason.trim_ascii() {
        [] => None,
        words => Some(ReasonPhrase::try_from(words).ok()?),
    };
    Some((status, reason))
}
