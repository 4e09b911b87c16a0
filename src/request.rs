//! A request as a program sees it: RFC 3875's variables and body, read once into
//! types, with a limit on each. It names no environment and no stream; `cgi`
//! hands both in, and so do the tests.

use std::io::Read;

use crate::body::{self, DRAIN};
use crate::cache::{Validators, Version};
use crate::config::Place;
use crate::error::{Error, Result};
use crate::path::{Path, Query};
use crate::sender::Sender;
use crate::url::{self, Reached};

/// Longest method: the longest registered one has 17 letters and is WebDAV's.
const MAX_METHOD: usize = 16;

/// Longest header that is read at all, in bytes.
const MAX_HEADER: usize = 8192;

/// The meta-variables of RFC 3875, section 4.1, as the server passed them.
#[derive(Clone, Debug, Default)]
pub struct Variables<'a>(pub Vec<(&'a [u8], &'a [u8])>);

impl<'a> Variables<'a> {
    /// The value of a variable; one that is empty counts as one that is absent,
    /// since servers disagree on which they send.
    pub fn get(&self, name: &str) -> Option<&'a [u8]> {
        let found = self.0.iter().find(|(known, _)| *known == name.as_bytes());
        found
            .map(|(_, value)| *value)
            .filter(|value| !value.is_empty())
    }

    /// The value of a header that has to be text.
    ///
    /// # Errors
    /// 431 for one that is too long, 400 for one that is not UTF-8.
    pub fn header(&self, name: &str) -> Result<Option<&'a str>> {
        match self.get(name) {
            Some(value) if value.len() > MAX_HEADER => Err(Error::HeaderTooLarge),
            Some(value) => match std::str::from_utf8(value) {
                Ok(text) => Ok(Some(text)),
                Err(_) => Err(Error::BadRequest(
                    "A header of this request is not valid UTF-8.",
                )),
            },
            None => Ok(None),
        }
    }
}

/// The methods programs answer. Any other is `Other`, and is refused with 405.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Read a page.
    Get,
    /// Read its headers only.
    Head,
    /// Send a form.
    Post,
    /// What no program of ours takes.
    Other,
}

/// One request, parsed.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The pretty path, whichever way it arrived.
    pub path: Path,
    /// The query's fields.
    pub query: Query,
    /// Where the data lies and how the visitor came.
    pub place: Place,
    /// The body, whole; empty for methods that have none.
    pub body: Vec<u8>,
    /// Who sent it. A program that takes no body never asks, and reads nothing of it.
    pub sender: Sender,
    query_string: String,
    cookies: String,
    /// A browser asks whether a page of another site may read the answer.
    is_preflight: bool,
    if_none_match: String,
    if_modified_since: String,
}

impl Request {
    /// Reads a request to `program`, which takes bodies of up to `limit` bytes.
    ///
    /// # Errors
    /// Whatever breaks a rule of RFC 3875 or passes a limit is a 4xx that says so.
    pub fn parse(
        program: &str,
        variables: &Variables<'_>,
        stdin: &mut impl Read,
        limit: usize,
    ) -> Result<Request> {
        let mut request = Request::head(program, variables, limit)?;
        request.body = body::whole(request.method, variables, stdin, limit)?;
        Ok(request)
    }

    /// Reads a request to a program that takes uploads: a form in parts is left
    /// unread, and its length is returned with the request. The limits are those of
    /// an ordinary form and of an upload, in bytes.
    ///
    /// # Errors
    /// As `parse`.
    pub fn parse_upload(
        program: &str,
        variables: &Variables<'_>,
        stdin: &mut impl Read,
        [limit, upload]: [usize; 2],
    ) -> Result<(Request, u64)> {
        let mut request = Request::head(program, variables, limit)?;
        if request.method != Method::Post || !request.sender.sent_files() {
            request.body = body::whole(request.method, variables, stdin, limit)?;
            return Ok((request, 0));
        }
        let length = body::announced(variables)?;
        if length > upload as u64 {
            body::drain(stdin, length.min(DRAIN))?;
            return Err(Error::ContentTooLarge(upload));
        }
        Ok((request, length))
    }

    /// All but the body.
    fn head(program: &str, variables: &Variables<'_>, limit: usize) -> Result<Request> {
        let method = method(variables)?;
        let script = Script::read(program, variables);
        let path = path(program, variables, &script)?;
        let reached = reached(variables, &path, script)?;
        let query = variables.get("QUERY_STRING").unwrap_or_default();
        Ok(Request {
            method,
            path,
            query: Query::parse(query)?,
            query_string: String::from_utf8_lossy(query).into_owned(),
            cookies: variables
                .header("HTTP_COOKIE")?
                .unwrap_or_default()
                .to_owned(),
            is_preflight: url::OPEN.contains(&program)
                && variables.get("REQUEST_METHOD") == Some(b"OPTIONS"),
            if_none_match: variables
                .header("HTTP_IF_NONE_MATCH")?
                .unwrap_or_default()
                .to_owned(),
            if_modified_since: variables
                .header("HTTP_IF_MODIFIED_SINCE")?
                .unwrap_or_default()
                .to_owned(),
            body: Vec::new(),
            sender: match limit {
                0 => Sender::default(),
                _ => Sender::read(variables)?,
            },
            place: Place {
                reached,
                ..Place::default()
            },
        })
    }

