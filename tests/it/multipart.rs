//! Forms in parts, as browsers write them and as nobody should.

use std::io::{self, Read};

use mayfly::error::Result;
use mayfly::multipart::Multipart;

use crate::site::{BOUNDARY, multipart};

/// A source that gives a few bytes at a time, as pipes do.
struct Trickle<'a> {
    bytes: &'a [u8],
    state: u32,
}

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = 1 + next(&mut self.state, 90) as usize;
        let most = most.min(buffer.len());
        self.bytes.read(&mut buffer[..most])
    }
}

/// The next of the numbers below `end` that look random and are the same each time.
fn next(state: &mut u32, end: u32) -> u32 {
    *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    (*state >> 8) % end
}

/// A part: the field's name, the file's name, the content.
type Parsed = (String, Option<String>, Vec<u8>);

fn parse_as(kind: &str, body: &[u8], seed: u32) -> Result<Vec<Parsed>> {
    let mut source = Trickle {
        bytes: body,
        state: seed,
    };
    let mut form = Multipart::new(kind, &mut source)?;
    let mut parts = Vec::new();
    while let Some(part) = form.part()? {
        let mut content = Vec::new();
        // A part that ends too early is told by what follows.
        if form.read_to_end(&mut content).is_ok() {
            parts.push((part.name, part.file, content));
        }
    }
    Ok(parts)
}

fn parse(body: &[u8], seed: u32) -> Result<Vec<Parsed>> {
    parse_as(
        &format!("multipart/form-data; boundary={BOUNDARY}"),
        body,
        seed,
    )
}

fn headers(disposition: &str) -> Vec<u8> {
    format!("--{BOUNDARY}\r\n{disposition}\r\n\r\nx\r\n--{BOUNDARY}--\r\n").into_bytes()
}

#[test]
fn any_content_comes_out_as_it_went_in() {
    let delimiter = format!("\r\n--{BOUNDARY}");
    let mut state = 7;
    for round in 0..300 {
        let contents: Vec<Vec<u8>> = (0..next(&mut state, 5))
            .map(|_| {
                let mut content = Vec::new();
                for _ in 0..next(&mut state, 12) {
                    match next(&mut state, 6) {
                        // The beginning of a delimiter, which is none.
                        0 => {
                            let most = delimiter.len() as u32;
                            let end = next(&mut state, most) as usize;
                            content.extend(&delimiter.as_bytes()[..end]);
                        }
                        1 => content.extend(b"\r\n\r\n--"),
                        2 => content.extend(vec![b'\r'; next(&mut state, 9) as usize]),
                        3 => content.extend(vec![0xff; next(&mut state, 70_000) as usize]),
                        _ => content.push(next(&mut state, 256) as u8),
                    }
                }
                content
            })
            .collect();
        let parts: Vec<_> = contents
            .iter()
            .map(|content| ("file", Some("a.jpg"), &content[..]))
            .collect();
        let body = [
            b"a preamble\r\n".as_slice(),
            &multipart(&parts),
            b"an epilogue",
        ]
        .concat();
        let parsed = parse(&body[if round % 2 == 0 { 0 } else { 12 }..], round).unwrap();
        let parsed: Vec<_> = parsed.into_iter().map(|part| part.2).collect();
        assert!(parsed == contents, "round {round}");
    }
}

#[test]
fn a_form_cut_anywhere_is_refused() {
    let body = multipart(&[
        ("token", None, b"t"),
        ("file", Some("a.jpg"), b"one\r\n--two"),
        ("file", Some(""), b""),
    ]);
    let whole = body.len() - "\r\n".len();
    assert_eq!(parse(&body, 1).unwrap().len(), 3);
    for end in 0..whole {
        assert!(parse(&body[..end], 1).is_err(), "cut at {end}");
    }
    assert!(
        parse(&body[..whole], 1).is_ok(),
        "its last line end is optional"
    );
}

#[test]
fn what_is_changed_on_the_way_never_hangs_or_panics() {
    let body = multipart(&[
        ("token", None, b"t"),
        ("file", Some("a.jpg"), b"one\r\n--two"),
    ]);
    let mut state = 3;
    for round in 0..4000 {
        let mut body = body.clone();
        for _ in 0..=next(&mut state, 3) {
            let at = next(&mut state, body.len() as u32) as usize;
            match next(&mut state, 3) {
                0 => body[at] = next(&mut state, 256) as u8,
                1 => drop(body.remove(at)),
                _ => body.insert(at, b"\r\n-\";%\\\0"[next(&mut state, 8) as usize]),
            }
        }
        if let Ok(parts) = parse(&body, round) {
            assert!(parts.len() <= 3);
        }
    }
}

