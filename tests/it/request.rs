//! Requests nobody would send, some thousands of them, read in this process:
//! each is a request or a 4xx that says why, and no program ends in a panic.

use std::io::{self, Read};

use mayfly::cache::Version;
use mayfly::error::Error;
use mayfly::request::{Method, Request, Variables};
use mayfly::tag;

/// Numbers that look random and are the same each time (xorshift64*).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }

    fn pick<'a>(&mut self, from: &[&'a [u8]]) -> &'a [u8] {
        from[self.below(from.len())]
    }

    /// Pieces that mean something to somebody, in an order that does not.
    fn text(&mut self) -> Vec<u8> {
        let pieces = self.below(8);
        let mut text: Vec<u8> = (0..pieces)
            .flat_map(|_| self.pick(PIECES))
            .copied()
            .collect();
        if self.below(40) == 0 {
            let length = self.below(12_000);
            let byte = text.first().copied().unwrap_or(b'a');
            text.resize(text.len() + length, byte);
        }
        if self.below(4) == 0 && !text.is_empty() {
            let at = self.below(text.len());
            text[at] = self.next().to_le_bytes()[0];
        }
        text
    }
}

const PIECES: &[&[u8]] = &[
    b"/",
    b"//",
    b"..",
    b".",
    b"%",
    b"%2",
    b"%2F",
    b"%00",
    b"%ff",
    b"\0",
    b"\r\n",
    b"\x7f",
    b"\xff",
    b"\xc3",
    b"\xe2\x82\xac",
    b"tags",
    b"/tags/",
    b"a+b",
    b"2025",
    b"/2025/Jul/5/",
    b"post",
    b"/cgi-bin/",
    b"/cgi-bin/tag",
    b".cgi",
    b"?",
    b"=",
    b"&",
    b"&&",
    b"=&=",
    b"before=",
    b"after=9",
    b"-1",
    b"18446744073709551616",
    b"0",
    b"7",
    b"5, 3",
    b"on",
    b"https://",
    b"http://",
    b"://",
    b"example.org",
    b":80",
    b"[::1]",
    b"@",
    b"\"",
    b"W/\"1\"",
    b",",
    b";",
    b"a=1",
    b"<script>",
    b"'",
    b"\\",
    b" ",
    b"~me",
    b"-gzip",
    b"*",
    b"\xef\xbf\xbd",
    b"\xc2\x85",
];

const NAMES: &[&[u8]] = &[
    b"PATH_INFO",
    b"REQUEST_URI",
    b"SCRIPT_NAME",
    b"QUERY_STRING",
    b"CONTENT_LENGTH",
    b"HTTP_COOKIE",
    b"HTTP_IF_NONE_MATCH",
    b"HTTP_IF_MODIFIED_SINCE",
    b"HTTP_HOST",
    b"SERVER_NAME",
    b"SERVER_PORT",
    b"HTTPS",
    b"HTTP_TRANSFER_ENCODING",
    b"CONTENT_TYPE",
    b"PATH_INFO",
    b"REQUEST_URI",
    b"SCRIPT_NAME",
    b"",
];

const METHODS: &[&[u8]] = &[
    b"GET",
    b"GET",
    b"HEAD",
    b"POST",
    b"POST",
    b"PUT",
    b"",
    b"\xff",
    b"AVERYLONGMETHODNAME",
];

const PROGRAMS: [&str; 12] = [
    "home", "post", "archive", "tag", "kind", "page", "feed", "search", "grep", "sitemap", "twin",
    "qr",
];

#[test]
fn any_request_is_read_or_refused() {
    let mut numbers = Numbers(0x6d61_7966_6c79);
    let (mut read, mut refused) = (0, 0);
    for case in 0..20_000 {
        let method = numbers.pick(METHODS);
        let mut owned: Vec<(&[u8], Vec<u8>)> = vec![(b"REQUEST_METHOD", method.to_vec())];
        for _ in 0..numbers.below(8) {
            owned.push((numbers.pick(NAMES), numbers.text()));
        }
        let stdin = numbers.text();
        let limit = [0, 1, 64, 100_000][numbers.below(4)];
        let program = PROGRAMS[numbers.below(PROGRAMS.len())];
        let variables = Variables(
            owned
                .iter()
                .map(|(name, value)| (*name, value.as_slice()))
                .collect(),
        );
        match Request::parse(program, &variables, &mut stdin.as_slice(), limit) {
            Ok(request) => {
                read += 1;
                holds(&request, limit, case);
            }
            Err(error) => {
                refused += 1;
                let status = error.status();
                assert!(
                    (400..500).contains(&status),
                    "case {case}: {status} for {variables:?}"
                );
                assert!(error.cause().is_none() && !error.public().is_empty());
            }
        }
    }
    // The generator has to reach both sides of every check to be worth its time.
    assert!(
        read > 2_000 && refused > 2_000,
        "{read} read, {refused} refused"
    );
}