    /// Insists that the request only reads.
    ///
    /// # Errors
    /// 405 unless the method is GET or HEAD; where any site may read, a browser that
    /// asks for leave is told.
    pub fn get(&self) -> Result<()> {
        match self.method {
            Method::Get | Method::Head => Ok(()),
            _ if self.is_preflight => Err(Error::Preflight),
            Method::Post | Method::Other => Err(Error::MethodNotAllowed("GET, HEAD")),
        }
    }

    /// Insists that the request reads, or sends a form.
    ///
    /// # Errors
    /// 405 unless the method is GET, HEAD or POST.
    pub fn get_or_post(&self) -> Result<()> {
        match self.method {
            Method::Get | Method::Head | Method::Post => Ok(()),
            Method::Other => Err(Error::MethodNotAllowed("GET, HEAD, POST")),
        }
    }

    /// Ends the request where the visitor's copy is still current.
    ///
    /// # Errors
    /// 304 when `If-None-Match` names the version's tag or, where a visitor knows no
    /// tag, when nothing was changed since `If-Modified-Since` (RFC 9110, section 13.2.2).
    pub fn unless_current(&self, version: &Version) -> Result<()> {
        match self.has_copy() && self.has_current(&version.validators()) {
            true => Err(Error::NotModified(*version)),
            false => Ok(()),
        }
    }

    /// Whether the visitor has a copy, and asks whether it is still current.
    pub fn has_copy(&self) -> bool {
        !self.if_none_match.is_empty() || !self.if_modified_since.is_empty()
    }

    /// Whether that copy is the page that has these validators.
    pub fn has_current(&self, page: &Validators) -> bool {
        match self.if_none_match.as_str() {
            "" => page.is_as_of(&self.if_modified_since),
            tags => page.is_named_by(tags),
        }
    }

    /// Whether the visitor's cookies look like those of somebody who is signed in. The
    /// page is the same for them, but they should see at once what they publish.
    pub fn may_be_signed_in(&self) -> bool {
        !self.cookies.is_empty() && self.cookies.contains("mayfly-session-")
    }

    /// Whether the answer may be kept for everybody who asks for this path.
    pub fn is_everybodys(&self) -> bool {
        self.method == Method::Get && self.query_string.is_empty() && !self.may_be_signed_in()
    }

    /// Whether any copy the visitor has is good enough: `If-None-Match: *`, which
    /// asks for a page only where there is none (RFC 9110, section 13.1.2).
    pub fn takes_any(&self) -> bool {
        self.if_none_match.trim() == "*"
    }

    /// The query as it was sent, for redirects that keep it: empty, or begun
    /// with `?`. What a header could not carry is left out.
    pub fn query_string(&self) -> String {
        let safe = |byte: u8| byte.is_ascii_graphic();
        match self.query_string.is_empty() || !self.query_string.bytes().all(safe) {
            true => String::new(),
            false => format!("?{}", self.query_string),
        }
    }

    /// The value of a cookie. Servers that join two Cookie headers put a comma
    /// between them, so both separators count.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let pairs = self
            .cookies
            .split([';', ','])
            .filter_map(|pair| pair.split_once('='));
        pairs
            .into_iter()
            .find(|(known, _)| known.trim() == name)
            .map(|(_, value)| value.trim())
    }
}

fn method(variables: &Variables<'_>) -> Result<Method> {
    match variables.get("REQUEST_METHOD") {
        None => Err(Error::BadRequest(
            "This program answers web servers: REQUEST_METHOD is unset.",
        )),
        Some(b"GET") => Ok(Method::Get),
        Some(b"HEAD") => Ok(Method::Head),
        Some(b"POST") => Ok(Method::Post),
        Some(name) if name.len() > MAX_METHOD => {
            Err(Error::BadRequest("The method of this request is too long."))
        }
        Some(_) => Ok(Method::Other),
    }
}

/// The path to route on: PATH_INFO behind the program's own first segment, or
/// REQUEST_URI where a rewriting server passes no PATH_INFO.
fn path(program: &str, variables: &Variables<'_>, script: &Script) -> Result<Path> {
    if let Some(info) = variables.get("PATH_INFO") {
        // Yaws cuts off the slash at the end, which other servers leave: without it
        // each page would send its visitors to itself.
        let asked = || target(variables.get("REQUEST_URI").unwrap_or_default());
        let slash: &[u8] = match !info.ends_with(b"/") && asked().ends_with(b"/") {
            true => b"/",
            false => b"",
        };
        // `/tags//a` is respelled, `/tags` + `/a` is not: join, then parse.
        return Path::parse(&[url::prefix(program).as_bytes(), info, slash].concat());
    }
    if !script.rewritten {
        return Path::parse(format!("{}/", url::prefix(program)).as_bytes());
    }
    let target = target(variables.get("REQUEST_URI").unwrap_or_default());
    let below = url::beside(&script.programs).as_bytes();
    Path::decode(target.strip_prefix(below).unwrap_or(target))
}

