//! Writing an answer to a system that takes it in odd pieces, or not at all.

use std::io::{self, IoSlice, Write};

use mayfly::cache::Version;
use mayfly::response::Response;

/// Takes a few bytes at a time, and is interrupted before each.
struct Trickle {
    taken: Vec<u8>,
    at_once: usize,
    interrupted: bool,
}

impl Write for Trickle {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(buffer)])
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        self.interrupted = !self.interrupted;
        if self.interrupted {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let offered: Vec<u8> = pieces
            .iter()
            .flat_map(|piece| piece.iter())
            .copied()
            .collect();
        let taken = offered.len().min(self.at_once);
        self.taken.extend(&offered[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn written(response: &Response, at_once: usize) -> io::Result<String> {
    let mut out = Trickle {
        taken: Vec::new(),
        at_once,
        interrupted: false,
    };
    response.write_to(&mut out, false)?;
    Ok(String::from_utf8(out.taken).unwrap())
}

fn hello(text: &str) -> Response {
    Response::text("text/plain; charset=utf-8", text.to_owned())
}

#[test]
fn an_answer_is_whole_however_little_is_taken() {
    for text in ["", "h", "hello, w\u{f6}rld"] {
        let whole = written(&hello(text), usize::MAX).unwrap();
        assert!(whole.ends_with(&format!("\r\n\r\n{text}")));
        assert!(whole.contains(&format!("\r\nContent-Length: {}\r\n", text.len())));
        for at_once in 1..whole.len() {
            assert_eq!(written(&hello(text), at_once).unwrap(), whole);
        }
    }
}

#[test]
fn a_system_that_takes_nothing_is_not_asked_for_ever() {
    let refused = written(&hello("hello"), 0).unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::WriteZero);
}

#[test]
fn no_value_begins_a_header_of_its_own() {
    for value in [
        "a\r\nSet-Cookie: b",
        "a\nb",
        "a\rb",
        "a\0b",
        "a\u{7f}",
        "a\u{85}b",
    ] {
        let answer = hello("hello").with("X-Test", value.to_owned());
        let answer = written(&answer, usize::MAX).unwrap();
        assert!(
            !answer.contains("X-Test") && !answer.contains("Set-Cookie"),
            "{answer}"
        );
    }
    let answer = written(&hello("").with("X-Test", "a: b, c".to_owned()), usize::MAX).unwrap();
    assert!(answer.contains("\r\nX-Test: a: b, c\r\n"));
}

#[test]
fn an_answer_without_a_body_has_no_length_of_one() {
    let version = Version {
        seq: 1,
        ..Version::default()
    };
    let answer = hello("never sent").status(304).tagged(version);
    let answer = written(&answer, 7).unwrap();
    assert!(answer.starts_with("Status: 304 Not Modified\r\nContent-Type: "));
    assert!(answer.contains("\r\nETag: W/\"1-") && answer.ends_with("\r\n\r\n"));
    assert!(!answer.contains("never sent") && !answer.contains("Content-Length"));
}
