//! Variables and a body, as a web server passes them: a program's name, lines of
//! `NAME=value` in which `\n` stands for a line end, an empty line, the body.

use mayfly::cache::{BUILD, Version};
use mayfly::error::Error;
use mayfly::failure;
use mayfly::form::Form;
use mayfly::path::Path;
use mayfly::request::{Method, Request, Variables};
use mayfly::response::Response;
use mayfly::url::{self, Links, Style};

use super::markup;
use super::{is_harmless, part};

/// The programs, with the longest form that each one takes, in bytes.
const PROGRAMS: [(&str, usize); 15] = [
    ("home", 0),
    ("post", 0),
    ("archive", 0),
    ("tag", 0),
    ("page", 0),
    ("kind", 0),
    ("feed", 0),
    ("sitemap", 0),
    ("twin", 0),
    ("qr", 0),
    ("search", 0),
    ("grep", 0),
    ("guestbook", 64),
    ("comment", 64),
    ("admin", 128),
];

/// The longest block of headers that every server passes on, in bytes.
const MAX_HEAD: usize = 4096;

/// A request is refused, or it is what its rules say; and whatever answers it is an
/// answer, with nothing of the request where it does not belong.
pub fn request(input: &[u8]) {
    let (first, rest) = part(input, b'\n');
    let known = PROGRAMS.iter().find(|(name, _)| name.as_bytes() == first);
    let &(program, limit) = known.unwrap_or(&PROGRAMS[4]);
    let end = rest.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = end.map_or((rest, &[][..]), |at| (&rest[..at], &rest[at + 2..]));
    let pairs: Vec<(&[u8], Vec<u8>)> = head
        .split(|&byte| byte == b'\n')
        .map(|line| part(line, b'='))
        .map(|(name, value)| (name, unfolded(value)))
        .collect();
    let variables = Variables(pairs.iter().map(|(name, v)| (*name, &v[..])).collect());
    let mut left = body;
    let parsed = Request::parse(program, &variables, &mut left, limit);
    let read = body.len() - left.len();
    let length = variables.get("CONTENT_LENGTH").unwrap_or_default();
    let length = std::str::from_utf8(length).unwrap_or_default();
    assert!(
        read <= length.parse().unwrap_or(0),
        "more than was announced"
    );
    match parsed {
        Ok(request) => {
            assert!(request.body.len() <= limit);
            is_well_formed(&request, &variables);
            answers(&request);
        }
        Err(error) => is_an_answer(&failure::page(None, &error, Some("id"))),
    }
    let mut left = body;
    let parsed = Request::parse_upload(program, &variables, &mut left, [limit, 4 * limit]);
    if let Ok((request, length)) = parsed {
        assert!(length as usize <= 4 * limit && (length == 0 || request.sender.sent_files()));
    }
}

fn unfolded(value: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(value.len());
    let mut bytes = value.iter().peekable();
    while let Some(&byte) = bytes.next() {
        let folded = byte == b'\\' && bytes.next_if_eq(&&b'n').is_some();
        whole.push(if folded { b'\n' } else { byte });
    }
    whole
}

fn is_well_formed(request: &Request, variables: &Variables<'_>) {
    is_path(&request.path);
    let reached = &request.place.reached;
    for text in [&reached.origin, &reached.programs, &reached.base_url()] {
        assert!(is_harmless(text), "{text}");
    }
    let origin = &reached.origin;
    assert!(origin.is_empty() || origin.starts_with("http://") || origin.starts_with("https://"));
    for folder in [Some(&reached.programs), reached.base.as_ref()]
        .into_iter()
        .flatten()
    {
        assert!(is_harmless(folder) && !folder.contains("//"), "{folder}");
        assert!(folder.is_empty() || folder.starts_with('/'), "{folder}");
    }
    let query = request.query_string();
    assert!(query.is_empty() || query.starts_with('?'));
    assert!(query.bytes().all(|byte| byte.is_ascii_graphic()));
    for name in ["mayfly-session-0", "a"] {
        let cookie = request.cookie(name).unwrap_or_default();
        assert!(!cookie.contains([';', ',']) && cookie.trim() == cookie);
    }
    assert!(request.sender.agent.chars().count() <= 200);
    assert!(!request.sender.agent.contains(char::is_control));
    let version = Version {
        seq: 7,
        changed: 1_751_724_300_000_000,
        now: 1_751_724_400_000_000,
        ..Version::default()
    };
    if request.unless_current(&version).is_err() {
        let tags = variables.get("HTTP_IF_NONE_MATCH").unwrap_or_default();
        let tag = format!("7-{BUILD}");
        let named = tags.windows(tag.len()).any(|run| run == tag.as_bytes());
        let dated = variables.get("HTTP_IF_MODIFIED_SINCE").is_some();
        assert!(named || (tags.is_empty() && dated), "nobody has asked that");
    }
    let sent = match request.method {
        Method::Post => Form::read(request).ok(),
        _ => None,
    };
    if let Some(form) = sent {
        for (name, _) in form.named("") {
            let Ok(text) = form.text(name) else { continue };
            let line = form.line(name).unwrap();
            assert!(!text.contains('\r') && !line.contains(['\r', '\n', '\t']));
            assert!(form.has(name).is_ok_and(|there| there != text.is_empty()));
        }
    }
}

