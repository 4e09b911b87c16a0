//! One HTTP request: read, checked, routed, answered, logged.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::http::request::Parts;
use hyper::http::uri::{Authority, PathAndQuery};
use hyper::{Method, Request, Response, StatusCode, Version};
use tokio::sync::mpsc;

use super::Site;
use super::answer::{Answer, Body, Refusal};
use super::cgi::Call;
use super::path::Path;
use super::reply::Reply;
use super::{log, media};

/// The longest body taken; `Refusal::TOO_LARGE` names it too.
const BODY_LIMIT: usize = 25 << 20;
/// How long to wait for the next piece of a body.
const BODY_PATIENCE: Duration = Duration::from_secs(30);
/// The same once the body is known to be too long, and only drained.
const DRAIN_PATIENCE: Duration = Duration::from_secs(2);

/// The two ends of a connection.
#[derive(Clone, Copy)]
pub struct Ends {
    /// The visitor's.
    pub remote: SocketAddr,
    /// Ours.
    pub local: SocketAddr,
}

/// Answers one request.
///
/// It runs in a task of its own: when the visitor goes away, hyper drops what
/// it waits for, but a program that has begun to write is let finish, as
/// Apache does.
pub async fn answer(
    site: Arc<Site>,
    ends: Ends,
    request: Request<Incoming>,
    busy: mpsc::Sender<()>,
) -> Result<Response<Body>, Infallible> {
    let head = request.method() == Method::HEAD;
    let task = tokio::spawn(async move {
        let (parts, body) = request.into_parts();
        let entry = log::Entry::start(parts.method.as_str(), &parts.uri.to_string());
        let mut from = "-".to_owned();
        let answer = match respond(&site, ends, &parts, body, &mut from).await {
            Ok(answer) => answer,
            Err(refusal) => refusal.answer(head, from),
        };
        site.answered.fetch_add(1, Ordering::Relaxed);
        if !site.quiet {
            entry.finish(&answer);
        }
        drop(busy);
        answer.response
    });
    // The task ends early only with the whole server.
    Ok(task
        .await
        .unwrap_or_else(|_| Refusal::FAILED.answer(head, "-").response))
}

async fn respond(
    site: &Site,
    ends: Ends,
    request: &Parts,
    body: Incoming,
    from: &mut String,
) -> Result<Answer, Refusal> {
    if matches!(request.method, Method::CONNECT | Method::TRACE) {
        return Err(Refusal::NO_PROXY);
    }
    let host = host(request, ends)?;
    let path = Path::parse(request.uri.path())?;
    let body = read(&request.headers, body).await?;
    let place = Place {
        site,
        ends,
        request,
        host: &host,
    };
    let query = request.uri.query().unwrap_or_default();
    let method = &request.method;
    let elsewhere = match place.go(&path, query, method, body, from).await? {
        Went::Answered(answer) => return Ok(answer),
        Went::Elsewhere(elsewhere) => elsewhere,
    };
    // A local redirect is answered by asking again for its path, with GET and
    // without the body (RFC 3875, section 6.2.2). Once: two could be a circle.
    let again: PathAndQuery = elsewhere.parse().map_err(|_| {
        log::say(&format!("{from}: its Location is no path: {elsewhere}"));
        Refusal::FAILED
    })?;
    let path = Path::parse(again.path())?;
    let method = if method == Method::HEAD {
        &Method::HEAD
    } else {
        &Method::GET
    };
    match place
        .go(&path, again.query().unwrap_or_default(), method, None, from)
        .await?
    {
        Went::Answered(answer) => Ok(answer),
        Went::Elsewhere(elsewhere) => {
            log::say(&format!(
                "{from}: a Location led to another Location, {elsewhere}"
            ));
            Err(Refusal::FAILED)
        }
    }
}

/// What of a request stays the same when a program leads it elsewhere.
struct Place<'a> {
    site: &'a Site,
    ends: Ends,
    request: &'a Parts,
    host: &'a str,
}

enum Went {
    Answered(Answer),
    Elsewhere(String),
}

