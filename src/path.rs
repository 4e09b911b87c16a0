//! The path and the query of a request, parsed once, at the edge.

use crate::error::{Error, Result};
use crate::url;

/// Longest path a page of ours has, in bytes; hiawatha and h2o stop near here.
const MAX_PATH: usize = 2048;

/// Longest query, in bytes: room for a long search, no room for a flood.
const MAX_QUERY: usize = 8192;

/// A pretty path such as `/2025/Jul/5/slug/`, whichever way it arrived.
///
/// It begins with a slash and has no empty, `.` or `..` segment and no control
/// character, so it is safe in a header, but not in HTML: there it is escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    text: String,
    /// What arrived was spelled another way: `//`, or without its first slash.
    respelled: bool,
}

impl Path {
    /// Reads a path that the web server has percent-decoded.
    ///
    /// # Errors
    /// 414 for one too long, as it is or encoded, 400 for control characters (16 of 20 servers let
    /// CR and LF through to the program) and for bytes that are not UTF-8, 404
    /// for `.` and `..`, which some servers leave in.
    pub fn parse(bytes: &[u8]) -> Result<Path> {
        if bytes.len() > MAX_PATH {
            return Err(Error::UriTooLong);
        }
        let Ok(given) = std::str::from_utf8(bytes) else {
            return Err(Error::BadRequest("This address is not valid UTF-8."));
        };
        // In a redirect each of its bytes may be three, and nginx takes 4,096 for all headers.
        if given.len() > MAX_PATH / 3 && url::encode(given).len() > MAX_PATH {
            return Err(Error::UriTooLong);
        }
        if given.chars().any(char::is_control) {
            return Err(Error::BadRequest(
                "This address has a control character in it.",
            ));
        }
        let mut text = String::with_capacity(given.len() + 1);
        for segment in given.split('/').filter(|segment| !segment.is_empty()) {
            if matches!(segment, "." | "..") {
                return Err(Error::NotFound);
            }
            text.push('/');
            text.push_str(segment);
        }
        if text.is_empty() || given.ends_with('/') {
            text.push('/');
        }
        let respelled = text != given;
        Ok(Path { text, respelled })
    }

    /// Reads the path of a request target, still percent-encoded, once.
    ///
    /// # Errors
    /// As `parse`; and 404 for an encoded slash, which no address of ours has
    /// and which Apache refuses too, 400 for a `%` that encodes nothing.
    pub fn decode(encoded: &[u8]) -> Result<Path> {
        let mut bytes = Vec::with_capacity(encoded.len());
        let mut rest = encoded.iter();
        while let Some(&byte) = rest.next() {
            if byte != b'%' {
                bytes.push(byte);
                continue;
            }
            let digits = [rest.next(), rest.next()].map(|digit| digit.and_then(|&d| hex(d)));
            match digits {
                [Some(2), Some(15)] => return Err(Error::NotFound),
                [Some(high), Some(low)] => bytes.push(high * 16 + low),
                _ => return Err(Error::BadRequest("This address has a stray % in it.")),
            }
        }
        Path::parse(&bytes)
    }

    /// The whole path, beginning with a slash.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The segments between the slashes, none of them empty.
    pub fn segments(&self) -> Vec<&str> {
        self.text
            .split('/')
            .filter(|segment| !segment.is_empty())
            .collect()
    }

    /// Whether it arrived spelled so. The root may lack its slash, which many servers leave out.
    pub fn is_as_asked(&self) -> bool {
        !self.respelled || self.text == "/"
    }

    /// Insists on the one true form of an address, so that no page has two.
    ///
    /// # Errors
    /// 301 to `canonical` where the request spelled it any other way.
    pub fn must_be(&self, canonical: &str) -> Result<()> {
        match !self.respelled && self.text == canonical {
            true => Ok(()),
            false => Err(Error::Moved(canonical.into())),
        }
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

/// The fields of a query string or of a form, decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    fields: Vec<(String, String)>,
}

impl Query {
    /// Reads `application/x-www-form-urlencoded` text of at most 8 KB.
    ///
    /// # Errors
    /// 414 for a longer one, 400 for bytes that are not UTF-8.
    pub fn parse(bytes: &[u8]) -> Result<Query> {
        match bytes.len() > MAX_QUERY {
            true => Err(Error::UriTooLong),
            false => Query::form(bytes),
        }
    }

    /// Reads a form's body, whose length the program has limited already.
    ///
    /// # Errors
    /// 400 for bytes that are not UTF-8.
    pub fn form(bytes: &[u8]) -> Result<Query> {
        let refused = Error::BadRequest("This query is not valid UTF-8.");
        if bytes.is_empty() {
            return Ok(Query::default());
        }
        let Ok(fields) = serde_urlencoded::from_bytes::<Vec<(String, String)>>(bytes) else {
            return Err(refused);
        };
        // The decoder puts U+FFFD where bytes are no UTF-8. One that was sent
        // as such is told apart by its own encoding.
        let replaced = |text: &String| text.contains('\u{fffd}');
        let sent = || {
            bytes
                .to_ascii_uppercase()
                .windows(9)
                .any(|run| run == b"%EF%BF%BD")
        };
        if fields
            .iter()
            .any(|(name, value)| replaced(name) || replaced(value))
            && !sent()
        {
            return Err(refused);
        }
        Ok(Query { fields })
    }