/// What the type promises of a path.
pub fn is_path(path: &Path) {
    let text = path.as_str();
    assert!(text.starts_with('/') && !text.contains("//"), "{text}");
    assert!(!text.contains(char::is_control), "{text}");
    let climbs = |segment: &&str| matches!(*segment, "." | ".." | "");
    assert!(!path.segments().iter().any(climbs), "{text}");
    for again in [
        Path::parse(text.as_bytes()),
        Path::decode(url::encode(text).as_bytes()),
    ] {
        assert_eq!(again.unwrap().as_str(), text);
    }
}

/// Every end that needs no blog.
fn answers(request: &Request) {
    let path = || request.path.as_str().to_owned();
    let plain = Path::parse(b"/plain/").unwrap();
    let moved = |path: String| failure::page(Some(request), &Error::Moved(path), None);
    let skeleton = skeleton(&moved(plain.as_str().to_owned()));
    for error in [
        Error::Moved(path()),
        Error::See(path()),
        Error::SignIn(path() + &request.query_string()),
    ] {
        let response = failure::page(Some(request), &error, None);
        is_an_answer(&response);
        assert_eq!(self::skeleton(&response), skeleton);
    }
    for error in [
        Error::BadRequest("Why."),
        Error::MethodNotAllowed("GET, HEAD"),
        Error::Unavailable(path()),
        Error::Internal(path()),
    ] {
        let response = failure::page(Some(request), &error, Some("id"));
        is_an_answer(&response);
        let body: String = response.body().concat();
        // The cause is for the log alone.
        assert!(request.path.as_str().len() < 12 || !body.contains(request.path.as_str()));
    }
    let links = Links::new(Style::Auto, "", &request.place.reached);
    let link = links.to(&url::encode(request.path.as_str()));
    assert!(
        link.starts_with('/') && !link.starts_with("//") && is_harmless(&link),
        "{link}"
    );
}

fn skeleton(response: &Response) -> String {
    markup::skeleton(&response.body().concat())
}

/// RFC 3875, section 6, as `tests/it/site/reply.rs` holds every answer of a program to it.
pub fn is_an_answer(response: &Response) {
    let mut written = Vec::new();
    response.write_to(&mut written, false).unwrap();
    let text = String::from_utf8(written).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.len() < MAX_HEAD, "{} bytes of headers", head.len());
    let lines: Vec<(&str, &str)> = head
        .split("\r\n")
        .map(|line| line.split_once(": ").expect("a header"))
        .collect();
    assert_eq!((lines[0].0, lines[1].0), ("Status", "Content-Type"));
    for (name, value) in &lines {
        assert!(
            name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-'),
            "{name}"
        );
        assert!(!value.contains(char::is_control), "{value}");
        assert!(
            *name != "Location" || is_harmless(value) || !value.contains(' '),
            "{value}"
        );
    }
    let length = lines.iter().find(|(name, _)| *name == "Content-Length");
    match length {
        Some((_, length)) => assert_eq!(length.parse(), Ok(body.len())),
        None => assert!(lines[0].1.starts_with("304") && body.is_empty()),
    }
    let mut head_only = Vec::new();
    response.write_to(&mut head_only, true).unwrap();
    assert_eq!(head_only, text.as_bytes()[..head.len() + 4]);
}