/// The path of a request target: without its query, and without the scheme and
/// host that a client may put before it (RFC 9112, section 3.2.2).
fn target(uri: &[u8]) -> &[u8] {
    let path = uri.split(|&byte| byte == b'?').next().unwrap_or_default();
    let scheme = path
        .windows(3)
        .position(|run| run == b"://")
        .filter(|_| !path.starts_with(b"/"));
    let Some(scheme) = scheme else { return path };
    let authority = &path[scheme + 3..];
    match authority.iter().position(|&byte| byte == b'/') {
        Some(slash) => &authority[slash..],
        None => b"/",
    }
}

/// What SCRIPT_NAME tells of the program.
struct Script {
    /// The folder of the programs.
    programs: String,
    /// The ending of their names.
    suffix: &'static str,
    /// Whether the server turned a pretty address into a call of the program: then
    /// the address asked for does not begin with the program's own.
    rewritten: bool,
}

impl Script {
    fn read(program: &str, variables: &Variables<'_>) -> Script {
        let text = |name| std::str::from_utf8(variables.get(name).unwrap_or_default());
        let name = text("SCRIPT_NAME").unwrap_or_default();
        let own = |name: &str| {
            let name = name.trim_end_matches('/');
            [".cgi", ""].into_iter().find_map(|suffix| {
                let folder = name.strip_suffix(suffix)?.strip_suffix(program)?;
                let folder = folder.strip_suffix('/')?;
                is_plain(folder.trim_end_matches('/')).then(|| (folder.to_owned(), suffix))
            })
        };
        // bozohttpd adds PATH_INFO, in which a post may well be called `post`.
        let info = text("PATH_INFO").unwrap_or_default();
        let (folder, suffix) = name
            .strip_suffix(info)
            .and_then(own)
            .or_else(|| own(name))
            .unwrap_or_else(|| ("/cgi-bin".to_owned(), ""));
        let own = format!("{folder}/{program}{suffix}");
        let asked = variables.get("REQUEST_URI");
        Script {
            rewritten: asked.is_some_and(|uri| !target(uri).starts_with(own.as_bytes())),
            // Of `//tag` a slash would be left, and each link lead to a host called `tag`.
            programs: folder.trim_end_matches('/').to_owned(),
            suffix,
        }
    }
}

fn reached(variables: &Variables<'_>, path: &Path, script: Script) -> Result<Reached> {
    let base = match script.rewritten {
        true => Some(base(variables, path, &script.programs)?),
        false => None,
    };
    Ok(Reached {
        origin: origin(variables)?,
        programs: script.programs,
        suffix: script.suffix,
        base,
    })
}

/// The path that the blog lies below, where the server rewrote the request: what
/// is left of the address asked for without the pretty path at its end.
fn base(variables: &Variables<'_>, path: &Path, programs: &str) -> Result<String> {
    let asked = Path::decode(target(variables.get("REQUEST_URI").unwrap_or_default()))?;
    let base = asked
        .as_str()
        .strip_suffix(path.as_str())
        .filter(|base| is_plain(base));
    Ok(base.unwrap_or(url::beside(programs)).to_owned())
}

/// Scheme and host as the visitor typed them. The host is the visitor's own word, so
/// pages name it only where `site.base_url` is unset, and only if it is nothing but a
/// host and a port. Redirects always name it: they lead whoever asked on to where
/// they asked, and are made for requests that never got as far as the blog, too.
fn origin(variables: &Variables<'_>) -> Result<String> {
    // civetweb says `off`, and HTTP_HTTPS is a header that anybody can send.
    let secure = matches!(variables.get("HTTPS"), Some(b"on" | b"1"));
    let host = match variables.header("HTTP_HOST")? {
        Some(host) => host.to_owned(),
        None => {
            let name = variables.header("SERVER_NAME")?.unwrap_or_default();
            match variables.header("SERVER_PORT")? {
                Some("80" | "443") | None => name.to_owned(),
                Some(_) if name.contains(':') => name.to_owned(),
                Some(port) => format!("{name}:{port}"),
            }
        }
    };
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte);
    Ok(
        match !host.is_empty() && host.len() <= 255 && host.bytes().all(letter) {
            true => format!("{}://{host}", if secure { "https" } else { "http" }),
            false => String::new(),
        },
    )
}

/// Nothing, or a path of what needs no escaping in HTML, in a header or in an
/// address. A link that begins with two slashes would lead to another host.
fn is_plain(path: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~+".contains(&byte);
    let path_like = path.is_empty() || path.starts_with('/');
    path_like && path.bytes().all(letter) && !path.contains("//")
}