/// What everybody behind the parser relies on.
fn holds(request: &Request, limit: usize, case: usize) {
    let path = request.path.as_str();
    assert!(
        path.starts_with('/') && path.len() <= 2100,
        "case {case}: {path}"
    );
    assert!(
        !path.contains("//") && !path.contains(char::is_control),
        "case {case}: {path:?}"
    );
    assert!(
        !request
            .path
            .segments()
            .iter()
            .any(|segment| [".", "..", ""].contains(segment))
    );
    assert!(request.body.len() <= limit, "case {case}");
    assert!(request.body.is_empty() || matches!(request.method, Method::Post | Method::Other));

    let reached = &request.place.reached;
    for text in [
        &reached.origin,
        &reached.programs,
        reached.base.as_ref().unwrap_or(&String::new()),
    ] {
        let harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~+:[]".contains(&byte);
        assert!(text.bytes().all(harmless), "case {case}: {text:?}");
    }
    assert!(
        !request.query_string().contains(char::is_control),
        "case {case}"
    );

    // And what the pages make of it are pages or answers as well.
    let answers = [
        request.get().err(),
        request.unless_current(&Version::default()).err(),
        tag::Wanted::parse(&request.path, &request.query).err(),
        mayfly::archive::Wanted::parse(&request.path, &request.query).err(),
    ];
    for answer in answers.into_iter().flatten() {
        assert!(answer.status() < 500, "case {case}: {answer:?}");
    }
    mayfly::post::Wanted::parse(&request.path);
    request.cookie("a");
}

#[test]
fn links_are_harmless_whatever_was_asked() {
    let mut numbers = Numbers(42);
    for _ in 0..2_000 {
        let (uri, info, mut script) = (numbers.text(), numbers.text(), numbers.text());
        script.extend(b"/cgi-bin/tag");
        let variables = Variables(vec![
            (b"REQUEST_METHOD", b"GET"),
            (b"REQUEST_URI", &uri),
            (b"SCRIPT_NAME", &script),
            (b"PATH_INFO", &info),
        ]);
        let Ok(request) = Request::parse("tag", &variables, &mut io::empty(), 0) else {
            continue;
        };
        let links = mayfly::url::Links::new(mayfly::url::Style::Auto, "", &request.place.reached);
        let link = links.to("/about/");
        assert!(
            link.starts_with('/') && !link.starts_with("//"),
            "{variables:?} made {link}"
        );
    }
}

/// A reader whose connection breaks.
struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::ConnectionReset.into())
    }
}

/// A reader that gives a byte at a time, with interruptions.
struct Slow<'a>(&'a [u8], bool);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let length = usize::from(!self.0.is_empty() && !buffer.is_empty());
        buffer[..length].copy_from_slice(&self.0[..length]);
        self.0 = &self.0[length..];
        Ok(length)
    }
}

fn post<'a>(length: &'a [u8]) -> Variables<'a> {
    Variables(vec![
        (b"REQUEST_METHOD", b"POST"),
        (b"CONTENT_LENGTH", length),
    ])
}

#[test]
fn a_body_may_come_in_pieces_or_not_at_all() {
    let mut slow = Slow(b"a=1&b=2 and more", false);
    let request = Request::parse("home", &post(b"7"), &mut slow, 64).unwrap();
    assert_eq!(request.body, b"a=1&b=2");
    assert_eq!(slow.0, b" and more");
    let refused = Request::parse("home", &post(b"7"), &mut Broken, 64);
    assert!(matches!(refused, Err(Error::BadRequest(_))));
    let refused = Request::parse("home", &post(b"700"), &mut Broken, 64);
    assert!(matches!(refused, Err(Error::BadRequest(_))));
}

#[test]
fn cookies_are_told_apart_however_they_are_joined() {
    for (header, expected) in [
        ("a=1; b=2", Some("2")),
        ("a=1, b=2", Some("2")),
        ("a=1;b=2", Some("2")),
        ("b=2", Some("2")),
        ("b=", Some("")),
        ("b", None),
        ("bb=2; ab=2", None),
        ("b=2=3", Some("2=3")),
        (";;,=;", None),
        ("", None),
    ] {
        let variables = Variables(vec![
            (b"REQUEST_METHOD", b"GET"),
            (b"HTTP_COOKIE", header.as_bytes()),
        ]);
        let request = Request::parse("home", &variables, &mut io::empty(), 0).unwrap();
        assert_eq!(request.cookie("b"), expected, "{header}");
    }
}