#[test]
fn file_names_are_read_as_browsers_write_them() {
    for (written, read) in [
        ("filename=\"a.jpg\"", Some("a.jpg")),
        ("filename=\"a%22b.jpg\"", Some("a\"b.jpg")),
        ("filename=\"a\\\"b.jpg\"", Some("a\"b.jpg")),
        (
            "filename=\"C:\\fakepath\\b.jpg\"",
            Some("C:\\fakepath\\b.jpg"),
        ),
        ("filename=\"../../etc/passwd\"", Some("../../etc/passwd")),
        ("filename=\"a; name=x.jpg\"", Some("a; name=x.jpg")),
        ("filename=plain.jpg; x=y", Some("plain.jpg")),
        ("filename=\"\"", Some("")),
        ("FileName=\"a.jpg\"", Some("a.jpg")),
        ("filename*=UTF-8''b.jpg", None),
        ("x=\"filename=a.jpg\"", None),
        ("", None),
    ] {
        let line = format!("Content-Disposition: form-data; name=\"file\"; {written}");
        let parts = parse(&headers(&line), 1).unwrap();
        assert_eq!(parts[0].1.as_deref(), read, "{written}");
        assert_eq!(parts[0].0, "file");
    }
    // Bytes that are no text are shown as such, and stay one name.
    let line = b"Content-Disposition: form-data; name=\"file\"; filename=\"\xff\0.jpg\"";
    let body = [
        format!("--{BOUNDARY}\r\n").as_bytes(),
        line,
        format!("\r\n\r\nx\r\n--{BOUNDARY}--").as_bytes(),
    ]
    .concat();
    let parts = parse(&body, 1).unwrap();
    assert_eq!(parts[0].1.as_deref(), Some("\u{fffd}\0.jpg"));
}

#[test]
fn parts_that_break_the_format_are_refused() {
    let long = format!(
        "Content-Disposition: form-data; name=\"file\"; filename=\"{}\"",
        "x".repeat(5000)
    );
    for line in [
        "X: y",
        "Content-Disposition: attachment; name=\"file\"",
        "Content-Disposition: form-data",
        "Content-Disposition: form-data; filename=\"a\"",
        "Content-Disposition: form-data; name=\"file",
        "Content-Disposition form-data; name=\"file\"",
        &long,
    ] {
        let refused = parse(&headers(line), 1).unwrap_err();
        assert_eq!(refused.status(), 400, "{line:.60}");
    }
    // A line that only begins like a boundary, as a form within a form has it.
    let nested = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n\
         --{BOUNDARY}x\r\n\r\ny\r\n--{BOUNDARY}x--\r\n\r\n--{BOUNDARY}--\r\n"
    );
    let nested = parse(nested.as_bytes(), 1);
    assert!(nested.is_err_and(|refused| refused.status() == 400));
}

#[test]
fn a_form_of_parts_within_a_part_is_content() {
    let inner = b"--inner\r\nContent-Disposition: file; filename=\"a\"\r\n\r\nx\r\n--inner--\r\n";
    let parts = parse(&multipart(&[("file", Some("mixed"), inner)]), 1).unwrap();
    assert_eq!(parts.len(), 1);
    assert_eq!(parts[0].2, inner);
}

#[test]
fn ten_thousand_parts_are_too_many() {
    let parts = vec![("file", Some("a"), &b"x"[..]); 10_000];
    let refused = parse(&multipart(&parts), 1).unwrap_err();
    assert_eq!(refused.status(), 400);
    assert!(refused.public().contains("more parts"));
}

#[test]
fn boundaries_are_what_the_standard_lets_them_be() {
    let body = multipart(&[("token", None, b"t")]);
    for kind in [
        format!("multipart/form-data; boundary=\"{BOUNDARY}\""),
        format!("multipart/form-data;boundary={BOUNDARY}; charset=utf-8"),
        format!("Multipart/Form-Data; charset=x; BOUNDARY={BOUNDARY}"),
    ] {
        assert_eq!(parse_as(&kind, &body, 1).unwrap().len(), 1, "{kind}");
    }
    let long = format!("multipart/form-data; boundary={}", "x".repeat(71));
    for kind in [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=\"x",
        "multipart/form-data; boundary=\"x \"",
        "multipart/form-data; boundary=caf\u{e9}",
        "multipart/form-data; boundary=another",
        &long,
    ] {
        let refused = parse_as(kind, &body, 1).unwrap_err();
        assert_eq!(refused.status(), 400, "{kind}");
    }
}
