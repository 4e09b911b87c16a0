//! A form with files in it: the Content-Type on the first line, then the body.

use std::io::{self, Read};

use mayfly::error::Result;
use mayfly::multipart::{Multipart, Part};

use super::part;

/// A reader that gives few bytes at a time, and never twice as many.
struct Dribble<'a>(&'a [u8], usize);

impl Read for Dribble<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1 = self.1 % 7 + 1;
        let few = self.1.min(buffer.len());
        self.0.read(&mut buffer[..few])
    }
}

/// The parts are the same, however they arrive; and what was put together of some text is
/// taken apart into the same.
pub fn multipart(input: &[u8]) {
    let (kind, body) = part(input, b'\n');
    let kind = String::from_utf8_lossy(kind);
    let at_once = parts(&kind, &mut &body[..]);
    let in_pieces = parts(&kind, &mut Dribble(body, 0));
    match (at_once, in_pieces) {
        (Ok(one), Ok(other)) => {
            assert_eq!(one, other);
            let held: usize = one.iter().map(|(_, content)| content.len()).sum();
            assert!(held <= body.len());
        }
        (Err(one), Err(other)) => assert_eq!(one.status(), other.status()),
        (one, other) => panic!("{one:?} and {other:?}"),
    }
    put_together(body);
}

fn put_together(content: &[u8]) {
    const END: &[u8] = b"\r\n--edge";
    if content.windows(END.len()).any(|run| run == END) || content.starts_with(&END[2..]) {
        return;
    }
    let name = "a \"name\"; x=y";
    let whole = [
        b"--edge\r\nContent-Disposition: form-data; name=\"a %22name%22; x=y\"\r\n\r\n",
        content,
        END,
        b"\r\nContent-Disposition: form-data; name=f; filename=\"b\"\r\n\r\n",
        content,
        END,
        b"--\r\n",
    ]
    .concat();
    let found = parts(
        "multipart/form-data; boundary=edge",
        &mut Dribble(&whole, 3),
    )
    .unwrap();
    let expected = [(name, None), ("f", Some("b".to_owned()))].map(|(name, file)| {
        let name = name.to_owned();
        (Part { name, file }, content.to_owned())
    });
    assert_eq!(found, expected);
}

fn parts(kind: &str, body: &mut dyn Read) -> Result<Vec<(Part, Vec<u8>)>> {
    let mut form = Multipart::new(kind, body)?;
    let mut parts = Vec::new();
    while let Some(part) = form.part()? {
        let mut content = Vec::new();
        // What ends too early is an error of the next part's, too.
        if form.read_to_end(&mut content).is_err() {
            form.part()?;
            panic!("a form that was cut short went on");
        }
        parts.push((part, content));
    }
    Ok(parts)
}