impl Place<'_> {
    /// Finds the file or the program of a path and lets it answer.
    async fn go(
        &self,
        path: &Path,
        query: &str,
        method: &Method,
        body: Option<Bytes>,
        from: &mut String,
    ) -> Result<Went, Refusal> {
        let site = self.site;
        if let Some(name) = path.bytes().strip_prefix(b"/media/") {
            "media".clone_into(from);
            let headers = &self.request.headers;
            return media::answer(&site.media, name, method, headers)
                .await
                .map(Went::Answered);
        }
        let (name, path_info, plain) = match path.bytes().strip_prefix(b"/cgi-bin/") {
            Some(rest) => {
                let end = rest
                    .iter()
                    .position(|&byte| byte == b'/')
                    .unwrap_or(rest.len());
                let name = str::from_utf8(&rest[..end]).map_err(|_| Refusal::NOT_FOUND)?;
                (name, &rest[end..], true)
            }
            None if site.plain && path.bytes() == b"/" => return Ok(Went::Answered(start_page())),
            None if site.plain => return Err(Refusal::NOT_FOUND),
            None => {
                let (name, path_info) = path.route();
                (name, path_info, false)
            }
        };
        let program = site.programs.find(name)?;
        name.clone_into(from);
        // A plain link keeps the suffix it was asked with, or the links that
        // the page builds from SCRIPT_NAME would lose it.
        let shown = if plain { name } else { &program.name };
        let call = Call {
            program: &program,
            script_name: &format!("/cgi-bin/{shown}"),
            path_info,
            rewritten: (!plain).then(|| path.bytes()),
            method: method.as_str(),
            query,
            uri: &self.request.uri.to_string(),
            version: self.request.version,
            headers: &self.request.headers,
            host: self.host,
            remote: self.ends.remote,
            local: self.ends.local,
            body,
            data: &site.data,
            document_root: &site.media,
        };
        let running = site.running.acquire().await.map_err(|_| Refusal::FAILED)?;
        let reply = call.run(site.timeout).await?;
        drop(running);
        Ok(match reply {
            Reply::Document(document) => {
                Went::Answered(document.answer(method == Method::HEAD, from.clone()))
            }
            Reply::Elsewhere(path) => Went::Elsewhere(path),
        })
    }
}

/// Without rewriting, the address that was printed still leads to the blog.
fn start_page() -> Answer {
    let mut response = Response::new(());
    *response.status_mut() = StatusCode::FOUND;
    let home = HeaderValue::from_static("/cgi-bin/home");
    response.headers_mut().insert(header::LOCATION, home);
    Answer::whole(response, "-", Bytes::new())
}

/// The host that is asked for, without its port.
///
/// It ends up in links, so only what a host's name or address may consist of
/// passes. HTTP/1.1 wants exactly one (RFC 9112, section 3.2); HTTP/1.0 needs
/// none, and gets the address it came to.
fn host(request: &Parts, ends: Ends) -> Result<String, Refusal> {
    let mut values = request.headers.get_all(header::HOST).iter();
    let asked = match (request.uri.authority(), values.next(), values.next()) {
        (_, _, Some(_)) => return Err(Refusal::BAD_HOST),
        (Some(authority), _, _) => authority.clone(),
        (None, Some(value), None) => {
            Authority::try_from(value.as_bytes()).map_err(|_| Refusal::BAD_HOST)?
        }
        (None, None, None) if request.version == Version::HTTP_10 => {
            return Ok(match ends.local {
                SocketAddr::V4(local) => local.ip().to_string(),
                SocketAddr::V6(local) => format!("[{}]", local.ip()),
            });
        }
        (None, None, None) => return Err(Refusal::BAD_HOST),
    };
    let host = asked.host();
    let name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let address = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
    let good = match host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
    {
        Some(inner) => inner.bytes().all(address),
        None => !host.is_empty() && host.bytes().all(name),
    };
    if !good || asked.as_str().contains('@') {
        return Err(Refusal::BAD_HOST);
    }
    Ok(host.to_owned())
}

/// Reads the body, if the request has one, before any program is started.
///
/// So a slow upload holds no process, one that is cut short never reaches a
/// program, and a chunked one has a length, which CGI must know beforehand.
async fn read(headers: &HeaderMap, mut body: Incoming) -> Result<Option<Bytes>, Refusal> {
    if !headers.contains_key(header::CONTENT_LENGTH)
        && !headers.contains_key(header::TRANSFER_ENCODING)
    {
        return Ok(None);
    }
    let mut too_large = body.size_hint().lower() > BODY_LIMIT as u64;
    if too_large && headers.contains_key(header::EXPECT) {
        // The visitor waits for our leave to send the body, and won't get it.
        return Err(Refusal::TOO_LARGE);
    }
    let mut kept = Vec::new();
    let mut drained = 0;
    loop {
        let patience = if too_large {
            DRAIN_PATIENCE
        } else {
            BODY_PATIENCE
        };
        let piece = match tokio::time::timeout(patience, body.frame()).await {
            Ok(None) => break,
            Ok(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
            Ok(Some(Err(_))) => return Err(Refusal::BODY_CUT_SHORT),
            Err(_) if too_large => break,
            Err(_) => return Err(Refusal::TOO_SLOW),
        };
        if !too_large && kept.len() + piece.len() <= BODY_LIMIT {
            kept.extend_from_slice(&piece);
            continue;
        }
        // Closing a socket with unread bytes resets the connection, and the
        // visitor would lose the very answer: so some more is read and dropped.
        too_large = true;
        kept = Vec::new();
        drained += piece.len();
        if drained > BODY_LIMIT {
            break;
        }
    }
    if too_large {
        Err(Refusal::TOO_LARGE)
    } else {
        Ok(Some(Bytes::from(kept)))
    }
}
