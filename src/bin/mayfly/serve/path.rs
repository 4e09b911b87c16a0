//! The path of a URL: decoded once, and safe to route by.

use super::answer::Refusal;

/// A decoded, absolute path without `.`, `..`, empty segments or NUL.
///
/// It is bytes, not text: Apache hands `%FF` to a program as the byte it is,
/// and telling that this is no UTF-8 is the program's affair.
pub struct Path(Vec<u8>);

impl Path {
    /// Parses the path of a request as it was sent.
    ///
    /// Every rule is what Apache does by default, so that a blog which works
    /// here works there: `%2F` is 404 (AllowEncodedSlashes Off), `%00` too, a
    /// bad escape is 400, `//` counts as `/`, and a `..` that would leave the
    /// root is 400. Decoding comes before resolving, or `%2e%2e` would pass.
    pub fn parse(raw: &str) -> Result<Self, Refusal> {
        if !raw.starts_with('/') {
            return Err(Refusal::BAD_PATH);
        }
        let mut segments: Vec<Vec<u8>> = Vec::new();
        let mut directory = true;
        for segment in raw.split('/').skip(1) {
            let segment = decode(segment)?;
            directory = true;
            match segment.as_slice() {
                b"" | b"." => {}
                b".." => {
                    segments.pop().ok_or(Refusal::BAD_PATH)?;
                }
                _ => {
                    directory = false;
                    segments.push(segment);
                }
            }
        }
        let mut path = Vec::with_capacity(raw.len());
        for segment in &segments {
            path.push(b'/');
            path.extend_from_slice(segment);
        }
        if directory || path.is_empty() {
            path.push(b'/');
        }
        Ok(Self(path))
    }

    /// The whole path; its first byte is `/`.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The program that answers this path as a pretty link, and its PATH_INFO.
    pub fn route(&self) -> (&'static str, &[u8]) {
        let text = String::from_utf8_lossy(&self.0);
        let (program, info) = mayfly::url::route(&text);
        // What is cut off in front is ASCII, so its length is the same in the
        // bytes, even where a byte behind it is shown as U+FFFD in the text.
        let cut = text.len() - info.len();
        (program, self.0.get(cut..).unwrap_or_default())
    }
}

fn decode(segment: &str) -> Result<Vec<u8>, Refusal> {
    let mut bytes = segment.bytes();
    let mut decoded = Vec::with_capacity(segment.len());
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut digit = || {
            bytes
                .next()
                .and_then(|digit| char::from(digit).to_digit(16))
        };
        let (Some(high), Some(low)) = (digit(), digit()) else {
            return Err(Refusal::BAD_PATH);
        };
        match (high * 16 + low) as u8 {
            0 | b'/' => return Err(Refusal::NOT_FOUND),
            byte => decoded.push(byte),
        }
    }
    Ok(decoded)
}