    /// The values of a field that may be there many times: a list's ticked boxes.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let values = self.fields.iter().filter(move |(field, _)| field == name);
        values.map(|(_, value)| value.as_str())
    }

    /// The fields whose names begin so, each by what follows, with its value.
    pub fn named(&self, begin: &str) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().filter_map(move |(name, value)| {
            let rest = name.strip_prefix(begin)?;
            Some((rest, value.as_str()))
        })
    }

    /// The value of a field, without spaces around it; empty where it is not there.
    ///
    /// # Errors
    /// As `get`.
    pub fn line(&self, name: &str) -> Result<&str> {
        Ok(self.get(name)?.unwrap_or_default().trim())
    }

    /// The one value of a field, if it is there.
    ///
    /// # Errors
    /// 400 where it is there twice: a program that takes the first and a filter
    /// that checks the last make a hole between them.
    pub fn get(&self, name: &str) -> Result<Option<&str>> {
        let mut values = self.fields.iter().filter(|(field, _)| field == name);
        match (values.next(), values.next()) {
            (_, Some(_)) => Err(Error::BadRequest(
                "A parameter of this address is there twice.",
            )),
            (first, None) => Ok(first.map(|(_, value)| value.as_str())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(bytes: &[u8]) -> std::result::Result<String, u16> {
        Path::parse(bytes)
            .map(|path| path.text)
            .map_err(|error| error.status())
    }

    #[test]
    fn paths_are_read_into_one_form() {
        let cases: [(&[u8], std::result::Result<&str, u16>); 12] = [
            (b"/2025/Jul/5/slug/", Ok("/2025/Jul/5/slug/")),
            (b"/2025/Jul/5/slug", Ok("/2025/Jul/5/slug")),
            (b"//2025///Jul//", Ok("/2025/Jul/")),
            (b"", Ok("/")),
            (b"/", Ok("/")),
            ("/caf\u{e9}/".as_bytes(), Ok("/caf\u{e9}/")),
            (b"/\xff", Err(400)),
            (b"/a\r\nX: y", Err(400)),
            (b"/a\0b", Err(400)),
            (b"/a/../b", Err(404)),
            (b"/./a", Err(404)),
            (&[b'a'; 3000], Err(414)),
        ];
        for (given, expected) in cases {
            assert_eq!(path(given), expected.map(String::from), "{given:?}");
        }
    }

    #[test]
    fn encoded_paths_are_decoded_once() {
        let cases: [(&str, std::result::Result<&str, u16>); 6] = [
            ("/caf%C3%A9/", Ok("/caf\u{e9}/")),
            ("/a%2fb", Err(404)),
            ("/a%2", Err(400)),
            ("/100%", Err(400)),
            ("/%252f/", Ok("/%2f/")),
            ("/%00", Err(400)),
        ];
        for (given, expected) in cases {
            let read = Path::decode(given.as_bytes());
            let read = read.map(|path| path.text).map_err(|error| error.status());
            assert_eq!(read, expected.map(String::from), "{given}");
        }
    }

    #[test]
    fn only_the_canonical_spelling_passes() {
        let spelled = |bytes: &[u8]| {
            Path::parse(bytes)
                .and_then(|path| path.must_be("/tags/"))
                .map_err(|e| e.status())
        };
        assert_eq!(spelled(b"/tags/"), Ok(()));
        assert_eq!(spelled(b"/tags"), Err(301));
        assert_eq!(spelled(b"//tags/"), Err(301));
    }

    #[test]
    fn a_field_has_one_value_or_none() {
        let query = Query::parse(b"q=a+b%26&x=1&x=2&e=").unwrap_or_default();
        assert_eq!(query.get("q").ok().flatten(), Some("a b&"));
        assert_eq!(query.get("e").ok().flatten(), Some(""));
        assert_eq!(query.get("none").ok().flatten(), None);
        assert_eq!(query.get("x").map_err(|error| error.status()), Err(400));
    }

    #[test]
    fn queries_that_are_not_utf8_are_refused() {
        let status = |bytes: &[u8]| {
            Query::parse(bytes)
                .map(|_| ())
                .map_err(|error| error.status())
        };
        assert_eq!(status(b"q=%FF"), Err(400));
        assert_eq!(status(b"q=\xff"), Err(400));
        assert_eq!(status(b"q=%EF%BF%BD"), Ok(()));
        assert_eq!(status(&[b'q'; 9000]), Err(414));
    }
}
